"""The sentences that people read: both voices always together, the same words for every side, names as passed in."""

import re
from dataclasses import replace

from hypothesis import given
from tests.cases.rooms import FIRST, NORTH, SECOND, SOUTH, STAFF, TERMS, Room, exchange, renamed, rooms, time

from trucewatch.cases import counts, office, words
from trucewatch.vocabulary import DecisionRule

NAMES = {NORTH: "Northland", SOUTH: "Southland", FIRST: "Russia", SECOND: "Turkey", "liaison-n": "the northern post"}


def judged(*findings, clause="1"):
    room = Room()
    of = room.conclude("i-1")
    for who, finding in zip(("reviewer-one", "reviewer-two"), findings, strict=True):
        if finding is not None:
            room.find(who, finding, of, position="contest" if finding else "abstain", clause=clause)
    return room


def outcome(room, terms=TERMS):
    return words.outcome_words(room.office(terms=terms).reviews["i-1"], terms, NAMES)


def test_agreement_is_said_in_one_sentence():
    assert outcome(judged(NORTH, NORTH)) == "Russia and Turkey find the same: a violation by Northland."


def test_dissent_is_said_with_both_voices_and_the_rule_that_decides():
    assert outcome(judged(NORTH, "no_violation")) == (
        "Russia finds a violation by Northland; Turkey finds nothing prohibited. By the agreement's rule (every guarantor "
        "must find the same) the finding is undetermined."
    )


def test_silence_and_abstention_are_said_of_whoever_it_is():
    assert outcome(judged(None, "")) == (
        "Russia has not given its determination; Turkey abstains. By the agreement's rule (every guarantor must find the "
        "same) the finding is so far undetermined."
    )


def test_the_rule_of_either_is_said():
    said = outcome(judged(SOUTH, ""), replace(TERMS, rule=DecisionRule.EITHER))
    assert said.endswith(
        "(one guarantor is enough, unless another contradicts) the finding is a violation by Southland."
    )


def test_an_old_basis_is_said():
    room = judged(NORTH, NORTH)
    room.conclude("i-1", determination=NORTH)
    assert outcome(room).endswith(
        "A determination was given on an older conclusion, which the newest one differs from."
    )
    room.conclude("i-7", more=["seen at i-1"])
    assert outcome(room).endswith("no incident of this name; what was observed belongs to i-7 now.")


def test_why_two_counts_differ_is_said_incident_by_incident_and_in_numbers():
    room = judged(NORTH, "undetermined", clause="")
    both = counts(room.office())
    assert words.difference_words(both.differences[0], NAMES) == (
        "Russia finds a violation by Northland (contesting the proposal from 0 entries, no clause cited); Turkey finds "
        "that it cannot be determined (contesting the proposal from 0 entries, no clause cited)."
    )
    assert words.count_words(both, NAMES) == (
        "A violation by Northland: Russia 1, Turkey 0 (by Russia and not by all: i-1).",
        "That it cannot be determined: Russia 0, Turkey 1 (by Turkey and not by all: i-1).",
    )


def test_different_conclusions_before_two_staffs_are_said():
    room = judged(NORTH, None)
    room.find("reviewer-two", SOUTH, room.conclude("i-1"))
    (difference,) = counts(room.office()).differences
    assert "They looked at different conclusions" in words.difference_words(difference, NAMES)


def test_counts_that_agree_need_no_explanation():
    assert words.count_words(counts(judged(NORTH, NORTH).office()), NAMES) == ()


def test_a_cases_state_says_since_when_why_and_what_the_guarantors_found():
    room = Room()
    room.case("alleged", "preliminary")
    room.case("suspended", reason="security")
    assert words.case_words(room.office().cases["c-1"], NAMES) == (
        "The work is suspended: it is not safe, since 2026-03-01T12:02:00Z."
    )
    room = Room()
    room.review()
    assert words.case_words(room.office().cases["c-1"], NAMES).endswith(
        "Russia finds a violation by Northland; Turkey finds a violation by Northland. Together: a violation by Northland."
    )


def test_what_a_case_lacks_for_its_next_move_is_said_with_names():
    room = Room()
    room.case("alleged", "preliminary", "tasked")
    room.case_find("investigator", NORTH, stage="preliminary")
    assert words.next_words(room.office().cases["c-1"], TERMS, NAMES) == (
        "reported (neither heard nor refusing to be heard: Northland, Southland)", "suspended",
    )  # fmt: skip


def test_a_message_says_who_has_it_and_who_has_not():
    room = Room()
    sent = room.say("officer", "message", about="")
    room.say("liaison-s", "receipt", message=sent)
    assert words.message_words(room.office().messages[0], NAMES) == (
        "Sent to the northern post (Northland) and liaison-s (Southland) at once. "
        "Not received yet: the northern post (Northland)."
    )
    alone = room.office(staff={"officer": ("officer", ""), "liaison-s": ("liaison", SOUTH)}).messages[0]
    assert words.message_words(alone, NAMES).endswith("Without a liaison: Northland.")


def test_a_bearers_own_word_is_called_that():
    room = Room()
    met = room.say("officer", "meeting", time=time(), present=[])
    agreed = room.say("officer", "measure", meeting=met, bearer=NORTH, due=time(1))
    assert words.measure_words(room.office().measures[0], NAMES) == "Nobody has said what became of it."
    room.say("liaison-n", "measure_done", measure=agreed, state="done")
    assert words.measure_words(room.office().measures[0], NAMES) == "Done, by Northland's own word."
    room.say("officer", "measure_done", measure=agreed, state="not_done")
    found = room.office(days=2)
    assert words.measure_words(found.measures[0], NAMES) == "Not done, by the centre's word."
    assert words.overdue_words(found.overdue[0], NAMES) == (
        "Northland: an agreed measure was due 2026-03-02T12:00:00Z and is not reported done."
    )


def test_silence_is_not_held_against_a_side():
    room = judged(NORTH, NORTH)
    room.publish(0, [2, 3], reply_by=time(3))
    (late,) = room.office(days=5).overdue
    assert words.overdue_words(late, NAMES) == (
        "Northland: no reply until 2026-03-04T12:04:00Z (i-1); the right was not used, and nothing follows from that."
    )


def everything(room, names):
    found = office(room.said, TERMS, STAFF, room.said[-1].time.replace(year=2027))
    return [
        *(words.outcome_words(review, TERMS, names) for review in found.reviews.values()),
        *(words.case_words(case, names) for case in found.cases.values()),
        *(word for case in found.cases.values() for word in words.next_words(case, TERMS, names)),
        *(words.message_words(message, names) for message in found.messages),
        *(words.measure_words(measure, names) for measure in found.measures),
        *(words.overdue_words(late, names) for late in found.overdue),
        *(words.difference_words(difference, names) for difference in counts(found).differences),
        *words.count_words(counts(found), names),
    ]


@given(rooms)
def test_every_sentence_is_the_same_for_both_sides_and_is_whole(room):
    said = everything(room, {})
    turned = everything(room, exchange(NORTH, SOUTH))
    assert turned == [renamed(sentence, exchange(NORTH, SOUTH)) for sentence in said]
    for sentence in everything(room, NAMES):
        assert "None" not in sentence
        assert not re.search(r"\s\s|_| $|\(\)", sentence), sentence
