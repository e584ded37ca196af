"""Nothing sealed leaves: what names people is refused, and neither repeated nor kept."""

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake import read
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.model import Observation, Party, Record, Rejection

PARTIES = (Party(id="north", names=(("en", "Northland"),)), Party(id="south", names=(("en", "Southland"),)))
CONTEXT = Context(parties=PARTIES, time_zone="Asia/Baku", gazetteer=Gazetteer())
HEADER = "source,source_class,source_side,about,time,person,category,state"
SECRET = "Zwjkqvyx"  # stands for any name: no word of ours has four of its letters in a row
ONE, TWO = "0123456789abcdef" * 4, "fedcba9876543210" * 4


def entry(person=ONE, category="prisoner", state="listed", side="north", about="exchange:prisoners", time="2020-12-01"):
    return f"a commission,party,{side},{about},{time},{person},{category},{state}"


def outcomes(*lines: str, encoding: str = "utf-8") -> list[Observation | Record | Rejection]:
    return list(read("observations/x.csv", ["".join(f"{line}\n" for line in lines).encode(encoding)], CONTEXT))


def refused(*lines: str, encoding: str = "utf-8") -> Rejection:
    """Return the one rejection of a file that names somebody, having checked that it says nothing of them."""
    (one,) = outcomes(*lines, encoding=encoding)
    assert isinstance(one, Rejection)
    assert one.is_sealed
    assert (one.row, one.raw) == (0, "")
    assert not leaks(SECRET, repr(dataclasses.astuple(one)))
    return one


def leaks(name: str, text: str) -> bool:
    return any(name[i : i + 4].casefold() in text.casefold() for i in range(len(name) - 3))


def test_a_list_of_commitments_is_read():
    found = outcomes(HEADER, entry(), entry(TWO, "body", "returned"))
    assert [type(one) for one in found] == [Record, Record]


@pytest.mark.parametrize(
    "header",
    [
        "name,birth_year", "surname,x", "first_name,x", "FirstName,x", "Full Name,x", "date of birth,x", "Passport No.,x",
        "Фамилия,Имя", "ФИО,x", "Дата рождения,x", "Прізвище,Імʼя", "Ім'я,x", "По батькові,x", "Soyadı,Adı", "SOYAD,x",
        "Doğum tarixi,x", "Ազգանուն,Անուն", "nama,x", "x;name;y", "x\tsurname", "prisoner_name,x", "name of detainee,x",
        "username,x", "_submitted_by,x", "id,source,source_class,time,_submitted_by", "Phone number,x", "email,x",
        "enumerator_name,x", f"{HEADER},name", "id,source,source_class,time,name", "id,source,source_class,time,person",
        "stage,killed,injured,about,source,victim_name", "person,x", "Person,x", "person,category,state,person",
    ],
)  # fmt: skip
def test_a_table_with_a_column_of_names_is_refused_whatever_else_it_is(header):
    width = len(re.split("[,;\t]", header))
    refused(header, ",".join([SECRET] * width), ",".join(["x"] * width))


@pytest.mark.parametrize("header", ["site_name,x", "Place name,x", "name of the station,x", "filename,x", "renamed,x"])
def test_the_name_of_a_thing_is_nobodys(header):
    (one,) = outcomes(header, "a,b")
    assert isinstance(one, Rejection)
    assert (one.is_sealed, "no known kind" in one.reason) == (False, True)


def test_a_public_set_of_events_is_no_list_of_people():
    """The columns of UCDP's georeferenced events, and the row of HXL marks that the humanitarian copy has below them."""
    (one,) = outcomes("id,conflict_name,dyad_name,side_a", "#event+id,,#group+name+first,#loc+name", "1,x,y,z")
    assert isinstance(one, Rejection)
    assert (one.is_sealed, one.rows) == (False, 2)
    assert one.raw


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1251"])
def test_a_names_table_in_a_spreadsheets_encoding_is_refused_as_one(encoding):
    refused(f"Фамилия;Имя\n{SECRET};x", encoding=encoding)


def test_a_title_above_the_header_hides_no_names():
    refused("Prisoners as of today;;", f"n;surname;year\n1;{SECRET};1980")


@pytest.mark.parametrize("beginning", [b"PK\x03\x04", b"%PDF-1.7", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_nobody_can_look_into_is_not_kept(beginning):
    (one,) = read("x.xlsx", [beginning + SECRET.encode() * 100], CONTEXT)
    assert isinstance(one, Rejection)
    assert (one.is_sealed, one.raw, one.size) == (True, "", len(beginning) + 800)
    assert len(one.sha256) == 64


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (entry(SECRET), "no commitment of 32 to 128 hexadecimal digits"),
        (entry(f"{SECRET}-{SECRET}_{SECRET}-{SECRET}1987"), "no commitment"),
        (entry(""), "no commitment"),
        (entry("0123456789abcdef"), "no commitment"),
        (entry(category=SECRET), "has in category what cannot be read; write one of prisoner, hostage"),
        (entry(state=SECRET), "has in state what cannot be read; write one of listed, released"),
        (entry(time=SECRET), "has in time or received what cannot be read"),
        (entry(about=f"{SECRET} {SECRET}"), "has in about what cannot be read"),
        (entry(side=SECRET), "no party of the case"),
        (entry().replace("a commission", ""), "has in source what cannot be read"),
        (f"{entry()},{SECRET}", "has 9 cells, the header has 8"),
        (f'{entry()}"{SECRET}\x07', "holds the control character"),
    ],
)
def test_one_fault_refuses_the_whole_list_and_is_said_without_its_words(line, says):
    one = refused(HEADER, entry(), entry(TWO), line, entry(TWO))
    assert f"row 4 {says}" in one.reason or (one.reason.startswith("row 4 ") and says in one.reason)
    assert one.rows == 4


@pytest.mark.parametrize("column", ["id", "text", "note", "lon"])
def test_a_list_has_no_room_for_anything_else(column):
    refused(f"{HEADER},{column}", f"{entry()},{SECRET}")
    (one,) = outcomes(f"{HEADER},{column}", f"{entry()},")
    assert isinstance(one, Record)


@pytest.mark.parametrize("column", range(1, 9))  # who says it, the first, is no secret
@given(
    name=st.text("ZWJKQVYXzwjkqvyx", min_size=4, max_size=12),
    words=st.lists(st.text("ZWJKQVYXzwjkqvyx", min_size=4, max_size=12), max_size=3),
    sign=st.sampled_from([" ", "-", "_", "'", ""]),
)
def test_no_letters_of_a_name_get_out_of_a_list_wherever_it_stands(column, name, words, sign):
    row = [*entry().split(","), ""]
    row[column] = sign.join([name, *words])
    (one,) = outcomes(f"{HEADER},note", ",".join(row))
    assert isinstance(one, Rejection)
    assert not any(leaks(word, repr(one)) for word in [name, *words])


def test_a_list_longer_than_any_is_refused(monkeypatch):
    monkeypatch.setattr("trucewatch.intake.MOST_LISTED", 2)
    one = refused(HEADER, entry(), entry(TWO), entry(ONE[::-1]))
    assert "one more than the 2" in one.reason
