"""A room in which everything that can be said has been said, each text a canary: words that stand nowhere else.

`things` says of each what it is to the policy, apart from the pages' own reading of it (`web.room.things`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.web.room.room_visits import ZONES, Rooms

from trucewatch.web.room import guard
from trucewatch.web.room.access import ANYBODY, INSIDE, Access, Person, Thing, packaged_policy
from trucewatch.web.room.saying import HARM

ACCESS = Access(packaged_policy())
REPLY_DAYS = 3
CANARY = re.compile(r"canary-\w+-words")


def canary(name: str) -> str:
    return f"canary-{name}-words"


@dataclass(frozen=True, kw_only=True)
class World:
    """A room in which everything was said; `at` are the entries' indices by their canaries."""

    rooms: Rooms
    incident: str
    at: Mapping[str, int]
    receipts: Mapping[str, str]
    sides: tuple[str, str]

    def person(self, who: str) -> Person:
        if not who:
            return ANYBODY
        member = self.rooms.service.counter.book.staff[who]
        return Person(id=who, role=member.role, of=member.of, zones=frozenset(ZONES.get(who, ())))

    def may(self, who: str, action: str, thing: Thing) -> bool:
        """Whether the policy lets somebody; only the first officer is on shift."""
        now = self.rooms.clock[0]
        return ACCESS.may(self.person(who), action, thing, now, on_shift=who == "officer-1")

    def sees(self, who: str, *things: Thing) -> bool:
        return any(self.may(who, "read", thing) for thing in things)

    @property
    def embargo(self):
        """Until when the finding is for the sides alone."""
        return next(iter(self.rooms.room.desk.office(self.rooms.clock[0]).findings)).reply_by


# --- everything is said ---------------------------------------------------------------------------


def told(rooms: Rooms, who: str, kind: str, name: str = "", **fields) -> str:
    """Say something as the form of a page does, whatever page offers it, and return the receipt's address."""
    visitor = rooms.visitor(who)
    given = {"token": guard.form_token(visitor.cookie, f"say/{kind}"), **fields}
    if name and kind != "finding":
        given["text"] = f"{canary(name)}."
    return visitor.approve(visitor.post(f"/room/say/{kind}", given))


def observed(rooms: Rooms, who: str, name: str, **more) -> str:
    return rooms.visitor(who).observe(
        phenomenon="explosion",
        means="saw",
        time="2021-03-01T12:00",
        observer_lon="38.0",
        observer_lat="48.0",
        lon="37.95",
        lat="48.0002",
        position_sd_km="0.3",
        text=f"{canary(name)}.",
        **more,
    )


def everything_said(rooms: Rooms) -> World:
    """Say everything that can be said, and wait until it is in the log."""
    one, other = (rooms.service.counter.book.staff[name].of for name in ("liaison-x", "liaison-z"))
    at: dict[str, int] = {}
    receipts: dict[str, str] = {}

    def beat(**waiting: str) -> None:
        rooms.beat()
        for name, receipt in waiting.items():
            digest = receipt.rsplit("/", 1)[1]
            receipts[name], at[name] = receipt, rooms.service.counter.book.standing(digest).index

    beat(
        shift=told(rooms, "officer-1", "shift", "shift", what="begin", time="2021-03-02T14:00"),
        row=observed(rooms, "monitor-1", "row"),
        report=observed(rooms, "liaison-x", "report"),
    )
    rooms.assess(rooms.visitor("officer-1"))
    (incident, *_) = rooms.room.desk.conclusions.found
    judged = {"incident": incident, "of": str(rooms.room.desk.conclusions.of), "clause": ""}
    say = lambda who, kind, name, **fields: told(rooms, who, kind, name, **fields)  # noqa: E731
    beat(
        north=say("reviewer-n", "determination", "north", **judged, position="concur"),
        south=say("reviewer-s", "determination", "south", **judged, position="contest", finding=one),
    )
    harm = {name: f"{canary('harm')}, and nothing else." for name, _ in HARM}
    soonest = (rooms.clock[0] + timedelta(days=REPLY_DAYS, hours=4)).strftime("%Y-%m-%dT%H:%M")
    beat(
        finding=say("officer-1", "finding", "", incident=incident, reply_by=soonest, **harm),
        message=say("officer-1", "message", "message", about=incident),
        meeting=say("officer-1", "meeting", "meeting", time="2021-03-02T13:00", present="officer-1"),
        call_one=say("officer-1", "call", "call_one", side=one, time="2021-03-02T13:00", direction="in"),
        call_other=say("liaison-z", "call", "call_other", side=other, time="2021-03-02T13:00", direction="out"),
        case=say("officer-1", "case", "case", case="c-1", move="alleged", incidents=incident, clause=""),
    )
    beat(
        later=say("reviewer-n", "determination", "later", **judged, position="contest", finding="undetermined"),
        reply_one=say("liaison-x", "reply", "reply_one", to=at["finding"], stance="explains"),
        reply_other=say("liaison-z", "reply", "reply_other", to=at["finding"], stance="rejects"),
        answer=say("liaison-x", "reply", "answer", to=at["message"], stance="explains"),
        receipt=say("liaison-x", "receipt", "", message=at["message"]),
        measure=say("officer-1", "measure", "measure", meeting=at["meeting"], bearer=one, due="2021-03-09T12:00"),
        corrected=say("officer-1", "correction", "corrected", corrects=at["message"]),
        corrected_finding=say("officer-1", "correction", "corrected_finding", corrects=at["finding"]),
        corrected_call=say("officer-1", "correction", "corrected_call", corrects=at["call_one"]),
        preliminary_move=say("officer-1", "case", "case", case="c-1", move="preliminary", clause=""),
        tasked_move=say("officer-1", "case", "case", case="c-1", move="tasked", clause=""),
    )
    found = {"case": "c-1", "clause": "", "standard": "0.95"}
    beat(
        done=say("liaison-x", "measure_done", "done", measure=at["measure"], state="partly"),
        task=say("officer-1", "task", "task", case="c-1", to="investigator-1", due="2021-03-09T12:00"),
        evidence=say("investigator-1", "evidence", "evidence", case="c-1", entries=at["row"]),
        heard_one=say("investigator-1", "heard", "heard_one", case="c-1", side=one, present="yes"),
        heard_other=say("investigator-1", "heard", "heard_other", case="c-1", side=other, present="no"),
        preliminary=say("investigator-1", "case_finding", "preliminary", **found, stage="preliminary", finding=one),
        reported_move=say("officer-1", "case", "case", case="c-1", move="reported", clause=""),
    )
    beat(
        task_done=say("investigator-1", "task_done", "task_done", task=at["task"]),
        final_n=say("reviewer-n", "case_finding", "final", **found, stage="final", finding=one),
        final_s=say("reviewer-s", "case_finding", "final", **found, stage="final", finding=one),
        reviewed_move=say("reviewer-n", "case", "case", case="c-1", move="reviewed", clause=""),
        due_move=say("officer-1", "case", "case", case="c-1", move="remedy_due", clause=""),
        remedy=say("officer-1", "remedy", "remedy", case="c-1", side=one, due="2021-03-20T12:00"),
    )
    beat(remedied=say("liaison-x", "remedied", "remedied", remedy=at["remedy"], state="done"))
    rooms.assess(rooms.visitor("officer-1"))
    rooms.beat()
    return World(rooms=rooms, incident=incident, at=at, receipts=receipts, sides=(one, other))


