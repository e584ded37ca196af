"""Files that somebody sends by mistake or on purpose: a clear line each, nothing lost, memory small."""

import time
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake import READERS, read, reread
from trucewatch.intake.canonical import COLUMNS
from trucewatch.intake.enrol import enrol
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records import RECORDS
from trucewatch.intake.rows import rows
from trucewatch.model import Observation, Party, Rejection

PARTIES = (Party(id="north", names=(("en", "Northland"),)), Party(id="south", names=(("en", "Southland"),)))
CONTEXT = Context(parties=PARTIES, time_zone="Europe/Kyiv", gazetteer=Gazetteer(), theatre=(36.0, 46.0, 41.0, 50.0))
HEADER = "id,source,source_class,time,lon,lat,bearing_deg,text\n"
GOOD = "1,Post,observer,2026-03-01T10:00:00Z,37.5,48.1,90,seen\n"
MEBIBYTE = 1 << 20


def outcome(*chunks: bytes | str) -> list[Observation | Rejection]:
    return list(read("sent/t.csv", [c.encode() if isinstance(c, str) else c for c in chunks], CONTEXT))


def reasons(*chunks: bytes | str) -> list[str]:
    return [one.reason for one in outcome(*chunks) if isinstance(one, Rejection)]


def refused_file(*chunks: bytes | str) -> Rejection:
    (one,) = outcome(*chunks)
    assert isinstance(one, Rejection)
    assert (one.file, one.row) == ("sent/t.csv", 0)
    return one


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(content):
    assert refused_file(content).reason == "the file is empty"


def test_a_header_alone_is_no_rows_and_no_complaint():
    assert outcome(HEADER) == []


def test_an_unknown_header_names_the_kinds_there_are_and_counts_what_was_not_read():
    rejection = refused_file("a,b\n1,2\n3,4\n")
    assert all(reader.kind in rejection.reason for reader in READERS)
    assert "its 2 rows were not read" in rejection.reason
    assert rejection.size == 12


def test_a_table_with_semicolons_is_recognised_as_such():
    assert "semicolons" in refused_file(HEADER.replace(",", ";")).reason


def test_a_column_that_stands_twice_refuses_the_file():
    assert "'id' more than once" in refused_file("id,source,source_class,time,id \n" + "1,a,b,,2\n").reason


def test_columns_without_a_name_are_numbered_and_kept():
    (one,) = outcome("id,source,source_class,time,,\n", "1,Post,observer,,x,\n")
    assert isinstance(one, Observation)
    assert one.raw[-1] == ("column 5", "x")


def test_every_known_kind_is_wired_and_has_its_own_header():
    kinds = [reader.kind for reader in READERS]
    assert kinds.index("canonical") == len(RECORDS)
    assert len(set(kinds)) == len(kinds) == len(RECORDS) + 6
    for reader in READERS:
        first = next(other for other in READERS if other.columns <= reader.columns)
        assert first is reader


@pytest.mark.parametrize("cut", range(1, len(GOOD)))
def test_a_truncated_last_row_is_an_observation_or_a_rejection(cut):
    assert len(outcome(HEADER, GOOD, GOOD[:cut])) == (2 if GOOD[:cut].strip() else 1)


def test_a_row_of_other_width_says_both_numbers():
    assert reasons(HEADER, "1,Post\n") == ["has 2 cells, the header has 8"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_refused_in_words(encoding):
    assert "save it as CSV in UTF-8" in refused_file((HEADER + GOOD).encode(encoding)).reason


def test_what_is_wrong_with_the_header_is_a_sentence():
    said = refused_file(b"id,Caf\xe9\n1,2\n").reason
    assert said.startswith("the header cannot be read: it is not UTF-8 at byte 7 (0xe9)")
    assert refused_file(b"id,a\x07b\n1,2\n").reason.startswith("the header cannot be read: it holds the control")


def test_a_latin_1_row_is_refused_and_its_neighbours_are_read():
    found = outcome(HEADER, GOOD, GOOD.replace("seen", "Café").encode("latin-1"), GOOD)
    assert [type(one) for one in found] == [Observation, Rejection, Observation]


@pytest.mark.parametrize(
    "cells",
    [
        "1,Post,observer,2026-03-01T10:00:00Z,NaN,48.1,,",
        "1,Post,observer,2026-03-01T10:00:00Z,37.5,inf,,",
        "1,Post,observer,2026-03-01T10:00:00Z,48.1,37.5,,",
        "1,Post,observer,2026-03-01T10:00:00Z,35.6,139.7,,",
        "1,Post,observer,2026-03-01T10:00:00Z,37.5,48.1,400,",
        "1,Post,observer,0000-01-01T00:00:00Z,,,,",
        "1,Post,observer,9999-12-31T23:59:59Z,,,,",
        "1,Post,observer,9999-12-31T23:59:59-12:00,,,,",
        "1,Post,observer,0001-01-01T00:00:00+12:00,,,,",
        "1,Post,observer,2026-03-01T10:00:00+99:99,,,,",
        "1,Post,observer,2026-03-01T10:00:00Z,,,,a\x00b",
        "1,,observer,2026-03-01T10:00:00Z,,,,",
        "NULL",
        ",,,,,,,",
    ],
)
def test_a_bad_row_is_one_rejection_with_its_line_and_the_others_are_read(cells):
    found = outcome(HEADER, GOOD, cells + "\n", GOOD)
    assert [type(one) for one in found] == [Observation, Rejection, Observation]
    rejection = found[1]
    assert isinstance(rejection, Rejection)
    assert (rejection.row, rejection.size) == (3, len(cells))
    assert rejection.reason
    assert "\n" not in rejection.reason


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        (HEADER.replace(",", ";"), "separated by semicolons; use commas"),
        (HEADER.replace(",", "\t"), "separated by tabs; use commas"),
        (HEADER.upper(), "of canonical the columns are written in small letters"),
        (
            HEADER.replace("id,", "", 1),
            "nearest is canonical, but for the column id; add what is missing, if need be with empty cells",
        ),
        ("Observations of March\n" + HEADER, "else put the header first. Known are"),
    ],
)
def test_a_header_of_no_known_kind_is_refused_with_what_to_do(header, advice):
    assert advice in refused_file(header, GOOD).reason


