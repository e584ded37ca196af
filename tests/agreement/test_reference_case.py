"""The examples beside the reference case, in a negotiator's words: each comes out as its sentence says."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import trucewatch
from trucewatch import centre
from trucewatch.agreement.hold import hold
from trucewatch.intake import READERS
from trucewatch.model import Assessment, ClauseStatus, Record
from trucewatch.pipeline import enrolled
from trucewatch.spacetime import local

FOLDER = Path(trucewatch.__file__).parent / "bundled" / "karabakh"
DAYS = ("2020-11-19", "2020-11-20", "2020-11-21", "2020-11-26", "2020-12-01", "2020-12-02", "2021-01-30", "2025-05-10")


@cache
def read() -> Assessment:
    return centre.concluded(FOLDER)


def examples() -> Iterator[dict[str, Any]]:
    for path in sorted((FOLDER / "cases").glob("*.yaml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8"))


def end_of(day: date | None) -> datetime | None:
    return None if day is None else local(day + timedelta(days=1), time(), read().case.time_zone)


def told(example: dict[str, Any]) -> tuple[Record, ...]:
    """Return the records of the case, without those that the example leaves out and with those that it adds."""
    kept = [record for record in read().records if record.id not in example.get("without", ())]
    readers = {reader.kind: reader for reader in READERS}
    context = centre.open_case(FOLDER).context
    rows = [{key: str(value) for key, value in row.items()} for row in example.get("records", ())]
    more = [readers[row.pop("table")].read(row, context) for row in rows]
    return enrolled(read().case, [*kept, *more])[1]


def statuses(example: dict[str, Any]) -> dict[tuple[str, str], ClauseStatus]:
    known = read()
    stood, _ = hold(
        known.case,
        known.incidents,
        known.attributions,
        known.efforts,
        end_of(example["as_of"]),
        records=told(example),
        as_known=end_of(example.get("as_known")),
    )
    return {(status.obligation_id, status.bearer): status for status in stood}


@pytest.mark.parametrize("example", tuple(examples()), ids=lambda example: f"{example['as_of']}: {example['case']}")
def test_it_stands_as_the_example_says(example: dict[str, Any]):
    found = statuses(example)
    for expected in example["expect"]:
        stood = found[expected["obligation"], expected["bearer"]]
        why = f"{stood.obligation_id} of {stood.bearer}, because: {expected['because']} Found: {stood.why}"
        assert stood.status.value == expected["status"], why
        assert stood.state.value == expected.get("state", stood.state.value), why


def test_the_examples_speak_of_every_day_that_decides_something():
    assert {str(example["as_of"]) for example in examples()} >= set(DAYS)


def test_what_an_example_leaves_out_is_there():
    ids = {record.id for record in read().records}
    assert {left for example in examples() for left in example.get("without", ())} <= ids
