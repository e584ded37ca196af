"""Hot spots: four spellings of the time, two scales of confidence, a box instead of a point."""

from datetime import UTC, date, datetime

import pytest

from trucewatch.intake.firms import HOT_SPOTS, confidence, footprint, overpass
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.model import Area
from trucewatch.spacetime import distance_km
from trucewatch.vocabulary import Phenomenon, SourceClass

CONTEXT = Context(parties=(), time_zone="Europe/Kyiv", gazetteer=Gazetteer(), theatre=(36.0, 46.0, 41.0, 50.0))
VIIRS = {
    "latitude": "48.05962",
    "longitude": "37.95852",
    "bright_ti4": "299.06",
    "scan": "0.39",
    "track": "0.44",
    "acq_date": "2026-06-24",
    "acq_time": "0005",
    "satellite": "N20",
    "instrument": "VIIRS",
    "confidence": "n",
    "frp": "0.55",
    "daynight": "N",
}
MODIS = {k: v for k, v in VIIRS.items() if k not in {"bright_ti4", "instrument"}} | {
    "brightness": "312.4",
    "satellite": "Terra",
    "confidence": "57",
    "scan": "2.1",
    "track": "1.4",
}
DAY = date(2026, 6, 24)


@pytest.mark.parametrize("text", ["0030", "30", "00:30", "00:30:00", "0:30"])
def test_each_spelling_of_the_time_is_the_same_utc_instant(text):
    assert overpass(DAY, text) == datetime(2026, 6, 24, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2460", "24:00", "0075", "noon", "", "00.30", "٠٠٣٠"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError, match="acq_time"):
        overpass(DAY, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("n", "nominal"), ("low", "low"), ("H", "high"), ("nominal", "nominal"), ("57", "57 of 100"), ("0", "0 of 100")],
)
def test_both_scales_of_confidence_are_kept_in_words(text, words):
    assert confidence(text) == words


@pytest.mark.parametrize("text", ["", "x", "101", "-1", "nan"])
def test_a_confidence_on_neither_scale_is_refused(text):
    with pytest.raises(ValueError, match="confidence"):
        confidence(text)


def test_the_box_is_as_wide_as_the_scan_and_as_high_as_the_track():
    ring = footprint(37.95852, 48.05962, 0.39, 0.44).ring
    assert len(ring) == 5
    assert ring[0] == ring[4]
    assert distance_km(*ring[0], *ring[1]) == pytest.approx(0.39, rel=1e-3)
    assert distance_km(*ring[1], *ring[2]) == pytest.approx(0.44, rel=1e-3)


def test_a_row_is_one_hot_spot_of_one_satellite_with_nothing_concluded():
    seen = HOT_SPOTS.read(VIIRS, CONTEXT)
    assert seen.source.name == "VIIRS N20"
    assert seen.source.source_class.term is SourceClass.SATELLITE
    assert seen.phenomenon.term is Phenomenon.HOT_SPOT
    assert isinstance(seen.place, Area)
    assert seen.claim is None
    assert seen.clocks.claimed.start == datetime(2026, 6, 24, 0, 5, tzinfo=UTC)
    assert seen.text == "confidence nominal, radiative power 0.55 MW, by night"


def test_the_order_of_columns_decides_nothing():
    assert HOT_SPOTS.read(dict(reversed(VIIRS.items())), CONTEXT) == HOT_SPOTS.read(VIIRS, CONTEXT)


def test_the_other_instrument_is_told_by_its_columns():
    seen = HOT_SPOTS.read(MODIS, CONTEXT)
    assert seen.source.name == "MODIS Terra"
    assert seen.text.startswith("confidence 57 of 100")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("latitude", "nan"),
        ("latitude", ""),
        ("latitude", "91"),
        ("latitude", "89"),
        ("longitude", "inf"),
        ("scan", "0"),
        ("scan", "390"),
        ("track", "-1"),
        ("acq_date", "2026-02-30"),
        ("acq_date", "9999-01-01"),
        ("frp", "1e999"),
    ],
)
def test_a_cell_that_cannot_be_is_refused(column, value):
    with pytest.raises(ValueError, match=r"\w"):
        HOT_SPOTS.read(VIIRS | {column: value}, CONTEXT)


def test_exchanged_coordinates_are_told_as_such():
    swapped = VIIRS | {"latitude": VIIRS["longitude"], "longitude": VIIRS["latitude"]}
    with pytest.raises(ValueError, match="exchanged"):
        HOT_SPOTS.read(swapped, CONTEXT)


def test_the_landsat_product_is_named_by_its_satellite_alone():
    bare = {name: text for name, text in MODIS.items() if name not in {"instrument", "brightness", "bright_t31"}}
    seen = HOT_SPOTS.read(bare | {"satellite": "L8", "confidence": "M", "scan": "0.03", "track": "0.03"}, CONTEXT)
    assert seen.source.name == "L8"
    assert seen.text.startswith("confidence medium")


@pytest.mark.parametrize(
    ("of", "words"), [("0", ""), ("1", "active volcano"), ("2", "other static source on land"), ("3", "offshore")]
)
def test_the_archive_says_what_burns(of, words):
    plain, seen = HOT_SPOTS.read(VIIRS, CONTEXT), HOT_SPOTS.read(VIIRS | {"type": of}, CONTEXT)
    assert words in seen.text
    assert (seen.text == plain.text) == (not words)
