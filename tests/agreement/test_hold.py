import gc
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import (
    CEASEFIRE,
    DAY,
    FRONT,
    HOUR,
    MIDNIGHT,
    NOON,
    UNHURRIED,
    accuses,
    at,
    attribution,
    case,
    denies,
    effort,
    incident,
    observation,
    parsed,
    zone,
)

from trucewatch.agreement.bonds import NO_FIRE
from trucewatch.agreement.hold import hold
from trucewatch.agreement.milestones import milestones
from trucewatch.model import Attribution, Case, ClauseStatus, Coded, Effort, Incident, StandardOfProof
from trucewatch.vocabulary import MATTERS, Direction, Listening, Phenomenon, SourceClass, State, Status

NEXT_MIDNIGHT = MIDNIGHT + 24 * HOUR
FULL = (effort("a"), effort("b"))


def statuses(
    incidents: tuple[Incident, ...] = (),
    attributions: tuple[Attribution, ...] = (),
    efforts: tuple[Effort, ...] = FULL,
    as_of: datetime = NEXT_MIDNIGHT,
    given_case: Case | None = None,
) -> dict[str, ClauseStatus]:
    found, _ = hold(given_case or case(parsed(CEASEFIRE)), incidents, attributions, efforts, as_of)
    return {status.bearer: status for status in found}


def test_of_what_was_held_against_the_paper_nothing_stays_in_memory_once_it_is_said():
    papers = case(parsed(CEASEFIRE))
    for question in (hold, milestones):
        found = attribution("i1", "a")
        before = sys.getrefcount(found)
        gc.disable()  # as a batch does: what hangs together in a cycle would stay
        try:
            question(papers, (incident(),), (found,), FULL, NEXT_MIDNIGHT)
            assert sys.getrefcount(found) == before
        finally:
            gc.enable()


# --- absence --------------------------------------------------------------------------------------


def test_a_day_covered_throughout_without_fire_is_observed():
    found = statuses()
    assert found["a"].status is Status.OBSERVED
    assert found["a"].coverage == 1.0
    assert "24.0 of 24.0 hours covered on the ground of a" in found["a"].why


def test_silence_that_nobody_covered_is_not_verifiable():
    found = statuses(efforts=())
    assert {each.status for each in found.values()} == {Status.NOT_VERIFIABLE}
    assert "0.0 of 24.0 hours" in found["a"].why


def test_each_side_is_judged_by_the_effort_on_its_own_ground():
    found = statuses(efforts=(effort("a"),))
    assert found["a"].status is Status.OBSERVED
    assert found["b"].status is Status.NOT_VERIFIABLE


def test_one_dark_day_in_a_well_watched_month_is_not_observed():
    days = [DAY + timedelta(days=n) for n in range(30)]
    month = tuple(effort("a", day) for day in days)
    assert statuses(efforts=month, as_of=MIDNIGHT + timedelta(days=30))["a"].status is Status.OBSERVED
    dark = month[:7] + month[8:]
    found = statuses(efforts=dark, as_of=MIDNIGHT + timedelta(days=30))["a"]
    assert found.status is Status.NOT_VERIFIABLE
    assert found.coverage > 0.95


def test_hours_that_covered_a_tenth_of_the_ground_are_not_enough():
    found = statuses(efforts=(effort("a", ground=0.1),))["a"]
    assert found.status is Status.NOT_VERIFIABLE
    assert "10% of the ground" in found.why


@pytest.mark.parametrize(
    ("hours", "ground", "status"),
    [(22.8, 0.95, Status.OBSERVED), (22.7, 1.0, Status.NOT_VERIFIABLE), (24.0, 0.94, Status.NOT_VERIFIABLE)],
)
def test_observed_needs_nineteen_in_twenty_of_the_hours_and_of_the_ground(hours: float, ground: float, status: Status):
    assert statuses(efforts=(effort("a", hours=hours, ground=ground),))["a"].status is status


