"""What civilians depend on, near incidents (R16): which, and about how far."""

from papers import HOUR, NOON, at, incident

from trucewatch.agreement.near import near
from trucewatch.model import Feature, Geometry, Near
from trucewatch.spacetime import destination
from trucewatch.vocabulary import FeatureRole

PIPELINE = Feature(
    role=FeatureRole.INFRASTRUCTURE,
    geometry=Geometry(kind="LineString", coordinates=((38.0, 48.0), (40.0, 48.0))),
    id="pipeline",
    accuracy_km=0.2,
)
WORKS = Feature(
    role=FeatureRole.INFRASTRUCTURE,
    geometry=Geometry(
        kind="Polygon", coordinates=(((38.0, 49.0), (38.1, 49.0), (38.1, 49.1), (38.0, 49.1), (38.0, 49.0)),)
    ),
    id="water works",
)


def off_the_pipeline(km: float, sd_km: float = 0.1, name: str = "i1", time=NOON):
    lon, lat = destination(39.0, 48.0, 0, km)
    return incident(name, place=at(lon, lat, sd_km), time=time)


def test_a_checkpoint_13_km_from_a_pipeline_is_about_15_km_from_it_and_no_more_is_said():
    assert near([PIPELINE, WORKS], [off_the_pipeline(13)], km=20) == (
        Near(feature_id="pipeline", incident_id="i1", about_km=15, is_sure=True),
    )


def test_an_incident_inside_a_water_works_is_about_0_km_from_it():
    (found,) = near([WORKS], [incident(place=at(38.05, 49.05))], km=5)
    assert (found.about_km, found.is_sure) == (0, True)


def test_what_may_be_near_by_its_error_is_listed_as_perhaps():
    assert [each.is_sure for each in near([PIPELINE], [off_the_pipeline(21, sd_km=2)], km=20)] == [False]
    assert near([PIPELINE], [off_the_pipeline(21)], km=20) == ()


def test_a_vague_incident_beside_sharp_ones_changes_nothing_for_them():
    sharp = off_the_pipeline(13)
    vague = off_the_pipeline(60, sd_km=50, name="i2")
    assert near([PIPELINE], [sharp, vague], km=20)[0] == near([PIPELINE], [sharp], km=20)[0]


def test_a_pipeline_counts_while_it_was_there():
    dated = Feature(role=PIPELINE.role, geometry=PIPELINE.geometry, id="pipeline", valid_from=NOON)
    given = [off_the_pipeline(3, name="before", time=NOON - HOUR), off_the_pipeline(3, name="after")]
    assert [each.incident_id for each in near([dated], given, km=5)] == ["after"]


def test_an_incident_without_a_place_or_a_time_is_near_nothing():
    assert near([PIPELINE], [incident(), incident(place=at(39.0, 48.0), time=None)], km=5) == ()
    assert near([], [off_the_pipeline(3)], km=5) == ()
    assert near([PIPELINE], [], km=5) == ()
