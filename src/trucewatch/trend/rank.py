"""Where a window stands among earlier ones of the same definition, as a distribution; or why it is not ranked."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from trucewatch.model import Ranking, Window
from trucewatch.trend.count import Floats, distribution

FACTOR = 2.0  # windows whose effort differs by more than this factor are not compared; a guess
LEAST = 3  # comparable earlier windows, below which there is no rank worth the word; a guess

NO_EFFORT = "nobody is known to have watched"
LAST_NO_EFFORT = "nobody is known to have watched in the last"
OTHER_KINDS = "other sorts of source were in use"
OTHER_DUTIES = "other obligations were in force"
OTHER_EFFORT = f"the effort differs by more than a factor of {FACTOR:g}"


def ranking(windows: Sequence[Window], of: str = "", part: Mapping[date, Sequence[float]] | None = None) -> Ranking:
    """Return the rank of the last window among all earlier ones.

    `part` gives by window the chances to count instead of all (those of one clause), absent windows having none; which
    windows can be compared is the same question for every part.
    """
    last, earlier = windows[-1], windows[:-1]
    reasons = {window.first: _difference(window, last) for window in earlier}
    compared = [window for window in earlier if not reasons[window.first]]
    left_out = tuple(
        (reason, tuple(first for first, why in reasons.items() if why == reason))
        for reason in (LAST_NO_EFFORT, NO_EFFORT, OTHER_DUTIES, OTHER_KINDS, OTHER_EFFORT)
        if reason in reasons.values()
    )
    refused = ""
    if last.effort <= 0:
        refused = LAST_NO_EFFORT
    elif len(compared) < LEAST:
        refused = f"{_none(len(compared))} can be compared with it, and {LEAST} are the least"
    chosen = [last, *compared]
    counted = [window.chances if part is None else part.get(window.first, ()) for window in chosen]
    return Ranking(
        of=of,
        first=last.first,
        compared=tuple(window.first for window in compared),
        left_out=left_out,
        chances=() if refused else ranks([distribution(c) for c in counted], [window.effort for window in chosen]),
        refused=refused,
    )


def _none(number: int) -> str:
    return {0: "no earlier one", 1: "only one earlier one"}.get(number, f"only {number} earlier ones")


def _difference(window: Window, last: Window) -> str:
    """Return why an earlier window cannot be compared with the last, "" where it can."""
    if last.effort <= 0:
        return LAST_NO_EFFORT
    if window.effort <= 0:
        return NO_EFFORT
    if window.duties != last.duties:
        return OTHER_DUTIES
    if window.kinds != last.kinds:
        return OTHER_KINDS
    apart = max(window.effort, last.effort) > FACTOR * min(window.effort, last.effort)
    return OTHER_EFFORT if apart else ""


def ranks(counts: Sequence[tuple[int, Floats]], efforts: Sequence[float]) -> tuple[float, ...]:
    """Return the probabilities that 0, 1, 2, ... of the others have a higher rate than the first; exact.

    For each count that the first may have, the others exceed its rate independently of each other. Equal rates
    share the better rank.
    """
    start, mass = counts[0]
    mine = np.arange(start, start + len(mass))
    above = np.zeros((len(mass), len(counts)))
    above[:, 0] = 1.0
    for (first, other), effort in zip(counts[1:], efforts[1:], strict=True):
        level = np.floor(mine * (effort / efforts[0]) + 1e-9).astype(int) - first
        up_to = np.concatenate([[0.0], np.minimum(np.cumsum(other), 1.0)])
        higher = 1.0 - up_to[np.clip(level + 1, 0, len(other))]
        above[:, 1:] = above[:, 1:] * (1.0 - higher[:, None]) + above[:, :-1] * higher[:, None]
        above[:, 0] *= 1.0 - higher
    return tuple(float(share) for share in mass @ above)
