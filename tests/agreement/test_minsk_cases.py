"""The example cases of the Minsk papers: what a negotiator expects is what the obligations come to.

Records other than fire are those of the bundled case; of what observers saw, only what an example adds: the whole path
with every row is `trucewatch agreement cases donbas`.
"""

from functools import cache

import pytest
from papers import BUNDLED

from trucewatch import centre, pipeline
from trucewatch.agreement.compared import compared
from trucewatch.agreement.examples import Example, parse_examples
from trucewatch.agreement.hold import hold
from trucewatch.intake import read, reread
from trucewatch.model import ClauseStatus, Record

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


def judged(example: Example) -> tuple[ClauseStatus, ...]:
    case = opened().case
    added = [reread(table, cells, opened().context) for table, cells in example.records]
    rows = [*(row for row in told() if row.id not in example.without), *added]
    gathered = pipeline.gather(case, *pipeline.enrolled(case, pipeline.known(rows, example.as_known)))
    statuses, _ = hold(
        case,
        gathered.incidents,
        pipeline.judge(case, gathered),
        (),
        example.as_of,
        records=gathered.records,
        as_known=example.as_known,
    )
    return statuses


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.sentence[:60])
def test_what_is_expected_comes_out(example):
    for outcome in compared(example, judged(example)):
        assert outcome.holds, (outcome.expected, outcome.found.state, outcome.found.why)


def test_every_expectation_says_why_and_leaves_out_only_what_is_there():
    assert all(expected.because for example in EXAMPLES for expected in example.expected)
    assert {left for example in EXAMPLES for left in example.without} <= {row.id for row in told()}


def test_every_record_is_of_an_act_of_a_paper_and_named_once():
    case = opened().case
    acts = {d.act for paper in case.agreements for clause in paper.clauses for d in clause.obligations}
    assert {row.about for row in told()} <= acts
    assert len({row.id for row in told()}) == len(told())
