"""What stands in which row of a paper's timeline, and which days get a place of their own."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from trucewatch.model import Assessment, Dated, Milestone, Record, Stood
from trucewatch.paper import Agreement
from trucewatch.report.marks import DONE
from trucewatch.report.status import act_words
from trucewatch.spacetime import local_day

LETTERS = 44  # in a line of a label: what fits beside the signs at 11 units
MOST_LEVEL = 14  # days that find room with level labels


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the picture: the milestones of one obligation, for those of its bearers that stand alike."""

    label: tuple[str, ...]
    bearers: tuple[str, ...]
    milestones: tuple[Milestone, ...]
    told: tuple[Record, ...]


def rows_of(paper: Agreement, assessment: Assessment) -> Iterator[Row]:
    """Yield the rows of a paper in its order."""
    duties = {(clause.id, duty.id): duty for clause in paper.clauses for duty in clause.obligations}
    ours = [each for each in assessment.milestones if each.agreement_id == paper.id]
    for key, group in groupby(ours, key=lambda each: (each.clause_id, each.obligation_id)):
        duty, milestones = duties[key], tuple(group)
        told = tuple(record for record in assessment.records if duty.act and record.about == duty.act)
        label = tuple(textwrap.wrap(f"{duty.id} {act_words(duty)}", LETTERS))
        for bearers in _alike(milestones):
            own = tuple(_only(each, bearers) for each in milestones)
            yield Row(label, bearers, own, tuple(r for r in told if _is_over(r, assessment.as_of)))


def _alike(milestones: Sequence[Milestone]) -> list[tuple[str, ...]]:
    """Return the bearers in groups of those that stand alike in every milestone of an obligation."""
    groups: dict[tuple[Stood, ...], list[str]] = {}
    for at, stood in enumerate(milestones[0].stood):
        stands = tuple(Stood(bearer="", state=m.stood[at].state, since=m.stood[at].since) for m in milestones)
        groups.setdefault(stands, []).append(stood.bearer)
    return [tuple(bearers) for bearers in groups.values()]


def _only(milestone: Milestone, bearers: tuple[str, ...]) -> Milestone:
    stood = tuple(each for each in milestone.stood if each.bearer in bearers)
    return replace(milestone, stood=stood)


def _is_over(record: Record, as_of: datetime) -> bool:
    return record.clocks.claimed is not None and record.clocks.claimed.end <= as_of


def days_of(rows: Sequence[Row], as_of: datetime, zone: str, theatre: str) -> set[date]:
    """Return the days with a place of their own: of the paper, of deeds, of the picture, and of records if they fit.

    `zone` is the time zone of the paper's days, `theatre` that of deeds and records.
    """
    days = {today(as_of, zone).day}
    for each in (milestone for row in rows for milestone in row.milestones):
        dated = (each.due, each.start, each.notice, *each.was, *each.read)
        days |= {one.day for one in dated if one is not None}
        days |= {local_day(s.since, theatre) for s in each.stood if s.since is not None and s.state in DONE}
    told = {
        local_day(r.clocks.claimed.start, theatre) for row in rows for r in row.told if r.clocks.claimed is not None
    }
    return days | told if len(days | told) <= MOST_LEVEL else days


def today(as_of: datetime, zone: str) -> Dated:
    """Return the moment of the picture; a midnight is the end of the day before it."""
    return Dated(day=local_day(as_of - timedelta(microseconds=1), zone), at=as_of)
