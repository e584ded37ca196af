"""Every example beside a bundled case comes out as its negotiator expects, each by its sentence."""

from functools import cache
from pathlib import Path

import pytest
import yaml

import trucewatch
from trucewatch import inquiry
from trucewatch.agreement.compared import told

BUNDLED = Path(trucewatch.__file__).parent / "bundled"
FILES = sorted(BUNDLED.glob("*/cases/*.yaml"))
SENTENCES = [
    pytest.param(path, n, id=f"{path.parent.parent.name}: {each['case']}")
    for path in FILES
    for n, each in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")))
]


@cache
def outcomes(path: Path):
    return tuple(inquiry.examples(path))


@pytest.mark.parametrize(("path", "number"), SENTENCES)
def test_it_comes_out_as_the_negotiator_expects(path: Path, number: int) -> None:
    example, found = outcomes(path)[number]
    assert all(each.holds for each in found), "\n".join(told(example, found))


def test_a_file_outside_a_case_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    lone = tmp_path / "cases" / "lone.yaml"
    lone.write_text("- {case: x, as_of: 2020-11-20, expect: [{obligation: a, bearer: b, status: pending}]}")
    with pytest.raises(ValueError, match="stands in no case"):
        next(inquiry.examples(lone))
