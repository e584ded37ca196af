"""The examples and the records of the Minsk papers, as they are written; that they come out is test_cases' business."""

from functools import cache

from papers import BUNDLED

from trucewatch import centre
from trucewatch.agreement.examples import parse_examples
from trucewatch.intake import read
from trucewatch.model import Record

FOLDER = BUNDLED / "donbas"
EXAMPLES = [
    example
    for path in sorted((FOLDER / "cases").glob("*.yaml"))
    for example in parse_examples(path.read_bytes(), path.name, "Europe/Kyiv")
]


@cache
def opened():
    return centre.open_case(FOLDER)


@cache
def told() -> tuple[Record, ...]:
    files = sorted((FOLDER / "observations").glob("minsk_*.csv"))
    rows = tuple(row for file in files for row in read(file.name, [file.read_bytes()], opened().context))
    assert all(isinstance(row, Record) for row in rows)
    return rows


def test_every_expectation_says_why_and_leaves_out_only_what_is_there():
    assert all(expected.because for example in EXAMPLES for expected in example.expected)
    assert {left for example in EXAMPLES for left in example.without} <= {row.id for row in told()}


def test_every_record_is_of_an_act_of_a_paper_and_named_once():
    case = opened().case
    acts = {d.act for paper in case.agreements for clause in paper.clauses for d in clause.obligations}
    assert {row.about for row in told()} <= acts
    assert len({row.id for row in told()}) == len(told())
