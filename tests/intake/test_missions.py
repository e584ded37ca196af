"""A drone's finished mission as KLV packets: what is read out of them, and that nothing is believed unchecked."""

import csv
import io
import json
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import klv
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build import PLANE, front
from typer.testing import CliRunner

from trucewatch.assess.coverage import cover
from trucewatch.cli import app
from trucewatch.intake import read
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.missions.frames import FIELDS, frames
from trucewatch.intake.missions.geometry import land
from trucewatch.intake.missions.rows import LONGEST_DENIED_S, Told, _denied, mission, table
from trucewatch.intake.reader import Context
from trucewatch.model import Observation, Record
from trucewatch.sandbox import Reason, telemetry, telemetry_of
from trucewatch.sandbox.refusals import RefusedError
from trucewatch.spacetime import utc
from trucewatch.vocabulary import FootprintGrade, View

CASE = front()
CONTEXT = Context(parties=CASE.parties, time_zone="UTC", gazetteer=Gazetteer())
TOLD = Told(unit="flight 1", source="flight 1", about="watch:drones", received=datetime(2021, 3, 3, tzinfo=UTC))


def decoded(data: bytes, every_s: float = 0.0):
    return frames(telemetry.look(data, every_s))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table(mission(decoded(data)), TOLD))))


def records(data: bytes) -> list[Record]:
    made = list(read("t.csv", [table(mission(decoded(data)), TOLD).encode()], CONTEXT))
    assert all(isinstance(one, Record) for one in made), made
    return made


def ground(row: dict[str, str]):
    return PLANE.projected(shapely.from_wkt(row["footprint"]))


# --- the decoder ----------------------------------------------------------------------------------


def test_the_numbers_are_those_that_were_put_in_to_the_last_step_of_their_scale():
    put = klv.looking((38.01, 48.02, 2100.0), (38.0, 48.0, 180.0), item123=9.0, item47=5.0)
    (got,) = (
        dict(zip(FIELDS, row, strict=True)) for row in zip(*decoded(klv.packet(put)).columns.values(), strict=True)
    )
    pairs = {"time_s": (2, 1e-6), "heading": (5, 0.003), "pitch": (6, 4e-4), "roll": (7, 8e-4), "lat": (13, 3e-8)}
    pairs |= {
        "lon": (14, 5e-8),
        "height_m": (15, 0.16),
        "hfov": (16, 0.002),
        "vfov": (17, 0.002),
        "azimuth": (18, 1e-7),
    }
    pairs |= {"elevation": (19, 1e-7), "turn": (20, 1e-7), "range_m": (21, 6e-4), "centre_lat": (23, 3e-8)}
    pairs |= {"centre_lon": (24, 5e-8), "centre_m": (25, 0.16), "satellites": (123, 0)}
    for name, (tag, step) in pairs.items():
        off = abs((got[name] - put[tag] + 180) % 360 - 180) if tag in {5, 18, 20} else abs(got[name] - put[tag])
        assert off <= step, name
    assert got["invalid"] == 0


def test_full_attitude_and_corners_are_read_and_what_is_out_of_range_was_not_stated():
    put = klv.looking(
        (38.01, 48.02, 2100.0),
        (38.0, 48.0, 180.0),
        item90=12.5,
        item91=-40.25,
        item26=0.01,
        item33=-0.02,
        item82=48.1,
        item89=38.2,
    )
    got = decoded(klv.packet(put))
    assert (got["pitch"][0], got["roll"][0]) == (pytest.approx(12.5), pytest.approx(-40.25))
    assert (got["corner1_lat"][0], got["corner4_lon"][0]) == (
        pytest.approx(0.01, abs=2e-6),
        pytest.approx(-0.02, abs=2e-6),
    )
    assert (got["full1_lat"][0], got["full4_lon"][0]) == (pytest.approx(48.1), pytest.approx(38.2))
    whole = klv.packet(put | {13: float("nan")})
    assert np.isnan(decoded(whole)["lat"][0])
    reserved = klv.ENCODED[13]
    try:
        klv.ENCODED[13] = lambda _: b"\x80\0\0\0"
        assert np.isnan(decoded(klv.packet(put))["lat"][0])
    finally:
        klv.ENCODED[13] = reserved


def test_one_packet_a_second_is_kept_and_all_are_counted():
    data = klv.file_of(klv.hover(0.5, every_s=0.1))
    got = decoded(data, 1.0)
    assert (got.packets, len(got)) == (300, 30)