def test_the_hours_after_the_cut_off_do_not_count_for_the_hours_before_it():
    half = replace(effort("a", hours=12), by_hour=(Listening.NOT_COVERED,) * 12 + (Listening.QUIET,) * 12)
    assert statuses(efforts=(half,), as_of=NOON)["a"].coverage == 0.0
    assert statuses(efforts=(half,), as_of=NOON + 6 * HOUR)["a"].coverage == pytest.approx(6 / 18)
    assert statuses(efforts=(effort("a"),), as_of=NOON + HOUR / 2)["a"].coverage == 1.0


def test_of_a_day_cut_by_the_cut_off_the_least_that_must_have_been_covered_counts():
    fired = (Listening.FIRE,) + (Listening.PARTLY_COVERED,) * 23  # which hours were attended is not said
    assert statuses(efforts=(replace(effort("a"), by_hour=fired),), as_of=NOON)["a"].coverage == 1.0
    most = replace(effort("a", hours=18), by_hour=fired)
    assert statuses(efforts=(most,), as_of=NOON)["a"].coverage == pytest.approx(6 / 12)


def test_a_duty_that_does_not_apply_yet_is_pending():
    found = statuses(as_of=MIDNIGHT - HOUR)
    assert {each.status for each in found.values()} == {Status.PENDING}


# --- who ------------------------------------------------------------------------------------------


def test_only_the_side_that_an_incident_is_determined_to_is_in_breach():
    found = statuses((incident(),), (attribution("i1", "a"),))
    assert found["a"].status is Status.VIOLATED
    assert found["a"].incident_ids == ("i1",)
    assert found["a"].why.endswith("proposed by machine; both staffs decide")
    assert found["b"].status is Status.OBSERVED


def test_an_incident_determined_to_both_breaches_for_both():
    found = statuses((incident(),), (attribution("i1", "both"),))
    assert {each.status for each in found.values()} == {Status.VIOLATED}


@pytest.mark.parametrize("determination", ["other", "no_violation"])
def test_what_neither_side_did_leaves_both_observed(determination: str):
    found = statuses((incident(),), (attribution("i1", determination),))
    assert {each.status for each in found.values()} == {Status.OBSERVED}


def test_undetermined_fire_keeps_every_side_that_it_may_be_from_not_verifiable():
    found = statuses((incident(),), (attribution("i1", "undetermined", lines=1),))
    assert {each.status for each in found.values()} == {Status.NOT_VERIFIABLE}
    assert "1 of 1 incident bearing on this obligation unresolved for a, 1 resting on one line" in found["a"].why


def test_undetermined_fire_that_is_improbably_a_sides_does_not_count_against_it():
    found = statuses((incident(),), (attribution("i1", "undetermined", probability_a=0.05),))
    assert found["a"].status is Status.OBSERVED
    assert found["b"].status is Status.NOT_VERIFIABLE


def test_one_line_of_evidence_clears_no_side():
    found = statuses((incident(),), (attribution("i1", "undetermined", lines=1, probability_a=0.01),))
    assert found["a"].status is Status.NOT_VERIFIABLE


@pytest.mark.parametrize(
    ("probability", "lines", "status"),
    [(0.2, 2, Status.OBSERVED), (0.21, 2, Status.NOT_VERIFIABLE), (0.2, 1, Status.NOT_VERIFIABLE)],
)
def test_a_side_is_cleared_by_the_standard_of_its_own_case(probability: float, lines: int, status: Status):
    lenient = replace(case(parsed(CEASEFIRE)), standard=StandardOfProof(probability=0.8, lines=2))
    given_ = (attribution("i1", "undetermined", lines=lines, probability_a=probability),)
    assert statuses((incident(),), given_, given_case=lenient)["a"].status is status


def test_of_three_parties_both_means_more_than_one_and_names_none_of_them():
    three = case(parsed(CEASEFIRE), parties=("a", "b", "c"))
    likely = replace(attribution("i1", "both"), probabilities=(("a", 0.0), ("b", 0.0), ("c", 0.0), ("both", 1.0)))
    found = statuses((incident(),), (likely,), (*FULL, effort("c")), given_case=three)
    assert {each.status for each in found.values()} == {Status.NOT_VERIFIABLE}
    claimed = (incident("i1", accuses("b", "a"), denies("a")),)
    assert statuses(claimed, (likely,), (*FULL, effort("c")), given_case=three)["a"].status is Status.DISPUTED


