"""Days and moments of a paper: deadlines, anchors, and the instant at which each passes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from trucewatch.agreement.cells import instant, number, required_text, table_of, tables_of, word, words_of
from trucewatch.agreement.fault import Block, at_key, not_one_of
from trucewatch.paper import Anchor, AnchorReading, Deadline
from trucewatch.spacetime import local, local_day, within_years
from trucewatch.vocabulary import DayRule

ANCHOR_KEYS = ("words", "at", "act", "event", "source", "reading")
ANCHOR_READING_KEYS = ("by", "at", "source", "inferred")
AFTER_KEYS = ("after", "days", "hours")


def deadline(block: Block, value: object, tz: str, rule: DayRule = DayRule.END_OF_DAY) -> Deadline:
    """Return the deadline of a cell: a day, a moment, or `{ after = "anchor", days = 30 }`."""
    if isinstance(value, dict):
        return _after(block, value, rule)
    if isinstance(value, date) and not isinstance(value, datetime):
        return Deadline(day=value, rule=rule)
    return Deadline(at=instant(block, "deadline", value, tz), rule=rule)


def _after(block: Block, table: Mapping[str, Any], rule: DayRule) -> Deadline:
    for key in table:
        if key not in AFTER_KEYS:
            raise at_key(block, "deadline", not_one_of("key of a deadline", key, AFTER_KEYS))
    after = table.get("after")
    if not isinstance(after, str) or ("days" in table) == ("hours" in table):
        raise at_key(block, "deadline", 'a deadline after an anchor is written { after = "anchor", days = 30 }')
    if "hours" in table:
        return Deadline(after=after, hours=number(block, "deadline", table["hours"]), rule=rule)
    return Deadline(after=after, days=int(number(block, "deadline", table["days"])), rule=rule)


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


_MIDNIGHT = datetime.min.time()


# --- anchors --------------------------------------------------------------------------------------


def anchors(front: Block, tz: str) -> tuple[Anchor, ...]:
    """Return the anchors that a front matter declares, in its order."""
    return tuple(_anchor(front, name, table, tz) for name, table in table_of(front, "anchor").items())


def _anchor(front: Block, name: str, table: Mapping[str, Any], tz: str) -> Anchor:
    for key in table:
        if key not in ANCHOR_KEYS:
            raise at_key(front, key, not_one_of("key of an anchor", key, ANCHOR_KEYS))
    told = "act" in table or "event" in table
    if told == ("at" in table):
        raise at_key(front, f"anchor.{name}", f"anchor {name!r} needs either at, or act and event")
    at, day = _moment(front, table["at"], tz) if not told else (None, None)
    return Anchor(
        id=name,
        words=required_text(front, table, "words"),
        at=at,
        day=day,
        act=required_text(front, table, "act") if told else "",
        event=required_text(front, table, "event") if told else "",
        readings=tuple(_anchor_reading(front, each, tz) for each in tables_of(front, table, "reading")),
        source=str(table.get("source", "")),
    )


def _anchor_reading(front: Block, table: Mapping[str, Any], tz: str) -> AnchorReading:
    for key in table:
        if key not in ANCHOR_READING_KEYS:
            raise at_key(front, key, not_one_of("key of an anchor's reading", key, ANCHOR_READING_KEYS))
    if "at" not in table:
        raise at_key(front, "anchor", "a reading of an anchor needs at, the day or moment that some count from")
    at, day = _moment(front, table["at"], tz)
    return AnchorReading(
        by=words_of(front, table, "by"),
        at=at,
        day=day,
        source=str(table.get("source", "")),
        inferred=table.get("inferred") is True,
    )


def _moment(front: Block, value: object, tz: str) -> tuple[datetime | None, date | None]:
    if isinstance(value, date) and not isinstance(value, datetime):
        return None, value
    return instant(front, "at", value, tz), None


def moment_of(anchor: Anchor | AnchorReading, tz: str) -> datetime | None:
    """Return the moment of a stated anchor: the beginning of its day where it is one; None where records tell it."""
    if anchor.day is not None:
        return within_years(local(anchor.day, _MIDNIGHT, tz))
    return anchor.at


def day_rule(block: Block, table: Mapping[str, Any]) -> DayRule | None:
    """Return the rule for a day's deadline, None where the table has none."""
    return word(block, "deadline_rule", table["deadline_rule"], DayRule) if "deadline_rule" in table else None
