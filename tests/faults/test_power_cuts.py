"""A whole centre and two mirrors, cut anywhere: a short campaign of `benchmarks/power_cuts.py`, with its controls."""

from collections.abc import Iterator

import pytest
from faults.campaign import HONEST, campaign, run_of
from faults.controls import CONTROLS
from faults.medium import Replay
from faults.promises import Scratch
from faults.recovery import Cut, cut_of, recovered
from faults.workload import Run

BY_NAME = {control.name: control for control in CONTROLS}


@pytest.fixture(scope="module")
def scratch() -> Iterator[Scratch]:
    made = Scratch()
    yield made
    made.close()


@pytest.mark.parametrize("seed", ["15", "37"])
def test_no_promise_is_broken_wherever_the_power_is_cut(seed, scratch):
    tally = campaign(seed, 20, scratch)
    assert tally.failures == []
    assert tally.promises["received"] > 20
    assert tally.promises["left"] > 1


@pytest.mark.parametrize(
    "name",
    [
        "files are not flushed",
        "folders are not flushed",
        "row before file",
        "received is removed before the checkpoint",
        "a mirror cosigns before its files are flushed",
    ],
)
def test_control_with_one_rule_broken_promises_are_broken(name, scratch):
    assert any(campaign(f"control {seed}", 14, scratch, BY_NAME[name]).broken for seed in range(25))


def test_some_of_what_is_sent_was_approved_with_a_passkey_and_the_rest_signed_by_a_device():
    sent = [one.submission.entry for one in run_of("15")[0].sent]
    assert 0 < sum(b'"approval"' in entry for entry in sent) < len(sent)


def test_a_run_is_a_function_of_its_seed():
    first, second = (run_of("4", HONEST)[0].medium.journal for _ in range(2))
    assert [act[0] for act in first] == [act[0] for act in second]


def test_a_checkpoint_that_could_be_read_in_the_folder_is_never_taken_back(scratch):
    run, before = run_of("15")
    acts = run.medium.journal
    seen = [at for at, act in enumerate(acts) if act[0] == "mark" and act[1][0] == "seen"]
    assert len(seen) > 2
    for at in seen:
        for seed in range(4):
            cut = Cut(seed=f"{seed}", at=at + 1)  # renamed, and not flushed yet
            replay = Replay(run.medium)
            left = cut_of(replay, cut)
            after = Run(medium=left, chance=cut.chance, sent=run.sent, number=run.number, now=run.now)
            assert list(recovered(after, [*before, *replay.promised], scratch, mirrors=False)) == []