# --- what everything is to the policy -------------------------------------------------------------


def inside(protection: int = 1, owner: str = "") -> Thing:
    return Thing(kind="any", id="any", protection=protection, embargo=None, side=INSIDE, owner=owner)


def happened(protection: int = 1, owner: str = "") -> Thing:
    """What lies where the cameras saw it: in the zone about that place as it was then, and in no other."""
    return replace(inside(protection, owner), zones=frozenset({"near"}))


def of_side(side: str) -> Thing:
    return Thing(kind="any", id="any", protection=1, embargo=None, side=side)


def things(world: World) -> dict[str, Thing]:
    """What each of the things said is: in docs/access.md's words, and not as the pages' own module works it out."""
    one, other = world.sides
    published = Thing(kind="any", id="any", protection=0, embargo=world.embargo, side="")

    def replied(side: str) -> Thing:
        return Thing(kind="any", id="any", protection=0, embargo=world.embargo, side=side)

    return {
        "shift": inside(),
        "row": happened(2, "monitor-1"),
        "report": happened(2, "liaison-x"),
        "north": published,
        "south": published,
        "later": inside(),
        "finding": published,
        "message": of_side(""),
        "meeting": of_side(""),
        "measure": of_side(""),
        "done": of_side(""),
        "call_one": of_side(one),
        "call_other": of_side(other),
        "reply_one": replied(one),
        "reply_other": replied(other),
        "answer": of_side(one),
        "receipt": of_side(one),
        "corrected": of_side(""),
        "corrected_finding": published,
        "corrected_call": of_side(one),
        **dict.fromkeys(("case", *(f"{move}_move" for move in MOVES)), inside()),
        "task": inside(1, "investigator-1"),
        "task_done": inside(1, "investigator-1"),
        "evidence": inside(2, "investigator-1"),
        "heard_one": of_side(one),
        "heard_other": of_side(other),
        "preliminary": inside(1, "investigator-1"),
        "final_n": of_side(""),
        "final_s": of_side(""),
        "remedy": of_side(one),
        "remedied": of_side(one),
    }


MOVES = ("preliminary", "tasked", "reported", "reviewed", "due")


def canaries(world: World) -> dict[str, Thing]:
    """Each text that stands nowhere else, and what it is; of a finding the text is the harm check, for the room."""
    every = {name: thing for name, thing in things(world).items() if name not in {"finding", "receipt"}}
    every = {name: thing for name, thing in every.items() if not name.endswith("_move")}
    every["final"] = every.pop("final_n")
    del every["final_s"]
    return {canary(name): thing for name, thing in every.items()} | {canary("harm"): inside()}