def test_packets_that_lost_the_beginning_of_their_keys_are_read_by_the_rest_and_their_checksum():
    whole, headless = (klv.file_of(klv.hover(1), headless=each) for each in (False, True))
    one, other = decoded(whole), decoded(headless)
    assert (other.packets, other.wrong, other.skipped) == (12, 0, 0)
    assert all(np.array_equal(one[name], other[name], equal_nan=True) for name in FIELDS)


def test_altered_packets_and_what_stands_between_packets_are_left_out_and_counted():
    good = [klv.packet(each) for each in klv.hover(1)]
    bad = klv.packet(klv.hover(1)[0], right=False)
    got = decoded(b"noise" + b"".join(good[:6]) + bad + b"\x06\x0e\x2b\x34 other" + b"".join(good[6:]))
    assert (got.packets, got.wrong) == (12, 1)
    assert got.skipped == len(b"noise" + bad + b"\x06\x0e\x2b\x34 other")


@given(st.integers(0, 10**6))
@settings(max_examples=80)
def test_a_file_cut_anywhere_gives_its_whole_packets_or_says_that_it_has_none(cut):
    data = klv.file_of(klv.hover(0.5))
    length = len(data) // 6
    cut %= len(data) + 1
    if cut < length:
        with pytest.raises(RefusedError) as refused:
            telemetry.look(data[:cut])
        assert refused.value.reason is Reason.BROKEN
    else:
        assert decoded(data[:cut]).packets == cut // length


PIECES = st.sampled_from(
    [
        klv.KEY,
        klv.KEY[5:],
        b"\x84\xff\xff\xff\xff",
        b"\x88" + b"\xff" * 8,
        b"\x80",
        b"\x01\x02",
        b"\xff" * 40,
        klv.packet(klv.hover(0.1)[0]),
    ]
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=60)), max_size=12))
@settings(max_examples=300)
def test_whatever_a_file_holds_it_is_read_or_refused(pieces):
    try:
        answer = telemetry.look(b"".join(pieces))
    except RefusedError:
        return
    if json.loads(answer.partition(b"\n")[0])["kept"]:
        mission(frames(answer))  # each packet in it is one of ours, and has a time


@pytest.mark.parametrize("tag", [5, 6, 13, 15, 17, 18, 19, 21, 23, 24, 25])
def test_a_mission_that_leaves_an_item_out_is_told_all_the_same_and_claims_nothing(tag):
    told = records(klv.file_of([each | {tag: float("nan")} for each in klv.hover(2)]))
    assert told
    assert all(one.body.grade is not FootprintGrade.CHECKED or one.body.rings for one in told)
    if tag in {13, 23, 24}:
        assert not [one for one in told if one.body.rings]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: a[:-1],
        lambda a: a + b"\0" * 8,
        lambda _: b"",
        lambda a: a.replace(b'"packets": ', b'"packets": -'),
        lambda a: a.replace(b"heading", b"headers"),
        lambda _: b"[" * 5000,
        lambda a: a.replace(b'"kept": 12', b'"kept": 1e9'),
    ],
)
def test_an_answer_that_the_decoder_never_writes_is_refused(spoil):
    answer = telemetry.look(klv.file_of(klv.hover(1)))
    with pytest.raises(ValueError, match="the decoder of the file gave back what it never writes"):
        frames(spoil(answer))


def test_infinite_numbers_and_places_off_the_globe_are_not_stated():
    line, _, numbers = telemetry.look(klv.file_of(klv.hover(1))).partition(b"\n")
    wild = bytearray(numbers)
    for at, value in (
        (FIELDS.index("lat"), 91.0),
        (FIELDS.index("heading"), float("inf")),
        (FIELDS.index("height_m"), 1e300),
    ):
        wild[8 * at : 8 * at + 8] = struct.pack("<d", value)
    got = frames(line + b"\n" + bytes(wild))
    assert np.isnan(got["lat"][0])
    assert np.isnan(got["heading"][0])
    assert np.isnan(got["height_m"][0])


@pytest.mark.parametrize("at_s", [float("nan"), 0.0])
def test_a_mission_without_a_time_is_refused_in_words(at_s):
    year_70_or_none = [each | {2: at_s} for each in klv.hover(0.5)]
    data = klv.file_of(year_70_or_none)
    if at_s == 0:
        assert decoded(data).packets == 6  # 1970 is a year like another
    else:
        with pytest.raises(ValueError, match="no packet states its time"):
            decoded(data)


# --- where it looked ------------------------------------------------------------------------------


