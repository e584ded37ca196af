"""From bytes to rows: nothing is lost, nothing swallows its neighbours, memory stays small."""

import csv
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake.rows import HEAD_BYTES, MAX_ROW_BYTES, MAX_ROW_LINES, BadRow, Row, rows


def read(text: str | bytes) -> list[Row | BadRow]:
    return list(rows([text.encode() if isinstance(text, str) else text]))


def cells(text: str | bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read(text) if isinstance(row, Row)]


def bad(text: str | bytes) -> list[BadRow]:
    return [row for row in read(text) if isinstance(row, BadRow)]


cell = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from('",\n\r\t'), max_size=20)
table = st.integers(1, 4).flatmap(lambda n: st.lists(st.tuples(*[cell] * n), min_size=1, max_size=8))
csv_like = st.lists(
    st.sampled_from([b'"', b",", b"\n", b"\r", b"a", b"\xd0\xb6", b'""', b"\x00", b"\xff"]), max_size=60
)


@given(table, st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_a_writer_of_tables_writes_is_read_back(lines, end):
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(lines)
    assert cells(out.getvalue()) == lines


@given(csv_like, st.integers(1, 7))
def test_where_the_chunks_are_cut_does_not_matter(pieces, size):
    whole = b"".join(pieces)
    assert list(rows(whole[i : i + size] for i in range(0, len(whole), size))) == list(rows([whole]))


@given(csv_like)
def test_every_line_that_is_not_blank_is_in_exactly_one_row(pieces):
    content = b"a,b\n" + b"".join(pieces)
    lines = content.splitlines()
    covered: list[int] = []
    for row in rows([content]):
        many = len(row.text.encode().splitlines()) if isinstance(row, Row) else 1
        covered += range(row.line, row.line + many)
    assert len(covered) == len(set(covered))
    filled = {number for number, line in enumerate(lines, start=1) if line.strip()}
    assert filled <= set(covered) <= set(range(1, len(lines) + 1))


@given(csv_like)
def test_a_bad_row_carries_the_digest_of_its_own_bytes(pieces):
    content = b"a,b\n" + b"".join(pieces)
    lines = content.splitlines()
    for row in rows([content]):
        if isinstance(row, BadRow):
            line = lines[row.line - 1]
            assert (row.size, row.sha256) == (len(line), hashlib.sha256(line).hexdigest())


def test_lines_are_counted_from_one_and_blank_ones_count_but_are_no_rows():
    assert [(row.line, row.cells) for row in read("a,b\n\n  \n1,2\r\n\r\n3,4")] == [
        (1, ("a", "b")),
        (4, ("1", "2")),
        (6, ("3", "4")),
    ]


def test_a_stray_quote_costs_its_own_line_only():
    assert cells('a,b\n1,"2\n3,4\n5,6\n') == [("a", "b"), ("3", "4"), ("5", "6")]
    assert [row.line for row in bad('a,b\n1,"2\n3,4\n5,6\n')] == [2]


def test_two_stray_quotes_far_apart_do_not_swallow_what_stands_between():  # unless the cells come out right
    between = "".join(f"{n},x\n" for n in range(50))
    text = f'a,b\n1,"2\n{between}9,8",x\n7,7\n'
    assert [row.line for row in bad(text)] == [2]
    assert len(cells(text)) == 53


def test_a_quoted_cell_may_go_on_over_lines_and_keeps_them():
    assert cells('a,b\n1,"two\r\n\r\nlines ""said"" he"\n3,4') == [
        ("a", "b"),
        ("1", 'two\r\n\r\nlines "said" he'),
        ("3", "4"),
    ]


def test_a_cell_of_more_lines_than_a_row_may_have_is_a_stray_quote():
    def with_lines(n: int) -> list[BadRow]:
        return bad('a\n"' + "x\n" * (n - 1) + '"\n')

    assert with_lines(MAX_ROW_LINES) == []
    assert with_lines(MAX_ROW_LINES + 1) != []


def test_a_row_that_goes_on_after_its_closing_quote_is_refused():
    assert "closing quote" in bad('a,b\n1,"two" three\n')[0].reason


def test_a_quote_inside_an_unquoted_cell_is_an_ordinary_character():
    assert cells('a,b\n1,the 5" gun\n') == [("a", "b"), ("1", 'the 5" gun')]


def test_the_longest_row_is_read_and_one_byte_more_is_not():
    assert cells(b"x" * MAX_ROW_BYTES + b"\r\n") == [("x" * MAX_ROW_BYTES,)]
    (row,) = bad(b"x" * (MAX_ROW_BYTES + 1) + b"\r\n")
    assert "16,385 bytes" in row.reason
    assert row.size == MAX_ROW_BYTES + 1
    assert row.sha256 == hashlib.sha256(b"x" * (MAX_ROW_BYTES + 1)).hexdigest()
    assert row.beginning == "x" * HEAD_BYTES


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("around", [-3, -2, -1, 0, 1, 2, 3])
def test_a_long_line_ends_where_it_ends_wherever_the_blocks_are_cut(end, around):
    long = b"y" * (65_536 * 2 + around)
    found = read(b"a\n" + long + end + b"b\n")
    assert [row.line for row in found] == [1, 2, 3]
    assert found[1].sha256 == hashlib.sha256(long).hexdigest()
    assert found[2].cells == ("b",)


def test_a_byte_order_mark_is_tolerated_at_the_start():
    assert cells(b"\xef\xbb\xbfa,b\n1,2\n") == [("a", "b"), ("1", "2")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_another_unicode_encoding_is_one_refusal_in_words(encoding):
    content = "id,source\n1,Пост 7\n".encode(encoding)
    (row,) = read(content)
    assert row.line == 0
    assert (row.size, row.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert "UTF-8" in row.reason


@pytest.mark.parametrize(
    ("beginning", "word"),
    [(b"PK\x03\x04", "Excel"), (b"\x1f\x8b\x08", "gzip"), (b"%PDF-1.7", "PDF"), (bytes(9), "binary")],
)
def test_a_file_that_is_no_text_is_named_for_what_it_is(beginning, word):
    (row,) = read(beginning + b"\n\n1,2\n")
    assert word in row.reason


def test_a_line_in_another_encoding_costs_that_line_only():
    assert [row.line for row in bad(b"a,b\n1,caf\xe9\n2,x\n")] == [2]
    assert "0xe9" in bad(b"a,b\n1,caf\xe9\n2,x\n")[0].reason


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x0c", "\x7f", "\x85"])
def test_a_control_character_is_refused_and_shown_as_an_escape(sign):
    (row,) = bad(f"a,b\n1,x{sign}y\n")
    assert f"U+{ord(sign):04X}" in row.reason
    assert row.beginning == f"1,x\\x{ord(sign):02x}y"
