"""Announcements of innocent causes, by hour and place."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from trucewatch.assess import kinds
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import Fix, fuse
from trucewatch.model import Coded, Incident, Notice, Observation, Record
from trucewatch.spacetime import Moments, known_since
from trucewatch.vocabulary import NoticeOf, Phenomenon

NOTICE_KM = 5.0  # an announcement covers this much about its place, a guess
NOTICE_S = 12 * 3600.0  # and this long before and after its time when it states neither a period nor an error; a guess
LONGEST_NOTICE_S = (
    31 * 86400.0
)  # an announcement of a longer period says nothing of any hour and is not weighed; a guess


ANNOUNCED = {
    NoticeOf.TRAINING_FIRE: Phenomenon.ANNOUNCED_TRAINING,
    NoticeOf.DEMINING: Phenomenon.ANNOUNCED_DEMINING,
    NoticeOf.QUARRY: Phenomenon.ANNOUNCED_QUARRY,
}


def announced(records: Iterable[Record]) -> tuple[Observation, ...]:
    """Return the notices that explain a noise, as observations: those that were received before what they announce.

    An explanation that came afterwards is no notice. Movements and flights make no noise that one could take for fire.
    """
    return tuple(
        _observed(record, record.body)
        for record in records
        if isinstance(record.body, Notice) and record.body.of in ANNOUNCED and _came_before(record, record.body)
    )


def _came_before(record: Record, notice: Notice) -> bool:
    known = known_since(record.clocks)
    return known is not None and known <= notice.window.start


def _observed(record: Record, notice: Notice) -> Observation:
    place = record.place
    if place is not None and notice.radius_km is not None:
        place = replace(place, sd_km=notice.radius_km / 2)  # along each axis, of a place anywhere in a disc
    return Observation(
        source=record.source,
        means=Coded(term=None),
        phenomenon=Coded(term=ANNOUNCED[notice.of]),
        direction=Coded(term=None),
        clocks=replace(record.clocks, claimed=notice.window),
        reader=record.reader,
        raw=record.raw,
        id=record.id,
        key=record.key,
        place=place,
        text=record.text,
    )


class Notices:
    """Announcements by hour, so that each incident looks at few of them."""

    def __init__(self, context: Sequence[Observation], fixes: Mapping[str, Fix | None]) -> None:
        """Sort them into the hours that they cover."""
        self._hours: dict[int, list[tuple[Observation, Fix, float]]] = {}
        for o in context:
            fix = fixes[o.key]
            if kinds.family(o) is Family.NOTICE and fix is not None:
                reach = reach_s(o, fix)
                if reach > LONGEST_NOTICE_S / 2:
                    continue
                for hour in range(int((fix.time_s - reach) // 3600), int((fix.time_s + reach) // 3600) + 1):
                    self._hours.setdefault(hour, []).append((o, fix, reach))

    def of(self, incident: Incident, fixes: Mapping[str, Fix | None]) -> list[Observation]:
        """Return the announcements that cover an incident's time and place."""
        if not self._hours or any(kinds.family(o) is Family.WEAPON for o in incident.observations):
            return []
        known = _placed(incident, fixes)
        return self._covering(_middle_s(known), fuse([at for _, at in known])) if known else []

    def _covering(self, time_s: float, at: Moments) -> list[Observation]:
        """Return the announcements for this time and place; one without a place covers none, one cannot know where."""
        near = [
            (o, fix) for o, fix, reach in self._hours.get(int(time_s // 3600), []) if abs(time_s - fix.time_s) <= reach
        ]
        return [o for o, fix in near if fix.at is not None and _close(fix.at, at)]


def is_training(notice: Observation) -> bool:
    """Tell whether a notice is of training, which sounds as fire does."""
    return notice.phenomenon.term is Phenomenon.ANNOUNCED_TRAINING


def reach_s(notice: Observation, fix: Fix) -> float:
    """Return how long before and after its time an announcement covers, in seconds."""
    claimed = notice.clocks.claimed
    stated = claimed is not None and (claimed.end > claimed.start or claimed.sd_s > 0)
    # √3 sd is the half-width of the uniform window that the moments stand for
    return math.sqrt(3) * fix.time_sd_s if stated else NOTICE_S


def middle_s(incident: Incident, fixes: Mapping[str, Fix | None]) -> float:
    """Return the time, s since 1970, for which announcements are asked of an incident; NaN where it has no place."""
    known = _placed(incident, fixes)
    return _middle_s(known) if known else math.nan


def _placed(incident: Incident, fixes: Mapping[str, Fix | None]) -> list[tuple[float, Moments]]:
    found = (fixes[o.key] for o in incident.observations)
    return [(fix.time_s, fix.at) for fix in found if fix is not None and fix.at is not None]


def _middle_s(known: Sequence[tuple[float, Moments]]) -> float:
    return math.fsum(time_s for time_s, _ in known) / len(known)


def _close(a: Moments, b: Moments) -> bool:
    sd = math.sqrt((a.var_east + a.var_north + b.var_east + b.var_north) / 2)
    return math.hypot(a.east - b.east, a.north - b.north) <= NOTICE_KM + sd
