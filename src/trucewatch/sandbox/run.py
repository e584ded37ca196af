"""Run one task of the child over one file: a fresh interpreter each time, within limits, and read its answer.

A fresh interpreter, rather than a fork of one that is kept warm: nothing of one file can be there when the next is
read, and a fork of a program with threads is a hazard of its own. Input and answer are anonymous files in memory
(memfd): no pipe can fill up, the answer's size is bounded by the kernel, and a child that hangs holds up nobody.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from trucewatch.sandbox.findings import LAYERS, Reason

_ROOT = str(Path(__file__).parents[2])  # the folder that holds this package, so that the child runs this very code
_START = "import sys; sys.path.insert(0, sys.argv[1]); from trucewatch.sandbox.child import main; main(*sys.argv[2:])"
_AT_ONCE = BoundedSemaphore(2)  # children at one time: together 1.5 GB at worst; a guess for a small server
_MOST_SAID = 4_096  # bytes of the two lines of an answer: no finding has half as many
_BY_SIGNAL: Mapping[int, Reason] = {signal.SIGXCPU: Reason.TIME, signal.SIGSYS: Reason.FORBIDDEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may take: memory of its address space, processor seconds, seconds by the clock, bytes to say.

    The clock's limit is twice the processor's, for a machine that is busy with other things.
    """

    memory_bytes: int = 768 << 20
    cpu_s: int = 5
    clock_s: float = 10
    copy_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a child said: an object of JSON and a copy's bytes, or the reason why there is no answer."""

    layers: tuple[str, ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict)
    copy: bytes = b""
    reason: Reason | None = None


def run(task: str, data: bytes, limits: Limits = Limits()) -> Answer:
    """Return the answer of a child that does the task over the file's bytes; every way to fail is a reason.

    Raises OSError where the machine cannot start a child at all: that says nothing of the file, which waits.
    """
    if not hasattr(os, "memfd_create"):  # not Linux
        return Answer(reason=Reason.UNCONFINED)
    with _AT_ONCE, _memory(data) as given, _memory(b"") as taken:
        status = _status(task, given, taken, limits)
        return read_answer(status, os.pread(taken, limits.copy_bytes + _MOST_SAID, 0))


@contextmanager
def _memory(data: bytes) -> Iterator[int]:
    held = os.memfd_create("trucewatch", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(held), "wb") as file:
            file.write(data)
        os.lseek(held, 0, os.SEEK_SET)
        yield held
    finally:
        os.close(held)


def _status(task: str, given: int, taken: int, limits: Limits) -> int | None:
    """Return the child's exit status, negative for a signal; None where its time by the clock was over."""
    most = limits.copy_bytes + _MOST_SAID
    asked = [task, *map(str, (limits.memory_bytes, limits.cpu_s, most))]
    with tempfile.TemporaryDirectory(prefix="trucewatch-") as empty:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module, and no word of a stranger
            [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT, *asked],
            stdin=given,
            stdout=taken,
            stderr=subprocess.DEVNULL,
            cwd=empty,
            env={},
            start_new_session=True,
        )
        try:
            return child.wait(limits.clock_s)
        except subprocess.TimeoutExpired:
            return None
        finally:
            with suppress(ProcessLookupError):
                if child.returncode is None:
                    os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def read_answer(status: int | None, data: bytes) -> Answer:
    """Return what a child left: its exit status (None: it was killed when its time was over) and its bytes. Pure.

    The bytes come from a child that a file may have taken over: whatever they are, an answer is made of them.
    """
    first, _, rest = data.partition(b"\n")
    layers = _layers(first)
    if status is None:
        return Answer(layers=layers, reason=Reason.TIME)
    if not layers:  # it ended before it read a byte of the file, which is not the file's fault
        return Answer(reason=Reason.UNCONFINED)
    if status:
        return Answer(layers=layers, reason=_BY_SIGNAL.get(-status, Reason.DIED))
    line, _, copy = rest.partition(b"\n")
    said = _object(line)
    if said is None or said.get("copy", 0) != len(copy):
        return Answer(layers=layers, reason=Reason.DIED)
    reason = said.get("reason")
    return Answer(layers=layers, said=said, copy=copy, reason=None if reason is None else _reason(reason))


def _json(line: bytes) -> Any:
    try:
        return json.loads(line[:_MOST_SAID])
    except (ValueError, RecursionError):
        return None


def _layers(line: bytes) -> tuple[str, ...]:
    said = _json(line)
    return tuple(said) if isinstance(said, list) and set(map(type, said)) == {str} and LAYERS.issuperset(said) else ()


def _object(line: bytes) -> dict[str, Any] | None:
    said = _json(line)
    return said if isinstance(said, dict) else None


def _reason(name: Any) -> Reason:
    return Reason[name] if isinstance(name, str) and name in Reason.__members__ else Reason.DIED