def test_an_incident_without_attribution_is_undetermined():
    assert statuses((incident(),))["a"].status is Status.NOT_VERIFIABLE


# --- claims against each other --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "of_a", "of_b"),
    [
        ((accuses("b", "a"), denies("a")), Status.DISPUTED, Status.NOT_VERIFIABLE),
        ((accuses("b", "a"), denies("a", "a")), Status.DISPUTED, Status.NOT_VERIFIABLE),
        ((accuses("b", "a"), accuses("a", "b")), Status.DISPUTED, Status.DISPUTED),
        ((accuses(None, "a"), denies(None, "a")), Status.DISPUTED, Status.NOT_VERIFIABLE),
        ((accuses("b", "a"),), Status.NOT_VERIFIABLE, Status.NOT_VERIFIABLE),
        ((denies("a"), denies("b")), Status.NOT_VERIFIABLE, Status.NOT_VERIFIABLE),
        ((accuses("b", "a"), denies("b", "b")), Status.NOT_VERIFIABLE, Status.NOT_VERIFIABLE),
    ],
)
def test_a_side_is_disputed_when_one_claim_accuses_it_and_another_contradicts(claims, of_a: Status, of_b: Status):
    found = statuses((incident("i1", *claims),), (attribution("i1", "undetermined"),))
    assert (found["a"].status, found["b"].status) == (of_a, of_b)


def test_claims_on_different_incidents_do_not_meet():
    happened = (incident("i1", accuses("b", "a")), incident("i2", denies("a")))
    assert statuses(happened)["a"].status is Status.NOT_VERIFIABLE


def test_a_denial_does_not_undo_a_determination():
    found = statuses((incident("i1", accuses("b", "a"), denies("a")),), (attribution("i1", "a"),))
    assert found["a"].status is Status.VIOLATED


# --- what, when, where ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "phenomenon", [Phenomenon.HOT_SPOT, Phenomenon.WEAPON_SEEN, Phenomenon.ANNOUNCED_TRAINING, *sorted(MATTERS)]
)
def test_what_is_not_fire_does_not_bear_on_a_ceasefire(phenomenon: Phenomenon):
    happened = (incident(phenomenon=phenomenon),)
    assert statuses(happened, (attribution("i1", "a"),))["a"].status is Status.OBSERVED
    assert hold(case(parsed(CEASEFIRE)), happened, (), (), NEXT_MIDNIGHT)[1] == ()


def test_another_matter_touches_a_paper_that_names_it_and_words_alone_decide_nothing():
    named = case(parsed(f'{CEASEFIRE}\nphenomena = ["line_crossed"]'))
    said = (incident("i1", accuses("b", "a"), phenomenon=Phenomenon.LINE_CROSSED), incident("i2"))
    found = (attribution("i1", "undetermined"), attribution("i2", "a"))
    judged, linked = hold(named, said, found, FULL, NEXT_MIDNIGHT)
    assert {each for link in linked for each in link if each in {"i1", "i2"}} == {"i1"}
    assert Status.VIOLATED not in {status.status for status in judged}


def test_an_unknown_word_is_no_fire_but_is_mentioned():
    found = statuses((incident(phenomenon=None),), (attribution("i1", "a"),))["a"]
    assert found.status is Status.OBSERVED
    assert "1 incident with an unknown word set aside" in found.why


@pytest.mark.parametrize(
    ("direction", "source_class", "touches"),
    [
        (Direction.IMPACT, SourceClass.OBSERVER, True),
        (Direction.OUTGOING, SourceClass.OBSERVER, True),
        (Direction.UNDETERMINED, SourceClass.OBSERVER, False),
        (None, SourceClass.OBSERVER, False),
        (Direction.IMPACT, SourceClass.PARTY, False),
    ],
)
def test_an_unknown_word_for_what_somebody_perceived_leave_or_land_may_be_fire(direction, source_class, touches):
    seen = replace(
        observation(side="b" if source_class is SourceClass.PARTY else None),
        phenomenon=Coded(term=None, verbatim="salvo"),
        direction=Coded(term=direction),
    )
    happened = (incident("i1", seen, phenomenon=None),)
    found = statuses(happened, (attribution("i1", "undetermined"),))["a"]
    assert ("unknown word set aside" in found.why) is not touches
    assert found.status is (Status.NOT_VERIFIABLE if touches else Status.OBSERVED)
    assert bool(hold(case(parsed(CEASEFIRE)), happened, (), (), NEXT_MIDNIGHT)[1]) is touches