@given(
    st.floats(-179, 179), st.floats(-70, 70), st.floats(0, 360), st.floats(0, 359), st.floats(-15, 15), st.floats(-30, 30),
    st.floats(0.8, 12), st.floats(500, 4000),
)  # fmt: skip
@settings(max_examples=150)
def test_angles_as_declared_lead_to_the_ground_that_was_looked_at(
    lon, lat, bearing, heading, pitch, roll, far_km, high
):
    there, that, _ = klv.pyproj.Geod(ellps="WGS84").fwd(lon, lat, bearing, 1000 * far_km)
    put = klv.looking((lon, lat, high), (there, that, 150.0), heading=heading, pitch=pitch, roll=roll)
    found = land(decoded(klv.packet(put)))
    assert found.convention == "declared"
    slant = put[21]
    # a hundredth of a degree of attitude, and heights in steps of 0.3 m at a flat angle, is what the scales leave open
    assert found.miss_m[0] < 2 + slant * 2e-4 * slant / high
    assert found.fits[0]


@pytest.mark.parametrize("how", ["declared", "true"])
def test_the_convention_is_found_out_and_graded(how):
    found = mission(decoded(klv.file_of(klv.hover(3, how=how))))
    assert (
        found.landed.convention
        == {"declared": "declared", "true": "azimuth from north, elevation from the horizon"}[how]
    )
    assert {row.grade for row in found.rows} == {
        FootprintGrade.CHECKED if how == "declared" else FootprintGrade.REINTERPRETED
    }
    assert np.nanmedian(found.landed.miss_m) < 5


def test_a_ground_height_that_is_none_is_made_up_for_by_the_slant_range():
    wrong = [each | {25: -20.0} for each in klv.hover(3, how="true")]
    found = mission(decoded(klv.file_of(wrong)))
    assert found.landed.convention == "azimuth from north, elevation from the horizon, height by slant range"
    assert {row.grade for row in found.rows} == {FootprintGrade.REINTERPRETED}


def test_angles_that_fit_nothing_leave_the_mission_unlocated_and_no_ground_seen():
    told = records(klv.file_of(klv.hover(12, how="scrambled")))
    assert {one.body.grade for one in told} == {FootprintGrade.UNLOCATED}
    assert not [one for one in told if one.body.rings]
    covered = sum((one.clocks.claimed.end - one.clocks.claimed.start for one in told), timedelta())
    assert covered == timedelta(minutes=11, seconds=56)  # kept from the first frame to a second after the last


def test_a_few_frames_that_lie_elsewhere_are_left_out_and_many_make_their_five_minutes_unlocated():
    whole = klv.hover(15)
    few = [each | ({18: each[18] + 30} if n % 25 == 0 else {}) for n, each in enumerate(whole)]
    assert {row["grade"] for row in rows(klv.file_of(few))} == {"checked"}
    assert ground(rows(klv.file_of(few))[0]).area == pytest.approx(ground(rows(klv.file_of(whole))[0]).area, rel=0.1)
    many = [each | ({18: each[18] + 30} if n < 15 else {}) for n, each in enumerate(whole)]
    assert [row["grade"] for row in rows(klv.file_of(many))] == ["unlocated", "checked", "checked"]


def test_the_ground_is_that_of_the_angle_of_view():
    (row,) = rows(
        klv.file_of(
            [
                klv.looking((38.0, 48.0, 1180.0), (38.0, 48.0001, 180.0), fov=(40.0, 30.0), at_s=klv.NOON + n)
                for n in range(5)
            ]
        )
    )
    wide, high = 2 * np.tan(np.radians(20)), 2 * np.tan(np.radians(15))
    assert ground(row).area == pytest.approx(wide * high, rel=0.03)  # from a kilometre straight above: km²
    assert row["error_m"] == "30"  # 15 m for flat ground, and the stroke of 25 m


def test_corners_that_are_stated_alone_have_nothing_to_be_checked_by():
    angles = {tag: float("nan") for tag in (5, 16, 17, 18, 19)}
    corners = {82: 48.01, 83: 37.99, 84: 48.01, 85: 38.01, 86: 47.99, 87: 38.01, 88: 47.99, 89: 37.99}
    (row,) = rows(klv.file_of([each | angles | corners for each in klv.hover(1)]))
    assert row["grade"] == "stated"
    assert ground(row).area == pytest.approx(1.49 * 2.22, rel=0.02)


@pytest.mark.parametrize("angles", [(16,), (17,), (16, 17)])
def test_corners_without_an_angle_of_view_are_stated_and_not_checked(angles):
    corners = {82: 48.07, 83: 37.93, 84: 48.07, 85: 38.07, 86: 47.93, 87: 38.07, 88: 47.93, 89: 37.93}
    left_out = {tag: float("nan") for tag in angles}
    (row,) = rows(klv.file_of([each | left_out | corners for each in klv.hover(1)]))
    assert row["grade"] == "stated"


