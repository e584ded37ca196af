"""Methods by their cards, and how their probabilities held: one panel per side, on the same scales."""

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import handmade
import pytest

from trucewatch.model import Bin, Calibration, Card, RiskPoint, SideCalibration
from trucewatch.report.build import build, reporting_day
from trucewatch.report.calibration import record_lines
from trucewatch.report.html import report_html
from trucewatch.report.reliability import beside, reliability_panels, risk_panel

CARD = Card(method="attribute/10", does="Does it.", inputs=("a",), assumes=("b <b>",), measured=("c",), fails=("d",))


def side(name, counts):
    bins = tuple(Bin(number=n, mean=(k + 0.5) / 10 if n else 0.0, happened=hits) for k, (n, hits) in enumerate(counts))
    return SideCalibration(name=name, bins=bins, ece=0.0123, accused=40, wrong=1)


def record(*sides):
    return Calibration(
        methods=("attribute/10",), about="worlds that were simulated", incidents=500, fired=300, target=0.01,
        confidence=0.95, least=0.95, threshold=None, brier=0.4, log_score=1.2, sides=sides,
        curve=(RiskPoint(probability=0.99, accused=0, wrong=0), RiskPoint(probability=0.95, accused=80, wrong=2)),
    )  # fmt: skip


ONE, OTHER = side("zulu", [(50, 2)] * 9 + [(50, 50)]), side("a-much-longer-name", [(5, 5)] + [(0, 0)] * 8 + [(2000, 0)])


def texts(svg):
    return [e.text for e in ET.fromstring(svg).iter() if e.tag.endswith("text")]


@pytest.mark.parametrize("sides", [(ONE, OTHER), (ONE, OTHER, ONE)])
def test_every_side_has_a_panel_on_the_same_scales(sides):
    panels = reliability_panels(record(*sides))
    assert len(panels) == len(sides)
    assert len({re.search(r'viewBox="[^"]*"', panel)[0] for panel in panels}) == 1
    assert len({tuple(t for t in texts(panel) if t.endswith(" %")) for panel in panels}) == 1


def test_exchanging_the_sides_exchanges_the_names_and_nothing_else():
    swapped = (replace(ONE, name=OTHER.name), replace(OTHER, name=ONE.name))
    one, other = beside(reliability_panels(record(ONE, OTHER))), beside(reliability_panels(record(*swapped)))
    assert one.replace("zulu", "\0").replace("a-much-longer-name", "zulu").replace("\0", "a-much-longer-name") == other


def test_a_point_lies_where_its_share_is_and_its_bar_reaches_the_exact_interval():
    (panel,) = reliability_panels(record(side("s", [(0, 0)] * 9 + [(20, 10)])))
    titles = [e.text for e in ET.fromstring(panel).iter() if e.tag.endswith("title")]
    assert titles[1] == "90–100 %: 20 incidents, mean 95.0%, came true in 10 (50.0%; 95 %: 27.2% to 72.8%)"
    bar = re.search(r"M306\.5 (\S+)L306\.5 (\S+)\"", panel)
    assert [float(y) for y in bar.groups()] == pytest.approx([304 - 270 * 0.272, 304 - 270 * 0.728], abs=0.1)


def test_the_curve_of_risks_says_what_is_proven():
    assert "none proven" in risk_panel(record(ONE, OTHER))
    assert "0.95 proven" in risk_panel(replace(record(ONE, OTHER), threshold=0.95))
    assert "at 0.99: no accusation" in record_lines(record(ONE, OTHER))
    assert any("80 accusations, 2 wrong (2.50%, at most 7.66%)" in line for line in record_lines(record(ONE, OTHER)))


def test_the_report_shows_card_and_pictures_and_the_daily_one_says_where_they_are():
    assessment = handmade.assessment(methods=("attribute/10", "associate/9"))
    case = replace(assessment.case, cards=(CARD,), records=(record(ONE, OTHER),))
    assessment = replace(assessment, case=case)
    whole = report_html(build(assessment, None, "")).decode()
    daily = report_html(build(assessment, reporting_day(case, date(2017, 8, 15)), "")).decode()
    assert whole.count("share that came true") == 2
    assert "b &lt;b&gt;" in whole
    assert "no card describes this method" in whole
    assert "share that came true" not in daily
    assert "measured on worlds that were simulated" in whole
    assert "Measured on worlds that were simulated." in daily
