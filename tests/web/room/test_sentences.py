"""What somebody signs stands in sentences, of every kind, with the words that decide it, and alike for both sides."""

import re

import pytest
from tests.cases.rooms import FIRST, NORTH, SECOND, SOUTH, TERMS, Room, renamed, time
from tests.web.room.test_saying import visit

from trucewatch.web.room import observing, saying
from trucewatch.web.room.forms import FORMS
from trucewatch.web.room.sentences import sentences


def everything() -> Room:
    """A log in which every kind of statement stands at least once."""
    room = Room()
    of = room.conclude("i-1")
    published = room.publish(of, room.both_find(NORTH, of), finding=NORTH)
    room.find("reviewer-one", "", of, position="abstain", clause="")
    room.say("liaison-n", "reply", to=published, stance="rejects")
    room.say("officer", "release", of=of, digest="ab" * 32)
    message = room.say("officer", "message", "Hold your fire.", about="i-1")
    room.say("liaison-s", "receipt", message=message)
    room.say("officer", "call", side=SOUTH, time=time(), direction="in")
    meeting = room.say("officer", "meeting", time=time(), present=["officer", f"side:{NORTH}"])
    measure = room.say("officer", "measure", "Guns back.", meeting=meeting, bearer=SOUTH, due=time(2))
    room.say("liaison-s", "measure_done", measure=measure, state="partly")
    room.say("officer", "shift", what="begin", time=time())
    room.report()
    task = room.say("officer", "task", "Look at the crater.", case="c-1", to="investigator", due=time(2))
    room.say("investigator", "task_done", task=task)
    room.say("investigator", "evidence", case="c-1", entries=[0, 1], blobs=["cd" * 32])
    room.case_find("reviewer-two", SOUTH, clause="")
    remedy = room.say("officer", "remedy", case="c-1", side=NORTH, due=time(9))
    room.say("liaison-n", "remedied", remedy=remedy, state="done")
    room.say("officer", "correction", corrects=message)
    return room


def told(room: Room, who: str = "auditor") -> dict[int, tuple[str, ...]]:
    at = visit(who, room)
    said = [one for one in room.said if one.fields["type"] == "statement"]
    return {one.index: sentences(at, one.fields, one.shown) for one in said}


def test_every_kind_of_statement_has_sentences_and_none_shows_a_field_as_it_is_called_in_the_entry():
    room = everything()
    found = told(room)
    assert {room.said[index].fields["kind"] for index in found} == FORMS.keys()
    for index, lines in found.items():
        fields = room.said[index].fields
        assert lines, fields["kind"]
        text = " ".join(lines)
        assert not re.search(r"\b\w+_\w+\b|[{}\[\]]|\bNone\b", text), text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("determination", f"For the guarantor {FIRST}: this staff contests what the machine proposes of the incident"),
        ("reply", f"{NORTH} replies to the finding of the incident i-1"),
        ("call", f"{SOUTH} called the centre on the hotline at 2026-03-01 12:00 (UTC)"),
        ("measure_done", "“Guns back.”) it is said that it is partly done"),
        ("task_done", "“Look at the crater.”"),
        ("correction", "“Hold your fire.”"),
    ],
)
def test_the_words_that_decide_it_stand_in_them_and_what_it_is_about_is_named(kind, words):
    room = everything()
    (lines,) = [lines for index, lines in told(room).items() if room.said[index].fields["kind"] == kind][:1]
    assert words in " ".join(lines)


def test_with_sides_and_guarantors_exchanged_the_sentences_are_the_same_with_the_labels_exchanged():
    names = {NORTH: SOUTH, SOUTH: NORTH, FIRST: SECOND, SECOND: FIRST}
    plain, other = told(everything()), Room(said=renamed(everything().said, names))
    at = visit("auditor", other)
    at.seen = at.seen.__class__(**{**vars(at.seen), "staff": renamed(at.seen.staff, names)})
    exchanged = {index: sentences(at, other.said[index].fields, other.said[index].shown) for index in plain}
    assert exchanged == renamed(plain, names) != plain
    assert TERMS.guarantors == (FIRST, SECOND)


def test_what_a_reader_may_not_see_is_named_by_its_number_alone():
    room = everything()
    (index,) = [one.index for one in room.said if one.fields.get("kind") == "measure_done"]
    call = next(one for one in room.said if one.fields.get("kind") == "call")
    answer = {"type": "statement", "kind": "correction", "who": "officer", "corrects": call.index}
    assert "hotline call" in " ".join(sentences(visit("liaison-s", room), answer, {}))
    assert sentences(visit("liaison-n", room), answer, {})[0].startswith(f"Corrected is entry {call.index}.")
    assert "Guns back" in " ".join(sentences(visit("liaison-n", room), room.said[index].fields, {}))


def test_an_observation_and_a_watch_are_told_with_when_where_and_how():
    given = {"means": ["heard"], "begin": ["2026-03-01T10:00"], "end": ["2026-03-01T11:00"],
             "observer_lon": ["38.0"], "observer_lat": ["48.0"]}  # fmt: skip
    at = visit("monitor")
    draft = saying.observation(at, given, quiet=True)
    assert sentences(at, draft.entry, draft.shown) == (
        "monitor kept watch (heard) and noticed nothing, from about 2026-03-01 10:00 to about 2026-03-01 11:00 (UTC).",
        "It was perceived from 48.0° N, 38.0° E.",
    )
    seen = {**given, "phenomenon": ["explosion"], "time": ["2026-03-01T12:00"], "count": ["3"]}
    draft = saying.observation(at, seen, quiet=False)
    assert sentences(at, draft.entry, draft.shown)[0] == (
        "monitor perceived (heard): explosion; how many: 3, at 2026-03-01 12:00 (UTC), give or take 30 s."
    )
    assert draft.entry["reader"] == observing.READER


@pytest.mark.parametrize("spread", ["1e300", "inf", "nan", "wide"])
def test_a_watch_whose_spread_is_no_time_has_no_sentences(spread):
    given = {"means": ["heard"], "begin": ["2026-03-01T10:00"], "end": ["2026-03-01T11:00"],
             "observer_lon": ["38.0"], "observer_lat": ["48.0"]}  # fmt: skip
    draft = saying.observation(visit("monitor"), given, quiet=True)
    (name,) = [name for name in draft.shown if name.endswith(":time_sd_s")]
    assert sentences(visit("monitor"), draft.entry, {**draft.shown, name: spread}) == ()


@pytest.mark.parametrize("wrong", [{}, {"position": "nods"}, {"incident": 7, "finding": []}, {"of": "many"}])
def test_what_no_page_of_ours_makes_has_no_sentences_and_is_shown_field_by_field(wrong):
    fields = {"type": "statement", "kind": "determination", "who": "reviewer-one", **wrong}
    assert sentences(visit("auditor"), fields, {}) == ()
