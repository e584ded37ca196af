"""Small cases by hand come out as an officer expects, alone and in two records, and alike with the sides exchanged.

What is expected was written before the first run (`benchmarks/vignettes/cases`); what comes out otherwise and was not
mended is marked there with its reason, and must go on coming out otherwise until the mark is taken away.
"""

from pathlib import Path

import pytest
from benchmarks.vignettes import running
from benchmarks.vignettes.expected import differences, fails, records_of
from benchmarks.vignettes.reading import of_page, vignettes
from benchmarks.vignettes.running import run

ALL = vignettes()
DOCS = Path(__file__).parents[1] / "docs" / "vignettes.md"


@pytest.mark.parametrize(("vignette", "record"), [
    pytest.param(v, r, id=f"{v.name}-{r}", marks=[pytest.mark.xfail(reason=fails(v, r), strict=True)] if fails(v, r) else [])
    for v in ALL for r in records_of(v)
])  # fmt: skip
def test_a_vignette_comes_out_as_an_officer_expects(vignette, record):
    assert differences(vignette, run(vignette, record)) == []


def _alike(vignette, record):
    here, there = run(vignette, record), run(vignette, record, exchanged=True)
    assert here.loose == there.loose
    assert [f.rows for f in here.incidents] == [f.rows for f in there.incidents]
    for one, other in zip(here.incidents, map(running.exchanged, there.incidents), strict=True):
        a, b = one.attribution, other.attribution
        assert sorted(a.probabilities) == sorted(b.probabilities)
        assert sorted(a.first) == sorted(b.first)
        assert (a.determination, a.undecided, a.lines, a.credibility) == (
            b.determination,
            b.undecided,
            b.lines,
            b.credibility,
        )
        assert (one.touches, one.incident.count, one.incident.place) == (
            other.touches,
            other.incident.count,
            other.incident.place,
        )


@pytest.mark.parametrize("vignette", ALL, ids=lambda v: v.name)
def test_with_the_sides_exchanged_the_numbers_are_the_other_sides(vignette):
    _alike(vignette, "alone")


@pytest.mark.parametrize("record", ["quiet", "busy"])
def test_with_the_sides_exchanged_in_a_record_too(record):
    _alike(next(v for v in ALL if v.name == "false-flag-cried"), record)


def test_the_page_names_every_vignette_and_says_which_come_out_otherwise():
    lines = {line.partition("`")[2].partition("`")[0]: line for line in DOCS.read_text().splitlines() if "(`" in line}
    assert sorted(lines) == sorted(v.name for v in ALL)
    for vignette in ALL:
        reasons = {fails(vignette, record) for record in records_of(vignette)} - {""}
        assert ("otherwise: " in lines[vignette.name]) == bool(reasons)
        assert all(reason in lines[vignette.name] for reason in reasons)


def test_the_checks_see_what_is_otherwise():
    one = next(v for v in ALL if v.name == "flashes-and-landing")
    outcome = run(one)
    for key, value in (("named", "east"), ("because", ["too_few_lines"]), ("p", {"west": [0.0, 0.5]}), ("touches", []),
                       ("count", [1, 1]), ("lines", [0, 1]), ("first", "west"), ("intent", "accidental"),
                       ("begins", "2021-03-19"), ("fired", {"west": [0.0, 0.5]}), ("rows", ["1", "2"])):  # fmt: skip
        expected = {"of": [{"rows": ["1", "2", "3"], "alone": True, key: value}]}
        wrong = differences(replaced(one, expected), outcome)
        assert len(wrong) == 1, key
    for expected in ({"incidents": 2}, {"loose": ["1"]}, {"total": [3, 3]}, {"not_fire": True}):
        assert len(differences(replaced(one, expected), outcome)) == 1, expected
    with pytest.raises(ValueError, match="nothing checks nmaed"):
        differences(replaced(one, {"of": [{"rows": ["1"], "nmaed": "west"}]}), outcome)


def replaced(vignette, expected):
    return type(vignette)(
        name=vignette.name, title="", page="", words="", tables=vignette.tables, expected=expected,
    )  # fmt: skip


def test_a_page_that_cannot_be_read_says_why():
    with pytest.raises(ValueError, match="no heading"):
        list(of_page("## Just a title\n", "p"))
    with pytest.raises(ValueError, match="does not say what is expected"):
        list(of_page("## a: b\nwords\n", "p"))
    with pytest.raises(ValueError, match="2 cells where the header has 1"):
        list(of_page("## a: b\n| id |\n|---|\n| 1 | 2 |\n```toml\n```\n", "p"))
