"""From groups of observations to incidents: when, where, what and how many."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from trucewatch.assess import kinds
from trucewatch.assess.ends import places
from trucewatch.assess.groups import Association
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import Fix
from trucewatch.assess.telling import Report, heard, reports
from trucewatch.model import Coded, Count, Doubt, Estimate, Incident, Interval, Observation
from trucewatch.spacetime import EARLIEST, LATEST, Plane, estimates
from trucewatch.vocabulary import End, Phenomenon, Qualifier

_RANK = {term: n for n, term in enumerate(Phenomenon)}
_CALLED = {term: Coded(term=term, verbatim=term.value) for term in Phenomenon}

VAGUE_SD_S = 600.0  # a clock worse than ten minutes gives a window, not an instant; a guess


def incidents(
    observations: Sequence[Observation],
    fixes: Sequence[Fix | None],
    association: Association,
    plane: Plane,
) -> tuple[Incident, ...]:
    """Return one incident for each group, in order of time and content."""
    known = reports(observations, fixes, plane)
    groups = [
        list(zip(g, s or (1.0,) * len(g), strict=True))
        for g, s in zip(association.groups, association.shares, strict=True)
    ]
    two = sorted(association.exchanges)
    halves = _made(observations, known, plane, [half for n in two for half in _halves(groups[n], association)], {})
    shots = dict(zip(two, zip(halves[::2], halves[1::2], strict=True), strict=True))
    made = [
        replace(incident, exchange=association.exchanges[n]) if n in association.exchanges else incident
        for n, incident in enumerate(_made(observations, known, plane, groups, shots))
    ]
    end = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(made, key=lambda incident: (incident.first_time or end, incident.id)))


_Group = Sequence[tuple[int, float]]  # indices into the observations, with their shares


def _halves(group: _Group, association: Association) -> tuple[_Group, _Group]:
    """Return the fire and the answer of an exchange, with the shares that their members have in each."""
    alone = [(i, min(share / association.sure.get(i, 1.0), 1.0)) for i, share in group]
    fire, answer = ([m for m in alone if (m[0] in association.answers) == is_it] for is_it in (False, True))
    return fire, answer


def _made(
    observations: Sequence[Observation],
    known: Sequence[Report | None],
    plane: Plane,
    groups: Sequence[_Group],
    shots: Mapping[int, tuple[Incident, Incident]],
) -> list[Incident]:
    """Return the incidents of groups in their order; `shots` are those of exchanges, by the number of the group.

    The place of an exchange is that of its first shot.
    """
    first = {n: {o.key for o in fire.observations} for n, (fire, _) in shots.items()}
    told = [[m for m in g if n not in first or observations[m[0]].key in first[n]] for n, g in enumerate(groups)]
    found = places(
        [heard([observations[i] for i, _ in m], [known[i] for i, _ in m], [share for _, share in m]) for m in told]
    )
    placed = iter(estimates([at for at in found if at is not None], plane))
    return [
        _incident(
            [observations[i] for i, _ in g], None if at is None else next(placed), [s for _, s in g], shots.get(n, ())
        )
        for n, (g, at) in enumerate(zip(groups, found, strict=True))
    ]


def doubts(
    observations: Sequence[Observation], association: Association, found: Iterable[Incident]
) -> tuple[Doubt, ...]:
    """Return the observations that may belong to several of the incidents `found`, in their order."""
    held = {o.key: incident.id for incident in found for o in incident.observations}
    ids = [held[observations[group[0]].key] for group in association.groups]
    return tuple(
        Doubt(key=observations[i].key, candidates=tuple((ids[group], share) for group, share in candidates))
        for i, candidates in association.doubts
    )


def _incident(
    members: Sequence[Observation],
    place: Estimate | None,
    shares: Sequence[float],
    shots: tuple[Incident, ...],
) -> Incident:
    first, last = _window(members)
    if shots:
        first = min((shot.first_time for shot in shots if shot.first_time is not None), default=first)
        last = max((shot.last_time for shot in shots if shot.last_time is not None), default=last)
    phenomenon = _phenomenon(members)
    return Incident(
        id=_identity(members, first),
        observations=tuple(members),
        first_time=first,
        last_time=last,
        place=place if place is None or _is_fire(members) else replace(place, end=End.PERCEIVED),
        phenomenon=phenomenon,
        count=_count(members, shots, phenomenon, shares),
        shares=tuple(shares),
        shots=shots,
    )


def _is_fire(members: Iterable[Observation]) -> bool:
    """Tell whether anything was fired, to leave and to land; a weapon seen and a field that burns have one place."""
    return any(kinds.family(o) is Family.FIRE for o in members)


def _identity(members: Sequence[Observation], first: datetime | None) -> str:
    """Return the day and a digest of the members' keys: no order, no file and no party's name enters it."""
    digest = hashlib.sha256("\n".join(sorted(o.key for o in members)).encode()).hexdigest()
    return f"{first:%Y%m%d}-{digest[:8]}" if first else f"undated-{digest[:8]}"


SURE = 0.9  # a record that belongs less surely may be of another happening, and its number with it; a guess


def _perceived(members: Sequence[Observation]) -> Sequence[Observation]:
    """Return what was perceived, else all: no claim moves the time, place or number of what somebody saw or heard."""
    return [o for o in members if kinds.is_physical(o)] or members


def _window(members: Sequence[Observation]) -> tuple[datetime | None, datetime | None]:
    """Return the window in which it happened, as the sharpest report has it, widened by a clock that is in doubt."""
    claimed = [o.clocks.claimed for o in _perceived(members) if o.clocks.claimed is not None]
    if not claimed:
        return None, None
    sharpest = min(map(_variance, claimed))
    sharp = [_widened(c) for c in claimed if _variance(c) == sharpest]
    return min(start for start, _ in sharp), max(end for _, end in sharp)


def _variance(claimed: Interval) -> float:
    width = (claimed.end - claimed.start).total_seconds()
    return claimed.sd_s**2 + width**2 / 12


def _widened(claimed: Interval) -> tuple[datetime, datetime]:
    """Return the window; one known to worse than VAGUE_SD_S is widened by the ±√3 sd that it stands for, in minutes."""
    doubt = timedelta(minutes=round(math.sqrt(3) * claimed.sd_s / 60)) if claimed.sd_s > VAGUE_SD_S else timedelta()
    return max(claimed.start - doubt, EARLIEST), min(claimed.end + doubt, LATEST)


def _phenomenon(members: Sequence[Observation]) -> Coded[Phenomenon]:
    """Return what most of those who perceived it call it; between equals the vocabulary's order decides."""
    known = [o.phenomenon.term for o in _perceived(members) if o.phenomenon.term is not None]
    if not known:
        return Coded(term=None, verbatim=min((o.phenomenon.verbatim for o in members), default=""))
    return _CALLED[min(set(known), key=lambda term: (-known.count(term), _RANK[term]))]


