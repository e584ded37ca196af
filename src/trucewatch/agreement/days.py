"""Days and moments of a paper: deadlines, anchors, and the instant at which each passes."""

from datetime import date, datetime, timedelta

from trucewatch.agreement.cells import flag, instant, named, number, tables, text, whole, words
from trucewatch.agreement.fault import Block, inner
from trucewatch.paper import Anchor, AnchorReading, Deadline
from trucewatch.spacetime import local, local_day, within_years
from trucewatch.vocabulary import DayRule

_MIDNIGHT = datetime.min.time()


def deadline(block: Block, key: str, tz: str, rule: DayRule | None = None) -> Deadline | None:
    """Return the deadline that stands under a key: a day, a moment, or so long after an anchor; None without it.

    A day's deadline runs to the end of that day, where no rule says otherwise.
    """
    value = block.table.get(key)
    if value is None:
        return None
    edge_rule = rule or DayRule.END_OF_DAY
    if isinstance(value, dict):
        after = inner(block, key)
        return Deadline(
            after=text(after, "after"),
            days=whole(after, "days") or 0,
            hours=number(after, "hours") or 0.0,
            rule=edge_rule,
        )
    at = instant(block, (key,), value, tz)  # also of a day: it must lie in the years that we know
    return Deadline(at=at, rule=edge_rule) if isinstance(value, datetime) else Deadline(day=value, rule=edge_rule)


def day_rule(block: Block) -> DayRule | None:
    """Return the rule for a day's deadline, None where the table has none."""
    return DayRule(block.table["deadline_rule"]) if "deadline_rule" in block.table else None


def passes(due: Deadline, tz: str, anchor: datetime | None = None) -> datetime | None:
    """Return the instant (UTC) at which a deadline passes; None where its anchor has no moment yet.

    `anchor` is the moment from which an anchored deadline counts; whole days count from its local day (day 0).
    """
    if due.at is not None:
        return due.at
    if due.day is not None:
        return edge(due.day, due.rule, tz)
    if anchor is None:
        return None
    if due.hours:
        return anchor + timedelta(hours=due.hours)
    return edge(local_day(anchor, tz) + timedelta(days=due.days), due.rule, tz)


def edge(day: date, rule: DayRule, tz: str) -> datetime:
    """Return the end or the beginning of a local day as UTC."""
    return local(day + timedelta(days=rule is DayRule.END_OF_DAY), _MIDNIGHT, tz)


# --- anchors --------------------------------------------------------------------------------------


def anchors(front: Block, tz: str) -> tuple[Anchor, ...]:
    """Return the anchors that a front matter declares, in its order."""
    return tuple(_anchor(name, block, tz) for name, block in named(front, "anchor"))


def _anchor(name: str, block: Block, tz: str) -> Anchor:
    at, day = _moment(block, tz)
    return Anchor(
        id=name,
        words=text(block, "words"),
        at=at,
        day=day,
        act=text(block, "act"),
        event=text(block, "event"),
        readings=tuple(_reading(each, tz) for each in tables(block, "reading")),
        source=text(block, "source"),
    )


def _reading(block: Block, tz: str) -> AnchorReading:
    at, day = _moment(block, tz)
    return AnchorReading(
        by=words(block, "by"), at=at, day=day, source=text(block, "source"), inferred=flag(block, "inferred")
    )


def _moment(block: Block, tz: str) -> tuple[datetime | None, date | None]:
    value = block.table.get("at")
    if value is None:
        return None, None
    at = instant(block, ("at",), value, tz)
    return (at, None) if isinstance(value, datetime) else (None, value)


def moment_of(anchor: Anchor | AnchorReading, tz: str) -> datetime | None:
    """Return the moment of a stated anchor: the beginning of its day where it is one; None where records tell it."""
    if anchor.day is not None:
        return within_years(local(anchor.day, _MIDNIGHT, tz))
    return anchor.at