def test_a_view_that_is_denied_for_longer_than_a_row_may_last_is_several_rows():
    times = np.arange(0.0, 20 * 3600.0, 0.5)
    told = list(_denied(times, times + 0.5, np.ones(len(times), dtype=bool)))
    assert [(row.start_s, row.end_s) for row in told] == [(0, LONGEST_DENIED_S), (LONGEST_DENIED_S, 20 * 3600)]
    (moment,) = _denied(np.array([7.0]), np.array([7.0]), np.array([True]))
    assert (moment.start_s, moment.end_s) == (7, 8)


def test_of_a_picture_with_the_horizon_in_it_the_part_below_counts():
    def seen(height, fov):
        frames_ = [
            klv.looking(
                (38.0, 48.0, height), (38.1, 48.0, 180.0), fov=fov, roll=0.0, pitch=0.0, heading=90.0, at_s=klv.NOON + n
            )
            for n in range(10)
        ]
        return rows(klv.file_of(frames_))

    (low,) = seen(1_200.0, (10.0, 1.0))  # 8 degrees down to the middle, half a degree above it
    (high,) = seen(1_200.0, (10.0, 20.0))  # the upper edge is in the sky
    assert (low["grade"], high["grade"]) == ("checked", "checked")
    west, _, east, _ = ground(high).bounds
    assert west < 4  # the lower edge is 3 km away
    assert 7 < east < 23  # the middle is 7.5 km away, and no ground counts beyond three times its distance
    assert 58 <= int(high["error_m"]) <= 66  # ground 8 m off its height moves an edge seen at 8 degrees by 57 m
    (level,) = seen(200.0, (60.0, 6.0))  # from 20 m above the plain nobody can tell how far away the edge is
    assert int(level["error_m"]) > 2_000


# --- rows -----------------------------------------------------------------------------------------


def test_rows_follow_each_other_in_fives_of_minutes_and_a_silence_has_none():
    first, second = klv.hover(12), klv.hover(3, start_s=klv.NOON + 20 * 60)
    found = [(row["time"][11:19], row["until"][11:19]) for row in rows(klv.file_of(first + second))]
    assert found[:3] == [("12:00:00", "12:05:00"), ("12:05:00", "12:10:00"), ("12:10:00", "12:11:56")]
    assert found[3:] == [("12:20:00", "12:22:56")]


def test_frames_in_any_order_make_the_same_table():
    packets = [klv.packet(each) for each in klv.hover(11)]
    assert rows(b"".join(packets[::-1])) == rows(b"".join(packets))


def test_a_picture_that_is_invalid_is_a_denied_view_and_few_satellites_a_degraded_one():
    flight = [
        each | {47: 32.0 if 24 <= n < 48 else 1.0, 123: 3.0 if n >= 60 else 8.0} for n, each in enumerate(klv.hover(10))
    ]
    told = {(row["time"][11:19], row["until"][11:19], row["view"]) for row in rows(klv.file_of(flight))}
    assert told == {
        ("12:00:00", "12:02:00", "clear"), ("12:02:00", "12:04:00", "denied"), ("12:04:00", "12:05:00", "clear"),
        ("12:05:00", "12:09:56", "degraded"),
    }  # fmt: skip


def test_nothing_of_the_file_but_ground_and_times_is_in_the_table():
    flight = klv.hover(6, sweep_km=3)
    text = table(mission(decoded(klv.file_of(flight, words="Canary Name"))), TOLD)
    assert "anary" not in text
    assert {tuple(row) for row in rows(klv.file_of(flight))} == {tuple(csv.DictReader(io.StringIO(text)).fieldnames)}
    sensor = f"{flight[0][14]:.3f} {flight[0][13]:.3f}"
    assert sensor not in text
    assert all(
        len(number.split(".")[-1]) <= 4
        for row in rows(klv.file_of(flight))
        for number in row["footprint"][10:-2].replace(",", "").split()
    )


