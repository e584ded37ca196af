"""A parser that a file has taken over can do nothing but give a wrong answer of the right form."""

import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from offspring import children

from trucewatch.sandbox import Quarantined, Reason, inspect
from trucewatch.sandbox import __main__ as prove
from trucewatch.sandbox.confine import suffices
from trucewatch.sandbox.run import Limits, run

RUNNER = sys.modules["trucewatch.sandbox.run"]
SHORT = Limits(cpu_s=1, clock_s=10)


def asked(attempt, limits=SHORT):
    return run("probe", attempt.encode(), limits)


@pytest.mark.parametrize("attempt", [each for each in prove.ATTEMPTS if each != "spin"])
def test_the_child_is_refused(attempt):
    answer = asked(attempt)
    assert prove.outcome(answer) != "NOT REFUSED"
    assert suffices(answer.layers)


def test_a_child_that_spins_is_stopped_by_its_processor_time():
    assert asked("spin").reason is Reason.TIME


def test_a_child_that_takes_longer_by_the_clock_is_killed_and_gone():
    before, begun = children(), time.monotonic()  # other tests of this process may have left some
    assert asked("spin", Limits(cpu_s=60, clock_s=1.0)).reason is Reason.TIME
    assert time.monotonic() - begun < 5
    assert children() <= before


def test_a_child_that_crashes_has_died_of_the_file():
    assert asked("crash").reason is Reason.DIED


def test_a_child_that_ends_without_an_answer_has_died_of_the_file():
    assert asked("exit").reason is Reason.DIED


@pytest.mark.parametrize("attempt", ["lie", "deep"])
def test_an_answer_of_another_form_is_not_believed(attempt, monkeypatch):
    answer = asked(attempt)
    monkeypatch.setattr("trucewatch.sandbox.run", lambda *_: answer)
    found = inspect(b"\xff\xd8\xff")
    assert isinstance(found, Quarantined)
    assert found.reason is Reason.DIED


def test_a_machine_that_cannot_confine_a_parser_parses_nothing(monkeypatch):
    monkeypatch.setattr(
        RUNNER,
        "_START",
        RUNNER._START.replace("main(", "import trucewatch.sandbox.child as c; c.suffices = lambda _: False; main("),
    )
    assert run("text", b"abc", SHORT).reason is Reason.UNCONFINED


def test_a_child_that_cannot_even_begin_is_not_the_files_fault():
    assert run("no_such_parser", b"abc", SHORT).reason is Reason.UNCONFINED


def test_the_layers_that_are_enough_include_one_of_the_kernels_against_the_network():
    assert not suffices(())
    assert not suffices({"limits", "audit", "landlock"})
    assert not suffices({"limits", "seccomp"})
    assert suffices({"limits", "audit", "namespace"})
    assert suffices({"limits", "audit", "seccomp"})


def test_files_of_several_threads_are_looked_into_each_for_itself():
    found = {}

    def look(number):
        found[number] = inspect(b"x\n" * number)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: each.facts.lines for number, each in found.items()} == {n: n for n in range(1, 6)}


# --- each layer by itself -------------------------------------------------------------------------

ALONE = """
import ctypes, errno, sys
sys.path.insert(0, {root!r})
from trucewatch.sandbox import confine, probe
confine._prctl(38, 1)
held = {layer}
if not held:
    sys.exit(77)
try:
    said = probe.look({attempt!r})
except OSError:
    sys.exit(0)
sys.exit(said["facts"]["telemetry"])
"""


@pytest.mark.parametrize(
    ("layer", "attempt"),
    [
        ("confine._landlock()", b"open a file"),
        ("confine._landlock()", b"make a file past Python"),
        ("confine._seccomp(confine._program())", b"open a file past Python"),
        ("confine._seccomp(confine._program())", b"fork past Python"),
        ("confine._seccomp(confine._program())", b"make memory executable"),
        ("confine.isolate()", b"reach the network"),
        ("[sys.addaudithook(confine._refuse)]", b"open a socket"),
        ("[sys.addaudithook(confine._refuse)]", b"start a program"),
    ],
)
def test_each_layer_refuses_by_itself(layer, attempt):
    root = str(Path(RUNNER.__file__).parents[2])
    program = textwrap.dedent(ALONE).format(root=root, layer=layer, attempt=attempt)
    done = subprocess.run([sys.executable, "-I", "-c", program], check=False, capture_output=True)
    if done.returncode == 77:
        pytest.skip("this kernel does not have the layer")
    assert done.returncode == 0, done.stderr.decode()[-300:]


def test_without_any_layer_the_same_attempts_succeed():
    root = str(Path(RUNNER.__file__).parents[2])
    for attempt in (b"open a file", b"open a file past Python", b"open a socket", b"make memory executable"):
        program = textwrap.dedent(ALONE).format(root=root, layer="True", attempt=attempt)
        assert subprocess.run([sys.executable, "-I", "-c", program], check=False).returncode == 1
