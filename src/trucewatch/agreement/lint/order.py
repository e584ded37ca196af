"""What leads nowhere in time or order: obligations in a ring, deadlines that pass before their time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from trucewatch.agreement.cells import optional_moment, tables
from trucewatch.agreement.days import day_rule, deadline, moment_of, passes
from trucewatch.agreement.fault import Block
from trucewatch.agreement.lint.finding import Finding, at, note
from trucewatch.agreement.text import Copy
from trucewatch.paper import Deadline, Obligation
from trucewatch.spacetime import stamp


def order(copy: Copy) -> Iterator[Finding]:
    """Yield rings of obligations, and deadlines that pass before the obligation applies."""
    yield from _rings(copy, "overrides", "gives way to itself by way of", ("overrides", "lex_specialis_of"))
    yield from _rings(copy, "requires", "waits for itself by way of", ("requires",))
    for block, duty in copy.placed:
        yield from _early(block, duty, copy)
        yield from _idle_rules(block, duty)


# --- rings ----------------------------------------------------------------------------------------


def _rings(copy: Copy, field: str, what: str, keys: Sequence[str]) -> Iterator[Finding]:
    leads: Mapping[str, tuple[str, ...]] = {duty.id: getattr(duty, field) for _, duty in copy.placed}
    told: set[frozenset[str]] = set()
    for block, duty in copy.placed:
        ring = _ring(duty.id, leads)
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            key = next((key for key in keys if key in block.table), field)
            yield at(block, key, f"obligation {duty.id} {what} {' and '.join(ring)}; take one of these links out")


def _ring(start: str, leads: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the shortest way from an obligation back to itself, itself last; empty where there is none."""
    ways: list[tuple[str, ...]] = [(each,) for each in leads.get(start, ())]
    seen: set[str] = set()
    while ways:
        way, *ways = ways
        if way[-1] == start:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [(*way, each) for each in leads.get(way[-1], ())]
    return ()


# --- deadlines ------------------------------------------------------------------------------------


def _early(block: Block, duty: Obligation, copy: Copy) -> Iterator[Finding]:
    """Yield the deadlines, as written, read and amended, that pass before the paper binds or the duty applies."""
    paper = copy.agreement
    anchors = {anchor.id: anchor for anchor in paper.anchors}
    for table, key, due in _deadlines(block, duty, paper.time_zone):
        anchor = anchors.get(due.after)
        ends = passes(due, paper.time_zone, moment_of(anchor, paper.time_zone) if anchor else None)
        begins = optional_moment(table, "from", paper.time_zone) or duty.from_time
        if ends is None:
            continue
        what = f"in obligation {duty.id}: {key} passes at {stamp(ends)}, before"
        if paper.in_force is not None and ends < paper.in_force:
            yield at(table, key, f"{what} the paper is in force; correct the day, or in_force")
        elif ends < begins:
            yield note(table, key, f"{what} it applies at {stamp(begins)}; is one of the two days wrong?")


def _deadlines(block: Block, duty: Obligation, tz: str) -> Iterator[tuple[Block, str, Deadline]]:
    for table in (block, *tables(block, "reading"), *tables(block, "amendment")):
        due, rule = deadline(table, "deadline", tz, day_rule(table)), day_rule(table)
        if due is not None:
            yield table, "deadline", due
        elif rule is not None and duty.deadline is not None:
            yield table, "deadline_rule", replace(duty.deadline, rule=rule)
    for table in tables(block, "limits"):
        due = deadline(table, "by", tz)
        if due is not None:
            yield table, "by", due


def _idle_rules(block: Block, duty: Obligation) -> Iterator[Finding]:
    """Yield rules for a day's deadline where the deadline is a moment, or none is there."""
    for table in (block, *tables(block, "reading"), *tables(block, "amendment")):
        due = table.table.get("deadline", block.table.get("deadline"))
        is_day = isinstance(due, date) and not isinstance(due, datetime)
        counts_days = isinstance(due, dict) and "days" in due
        if "deadline_rule" in table.table and not is_day and not counts_days:
            what = f"in obligation {duty.id}: deadline_rule says nothing without a deadline that is a day"
            yield note(table, "deadline_rule", f"{what}; take it out, or write the deadline as a day")
