"""Short ways to say a log of the operations room in a test, and to exchange the names in it."""

import re
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from random import Random

from hypothesis import strategies as st

from trucewatch.cases import Procedure, Said, Terms, office
from trucewatch.cases.rules import RULES
from trucewatch.vocabulary import CaseState, DecisionRule

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NORTH, SOUTH = "north-side", "south-side"
FIRST, SECOND = "guarantor-one", "guarantor-two"
TERMS = Terms(
    guarantors=(FIRST, SECOND), parties=(NORTH, SOUTH), rule=DecisionRule.UNANIMOUS, reply_days=3, remedy_days=14
)
STAFF = {
    "officer": ("officer", ""),
    "reviewer-one": ("reviewer", FIRST),
    "reviewer-two": ("reviewer", SECOND),
    "liaison-n": ("liaison", NORTH),
    "liaison-s": ("liaison", SOUTH),
    "investigator": ("investigator", ""),
    "reporter": ("reporter", ""),
    "monitor": ("monitor", ""),
    "auditor": ("auditor", ""),
}
ODDS = [[NORTH, "0.9000"], [SOUTH, "0.0200"], ["both", "0.0200"], ["other", "0.0200"], ["no_violation", "0.0400"]]


def time(days: float = 0.0) -> str:
    return (NOON + timedelta(days=days)).isoformat()


@dataclass
class Room:
    """A log that grows by one entry a minute; each way to say something returns its index."""

    said: list[Said] = field(default_factory=list)

    def entry(self, *, shown=None, **of_it) -> int:
        index = len(self.said)
        clock = NOON + timedelta(minutes=index)
        self.said.append(Said(index=index, time=clock, fields=of_it, shown=shown or {}))
        return index

    def say(self, who, kind, text="words", **of_it) -> int:
        of_it = {"type": "statement", "v": "1", "who": who, "nonce": f"n{len(self.said)}", "kind": kind, **of_it}
        return self.entry(**of_it, commitments=["c"], shown={"text": text})

    def conclude(self, *names, of=None, determination="undetermined", more=()) -> int:
        of = len(self.said) if of is None else of
        for name in names:
            self.entry(
                type="incident", v="1", id=name, first=time(), last=time(), observations=[f"seen at {name}", *more],
                method="attribute/1", probabilities=ODDS, determination=determination, why="two lines", of=of,
            )  # fmt: skip
        self.entry(type="publication", v="1", of=of, files={})
        return of

    def find(self, who, finding, of, incident="i-1", position="contest", clause="1", text="because"):
        return self.say(
            who, "determination", text, incident=incident, of=of, clause=clause, position=position, finding=finding
        )

    def both_find(self, finding, of, incident="i-1"):
        return [self.find(who, finding, of, incident) for who in ("reviewer-one", "reviewer-two")]

    def publish(self, of, determinations, outcome="agreed", reply_by=None, incident="i-1", **more):
        more.setdefault("who", "officer")
        who = more.pop("who")
        return self.say(
            who, "finding", incident=incident, of=of, outcome=outcome, determinations=sorted(determinations),
            reply_by=reply_by or time(3), **more,
        )  # fmt: skip

    def case(self, *moves, who="officer", name="c-1", **more):
        return [self.say(who, "case", case=name, move=move, incidents=[], clause="", **more) for move in moves][-1]

    def hear(self, *sides, present=True):
        return [self.say("investigator", "heard", case="c-1", side=side, present=present) for side in sides]

    def case_find(self, who, finding, stage="final", clause="1", standard="0.95"):
        return self.say(who, "case_finding", case="c-1", stage=stage, finding=finding, clause=clause, standard=standard)

    def report(self):
        """Bring case c-1 to the guarantors: both sides heard, a preliminary finding."""
        self.case("alleged", "preliminary", "tasked")
        self.hear(NORTH, SOUTH)
        self.case_find("investigator", NORTH, stage="preliminary")
        self.case("reported")

    def review(self, finding=NORTH):
        self.report()
        self.case_find("reviewer-one", finding)
        self.case_find("reviewer-two", finding)
        self.case("reviewed", who="reviewer-one")

    def office(self, days=0.0, terms=TERMS, staff=STAFF, changes=()):
        return office(self.said, Procedure(first=terms, changes=changes), staff, NOON + timedelta(days=days))


def reasons(found) -> list[str]:
    return [odd.reason for odd in found.odd]


# --- other names ----------------------------------------------------------------------------------


