"""What stands in which row of a paper's timeline, and which days get a place of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from trucewatch.model import Assessment, Dated, Milestone, Record
from trucewatch.paper import Agreement
from trucewatch.report.marks import DONE
from trucewatch.report.status import act_words
from trucewatch.spacetime import local_day

WORDS = 4  # in a line of a label: by words, not by letters, since an act may hold the id of a side
MOST_LEVEL = 14  # days that find room with level labels


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the picture: the milestones of one obligation, for all of its bearers that stand alike."""

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
        said = [duty.id, *act_words(duty).split()]
        label = tuple(" ".join(said[n : n + WORDS]) for n in range(0, len(said), WORDS))
        for own, bearers in _alike(milestones).items():
            yield Row(label, tuple(bearers), own, tuple(r for r in told if _is_over(r, assessment.as_of)))


def _alike(milestones: Sequence[Milestone]) -> dict[tuple[Milestone, ...], list[str]]:
    """Return the bearers by their milestones: those whose days and states are the same share a row."""
    groups: dict[tuple[Milestone, ...], list[str]] = {}
    for bearer in dict.fromkeys(stood.bearer for each in milestones for stood in each.stood):
        own = (_of(each, bearer) for each in milestones)
        groups.setdefault(tuple(each for each in own if each.stood), []).append(bearer)
    return groups


def _of(milestone: Milestone, bearer: str) -> Milestone:
    """Return a milestone with where one bearer stands, without its name."""
    return replace(milestone, stood=tuple(replace(s, bearer="") for s in milestone.stood if s.bearer == bearer))


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
