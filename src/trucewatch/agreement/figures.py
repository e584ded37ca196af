"""Counts that somebody gives, held against a limit: kept, not kept, or unknown where the limit lies within a count.

What a monitor or the other party accepted is their word whoever reports it, except those whose arms or men they are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from trucewatch.agreement.clock import FRESH
from trucewatch.agreement.facts import Heard, as_of_line, weighed
from trucewatch.agreement.kleene import Truth, every
from trucewatch.agreement.voices import Cast, Voice, is_another
from trucewatch.model import Inventory, Strength
from trucewatch.paper import Limit
from trucewatch.vocabulary import CountedBy, Proof


@dataclass(frozen=True, slots=True)
class Figure:
    """A count with who gives it: inclusive bounds, None where one was not stated; and whether it keeps the limit."""

    heard: Heard
    low: int | None
    high: int | None
    keeps: Truth


@dataclass(frozen=True, slots=True)
class Tally:
    """What the figures up to a time come to.

    `latest` are those that count now; `reached` is the one that kept the limit and since which none has not; `short`
    are all that surely do not keep it.
    """

    keeps: Truth = None
    is_disputed: bool = False
    latest: tuple[Figure, ...] = ()
    reached: Figure | None = None
    short: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """What figures are held by: a limit, whose count counts, whether the limit is a composition, and the proofs."""

    limit: Limit
    basis: CountedBy
    is_composition: bool
    proofs: tuple[Proof, ...]
    cast: Cast


def tally_line(said: Iterable[Heard], scale: Scale) -> Callable[[datetime], Tally]:
    """Return what the figures come to, as a function of the time as of which; `said` is in the order of its end."""
    found = tuple(_figures(said, scale))
    return as_of_line(found, [each.heard.end for each in found], lambda some: _tally(some, scale))


def _figures(said: Iterable[Heard], scale: Scale) -> Iterator[Figure]:
    for each in said:
        bounds = _bounds(each, scale)
        if bounds is not None:
            yield Figure(each, *bounds, _keeps(scale, *bounds))


def _bounds(each: Heard, scale: Scale) -> tuple[int | None, int | None] | None:
    body = each.record.body
    if isinstance(body, Strength) and scale.basis is CountedBy.COUNTED and body.item == scale.limit.item:
        return body.count.low, body.count.high
    if not isinstance(body, Inventory) or body.item != scale.limit.item:
        return None
    by_basis = {
        CountedBy.OFFERED: body.offered,
        CountedBy.MONITOR: body.accepted_by_monitor,
        CountedBy.OTHER_PARTY: body.accepted_by_other,
    }
    number = by_basis.get(scale.basis)
    return None if number is None else (number, number)


def _keeps(scale: Scale, low: int | None, high: int | None) -> Truth:
    """Tell whether a count keeps a limit; a composition is exactly so many."""
    most, least = scale.limit.at_most, scale.limit.at_least
    if scale.is_composition and least is None:
        least = most
    return every((_at_most(most, low, high), _at_least(least, low, high)))


def _at_most(most: int | None, low: int | None, high: int | None) -> Truth:
    if most is None or (high is not None and high <= most):
        return True
    return False if low is not None and low > most else None


def _at_least(least: int | None, low: int | None, high: int | None) -> Truth:
    if least is None or (low is not None and low >= least):
        return True
    return False if high is not None and high < least else None


# --- all of them ----------------------------------------------------------------------------------


def _tally(figures: Sequence[Figure], scale: Scale) -> Tally:
    if not figures:
        return Tally()
    latest = _latest(figures, scale)
    keeps, is_disputed = _weighed(latest, scale)
    return Tally(
        keeps=keeps,
        is_disputed=is_disputed,
        latest=latest,
        reached=_reached(figures, scale.cast),
        short=tuple(each for each in figures if each.keeps is False),
    )


def _latest(figures: Sequence[Figure], scale: Scale) -> tuple[Figure, ...]:
    """Return the figures that count now: each voice's own last count; of what was accepted the last of all.

    A count much older than the newest is of another time, and no contradiction to it.
    """
    newest = max(each.heard.end for each in figures)
    last: dict[Voice | None, list[Figure]] = {}
    for each in figures:
        is_quoted = scale.basis is not CountedBy.COUNTED and is_another(each.heard.voice, scale.cast)
        voice = None if is_quoted else each.heard.voice
        kept = last.setdefault(voice, [])
        if kept and kept[0].heard.end < each.heard.end:
            kept.clear()
        kept.append(each)
    return tuple(each for kept in last.values() for each in kept if newest - each.heard.end <= FRESH)


def _weighed(latest: Sequence[Figure], scale: Scale) -> tuple[Truth, bool]:
    yes = {each.heard.voice for each in latest if each.keeps is True}
    no = {each.heard.voice for each in latest if each.keeps is False}
    if not yes:
        return (False, False) if no else (None, False)
    others = [each for each in latest if is_another(each.heard.voice, scale.cast)]
    if scale.basis is CountedBy.COUNTED or not others:
        return weighed(yes, no, scale.proofs, scale.cast)
    truths = {each.keeps for each in others}
    return (truths.pop() if len(truths) == 1 else None), {True, False} <= {each.keeps for each in others}


def _reached(figures: Sequence[Figure], cast: Cast) -> Figure | None:
    found: Figure | None = None
    for each in figures:
        if not is_another(each.heard.voice, cast):
            continue
        if each.keeps is not True:
            found = None
        elif found is None:
            found = each
    return found
