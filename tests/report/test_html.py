import re
from datetime import date, timedelta
from html.parser import HTMLParser

import handmade
import pytest

from trucewatch.report.build import build, reporting_day
from trucewatch.report.html import HOUR_SIGNS, report_html
from trucewatch.vocabulary import Listening

VOID = {"meta", "br", "input", "img", "hr", "link"}


class Page(HTMLParser):
    """What stands in a page: ids, targets, elements with their attributes, and whether every tag is closed."""

    def __init__(self, written: bytes) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(written.decode())

    def handle_starttag(self, tag, attrs) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        self.ids.extend(value for name, value in attrs if name == "id")
        self.hrefs.extend(value for name, value in attrs if name == "href")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def whole() -> bytes:
    return report_html(build(handmade.assessment(), None, "Report"))


def of_day(day: date) -> bytes:
    assessment = handmade.assessment()
    return report_html(build(assessment, reporting_day(assessment.case, day), "Report"))


def of_few() -> bytes:
    """Return the page of an hour with one incident, which has a closer map."""
    assessment = handmade.assessment()
    start = assessment.incidents[1].first_time
    return report_html(build(assessment, (start, start + timedelta(hours=1)), "Report"))


PAGES = (
    whole,
    of_few,
    lambda: of_day(date(2017, 8, 15)),
    lambda: of_day(date(2017, 8, 16)),
    lambda: of_day(date(2020, 1, 1)),
)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_something_in_the_page(page) -> None:
    read = Page(page())
    targets = {f"#{name}" for name in read.ids}
    assert {href for href in read.hrefs if href.startswith("#")} <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_anchor_is_there_once_and_every_element_is_closed(page) -> None:
    read = Page(page())
    assert len(read.ids) == len(set(read.ids))
    assert read.open == []


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_loaded_from_anywhere(page) -> None:
    written = page()
    loaded = [
        value
        for tag, given in Page(written).elements
        for name, value in given.items()
        if name in {"src", "srcset", "data", "action", "poster"} or (name == "href" and tag != "a")
    ]
    assert all(value and value.startswith("data:") for value in loaded)
    assert not re.search(rb"url\((?!#)|@import|<script|<link|<iframe", written)


def test_text_of_others_is_shown_and_never_run() -> None:
    written = whole().decode()
    assert "<script" not in written
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in written


def test_no_sign_turns_the_letters_of_a_name() -> None:
    turning = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
    written = report_html(build(handmade.assessment(), None, f"7 {turning}aremaC")).decode()
    assert not set(turning) & set(written)
    assert "[U+202E]" in written
    assert "[U+2067]" in written
    assert "[U+202E]turned" in whole().decode()


def test_a_title_cannot_close_its_element() -> None:
    assert b"</title><b>" not in report_html(build(handmade.assessment(), None, "</title><b>"))


def test_every_tally_of_the_report_is_a_link_with_its_number() -> None:
    report = build(handmade.assessment(), None, "Report")
    written = whole().decode()
    tallies = [*report.funnel, *report.undetermined, *(t for side in report.sides for t in side.tallies)]
    for tally in tallies:
        assert f'<a href="#{tally.id}">{tally.count}</a>' in written
        assert tally.count == len(tally.links) + tally.left_out or tally.id in {"n-read", "n-rejected"}


def test_an_hour_that_nobody_covered_is_never_called_quiet() -> None:
    cells = re.findall(r'<td class="not_covered">([^<]*)</td>', whole().decode())
    assert cells
    assert set(cells) == {"–"}
    assert not re.search(r"quiet day|no incidents? occurred|all quiet", whole().decode())


def test_the_hours_of_a_longer_window_of_fire_have_their_own_letter() -> None:
    cells = re.findall(r'<td class="fire_at_some_time">([^<]*)</td>', whole().decode())
    assert set(cells) == {"f"}
    assert len({letter for letter, _ in HOUR_SIGNS.values()}) == len(Listening) == len(HOUR_SIGNS)


def test_the_page_says_twice_that_its_probabilities_are_no_measured_frequencies() -> None:
    incidents, check = re.split(r'<h2 id="check">', whole().decode().split('<h2 id="incidents">')[1])
    assert "weighed opinions, not measured frequencies" in incidents[:400]
    assert "none has been calibrated on real incidents" in incidents[:600]
    assert "none has been calibrated on real incidents" in check


def test_words_are_never_said_to_be_perceived() -> None:
    written = whole().decode()
    assert "nobody accusing" not in written
    assert "words only, from the side of <bdi>Bravo</bdi>" in written


def test_tables_have_captions_and_the_page_has_a_language() -> None:
    read = Page(whole())
    tags = [tag for tag, _ in read.elements]
    assert tags.count("table") == tags.count("caption") > 5
    assert ("html", {"lang": "en"}) in read.elements


def test_the_page_says_that_a_machine_proposes_and_how_to_check_it() -> None:
    written = whole().decode()
    assert "Proposal by machine for the two staffs" in written
    assert "trucewatch verify DIR" in written
    assert "trucewatch recompute DIR" in written


def test_a_claim_stands_among_the_claims_and_not_among_the_observations() -> None:
    report = build(handmade.assessment(), None, "Report")
    claimed = {o.number for o in report.claims}
    assert len(claimed) == 3
    assert claimed.isdisjoint(o.number for o in report.observations)


def test_a_total_stands_alone_with_its_basis_and_its_hedge() -> None:
    (total,) = build(handmade.assessment(), None, "Report").totals
    assert (total.count, total.basis) == ("about 610", "apparent violation")
