"""Two staffs before one incident: side by side, never averaged, and no side named by one of them alone."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import pytest
from tests.cases.rooms import FIRST, NORTH, SECOND, SOUTH, TERMS, Room, reasons, time

from trucewatch.cases import WAITING, counts, readiness, terms_of
from trucewatch.cases.reviews import decided
from trucewatch.model import Party, ReviewTerms
from trucewatch.vocabulary import DecisionRule, Outcome

EITHER = replace(TERMS, rule=DecisionRule.EITHER)


def judged(*findings, terms=TERMS):
    """One incident with these findings: None has not spoken, "" abstains."""
    room = Room()
    of = room.conclude("i-1")
    for who, finding in zip(("reviewer-one", "reviewer-two"), findings, strict=True):
        if finding is not None:
            room.find(who, finding, of, position="contest" if finding else "abstain")
    found = room.office(terms=terms)
    assert not found.odd
    return found.reviews["i-1"]


@pytest.mark.parametrize(
    ("findings", "outcome", "finding"),
    [
        ((None, None), "awaited", "undetermined"),
        ((NORTH, None), "awaited", "undetermined"),
        ((None, ""), "awaited", "undetermined"),
        ((NORTH, NORTH), "agreed", NORTH),
        (("both", "both"), "agreed", "both"),
        (("no_violation", "no_violation"), "agreed", "no_violation"),
        ((NORTH, SOUTH), "differing", "undetermined"),
        ((NORTH, "both"), "differing", "undetermined"),
        ((NORTH, "undetermined"), "differing", "undetermined"),
        ((NORTH, ""), "abstained", "undetermined"),
        (("", ""), "abstained", "undetermined"),
    ],
)
def test_unanimity_names_a_side_only_where_both_find_the_same(findings, outcome, finding):
    review = judged(*findings)
    assert (review.outcome, review.finding) == (outcome, finding)


@pytest.mark.parametrize(
    ("findings", "outcome", "finding"),
    [
        ((None, None), "awaited", "undetermined"),
        ((NORTH, None), "awaited", NORTH),
        ((NORTH, ""), "abstained", NORTH),
        ((NORTH, "undetermined"), "differing", NORTH),
        ((NORTH, SOUTH), "differing", "undetermined"),
        ((NORTH, "no_violation"), "differing", "undetermined"),
        ((NORTH, "both"), "differing", "undetermined"),
        (("undetermined", ""), "abstained", "undetermined"),
    ],
)
def test_by_the_rule_of_either_one_is_enough_unless_the_other_contradicts(findings, outcome, finding):
    review = judged(*findings, terms=EITHER)
    assert (review.outcome, review.finding) == (outcome, finding)


def test_no_side_is_named_by_unanimity_without_every_guarantor():
    for findings in product([NORTH, SOUTH, "both", "undetermined", "other", ""], repeat=3):
        found = decided(findings, DecisionRule.UNANIMOUS)
        assert found == "undetermined" or {*findings} == {found}


def test_a_log_without_guarantors_finds_nothing():
    room = Room()
    room.conclude("i-1", determination=NORTH)
    review = room.office(terms=replace(TERMS, guarantors=())).reviews["i-1"]
    assert (review.outcome, review.finding, review.voices) == ("awaited", "undetermined", ())


def test_a_superseded_determination_stays_in_sight():
    room = Room()
    of = room.conclude("i-1")
    first = room.find("reviewer-one", NORTH, of)
    second = room.find("reviewer-one", "undetermined", of)
    voice = room.office().reviews["i-1"].voices[0]
    assert (voice.newest.said.index, [old.said.index for old in voice.earlier]) == (second, [first])
    assert voice.earlier[0].finding == NORTH


def test_the_voices_stand_in_the_charters_order_whoever_speaks_first():
    room = Room()
    of = room.conclude("i-1")
    room.find("reviewer-two", NORTH, of)
    room.find("reviewer-one", NORTH, of)
    assert [voice.guarantor for voice in room.office().reviews["i-1"].voices] == [FIRST, SECOND]


def test_a_determination_grows_stale_with_a_conclusion_that_differs_and_not_with_one_that_says_the_same():
    room = Room()
    of = room.conclude("i-1")
    room.find("reviewer-one", NORTH, of)
    room.conclude("i-1")
    assert not room.office().reviews["i-1"].is_stale
    room.conclude("i-1", determination=NORTH)
    review = room.office().reviews["i-1"]
    assert review.is_stale
    assert [p.determination for p in review.proposals] == ["undetermined", NORTH]


def test_a_determination_on_the_newest_conclusion_ends_the_staleness():
    room = Room()
    room.find("reviewer-one", NORTH, room.conclude("i-1"))
    newest = room.conclude("i-1", determination=NORTH)
    room.find("reviewer-one", NORTH, newest, position="concur")
    assert not room.office().reviews["i-1"].is_stale


def test_an_incident_that_later_observations_made_another_one_is_gone_and_says_what_it_became():
    room = Room()
    room.find("reviewer-one", NORTH, room.conclude("i-1", "i-2"))
    room.conclude("i-3", more=["seen at i-1"])
    reviews = room.office().reviews
    assert (reviews["i-1"].is_gone, reviews["i-1"].is_stale, reviews["i-1"].became) == (True, True, ("i-3",))
    assert (reviews["i-2"].is_gone, reviews["i-2"].is_stale, reviews["i-3"].is_gone) == (True, False, False)


def test_a_half_written_conclusion_makes_no_incident_gone():
    room = Room()
    room.conclude("i-1", "i-2")
    room.conclude("i-1")
    del room.said[-1]  # its publication
    assert not room.office().reviews["i-2"].is_gone


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"incident": "i-9"}, "which is not known"),
        ({"of": 99}, "no conclusion from 99 entries has this incident"),
        ({"finding": "the neighbours"}, "is not what may be found"),
        ({"finding": ""}, "says no finding"),
        ({"position": "abstain"}, "abstains, and finds something"),
        ({"position": "concur"}, f"concurs, and finds '{NORTH}' where the proposal is 'undetermined'"),
        ({"position": "perhaps"}, "its position is none of concur, contest, abstain"),
        ({"text": " "}, "gives no reasons"),
        ({"who": "officer"}, "is said by an officer, and is for reviewer to say"),
        ({"who": "nobody"}, "is said by nobody of the staff"),
    ],
)
def test_a_determination_that_the_rules_do_not_allow_is_odd_and_counts_for_nothing(said, reason):
    room = Room()
    of = room.conclude("i-1")
    room.find(**{"who": "reviewer-one", "finding": NORTH, "of": of, **said})
    found = room.office()
    assert reason in reasons(found)[0]
    assert found.reviews["i-1"].spoken == ()


def test_reasons_that_are_withheld_are_reasons():
    room = Room()
    of = room.conclude("i-1")
    room.find("reviewer-one", NORTH, of)
    room.said[-1] = replace(room.said[-1], shown={})
    found = room.office()
    assert (found.odd, found.reviews["i-1"].spoken[0].said.text) == ((), None)


def test_what_another_than_the_centre_concludes_is_no_proposal():
    room = Room()
    room.conclude("i-1")
    room.said[0] = replace(room.said[0], fields={**room.said[0].fields, "by": ["a device"]})
    found = room.office()
    assert (dict(found.reviews), len(found.odd)) == ({}, 1)


def test_the_conclusion_that_the_page_showed_can_be_concurred_with_after_a_newer_one_came():
    room = Room()
    shown = room.conclude("i-1", determination=SOUTH)
    room.conclude("i-1", determination=NORTH)
    review = room.office().reviews["i-1"]
    room.find("reviewer-one", review.judged(shown).determination, shown, position="concur")
    found = room.office()
    assert (found.odd, found.reviews["i-1"].is_stale) == ((), True)
    assert [voice.finding for voice in found.reviews["i-1"].spoken] == [SOUTH]


# --- by which terms -------------------------------------------------------------------------------

LATER_TERMS = replace(EITHER, reply_days=30)


def test_a_finding_is_judged_by_the_terms_in_force_at_its_index_and_no_later_ones_change_it():
    room = Room()
    of = room.conclude("i-1")
    voices = [room.find("reviewer-one", NORTH, of), room.find("reviewer-two", "undetermined", of)]
    room.publish(of, voices, "differing", reply_by=time(0))
    before = room.office()
    changes = ((len(room.said), LATER_TERMS),)
    found = room.office(changes=changes)
    assert (found.findings, found.odd) == (before.findings, ())
    assert [finding.finding for finding in found.findings] == ["undetermined"]
    assert ((found.findings[0].reply_by - found.findings[0].said.time).days, found.terms) == (3, LATER_TERMS)
    assert (before.reviews["i-1"].finding, found.reviews["i-1"].finding) == ("undetermined", NORTH)


def test_what_is_published_after_a_change_of_the_terms_is_judged_by_the_new_ones():
    room = Room()
    of = room.conclude("i-1")
    voice = room.find("reviewer-one", NORTH, of)
    room.publish(of, [voice], "awaited")
    changes = ((len(room.said), LATER_TERMS),)
    room.publish(of, [voice], "awaited", finding=NORTH)
    found = room.office(changes=changes)
    assert [finding.finding for finding in found.findings] == [NORTH]
    assert (found.findings[0].reply_by - found.findings[0].said.time).days == 30
    assert [odd.said.index for odd in found.odd] == [voice + 1]


def test_a_finding_of_a_party_that_the_newer_terms_do_not_have_is_still_counted():
    room = Room()
    room.find("reviewer-one", NORTH, room.conclude("i-1"))
    changes = ((len(room.said), replace(TERMS, parties=("west", SOUTH))),)
    assert dict(counts(room.office(changes=changes)).counts[0].found)[NORTH] == 1


@pytest.mark.parametrize(("name", "why"), [(NORTH, "a party"), ("centre", "the centre")])
def test_a_guarantor_called_as_a_party_or_the_centre_is_makes_no_terms(name, why):
    parties = tuple(Party(id=side, names=()) for side in (NORTH, SOUTH))
    agreed = SimpleNamespace(parties=parties, review=ReviewTerms())
    with pytest.raises(ValueError, match=f"'{name}' is a guarantor of this log and {why}"):
        terms_of(agreed, (FIRST, name))
    assert terms_of(agreed, (FIRST, SECOND)).parties == (NORTH, SOUTH)


# --- both counts ----------------------------------------------------------------------------------


def test_both_counts_stand_side_by_side_and_their_difference_is_the_incidents_named():
    room = Room()
    of = room.conclude("i-1", "i-2", "i-3", "i-4", "i-5")
    for incident, one, two in [
        ("i-1", NORTH, NORTH), ("i-2", NORTH, SOUTH), ("i-3", NORTH, ""), ("i-4", "undetermined", None),
    ]:  # fmt: skip
        room.find("reviewer-one", one, of, incident)
        if two is not None:
            room.find("reviewer-two", two, of, incident, position="contest" if two else "abstain")
    both = counts(room.office())
    first, second = both.counts
    assert (dict(first.found)[NORTH], dict(first.found)["undetermined"], first.abstained, first.awaited) == (3, 1, 0, 1)
    assert (dict(second.found)[NORTH], dict(second.found)[SOUTH], second.abstained, second.awaited) == (1, 1, 1, 2)
    assert [(d.incident, d.why) for d in both.differences] == [
        ("i-2", "finding"), ("i-3", "abstained"), ("i-4", "not_spoken"),
    ]  # fmt: skip


def test_an_incident_that_is_gone_is_counted_nowhere_and_named():
    room = Room()
    room.both_find(NORTH, room.conclude("i-1"))
    room.both_find(NORTH, room.conclude("i-2", more=["seen at i-1"]), "i-2")
    both = counts(room.office())
    assert ([dict(count.found)[NORTH] for count in both.counts], both.gone) == ([1, 1], ("i-1",))


# --- publication ----------------------------------------------------------------------------------


def test_a_published_finding_rests_on_the_newest_determinations_and_gives_no_less_than_the_time_to_reply():
    room = Room()
    of = room.conclude("i-1")
    said = room.both_find(NORTH, of)
    index = room.publish(of, said, reply_by="2026-03-01T12:30:00Z")
    (finding,) = room.office().findings
    assert (finding.finding, finding.outcome, finding.named) == (NORTH, Outcome.AGREED, (NORTH,))
    assert (finding.reply_by - room.said[index].time).days == 3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"outcome": "differing"}, "says differing, and the determinations are agreed"),
        ({"determinations": []}, "does not name just the newest determination"),
        ({"finding": SOUTH}, "another finding than the procedure makes"),
        ({"of": 77}, "no conclusion from 77 entries"),
        ({"reply_by": "soon"}, "its reply_by"),
        ({"who": "reviewer-one"}, "is for officer or reporter to say"),
    ],
)
def test_what_the_procedure_does_not_make_of_it_is_not_published(change, reason):
    room = Room()
    of = room.conclude("i-1")
    room.publish(**{"of": of, "determinations": room.both_find(NORTH, of), **change})
    found = room.office()
    assert reason in reasons(found)[0]
    assert found.findings == ()


def test_nothing_is_published_before_every_guarantor_has_spoken_unless_either_is_enough():
    room = Room()
    of = room.conclude("i-1")
    room.publish(of, [room.find("reviewer-one", NORTH, of)], outcome="awaited")
    assert "before the determinations are there" in reasons(room.office())[0]
    assert [finding.finding for finding in room.office(terms=EITHER).findings] == [NORTH]


def steps(room, **terms) -> str:
    found = room.office(**terms)
    newest = found.findings[-1] if found.findings else None
    return readiness(found.reviews.get("i-1"), newest, found.terms)


def test_an_incident_waits_is_ready_is_published_and_is_ready_anew_when_a_guarantor_determines_anew():
    room = Room()
    assert steps(room) == "waiting"
    of = room.conclude("i-1")
    one = room.find("reviewer-one", NORTH, of)
    assert (steps(room), steps(room, terms=EITHER)) == ("waiting", "ready")
    two = room.find("reviewer-two", SOUTH, of)
    assert steps(room) == "ready"
    room.publish(of, [one, two], outcome="differing")
    assert steps(room) == "published"
    three = room.find("reviewer-two", NORTH, of)
    assert steps(room) == "ready"
    room.publish(of, [one, three])
    assert steps(room) == "published"


def test_what_waits_for_the_heartbeat_is_not_ready_to_publish():
    room = Room()
    of = room.conclude("i-1")
    room.find("reviewer-one", NORTH, of)
    room.find("reviewer-two", SOUTH, of)
    room.said[-1] = replace(room.said[-1], index=WAITING, time=None)
    assert steps(room) == "waiting"


def test_a_newer_publication_supersedes_the_older_one_which_stays():
    room = Room()
    of = room.conclude("i-1")
    one, two = room.both_find(NORTH, of)
    first = room.publish(of, [one, two])
    three = room.find("reviewer-two", "undetermined", of)
    second = room.publish(of, [one, three], outcome="differing")
    findings = room.office().findings
    assert [(f.said.index, f.finding, f.is_superseded) for f in findings] == [
        (first, NORTH, True), (second, "undetermined", False),
    ]  # fmt: skip


@pytest.mark.parametrize("named", [NORTH, SOUTH])
def test_whoever_is_named_both_sides_reply_to_a_finding_and_whoever_speaks_for_none_does_not(named):
    room = Room()
    of = room.conclude("i-1")
    published = room.publish(of, room.both_find(named, of))
    room.say("liaison-n", "reply", to=published, stance="rejects")
    room.say("liaison-s", "reply", to=published, stance="accepts")
    room.say("officer", "reply", to=published, stance="accepts")
    found = room.office()
    assert [(reply.side, reply.stance, reply.is_late) for reply in found.findings[0].replies] == [
        (NORTH, "rejects", False), (SOUTH, "accepts", False),
    ]  # fmt: skip
    assert reasons(found) == ["is said by an officer, and is for liaison to say"]


def test_that_no_reply_came_is_told_of_every_side_alike_whoever_is_named():
    room = Room()
    of = room.conclude("i-1")
    room.publish(of, room.both_find(NORTH, of))
    assert [late.bearer for late in room.office(days=9).overdue] == [NORTH, SOUTH]


def test_a_finding_concerns_all_sides_and_names_those_that_the_proposal_a_guarantor_or_the_procedure_names():
    room = Room()
    of = room.conclude("i-1", "i-2")
    room.publish(of, room.both_find("undetermined", of))
    one, two = room.find("reviewer-one", SOUTH, of, "i-2"), room.find("reviewer-two", "no_violation", of, "i-2")
    room.publish(of, [one, two], outcome="differing", incident="i-2")
    assert [(f.concerned, f.named) for f in room.office().findings] == [
        ((NORTH, SOUTH), ()), ((NORTH, SOUTH), (SOUTH,)),
    ]  # fmt: skip


def test_a_late_reply_is_shown_as_late():
    room = Room()
    of = room.conclude("i-1")
    published = room.publish(of, room.both_find(NORTH, of))
    room.say("liaison-n", "reply", to=published, stance="explains")
    room.said[-1] = replace(room.said[-1], time=room.said[-1].time.replace(day=20))
    assert [reply.is_late for reply in room.office().findings[0].replies] == [True]
