"""The reference case's words about acts of its two papers: every row is read, credited, and somebody's."""

import csv
import re
from functools import cache
from pathlib import Path

import trucewatch
from trucewatch import inquiry
from trucewatch.model import Assessment, Record, Statement

FOLDER = Path(trucewatch.__file__).parent / "bundled" / "karabakh"
TABLES = ("events", "strength", "mandate", "passage", "returns", "statements")


@cache
def read() -> Assessment:
    return inquiry.concluded(FOLDER)


def rows() -> list[dict[str, str]]:
    found = []
    for table in TABLES:
        with (FOLDER / "observations" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file))
    return found


def told(about: str) -> list[Record]:
    return [record for record in read().records if record.about == about]


def test_every_row_is_read_and_no_id_is_given_twice():
    ids = [row["id"] for row in rows()]
    assert read().rejections == ()
    assert len(set(ids)) == len(ids)
    assert sorted(record.id for record in read().records) == sorted(ids)


def test_each_key_of_a_record_is_explained_beside_it():
    pages = (FOLDER / "SOURCE.md").read_text("utf-8").split("## Pages of the records")[1]
    keys = {key for row in rows() for key in re.findall(r"\[(R\d+)\]", row["text"])}
    assert all(re.search(r"\[R\d+\]$", row["text"]) for row in rows())
    assert keys == set(re.findall(r"^(R\d+) ", pages, re.MULTILINE))


def test_every_record_but_a_public_claim_is_about_an_act_of_a_paper():
    acts = {d.act for paper in read().case.agreements for clause in paper.clauses for d in clause.obligations}
    assert {r.about for r in read().records if not isinstance(r.body, Statement)} <= acts


def test_claims_about_gazakh_and_about_a_second_corridor_are_about_no_act_of_the_papers():
    acts = {d.act for paper in read().case.agreements for clause in paper.clauses for d in clause.obligations}
    strays = {r.about for r in read().records if isinstance(r.body, Statement)} - acts
    assert strays == {"transfer:gazakh", "corridor:zangezur"}


def test_nothing_is_known_before_it_begins():
    moments = [(record.clocks.received, record.clocks.claimed) for record in read().records]
    assert all(received is not None and claimed is not None for received, claimed in moments)
    assert all(received >= claimed.start for received, claimed in moments)


def test_both_sides_speak_and_the_guarantor_s_word_is_marked_as_its_own():
    sides = {record.source.side.party for record in read().records if record.source.side is not None}
    assert sides == {"armenia", "azerbaijan", None}
    own = {r.source.side.verbatim for r in told("deploy:peacekeepers") if r.source.side and not r.source.side.party}
    assert own == {"russia", "turkey"}


def test_third_state_peacekeepers_are_claimed_by_some_and_denied_by_the_guarantor():
    claims = [r for r in told("deploy:peacekeepers") if isinstance(r.body, Statement)]
    assert {r.body.modality for r in claims} == {"will", "will_not", "must_not"}
    assert all(r.body.actor.verbatim == "turkey" and r.body.outlet for r in claims)


def test_no_person_is_named_and_no_list_of_prisoners_is_shipped():
    assert not list((FOLDER / "observations").glob("*list*"))
