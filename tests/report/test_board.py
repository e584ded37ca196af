import re
from dataclasses import replace

import boards
import pytest
from test_exchange import FIRST, SECOND, exchanged
from test_html import Page

from trucewatch.model import Named, Statement, StatementAnswer
from trucewatch.report.board import board, only
from trucewatch.report.boardtext import board_lines
from trucewatch.report.build import build
from trucewatch.report.html import board_html, report_html
from trucewatch.report.status import until_words
from trucewatch.vocabulary import Answer, Modality, State, Status


def text(width: int = 100, **changes) -> str:
    return "\n".join(board_lines(board(boards.assessment(**changes)), width))


def page() -> str:
    return board_html(board(boards.assessment())).decode()


def test_each_obligation_is_a_line_with_a_cell_for_each_side_and_others_have_lines_of_their_own() -> None:
    (paper,) = board(boards.assessment()).papers
    assert paper.columns == ("Republic of Alfa", "Bravo")
    lines = {line.id: line for clause in paper.clauses for line in clause.lines}
    assert [bool(cell) for cell in lines["1.a"].cells] == [True, False]
    assert [bool(cell) for cell in lines["1.b"].cells] == [False, True]
    assert [bool(cell) for cell in lines["3.a"].cells] == [True, True]
    assert [cell.bearer for cell in lines["3.b"].others] == ["A guarantor"]


def test_a_paper_that_binds_no_side_has_those_whom_it_binds_side_by_side() -> None:
    given = boards.assessment()
    bound = tuple(status for status in given.statuses if status.bearer == boards.GUARANTOR)
    (paper,) = board(replace(given, statuses=bound)).papers
    assert paper.columns == ("A guarantor",)


def test_the_terminal_says_everything_about_a_disputed_day() -> None:
    said = " ".join(text(200).split())
    for words in (
        "disputed: the readings differ, since 2017-08-10 03:00",
        "why: its readings do not give the same; each stands here with what it gives",
        "As read by Republic of Alfa: deadline rule end of day. This gives fulfilled: in time",
        "As read by Bravo: deadline rule start of day. This gives fulfilled late: a day late",
        "what would change it: a common reading of the day",
        "evidence: records said-e1",
        "evidence: incidents I0001",
    ):
        assert words in said


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, text(width).splitlines())) <= width


def test_obligations_are_counted_by_status_with_coverage_and_never_by_side() -> None:
    said = " ".join(text().split())
    assert "All bearers together: observed 2 (not measured by hours of watching); violated 0; disputed 1" in said
    assert "pending 2 (1 measured by hours of watching, 25.0 % of them covered)" in said
    for written in (said, page()):
        assert not re.search(r"complian|\d %[^<]{0,40}(kept|fulfilled|observed)", written)


def test_what_others_wrote_cannot_steer_the_terminal() -> None:
    given = boards.assessment()
    hostile = replace(given.statuses[1], why="red \x1b[31m and \u202e turned\r\nand\tover")
    said = text(statuses=(given.statuses[0], hostile, *given.statuses[2:]))
    assert "why: red [31m and turned and over" in " ".join(said.split())
    assert all(sign.isprintable() or sign == "\n" for sign in said)


def test_a_deadline_at_midnight_is_the_end_of_the_day_before_it() -> None:
    assert until_words(boards.day(16).replace(hour=0), "UTC") == "the end of 2017-08-15"
    assert until_words(boards.day(16).replace(hour=9), "UTC") == "2017-08-16 09:00"


def test_an_agreement_that_is_not_there_is_named_with_those_that_are() -> None:
    given = boards.assessment()
    assert len(only(given, "made-up").statuses) == len(given.statuses)
    with pytest.raises(ValueError, match="'minsk' is not one of this case's: made-up"):
        only(given, "minsk")


