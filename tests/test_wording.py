"""No wording, no spelling of a name and no choice of the operator's decides anything: rows come in the order of digests.

Rows of one hour are put in the order of a digest of their cells, into which a centre mixes its pepper. Whoever could
move a verdict by a blank at the end of a sentence, or by trying peppers, could choose whom it accuses.
"""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from trucewatch import bundled, pipeline
from trucewatch.centre import open_case
from trucewatch.intake import read
from trucewatch.model import Observation, Point, Record
from trucewatch.sim.folder import simulate, write
from trucewatch.sim.settings import Settings

BUNDLED = Path(*bundled.__path__)
SIDES = [
    ("armenian", "azerbaijani"), ("Armenian", "Azerbaijani"), ("armenia", "azerbaijan"), ("Armenia", "Azerbaijan"),
    ("ARMENIA", "AZERBAIJAN"), ("AM MoD", "AZ MoD"), ("Հայաստան", "Ադրբեջան"), ("Ermənistan", "Azərbaycan"),
    ("Армения", "Азербайджан"),
]  # fmt: skip


def rows_of(folder):
    opened = open_case(folder)
    paths = sorted((folder / "observations").rglob("*"))
    found = [row for p in paths for row in read(p.relative_to(folder).as_posix(), [p.read_bytes()], opened.context)]
    return opened.case, [row for row in found if isinstance(row, Observation | Record)]


def verdicts(case, rows, pepper=b""):
    """Return of each incident its rows, how surely each belongs, and every hypothesis with its probability."""
    observations, records = pipeline.enrolled(case, rows, pepper)
    gathered = pipeline.gather(case, observations, records)
    return {
        frozenset((o.reader, o.raw) for o in incident.observations): (
            sorted(round(share, 5) for share in incident.shares),
            {h: round(p, 5) for h, p in attribution.probabilities},
            attribution.determination,
        )
        for incident, attribution in zip(gathered.incidents, pipeline.judge(case, gathered), strict=True)
    }


def to_the_hour_and_the_village(row):
    """Return a row as a sitrep would have it: a full hour, and the nearest of few places."""
    claimed, place = row.clocks.claimed, row.place
    if claimed is not None:
        full = claimed.start.replace(minute=0, second=0, microsecond=0)
        last = full + (
            claimed.end - claimed.start if claimed.end - claimed.start >= timedelta(hours=1) else timedelta()
        )
        claimed = replace(claimed, start=full, end=last, sd_s=1200.0)
    if isinstance(place, Point):
        place = Point(lon=round(20 * place.lon) / 20, lat=round(25 * place.lat) / 25, sd_km=1.5)
    return replace(row, clocks=replace(row.clocks, claimed=claimed), place=place)


@pytest.mark.parametrize("name", ["donbas", "karabakh"])
def test_no_digest_of_the_rows_moves_a_verdict_of_a_bundled_case(name):
    case, rows = rows_of(BUNDLED / name)
    known = verdicts(case, rows)
    assert len(known) > 10
    for pepper in (b"\1", b"\2"):
        assert verdicts(case, rows, pepper) == known


def test_no_digest_moves_a_verdict_where_hundreds_of_reports_state_the_same_hours_and_villages(tmp_path):
    write(simulate(Settings(seed=3, incidents=200)), tmp_path / "made")
    case, exact = rows_of(tmp_path / "made")
    rows = [to_the_hour_and_the_village(row) if isinstance(row, Observation) else row for row in exact]
    known = verdicts(case, rows)
    assert len(known) > 150
    for pepper in (b"\1", b"\2"):
        assert verdicts(case, rows, pepper) == known


def test_a_blank_at_the_end_of_a_sentence_moves_nothing():
    case, rows = rows_of(BUNDLED / "karabakh")
    claims = [n for n, row in enumerate(rows) if isinstance(row, Observation) and dict(row.raw).get("text")]
    known = sorted(map(repr, verdicts(case, rows).values()))
    for n in claims[::3]:
        said = tuple((name, f"{cell} " if name == "text" else cell) for name, cell in rows[n].raw)
        assert said != rows[n].raw
        there = verdicts(case, [*rows[:n], replace(rows[n], raw=said), *rows[n + 1 :]])
        assert sorted(map(repr, there.values())) == known


def exchanged(text):
    other = {a: b for pair in SIDES for a, b in (pair, pair[::-1])}
    longest_first = "|".join(map(re.escape, sorted(other, key=len, reverse=True)))
    return re.sub(longest_first, lambda found: other[found[0]], text)


def test_with_every_name_of_the_sides_exchanged_in_the_files_every_probability_is_the_other_sides(tmp_path):
    source = BUNDLED / "karabakh"
    for path in filter(Path.is_file, source.rglob("*")):
        (there := tmp_path / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
        data = path.read_bytes()
        there.write_bytes(data if path.suffix == ".png" else exchanged(data.decode()).encode())
    ours, theirs = (verdicts(*rows_of(folder)) for folder in (source, tmp_path))
    back = [
        (
            sorted(exchanged(repr(row)) for row in rows),
            shares,
            {exchanged(h): p for h, p in chances.items()},
            exchanged(found),
        )
        for rows, (shares, chances, found) in theirs.items()
    ]
    there = [(sorted(map(repr, rows)), shares, chances, found) for rows, (shares, chances, found) in ours.items()]
    assert sorted(map(repr, (sorted_out(b) for b in back))) == sorted(map(repr, (sorted_out(t) for t in there)))
    assert any(chances["armenia"] != chances["azerbaijan"] for _, _, chances, _ in there), "it says something"


def sorted_out(verdict):
    rows, shares, chances, found = verdict
    return rows, shares, sorted(chances.items()), found
