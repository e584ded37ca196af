"""The canonical table: what each column comes to mean, and what a person is told about a slip."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.evidence import is_physical
from trucewatch.intake import read, reread
from trucewatch.intake.canonical import BEARING_SD_DEG, COLUMNS, observation
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.model import Claim, Count, Interval, Named, Observation, Party, Point, Ray, Rejection, Sector, Span
from trucewatch.vocabulary import Direction, Means, Phenomenon, Qualifier, SourceClass, Stance, WeaponClass

CONTEXT = Context(
    parties=(
        Party(id="north", names=(("en", "Northland"),), aliases=("N.",)),
        Party(id="south", names=(("en", "Southland"),)),
    ),
    time_zone="Europe/Kyiv",
    gazetteer=Gazetteer(),
    theatre=(36.0, 46.0, 41.0, 50.0),
)
WHOLE = {"id": "7", "source": "Post 3", "source_class": "observer", "time": "2026-03-01T23:30:00+03:00"}


def outcome(**cells: str) -> Observation | Rejection:
    row: Mapping[str, str] = {**WHOLE, **cells}
    header = ",".join(COLUMNS)
    line = ",".join('"' + row.get(column, "").replace('"', '""') + '"' for column in COLUMNS)
    (one,) = read("t.csv", [f"{header}\n{line}\n".encode()], CONTEXT)
    return one


def observed(**cells: str) -> Observation:
    one = outcome(**cells)
    assert isinstance(one, Observation), one
    return one


def reason(**cells: str) -> str:
    one = outcome(**cells)
    assert isinstance(one, Rejection), one
    assert (one.file, one.row) == ("t.csv", 2)
    return one.reason


def test_the_offset_of_the_time_is_applied_once():
    at = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    assert observed().clocks.claimed == Interval(start=at, end=at)
    assert observed(time_sd_s="90").clocks.claimed == Interval(start=at, end=at, sd_s=90)


def test_an_observation_without_a_time_or_a_place_is_kept():
    assert observed(time="").clocks.claimed is None
    assert observed().place is None


def test_a_row_that_nobody_said_is_refused():
    assert "no source" in reason(source=" ")


@pytest.mark.parametrize("time", ["2026-03-01 23:30", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "yesterday"])
def test_a_time_that_cannot_be_placed_is_refused(time):
    assert "time" in reason(time=time) or "year" in reason(time=time)


@pytest.mark.parametrize("offset", ["+24:00", "-25:00", "+03:60", "+0099"])
def test_an_offset_that_no_clock_has_is_refused_in_words(offset):
    assert "is not RFC 3339 with an offset, such as 2026-03-01T23:30:00+03:00" in reason(
        time=f"2026-03-01T23:30:00{offset}"
    )


def test_words_of_the_vocabularies_are_known_and_others_kept():
    one = observed(means=" Heard ", phenomenon="explosion", source_class="observer", direction="sideways")
    assert (one.means.term, one.phenomenon.term) == (Means.HEARD, Phenomenon.EXPLOSION)
    assert one.source.source_class.term is SourceClass.OBSERVER
    assert (one.direction.term, one.direction.verbatim) == (None, "sideways")


def test_a_stated_place_is_the_place_and_the_observer_stands_beside_it():
    one = observed(lon="37.5", lat="48.1", position_sd_km="0.4", observer_lon="37.4", observer_lat="48.0")
    assert one.place == Point(lon=37.5, lat=48.1, sd_km=0.4)
    assert one.observer == Point(lon=37.4, lat=48.0)


def test_without_a_stated_place_it_is_where_the_observer_perceived_it():
    stand = Point(lon=37.4, lat=48.0)
    where = {"observer_lon": "37.4", "observer_lat": "48.0"}
    assert observed(**where).place == Ray(observer=stand)
    assert observed(**where, bearing_deg="360", bearing_sd_deg="5").place == Ray(
        observer=stand, sectors=(Sector(from_deg=0, to_deg=0, sd_deg=5),)
    )
    assert observed(**where, distance_km="4", distance_sd_km="1").place == Ray(
        observer=stand, distance=Span(low_km=4, high_km=4, sd_km=1)
    )


@pytest.mark.parametrize(
    ("means", "read_as"),
    [
        ("told_by_interlocutor", SourceClass.INTERLOCUTOR),
        ("party_report", SourceClass.PARTY),
        ("media", SourceClass.MEDIA),
    ],
)
@pytest.mark.parametrize("stated", ["observer", "camera", "acoustic", "drone", "satellite"])
def test_what_a_witness_was_told_or_read_is_words_and_kept_as_written(stated, means, read_as):
    one = observed(source_class=stated, means=means, accuses="south", phenomenon="explosion", direction="impact")
    assert (one.source.source_class.term, one.source.source_class.verbatim) == (read_as, stated)
    assert not is_physical(one)


@pytest.mark.parametrize("means", ["", "heard", "saw", "footage_reviewed_later", "hearsay"])
def test_whoever_perceived_it_stays_a_witness(means):
    assert is_physical(observed(means=means))


@pytest.mark.parametrize(
    "away",
    [{"bearing_deg": "90"}, {"distance_km": "5"}, {"means": "heard"}, {"means": "acoustic"}, {"means": "seismic"}],
)
def test_the_very_place_of_the_observer_is_not_that_of_what_it_heard(away):
    where = {"observer_lon": "37.4", "observer_lat": "48.0"}
    at_the_post = observed(**where, lon="37.40", lat="48", position_sd_km="0.5", **away)
    assert at_the_post.place == observed(**where, **away).place
    assert isinstance(at_the_post.place, Ray)
    beside = observed(**where, lon="37.41", lat="48", **away)
    assert beside.place == Point(lon=37.41, lat=48.0)


def test_who_saw_a_crater_may_stand_in_it():
    where = {"observer_lon": "37.4", "observer_lat": "48.0"}
    seen = observed(**where, lon="37.4", lat="48.0", means="saw", distance_km="0")
    assert seen.place == Point(lon=37.4, lat=48.0)


def test_minus_zero_is_zero():
    place = observed(lon="-0", lat="-0.0").place
    assert isinstance(place, Point)
    assert (str(place.lon), str(place.lat)) == ("0.0", "0.0")


def test_half_a_place_is_refused():
    assert "longitude" in reason(lon="37.5")
    assert "observer" in reason(observer_lat="48")


@pytest.mark.parametrize(
    ("column", "word"),
    [
        *[("lon", word) for word in ("nan", "inf", "-inf", "1e400", "0x25", "3_7", "٣٧", "37,5", "37°", "200")],
        *[("bearing_deg", word) for word in ("400", "-1", "NaN", "north")],
        *[("distance_km", word) for word in ("-1", "1e9", "Infinity")],
        *[("position_sd_km", "-0.1"), ("bearing_sd_deg", "-1"), ("time_sd_s", "-1"), ("distance_sd_km", "nan")],
        *[("count", word) for word in ("1.5", "-1", "1000001", "1e3", "many")],
    ],
)
def test_a_number_that_is_none_is_refused_and_shown(column, word):
    said = reason(**{"lat": "48.1", "lon": "37.5", "observer_lon": "37", "observer_lat": "48", column: word})
    assert word.strip("-")[:3].lower() in said.lower()


def test_exchanged_coordinates_are_called_that():
    assert "exchanged?" in reason(lon="35.6", lat="139.7")
    assert "are exchanged" in reason(lon="48.1", lat="37.5")
    assert "observer" in reason(observer_lon="48.1", observer_lat="37.5")


def test_a_place_far_away_either_way_round_is_kept():
    assert observed(lon="-3.7", lat="40.4").place == Point(lon=-3.7, lat=40.4)


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        ({}, Count()),
        ({"count": "0", "source_class": "party"}, Count(low=0, high=0, qualifier=Qualifier.EXACT)),
        ({"count": "0", "source_side": "north"}, Count(low=0, high=0, qualifier=Qualifier.EXACT)),  # a denial
        ({"count_min": "3"}, Count(low=3, qualifier=Qualifier.AT_LEAST)),
        ({"count_max": "9"}, Count(high=9, qualifier=Qualifier.AT_MOST)),
        ({"count_min": "3", "count": "5", "count_max": "9"}, Count(low=3, high=9, qualifier=Qualifier.RANGE)),
    ],
)
def test_counts_keep_their_bounds(cells, count):
    assert observed(**cells).count == count


@pytest.mark.parametrize("cells", [{"count": "0"}, {"count_max": "0"}, {"count_min": "0", "count_max": "0"}])
@pytest.mark.parametrize("source_class", ["observer", "camera", "acoustic"])
def test_whoever_perceived_none_perceived_nothing(cells, source_class):
    assert "quiet" in reason(source_class=source_class, phenomenon="explosion", **cells)
    quiet = observed(source_class=source_class, phenomenon="quiet", **cells)
    assert quiet.phenomenon.term is Phenomenon.QUIET


POST = {"observer_lon": "37.4", "observer_lat": "48.0", "bearing_deg": "90", "distance_km": "5"}


def test_an_empty_error_is_not_an_error_of_zero():
    place = observed(**POST).place
    assert isinstance(place, Ray)
    assert place.sectors == (Sector(from_deg=90, to_deg=90, sd_deg=BEARING_SD_DEG),)
    assert place.distance == Span(low_km=5, high_km=5, sd_km=1)
    near = observed(**POST | {"distance_km": "0.5"}).place
    assert isinstance(near, Ray)
    assert near.distance == Span(low_km=0.5, high_km=0.5, sd_km=0.3)
    stated = observed(**POST, bearing_sd_deg="2", distance_sd_km="0.1").place
    assert isinstance(stated, Ray)
    assert (stated.sectors[0].sd_deg, stated.distance) == (2, Span(low_km=5, high_km=5, sd_km=0.1))


@pytest.mark.parametrize("source_class", ["observer", "camera"])
def test_metres_in_the_column_of_kilometres_are_noticed(source_class):
    assert "metres?" in reason(**POST | {"distance_km": "800"}, source_class=source_class)
    assert observed(**POST | {"distance_km": "60"}, source_class=source_class).place is not None


def test_instruments_reach_farther_than_people():
    far = observed(**POST | {"distance_km": "800"}, source_class="seismic").place
    assert isinstance(far, Ray)


def test_bounds_that_do_not_hold_the_count_are_refused():
    assert "order" in reason(count_min="9", count_max="3")
    assert "order" in reason(count_min="3", count="11", count_max="9")


def test_a_source_that_names_the_other_side_accuses_and_its_own_admits():
    south = Named(party="south", verbatim="south")
    assert observed(source_side="north", accuses="south").claim == Claim(stance=Stance.ACCUSES, accused=south)
    assert observed(source_side="Southland", accuses="south").claim == Claim(stance=Stance.ADMITS, accused=south)
    assert observed(accuses="south").claim == Claim(stance=Stance.ACCUSES, accused=south)
    assert observed().claim is None


def test_two_strangers_of_unknown_name_do_not_admit():
    claim = observed(source_side="Westland", accuses="Westland").claim
    assert claim is not None
    assert claim.stance is Stance.ACCUSES


def test_a_name_or_alias_stands_for_the_party():
    assert observed(source_side="n.").source.side == Named(party="north", verbatim="n.")


@given(
    st.dictionaries(
        st.sampled_from(COLUMNS), st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12), max_size=9
    )
)
def test_the_kept_cells_are_the_row_and_read_the_same_again(cells):
    one = outcome(**cells)
    row = {**WHOLE, **cells}
    if isinstance(one, Observation):
        assert one.raw == tuple((column, row[column]) for column in COLUMNS if row.get(column))
        assert reread(one.reader, one.raw, CONTEXT) == one


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_the_same_instant_in_any_offset_is_the_same_time(local, minutes):
    offset = timedelta(minutes=abs(minutes))
    sign = "-" if minutes < 0 else "+"
    written = f"{local.isoformat(timespec='seconds')}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    expected = local.replace(microsecond=0, tzinfo=UTC) - (offset if minutes >= 0 else -offset)
    claimed = observed(time=written).clocks.claimed
    assert claimed is not None
    assert claimed.start == expected


def test_a_reader_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="no reader is called 'tea leaves'"):
        reread("tea leaves", (), CONTEXT)


def test_a_weapon_is_read_where_one_is_stated_and_undetermined_is_none():
    words = ("mortar", "undetermined", "", "a bow")
    stated = {word: observation({**WHOLE, "weapon": word}, CONTEXT).weapon for word in words}
    assert stated["mortar"].weapon_class.term is WeaponClass.MORTAR
    assert (stated["undetermined"], stated[""]) == (None, None)
    assert (stated["a bow"].weapon_class.term, stated["a bow"].weapon_class.verbatim) == (None, "a bow")


@pytest.mark.parametrize(
    ("word", "term", "calibres"),
    [
        ("HMG", WeaponClass.HEAVY_MACHINE_GUN, ()),
        ("AGL", WeaponClass.GRENADE_LAUNCHER, ()),
        ("IFV_cannon_30mm", WeaponClass.IFV_CANNON, (30.0,)),
        ("mortar_120mm", WeaponClass.MORTAR, (120.0,)),
        ("122mm artillery", WeaponClass.ARTILLERY, (122.0,)),
        ("HMG; small arms", None, ()),
    ],
)
def test_a_weapon_in_a_missions_own_words_is_read_as_in_its_own_tables_and_kept_as_written(word, term, calibres):
    read = observation({**WHOLE, "weapon": word}, CONTEXT).weapon
    assert (read.weapon_class.term, read.weapon_class.verbatim, read.calibres_mm) == (term, word, calibres)


@pytest.mark.parametrize(
    ("column", "word", "term"),
    [
        ("direction", "incoming", Direction.IMPACT),
        ("direction", "Incoming/impact", Direction.IMPACT),
        ("direction", "outgoing and subsequent impact", Direction.OUTGOING_AND_IMPACT),
        ("direction", "incoming and outgoing", None),
        ("phenomenon", "explosions", Phenomenon.EXPLOSION),
        ("phenomenon", "Muzzle flash", Phenomenon.MUZZLE_FLASH),
        ("phenomenon", "projectile", Phenomenon.PROJECTILE_IN_FLIGHT),
        ("phenomenon", "gunfire", None),
    ],
)
def test_a_missions_own_words_mean_here_what_they_mean_in_its_tables_and_stay_as_written(column, word, term):
    read = getattr(observation({**WHOLE, column: word}, CONTEXT), column)
    assert (read.term, read.verbatim) == (term, word)


def test_every_word_for_a_weapon_is_on_the_page_of_the_table():
    page = Path("docs/sources/canonical.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith("| `weapon` |"))
    assert set(re.findall(r"[a-z_]+", row)) >= {str(word) for word in WeaponClass}


@pytest.mark.parametrize(
    ("cells", "advice"),
    [
        ({"time": "2021-03-01T14:05"}, "add its offset from UTC"),
        ({"time": "2021-03-01 14:05:10 EEST"}, "add its offset from UTC"),
        ({"time": "2021-03-01"}, "a whole day is its noon with time_sd_s 24942"),
        ({"bearing_deg": "nnw"}, "write 337.5, and 6.5 as its error"),
        ({"distance_km": "3-5 km"}, "of a range write the middle, and its half width"),
        ({"distance_km": "2 miles"}, "write the number alone, in the unit of the column"),
        ({"distance_km": "3,5"}, "write the decimal point as '.'"),
        ({"distance_km": "n/a"}, "leave empty what was not stated"),
        *[
            ({"count": word}, "write thousands without a sign between them, as 1000")
            for word in ("1,000", "1 000", "1\u202f000")
        ],
        ({"count": "at least 12"}, "write bounds (at least, at most, 10-15) in columns of their own"),
    ],
)
def test_what_people_write_is_refused_with_the_way_to_write_it(cells, advice):
    assert advice in reason(**cells)


@pytest.mark.parametrize("time", ["2021-03-01T24:00:00Z", "around 21:00", "ditto", "44256.5"])
def test_no_advice_is_given_where_it_is_not_known_what_is_meant(time):
    assert "; " not in reason(time=time)


@pytest.mark.parametrize(
    ("lon", "degrees"),
    [
        ("35°07'48\"E", "35.13000"),
        ("35 07 48 E", "35.13000"),
        ("35° 07′ 48.0″", "35.13000"),
        ("3°30'W", "-3.50000"),
        ("35 30 00", "35.50000"),
    ],
)
def test_degrees_minutes_and_seconds_are_refused_with_what_they_are(lon, degrees):
    assert f"in decimal degrees it is {degrees}" in reason(lon=lon, lat="48.1")


@pytest.mark.parametrize(
    ("lon", "says"), [("36S YC 12345 67890", "grid reference"), ("37,5", "'.'"), ("E37", "number")]
)
def test_other_coordinates_are_refused_with_how_to_write_them(lon, says):
    assert says in reason(lon=lon, lat="48.1")


def test_whose_ground_the_observer_and_the_place_are_on_is_read_where_it_is_stated():
    stated = observation({**WHOLE, "observer_held_by": "north", "place_held_by": "nobody"}, CONTEXT)
    assert (stated.observer_held_by.party, stated.place_held_by.party) == ("north", None)
    assert stated.place_held_by.verbatim == "nobody"
    unstated = observation({**WHOLE, "observer_held_by": " "}, CONTEXT)
    assert (unstated.observer_held_by, unstated.place_held_by) == (None, None)
