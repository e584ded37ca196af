"""Exchanging the two party ids everywhere in the input exchanges them in the output and changes nothing else."""

from collections.abc import Callable
from datetime import date

import handmade
import pytest

from trucewatch.model import Assessment
from trucewatch.report.build import build, reporting_day
from trucewatch.report.geo import map_json
from trucewatch.report.html import report_html
from trucewatch.report.map import svg_map
from trucewatch.report.overview import overview
from trucewatch.report.tables import clauses_csv, incidents_csv, links_csv, rejected_csv

# of unequal length, and in both orders of the alphabet, so that neither width nor sorting can hide
FIRST, SECOND = "zulu", "a-much-longer-name"


def daily(assessment: Assessment) -> bytes:
    return report_html(build(assessment, reporting_day(assessment.case, date(2017, 8, 15)), "Daily report"))


def first_view(assessment: Assessment) -> bytes:
    """What the map page is given, without the length of its head and the blanks behind it: names differ in length."""
    packed = overview(assessment)
    columns = 8 + int(packed[:8])
    return packed[8:columns].rstrip() + packed[columns:].hex().encode()


OUTPUTS: tuple[Callable[[Assessment], bytes], ...] = (
    incidents_csv,
    links_csv,
    clauses_csv,
    rejected_csv,
    map_json,
    first_view,
    daily,
    lambda assessment: report_html(build(assessment, None, "Whole record")),
    lambda assessment: svg_map(assessment).encode(),
)


def exchanged(written: bytes, first: str, second: str) -> bytes:
    token = b"\x00"
    return (
        written.replace(first.encode(), token).replace(second.encode(), first.encode()).replace(token, second.encode())
    )


@pytest.mark.parametrize("output", OUTPUTS)
def test_exchanging_the_parties_exchanges_their_names_and_nothing_else(output: Callable[[Assessment], bytes]) -> None:
    one = output(handmade.assessment(FIRST, SECOND))
    other = output(handmade.assessment(SECOND, FIRST))
    assert one != other or FIRST.encode() not in one
    assert exchanged(one, FIRST, SECOND) == other


@pytest.mark.parametrize("output", OUTPUTS)
def test_the_same_assessment_gives_the_same_bytes(output: Callable[[Assessment], bytes]) -> None:
    assert output(handmade.assessment()) == output(handmade.assessment())


def test_no_digest_that_depends_on_labels_stands_in_the_page() -> None:
    assessment = handmade.assessment()
    page = report_html(build(assessment, None, "Whole record")).decode()
    assert assessment.case.agreements[0].digest not in page
    assert not any(rejection.sha256 in page for rejection in assessment.rejections)
