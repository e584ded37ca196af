"""When monitors and drones left the areas permitted to them (R6): from when to when, how far, on which positions.

An excursion is recorded, never judged, and no observation made outside is dropped. It needs one position that is surely
outside; positions in doubt near the edge neither begin nor end it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from trucewatch.agreement.geofence import Depth, depths_km, inside_areas
from trucewatch.agreement.kleene import Truth
from trucewatch.model import Excursion, Feature, Position, Record
from trucewatch.vocabulary import UnitKind

LONGEST_GAP = timedelta(hours=1)  # between positions of one stay outside; a patrol reports more often: a guess


@dataclass(frozen=True, slots=True)
class _Seen:
    """A unit at one time by all records of it: inside or not, its greatest depth outside, who says so."""

    start: datetime
    end: datetime
    is_inside: Truth
    depth: Depth | None
    keys: tuple[str, ...]


def excursions(
    positions: Sequence[Record], areas: Sequence[Feature], gap: timedelta = LONGEST_GAP
) -> tuple[Excursion, ...]:
    """Return the excursions of the units out of the areas permitted to them, in the order in which they were outside.

    `areas` are those permitted to these units; one with `units` counts for these kinds alone. Two positions outside
    farther apart than `gap` are of two excursions.
    """
    truths = inside_areas(positions, areas)
    outside = [record for record, truth in zip(positions, truths, strict=True) if truth is False]
    depths = iter(depths_km(outside, areas))
    tracks: dict[tuple[str, UnitKind], list[_Seen]] = {}
    for record, truth in zip(positions, truths, strict=True):
        if isinstance(record.body, Position) and (claimed := record.clocks.claimed) is not None:
            depth = next(depths) if truth is False else None
            seen = _Seen(claimed.start, claimed.end, truth, depth, (record.key,))
            tracks.setdefault((record.body.unit, record.body.unit_kind), []).append(seen)
    found = [each for unit, track in tracks.items() for each in _of_unit(unit, _in_order(track), gap)]
    return tuple(sorted(found, key=lambda each: (each.left_before, each.back_after, each.positions)))


def _in_order(track: Iterable[_Seen]) -> Iterator[_Seen]:
    """Yield one thing seen for each time, in order; records of the same time that contradict leave it in doubt."""

    def times(seen: _Seen) -> tuple[datetime, datetime]:
        return seen.start, seen.end

    for (start, end), group in groupby(sorted(track, key=times), key=times):
        same = tuple(group)
        depth = min(
            (seen.depth for seen in same if seen.depth), key=lambda depth: (depth.km, depth.sd_km), default=None
        )
        keys = tuple(sorted({key for seen in same for key in seen.keys}))
        said = {seen.is_inside for seen in same} - {None}
        yield _Seen(start, end, said.pop() if len(said) == 1 else None, depth, keys)


def _of_unit(unit: tuple[str, UnitKind], track: Iterable[_Seen], gap: timedelta) -> Iterator[Excursion]:
    before, after, run = None, None, list[_Seen]()  # last surely inside; what has been seen last; outside so far
    for seen in track:
        if run and (seen.is_inside or (after is not None and seen.start - after > gap)):
            yield _excursion(unit, before, run, seen.end if seen.is_inside else None)
            before, run = None, []
        if seen.is_inside:
            before = seen.start
        elif seen.is_inside is False:
            run.append(seen)
        after = seen.end
    if run:
        yield _excursion(unit, before, run, None)


def _excursion(
    unit: tuple[str, UnitKind], left_after: datetime | None, run: Sequence[_Seen], back_before: datetime | None
) -> Excursion:
    deepest = min((seen.depth for seen in run if seen.depth), key=lambda depth: (depth.km, depth.sd_km))
    left_before, back_after = run[0].end, run[-1].start
    return Excursion(
        unit=unit[0],
        unit_kind=unit[1],
        left_after=left_after,
        left_before=left_before,
        back_after=back_after,
        back_before=back_before,
        least=max(back_after - left_before, timedelta()),
        most=None if left_after is None or back_before is None else back_before - left_after,
        depth_km=-deepest.km,
        depth_sd_km=deepest.sd_km,
        positions=tuple(sorted({key for seen in run for key in seen.keys})),
    )
