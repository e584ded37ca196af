"""The second simulator: the same seed the same bytes, rows near what they are of, and a score that can be counted by hand."""

import math
from collections import Counter
from dataclasses import replace

import pytest
from benchmarks.another_world import case, judge, seen, theatre
from benchmarks.another_world.fire import days, happenings
from benchmarks.another_world.settings import BY_NAME, SOUND_KM_S
from benchmarks.another_world.theatre import SIDES, away

from trucewatch import centre

SMALL = replace(BY_NAME["mixed"], incidents=120)


@pytest.fixture(scope="module")
def mixed():
    return case.make(BY_NAME["mixed"], 11)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path):
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        case.write(case.make(SMALL, seed), tmp_path / folder)
    files = [sorted(p.relative_to(tmp_path / f) for p in (tmp_path / f).rglob("*.*")) for f in "abc"]
    assert files[0] == files[1] == files[2]
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files[0])
    assert any((tmp_path / "a" / name).read_bytes() != (tmp_path / "c" / name).read_bytes() for name in files[0])


def test_density_bursts_clutter_and_reports_are_as_the_design_describes_them(mixed):
    assert days(mixed.world) * 400 * 50_000 / 450 / 400 == pytest.approx(800)
    sizes = sorted(Counter(h for _, h in mixed.told if h).values())
    assert sizes[len(sizes) // 2] == 2
    clutter = Counter(row.source_class for row, h in mixed.told if not h)
    every = Counter(row.source_class for row, _ in mixed.told)
    assert all(0.02 < clutter[c] / every[c] < 0.45 for c in ("observer", "camera", "acoustic", "party"))
    assert len({row.source for row, _ in mixed.told if row.source_class != "notification"}) == 13


@pytest.mark.parametrize("share", [0.0, 0.4, 0.8])
def test_so_many_incidents_stand_in_bursts(share):
    world = replace(BY_NAME["mixed"], bursts=share, incidents=3000)
    made = happenings(world, theatre.made(world, 5), 5)
    near = sum(
        any(
            abs(h.start_s - o.start_s) < world.burst_span_s and abs(h.origin[0] - o.origin[0]) < 3
            for o in made
            if o is not h
        )
        for h in made
    )
    assert near / len(made) == pytest.approx(share, abs=0.08)


def test_rows_lie_near_an_end_of_what_they_are_of_and_sound_comes_late(mixed):
    known = {h.id: h for h in mixed.happened}
    for row, name in mixed.told:
        if row.source_class not in {"observer", "camera", "acoustic"} or not name:
            continue
        h = known[name]
        misses = []
        for end in (*seen.ends(h), *seen.ends(replace(h, origin=h.impact, impact=h.origin))):
            if row.place is not None:
                misses.append((away(row.place, end.at) / row.position_sd_km, (row.time_s - end.time_s) / 2))
                continue
            km = away(row.observer, end.at)
            turned = (row.bearing_deg - theatre.bearing(row.observer, end.at) + 180) % 360 - 180
            late = row.time_s - end.time_s - (km / SOUND_KM_S if row.means == "heard" else 0)
            off = math.hypot(turned / row.bearing_sd_deg, math.log(row.distance_km / km) / 0.25)
            misses.append((off, late / row.time_sd_s))
        assert any(place < 6 and -6 < time < 6 for place, time in misses), (row, h)


def test_the_ground_on_the_map_is_off_by_what_it_says(mixed):
    ground = mixed.theatre
    xs = [-200 + 0.5 * n for n in range(800)]
    off = math.sqrt(sum((ground.drawn(x) - ground.line(x)) ** 2 for x in xs) / len(xs))
    assert off == pytest.approx(mixed.world.line_error_km, rel=0.3)
    assert all(theatre.point(*theatre.degrees(at)) == pytest.approx(at, abs=1e-6) for at in ((0, 0), (150.0, -20.0)))


@pytest.mark.parametrize(("name", "side"), [("silent", SIDES[0]), ("loud", SIDES[1])])
def test_regimes_of_words_are_those_of_their_names(name, side, mixed):
    said = Counter(row.source_side for row, _ in case.make(BY_NAME[name], 11).told if row.source_class == "party")
    assert said[side] < 0.5 * said[theatre.other(side)]


def test_clerks_who_state_no_errors_leave_all_of_them_blank(tmp_path):
    case.write(case.make(replace(SMALL, stated=None), 1), tmp_path)
    header, *rows = (tmp_path / "observations" / "reports.csv").read_text().splitlines()
    blank = [n for n, name in enumerate(header.split(",")) if "_sd" in name]
    assert len(blank) == 4
    assert not any(row.split(",")[n] for row in rows for n in blank)


@pytest.mark.parametrize("name", ["mixed", "town", "repeats"])
def test_the_product_reads_every_row_and_is_scored(name, tmp_path):
    world = replace(BY_NAME[name], incidents=120)
    made = case.make(world, 3)
    case.write(made, tmp_path / "case")
    centre.assess(tmp_path / "case", tmp_path / "out")
    assert len((tmp_path / "out" / "rejected.csv").read_text().splitlines()) == 1
    true = judge.truth(tmp_path / "case")
    score = judge.score(true, judge.found(tmp_path / "out"))
    assert score.rows == len(true.rows) == sum(row.source_class != "notification" for row, _ in made.told)
    assert 0.5 < score.pairs.f1 < 1
    assert score.tally.true == len({h for _, h in made.told if h})
    assert 0.4 < score.places[1] / score.places[0] < 1


def test_a_wrong_accusation_says_what_it_truly_is_of():
    rows = ("eye", "ear", "word")
    true = judge.Truth(
        rows,
        {"eye": "h1", "ear": "h1", "word": "h2"},
        frozenset({"eye", "ear"}),
        {"h1": SIDES[0], "h2": SIDES[1]},
        dict.fromkeys(("h1", "h2"), (0.0, 0.0)),
        dict.fromkeys(("h1", "h2"), (0.0, 0.0)),
    )

    def said(named, *members):
        row = {"incident_id": "i", "lon": "", "determination": named, f"p_{SIDES[0]}": "0.9", f"p_{SIDES[1]}": "0.1"}
        return judge.Found(dict.fromkeys(members, "i"), {"i": row}, {})

    assert judge.score(true, said(SIDES[0], "eye", "ear")).wrong == ()
    assert judge.score(true, said(SIDES[1], "eye", "ear")).wrong == ("side",)
    assert judge.score(true, said(SIDES[0], "word")).wrong == ("side",)
    assert judge.score(replace(true, who={"h1": "other", "h2": ""}), said(SIDES[0], "eye")).wrong == ("other",)
    assert judge.score(replace(true, who={"h1": "no_violation"}), said(SIDES[0], "eye")).wrong == ("nothing",)
    assert judge.score(true, said(SIDES[0], "eye", "word")).wrong in {(), ("perceived",)}
