"""One report more in an associated record: what it can change is divided anew, and nothing else is looked at.

Happenings are independent where no pair of reports, no copied statement and no possible answer connects them. So from
the new report all that it may be of one happening with is followed, and from there on, to the last; what is reached is
divided as a record of its own, against the background of the whole. The same comes out as from the whole record divided
with the same background. As at the last full run stay the background (how densely happenings and statements lie, how
common numbers are, how often shots are answered) and whatever is learned from verdicts; a full run counts them anew,
and may then place any report otherwise.
Three bounds of a full run are not kept, for tables with thousands of reports within a report's gates, hundreds of
statements within hours, or dozens of shots within minutes: there, a report meets its nearest only (`pairs.MOST_MET`,
`copies.MOST_NEAR`, `exchanges.MOST_MET`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trucewatch.assess.associate import divide_rows
from trucewatch.assess.background import Background, Recurrence, against, background
from trucewatch.assess.copies import LATE_S, LATEST, copied_with
from trucewatch.assess.exchanges import LATEST_S, may_belong, near
from trucewatch.assess.groups import Division
from trucewatch.assess.pairs import LEAST_EDGE, candidates_with, clock_classes, columns, longest_apart, repeats, scores
from trucewatch.assess.table import Flags, Floats, Ints, Runs, Table, stacked

Position = tuple[int, float, str]  # where a later row belongs: the rows of the record before it, then its start and key


@dataclass(frozen=True, slots=True)
class Sorted:
    """Rows in the order of their times."""

    row: Ints
    time: Floats

    def within(self, time: Floats, apart_s: float) -> Ints:
        """Return the rows within so many seconds of any of these times."""
        begin = np.searchsorted(self.time, time - apart_s)
        end = np.searchsorted(self.time, time + apart_s, side="right")
        stretches = _joined(begin.tolist(), end.tolist())
        return np.concatenate([self.row[a:b] for a, b in stretches]) if stretches else self.row[:0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The rows of a table by how well their time is known (`pairs.clock_classes`), its statements, and its shots.

    `shots` are the rows that can say anything of an exchange (`exchanges.may_belong`).
    """

    classes: tuple[tuple[int, Sorted], ...]
    said: Sorted
    shots: Sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A record and what was added to it since: `record` in enrolment order, `later` as it came, at its `positions`."""

    record: Table
    index: Index
    known: Background
    later: Table
    positions: tuple[Position, ...] = ()

    def __len__(self) -> int:
        return len(self.record) + len(self.positions)

    def take(self, rows: Ints) -> Table:
        """Return the table of these rows; those of `later` are numbered on from the record's."""
        old, new = rows < len(self.record), rows >= len(self.record)
        one, two = self.record.take(rows[old]), self.later.take(rows[new] - len(self.record))
        turn = np.argsort(np.concatenate([np.flatnonzero(old), np.flatnonzero(new)]), kind="stable")
        return stacked(one, two).take(turn)

    def in_order(self, rows: Ints) -> Ints:
        """Return the rows, each once, in enrolment order."""
        rows = np.unique(rows)
        late = rows[np.searchsorted(rows, len(self.record)) :] - len(self.record)
        before = np.array([self.positions[n][0] - 0.5 for n in late.tolist()])  # between two rows of the record
        by_position = {n: rank for rank, n in enumerate(sorted(late.tolist(), key=self.positions.__getitem__), start=1)}
        rank = np.array([by_position[n] for n in late.tolist()], dtype=np.int64)
        early = len(rows) - len(late)
        return rows[np.lexsort((np.r_[np.zeros(early, np.int64), rank], np.r_[rows[:early], before]))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What an addition changed: rows in enrolment order, the division of the reports among them, the rows of each."""

    rows: Ints
    division: Division
    said: Runs


def standing(record: Table, known: Background | Recurrence) -> Standing:
    """Return a record, its rows in enrolment order, as something that may be added to.

    `known` is what its reports are held against; or the recurrence as it was found, to hold them against themselves.
    """
    if isinstance(known, Recurrence):
        first = repeats(record)
        known = replace(background(record.take(np.flatnonzero(first == np.arange(len(record))))), recurrence=known)
    record = against(record, known)
    return Standing(record=record, index=_index(record), known=known, later=record.take(np.arange(0)))


def add(now: Standing, row: Table, position: Position) -> tuple[Standing, Touched]:
    """Return the record with one row more, a table of one row, and what that changes."""
    then = replace(now, later=stacked(now.later, against(row, now.known)), positions=(*now.positions, position))
    rows = _reached(then, len(now))
    division, said = divide_rows(then.take(rows), record=now.known)
    return then, Touched(rows=rows, division=division, said=said)


def _reached(where: Standing, start: int) -> Ints:
    """Return the rows that pairs, repeats, copies and exchanges connect with one row, in enrolment order."""
    late = _index(where.later, len(where.record))
    reached = frontier = np.array([start])
    while len(frontier):
        near = where.in_order(np.concatenate([frontier, *_near(where, frontier, (where.index, late))]))
        some = where.take(near)
        ours = np.isin(near, frontier)
        i, j = (near[np.concatenate(column)] for column in zip(*_related(some, ours), strict=True))
        frontier = np.setdiff1d(np.r_[i[np.isin(j, frontier)], j[np.isin(i, frontier)]], reached)
        reached = np.union1d(reached, frontier)
    return where.in_order(reached)


def _near(where: Standing, rows: Ints, indices: Sequence[Index]) -> list[Ints]:
    """Return rows whose time lies within the gates of any of these, the hours of a copy or the minutes of an answer."""
    some = where.take(rows)
    classes, said, shots = clock_classes(some), some.time[~some.physical], some.time[may_belong(some)]
    found = [index.said.within(np.sort(said), LATEST * LATE_S) for index in indices if len(said)]
    found += [index.shots.within(np.sort(shots), LATEST_S) for index in indices if len(shots)]
    for mine in np.unique(classes).tolist():
        time = np.sort(some.time[classes == mine])
        found += [other.within(time, longest_apart(mine, its)) for index in indices for its, other in index.classes]
    return found


def _related(some: Table, ours: Flags) -> list[tuple[Ints, Ints]]:
    """Return pairs of rows that may be of one happening or exchange, repeats and copies; either is one of ours."""
    read = columns(some)
    one, two = candidates_with(some, read, np.flatnonzero(ours), LEAST_EDGE)
    i, j = np.minimum(one, two), np.maximum(one, two)
    likely = scores(some, read, i, j) > LEAST_EDGE
    first = repeats(some)
    again = np.flatnonzero(first != np.arange(len(some)))
    original, copy, _ = copied_with(some, ours)
    shots = may_belong(some)
    shot, other = (column.ravel() for column in np.meshgrid(np.flatnonzero(ours & shots), np.flatnonzero(shots)))
    answers = near(some, shot, other)
    return [(i[likely], j[likely]), (first[again], again), (original, copy), (shot[answers], other[answers])]


def _index(table: Table, begin: int = 0) -> Index:
    classes = clock_classes(table)
    return Index(
        classes=tuple((int(c), _sorted(table, np.flatnonzero(classes == c), begin)) for c in np.unique(classes)),
        said=_sorted(table, np.flatnonzero(~table.physical), begin),
        shots=_sorted(table, np.flatnonzero(may_belong(table)), begin),
    )


def _sorted(table: Table, rows: Ints, begin: int) -> Sorted:
    rows = rows[np.argsort(table.time[rows], kind="stable")]
    return Sorted(rows + begin, table.time[rows])


def _joined(begin: list[int], end: list[int]) -> list[tuple[int, int]]:
    """Return the stretches that ordered ones cover, each position once."""
    found: list[tuple[int, int]] = []
    for a, b in zip(begin, end, strict=True):
        last = found[-1][1] if found else 0
        if b > max(a, last):
            found.append((max(a, last), b))
    return found
