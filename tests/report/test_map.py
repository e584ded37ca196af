import math
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import handmade
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model import Point, Ray, Sector, Span
from trucewatch.report.frame import extent, frame, within
from trucewatch.report.labels import Room, place
from trucewatch.report.legend import NOTE_LETTERS, credits_of
from trucewatch.report.map import svg_detail, svg_map
from trucewatch.report.places import both_names, in_turn, near, settlements
from trucewatch.report.svg import marker
from trucewatch.report.wedge import wedges
from trucewatch.spacetime import distance_km, utc
from trucewatch.vocabulary import FeatureRole

SVG = "{http://www.w3.org/2000/svg}"


def drawn(**changes) -> ET.Element:
    return ET.fromstring(svg_map(replace(handmade.assessment(), **changes)))


def test_the_map_is_well_formed_and_loads_nothing_from_outside() -> None:
    for element in drawn().iter():
        for name, value in element.attrib.items():
            assert not name.endswith("href") or value.startswith(("data:image/png;base64,", "#"))


def test_no_ground_is_filled() -> None:
    dashed = [e for e in drawn().iter(f"{SVG}path") if e.get("stroke-dasharray")]
    assert dashed
    assert all(e.get("fill") == "none" for e in dashed)


def test_both_peoples_names_of_a_settlement_are_drawn() -> None:
    said = {e.text for e in drawn().iter(f"{SVG}text")}
    assert "Donetsk" in said
    assert said & {"Горлівка / Горловка", "Горловка / Горлівка"}


def test_which_name_stands_first_changes_with_the_day() -> None:
    town = handmade.assessment().case.places[3]
    one, other = (both_names(town, utc(f"2017-08-{day}T12:00:00Z")) for day in (15, 16))
    assert one[0] == other[0] == "Donetsk"
    assert one[1:] == other[:0:-1]


def test_of_three_names_each_stands_first_equally_often_and_all_are_said_every_day() -> None:
    names = (("en", "Place"), ("hy", "Ա"), ("az", "Ə"), ("ru", "Я"))
    days = [in_turn(names, utc(f"2017-08-{day:02}T12:00:00Z")) for day in range(1, 31)]
    assert Counter(said[1] for said in days) == {"Ա": 10, "Ə": 10, "Я": 10}
    assert Counter(said[0] for said in days) == {"Place": 30}
    assert {frozenset(said) for said in days} == {frozenset({"Place", "Ա", "Ə", "Я"})}


def test_a_place_with_one_name_or_none_beside_the_english_one_keeps_what_it_has() -> None:
    days = [utc(f"2017-08-{day:02}T12:00:00Z") for day in (1, 2)]
    assert {in_turn((("en", "Place"), ("uk", "Place")), day) for day in days} == {("Place",)}
    assert {in_turn((("uk", "Є"),), day) for day in days} == {("Є",)}


def test_lines_are_drawn_as_they_were_in_the_time_of_the_incidents() -> None:
    line = handmade.assessment().case.places[0]
    ended = replace(line, valid_to=utc("2017-01-01T00:00:00Z"))
    window = (utc("2017-08-14T00:00:00Z"), utc("2017-08-15T00:00:00Z"))
    assert within([line, ended], window) == [line]
    assert within([ended], (ended.valid_to, ended.valid_to)) == []


def test_each_line_says_below_the_map_how_well_it_is_known() -> None:
    said = [e.text or "" for e in drawn().iter(f"{SVG}text")]
    assert "line of contact (known to ± 3 km), control (accuracy not stated)" in " ".join(said)
    assert max(len(line) for line in said) <= NOTE_LETTERS


def test_lines_of_one_source_and_unlike_accuracy_give_their_range() -> None:
    case = handmade.assessment().case
    line = case.places[0]
    both = replace(case, places=(line, replace(line, accuracy_km=5.0), replace(line, accuracy_km=0.0)))
    window = (handmade.START, handmade.START)
    assert "line of contact (known to ± 3 to 5 km, for some not stated)" in credits_of(both, window)[1]
    bare = replace(case, places=(replace(line, source=""),))
    assert "line of contact (known to ± 3 km): source not stated" in credits_of(bare, window)


def test_every_determination_has_its_own_shape() -> None:
    kinds = ("side1", "side2", "side3", "side4", "both", "other", "undetermined")
    assert len({marker(kind, 0, 0, 5) for kind in kinds}) == len(kinds)


def test_the_two_sides_markers_are_mirror_images() -> None:
    def corners(kind: str) -> set[tuple[float, ...]]:
        pairs = marker(kind, 0, 0, 5).strip("MZ").split("L")
        return {tuple(float(value) for value in pair.split()) for pair in pairs}

    assert {(-x, y) for x, y in corners("side1")} == corners("side2")


def test_an_incident_far_from_the_line_does_not_shrink_the_map_and_is_counted_below_it() -> None:
    assessment = handmade.assessment()
    first = assessment.incidents[0]
    far = replace(first, place=replace(first.place, lon=70.0, lat=10.0))
    assert extent(assessment.case, [far, *assessment.incidents[1:]])[2] < 45
    said = " ".join(e.text or "" for e in drawn(incidents=(far, *assessment.incidents[1:])).iter(f"{SVG}text"))
    assert "outside this frame, or beyond the 5000 that it draws: 1." in said
    assert "without a known place, not on the map: 1." in said


