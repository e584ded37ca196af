"""The campaign against operators that lie, in short: real processes on loopback; `make equivocations` is the long one."""

import pytest
from benchmarks import deceit, equivocations, second
from benchmarks.equivocations import Parties, campaign


@pytest.fixture(scope="module")
def attacks():
    return list(deceit.plan(2, 20, 3))


def test_every_lie_is_proved_after_one_exchange_and_nobody_honest_is_accused(attacks):
    second.program()
    with Parties() as parties:
        tally = campaign(parties, attacks)
        seconds, never, _ = equivocations.real_time(parties, 2, every_s=0.1)
    assert (tally.wrong, tally.missed, never) == ([], 0, 0)
    assert tally.lies.total() == 20
    assert tally.proofs == tally.python == tally.go >= 20
    assert tally.red == tally.stale > 0
    assert seconds[0] > 1


@pytest.mark.parametrize("control", [{"exchange": False}, {"blind": True}])
def test_without_comparing_lies_are_missed(attacks, control):
    with Parties(**control) as parties:
        assert campaign(parties, attacks[:12], go=False).missed > 0


def test_the_truth_knows_a_beginning_from_a_fork():
    assert not deceit.exclude(("1", "2"), ("1", "2", "3"))
    assert not deceit.exclude((), ("1",))
    assert deceit.exclude(("1", "2"), ("1", "3", "2"))
