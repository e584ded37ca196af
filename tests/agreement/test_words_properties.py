"""What holds of every status that records decide, whatever the records: properties over made-up worlds of words."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from books import (
    ACTORS,
    CAMERA,
    MONITOR,
    PAPER,
    RADIO,
    announced,
    arms,
    at,
    counted,
    denies,
    front,
    listed,
    not_yet,
    notice_of,
    position,
    quoting,
    side,
    states,
    way,
)
from hypothesis import given
from hypothesis import strategies as st
from papers import UNHURRIED, case, effort, parsed, zone

from trucewatch.agreement.hold import hold
from trucewatch.model import Case, ClauseStatus, Named, Record
from trucewatch.vocabulary import FeatureRole, MandateNotice, PersonState, State, Status, UnitKind, WayCondition

SIDES = ("north", "south")
EXCHANGED = {"north": "south", "south": "north"}
ANCHOR = '[anchor.start]\nwords = "the start"\nact = "start:it"\nevent = "done"\n'


def duty(name: str, kind: str, bearer: str, act: str, *more: str) -> str:
    lines = (f'id = "{name}"', f'kind = "{kind}"', f"bearer = {bearer}", f'act = "{act}"', *more)
    return "\n".join(lines) + "\n"


def of(bearer: str, number: int) -> tuple[str, ...]:
    """One duty of every kind that records decide, borne by one side, each with an act of its own."""
    who, tag = f'["{bearer}"]', f"{bearer}-{number}"
    other = EXCHANGED[bearer]
    readings = f'[[reading]]\nby = ["{bearer}"]\n[[reading]]\nby = ["{other}"]\ndeadline_rule = "start_of_day"'
    bases = f'[[reading]]\nby = ["{bearer}"]\n[[reading]]\nby = ["{other}"]\nbasis = "accepted_by_other"'
    stages = '[[limits]]\nitem = "arms"\nat_least = 210\nby = 2030-06-10\n[[limits]]\nitem = "arms"\nat_least = 420\nby = 2030-06-20'
    moved = f'[[amendment]]\non = 2030-06-08\nform = "oral"\ndeadline = 2030-06-22\nsource = "s"\naccepted_by = ["{bearer}"]'
    paused = '[[pause]]\nfrom = 2030-06-09\nuntil = 2030-06-12\nform = "protocol"\nsource = "s"\naccepted_by = "all"'
    return (
        duty(f"{tag}.achieve", "achieve", who, f"do:{tag}", "deadline = 2030-06-20", readings, moved),
        duty(f"{tag}.after", "achieve", who, f"after:{tag}", 'deadline = { after = "start", days = 9 }', paused),
        duty(f"{tag}.then", "achieve", who, f"then:{tag}", f'requires = ["{tag}.achieve"]'),
        f'id = "{tag}.order"\nkind = "condition"\nbearer = {who}\nfirst = "{tag}.achieve"\nthen = "{tag}.after"\nrelation = "before"\n',
        duty(f"{tag}.set-up", "establish", who, f"open:{tag}"),
        duty(f"{tag}.limit", "ceiling", who, f"count:{tag}", '[[limits]]\nitem = "men"\nat_most = 1960'),
        duty(f"{tag}.stages", "ceiling", who, f"arms:{tag}", 'basis = "accepted_by_monitor"', stages, bases),
        duty(f"{tag}.ban", "prohibit", who, f"fly:{tag}"),
        duty(
            f"{tag}.may", "permit_if", who, f"may:{tag}", f'exception_to = ["{tag}.ban"]', 'conditions = ["attacked"]'
        ),
        duty(f"{tag}.way", "allow", who, f"pass:{tag}"),
        duty(f"{tag}.notice", "notify", who, f"move:{tag}", "lead = { hours = 48 }"),
        duty(f"{tag}.term", "mandate", who, f"stay:{tag}", "term_months = 1", "renews_months = 1", "notice_months = 0"),
        duty(f"{tag}.fence", "keep_out", who, f"post:{tag}", 'unit = "forces"', 'zone = "zone"'),
    )


TOGETHER = (
    duty("all.achieve", "achieve", '"all"', "do:all", "deadline = 2030-06-20"),
    duty("all.exchange", "exchange", '"all"', "list:all", "deadline = 2030-06-20"),
    duty("all.ban", "prohibit", '"all"', "fly:all"),
)


@cache
def world(parties: tuple[str, str] = SIDES) -> Case:
    """A paper of all kinds that binds either side to the same; the sides stand in the order of the case."""
    duties = [*of(parties[0], 1), *of(parties[1], 2), *TOGETHER]
    area = replace(zone(), role=FeatureRole.ZONE)
    return case(parsed(*duties, front=front(ACTORS, ANCHOR)), places=(area,), parties=parties)


SOURCES = (*map(side, (*SIDES, "mission", "guarantor")), MONITOR, CAMERA, PAPER, RADIO, *map(quoting, SIDES))
TAGS = ("north-1", "south-2")
DAYS = [f"2030-06-{day:02}" for day in (4, 8, 10, 11, 19, 20, 21, 25)]


@st.composite
def records(draw, sources=SOURCES) -> Record:
    source, when = draw(st.sampled_from(sources)), draw(st.sampled_from(DAYS))
    known = draw(st.sampled_from(["", *DAYS]))
    known = known if known >= when else ""
    tag = draw(st.sampled_from((*TAGS, "all")))
    more = {"known": known}
    kind = draw(st.sampled_from(("do", "after", "then", "open", "fly", "may", "move", "start", "other")))
    if kind == "start":
        return states(source, when, about="start:it", **more)
    if kind != "other":
        say = draw(st.sampled_from((states, states, denies, not_yet)))
        event = {"open": "opened", "fly": "occurred", "move": "occurred", "may": "attacked"}.get(kind, "done")
        return say(source, when, event, about=f"{kind}:{tag}", **more)
    number = draw(st.sampled_from((200, 210, 420, 1900, 1960, 2100)))
    window = draw(st.sampled_from(DAYS))
    return draw(
        st.sampled_from(
            (
                counted(source, when, number, number + 50, about=f"count:{tag}", **more),
                arms(
                    source,
                    when,
                    monitor=number,
                    other=draw(st.sampled_from((None, 200, 430))),
                    about=f"arms:{tag}",
                    **more,
                ),
                way(
                    source,
                    when,
                    draw(st.sampled_from(WayCondition)),
                    draw(st.sampled_from([None, *(Named(party=p, verbatim=p) for p in SIDES)])),
                    about=f"pass:{tag}",
                    **more,
                ),
                announced(source, when, window, about=f"move:{tag}", **more),
                notice_of(source, when, draw(st.sampled_from(MandateNotice)), about=f"stay:{tag}", **more),
                listed(
                    source,
                    when,
                    draw(st.sampled_from("pq")),
                    draw(st.sampled_from(PersonState)),
                    about="list:all",
                    **more,
                ),
                position(
                    source,
                    when,
                    draw(st.sampled_from((37.0, 38.0, 38.2))),
                    48.1,
                    kind=UnitKind.FORCES,
                    about=f"post:{tag}",
                    **more,
                ),
            )
        )
    )


WORLDS = st.lists(records(), max_size=12)
MOMENTS = st.sampled_from(["2030-06-01", *DAYS, "2030-07-01", "2030-09-01"])


def held(given: Case, told, as_of: str, **more) -> tuple[ClauseStatus, ...]:
    known = {"as_known": at(more.pop("known"))} if "known" in more else {}
    found, _ = hold(given, (), (), more.pop("efforts", ()), at(as_of), records=tuple(told), **known)
    return found


@UNHURRIED
@given(WORLDS, MOMENTS, st.randoms(use_true_random=False))
def test_neither_the_order_of_arrival_nor_repetition_changes_anything(told, as_of: str, random):
    once = held(world(), told, as_of)
    assert held(world(), random.sample(told, len(told)), as_of) == once
    assert held(world(), [*told, *random.sample(told, len(told) // 2)], as_of) == once


@UNHURRIED
@given(WORLDS, WORLDS, MOMENTS, MOMENTS)
def test_late_evidence_revises_without_erasing_what_was_known_then(told, later, as_of: str, known: str):
    then = at(known)
    by_then = [each for each in told if (each.clocks.received or each.clocks.claimed.end) <= then]
    after = [each for each in later if (each.clocks.received or each.clocks.claimed.end) > then]
    assert held(world(), [*told, *after], as_of, known=known) == held(world(), by_then, as_of, known=known)


@UNHURRIED
@given(WORLDS, MOMENTS)
def test_what_had_not_happened_yet_decides_nothing_as_of_then(told, as_of: str):
    over = [each for each in told if each.clocks.claimed.end <= at(as_of)]
    assert held(world(), told, as_of) == held(world(), over, as_of)


def swapped(value):
    """The same with the names of the sides exchanged wherever they stand, in sentences too."""
    if isinstance(value, str) and not hasattr(value, "value"):
        return value.replace("north", "\0").replace("south", "north").replace("\0", "south")
    if isinstance(value, tuple):
        return tuple(swapped(item) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{name: swapped(getattr(value, name)) for name in value.__dataclass_fields__})
    return value


@UNHURRIED
@given(WORLDS, MOMENTS)
def test_exchanging_the_sides_exchanges_the_statuses_their_words_and_nothing_else(told, as_of: str):
    here = held(world(), told, as_of)
    there = held(world(SIDES[::-1]), [swapped(each) for each in told], as_of)
    assert swapped(here) == there


MONTH = tuple(effort(who, date(2030, 6, 3) + timedelta(days=n)) for who in SIDES for n in range(28))


@UNHURRIED
@given(WORLDS, MOMENTS, st.data())
def test_removing_coverage_never_yields_observed_or_violated(told, as_of: str, data):
    kept = tuple(each for each in MONTH if data.draw(st.booleans()))
    for before, after in zip(
        held(world(), told, as_of, efforts=MONTH), held(world(), told, as_of, efforts=kept), strict=True
    ):
        if after.status in (Status.OBSERVED, Status.VIOLATED):
            assert before.state is after.state


@UNHURRIED
@given(MOMENTS)
def test_without_any_record_nothing_is_fulfilled_and_nobody_is_in_breach(as_of: str):
    found = {each.status for each in held(world(), (), as_of, efforts=MONTH) if "notice" not in each.obligation_id}
    assert not found & {Status.OBSERVED, Status.VIOLATED}


@UNHURRIED
@given(st.lists(records(sources=(side("north"), quoting("north"))), max_size=12), MOMENTS)
def test_a_sides_own_word_alone_fulfils_nothing_that_it_owes(told, as_of: str):
    mine = [each for each in held(world(), told, as_of) if each.bearer == "north"]
    assert Status.OBSERVED not in {each.status for each in mine}


@UNHURRIED
@given(WORLDS, MOMENTS)
def test_a_breach_rests_on_a_monitors_person_or_on_the_bearers_own_word(told, as_of: str):
    persons = {side("mission"), MONITOR}
    words = [each for each in told if each.source not in persons and each.source.side != side("north").side]
    found = [each for each in held(world(), words, as_of) if each.bearer == "north"]
    assert State.BREACHED not in {each.state for each in found}


@UNHURRIED
@given(WORLDS, MOMENTS)
def test_every_status_says_why_and_what_would_change_it_and_keeps_to_the_clock(told, as_of: str):
    keys = {each.key for each in told}
    for each in held(world(), told, as_of):
        assert each.why
        assert each.would_change
        assert set(each.record_keys) <= keys
        assert each.since is None or each.since <= each.as_of
        assert each.next_deadline is None or each.next_deadline > each.as_of
