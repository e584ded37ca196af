"""The shift log: who is on shift, what is handed over, and the cut-off after which things count for the next report."""

from dataclasses import dataclass
from datetime import datetime

from trucewatch.cases.said import RefusedError, Said
from trucewatch.cases.told import Told
from trucewatch.vocabulary import ShiftMark


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One line of the shift log; `time` is by the officer's word, the entry's own clock stands in `said`."""

    said: Said
    what: ShiftMark
    time: datetime


def shift(told: Told, on_shift: frozenset[str], cut_off: datetime | None) -> Shift:
    """Return a line of the shift log; a shift begins once, everything else is said by somebody on shift.

    A hand-over is the word to those who come; whoever hands over is on shift until the end is said. A cut-off never
    moves back: what it closed stays closed.
    """
    line = Shift(said=told.said, what=told.choice("what", ShiftMark), time=told.time("time"))
    is_on = told.said.who in on_shift
    if is_on and line.what is ShiftMark.BEGIN:
        raise RefusedError("is on shift already")
    if not is_on and line.what is not ShiftMark.BEGIN:
        raise RefusedError("is not on shift")
    if line.what is ShiftMark.CUT_OFF and cut_off is not None and line.time <= cut_off:
        raise RefusedError("sets a cut-off that is not after the last one")
    return line


def on_shift_after(line: Shift, on_shift: frozenset[str]) -> frozenset[str]:
    """Return who is on shift after this line."""
    if line.what is ShiftMark.BEGIN:
        return on_shift | {line.said.who}
    return on_shift - {line.said.who} if line.what is ShiftMark.END else on_shift