def test_an_obligation_and_its_readings_stand_in_plain_words_where_there_are_some() -> None:
    given = boards.assessment()
    plain = {
        ("made-up", "1.a"): "Republic of Alfa must hand over: Ay.",
        ("made-up", "1.a", "deadline_rule end_of_day", "alfa"): "As read by Republic of Alfa: by the end of the day.",
    }
    said = " ".join(" ".join(board_lines(board(given, plain=plain), 200)).split())
    assert "1.a Republic of Alfa must hand over: Ay. | disputed" in said
    assert "by the end of the day. This gives fulfilled: in time" in said
    assert "1.b hand over: be" in said


def test_what_changed_since_a_day_is_what_has_another_state() -> None:
    now = boards.assessment()
    first, *rest = now.statuses
    was = replace(first, status=Status.PENDING, state=State.PENDING, since=None)
    before = replace(now, statuses=(was, *rest), as_of=boards.day(5))
    shown = board(now, "", before)
    assert [(change.now.obligation, change.was) for change in shown.changes] == [("1.a", "pending: not due yet")]
    said = " ".join(" ".join(board_lines(shown, 200)).split())
    assert "Changed since 2017-08-05 03:00: 1 1.a, Republic of Alfa: was pending: not due yet; is disputed" in said
    assert "Changed since 2017-08-05 03:00" in board_html(shown).decode()
    assert "Nothing changed." in board_html(board(now, "", now)).decode()


def test_a_public_claim_about_the_paper_stands_beside_its_clauses() -> None:
    given = boards.assessment()
    claim = replace(
        given.records[0],
        key="claim",
        about="deploy:monitors",
        text="they will come",
        body=Statement(speaker="a minister", outlet="a paper", actor=Named(party=None, verbatim="others"), modality=Modality.WILL),
    )  # fmt: skip
    given = replace(given, records=(*given.records, claim))
    answer = StatementAnswer(
        record_key="claim", agreement_id="made-up", clause_ids=("3",), answer=Answer.CONTRADICTED, why="clause 3 names others"
    )  # fmt: skip
    shown = board(replace(given, answers=(answer,)))
    written = board_html(shown).decode()
    said = " ".join(" ".join(board_lines(shown, 200)).split())
    assert "contradicted by the paper (clauses 3): clause 3 names others" in said
    assert "contradicted by the paper" in written
    assert "clause 3 names others" in written
    assert "a minister in a paper: others will deploy monitors. “they will come”" in written


@pytest.mark.parametrize(
    "written", [lambda: page().encode(), lambda: report_html(build(boards.assessment(), None, ""))]
)
def test_every_link_of_the_page_leads_somewhere_and_every_anchor_is_there_once(written) -> None:
    read = Page(written())
    assert {href for href in read.hrefs if href.startswith("#")} <= {f"#{name}" for name in read.ids}
    assert len(read.ids) == len(set(read.ids))
    assert read.open == []
    tags = [tag for tag, _ in read.elements]
    assert tags.count("table") == tags.count("caption")


def test_the_page_of_the_board_holds_its_evidence_and_no_other() -> None:
    written = page()
    assert "said-e1" in written
    assert 'id="i-I0001"' in written
    assert 'id="i-I0002"' not in written


@pytest.mark.parametrize("width", [80, 160])
def test_exchanging_the_parties_exchanges_their_names_in_the_text(width: int) -> None:
    """Names of one length, for words are wrapped by their length."""
    one, other = (
        "\n".join(board_lines(board(boards.assessment(*names)), width)).encode()
        for names in (("zulu", "kilo"), ("kilo", "zulu"))
    )
    assert exchanged(one, "zulu", "kilo") == other


def test_exchanging_the_parties_exchanges_their_names_in_the_pages() -> None:
    for make in (lambda a: board_html(board(a)), lambda a: report_html(build(a, None, ""))):
        one, other = make(boards.assessment(FIRST, SECOND)), make(boards.assessment(SECOND, FIRST))
        assert exchanged(one, FIRST, SECOND) == other