def _count(
    members: Sequence[Observation],
    shots: Sequence[Incident],
    phenomenon: Coded[Phenomenon],
    shares: Sequence[float],
) -> Count:
    """Return the bounds on the incident's main phenomenon; unlike phenomena are never added (docs/rules.md).

    Of a shot and its answer it is what one source tells of both at least, and at most what was perceived of each.
    """
    of = dict(zip((o.key for o in members), shares, strict=False))
    whole = _of_shot(members, phenomenon, of)
    each = [c for shot in shots if (c := _of_shot(shot.observations, phenomenon, of)) != Count()]
    if len(each) < 2 or whole.high is None:
        return whole
    high = sum(c.high or 0 for c in each)
    return whole if whole.high >= high else Count(low=whole.low, high=high, qualifier=Qualifier.RANGE)


def _of_shot(members: Sequence[Observation], phenomenon: Coded[Phenomenon], of: Mapping[str, float]) -> Count:
    """Return the bounds on what was perceived of one shot; `of` are the shares by key.

    What one source says in several rows adds up, a row repeated word for word does not, and sources are not added; nor
    are the leaving and the landing of rounds: the mission's seven rounds were fourteen explosions. A row that may be of
    another happening (`SURE`) counts for the most that it may have been, and not for the least.
    """
    by_source: dict[str, list[Observation]] = {}
    for o in _perceived(members):
        if o.phenomenon.term is phenomenon.term:
            by_source.setdefault(kinds.source_key(o), []).append(o)
    sums = [_doubted(rows, [o for o in rows if of.get(o.key, 1.0) >= SURE]) for rows in by_source.values()]
    lows = [c.low for c in sums if c.low is not None]
    highs = [c.high for c in sums if c.high is not None]
    low, high = max(lows, default=None), max(highs, default=None)
    if low is None and high is None:
        return Count()
    if high is None or any(c.low is not None and c.high is None for c in sums):
        return Count(low=low, high=None, qualifier=Qualifier.AT_LEAST)
    if low is None:
        return Count(low=None, high=high, qualifier=Qualifier.AT_MOST)
    hedged = any(c.qualifier is Qualifier.ABOUT for c in sums)
    exact = Qualifier.ABOUT if hedged else Qualifier.EXACT
    return Count(low=low, high=high, qualifier=exact if low == high else Qualifier.RANGE)


