"""The example cases of the Minsk papers: what a negotiator expects is what the obligations come to.

Records other than fire are those of the bundled case; of what observers saw, only what an example adds.
"""

from datetime import date, time, timedelta
from functools import cache
from typing import Any

import pytest
import yaml
from papers import BUNDLED

from trucewatch import centre, pipeline
from trucewatch.agreement.hold import hold
from trucewatch.intake import read, reread
from trucewatch.model import Record
from trucewatch.paper import EVERY_PARTY
from trucewatch.spacetime import local
from trucewatch.vocabulary import State, Status

FOLDER = BUNDLED / "donbas"
KEYS = {"case", "as_of", "as_known", "without", "records", "expect"}
EXPECTED = {"obligation", "bearer", "status", "state", "because"}
EXAMPLES = [
    example
    for path in sorted((FOLDER / "cases").glob("*.yaml"))
    for example in yaml.safe_load(path.read_text(encoding="utf-8"))
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


def end_of(day: date):
    return local(day + timedelta(days=1), time(), opened().case.time_zone)


def judged(example: dict[str, Any]):
    case, left_out = opened().case, set(example.get("without", ()))
    extra = [reread(e["table"], tuple(e["cells"].items()), opened().context) for e in example.get("records", ())]
    rows = [*(row for row in told() if row.id not in left_out), *extra]
    as_known = end_of(example["as_known"]) if "as_known" in example else None
    gathered = pipeline.gather(case, *pipeline.enrolled(case, pipeline.known(rows, as_known)))
    statuses, _ = hold(
        case,
        gathered.incidents,
        pipeline.judge(case, gathered),
        (),
        end_of(example["as_of"]),
        records=gathered.records,
        as_known=as_known,
    )
    return {(each.obligation_id, each.bearer): each for each in statuses}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["case"][:60])
def test_what_is_expected_comes_out(example):
    found = judged(example)
    for expected in example["expect"]:
        each = found[expected["obligation"], expected["bearer"]]
        assert each.status is Status(expected["status"]), (expected, each.why)
        assert each.state is State(expected.get("state", each.state)), (expected, each.why)


def test_the_examples_are_written_as_all_examples_are():
    case = opened().case
    duties = {d.id: d for paper in case.agreements for clause in paper.clauses for d in clause.obligations}
    parties = {party.id for party in case.parties}
    for example in EXAMPLES:
        assert set(example) <= KEYS
        assert set(example.get("without", ())) <= {row.id for row in told()}
        for expected in example["expect"]:
            assert set(expected) <= EXPECTED
            bearers = duties[expected["obligation"]].bearers
            assert expected["bearer"] in (parties if bearers == (EVERY_PARTY,) else bearers)
            assert expected["because"]


def test_every_record_is_of_an_act_of_a_paper_and_named_once():
    case = opened().case
    acts = {d.act for paper in case.agreements for clause in paper.clauses for d in clause.obligations}
    assert {row.about for row in told()} <= acts
    assert len({row.id for row in told()}) == len(told())
