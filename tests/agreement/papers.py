"""Small cases for the tests: two parties, a line, a zone, incidents and effort, all with plain numbers."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings

import trucewatch
from trucewatch.agreement.text import parse_agreement
from trucewatch.model import (
    Attribution,
    Case,
    Claim,
    Clocks,
    Coded,
    Count,
    Effort,
    Estimate,
    Feature,
    Geometry,
    Incident,
    Interval,
    Named,
    Observation,
    Party,
    Source,
    StandardOfProof,
    Weapon,
)
from trucewatch.paper import Agreement
from trucewatch.spacetime import hours_of
from trucewatch.vocabulary import (
    Direction,
    FeatureRole,
    Listening,
    Means,
    Phenomenon,
    SourceClass,
    Stance,
    WeaponClass,
)

BUNDLED = Path(trucewatch.__file__).parent / "bundled"
DAY = date(2030, 6, 3)
NOON = datetime(2030, 6, 3, 12, tzinfo=UTC)
MIDNIGHT = datetime(2030, 6, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)

# a busy machine is no fault of the code: no limit of milliseconds for one example
UNHURRIED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

FRONT = """+++
id = "paper"
title = "A paper"
signed = 2030-06-01
in_force = 2030-06-03T00:00:00Z
tz = "UTC"
[quotation.en]
source = "a page"
language = "en"
verbatim = true
+++
"""


def parsed(*duties: str, front: str = FRONT) -> Agreement:
    """An agreement with one clause, c1, c2, ..., for each TOML text."""
    clauses = "".join(f"## c{n}\n```toml\n{duty}\n```\n" for n, duty in enumerate(duties, start=1))
    return parse_agreement((front + clauses).encode(), "paper.md")


def bundled(case: str, name: str) -> Agreement:
    path = BUNDLED / case / "agreements" / name
    return parse_agreement(path.read_bytes(), name)


def minsk(name: str = "minsk-2015-02-12.md") -> Agreement:
    """A Minsk paper whose two sides bear the names of these tests' parties."""
    words = (BUNDLED / "donbas" / "agreements" / name).read_text(encoding="utf-8")
    for side, here in (("ukraine", "a"), ("formations", "b")):
        words = words.replace(f'"{side}"', f'"{here}"')
    return parse_agreement(words.encode(), name)


def statement() -> Agreement:
    return bundled("karabakh", "nk-2020-11-10.md")


CEASEFIRE = 'id = "c1.a"\nkind = "prohibit"\nbearer = "all"'


def case(*agreements: Agreement, places: tuple[Feature, ...] = (), parties: tuple[str, ...] = ("a", "b")) -> Case:
    return Case(
        id="case",
        titles=(),
        parties=tuple(Party(id=party, names=()) for party in parties),
        time_zone="UTC",
        standard=StandardOfProof(),
        places=places,
        agreements=agreements,
        cut_off=NOON.time(),
    )


def line(lat: float = 48.0, party: str | None = None, **dates: datetime) -> Feature:
    geometry = Geometry(kind="LineString", coordinates=((36.0, lat), (40.0, lat)))
    return Feature(role=FeatureRole.LINE_OF_CONTACT, geometry=geometry, party=party, accuracy_km=0.5, **dates)


def zone(zone_id: str = "zone") -> Feature:
    ring = ((38.0, 48.0), (38.4, 48.0), (38.4, 48.2), (38.0, 48.2), (38.0, 48.0))
    return Feature(role=FeatureRole.ZONE, geometry=Geometry(kind="Polygon", coordinates=(ring,)), id=zone_id)


def at(lon: float, lat: float, sd_km: float = 0.1) -> Estimate:
    variance = sd_km**2
    return Estimate(
        lon=lon, lat=lat, var_east=variance, var_north=variance, cov_east_north=0.0, radius_km_68=1.5 * sd_km
    )


def observation(
    *, side: str | None = None, claim: Claim | None = None, weapon: Weapon | None = None, time: datetime = NOON
) -> Observation:
    return Observation(
        source=Source(
            name="source",
            source_class=Coded(term=SourceClass.PARTY if side else SourceClass.OBSERVER),
            side=Named(party=side) if side else None,
        ),
        means=Coded(term=Means.SAW),
        phenomenon=Coded(term=Phenomenon.EXPLOSION),
        direction=Coded(term=Direction.UNDETERMINED),
        clocks=Clocks(claimed=Interval(start=time, end=time)),
        reader="test",
        raw=(),
        claim=claim,
        weapon=weapon,
    )


def accuses(side: str | None, accused: str) -> Observation:
    return observation(side=side, claim=Claim(stance=Stance.ACCUSES, accused=Named(party=accused)))


def denies(side: str | None, accused: str | None = None) -> Observation:
    return observation(side=side, claim=Claim(stance=Stance.DENIES, accused=Named(party=accused) if accused else None))


def sighting(weapon_class: WeaponClass | None, *calibres_mm: float, words: str = "") -> Observation:
    return observation(
        weapon=Weapon(weapon_class=Coded(term=weapon_class, verbatim=words), calibres_mm=tuple(calibres_mm))
    )


def incident(
    incident_id: str = "i1",
    *observations: Observation,
    time: datetime | None = NOON,
    last: datetime | None = None,
    place: Estimate | None = None,
    phenomenon: Phenomenon | None = Phenomenon.EXPLOSION,
) -> Incident:
    return Incident(
        id=incident_id,
        observations=observations,
        first_time=time,
        last_time=last or time,
        place=place,
        phenomenon=Coded(term=phenomenon, verbatim="" if phenomenon else "thunderous"),
        count=Count(),
    )


def attribution(incident_id: str, determination: str, lines: int = 2, probability_a: float = 0.5) -> Attribution:
    return Attribution(
        incident_id=incident_id,
        method="test/1",
        probabilities=(("a", probability_a), ("b", 1 - probability_a), ("both", 0.0), ("other", 0.0)),
        determination=determination,
        weights=(),
        lines=lines,
        why="",
    )


def effort(
    side: str, day: date = DAY, *, listening: Listening = Listening.QUIET, hours: float = 24.0, ground: float = 1.0
) -> Effort:
    return Effort(
        day=day,
        side=side,
        hours=hours,
        observer_hours=hours,
        observers=1,
        by_hour=(listening,) * len(hours_of(day, "UTC")),
        ground_share=ground,
    )
