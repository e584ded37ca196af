"""Every reader of bytes that others write, as a target: what it must do with any bytes at all, and where to begin.

A check returns whether the bytes were taken, and raises where something is wrong: an error that is no ValueError, a
row that is neither read nor rejected, a form that is read and not written back the same, a proof of what nobody
signed. Seeds are the bundled cases and small files made here; none of them is committed twice.
"""

from dataclasses import dataclass

from benchmarks.fuzz import cases, logs, strangers, tables
from benchmarks.fuzz.faults import Check, Seeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A reader under test: its name, in which module here, what must hold for any bytes, and bytes to begin with."""

    name: str
    group: str
    check: Check
    seeds: Seeds


TARGETS = {
    name: Target(name=name, group=group.__name__.rpartition(".")[2], check=check, seeds=seeds)
    for group in (tables, cases, logs, strangers)
    for name, check, seeds in group.TARGETS
}
