"""The shift log: who is on shift, what is handed over, and the cut-off after which things count for the next report."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from trucewatch.cases.said import RefusedError, Said
from trucewatch.cases.told import Told
from trucewatch.vocabulary import ShiftMark

AHEAD = timedelta(days=1)  # of a cut-off: reports are daily (`case.toml`, cut_off), so the next one is within a day
_LAST_WORDS = frozenset({ShiftMark.END, ShiftMark.HAND_OVER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One line of the shift log; `time` is by the officer's word, the entry's own clock stands in `said`."""

    said: Said
    what: ShiftMark
    time: datetime


def shift(told: Told, on_shift: frozenset[str], cut_off: datetime | None, now: datetime) -> Shift:
    """Return a line of the shift log; a shift begins once, everything else is said by somebody on shift.

    A hand-over is the word to those who come, and the end of the own shift. A cut-off never moves back: what it closed
    stays closed. So it is no later than a day from `now`, the entry's own time: one year mistyped would be the last.
    """
    line = Shift(said=told.said, what=told.choice("what", ShiftMark), time=told.time("time"))
    is_on = told.said.who in on_shift
    if is_on and line.what is ShiftMark.BEGIN:
        raise RefusedError("is on shift already")
    if not is_on and line.what is not ShiftMark.BEGIN:
        raise RefusedError("is not on shift")
    if line.what is ShiftMark.CUT_OFF:
        _check_cut_off(line.time, cut_off, now)
    return line


def _check_cut_off(stated: datetime, before: datetime | None, now: datetime) -> None:
    if before is not None and stated <= before:
        raise RefusedError("sets a cut-off that is not after the last one")
    if stated > now + AHEAD:
        raise RefusedError("sets a cut-off more than a day ahead")


def on_shift_after(line: Shift, on_shift: frozenset[str]) -> frozenset[str]:
    """Return who is on shift after this line."""
    if line.what is ShiftMark.BEGIN:
        return on_shift | {line.said.who}
    return on_shift - {line.said.who} if line.what in _LAST_WORDS else on_shift
