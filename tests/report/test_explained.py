"""The six lines."""

from dataclasses import replace

from tests.build import EAST, WEST, at, front, observation, only, outgoing

from trucewatch.report.explained import explained
from trucewatch.vocabulary import Direction, Intent


def test_a_finding_is_explained_in_at_most_six_lines_with_what_carries_it() -> None:
    rows = [outgoing("a", -4), observation("b", place=at(4, 0), minutes=0.4, direction=Direction.IMPACT)]
    found = replace(only(rows), sequence="somebody was first", intent=Intent.ACCIDENTAL)
    lines = explained(found, front())
    assert len(lines) <= 6
    assert lines[0].startswith(f"Most for {WEST}: ")
    assert any("What carries it" in line and "without camera a" in line for line in lines)
    assert any("Independent lines of evidence: 2" in line for line in lines)


def test_an_undetermined_incident_says_what_is_missing_and_hints_at_no_side() -> None:
    lines = explained(only([outgoing("a", -4)]), front())
    assert any("What is missing" in line for line in lines)
    assert not any(party in line for line in lines for party in (WEST, EAST))
