"""Each undetermined incident has one category, found in the evidence and blind to the parties' names."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.build import EAST, WEST, assessed, at, box, front, observation, outgoing, tables

from trucewatch.assess.reasons import undecided, with_labels
from trucewatch.model import Attribution, StandardOfProof, Weight
from trucewatch.vocabulary import Direction, SourceClass, Undecided

ORDER = (WEST, EAST, "both", "other", "no_violation")
MINISTRY = {"source_class": SourceClass.PARTY, "side": WEST, "means": None, "source": "ministry"}


def category(rows, case=None):
    case = case or front()
    found, said = assessed(rows, case)
    return next(with_labels(case, found, said)).undecided


def claim(key="c"):
    return observation(key, place=at(3, 0), accuses=EAST, **MINISTRY)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([claim()], Undecided.ONLY_CLAIMED),
        ([observation("a", place=at(3, 0))], Undecided.NO_DIRECTION),
        ([observation("a", place=at(3, 0)), claim()], Undecided.WORDS_ALONE),
        ([outgoing("a", 0.0)], Undecided.GROUND_IN_DOUBT),
        ([outgoing("a", 8.0)], Undecided.TOO_FEW_LINES),
        ([outgoing("a", 8.0), outgoing("b", 8.0)], None),
        # two who saw the gun are lines enough: it is the ground that is in doubt
        ([outgoing("a", -0.2), outgoing("b", -0.2)], Undecided.GROUND_IN_DOUBT),
    ],
)
def test_the_category_comes_from_the_evidence(rows, expected):
    assert category(rows) is expected


def test_enough_lines_below_a_high_standard():
    strict = front(standard=StandardOfProof(probability=0.9999))
    assert category([outgoing("a", 8.0), outgoing("b", 8.0)], strict) is Undecided.BELOW_STANDARD


def made(probabilities, weights, lines):
    return Attribution(
        incident_id="x", method="test", probabilities=tuple(zip(ORDER, probabilities, strict=True)),
        determination="undetermined", weights=weights, lines=lines, why="",
    )  # fmt: skip


def weight(key, line, supplied_by=None, *, said=False):
    bits = tuple(zip(ORDER, (0.0, 3.0, 0.0, 0.0, 0.0), strict=True))
    return Weight(reason="", bits=bits, line=line, supplied_by=supplied_by, said=said, keys=(key,))


def test_a_record_that_may_belong_elsewhere_is_the_reason_only_where_its_line_is_needed():
    rows = [outgoing("a", 8.0), outgoing("b", 8.0)]
    (incident,), _ = assessed(rows)
    two = made((0.1, 0.6, 0.1, 0.1, 0.1), (weight("a", "one"), weight("b", "two")), 2)
    doubtful = replace(incident, shares=tuple(0.4 if o.key == "b" else 1.0 for o in incident.observations))
    assert undecided(front(), incident, two) is Undecided.BELOW_STANDARD
    assert undecided(front(), doubtful, two) is Undecided.WHICH_INCIDENT
    three = replace(two, weights=(*two.weights, weight("c", "three")))
    assert undecided(front(), doubtful, three) is Undecided.BELOW_STANDARD


def test_equal_tops_and_what_only_an_accuser_shows():
    (incident,), _ = assessed([outgoing("a", 8.0), outgoing("b", 8.0)])
    weights = (weight("a", "one", supplied_by=WEST), weight("b", "two", said=True))
    assert undecided(front(), incident, made((0.45, 0.45, 0.1, 0.0, 0.0), weights, 2)) is Undecided.EQUAL
    assert undecided(front(), incident, made((0.0, 0.99, 0.01, 0.0, 0.0), weights, 2)) is Undecided.FROM_ACCUSER


@settings(max_examples=30)
@given(tables())
def test_exchanging_the_parties_changes_no_category(rows):
    def other(party):
        return {WEST: EAST, EAST: WEST}.get(party, party)

    def swapped(o):
        side = o.source.side and replace(o.source.side, party=other(o.source.side.party))
        claim = o.claim and replace(
            o.claim, accused=o.claim.accused and replace(o.claim.accused, party=other(o.claim.accused.party))
        )
        return replace(o, source=replace(o.source, side=side), claim=claim)

    case, mirror = front(), front((EAST, WEST))
    found, said = assessed(rows, case)
    again, said_again = assessed([swapped(o) for o in rows], mirror)
    one = [a.undecided for a in with_labels(case, found, said)]
    assert one == [a.undecided for a in with_labels(mirror, again, said_again)]
    assert all((a.undecided is None) is (a.determination != "undetermined") for a in with_labels(case, found, said))


def test_three_parties_are_told_apart_as_two_are():
    case = front()
    third = replace(case.places[2], geometry=box(0, 0, 40, 30), party="third")
    case = replace(
        case,
        parties=(*case.parties, replace(case.parties[0], id="third", names=(("en", "third"),))),
        places=(*case.places[:2], replace(case.places[2], geometry=box(0, -30, 40, 0)), third),
    )
    heard = observation("a", place=at(9, 9), direction=Direction.OUTGOING)
    assert category([heard], case) is Undecided.TOO_FEW_LINES
    assert category([replace(heard, place=at(9, 0))], case) in (Undecided.TOO_FEW_LINES, Undecided.GROUND_IN_DOUBT)
