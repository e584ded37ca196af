"""The one path, pure: what was recorded in, all that the centre concludes out."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from trucewatch.agreement.hold import hold
from trucewatch.assess import kinds
from trucewatch.assess.associate import METHOD as ASSOCIATE
from trucewatch.assess.associate import associate
from trucewatch.assess.attribute import METHOD as ATTRIBUTE
from trucewatch.assess.attribute import attribute
from trucewatch.assess.coverage import efforts
from trucewatch.assess.incidents import incidents
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import fixes
from trucewatch.intake.enrol import enrol
from trucewatch.model import Assessment, Case, Observation, Ray, Rejection
from trucewatch.spacetime import Plane, plane_about
from trucewatch.vocabulary import FeatureRole

METHODS = (ASSOCIATE, ATTRIBUTE)

THEATRE = frozenset({FeatureRole.LINE_OF_CONTACT, FeatureRole.CONTROL})


def assess(case: Case, read: Iterable[Observation], rejections: Sequence[Rejection]) -> Assessment:
    """Return all that the centre concludes from nothing but what it is given; the order of `read` does not matter."""
    observations = enrol(read, case.parties)
    plane = _plane(case, observations)
    where = fixes(observations, plane)
    found = incidents(observations, where, associate(observations, where), plane)
    by_key = {o.key: fix for o, fix in zip(observations, where, strict=True)}
    notices = [o for o in observations if kinds.family(o) is Family.NOTICE]
    attributions = attribute(case, plane, found, by_key, notices)
    watched = efforts(case, plane, observations, found)
    as_of = _as_of(observations)
    statuses, touched = hold(case, found, attributions, watched, as_of)
    return Assessment(
        case=case,
        observations=observations,
        rejections=tuple(sorted(rejections, key=lambda r: (r.file, r.row))),
        incidents=found,
        attributions=attributions,
        efforts=watched,
        statuses=statuses,
        touched=touched,
        as_of=as_of,
    )


def _plane(case: Case, observations: Sequence[Observation]) -> Plane:
    """Return the plane about the line and the held ground, else about where the observations are."""
    features = [f for f in case.places if f.role in THEATRE]
    return plane_about(features or case.places, points=[p for o in observations if (p := _position(o))])


def _position(o: Observation) -> tuple[float, float] | None:
    if o.place is None:
        return (o.observer.lon, o.observer.lat) if o.observer else None
    if isinstance(o.place, Ray):
        return o.place.observer.lon, o.place.observer.lat
    return (o.place.lon, o.place.lat) if hasattr(o.place, "lon") else o.place.ring[0]


def _as_of(observations: Sequence[Observation]) -> datetime:
    """Return the time up to which the record speaks: the end of the latest window in it, never the wall clock's now."""
    ends = [o.clocks.claimed.end for o in observations if o.clocks.claimed is not None]
    return max(ends, default=datetime(1970, 1, 1, tzinfo=UTC))
