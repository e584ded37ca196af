"""The policy of the room over every kind of person, action and thing: Cedar one by one, and its WHERE on SQLite.

    python -m benchmarks.access [--every N] [--page PAGE]     every N-th thing; 1: 5.5 million questions, 2 hours or so

For each person, with and without a shift, and each action, Cedar is asked about each thing, in batches; the same table
is asked with the WHERE. Counted are: things of which the two say different; sealed things (class 3) that anybody may
do anything with but hand in; questions whose answer changes when the two sides, or the two guarantors, exchange their
places with all who speak for them. All three must be 0. A control counts how many differences there are when the WHERE
comes from a policy without one of its rules: each rule must be missed.
"""

import argparse
import platform
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import islice, product
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, create_engine, insert, select

from trucewatch.db.tables import thing_columns
from trucewatch.web.room.access import ACTIONS, ANYBODY, SEALED, Access, Asked, Person, Thing, packaged_policy, row

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIDES, GUARANTORS = ("", "east", "west"), ("", "first", "second")
# none, one, several, one that is nobody's; names of which one is the other's beginning, or differs in its size alone
ZONES = tuple(
    map(frozenset, ((), ("zone-1",), ("zone-2",), ("zone-1", "zone-2"), ("zone-11", "ZONE-1", "zone-1,zone-2")))
)
EMBARGOES = (None, NOW, NOW + timedelta(milliseconds=1))
OWNERS = ("", "officer-1", "monitor-1", "liaison-1", "liaison-2")
KINDS = ("observation", "evidence", "measure_done", "task_done", "remedied")  # the last four are named by rules
PEOPLE = (
    ANYBODY,
    Person(id="officer-1", role="officer"),
    Person(id="reviewer-1", role="reviewer", of="first"),
    Person(id="reviewer-2", role="reviewer", of="second"),
    Person(id="liaison-1", role="liaison", of="east"),
    Person(id="liaison-2", role="liaison", of="west"),
    Person(id="investigator-1", role="investigator"),
    Person(id="reporter-1", role="reporter"),
    Person(id="monitor-1", role="monitor", zones=frozenset({"zone-1"})),
    Person(id="monitor-2", role="monitor", zones=frozenset({"zone-1", "zone-2"})),
    Person(id="monitor-3", role="monitor"),
    Person(id="auditor-1", role="auditor"),
)
THE_SIDES = {"east": "west", "west": "east", "liaison-1": "liaison-2", "liaison-2": "liaison-1"}
THE_GUARANTORS = {"first": "second", "second": "first", "reviewer-1": "reviewer-2", "reviewer-2": "reviewer-1"}
CASES = tuple(product(PEOPLE, (False, True), ACTIONS))
THINGS = Table("things", MetaData(), *thing_columns())

Case = tuple[Person, bool, str]
Answers = Mapping[Case, Sequence[bool]]


def things(every: int = 1) -> list[Thing]:
    """Return every N-th of all things, and those in their place when the sides or the guarantors are exchanged.

    A side, guarantor, set of zones, class, embargo, owner and kind each with each other.
    """
    made = product(KINDS, SIDES, GUARANTORS, ZONES, range(SEALED + 1), EMBARGOES, OWNERS)
    names = ("kind", "side", "guarantor", "zones", "protection", "embargo", "owner")
    some = [Thing(id="", **dict(zip(names, one, strict=True))) for one in islice(made, 0, None, every)]
    for exchange in (THE_SIDES, THE_GUARANTORS):
        some = list(dict.fromkeys([*some, *(exchanged_thing(exchange, thing) for thing in some)]))
    return [replace(thing, id=str(number)) for number, thing in enumerate(some)]


# --- both answers ---------------------------------------------------------------------------------


def by_cedar(access: Access, case: Case, given: Sequence[Thing]) -> list[bool]:
    """Ask Cedar about each thing."""
    person, on_shift, action = case
    return access.decide(
        [Asked(person=person, action=action, thing=thing, now=NOW, on_shift=on_shift) for thing in given]
    )


def by_where(access: Access, case: Case, held: Connection, count: int) -> list[bool]:
    """Ask the table of these things."""
    person, on_shift, action = case
    where = access.where(person, action, THINGS, NOW, on_shift=on_shift)
    found = set(held.scalars(select(THINGS.c.id).where(where)))
    return [str(number) in found for number in range(count)]


def table_of(given: Sequence[Thing]) -> Connection:
    """Return a database in memory whose only table holds these things."""
    held = create_engine("sqlite://").connect()
    THINGS.create(held)
    held.execute(insert(THINGS), [row(thing) for thing in given])
    return held


# --- exchanged ------------------------------------------------------------------------------------


def exchanged(names: Mapping[str, str], person: Person) -> Person:
    """Return who stands in this person's place when names are exchanged."""
    return replace(person, id=names.get(person.id, person.id), of=names.get(person.of, person.of))


def exchanged_thing(names: Mapping[str, str], thing: Thing) -> Thing:
    """Return the thing in this one's place when names are exchanged."""
    fields = {name: names.get(getattr(thing, name), getattr(thing, name)) for name in ("side", "guarantor", "owner")}
    return replace(thing, **fields)


def partial(answers: Answers, given: Sequence[Thing], names: Mapping[str, str]) -> int:
    """Count the answers that are others when names are exchanged."""
    places = {replace(thing, id=""): number for number, thing in enumerate(given)}
    counterparts = [places[replace(exchanged_thing(names, thing), id="")] for thing in given]
    return sum(
        answer != answers[exchanged(names, case[0]), case[1], case[2]][other]
        for case, own in answers.items()
        for answer, other in zip(own, counterparts, strict=True)
    )