def test_all_kinds_are_listed_only_where_a_header_is_like_none_of_them():
    assert "Known are lists (category" in refused_file("conflict,dyad,where", "a,b,c\n").reason
    assert "footprints" not in refused_file(HEADER.replace(",", ";"), GOOD).reason


def test_a_source_is_not_among_the_columns_that_may_be_empty():
    reason = refused_file(HEADER.replace("source,source_class,", ""), GOOD).reason
    assert "columns source, source_class;" in reason
    assert "source says who says it, and may not be empty" in reason


def test_a_blank_row_of_a_spreadsheet_is_called_that():
    (reason,) = reasons(HEADER, GOOD, ",,,,,,,\n")
    assert "nothing in any cell" in reason


@pytest.mark.parametrize("formula", ["=1+1", "+A1", "-2", "@SUM(A1)", "=HYPERLINK(1)"])
def test_formulas_are_kept_as_they_were_written(formula):
    (one,) = outcome(HEADER, f"{formula},Post,observer,,,,,{formula}\n")
    assert isinstance(one, Observation)
    assert (one.id, one.text) == (formula, formula)


# --- size -----------------------------------------------------------------------------------------


def peak(chunks: Iterable[bytes]) -> tuple[int, list[Observation | Rejection]]:
    tracemalloc.start()
    try:
        found = list(read("t.csv", chunks, CONTEXT))
        return tracemalloc.get_traced_memory()[1], found
    finally:
        tracemalloc.stop()


def long_line(mebibytes: int) -> Iterator[bytes]:
    yield (HEADER + GOOD).encode()
    for _ in range(mebibytes):
        yield b"x" * MEBIBYTE
    yield b"\n" + GOOD.encode()


@pytest.mark.parametrize("mebibytes", [50, pytest.param(200, marks=pytest.mark.slow)])
def test_a_huge_line_is_one_rejection_and_takes_little_memory(mebibytes):
    memory, found = peak(long_line(mebibytes))
    assert memory < 8 * MEBIBYTE
    assert [type(one) for one in found] == [Observation, Rejection, Observation]
    assert isinstance(found[1], Rejection)
    assert (found[1].row, found[1].size) == (3, mebibytes * MEBIBYTE)


@pytest.mark.parametrize("content", [b"x", b'"', b'""', b"\x00", b","])
def test_a_file_without_a_line_end_is_one_rejection_and_takes_little_memory(content):
    memory, found = peak(content * (MEBIBYTE // len(content)) for _ in range(20))
    assert memory < 8 * MEBIBYTE
    assert len(found) == 1


@pytest.mark.parametrize("line", ['"x","y\n', '"\n', '"""\n', 'x",y\n', '"""",\n""",\n', '"a\n' + "b\n" * 60])
def test_quotes_without_sense_take_time_in_proportion_to_the_file(line):
    times = 32_768 // len(line)
    begun = time.perf_counter()
    assert sum(1 for _ in rows([b"a,b\n", line.encode() * times])) > times // 200
    assert time.perf_counter() - begun < 20  # looking a hundred lines ahead from each line would take minutes


# --- anything at all ------------------------------------------------------------------------------

words = st.sampled_from(
    [
        *("", "0", "-1", "7.5", "1e400", "nan", "2018-07-30", "2018-07-30/31", "0000-01-01", "9999-12-31", "23:59"),
        *("30:00", "at least", "exact", "N", "NNE", "5-7km SSW", "2km", "north", "South", "explosion", "patrol"),
        *("2026-03-01T10:00:00Z", "W>E", "23 in a day", "night", "99999999999999999999", "é", '"q"', "-0", "=1"),
    ]
)


def tables(reader: Reader) -> st.SearchStrategy[tuple[Reader, list[list[str]]]]:
    columns = sorted(reader.columns | (set(COLUMNS) if reader.kind == "canonical" else set()))
    cell = words | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    filled = st.lists(st.lists(cell, min_size=len(columns), max_size=len(columns)), max_size=6)
    return filled.map(lambda lines: (reader, [columns, *lines]))


@given(st.sampled_from(READERS).flatmap(tables))
def test_whatever_stands_in_the_cells_of_a_known_table_each_row_comes_out_once(case):
    reader, lines = case
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    found = outcome("\n".join(quoted))
    stood_for = sum(one.rows if isinstance(one, Rejection) else 1 for one in found)  # a list is refused as a whole
    assert stood_for == len(list(rows(["\n".join(quoted).encode()]))) - 1
    for one in found:
        if isinstance(one, Observation):
            assert one.reader == reader.kind
            assert reread(one.reader, one.raw, CONTEXT) == one
    enrol([one for one in found if isinstance(one, Observation)], PARTIES)


@given(st.lists(st.binary(max_size=40), max_size=6), st.booleans())
def test_whatever_the_bytes_rows_in_are_observations_and_rejections(chunks, headed):
    content = [HEADER.encode(), *chunks] if headed else chunks
    found = outcome(*content)
    given_ = list(rows(content))
    if headed:
        assert len(found) == len(given_) - 1
    else:
        assert len(found) == 1
        assert isinstance(found[0], Rejection)
        assert (found[0].row, found[0].size) == (0, sum(map(len, chunks)))
