"""A name that leaked is found, and none of those that were sealed, stripped away, withheld or refused."""

from contextlib import closing
from dataclasses import replace

import leaks
import planted
import pyrage
import pytest
from canaries import Canaries, searched
from leak_setting import ERRORS, METADATA, OPEN, SEALED, WITHHELD, Campaign, Plan
from live_books import DEVICE, MIRRORS, NOON, POLICY, new_book

from trucewatch.ledger.bag import bag
from trucewatch.ledger.mirror import follow
from trucewatch.ledger.outbox import written
from trucewatch.ledger.redact import redact
from trucewatch.ledger.seal import open_layer, seal_fields
from trucewatch.ledger.sources import FolderSource
from trucewatch.ledger.verify import parse_policy
from trucewatch.sandbox import strip

PLAN = Plan(seals=30, pictures=4, documents=3, damaged=7, rounds=1, erasures=1)
A, B = (pyrage.x25519.Identity.generate() for _ in range(2))


def altered(submission):
    return replace(submission, entry=submission.entry.replace(b"observation", b"observatiom"))


def letters(folder) -> set[str]:
    return {letter for letter, _ in searched(folder)[0]}


def test_on_the_whole_way_in_one_process_each_place_has_what_it_may_have(tmp_path):
    words, way = Canaries(), Campaign(folder=tmp_path, plan=PLAN)
    original = planted.jpeg(words.source(METADATA), way.chance)
    to = [[str(A.to_public())], [str(B.to_public())]]
    with closing(new_book(tmp_path / "centre")) as book:
        for _ in range(5):
            seal = seal_fields({"witness": words.of(SEALED)}, original, to, way.salts)
            files = [strip(original), seal.data]
            own = {"type": "observation", "v": "2", "sealed": [seal.said()], "remark": words.of(OPEN)}
            for data in files:
                book.put_blob(data)
            book.receive(written(own, {"04:text": words.of(WITHHELD)}, files, DEVICE, way.salts))
            with pytest.raises(ValueError, match="signature"):
                book.receive(altered(written(own | {"remark": words.of(ERRORS)}, {}, files, DEVICE, way.salts)))
        book.beat(NOON)
    keys = [MIRRORS["a-ed"], MIRRORS["a-ml"]]
    follow(
        FolderSource(tmp_path / "centre" / "ledger"),
        tmp_path / "mirror",
        parse_policy(POLICY.encode()),
        keys,
        lambda: 1,
    )
    redact(tmp_path / "mirror", tmp_path / "copy", {}, ["04:text"])
    bag(tmp_path / "copy", tmp_path / "bag")
    (tmp_path / "opened").mkdir()
    (tmp_path / "opened" / "outer").write_bytes(open_layer(seal.data, str(A)))
    for keeper in ("centre", "mirror"):
        assert letters(tmp_path / keeper) == {OPEN, WITHHELD}
    for other in ("copy", "bag"):
        assert letters(tmp_path / other) == {OPEN}
    assert not letters(tmp_path / "opened")
    (tmp_path / "opened" / "both").write_bytes(open_layer(open_layer(seal.data, str(A)), str(B)))
    assert letters(tmp_path / "opened") == {SEALED, METADATA}  # the control: with both keys they are there


@pytest.fixture
def way(tmp_path) -> Campaign:
    """A campaign in which everything is as it must be: one canary of each class, in each place of its own."""
    made = Campaign(folder=tmp_path, plan=PLAN)
    for letter, places in leaks.BY_DESIGN.items():
        word = made.canaries.of(letter)
        for place in places:
            (made.place(place) / f"{letter}-{len(word)}").write_text(word)
    return made


def test_all_as_it_must_be_is_no_leak(way):
    assert leaks.search(way, 0).failures() == []


NEVER = [
    (letter, place)
    for letter in leaks.CLASSES
    for place in leaks.PLACES
    if place not in leaks.BY_DESIGN[letter] and (letter, place) not in leaks.ALSO
]


@pytest.mark.parametrize(("letter", "place"), NEVER)
def test_a_name_in_any_place_where_it_must_not_be_is_a_leak(way, letter, place):
    (way.place(place) / "planted").write_text(way.canaries.of(letter).upper())
    assert f"{place}: 1 canaries of class {letter} found" in leaks.search(way, 0).failures()


def test_a_search_that_does_not_find_what_is_there_is_at_fault(way):
    way.canaries.of(WITHHELD)
    assert len(leaks.search(way, 0).failures()) == 3  # in none of the keepers' places


@pytest.mark.slow
def test_on_the_whole_way_by_real_processes_nothing_leaks(tmp_path):
    found = leaks.campaign(tmp_path / "way", PLAN)
    assert found.failures() == []
    assert leaks.page(found, PLAN, "today").count("**0**") > 50
