"""From groups of observations to incidents: when, where, what and how many."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from trucewatch.assess import kinds
from trucewatch.assess.locate import Fix, fuse
from trucewatch.model import Coded, Count, Estimate, Incident, Observation
from trucewatch.spacetime import Moments, Plane, estimates
from trucewatch.vocabulary import Phenomenon, Qualifier


def incidents(
    observations: Sequence[Observation],
    fixes: Sequence[Fix | None],
    groups: Iterable[Sequence[int]],
    plane: Plane,
) -> tuple[Incident, ...]:
    """Return one incident for each group, in order of time and content."""
    groups = list(groups)
    members = [[observations[i] for i in group] for group in groups]
    fused = [_place(rows, [fixes[i] for i in group]) for rows, group in zip(members, groups, strict=True)]
    placed = iter(estimates([at for at in fused if at is not None], plane))
    made = [_incident(rows, None if at is None else next(placed)) for rows, at in zip(members, fused, strict=True)]
    end = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(made, key=lambda incident: (incident.first_time or end, incident.id)))


def _incident(members: Sequence[Observation], place: Estimate | None) -> Incident:
    first, last = _window(members)
    return Incident(
        id=_identity(members, first),
        observations=tuple(members),
        first_time=first,
        last_time=last,
        place=place,
        phenomenon=_phenomenon(members),
        count=_count(members),
    )


def _identity(members: Sequence[Observation], first: datetime | None) -> str:
    """Return the day and a digest of the members' keys: no order, no file and no party's name enters it."""
    digest = hashlib.sha256("\n".join(sorted(o.key for o in members)).encode()).hexdigest()
    return f"{first:%Y%m%d}-{digest[:8]}" if first else f"undated-{digest[:8]}"


def _window(members: Sequence[Observation]) -> tuple[datetime | None, datetime | None]:
    """Return the window in which it happened: the best-timed report's, so that a day-long claim does not widen it."""
    claimed = [o.clocks.claimed for o in members if o.clocks.claimed is not None]
    if not claimed:
        return None, None
    narrowest = min(c.end - c.start for c in claimed)
    sharp = [c for c in claimed if c.end - c.start == narrowest]
    return min(c.start for c in sharp), max(c.end for c in sharp)


def _place(members: Sequence[Observation], fixes: Sequence[Fix | None]) -> Moments | None:
    """Return where fire came from when somebody perceived that, else where it landed, else where it was perceived."""
    placed = [(o, fix.at) for o, fix in zip(members, fixes, strict=True) if fix is not None and fix.at is not None]
    origins = [(o, at) for o, at in placed if kinds.is_outgoing(o)]
    impacts = [(o, at) for o, at in placed if kinds.is_impact(o)]
    # a source that says the same place in several rows has said it once
    parts = {(o.source.name.casefold(), at): at for o, at in origins or impacts or placed}
    return fuse(list(parts.values())) if parts else None


def _phenomenon(members: Sequence[Observation]) -> Coded[Phenomenon]:
    """Return what most members call it, perceived before said; between equals the vocabulary's order decides."""
    known = [o for o in members if o.phenomenon.term is not None]
    if not known:
        return Coded(term=None, verbatim=min((o.phenomenon.verbatim for o in members), default=""))
    votes: dict[Phenomenon, int] = {}
    for o in known:
        if o.phenomenon.term is not None:
            votes[o.phenomenon.term] = votes.get(o.phenomenon.term, 0) + (1001 if kinds.is_physical(o) else 1)
    order = list(Phenomenon)
    best = min(votes, key=lambda term: (-votes[term], order.index(term)))
    return Coded(term=best, verbatim=best.value)


def _count(members: Sequence[Observation]) -> Count:
    """Return the bounds on phenomena that one source perceived: parts of one report add up, sources do not."""
    by_source: dict[str, dict[tuple[object, ...], Count]] = {}
    for o in members:
        part = (o.phenomenon.verbatim, o.direction.verbatim, o.flights_deg, o.count, o.text)
        by_source.setdefault(o.source.name.casefold(), {})[part] = o.count
    sums = [_added(list(parts.values())) for _, parts in sorted(by_source.items())]
    lows = [c.low for c in sums if c.low is not None]
    highs = [c.high for c in sums if c.high is not None]
    if not lows and not highs:
        return Count()
    low, high = max(lows, default=None), max(highs, default=None)
    open_ended = any(c.low is not None and c.high is None for c in sums)
    if open_ended or high is None:
        return Count(low=low, high=None, qualifier=Qualifier.AT_LEAST)
    if low is None:
        return Count(low=None, high=high, qualifier=Qualifier.AT_MOST)
    hedged = any(c.qualifier is Qualifier.ABOUT for c in sums)
    exact = Qualifier.ABOUT if hedged else Qualifier.EXACT
    return Count(low=low, high=high, qualifier=exact if low == high else Qualifier.RANGE)


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