def renamed(thing, names):
    """Return a value with other names in it, at every depth; the state to go on from is left out."""
    if isinstance(thing, Enum) or thing is None:
        return thing
    if isinstance(thing, str):
        return _rewritten(thing, *names.items()) if names else thing
    if is_dataclass(thing):
        own = {
            f.name: renamed(getattr(thing, f.name), names)
            for f in fields(thing)
            if f.name not in ("settled", "procedure")
        }
        return replace(thing, **own)
    if hasattr(thing, "items"):
        return {renamed(key, names): renamed(value, names) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return type(thing)(renamed(value, names) for value in thing)
    return thing


@cache
def _rewritten(text, *names):
    words = dict(names)
    return re.sub("|".join(map(re.escape, words)), lambda m: words[m[0]], text)


def exchange(one, other):
    return {one: other, other: one}


def all_said(thing):
    """Yield every entry that stands somewhere in what was folded."""
    if isinstance(thing, Said):
        yield thing
    elif is_dataclass(thing):
        yield from (
            said
            for f in fields(thing)
            if f.name not in ("settled", "procedure")
            for said in all_said(getattr(thing, f.name))
        )
    elif hasattr(thing, "values"):
        yield from (said for value in thing.values() for said in all_said(value))
    elif isinstance(thing, list | tuple):
        yield from (said for value in thing for said in all_said(value))


# --- any log --------------------------------------------------------------------------------------

SIDES, CASES, INCIDENTS = (NORTH, SOUTH), ("c-1", "c-1", "c-2"), ("i-1", "i-1", "i-2", "i-9")
FINDINGS = (NORTH, NORTH, SOUTH, "both", "undetermined", "no_violation", "nonsense", "")
TIMES, OF = (time(-1), time(2), time(9), "tomorrow"), (0, 3, 8)
STATES = [*CaseState]


def any_fields(room, chance, kind):
    """Return what a statement of this kind may say, right or wrong; an index is often that of what it should name."""

    def one(*of):
        return chance.choice(of)

    def index(*kinds):
        fitting = [said.index for said in room.said if said.fields.get("kind") in kinds]
        return one(*fitting) if fitting and chance.random() < 0.9 else chance.randrange(40)

    newest = {
        said.fields["who"]: said.index for said in room.said if said.fields.get("kind") == "determination"
    }.values()
    return {
        "determination": lambda: {
            "incident": one(*INCIDENTS), "of": one(*OF), "clause": one("", "1"), "finding": one(*FINDINGS),
            "position": one("concur", "contest", "contest", "abstain"),
        },
        "finding": lambda: {
            "incident": "i-1", "of": one(*OF), "reply_by": one(*TIMES), "determinations": sorted(newest),
            "outcome": one("agreed", "differing", "abstained"),
        },
        "reply": lambda: {
            "to": index("finding", "message", "case_finding"), "stance": one("accepts", "rejects", "explains"),
        },
        "release": lambda: {"of": one(*OF, 99), "digest": one("ab" * 32, "ab" * 32, "none")},
        "message": lambda: {"about": one("", "i-1", "c-1", "x")},
        "receipt": lambda: {"message": index("message")},
        "call": lambda: {"side": one(*SIDES), "time": one(*TIMES), "direction": one("in", "out")},
        "meeting": lambda: {"time": one(*TIMES), "present": ["officer", f"side:{one(*SIDES)}", one("officer", "he")]},
        "measure": lambda: {"meeting": index("meeting"), "bearer": one(*SIDES, FIRST, SECOND), "due": one(*TIMES)},
        "measure_done": lambda: {"measure": index("measure"), "state": one("done", "not_done", "partly")},
        "shift": lambda: {"what": one("begin", "hand_over", "cut_off", "end"), "time": one(*TIMES)},
        "case": lambda: {"case": one(*CASES), "move": one(*STATES), "incidents": [one(*INCIDENTS)], "clause": "1"},
        "task": lambda: {"case": one(*CASES), "to": one("monitor", "investigator"), "due": one(*TIMES)},
        "task_done": lambda: {"task": index("task")},
        "evidence": lambda: {"case": one(*CASES), "entries": [index("call"), 0], "blobs": []},
        "heard": lambda: {"case": one(*CASES), "side": one(*SIDES), "present": chance.random() < 0.5},
        "case_finding": lambda: {
            "case": one(*CASES), "stage": one("preliminary", "final"), "finding": one(*FINDINGS), "clause": "1",
            "standard": one("0.95", "0.3"),
        },
        "remedy": lambda: {"case": one(*CASES), "side": one(*SIDES), "due": one(*TIMES, "")},
        "remedied": lambda: {"remedy": index("remedy"), "state": one("done", "not_done")},
        "correction": lambda: {"corrects": chance.randrange(len(room.said) + 2)},
        "unheard-of": dict,
    }[kind]()  # fmt: skip


KINDS = [*RULES, "unheard-of"]


def any_room(seed) -> Room:
    """A log of two or three conclusions, a case somewhere on its way, and whatever else anybody may say."""
    chance, room = Random(seed), Room()
    room.conclude("i-1", "i-2", of=0)
    for who in chance.choices(["reviewer-one", "reviewer-two"], k=chance.randrange(5)):
        finding = chance.choice([NORTH, NORTH, SOUTH, "undetermined", ""])
        room.find(who, finding, 0, position="contest" if finding else "abstain")
    chance.choice([room.report, room.review, Room])()
    if chance.random() < 0.5:
        met = room.say("officer", "meeting", time=time(), present=[])
        room.say("officer", "measure", meeting=met, bearer=chance.choice(SIDES), due=time(2))
        room.say("officer", "task", case="c-1", to="monitor", due=time(2))
        room.say("officer", "remedy", case="c-1", side=NORTH, due=time(2))
    for n in range(chance.randrange(30)):
        if n in (5, 20):
            room.conclude("i-1", of={5: 3, 20: 8}[n], determination=chance.choice(["undetermined", NORTH]))
        kind = chance.choice(KINDS)
        may = [who for who, (role, _) in STAFF.items() if kind in RULES and role in RULES[kind].roles]
        who = chance.choice(may) if may and chance.random() < 0.9 else chance.choice([*STAFF, "nobody"])
        room.say(who, kind, chance.choice(["words", "words", "words", ""]), **any_fields(room, chance, kind))
    return room


# a seed and not a strategy for every field: ten times as many statements in the same time
rooms = st.integers(0, 10**9).map(any_room)