@pytest.mark.parametrize("side", ["a", "b"])
def test_what_a_side_calls_fire_may_be_fire_whatever_word_an_observer_has_for_it(side):
    thud = replace(observation(), phenomenon=Coded(term=None, verbatim="thud"), direction=Coded(term=None))
    shot = replace(observation(side=side), key="o2", phenomenon=Coded(term=Phenomenon.SHOT))
    for members, touches in (((thud,), False), ((thud, shot), True), ((shot, thud), True)):
        happened = (incident("i1", *members, phenomenon=None),)
        found = statuses(happened, (attribution("i1", "undetermined"),))["a"]
        assert ("unknown word set aside" in found.why) is not touches
        assert bool(hold(case(parsed(CEASEFIRE)), happened, (), (), NEXT_MIDNIGHT)[1]) is touches


def test_a_claim_of_fire_bears_on_what_it_bore_on_before_a_satellite_saw_warmth_there():
    warm = replace(observation(), phenomenon=Coded(term=Phenomenon.HOT_SPOT), direction=Coded(term=None))
    shot = replace(accuses("b", "a"), key="o2", phenomenon=Coded(term=Phenomenon.EXPLOSION))
    for members, touches in (((shot,), True), ((warm, shot), True), ((warm,), False)):
        term = Phenomenon.HOT_SPOT if warm in members else Phenomenon.EXPLOSION
        happened = (incident("i1", *members, phenomenon=term),)
        assert bool(hold(case(parsed(CEASEFIRE)), happened, (), (), NEXT_MIDNIGHT)[1]) is touches
    seen_and_claimed = (incident("i1", warm, shot, phenomenon=Phenomenon.HOT_SPOT),)
    assert statuses(seen_and_claimed, (attribution("i1", "undetermined"),))["a"].status is Status.NOT_VERIFIABLE


@pytest.mark.parametrize(
    ("time", "last", "status"),
    [
        (MIDNIGHT, MIDNIGHT, Status.VIOLATED),
        (MIDNIGHT - timedelta(seconds=1), MIDNIGHT - timedelta(seconds=1), Status.OBSERVED),
        (MIDNIGHT - HOUR, MIDNIGHT + HOUR, Status.NOT_VERIFIABLE),
        (None, None, Status.NOT_VERIFIABLE),
        (NEXT_MIDNIGHT + HOUR, NEXT_MIDNIGHT + HOUR, Status.OBSERVED),
    ],
)
def test_an_incident_counts_when_all_of_it_lies_in_the_time_of_the_duty(time, last, status: Status):
    found = statuses((incident(time=time, last=last),), (attribution("i1", "a"),))
    assert found["a"].status is status


def test_a_duty_that_has_ended_is_judged_on_its_own_time_only():
    ended = case(parsed(f"{CEASEFIRE}\nuntil = 2030-06-03T12:00:00Z"))
    happened = (incident(time=NOON),)
    found = statuses(happened, (attribution("i1", "a"),), given_case=ended)["a"]
    assert found.status is Status.OBSERVED
    assert "12.0 of 12.0 hours" in found.why


@pytest.mark.parametrize(
    ("place", "status"),
    [
        (at(38.2, 48.1), Status.VIOLATED),
        (at(37.0, 48.1), Status.OBSERVED),
        (at(38.0, 48.1), Status.NOT_VERIFIABLE),
        (None, Status.NOT_VERIFIABLE),
    ],
)
def test_a_duty_in_a_zone_binds_in_the_zone(place, status: Status):
    zoned = case(parsed(f'{CEASEFIRE}\nzone = "zone"'), places=(zone(),))
    found = statuses((incident(place=place),), (attribution("i1", "a"),), given_case=zoned)
    assert found["a"].status is status


