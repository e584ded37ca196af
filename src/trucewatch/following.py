"""A case held in memory after a full run, to which observations are added one by one: what each of them changes.

From an observation more all that it may be of one happening with is divided anew, the incidents of that are made anew,
and who did them is weighed anew; an announcement is held against the incidents of its hours. Nothing else is looked at.
As of the last full run stay: the plane, who was attentive and noticed nothing, how well stated errors hold, how densely
happenings and statements lie and how common numbers are (`assess.update`), and all that attribution learns
(`assess.learned`), of which an incident does not hear what those taught in which its records stood. So the same comes
out as from the whole record under the same background and the same `Learned`, in whatever order the observations came;
a full run learns anew, and may say otherwise. Rows that differ in nothing but the parties keep the numbers by which
they came (`intake.enrol`).

Pure, and preliminary: no mirror run has been through it, and nothing of it may be published.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from trucewatch import pipeline
from trucewatch.assess import kinds, update
from trucewatch.assess.attribute import AtHand, attribute
from trucewatch.assess.front import across
from trucewatch.assess.groups import Association, gathered
from trucewatch.assess.incidents import doubts, incidents
from trucewatch.assess.innocence import Notices, middle_s, reach_s
from trucewatch.assess.kinds import Family
from trucewatch.assess.learned import Learned
from trucewatch.assess.leave_out import left_out
from trucewatch.assess.locate import Factors, Fix, fixes
from trucewatch.assess.reasons import with_labels
from trucewatch.assess.shots import shots_of, together
from trucewatch.assess.table import Codes, Floats, Ints, coded
from trucewatch.assess.unnoticed import Unnoticed
from trucewatch.intake.enrol import LAST, enrol
from trucewatch.model import Attribution, Case, Doubt, Incident, Observation
from trucewatch.pipeline import Gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """The last full run, by what is asked of it again and again.

    `number` is each observation's place in the record by its key, `placed` those that association divided, `incident`
    of each observation the number of its incident (-1: of none), `shot` that of what was weighed alone (`shots_of`),
    `middle` the time that announcements ask each incident for, in s since 1970 (NaN: none).
    """

    case: Case
    gathered: Gathered
    learned: Learned
    factors: Factors
    pepper: bytes
    number: Mapping[str, int]
    placed: Ints
    incident: Ints
    shot: Ints
    middle: Floats
    unnoticed: Unnoticed


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A full run and what came since.

    `later` are the observations that came, by key, `fixes` theirs, `divided` those that association divided, in their
    order. `moved` is the incident of each observation, by key, where that is another one than in the full run, None
    where it stands in none.
    """

    full: Full
    rows: update.Standing
    codes: Codes
    announced: tuple[Observation, ...]
    notices: Notices
    later: Mapping[str, Observation]
    fixes: Mapping[str, Fix | None]
    divided: tuple[Observation, ...] = ()
    moved: Mapping[str, Incident | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one observation more changes: `incidents` take the place of `replaced`; `attributions` are who did them.

    What an announcement covers takes the place of itself. `doubts` are of the observations that were placed anew and
    may belong to several incidents. `again`: it says what an observation of the record says, cell by cell, and changes
    nothing.
    """

    observation: Observation
    again: bool = False
    incidents: tuple[Incident, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    replaced: tuple[Incident, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def follow(case: Case, found: Gathered, learned: Learned, pepper: bytes = b"") -> Followed:
    """Return a full run as something that observations may be added to; `learned` is what it learned."""
    where = [found.fixes[o.key] for o in found.observations]
    placed = [i for i, o in enumerate(found.observations) if _is_placed(o, where[i])]
    record, codes = coded(found.observations, where, placed, across(case, found.plane, where))
    number = {o.key: n for n, o in enumerate(found.observations)}
    incident = np.full(len(number), -1, dtype=np.int64)
    for n, one in enumerate(found.incidents):
        incident[[number[o.key] for o in one.observations]] = n
    shot = np.full(len(number), -1, dtype=np.int64)
    for n, one in enumerate(shots_of(found.incidents)):
        shot[[number[o.key] for o in one.observations]] = n
    announced = tuple(pipeline.announcing(found))
    return Followed(
        full=Full(
            case=case,
            gathered=found,
            learned=learned,
            factors={(held.source_class, held.of_sides): held.factor for held in found.errors},
            pepper=pepper,
            number=number,
            placed=np.array(placed, dtype=np.int64),
            incident=incident,
            shot=shot,
            middle=np.array([middle_s(one, found.fixes) for one in found.incidents], dtype=np.float64),
            unnoticed=Unnoticed(found.observations, found.plane, found.records),
        ),
        rows=update.standing(record, found.recurrence),
        codes=codes,
        announced=announced,
        notices=Notices([*announced, *found.notices], found.fixes),
        later={},
        fixes={},
        moved={},
    )


def add(now: Followed, row: Observation) -> tuple[Followed, Change]:
    """Return the record with one observation more, as it was read, and what that changes."""
    full = now.full
    observation, again = _enrolled(now, row)
    if again:
        return now, Change(observation=observation, again=True)
    fix = fixes([observation], full.gathered.plane, full.factors)[0]
    then = replace(now, later={**now.later, observation.key: observation}, fixes={**now.fixes, observation.key: fix})
    if kinds.family(observation) is Family.NOTICE:
        return _announced(then, observation)
    if not kinds.is_associable(observation):
        return then, Change(observation=observation)
    if not _is_placed(observation, fix):
        if kinds.is_denial(observation):
            return then, Change(observation=observation)
        return _placed(then, observation, [observation], Association(groups=((0,),), shares=((1.0,),)))
    lines = across(full.case, full.gathered.plane, [fix])
    table, codes = coded([observation], [fix], [0], lines, now.codes)
    rows, touched = update.add(now.rows, table, _position(full, observation))
    then = replace(then, rows=rows, codes=codes, divided=(*now.divided, observation))
    some = [_of_row(then, n) for n in touched.rows.tolist()]
    return _placed(then, observation, some, gathered(some, touched.division, touched.said, []))


def attributions(now: Followed, some: Sequence[Incident]) -> tuple[Attribution, ...]:
    """Return who did these incidents of the record as it stands, by what the full run learned from others."""
    full, each = now.full, shots_of(some)
    keys = [[o.key for o in one.observations] for one in each]
    stood = [{int(full.shot[n]) for key in group if (n := full.number.get(key)) is not None} - {-1} for group in keys]
    known = _fixes(now, [o for one in some for o in one.observations])
    at_hand = AtHand(incidents=each, fixes=known, notices=now.notices, unnoticed=full.unnoticed)
    _, found = attribute(full.case, full.gathered.plane, at_hand, (full.learned, left_out(stood)))
    return tuple(with_labels(full.case, some, together(full.case, some, found)))


def incident_of(now: Followed, key: str) -> Incident | None:
    """Return the incident in which an observation stands now."""
    if key in now.moved:
        return now.moved[key]
    number = now.full.number.get(key)
    at = -1 if number is None else int(now.full.incident[number])
    return None if at < 0 else now.full.gathered.incidents[at]


def in_order(observation: Observation) -> tuple[datetime, str, int]:
    """Return what puts observations in the order in which they are enrolled."""
    digest, _, number = observation.key.partition("-")
    claimed = observation.clocks.claimed
    return (LAST if claimed is None else claimed.start), digest, int(number or 1)


def _placed(
    now: Followed, observation: Observation, some: Sequence[Observation], association: Association
) -> tuple[Followed, Change]:
    """Return the record with `some` observations divided anew, and what that changes."""
    found = incidents(some, list(_fixes(now, some).values()), association, now.full.gathered.plane)
    before = _once(incident_of(now, o.key) for o in some)
    stands = {o.key: one for one in found for o in one.observations}
    then = replace(now, moved={**now.moved, **{o.key: stands.get(o.key) for o in some}})
    made = tuple(one for one in found if one not in before)
    return then, Change(
        observation=observation,
        incidents=made,
        attributions=attributions(then, made),
        replaced=tuple(one for one in before if one not in found),
        doubts=doubts(some, association, found),
    )


def _announced(now: Followed, notice: Observation) -> tuple[Followed, Change]:
    """Return the record with a notice more, and who did the incidents that it covers: these stay what they were."""
    full = now.full
    announced = tuple(sorted((*now.announced, notice), key=in_order))
    every = [*announced, *full.gathered.notices]
    then = replace(now, announced=announced, notices=Notices(every, _fixes(now, every)))
    fix = now.fixes[notice.key]
    if fix is None:
        return then, Change(observation=notice)
    gone = {int(full.incident[n]) for key in now.moved if (n := full.number.get(key)) is not None}
    near = np.flatnonzero(np.abs(full.middle - fix.time_s) <= reach_s(notice, fix)).tolist()
    asked = [*(full.gathered.incidents[n] for n in near if n not in gone), *_once(now.moved.values())]
    alone = Notices([notice], now.fixes)
    covered = tuple(one for one in asked if alone.of(one, _fixes(now, one.observations)))
    again = attributions(then, covered)
    return then, Change(observation=notice, incidents=covered, attributions=again, replaced=covered)


def _enrolled(now: Followed, row: Observation) -> tuple[Observation, bool]:
    """Return the row with its key, and whether the record has it already."""
    (observation,) = enrol([row], now.full.case.parties, now.full.pepper)
    digest, number = observation.key, 1
    while (known := _known(now, observation.key)) is not None:
        if known.reader == row.reader and sorted(known.raw) == sorted(row.raw):
            return known, True
        number += 1
        observation = replace(observation, key=f"{digest}-{number}")
    return (observation if row.id else replace(observation, id=f"{row.reader}-{observation.key}")), False


def _known(now: Followed, key: str) -> Observation | None:
    number = now.full.number.get(key)
    return now.later.get(key) if number is None else now.full.gathered.observations[number]


def _position(full: Full, observation: Observation) -> update.Position:
    """Return where the observation belongs among those that were divided: by claimed time, then by key."""
    at = bisect_left(full.gathered.observations, in_order(observation), key=in_order)
    return int(np.searchsorted(full.placed, at)), in_order(observation)[0].timestamp(), observation.key


def _of_row(now: Followed, row: int) -> Observation:
    early = len(now.full.placed)
    return now.divided[row - early] if row >= early else now.full.gathered.observations[int(now.full.placed[row])]


def _fixes(now: Followed, some: Iterable[Observation]) -> dict[str, Fix | None]:
    return {o.key: now.fixes[o.key] if o.key in now.fixes else now.full.gathered.fixes[o.key] for o in some}


def _is_placed(observation: Observation, fix: Fix | None) -> bool:
    return kinds.is_associable(observation) and fix is not None and fix.at is not None


def _once(some: Iterable[Incident | None]) -> list[Incident]:
    """Return the incidents, each once, by their ids: no two at one time share one."""
    return list({one.id: one for one in some if one is not None}.values())
