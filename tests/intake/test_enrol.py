"""Enrolment: each observation once, in one order, under a key that knows neither file, order nor party."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake import read
from trucewatch.intake.enrol import enrol
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.model import Observation, Party

PARTIES = (Party(id="north", names=(("en", "Northland"),)), Party(id="northern_league", names=(("en", "League"),)))
SWAPPED = (Party(id="northern_league", names=PARTIES[0].names), Party(id="north", names=PARTIES[1].names))
HEADER = ("id", "source", "source_class", "source_side", "time", "accuses", "text")

Cells = tuple[str, ...]

ids = st.sampled_from(["", "north", "northern_league"])
row = st.tuples(
    st.sampled_from(["", "1", "2"]),
    st.sampled_from(["Post 1", "ministry of north", "ministry of northern_league"]),
    st.sampled_from(["observer", "party"]),
    ids,
    st.sampled_from(["", "2026-03-01T10:00:00Z", "2026-03-01T12:00:00+02:00", "2026-03-02T10:00:00Z"]),
    ids,
    st.sampled_from(["", "north fired at northern_league", "northern_league fired at north", "=1+1"]),
)
rows = st.lists(row, max_size=12)


def swap(text: str) -> str:
    return text.replace("northern_league", "\x00").replace("north", "northern_league").replace("\x00", "north")


def observations(
    table: Sequence[Cells], parties: tuple[Party, ...] = PARTIES, header: Cells = HEADER
) -> list[Observation]:
    context = Context(parties=parties, time_zone="UTC", gazetteer=Gazetteer())
    content = "\n".join(",".join(cells) for cells in [header, *table]).encode()
    return [one for one in read("t.csv", [content], context) if isinstance(one, Observation)]


def enrolled(*tables: Sequence[Cells], parties: tuple[Party, ...] = PARTIES) -> tuple[Observation, ...]:
    return enrol([one for table in tables for one in observations(table, parties)], parties)


@given(rows.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_rows_does_not_matter(tables):
    table, shuffled = tables
    assert enrolled(table) == enrolled(shuffled)


@given(rows, st.integers(0, 12))
def test_splitting_a_table_into_two_files_does_not_matter(table, at):
    assert enrolled(table) == enrolled(table[:at], table[at:]) == enrolled(table[at:], table[:at])


@given(rows)
def test_repetition_does_not_matter(table):
    assert enrolled(table) == enrolled(table, table[::-1])


@given(rows)
def test_nothing_is_lost_but_exact_repeats(table):
    assert len(enrolled(table)) == len(set(table))


@given(rows)
def test_the_order_of_columns_does_not_matter(table):
    turned = [cells[::-1] for cells in table]
    there, back = observations(table), observations(turned, header=HEADER[::-1])
    assert [one.key for one in enrol(there, PARTIES)] == [one.key for one in enrol(back, PARTIES)]
    assert enrol(there + back, PARTIES) == enrol(back + there, PARTIES)
    assert len(enrol(there + back, PARTIES)) == len(set(table))


@given(rows)
def test_exchanging_the_parties_exchanges_them_and_leaves_the_keys_alone(table):
    exchanged = enrolled([tuple(map(swap, cells)) for cells in table], parties=SWAPPED)
    original = enrolled(table)
    assert [one.key for one in exchanged] == [one.key for one in original]
    assert [one.raw for one in exchanged] == [
        tuple((column, swap(cell)) for column, cell in one.raw) for one in original
    ]
    assert [_parties(one) for one in exchanged] == [tuple(map(swap, _parties(one))) for one in original]


def _parties(one: Observation) -> tuple[str, str, str]:
    accused = one.claim.accused if one.claim else None
    return (one.source.side.party or "" if one.source.side else "", accused.party or "" if accused else "", one.id)


@given(rows)
def test_keys_and_given_ids_are_unique(table):
    found = enrolled(table)
    assert len({one.key for one in found}) == len(found)
    own = [one.id for one in found if one.id == f"canonical-{one.key}"]
    assert len(own) == sum(1 for cells in set(table) if not cells[0])


@given(rows)
def test_they_stand_by_time_and_what_has_none_stands_last(table):
    starts = [one.clocks.claimed.start if one.clocks.claimed else None for one in enrolled(table)]
    timed = [start for start in starts if start is not None]
    assert starts == sorted(timed) + [None] * (len(starts) - len(timed))


def test_a_row_and_its_mirror_image_have_one_digest_and_two_keys():
    first, second = enrolled(
        [
            ("1", "Post", "party", "north", "", "northern_league", ""),
            ("1", "Post", "party", "northern_league", "", "north", ""),
        ]
    )
    assert second.key == f"{first.key}-2"


def test_the_same_id_with_other_words_is_kept():
    assert len(enrolled([("1", "Post", "", "", "", "", "a"), ("1", "Post", "", "", "", "", "b")])) == 2


def test_a_key_is_the_digest_of_the_cells_by_column_with_the_parties_made_nameless():
    (one,) = enrolled([("1", "Post of north", "party", "north", "", "northern_league", "")])
    words = (
        "canonical",
        "accuses",
        "\1",
        "id",
        "1",
        "source",
        "Post of \1",
        "source_class",
        "party",
        "source_side",
        "\1",
    )
    assert one.key == hashlib.sha256("\0".join(words).encode()).hexdigest()[:12]


def test_without_parties_the_rows_are_keyed_as_they_are():
    assert len(enrolled([("1", "Post", "", "", "", "", "a")], parties=())) == 1


@pytest.mark.slow
def test_a_hundred_thousand_rows_take_seconds():
    (one,) = enrolled([("", "Post", "party", "north", "2026-03-01T10:00:00Z", "", "x" * 200)])
    many = [replace(one, id="", key="", raw=(*one.raw, ("n", str(n)))) for n in range(100_000)]
    begun = time.perf_counter()
    assert len(enrol(many, PARTIES)) == 100_000
    assert time.perf_counter() - begun < 10


def test_a_withheld_cell_is_found_by_trying_unless_the_key_has_pepper():
    written = ("1", "Post", "party", "north", "", "", "Upper Village")
    villages = [("1", "Post", "party", "north", "", "", f"{word} Village") for word in ("Lower", "Middle", "Upper")]
    for pepper, found in ((b"", ["Upper Village"]), (bytes(range(32)), [])):
        (kept,) = enrol(observations([written]), PARTIES, pepper)
        guesses = [(one[-1], enrolled([one])[0].key) for one in villages]
        assert [village for village, key in guesses if key == kept.key] == found