def test_a_zone_that_is_not_on_the_map_decides_nothing():
    zoned = case(parsed(f'{CEASEFIRE}\nzone = "elsewhere"'), places=(zone(),))
    found = statuses((incident(place=at(38.2, 48.1)),), (attribution("i1", "a"),), given_case=zoned)
    assert found["a"].status is Status.NOT_VERIFIABLE


# --- readings, order, and cases without a paper ---------------------------------------------------

READINGS = f"{CEASEFIRE}\n[[reading]]\nby = ['a']\n[[reading]]\nby = ['b']\nphenomena = ['hot_spot']\n"


def test_readings_that_differ_in_outcome_are_shown_side_by_side():
    read = case(parsed(READINGS))
    found = statuses((incident(),), (attribution("i1", "a"),), given_case=read)["a"]
    assert found.status is Status.DISPUTED
    assert "reading 1 (as written) gives breached" in found.why
    assert "reading 2 (phenomena hot_spot) gives no breach observed" in found.why
    assert found.incident_ids == ("i1",)


def test_readings_that_agree_give_their_common_status():
    found = statuses(given_case=case(parsed(READINGS)))["a"]
    assert found.status is Status.OBSERVED
    assert found.why.endswith("the same status under each of 2 readings")


def _by(party: str, phenomenon: str) -> str:
    return f"[[reading]]\nby = ['{party}']\nphenomena = ['{phenomenon}']\n"


def test_readings_that_agree_for_different_reasons_give_every_reason_whichever_stands_first_in_the_file():
    ours, theirs = _by("a", "explosion"), _by("b", "shot")
    happened = (incident("i1"), incident("i2", phenomenon=Phenomenon.SHOT), incident("i3"))
    determined = tuple(attribution(f"i{n}", "a") for n in (1, 2, 3))
    found = []
    for blocks in ((ours, theirs), (theirs, ours)):
        given_case = case(parsed("\n".join((CEASEFIRE, *blocks))))
        found.append(statuses(happened, determined, given_case=given_case)["a"])
    one, other = found
    assert (one.status, one.readings[0].why) == (Status.VIOLATED, other.readings[1].why)
    for status in found:
        assert status.why == "; ".join((
            *(f"reading {n} ({reading.written}): {reading.why}" for n, reading in enumerate(status.readings, 1)),
            "the same status under each of 2 readings",
        ))  # fmt: skip
    assert {one.readings[0].why, one.readings[1].why} == {reading.why for reading in other.readings}
    assert one.readings[0].why != one.readings[1].why
    assert {*one.incident_ids} == {*other.incident_ids} == {"i1", "i2", "i3"}


def test_a_reason_that_readings_share_word_for_word_is_said_once():
    found = statuses(given_case=case(parsed(READINGS)))["a"]
    assert found.why == f"{found.readings[0].why}; the same status under each of 2 readings"


def test_statuses_stand_in_the_order_of_clauses_and_of_the_parties_of_the_case():
    first = CEASEFIRE.replace('"all"', '["b", "a"]')
    second = 'id = "c2.a"\nkind = "achieve"\nact = "open:x"\nbearer = ["b"]'
    found, _ = hold(case(parsed(first, second)), (), (), (), NOON)
    assert [(each.clause_id, each.bearer) for each in found] == [("c1", "a"), ("c1", "b"), ("c2", "b")]
    assert {each.agreement_id for each in found} == {"paper"}
    assert found[2].coverage is None


def test_a_duty_that_nobody_can_verify_is_pending_until_it_begins_and_then_says_why():
    duty = 'id = "1"\nkind = "achieve"\nact = "x"\nbearer = ["a"]\nnot_verifiable = "secret by nature"'
    early, _ = hold(case(parsed(duty)), (), (), (), MIDNIGHT - HOUR)
    late, _ = hold(case(parsed(duty)), (), (), (), MIDNIGHT)
    assert (early[0].state, late[0].state) == (State.NOT_YET_APPLICABLE, State.NO_METHOD)
    assert late[0].why == "secret by nature"