def without_each_rule(text: str) -> Iterator[tuple[str, Access]]:
    """Yield the policy once without each of its rules, with the rule's name."""
    head, *rules = text.split("\n@id(")
    for number, rule in enumerate(rules):
        rest = [one for other, one in enumerate(rules) if other != number]
        yield rule.split('"')[1], Access("\n@id(".join([head, *rest]))


# --- the whole ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What was counted, and the seconds of the processor that each way took."""

    questions: int = 0
    allowed: int = 0
    different: int = 0
    unsealed: int = 0
    sides: int = 0
    guarantors: int = 0
    cedar_s: float = 0.0
    where_s: float = 0.0
    missed: dict[str, int] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        """Tell whether all is as it must be."""
        return not (self.different or self.unsealed or self.sides or self.guarantors) and all(self.missed.values())


def measured(given: Sequence[Thing]) -> Tally:
    """Ask everything in both ways and count."""
    access, held, tally, answers = Access(packaged_policy()), table_of(given), Tally(), {}
    for case in CASES:
        begun = time.process_time()
        cedar = by_cedar(access, case, given)
        between = time.process_time()
        where = by_where(access, case, held, len(given))
        tally.cedar_s += between - begun
        tally.where_s += time.process_time() - between
        tally.different += sum(one != other for one, other in zip(cedar, where, strict=True))
        sealed = [yes for yes, thing in zip(cedar, given, strict=True) if thing.protection == SEALED]
        tally.unsealed += sum(sealed) if case[2] != "submit" else 0
        tally.questions += len(given)
        tally.allowed += sum(cedar)
        answers[case] = cedar
    tally.sides, tally.guarantors = (partial(answers, given, names) for names in (THE_SIDES, THE_GUARANTORS))
    for name, other in without_each_rule(packaged_policy()):
        tally.missed[name] = sum(
            one != two
            for case, own in answers.items()
            for one, two in zip(own, by_where(other, case, held, len(given)), strict=True)
        )
    return tally


def one_by_one(count: int = 3000) -> float:
    """Return how many questions a second of the processor are answered when each comes alone, as from a page."""
    access, given = Access(packaged_policy()), things()[:count]
    begun = time.process_time()
    for number, thing in enumerate(given):
        access.may(PEOPLE[number % len(PEOPLE)], "read", thing, NOW, on_shift=True)
    return len(given) / (time.process_time() - begun)


def page(tally: Tally, alone_per_s: float, every: int) -> str:
    """Return the page of results."""
    commit = subprocess.run(
        ["git", "log", "-1", "--format=%h of %cd", "--date=format:%-d %B %Y"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    packages = ", ".join(f"{name} {version(name)}" for name in ("cedarpy", "SQLAlchemy"))
    bars = [
        ("Cedar and the WHERE say the same of every thing", f"{tally.different} differences", not tally.different),
        ("nobody does anything with what is sealed but hand it in", f"{tally.unsealed} times", not tally.unsealed),
        ("the two sides exchanged: the same answers", f"{tally.sides} others", not tally.sides),
        ("the two guarantors exchanged: the same answers", f"{tally.guarantors} others", not tally.guarantors),
        ("a rule left out is missed", f"{len([n for n in tally.missed.values() if n])} of {len(tally.missed)} rules",
         all(tally.missed.values())),
    ]  # fmt: skip
    count = tally.questions // len(CASES)
    lines = [
        "# Access to the room",
        "",
        f"Commit {commit.strip()}, Python {platform.python_version()}, {packages}; SQLite in memory.",
        "Other work ran on the same 2 cores; speeds are per second of the processor. Made by",
        f"`python -m benchmarks.access --every {every} --page PAGE`.",
        "",
        f"{tally.questions:,} questions: {len(PEOPLE)} people, with and without a shift, {len(ACTIONS)} actions,",
        f"{count:,} things. Allowed: {tally.allowed:,}.",
        "",
        "| bar | measured | |",
        "|---|---|---|",
        *(f"| {bar} | {figure} | {'met' if is_met else 'NOT MET'} |" for bar, figure, is_met in bars),
        "",
        "| way | per second |",
        "|---|---|",
        f"| Cedar, in batches of {count:,} | {tally.questions / tally.cedar_s:,.0f} decisions |",
        f"| Cedar, one question at a time | {alone_per_s:,.0f} decisions |",
        f"| WHERE on SQLite, from the policy's text to the list of ids | {tally.questions / tally.where_s:,.0f} rows |",
        "",
        "What it cannot show: that the rules are the right ones (read `room.cedar`); that a page asks at all.",
        "",
        "## Each rule left out",
        "",
        "How many answers of the WHERE are others without it.",
        "",
        "| rule | answers |",
        "|---|---|",
        *(f"| {name} | {count:,} |" for name, count in tally.missed.items()),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=29, help="take every N-th thing")
    parser.add_argument("--page", type=Path, help="write the results there")
    given = parser.parse_args()
    tally = measured(things(given.every))
    text = page(tally, one_by_one(), given.every)
    print(text)
    if given.page:
        given.page.write_text(text, encoding="utf-8")
    raise SystemExit(not tally.is_well)


if __name__ == "__main__":
    main()