@given(
    st.tuples(st.floats(-170, 170), st.floats(-70, 70), st.floats(0.1, 5), st.floats(0.1, 5)),
)
def test_the_frame_holds_its_bounds_and_keeps_north_up(box) -> None:
    west, south, wide, high = box
    view = frame((west, south, west + wide, south + high), 960)
    assert view.holds(west + wide / 2, south + high / 2)
    assert -1e-6 <= view.x(west) <= view.x(west + wide) <= view.width + 1e-6
    assert -1e-6 <= view.y(south + high) < view.y(south) <= view.height + 1e-6


def turned(lon: float, by: float) -> float:
    return (lon + by + 180) % 360 - 180


def test_a_line_across_the_180th_meridian_is_drawn_as_one_elsewhere() -> None:
    assessment = handmade.assessment()
    by = 180 - 37.75  # to the middle of the sample's incidents
    lines = [f for f in assessment.case.places if f.role is FeatureRole.LINE_OF_CONTACT]
    away = [
        replace(
            f, geometry=replace(f.geometry, coordinates=tuple((turned(x, by), y) for x, y in f.geometry.coordinates))
        )
        for f in lines
    ]
    here, there = (replace(assessment.case, places=tuple(places)) for places in (lines, away))
    moved = [
        i if i.place is None else replace(i, place=replace(i.place, lon=turned(i.place.lon, by)))
        for i in assessment.incidents
    ]
    assert len({i.place.lon > 0 for i in moved if i.place}) == 2  # on both sides of it
    view, far = (frame(extent(*case), 960) for case in ((here, assessment.incidents), (there, moved)))
    assert math.isclose(view.east - view.west, far.east - far.west)
    for one, other in zip(assessment.incidents, moved, strict=True):
        if one.place and other.place:
            assert math.isclose(view.x(one.place.lon), far.x(other.place.lon), abs_tol=1e-6)
            assert view.holds(one.place.lon, one.place.lat) == far.holds(other.place.lon, other.place.lat)


def test_the_scale_bar_agrees_with_the_geodesic_to_one_part_in_a_hundred() -> None:
    view = frame((37, 47, 39, 49), 960)
    across = distance_km(37.5, 48, 38.5, 48) * view.per_km()
    assert math.isclose(across, view.x(38.5) - view.x(37.5), rel_tol=0.01)


@given(st.floats(0, 359.9), st.floats(0.1, 90), st.floats(0.5, 20))
def test_a_line_of_sight_is_a_closed_ring_of_24_corners_within_its_distance(start, width, far_km) -> None:
    sector = Sector(from_deg=start, to_deg=(start + width) % 360)
    (ring,) = wedges(Ray(observer=Point(lon=37.8, lat=48), sectors=(sector,), distance=Span(low_km=0, high_km=far_km)))
    assert len(ring) == 24
    assert ring[0] == ring[-1] == (37.8, 48)
    assert all(math.isclose(distance_km(37.8, 48, *corner), far_km, rel_tol=1e-6) for corner in ring[1:-1])


def test_incidents_that_lie_close_together_get_a_closer_map() -> None:
    assessment = handmade.assessment()
    pairs = tuple(zip(assessment.incidents, assessment.attributions, strict=True))
    assert svg_detail(assessment) == ""
    near = ET.fromstring(svg_detail(assessment, found=pairs[1:3], linked=frozenset({"I0002", "I0003"})))
    assert [a.get("href") for a in near.iter(f"{SVG}a")] == ["#i-I0002", "#i-I0003"]


def test_a_report_without_any_placed_incident_has_no_closer_map() -> None:
    assessment = handmade.assessment()
    assert svg_detail(assessment, found=((assessment.incidents[3], assessment.attributions[3]),)) == ""


def test_labels_never_lie_on_each_other() -> None:
    room = Room(200.0, 100.0)
    placed = [place(("a name", "another"), 100, 50, 10, room) for _ in range(30)]
    boxes = [corner for corner in placed if corner]
    assert len(boxes) > 1
    assert None in placed
    wide, high = 7 * 10 * 0.6, 2 * 10 * 1.15
    for n, (x, y) in enumerate(boxes):
        assert all(abs(x - u) >= wide or abs(y - v) >= high for u, v in boxes[:n])


def test_a_place_is_told_by_its_nearest_settlement_with_distance_and_direction() -> None:
    assessment = handmade.assessment()
    known = settlements(assessment.case, assessment.as_of)
    assert near(37.802, 48.113, known).startswith("10.0 km N of Donetsk / ")
    assert near(37.802, 48.024, known).startswith("Donetsk / ")


def test_a_title_of_others_cannot_break_the_drawing() -> None:
    assessment = handmade.assessment("<b>&\"'", "other-side")
    assert "<b>" not in svg_map(assessment)
    ET.fromstring(svg_map(assessment))