def test_a_bearer_who_is_no_party_is_refused_by_name():
    with pytest.raises(ValueError, match=r"obligation c1\.a binds 'zz', which case\.toml does not list"):
        hold(case(parsed(CEASEFIRE.replace('"all"', '["zz"]'))), (), (), (), NOON)


def test_an_actor_of_the_paper_bears_its_duties_behind_the_parties_of_the_case():
    actor = '[actor.guarantor]\nname = "A guarantor"\nrole = "guarantor"\n+++\n'
    paper = parsed(CEASEFIRE.replace('"all"', '["guarantor", "b"]'), front=FRONT.removesuffix("+++\n") + actor)
    found, _ = hold(case(paper), (), (), (), NOON)
    assert [each.bearer for each in found] == ["b", "guarantor"]


def test_a_case_without_a_paper_is_held_against_no_fire_since_the_first_observation():
    happened = (incident("i1", time=NOON), incident("i2", time=NOON + HOUR, phenomenon=Phenomenon.HOT_SPOT))
    found, touched = hold(case(), happened, (attribution("i1", "b"),), (), NOON + 6 * HOUR)
    assert [(each.clause_id, each.bearer, each.status) for each in found] == [
        (NO_FIRE, "a", Status.NOT_VERIFIABLE),
        (NO_FIRE, "b", Status.VIOLATED),
    ]
    assert "0.0 of 6.0 hours" in found[0].why
    assert touched == (("i1", (NO_FIRE,)),)


def test_without_a_paper_the_hours_count_from_when_anybody_first_attended():
    since_six = replace(effort("a", hours=18), by_hour=(Listening.NOT_COVERED,) * 6 + (Listening.QUIET,) * 18)
    found, _ = hold(case(), (), (), (since_six,), NEXT_MIDNIGHT)
    assert found[0].status is Status.OBSERVED
    assert "18.0 of 18.0 hours covered on the ground of a" in found[0].why


def test_nothing_at_all_is_not_verifiable():
    found, touched = hold(case(), (), (), (), NOON)
    assert {each.status for each in found} == {Status.NOT_VERIFIABLE}
    assert touched == ()


# --- properties -----------------------------------------------------------------------------------

DETERMINATIONS = ("a", "b", "both", "other", "no_violation", "undetermined")
CLAIMS = (accuses("a", "b"), accuses("b", "a"), accuses(None, "a"), denies("a"), denies("b"), denies(None, "b"))
EXCHANGED = {"a": "b", "b": "a"}


@st.composite
def worlds(draw):
    """Incidents with claims, their attributions, and effort on either side."""
    count = draw(st.integers(0, 4))
    incidents, attributions = [], []
    for n in range(count):
        start = MIDNIGHT + draw(st.integers(-30, 60)) * HOUR
        claims = draw(st.lists(st.sampled_from(CLAIMS), max_size=3))
        phenomenon = draw(st.sampled_from([*Phenomenon, None]))
        last = start + draw(st.integers(0, 3)) * HOUR
        incidents.append(incident(f"i{n}", *claims, time=start, last=last, phenomenon=phenomenon))
        said, probability = draw(st.sampled_from(DETERMINATIONS)), draw(st.sampled_from([0.02, 0.5, 0.98]))
        if draw(st.booleans()):
            attributions.append(attribution(f"i{n}", said, draw(st.integers(0, 3)), probability))
    days = [DAY, DAY + timedelta(days=1)]
    efforts = [
        effort(side, day, listening=draw(st.sampled_from(Listening)), hours=draw(st.sampled_from([0.0, 7.5, 24.0])))
        for side in ("a", "b")
        for day in days
        if draw(st.booleans())
    ]
    return tuple(incidents), tuple(attributions), tuple(efforts)


def swapped(value: object, back: dict[str, str] = EXCHANGED) -> object:
    """The same value with the two party ids exchanged wherever one stands alone as a string."""
    if isinstance(value, str) and not hasattr(value, "value"):
        return back.get(value, value)
    if isinstance(value, tuple):
        return tuple(swapped(item, back) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{name: swapped(getattr(value, name), back) for name in value.__dataclass_fields__})
    return value


