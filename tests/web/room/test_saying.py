"""What a form becomes before anybody signs it, and what is refused there, where it can still be mended."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.cases.rooms import NOON, NORTH, STAFF, TERMS, Room

from trucewatch.cases import Procedure, office
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.ledger.encoding import encode
from trucewatch.model import Party
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import judging, observing, pages, routes, saying, tracing
from trucewatch.web.room.access import Access, Person, packaged_policy
from trucewatch.web.room.desk import Seen
from trucewatch.web.room.filling import FormError
from trucewatch.web.room.visit import Visit

HERE = Context(
    parties=(Party(id=NORTH, names=(("en", "North"),)),),
    time_zone="UTC",
    gazetteer=Gazetteer(),
    theatre=(37.0, 47.0, 39.0, 49.0),
)
CASE = SimpleNamespace(time_zone="UTC")
SEEN = {
    "phenomenon": ["explosion"],
    "means": ["saw"],
    "time": ["2026-03-01T12:00"],
    "observer_lon": ["38.0"],
    "observer_lat": ["48.0"],
}
WATCHED = {"means": ["heard"], "begin": ["2026-03-01T10:00"], "end": ["2026-03-01T11:00"]}


class Desk:
    """A desk that knows the rules."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def would_be_odd(self, said, now) -> str:
        found = office([*self.room.said, said], Procedure(first=TERMS), STAFF, now)
        return next((odd.reason for odd in found.odd if odd.said.name == said.name), "")


def visit(who: str, room: Room | None = None, **more) -> Visit:
    role, of = STAFF[who]
    said = room.said if room else []
    return Visit(
        person=Person(id=who, role=role, of=of),
        now=NOON,
        on_shift=False,
        access=Access(packaged_policy()),
        seen=Seen(size=len(said), time=NOON, said=tuple(said), staff=STAFF, guarantors=TERMS.guarantors),
        conclusions=None,
        office=office(said, Procedure(first=TERMS), STAFF, NOON),
        origin="centre.example/log",
        **more,
    )


def at_the_case(who: str) -> Visit:
    at = visit(who)
    at.conclusions = SimpleNamespace(case=CASE, context=HERE)
    return at


def test_whoever_concurs_concurs_with_the_conclusion_that_the_page_showed_however_much_came_since():
    room = Room()
    shown = room.conclude("i-1", determination="other")
    room.conclude("i-1", determination="both")
    form = {"incident": ["i-1"], "of": [str(shown)], "position": ["concur"], "text": ["Two saw it."]}
    draft = saying.statement(Desk(room), visit("reviewer-one", room), "determination", form)
    assert draft.entry["finding"] == "other"
    for number, why in ((str(len(room.said) + 9), "no conclusion from"), ("x", "is not the number")):
        with pytest.raises(FormError, match=why):
            saying.statement(
                Desk(room), visit("reviewer-one", room), "determination",
                {**form, "of": [number], "finding": ["other"]},
            )  # fmt: skip


def entry_page(who: str, room: Room, index: int) -> str | None:
    at, fields = visit(who, room), {**room.said[index].fields, "commitments": []}
    found = tracing._entry_page(at, index, encode(fields), (), is_witnessed=False)
    return None if found is None else pages.render("room_entry.html", at, **found).decode()


def test_the_page_of_what_the_rules_do_not_allow_says_so_and_why_and_is_for_the_room_alone():
    room = Room()
    room.conclude("i-1")
    odd = room.say("liaison-n", "message", about="")
    kept = room.say("officer", "message", about="")
    assert "The rules do not allow this:</strong> it <bdi>is said by a liaison" in entry_page("auditor", room, odd)
    assert "do not allow" not in entry_page("liaison-s", room, kept)
    assert entry_page("liaison-n", room, odd) is entry_page("liaison-s", room, odd) is None