def _doubted(rows: Sequence[Observation], sure: Sequence[Observation]) -> Count:
    """Return the count of one source of whose rows only some surely belong: its least is that of those.

    Where none does, one of them at least is of this happening: its least is the smallest of theirs.
    """
    whole = _counted(rows)
    if len(sure) == len(rows) or len(rows) == 1 or whole.low is None:
        return whole
    if sure:
        return replace(whole, low=_counted(sure).low)
    return replace(whole, low=min(low for o in rows if (low := _counted([o]).low) is not None))


def _counted(rows: Sequence[Observation]) -> Count:
    """Return the count of one source: what left or what landed, whichever is more, and what told no direction."""
    parts = _unlike(rows)
    untold = [o.count for o in parts if not kinds.is_outgoing(o) and not kinds.is_impact(o)]
    if len(untold) == len(parts):
        return _added(untold)
    left = _added([o.count for o in parts if kinds.is_outgoing(o)])
    landed = _added([o.count for o in parts if kinds.is_impact(o)])
    told = max((left, landed), key=lambda c: (c.low or c.high or 0, c.high is None))
    return _added([*untold, told])


def _unlike(rows: Sequence[Observation]) -> Sequence[Observation]:
    """Return the rows without those that say what another one says.

    Of one instant, place, number, direction and weapon a remark alone makes no second report; over a longer window it
    may tell two alike happenings apart.
    """
    if len(rows) == 1:
        return rows
    said = {(o.direction, o.flights_deg, o.count, _remark(o), o.weapon, o.place, o.clocks.claimed): o for o in rows}
    return list(said.values())


def _remark(o: Observation) -> str:
    """Return the remark of a row where it tells it from another one of the same words; empty of one sharp instant."""
    claimed = o.clocks.claimed
    return o.text if claimed is None or _variance(claimed) > VAGUE_SD_S**2 else ""


def _added(parts: Sequence[Count]) -> Count:
    """Return the sum of the parts of one source's report; a part without an upper bound leaves the sum without one."""
    stated = [c for c in parts if c.low is not None or c.high is not None]
    if not stated:
        return Count()
    low = sum(c.low or 0 for c in stated)
    open_ended = len(stated) < len(parts) or any(c.high is None for c in stated)
    high = None if open_ended else sum(c.high or 0 for c in stated)
    hedged = any(c.qualifier is Qualifier.ABOUT for c in stated)
    return Count(low=low, high=high, qualifier=Qualifier.ABOUT if hedged else Qualifier.EXACT)
