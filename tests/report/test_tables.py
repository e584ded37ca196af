import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import handmade
import pytest

from trucewatch.report import tables
from trucewatch.vocabulary import State

TABLES = (tables.incidents_csv, tables.links_csv, tables.clauses_csv, tables.rejected_csv)


def rows(written: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode("utf-8"), newline="")))


def test_incidents_have_the_columns_that_other_programs_rely_on() -> None:
    header = tables.incidents_csv(handmade.assessment()).decode().splitlines()[0]
    assert header == (
        "incident_id,first_time,last_time,lon,lat,radius_km_68,phenomenon,count_min,count_max,observations,"
        "p_alfa,p_bravo-north,p_both,p_other,p_no_violation,determination,clauses,why"
    )


@pytest.mark.parametrize("table", TABLES)
def test_lines_end_with_a_line_feed_alone(table) -> None:
    written = table(handmade.assessment())
    assert b"\r" not in written
    assert written.endswith(b"\n")


def test_the_written_probabilities_sum_to_one_in_every_row() -> None:
    for row in rows(tables.incidents_csv(handmade.assessment())):
        assert sum(Decimal(value) for name, value in row.items() if name.startswith("p_")) == 1


def test_every_observation_has_one_row_in_their_order() -> None:
    assessment = handmade.assessment()
    links = rows(tables.links_csv(assessment))
    assert [row["record"] for row in links] == [o.key for o in assessment.observations]


def test_a_record_of_an_incident_leads_to_it_and_another_to_none() -> None:
    leads = {row["record"]: row["incident_id"] for row in rows(tables.links_csv(handmade.assessment()))}
    assert leads[f"{10:016x}"] == "I0001"
    assert leads[f"{91:016x}"] == ""


def test_an_incident_without_a_place_has_empty_cells_not_zeros() -> None:
    fourth = rows(tables.incidents_csv(handmade.assessment()))[3]
    assert (fourth["lon"], fourth["lat"], fourth["radius_km_68"]) == ("", "", "")


def test_times_are_utc_and_degrees_have_five_decimals() -> None:
    first = rows(tables.incidents_csv(handmade.assessment()))[0]
    assert first["first_time"] == "2017-08-14T19:00:00Z"
    assert (first["lon"], first["lat"], first["radius_km_68"]) == ("37.71000", "47.70000", "1.100")


def test_a_coverage_that_nobody_measured_is_an_empty_cell() -> None:
    assessment = handmade.assessment()
    first, second = assessment.statuses
    written = rows(tables.clauses_csv(replace(assessment, statuses=(replace(first, coverage=None), second))))
    assert [row["coverage"] for row in written] == ["", "0.5833"]


def test_a_status_is_told_in_full_with_its_clock_and_its_evidence() -> None:
    assessment = handmade.assessment()
    late = replace(
        assessment.statuses[0],
        agreement_id="minsk",
        state=State.DISPUTED_READING,
        since=datetime(2017, 8, 15, tzinfo=UTC),
        next_deadline=datetime(2017, 8, 16, 21, tzinfo=UTC),
        would_change="a decision on\nthe two readings",
        record_keys=("k1", "k2"),
    )
    row = rows(tables.clauses_csv(replace(assessment, statuses=(late,))))[0]
    assert list(row)[:7] == ["clause_id", "obligation_id", "bearer", "status", "as_of", "coverage", "why"]
    assert list(row.values())[7:] == [
        "minsk", "disputed_reading", "2017-08-15T00:00:00Z", "2017-08-16T21:00:00Z", "a decision on the two readings",
        "k1 k2", "I0001",
    ]  # fmt: skip


def test_what_is_not_known_of_a_status_is_an_empty_cell() -> None:
    assessment = handmade.assessment()
    row = rows(tables.clauses_csv(assessment))[0]
    assert (row["since"], row["next_deadline"], row["would_change"], row["records"]) == ("", "", "", "")


def test_an_id_that_a_spreadsheet_would_run_gets_an_apostrophe() -> None:
    assert "'=1+1" in {row["observation_id"] for row in rows(tables.links_csv(handmade.assessment()))}


@pytest.mark.parametrize("written", ["=1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''@x"])
def test_no_text_cell_starts_a_formula_and_one_apostrophe_gives_the_text_back(written: str) -> None:
    cell = tables.text(written)
    assert not cell.startswith(tables.FORMULA_STARTS)
    assert cell.removeprefix("'") == written


@pytest.mark.parametrize("written", ["plain", "'quoted'", "", "a=b"])
def test_other_text_is_left_alone(written: str) -> None:
    assert tables.text(written) == written


def test_commas_quotes_and_line_breaks_stay_inside_their_cell() -> None:
    reason = rows(tables.rejected_csv(handmade.assessment()))[0]["reason"]
    assert reason == f"no time: {' '.join(handmade.HOSTILE.split())}"


def test_a_lone_surrogate_does_not_stop_the_table() -> None:
    assert b"\\ud800" in tables.csv(("a",), [("\ud800",)])


def test_a_tiny_negative_degree_is_no_negative_zero() -> None:
    assert tables.degrees(-0.0000001) == "0.00000"
