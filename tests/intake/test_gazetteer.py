"""Names to positions: spellings do not matter, the order of the table does not matter, distance decides."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake.gazetteer import Gazetteer, Settlement, gazetteer, parse_gazetteer, plain

HEADER = "geonameid,name,lat,lon,population,alternates\n"
TWO_DONETSKS = HEADER + "1,Donetsk,48.02,37.80,901645,Донецьк|Stalino\n2,Donetsk,48.34,39.95,50850,\n"


def table(text: str) -> Gazetteer:
    return parse_gazetteer(text.encode())


@pytest.mark.parametrize("name", ["Donetsk", "donetsk", " DONETSK ", "Donets'k", "Донецьк", "донецьк", "Stalino"])
def test_a_settlement_is_found_by_each_of_its_names_however_they_are_written(name):
    found = table(TWO_DONETSKS).find(name)
    assert found is not None
    assert found.id == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Novoazovs'k", "Novoazovsk"), ("Мар’їнка", "Мар'їнка"), ("Stanytsia-Luhanska", "Stanytsia Luhanska")],
)
def test_apostrophes_hyphens_and_blanks_tell_no_names_apart(written, meant):
    assert plain(written) == plain(meant)


def test_accents_do_tell_names_apart():
    assert plain("Şuşa") != plain("Susa")


def test_without_a_hint_the_larger_of_two_namesakes_is_meant():
    assert table(TWO_DONETSKS).find("Donetsk").population == 901645


def test_near_a_place_the_nearer_of_two_namesakes_is_meant():
    assert table(TWO_DONETSKS).find("Donetsk", near=(39.9, 48.3)).id == 2


def test_an_unknown_name_and_an_empty_name_are_found_nowhere():
    assert table(TWO_DONETSKS).find("Atlantis") is None
    assert table(TWO_DONETSKS).find("") is None
    assert Gazetteer().find("Donetsk") is None


names = st.text(string.ascii_letters + " '-", min_size=1, max_size=6)
places = st.builds(
    Settlement,
    id=st.integers(1, 40),
    name=names,
    lon=st.floats(36, 40),
    lat=st.floats(47, 49),
    population=st.sampled_from([0, 500, 600]),
)


@given(
    st.lists(places, min_size=1, max_size=12, unique_by=lambda s: s.id),
    st.randoms(use_true_random=False),
    st.tuples(st.floats(36, 40), st.floats(47, 49)),
)
def test_the_order_of_the_table_and_repetition_decide_nothing(settlements, chance, near):
    shuffled = [*settlements, *settlements]
    chance.shuffle(shuffled)
    one, other = gazetteer(settlements), gazetteer(shuffled)
    assert one == other
    for settlement in settlements:
        assert one.find(settlement.name, near) == other.find(settlement.name, near)


def test_two_tables_are_one_gazetteer():
    both = parse_gazetteer(TWO_DONETSKS.encode(), (HEADER + "3,Goris,39.51,46.34,17592,\n").encode())
    assert both.find("Goris").id == 3
    assert both.find("Donetsk").id == 1


def test_a_box_keeps_what_lies_inside_it():
    west = table(TWO_DONETSKS).within((37, 47, 39, 49))
    assert [s.id for s in west.settlements] == [1]
    assert west.find("Donetsk", near=(39.9, 48.3)).id == 1


def test_a_table_without_a_column_says_which():
    with pytest.raises(ValueError, match="alternates, population"):
        table("geonameid,name,lat,lon\n1,Donetsk,48,37\n")


@pytest.mark.parametrize(
    "row", ["1", "1,A,48.0", "1,A,nan,37,5,", "1,A,91,37,5,", "1,A,48,inf,5,", 'x,A,48,37,5,"' + "a" * 140_000]
)
def test_a_row_that_is_cut_short_or_no_place_on_earth_is_refused(row):
    with pytest.raises(ValueError, match=r"\w"):
        table(HEADER + row + "\n")