def reworded(status: ClauseStatus) -> ClauseStatus:
    """A status with the parties exchanged in its sentences too; ids there follow `to`, `of`, `for` or `about`."""
    return replace(
        status,
        why=exchanged(status.why),
        would_change=exchanged(status.would_change),
        bearer=EXCHANGED[status.bearer],
        readings=tuple(replace(r, why=exchanged(r.why), by=swapped(r.by)) for r in status.readings),
    )


def exchanged(words: str) -> str:
    for word in ("to", "of", "for", "about"):
        for mark in (" ", ";", ","):
            a, b, hold_ = f"{word} a{mark}", f"{word} b{mark}", f"{word} \0{mark}"
            words = words.replace(a, hold_).replace(b, a).replace(hold_, b)
    return words


@UNHURRIED
@given(worlds(), st.integers(-2, 50))
def test_exchanging_the_parties_exchanges_the_statuses_and_nothing_else(world, hours: int):
    paper = parsed(CEASEFIRE, READINGS.replace("c1.a", "c2.a"))
    as_of = MIDNIGHT + hours * HOUR
    one, touched = hold(case(paper), *world, as_of)
    two, touched_too = hold(case(swapped(paper), parties=("b", "a")), *swapped(world), as_of)
    assert tuple(reworded(status) for status in one) == two
    assert touched == touched_too


@UNHURRIED
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_arrive_changes_nothing(world, random):
    shuffled = tuple(tuple(random.sample(part, len(part))) for part in world)
    one, touched = hold(case(parsed(CEASEFIRE)), *world, NEXT_MIDNIGHT)
    two, touched_too = hold(case(parsed(CEASEFIRE)), *shuffled, NEXT_MIDNIGHT)
    assert [replace(s, incident_ids=frozenset(s.incident_ids)) for s in one] == [
        replace(s, incident_ids=frozenset(s.incident_ids)) for s in two
    ]
    assert sorted(touched) == sorted(touched_too)


@UNHURRIED
@given(worlds())
def test_without_coverage_nothing_is_ever_observed(world):
    incidents, attributions, _ = world
    found, _ = hold(case(parsed(CEASEFIRE)), incidents, attributions, (), NEXT_MIDNIGHT)
    assert Status.OBSERVED not in {status.status for status in found}


@UNHURRIED
@given(worlds(), st.data())
def test_removing_effort_can_only_make_an_observed_status_not_verifiable(world, data):
    incidents, attributions, efforts = world
    kept = tuple(each for each in efforts if data.draw(st.booleans()))
    full, _ = hold(case(parsed(CEASEFIRE)), incidents, attributions, efforts, NEXT_MIDNIGHT)
    less, _ = hold(case(parsed(CEASEFIRE)), incidents, attributions, kept, NEXT_MIDNIGHT)
    for before, after in zip(full, less, strict=True):
        was_lost = (before.status, after.status) == (Status.OBSERVED, Status.NOT_VERIFIABLE)
        assert was_lost or before.status is after.status
        assert after.coverage <= before.coverage


@UNHURRIED
@given(worlds())
def test_nobody_is_in_breach_without_a_determination(world):
    incidents, attributions, efforts = world
    open_ones = tuple(replace(each, determination="undetermined") for each in attributions)
    found, _ = hold(case(parsed(CEASEFIRE)), incidents, open_ones, efforts, NEXT_MIDNIGHT)
    assert Status.VIOLATED not in {status.status for status in found}


def test_effort_is_counted_in_the_days_of_the_case():
    local = replace(case(parsed(CEASEFIRE)), time_zone="Asia/Baku")  # four hours ahead of UTC
    efforts = (effort("a", date(2030, 6, 3)), effort("a", date(2030, 6, 4)))
    assert statuses(efforts=efforts, given_case=local)["a"].coverage == 1.0
    assert statuses(efforts=efforts[:1], given_case=local)["a"].coverage == pytest.approx(20 / 24)
