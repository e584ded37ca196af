"""Units that stay out of a zone, or inside permitted areas: told by their positions, with the errors of both."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.docket import Docket, heard
from trucewatch.agreement.facts import Heard, as_of_line, keys_of
from trucewatch.agreement.gate import is_resting, rests
from trucewatch.agreement.geofence import inside_areas
from trucewatch.agreement.judge import LEAST_COVERAGE, PROPOSED
from trucewatch.agreement.kleene import Truth, every, negated
from trucewatch.agreement.said import when
from trucewatch.agreement.states import Finding, Rule
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.voices import Cast, confirms_breach, is_another, is_bearers, told_by
from trucewatch.model import Position
from trucewatch.paper import KeepOut, Obligation
from trucewatch.vocabulary import State

_HOUR = timedelta(hours=1)  # how long a position says where a unit is, as hours of watching are counted: a guess


@dataclass(frozen=True, slots=True)
class Stray:
    """A position that is not permitted, surely (`truth` True) or perhaps (None)."""

    heard: Heard
    truth: Truth


def keep_out(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of units that keep out of a zone or stay inside permitted areas."""
    duty, cast, tz = variant.duty, bond.cast, docket.case.time_zone
    said = list(_positions(docket, bond, duty))
    strays = list(_strays(docket, bond, duty, said))
    line = as_of_line(strays, [each.heard.end for each in strays], lambda some: _found(some, cast, duty, tz))
    share_at = _shares((each for each in said if is_another(each.voice, cast)), duty)

    def find(as_of: datetime) -> Finding:
        share, found = share_at(as_of), line(as_of)
        if found is not None:
            return found
        state = State.NO_BREACH_OBSERVED if share >= LEAST_COVERAGE else State.NOT_COVERED
        return Finding(state, lambda: _silence(share), since=duty.from_time, coverage=share)

    return find


def _silence(share: float) -> str:
    told = f"no position that is not permitted; each unit was followed in {share:.0%} of the hours at least"
    return f"{told}, not counting its own side's word ({LEAST_COVERAGE:.0%} needed to say observed)"


# --- positions ------------------------------------------------------------------------------------


def _positions(docket: Docket, bond: Bond, duty: Obligation) -> Iterator[Heard]:
    """Yield the positions that an obligation is about, in the order of their end: of its act, else of its units."""
    terms = duty.terms
    assert isinstance(terms, KeepOut)
    acts = (duty.act,) if duty.act else tuple(docket.acts)
    said = (each for act in acts for each in heard(docket, bond, act))
    resting = rests(duty, bond, docket.case)
    for each in sorted(said, key=lambda one: (one.end, one.start, one.record.key)):
        body = each.record.body
        is_asked = isinstance(body, Position) and body.unit_kind is terms.unit
        if is_asked and _is_in_time(each, duty) and not is_resting(each.start, each.end, resting):
            yield each


def _is_in_time(each: Heard, duty: Obligation) -> bool:
    return duty.from_time <= each.start and (duty.until_time is None or each.start < duty.until_time)


def _strays(docket: Docket, bond: Bond, duty: Obligation, said: Sequence[Heard]) -> Iterator[Stray]:
    terms = duty.terms
    assert isinstance(terms, KeepOut)
    named = terms.within or (terms.zone,)
    areas = [feature for feature in docket.case.places if feature.id in named]
    for each, inside in zip(said, inside_areas([one.record for one in said], areas), strict=True):
        truth = every((negated(inside) if terms.within else inside, _is_bearers(each, bond.cast)))
        if truth is not False:
            yield Stray(each, truth)


def _is_bearers(each: Heard, cast: Cast) -> Truth:
    """Tell whether it is a unit of the bearer's: surely where it alone owes it, else by its own word alone."""
    return True if cast.own <= {cast.bearer} or is_bearers(each.voice, cast) else None


# --- what they come to ----------------------------------------------------------------------------


def _found(strays: Sequence[Stray], cast: Cast, duty: Obligation, tz: str) -> Finding | None:
    if not strays:
        return None
    confirmed = [each for each in strays if each.truth is True and confirms_breach(each.heard.voice, cast)]
    these = confirmed or strays
    state = State.BREACHED if confirmed else State.UNRESOLVED
    return Finding(
        state,
        lambda: _words(these, strays, cast, tz) + (f"; {PROPOSED}" if confirmed else ""),
        since=max(these[0].heard.start, duty.from_time),
        keys=keys_of(each.heard for each in strays),
    )


def _words(these: Sequence[Stray], strays: Sequence[Stray], cast: Cast, tz: str) -> str:
    first, unsure = these[0].heard, sum(each.truth is None for each in strays)
    units = len({_unit(each.heard) for each in these})
    who = told_by((each.heard.voice for each in these), cast)
    told = f"{len(these)} position{'s' if len(these) > 1 else ''} of {units} unit{'s' if units > 1 else ''}"
    doubt = f", {unsure} of all in doubt" if unsure else ""
    return f"{told} not permitted, the first {when((first.start, first.end), tz)}, by the word of {who}{doubt}"


def _unit(each: Heard) -> str:
    return each.record.body.unit if isinstance(each.record.body, Position) else ""


def _shares(said: Iterable[Heard], duty: Obligation) -> Callable[[datetime], float]:
    """Return the share of the hours with a position of each unit, the least of all units; 0 without any."""
    hours: dict[str, dict[int, datetime]] = {}
    for each in said:
        hours.setdefault(_unit(each), {}).setdefault((each.start - duty.from_time) // _HOUR, each.end)
    ends = [sorted(found.values()) for found in hours.values()]

    def share(as_of: datetime) -> float:
        end = as_of if duty.until_time is None else min(as_of, duty.until_time)
        whole = max((end - duty.from_time) / _HOUR, 1.0)
        return min((min(bisect_right(one, as_of) / whole, 1.0) for one in ends), default=0.0)

    return share
