"""The six lines."""

from dataclasses import replace

from tests.build import EAST, WEST, at, front, observation, only, outgoing

from trucewatch.report.explained import explained
from trucewatch.vocabulary import Direction, Intent, Phenomenon


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


def test_of_a_weapon_that_stands_and_of_other_matters_it_is_said_what_the_numbers_are_of() -> None:
    found = only([outgoing("a", -4)])
    for phenomenon, whose in (
        (Phenomenon.WEAPON_SEEN, "whose weapon it is"),
        (Phenomenon.LINE_CROSSED, "whose doing it was"),
    ):
        first, *rest = explained(found, front(), phenomenon)
        assert whose in first
        assert "nobody is said to have fired" in first
        assert tuple(rest) == explained(found, front(), Phenomenon.EXPLOSION)
