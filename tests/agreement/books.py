"""Records for the tests: who says what of which act, when, and known since when."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from papers import FRONT, case, parsed

from trucewatch.agreement.hold import hold
from trucewatch.model import (
    Body,
    Case,
    ClauseStatus,
    Clocks,
    Coded,
    Count,
    Event,
    Interval,
    Inventory,
    Listed,
    MandateRecord,
    Named,
    Notice,
    Passage,
    Point,
    Position,
    Record,
    Source,
    Strength,
)
from trucewatch.spacetime import local
from trucewatch.vocabulary import (
    MandateNotice,
    NoticeOf,
    PersonCategory,
    PersonState,
    Says,
    SourceClass,
    UnitKind,
    WayCondition,
)

ACT = "do:it"
MIDNIGHT = datetime.min.time()

# a guarantor, a mission and an agency beside the two parties
ACTORS = """[actor.guarantor]
name = "The guarantor"
role = "guarantor"
[actor.mission]
name = "The mission"
role = "monitor"
"""


def front(*more: str) -> str:
    return FRONT.removesuffix("+++\n") + "".join(more) + "+++\n"


def day(text: str, tz: str = "UTC") -> Interval:
    found = date.fromisoformat(text)
    return Interval(start=local(found, MIDNIGHT, tz), end=local(found + timedelta(days=1), MIDNIGHT, tz))


def when(text: str) -> Interval:
    """A day, or a moment written with its offset."""
    if len(text) == 10:
        return day(text)
    instant = datetime.fromisoformat(text)
    return Interval(start=instant, end=instant)


def side(name: str) -> Source:
    """A party's own word, or that of an actor of the paper."""
    party = name if name in ("a", "b", "c", "north", "south") else None
    named = Named(party=party, verbatim="" if party else name)
    return Source(name=f"office of {name}", source_class=Coded(term=SourceClass.PARTY), side=named)


def of(source_class: SourceClass, name: str = "") -> Source:
    return Source(name=name or source_class.value, source_class=Coded(term=source_class))


MONITOR = of(SourceClass.OBSERVER, "patrol 1")
CAMERA = of(SourceClass.CAMERA, "camera 1")
PAPER = of(SourceClass.MEDIA, "a newspaper")
RADIO = of(SourceClass.MEDIA, "a radio")


def quoting(party: str) -> Source:
    """An outlet that repeats what a party says."""
    return replace(PAPER, side=Named(party=party))


_NUMBER = iter(range(10**9))


def record(source: Source, body: Body, at: str, *, known: str = "", about: str = ACT, place: Point | None = None):
    return Record(
        source=source,
        clocks=Clocks(claimed=when(at), received=when(known).end if known else None),
        about=about,
        body=body,
        reader="test",
        raw=(),
        key=f"k{next(_NUMBER)}",
        place=place,
    )


def states(source: Source, at: str, event: str = "done", **more) -> Record:
    return record(source, Event(event=event, says=Says.STATES), at, **more)


def denies(source: Source, at: str, event: str = "done", **more) -> Record:
    return record(source, Event(event=event, says=Says.DENIES), at, **more)


def not_yet(source: Source, at: str, event: str = "done", **more) -> Record:
    return record(source, Event(event=event, says=Says.NOT_YET), at, **more)


def counted(source: Source, at: str, low: int | None, high: int | None = -1, item: str = "men", **more) -> Record:
    count = Count(low=low, high=low if high == -1 else high)
    return record(source, Strength(item=item, count=count), at, **more)


def arms(source: Source, at: str, *, offered=None, monitor=None, other=None, **more) -> Record:
    body = Inventory(item="arms", offered=offered, accepted_by_monitor=monitor, accepted_by_other=other)
    return record(source, body, at, **more)


def notice_of(source: Source, at: str, notice: MandateNotice, **more) -> Record:
    return record(source, MandateRecord(notice=notice), at, **more)


def way(source: Source, at: str, condition: WayCondition, by: Named | None = None, **more) -> Record:
    return record(source, Passage(condition=condition, barred_by=by), at, **more)


def listed(source: Source, at: str, person: str, state: PersonState = PersonState.LISTED, **more) -> Record:
    return record(source, Listed(person=person, category=PersonCategory.PRISONER, state=state), at, **more)


def announced(source: Source, at: str, window: str, **more) -> Record:
    return record(source, Notice(of=NoticeOf.MOVEMENT, window=when(window)), at, **more)


def position(
    source: Source, at: str, lon: float, lat: float, *, sd_km: float = 0.05, unit: str = "u1", **more
) -> Record:
    body = Position(unit=unit, unit_kind=more.pop("kind", UnitKind.MONITORS))
    return record(source, body, at, place=Point(lon=lon, lat=lat, sd_km=sd_km), **more)


# --- statuses -------------------------------------------------------------------------------------


def at(text: str) -> datetime:
    """The end of a day, or a moment."""
    return when(text).end


def told(
    duty: str | Case, records=(), as_of: str = "2030-07-01", *, known: str = "", efforts=(), actors: str = ACTORS
) -> dict[tuple[str, str], ClauseStatus]:
    """The statuses of a duty, or of a case, by obligation and bearer."""
    given = duty if isinstance(duty, Case) else case(parsed(duty, front=front(actors)))
    found, _ = hold(given, (), (), efforts, at(as_of), records=tuple(records), as_known=at(known) if known else None)
    return {(each.obligation_id, each.bearer): each for each in found}


def one(duty: str | Case, records=(), as_of: str = "2030-07-01", **more) -> ClauseStatus:
    """The status of the only obligation of its only bearer."""
    (found,) = told(duty, records, as_of, **more).values()
    return found
