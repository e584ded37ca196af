"""Every mark and every word of a state that a page prints is explained under Help."""

import re
from html import unescape

import pytest
from room_visits import running

from trucewatch.report.html import HOUR_SIGNS
from trucewatch.report.staffs import OUTCOMES
from trucewatch.report.status import STATUS_WORDS
from trucewatch.report.words import LIKELIHOODS
from trucewatch.vocabulary import Readiness
from trucewatch.web.room.glossary import STANDS, WORDS
from trucewatch.web.room.seeking import READINESS, STATUSES

MARKS = {  # what looks like a mark on a page, and the entry of Help that explains it
    r"(?<![\w-])[0-9]{8}-[0-9a-f]{8}(?![\w-])": "20261123-9a2f9982",
    r"\[[A-Z][0-9]+[a-z]?\]": "[R23], [I6d]",
    r"several alike": "bits; towards several alike",
    r"tells nothing apart": "bits; towards several alike",
    r"[0-9.]+ bits": "bits; towards several alike",
    r"68 %": "within 1.3 km with 68 % probability",
    r"bearings? [0-9]": "3 km bearing 247° (WSW) of the position",
    r"only claimed": "only claimed: no observation supports it",
    r"says or shows": "what a side says or shows",
    r"\(belongs": "belongs at 0.9",
    r"Credibility [1-6]": "credibility 1, 2, 3, 6",
}


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    with running(tmp_path_factory.mktemp("help")) as rooms:
        yield rooms


def read(page: str) -> str:
    return " ".join(unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)).split())


def test_every_state_of_the_queue_and_of_a_page_has_its_words():
    assert set(STANDS) == {name for name, _ in STATUSES if name} == {*OUTCOMES, *READINESS, "stale"}
    assert set(READINESS) == set(Readiness) - {"waiting"}, "what waits says for whom by its outcome"
    explained = dict(WORDS)
    assert set(next(name for name in explained if name.startswith("observed, ")).split(", ")) == set(
        STATUS_WORDS.values()
    )
    assert next(name for name in explained if name.startswith("F, ")).split(", ") == [s for s, _ in HOUR_SIGNS.values()]
    assert set(next(name for name in explained if name.startswith("likely")).split(", ")) == {w for _, w in LIKELIHOODS}
    assert len(explained) == len(WORDS)
    assert set(MARKS.values()) <= set(explained)


@pytest.mark.parametrize("who", ["officer-1", "reviewer-n", "liaison-x", ""])
def test_help_shows_them_all(rooms, who):
    page = read(rooms.visitor(who).page("/room/help"))
    for name, words in (*WORDS, *((OUTCOMES.get(name, ""), words) for name, words in STANDS.items())):
        assert " ".join(name.split()) in page
        assert " ".join(words.split()) in page


def test_every_mark_that_a_page_prints_is_one_that_help_explains(rooms):
    """Whatever stands in square brackets or looks like a code on the pages of an incident and of the queue."""
    officer = rooms.visitor("officer-1")
    (name, *_) = rooms.room.desk.conclusions.found
    for where in ("/room/", f"/room/incidents/{name}", "/room/counts"):
        page = read(officer.page(where))
        unknown = page
        for mark in MARKS:
            unknown = re.sub(mark, " ", unknown)
        assert not re.findall(r"\[[^\]]{1,12}\]", unknown), where
        assert not re.findall(r"(?<![\w-])[a-z]+_[a-z_]+(?![\w-])", unknown), where


def test_the_clauses_of_an_incident_lead_to_their_words_in_the_report(rooms):
    officer = rooms.visitor("officer-1")
    (name, *_) = rooms.room.desk.conclusions.found
    page = officer.page(f"/room/incidents/{name}")
    report = officer.page("/room/case/report.html")
    anchors = rooms.room.desk.conclusions.clause_anchors
    for anchor in anchors.values():
        assert f'id="{anchor}"' in report
    touched = dict(rooms.room.desk.conclusions.assessment.touched).get(name, ())
    for clause in touched:
        if clause in anchors:
            assert f'href="/room/case/report.html#{anchors[clause]}"' in page
