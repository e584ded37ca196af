"""Short ways to say an observation, a case or an assessment in a test."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st

from trucewatch.assess import kinds
from trucewatch.assess.associate import associate
from trucewatch.assess.attribute import AtHand, attribute
from trucewatch.assess.incidents import incidents
from trucewatch.assess.innocence import Notices
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import fixes
from trucewatch.assess.shots import shots_of, together
from trucewatch.assess.unnoticed import Unnoticed
from trucewatch.model import (
    Case,
    Claim,
    Clocks,
    Coded,
    Count,
    Feature,
    Geometry,
    Interval,
    Named,
    Observation,
    Party,
    Point,
    Ray,
    Source,
    StandardOfProof,
)
from trucewatch.spacetime import Plane
from trucewatch.vocabulary import (
    Direction,
    FeatureRole,
    Means,
    Phenomenon,
    Qualifier,
    SourceClass,
    Stance,
)

NOON = datetime(2021, 3, 1, 12, 0, tzinfo=UTC)
PLANE = Plane(38.0, 48.0)
WEST, EAST = "westside", "eastside"


def at(east_km: float, north_km: float, sd_km: float | None = 0.5) -> Point:
    lon, lat = PLANE.degrees([east_km], [north_km])
    return Point(lon=float(lon[0]), lat=float(lat[0]), sd_km=sd_km)


def observation(
    key: str,
    *,
    place=None,
    minutes: float = 0.0,
    sd_s: float = 10.0,
    lasts_minutes: float = 0.0,
    source: str | None = None,
    source_class: SourceClass = SourceClass.CAMERA,
    side: str | None = None,
    means: Means | None = Means.SAW,
    phenomenon: Phenomenon | None = Phenomenon.EXPLOSION,
    direction: Direction = Direction.UNDETERMINED,
    accuses: str | None = None,
    stance: Stance = Stance.ACCUSES,
    count: int | None = None,
    flights: tuple[float, ...] = (),
    observer: Point | None = None,
) -> Observation:
    start = NOON + timedelta(minutes=minutes)
    claim = None
    if accuses is not None or stance is Stance.DENIES:
        accused = Named(party=accuses, verbatim=accuses) if accuses else None
        claim = Claim(stance=stance, accused=accused)
    return Observation(
        source=Source(
            name=source or f"camera {key}",
            source_class=Coded(term=source_class, verbatim=source_class.value),
            side=Named(party=side, verbatim=side) if side else None,
        ),
        means=Coded(term=means, verbatim=means.value if means else ""),
        phenomenon=Coded(term=phenomenon, verbatim=phenomenon.value if phenomenon else ""),
        direction=Coded(term=direction, verbatim=direction.value),
        clocks=Clocks(
            claimed=Interval(start=start, end=start + timedelta(minutes=lasts_minutes), sd_s=sd_s),
        ),
        reader="test",
        raw=(("id", key),),
        id=key,
        key=key,
        place=place,
        observer=observer,
        count=Count() if count is None else Count(low=count, high=count, qualifier=Qualifier.EXACT),
        flights_deg=flights,
        claim=claim,
    )


def box(west: float, south: float, east: float, north: float) -> Geometry:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    lon, lat = PLANE.degrees([x for x, _ in corners], [y for _, y in corners])
    ring = tuple(zip(lon.tolist(), lat.tolist(), strict=True))
    return Geometry(kind="Polygon", coordinates=(ring,))


def line() -> Geometry:
    lon, lat = PLANE.degrees([0.0, 0.0], [-30.0, 30.0])
    return Geometry(kind="LineString", coordinates=tuple(zip(lon.tolist(), lat.tolist(), strict=True)))


def front(parties: tuple[str, str] = (WEST, EAST), *, swapped: bool = False, standard=None) -> Case:
    """A line running north through the plane's centre; the first party holds the west, unless swapped."""
    first, second = parties
    holds_west, holds_east = (second, first) if swapped else (first, second)
    return Case(
        id="front",
        titles=(("en", "A front"),),
        parties=tuple(Party(id=p, names=(("en", p),)) for p in parties),
        time_zone="UTC",
        standard=standard or StandardOfProof(),
        places=(
            Feature(role=FeatureRole.LINE_OF_CONTACT, geometry=line(), accuracy_km=0.2),
            Feature(role=FeatureRole.CONTROL, geometry=box(-40, -30, 0, 30), party=holds_west, accuracy_km=0.2),
            Feature(role=FeatureRole.CONTROL, geometry=box(0, -30, 40, 30), party=holds_east, accuracy_km=0.2),
        ),
        agreements=(),
        cut_off=time(19, 30),
    )


def assessed(rows, case=None):
    case = case or front()
    where = fixes(rows, PLANE)
    found = incidents(rows, where, associate(rows, where), PLANE)
    by_key = {o.key: f for o, f in zip(rows, where, strict=True)}
    notices = [o for o in rows if kinds.family(o) is Family.NOTICE]
    return found, attributed(case, found, by_key, notices, rows)


def attributed(case, found, by_key, notices=(), watching=()):
    at_hand = AtHand(
        incidents=shots_of(found), fixes=by_key, notices=Notices(notices, by_key), unnoticed=Unnoticed(watching, PLANE)
    )
    return tuple(together(case, found, attribute(case, PLANE, at_hand)[1]))


def members(rows):
    return {frozenset(o.key for o in incident.observations) for incident in assessed(rows)[0]}


@st.composite
def tables(draw):
    count = draw(st.integers(1, 12))
    return [
        observation(
            f"{n:02d}",
            place=at(draw(st.floats(-8, 8)), draw(st.floats(-8, 8)), draw(st.sampled_from([0.2, 1.0, 3.0]))),
            minutes=draw(st.floats(0, 60)),
            sd_s=draw(st.sampled_from([5.0, 60.0, 900.0])),
            source=draw(st.sampled_from(["camera 1", "camera 2", "post", "ministry of one"])),
            direction=draw(st.sampled_from(list(Direction))),
            flights=draw(st.sampled_from([(), (90.0,), (270.0,), (90.0, 270.0)])),
            phenomenon=draw(st.sampled_from([Phenomenon.EXPLOSION, Phenomenon.SHOT, Phenomenon.HOT_SPOT, None])),
            accuses=draw(st.sampled_from([None, WEST, EAST])),
            side=draw(st.sampled_from([None, WEST, EAST])),
            source_class=draw(st.sampled_from(list(SourceClass))),
        )
        for n in range(count)
    ]


def only(rows, case=None):
    _, (attribution,) = assessed(rows, case)
    return attribution


def outgoing(key, x, **more):
    return observation(key, place=at(x, 0), direction=Direction.OUTGOING, **more)


def post(x=0.0):
    return at(x, 0, 0.0)


def quiet(key, hours, **more):
    return observation(
        key,
        phenomenon=Phenomenon.QUIET,
        observer=post(),
        place=Ray(observer=post()),
        lasts_minutes=60 * hours,
        sd_s=0.0,
        means=Means.ACOUSTIC,
        source_class=SourceClass.ACOUSTIC,
        **more,
    )
