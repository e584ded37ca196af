"""What is said of an incident is neither surer than its numbers nor against them."""

import pytest
from tests.build import EAST, WEST

from trucewatch.assess.words import Reached, in_words, lacking, leading_words, wanted
from trucewatch.evidence import hypotheses
from trucewatch.model import StandardOfProof, Weight

STANDARD = StandardOfProof()
BELOW = lacking(STANDARD, Reached(proven=False, lines=2))


def weight(*bits: float) -> Weight:
    return Weight(reason="seen", bits=tuple(zip(hypotheses([WEST, EAST]), bits, strict=True)), line="camera")


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        # hardly tells the sides apart and speaks strongly against a third explanation
        ((-1.30, -0.76, -1.01, -1.01, -4.25), "seen (0.2 bits towards eastside, 3.5 over no_violation)"),
        ((-0.76, -1.30, -1.01, -1.01, -4.25), "seen (0.2 bits towards westside, 3.5 over no_violation)"),
        ((-0.11, -3.91, -1.01, -1.01, -3.72), "seen (0.9 bits towards westside, 3.8 over eastside)"),
        ((-1.01, -1.01, -1.01, -1.01, -3.72), "seen (2.7 bits towards several alike over no_violation)"),
        ((0.0, 0.0, 0.0, 0.0, 1.2), "seen (1.2 bits towards no_violation)"),
        ((0.5, 0.5, 0.0, 0.0, 0.0), "seen (0.5 bits towards westside and eastside)"),
        ((0.5, 0.5, 0.5, 0.0, 0.0), "seen (0.5 bits towards several alike over other and no_violation)"),
        ((-1.02, -0.98, -1.0, -1.0, -1.0), "seen (0.0 bits)"),
    ],
)
def test_the_strength_of_a_reason_is_its_lead_over_the_next_explanation_and_then_over_the_worst(bits, words):
    assert in_words(weight(*bits)) == words


def test_a_share_that_is_called_below_the_standard_is_below_it():
    said = leading_words(WEST, 0.94, 0.53, lacks=BELOW, may_be_named=False)
    assert said.startswith(
        "no indication, the best share is 0.53 (0.94 with an exchange of fire), below the standard of"
    )
    assert WEST not in said
    assert leading_words("no_violation", 0.7, 0.7, lacks=BELOW, may_be_named=True) == (
        "most likely no_violation at 0.70, but below the standard of 0.95"
    )


def test_a_share_below_the_standard_is_not_rounded_up_to_it():
    assert "at 0.94, but" in leading_words("no_violation", 0.9461, 0.9461, lacks=BELOW, may_be_named=True)
    assert "at 0.94 (alone 0.90" in leading_words(WEST, 0.9499, 0.8999, lacks=BELOW, may_be_named=True)


@pytest.mark.parametrize(("standard", "least"), [(0.95, "0.80"), (0.7, "0.70")])
def test_where_an_exchange_alone_keeps_a_side_from_being_named_nothing_is_called_below_the_standard(standard, least):
    proof, shared = StandardOfProof(probability=standard), Reached(proven=False, lines=2, shared=True)
    lacks = lacking(proof, shared)
    named = leading_words(WEST, 0.97, 0.60, lacks=lacks, may_be_named=True)
    assert "below" not in named
    assert named.endswith(f"but one side is named without the other only where it was alone, from {least} on")
    assert "below" not in leading_words(WEST, 0.97, 0.60, lacks=lacks, may_be_named=False)
    (missing,) = wanted(proof, shared)
    assert missing == "evidence whether anybody else fired there as well"


def test_of_a_weapon_that_stands_nobody_is_said_to_have_fired():
    said = leading_words(WEST, 0.96, 0.95, lacks="", may_be_named=True, is_fire=False)
    assert said == f"{WEST} at 0.96 (alone 0.95, with another side 0.01)"
    missing = wanted(STANDARD, Reached(proven=False, lines=1, carried=False, is_fire=False))
    assert not [words for words in missing if "fire" in words]


def test_one_line_that_is_missing_agrees_and_two_agree():
    assert "1 more independent line of evidence that agrees" in wanted(STANDARD, Reached(proven=True, lines=1))
    assert "2 more independent lines of evidence that agree" in wanted(STANDARD, Reached(proven=True, lines=0))


def test_of_what_is_missing_where_the_fire_left_and_landed_is_named():
    (missing,) = wanted(STANDARD, Reached(proven=False, lines=2))
    assert "where the fire left, where it landed" in missing


def test_who_saw_an_end_of_the_fire_is_not_told_that_nobody_did():
    missing = wanted(STANDARD, Reached(proven=False, lines=0, carried=False, told=True))
    assert not any("perception" in words for words in missing)
    assert any("on whose ground" in words for words in missing)
