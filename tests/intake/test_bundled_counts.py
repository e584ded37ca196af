"""The two bundled cases of records alone: every row is read, credited and about an act of the paper."""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import trucewatch
from trucewatch import centre, inquiry
from trucewatch.model import Event, Inventory
from trucewatch.vocabulary import FeatureRole, Says

PACKAGE = Path(trucewatch.__file__).parent
EACH_CASE = pytest.mark.parametrize("name", ["aceh", "bosnia"])


@cache
def read(name):
    return inquiry.concluded(centre.find_case(name))


def rows(name):
    for path in sorted((PACKAGE / "bundled" / name / "observations").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def duties(name):
    return {d.id: d for paper in read(name).case.agreements for clause in paper.clauses for d in clause.obligations}


def told(name):
    return {record.id: record for record in read(name).records}


@EACH_CASE
def test_every_row_is_read_and_no_id_is_given_twice(name):
    ids = [row["id"] for row in rows(name)]
    assert read(name).rejections == ()
    assert len(set(ids)) == len(ids)
    assert sorted(told(name)) == sorted(ids)


@EACH_CASE
def test_every_record_is_about_an_act_of_a_paper(name):
    acts = {d.act for d in duties(name).values()}
    acts |= {anchor.act for paper in read(name).case.agreements for anchor in paper.anchors}
    assert {record.about for record in told(name).values()} <= acts


@EACH_CASE
def test_nothing_is_known_before_it_begins(name):
    assert all(r.clocks.received > r.clocks.claimed.start for r in told(name).values())


@EACH_CASE
def test_each_key_of_a_record_is_explained_beside_it(name):
    pages = (PACKAGE / "bundled" / name / "SOURCE.md").read_text("utf-8").split("## Pages")[1]
    for row in rows(name):
        keys = [part.split("]")[0] for part in row["text"].split("[")[1:]]
        assert keys, row["id"]
        assert all(f"{key} " in pages for key in keys), row["id"]


@EACH_CASE
def test_a_partys_word_is_marked_as_that_partys_and_nobody_elses(name):
    parties = {party.id for party in read(name).case.parties}
    for row in rows(name):
        assert (row["source_class"] == "party") == (row["source_side"] in parties), row["id"]


@EACH_CASE
def test_the_places_are_towns_with_a_source_and_a_name_in_each_language_of_the_case_and_no_line(name):
    languages = {language for language, _ in read(name).case.titles}
    assert read(name).case.places
    for place in read(name).case.places:
        assert place.role is FeatureRole.SETTLEMENT
        assert {language for language, _ in place.names} == languages
        assert place.source


def test_the_three_counts_of_aceh_only_grow_by_each_and_never_meet_but_by_chance():
    inventories = sorted(
        (r for r in told("aceh").values() if isinstance(r.body, Inventory)), key=lambda r: r.clocks.claimed.end
    )
    by_monitor = [r.body.accepted_by_monitor for r in inventories if r.body.accepted_by_monitor is not None]
    assert by_monitor == sorted(by_monitor)
    assert {243, 476, 698, 840} <= set(by_monitor)
    assert {r.body.accepted_by_other for r in inventories} == {None, 424, 628, 631, 769}


def test_in_bosnia_nobody_is_said_to_have_denied_a_thing_that_nobody_denied():
    says = Counter(r.body.says for r in told("bosnia").values() if isinstance(r.body, Event))
    assert set(says) == {Says.STATES, Says.NOT_YET}
