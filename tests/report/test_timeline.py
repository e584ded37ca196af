import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import boards

from trucewatch.model import Dated
from trucewatch.report.axis import LEVEL, UPRIGHT, axis
from trucewatch.report.board import board
from trucewatch.report.html import board_html
from trucewatch.report.marks import LEGEND, state_mark
from trucewatch.report.timewords import due_words
from trucewatch.vocabulary import State

WORDS = """\
1.a hand over: ay, Republic of Alfa: due by 2017-08-10, by another reading before 2017-08-10, the readings differ since 2017-08-10 03:00
1.b hand over: be, Bravo: due by 2017-08-11, fulfilled late since 2017-08-14 03:00
2.a hand over: ce, Republic of Alfa: due by 2017-08-15, moved from by 2017-08-12, breach confirmed since 2017-08-16 03:00
3.a hand in: arms, Republic of Alfa: stage 1, due by 2017-08-15, fulfilled since 2017-08-15 03:00; stage 2, due by 2017-08-25, not due yet
3.a hand in: arms, Bravo: stage 1, due by 2017-08-15, its day has passed and nothing verified shows it done since 2017-08-16 03:00; stage 2, due by 2017-08-25, not due yet
3.b stay: guarantor, A guarantor: term from 2017-08-01 until 2022-08-01, notice by 2022-02-01 02:00, in force since 2017-08-01 03:00"""

SVG = "{http://www.w3.org/2000/svg}"


def part(**changes):
    (paper,) = board(boards.assessment(**changes)).papers
    return paper.timeline


def drawn(**changes) -> ET.Element:
    return ET.fromstring(part(**changes).svg)


def row(words: str, **changes) -> ET.Element:
    return next(g for g in drawn(**changes).iter(f"{SVG}g") if (g.findtext(f"{SVG}title") or "").startswith(words))


def without_colour(mark: str) -> str:
    return re.sub(r"#[0-9a-f]{6}", lambda hue: "paper" if hue[0] == "#ffffff" else "ink", mark)


def test_states_of_unlike_meaning_have_marks_that_differ_without_colour() -> None:
    planned, done, disputed, breached, suspended, unknown = (
        without_colour(state_mark(state, 0, 0))
        for state in (
            State.PENDING, State.FULFILLED, State.DISPUTED_FACT, State.BREACHED, State.SUSPENDED, State.UNRESOLVED,
        )
    )  # fmt: skip
    assert len({planned, done, disputed, breached, suspended, unknown}) == 6
    assert all(
        without_colour(state_mark(state, 0, 0)) in {planned, done, disputed, breached, suspended, unknown}
        for state in State
    )


def test_everything_that_is_drawn_is_in_the_legend() -> None:
    page = board_html(board(boards.assessment())).decode()
    assert all(meaning in page for _, meaning in LEGEND)


def test_each_row_says_in_words_what_it_draws() -> None:
    assert "\n".join(part().words) == WORDS


def test_those_who_stand_alike_share_a_row_and_those_who_do_not_have_one_each() -> None:
    given = boards.assessment()
    alike = tuple(
        replace(each, stood=tuple(replace(s, state=State.PENDING, since=None) for s in each.stood))
        for each in given.milestones
    )
    assert [words.split(":")[0] for words in part().words].count("3.a hand in") == 2
    assert any("Republic of Alfa and Bravo" in words for words in part(milestones=alike).words)


def test_an_arrow_leads_from_the_day_that_was_to_the_day_that_is() -> None:
    moved = row("2.a")
    (arrow,) = [
        each for each in moved.iter(f"{SVG}path") if each.get("fill") == "#1d2023" and each.get("d", "").endswith("Z")
    ][-1:]
    tip, tail, _ = (float(x) for x in re.findall(r"[ML]([\d.]+) ", arrow.get("d", "")))
    assert tip > tail


def test_what_is_done_late_is_drawn_right_of_its_deadline() -> None:
    circles = [float(each.get("cx", 0)) for each in row("1.b").iter(f"{SVG}circle") if each.get("r") == "6"]
    bars = [each.get("d", "") for each in row("1.b").iter(f"{SVG}path") if each.get("stroke_width") is None]
    assert len(circles) == 1
    assert any(float(re.findall(r"M([\d.]+)", bar)[0]) < circles[0] for bar in bars if bar.startswith("M"))


def test_labels_of_days_do_not_overlap_however_many_there_are() -> None:
    for count in (1, 2, 5, 14, 15, 30, 42):
        days = [date(2020, 1, 1) + timedelta(days=n * n) for n in range(count)]
        placed = axis(days, 300, 950, "UTC")
        room = LEVEL if placed.is_level else UPRIGHT
        assert all(b - a >= room - 1e-9 for a, b in pairwise(placed.lefts.values()))
        assert max(placed.lefts.values()) + placed.width <= 950 + 1e-9


def test_the_axis_keeps_the_order_of_moments() -> None:
    days = [date(2020, 11, 10), date(2020, 11, 20), date(2020, 11, 21), date(2025, 11, 10)]
    placed = axis(days, 300, 950, "UTC")
    moments = [datetime(2020, 11, 10, tzinfo=UTC) + timedelta(hours=7 * n) for n in range(6500)]
    places = [placed.near(moment, moment.date()) for moment in moments]
    assert places == sorted(places)


def test_the_end_of_a_day_lies_in_that_day_and_the_beginning_of_the_next_in_the_next() -> None:
    placed = axis([date(2020, 11, 20), date(2020, 11, 21)], 300, 950, "UTC")
    midnight = datetime(2020, 11, 21, tzinfo=UTC)
    end, beginning = Dated(day=date(2020, 11, 20), at=midnight), Dated(day=date(2020, 11, 21), at=midnight)
    assert placed.at(end) < placed.lefts[date(2020, 11, 21)] < placed.at(beginning)
    assert (due_words(end, "UTC"), due_words(beginning, "UTC")) == ("by 2020-11-20", "before 2020-11-21")


def test_a_paper_without_a_day_has_no_picture() -> None:
    assert part(milestones=()) is None


def test_a_deadline_that_nothing_fixes_yet_says_so() -> None:
    first = replace(boards.assessment().milestones[0], due=None, read=())
    (only,) = part(milestones=(first,)).words
    assert "due on a day that nothing fixes yet" in only


def test_the_picture_is_one_well_formed_image_with_a_label() -> None:
    root = drawn()
    assert root.get("role") == "img"
    assert "the list below says the same in words" in (root.get("aria-label") or "")