def test_an_hour_over_one_place_counts_that_place_end_to_end():
    told = records(klv.file_of(klv.hover(65, every_s=20, fov=(30.0, 30.0))))
    quiet = b"id,source,source_class,means,phenomenon,observer_lon,observer_lat,time,time_sd_s\nw,flight 1,drone,mid_range_uav,quiet,38.0,48.0,2021-03-01T12:30:00Z,1039.2305\n"
    (watch,) = read("w.csv", [quiet], CONTEXT)
    assert isinstance(watch, Observation)
    efforts, _ = cover(CASE, PLANE, [watch], (), told)
    bare, _ = cover(CASE, PLANE, [watch], ())
    seen = {one.side: one.shares[12] * one.belt_km2 for one in efforts}
    circle = {one.side: one.shares[12] * one.belt_km2 for one in bare}
    assert all(0.5 < km2 < 6 for km2 in seen.values()), seen
    assert all(seen[side] < circle[side] for side in seen)
    assert (
        sum(seen.values())
        < PLANE.projected(shapely.union_all([shapely.Polygon(one.body.rings[0]) for one in told])).area
    )


# --- the command ----------------------------------------------------------------------------------


def typed(*words: str | Path):
    return CliRunner().invoke(app, ["footprints", *map(str, words)])


def test_the_command_decodes_in_the_child_and_says_what_it_found(tmp_path):
    (tmp_path / "f.klv").write_bytes(b"junk" + klv.file_of(klv.hover(7)) + klv.KEY)
    done = typed(
        tmp_path / "f.klv", "--unit", "flight 1", "--out", tmp_path / "t.csv", "--received", "2021-03-03T00:00:00Z"
    )
    assert done.exit_code == 0, done.output
    assert (
        "84 packets, 01 March 2021 12:00 to 12:06 UTC; left out: 1 packets cut short or altered and 20 bytes"
        in done.output
    )
    assert "angles read as: declared; they miss the published frame centre by" in done.output
    assert "2 rows: 2 checked" in done.output
    made = list(read("t.csv", [(tmp_path / "t.csv").read_bytes()], CONTEXT))
    assert [one.body.view for one in made] == [View.CLEAR] * 2
    assert made[0].clocks.received == utc("2021-03-03T00:00:00Z")
    again = typed(tmp_path / "f.klv", "--unit", "flight 1", "--out", tmp_path / "t.csv")
    assert again.exit_code == 2
    assert "not written over" in again.output


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not one whole packet of MISB ST 0601"),
        (klv.packet(klv.hover(0.1)[0])[:-1], "not one whole packet of MISB ST 0601"),
        (b"\0\0\0\x18ftypmp42" + bytes(200), "ffmpeg -i VIDEO"),
        (klv.KEY + b"\x88" + b"\xff" * 8, "nothing was taken and the file is as it was"),
        (klv.file_of([klv.hover(0.1)[0] | {2: float("nan")}]), "no packet states its time"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line_and_nothing_is_lost(tmp_path, data, says):
    (tmp_path / "f.klv").write_bytes(data)
    done = typed(tmp_path / "f.klv", "--unit", "flight 1", "--out", tmp_path / "t.csv")
    assert done.exit_code == 2
    assert says in done.output
    assert not (tmp_path / "t.csv").exists()
    assert (tmp_path / "f.klv").read_bytes() == data


@pytest.mark.parametrize("received", ["2021-03-01T12:30:00Z", "2021-03-01T11:00:00Z"])
def test_a_mission_that_is_not_over_for_an_hour_is_not_taken(tmp_path, received):
    (tmp_path / "f.klv").write_bytes(klv.file_of(klv.hover(1)))
    done = typed(tmp_path / "f.klv", "--unit", "flight 1", "--out", tmp_path / "t.csv", "--received", received)
    assert done.exit_code == 2
    assert "never live" in done.output
    assert not (tmp_path / "t.csv").exists()


def test_a_mission_of_this_very_hour_is_not_taken_whatever_the_caller_says(tmp_path):
    now = datetime.fromtimestamp(time.time(), UTC)
    (tmp_path / "f.klv").write_bytes(klv.file_of(klv.hover(1, start_s=now.timestamp() - 120)))
    later = (now + timedelta(days=1)).isoformat()
    done = typed(tmp_path / "f.klv", "--unit", "flight 1", "--out", tmp_path / "t.csv", "--received", later)
    assert (done.exit_code, (tmp_path / "t.csv").exists()) == (2, False)


def test_a_decoder_that_takes_too_long_is_a_reason_and_no_hang():
    from trucewatch.sandbox import Limits

    assert telemetry_of(klv.KEY * 400_000, limits=Limits(cpu_s=1, clock_s=5)) in {
        Reason.TIME,
        Reason.BROKEN,
        Reason.TOO_MUCH,
    }


def test_the_child_and_its_reader_name_the_same_numbers():
    assert telemetry.FIELDS == FIELDS
    assert json.loads(telemetry.look(klv.file_of(klv.hover(0.1))).partition(b"\n")[0])["fields"] == list(FIELDS)