def test_whoever_publishes_signs_what_the_procedure_makes_of_it_and_not_only_on_what_it_rests():
    room = Room()
    of = room.conclude("i-1")
    said = room.both_find("both", of)
    form = {"incident": ["i-1"], "reply_by": ["2026-03-09T12:00"], **{name: ["x" * 15] for name, _ in saying.HARM}}
    at = replace(visit("officer", room), on_shift=True)
    draft = saying.statement(Desk(room), at, "finding", form)
    assert (draft.entry["finding"], draft.entry["determinations"], draft.entry["outcome"]) == ("both", said, "agreed")
    shown = pages.told_fields({**draft.entry, **draft.shown}, at.names, "UTC")
    assert ("Who, by the procedure", "both sides") in shown or ("Who, by the procedure", "both") in shown
    # what the form says of it otherwise counts for nothing
    again = saying.statement(Desk(room), at, "finding", {**form, "finding": ["other"], "outcome": ["differing"]})
    assert (again.entry["finding"], again.entry["outcome"]) == ("both", "agreed")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"observer_lon": "48.0", "observer_lat": "38.0"}, "exchanged"),
        ({"count": "3", "count_min": "5"}, "count"),
        ({"count": "1_000"}, "1_000"),
        ({"distance_km": "1_0", "bearing_deg": "90"}, "1_0"),
    ],
)
def test_what_the_cases_own_reader_would_reject_is_said_on_the_form_and_never_signed(wrong, words):
    given = {**SEEN, **{name: [word] for name, word in wrong.items()}}
    with pytest.raises(FormError, match=words):
        saying.observation(at_the_case("monitor"), given, quiet=False)


@pytest.mark.parametrize("who", ["monitor", "officer", "investigator", "liaison-n"])
def test_what_somebody_saw_can_be_read_by_whoever_draws_the_conclusions(who):
    draft = saying.observation(at_the_case(who), SEEN, quiet=False)
    assert draft.shown["01:source"] == who
    place = {"observer_lon": ["38.0"], "observer_lat": ["48.0"]}
    saying.observation(at_the_case(who), {**WATCHED, **place}, quiet=True)


@pytest.mark.parametrize("who", ["monitor", "officer", "investigator", "liaison-n", "liaison-s"])
def test_nobody_signs_a_row_in_which_somebody_else_is_the_source(who):
    at = at_the_case(who)
    draft = saying.observation(at, SEEN, quiet=False)
    saying.check(None, at, draft)
    changed = {"01:source": "camera 7"} if not who.startswith("liaison") else {"02:source_class": "observer"}
    with pytest.raises(RefusalError) as refused:
        saying.check(None, at, replace(draft, shown={**draft.shown, **changed}))
    assert refused.value.status == 403


def test_every_column_that_the_submission_page_can_fill_has_a_name_in_words():
    filled = {*observing._NUMBERS, "id", "source", "source_class", "source_side", "means", "phenomenon", "direction"}
    assert filled | {"weapon", "time", "time_sd_s", "text"} == set(observing.COLUMNS)
    offered = {*observing.MEANS, *observing.WEAPONS, *observing.PHENOMENA, *observing.DIRECTIONS}
    assert set(observing._IN_WORDS) <= offered
    assert not [value for value in offered if "_" in observing.in_words(value)]
    assert len({observing.in_words(value) for value in observing.WEAPONS}) == len(observing.WEAPONS)


def test_who_has_new_conclusions_drawn_at_once_is_for_the_policy_to_say():
    may = {who for who in STAFF if not visit(who).why_not(*routes.ASSESS)}
    assert may == {"officer"}
    everybody = Access('@id("all")\n@rule("Everybody does everything.")\npermit (principal, action, resource);\n')
    assert not replace(visit("auditor"), access=everybody).why_not(*routes.ASSESS)


@pytest.mark.parametrize("name", ["Isle of Wight", "Camp", "3 km of line"])
@pytest.mark.parametrize(("lat", "words"), [(50.05, "20 km"), (50.15, "30 km")])
def test_a_coarse_place_does_not_depend_on_what_a_settlement_is_called(name, lat, words):
    import numpy as np

    from trucewatch.report.places import Settlements

    known = Settlements(names=(name,), lon=np.array([10.0]), lat=np.array([50.0]))
    one = SimpleNamespace(place=SimpleNamespace(lon=10.0, lat=lat, radius_km_68=0.2, end="impact"))
    assert judging.coarse(one, SimpleNamespace(places=known)) == f"within about {words} of {name}"


def test_a_field_that_was_left_empty_names_nobody():
    given = {"type": "statement", "kind": "determination", "clause": "", "finding": NORTH}
    found = dict(pages.told_fields(given, {"": "nobody named", NORTH: "North"}, "UTC"))
    assert (found["Clause"], found["Who, by this judgement"]) == ("–", "North")


def test_a_task_is_offered_to_nobody_who_was_dismissed():
    at = visit("officer")
    at.seen = replace(at.seen, dismissed=frozenset({"monitor"}))
    offered = {name for name, _ in at.lists["staff"]}
    assert offered == STAFF.keys() - {"monitor"}
