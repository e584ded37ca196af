"""The two cases of records alone: whatever the order of rows and the names of the parties, on the days of their examples."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from stands import days_of, end_of, read, stands

from trucewatch import centre, inquiry
from trucewatch.model import ClauseStatus

EACH_CASE = pytest.mark.parametrize("name", ["aceh", "bosnia"])


@EACH_CASE
def test_the_order_of_rows_and_their_repetition_change_nothing(name: str, tmp_path):
    shutil.copytree(centre.find_case(name), tmp_path / name)
    for table in (tmp_path / name / "observations").glob("*.csv"):
        head, *rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
        table.write_text("".join([head, *reversed(rows), *rows]), encoding="utf-8")
    again = inquiry.concluded(tmp_path / name)
    for day in days_of(name):
        assert stands(name, day, found=again) == stands(name, day)


@EACH_CASE
def test_what_becomes_known_later_changes_nothing_that_was_known_on_a_day(name: str):
    """Removing all that came in after a day, and asking for what was known on it, are the same."""
    for day in days_of(name):
        until = end_of(day, read(name).case.time_zone)
        later = [record.id for record in read(name).records if record.clocks.received > until]
        assert stands(name, day, day) == stands(name, day, day, without=later)


@EACH_CASE
def test_whoever_exchanges_the_names_of_two_parties_exchanges_their_statuses_and_nothing_else(name: str, tmp_path):
    for one, other in pairwise([party.id for party in read(name).case.parties]):
        mirrored = inquiry.concluded(exchanged(centre.find_case(name), tmp_path / other / name, one, other))
        for day in days_of(name):
            plain = [swapped(told(status), one, other) for status in stands(name, day).values()]
            assert plain == [told(status) for status in stands(name, day, found=mirrored).values()]


def told(status: ClauseStatus) -> str:
    readings = [(each.by, each.written, each.state, each.why) for each in status.readings]
    return f"{status.obligation_id} {status.bearer} {status.state} {status.since} {status.why} {readings}"


def swapped(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


def exchanged(source: Path, folder: Path, one: str, other: str) -> Path:
    """The case with two ids of parties exchanged everywhere in its files."""
    for path in (p for p in source.rglob("*") if p.suffix in {".toml", ".md", ".csv", ".geojson"}):
        copy = folder / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(swapped(path.read_text(encoding="utf-8"), one, other), encoding="utf-8")
    return folder
