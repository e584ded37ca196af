"""Acts that no sensor perceives, forbidden or to be announced: told by records, each happening judged by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.defence import defence, pleading
from trucewatch.agreement.docket import Docket, heard
from trucewatch.agreement.facts import Fact, as_of_line, keys_of
from trucewatch.agreement.gate import Rest, is_resting, rests
from trucewatch.agreement.judge import PROPOSED
from trucewatch.agreement.kleene import Truth, every, negated
from trucewatch.agreement.occurrences import OCCURRED, Occurrence, is_confirmed, occurrence_line
from trucewatch.agreement.said import fact_words
from trucewatch.agreement.states import Finding, Rule, as_said, worst
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.voices import Cast, is_bearers
from trucewatch.agreement.zones import told_inside
from trucewatch.model import Record
from trucewatch.paper import Obligation, Prohibit
from trucewatch.spacetime import EARLIEST
from trucewatch.vocabulary import State

NOBODY_TOLD = "no record tells of it, and no effort of watching says that it did not happen"
SHOWN = 3  # happenings that a sentence names one by one

Allowed = Callable[[Occurrence, datetime], Truth]


@dataclass(frozen=True, slots=True)
class Watched:
    """One obligation of one bearer, and all that decides whether a happening breaks it."""

    duty: Obligation
    cast: Cast
    resting: tuple[Rest, ...]
    is_allowed: Allowed
    is_there: Callable[[Record], Truth]
    tz: str
    lines: int


@dataclass(frozen=True, slots=True)
class Happened:
    """What the happenings up to a time come to: None where none breaks or may break the obligation, of `known`."""

    finding: Finding | None
    known: int


def told(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of a forbidden act that records tell of."""
    terms = variant.duty.terms
    assert isinstance(terms, Prohibit)
    excused = defence(docket, bond, variant.duty)
    line = happenings(
        docket,
        bond,
        variant.duty,
        lambda each, as_of: excused(each.start, each.end, as_of),
        lambda record: told_inside(record, terms.zone, docket.scene.zones),
    )
    silent = Finding(State.NOT_COVERED, as_said(NOBODY_TOLD), since=variant.duty.from_time)
    return lambda as_of: line(as_of).finding or silent


def happenings(
    docket: Docket, bond: Bond, duty: Obligation, is_allowed: Allowed, is_there: Callable[[Record], Truth]
) -> Callable[[datetime], Happened]:
    """Return what the happenings of an obligation's act come to, as a function of the time as of which."""
    watched = Watched(
        duty=duty,
        cast=bond.cast,
        resting=rests(duty, bond, docket.case),
        is_allowed=is_allowed,
        is_there=is_there,
        tz=docket.case.time_zone,
        lines=docket.case.standard.lines,
    )
    said = heard(docket, bond, duty.act)
    line = occurrence_line(said, OCCURRED, duty.verify, bond.cast)
    # it changes only with a record of the act or of what excuses it
    ends = sorted({each.end for act in (duty.act, *pleading(docket, bond, duty)) for each in heard(docket, bond, act)})

    def made(some: Sequence[datetime]) -> Happened:
        as_of = some[-1] if some else EARLIEST
        found = [(each, _state(watched, each, as_of)) for each in line(as_of)]
        bearing = [(each, state) for each, state in found if state is not None]
        return Happened(_together(watched, bearing) if bearing else None, len(found))

    return as_of_line(ends, ends, made)


# --- one happening --------------------------------------------------------------------------------


def _state(watched: Watched, each: Occurrence, as_of: datetime) -> State | None:
    """Return what one happening comes to; None where it surely does not bear on the obligation."""
    bears = _bears(watched, each, as_of)
    if bears is False:
        return None
    if bears is True and is_confirmed(each.known, watched.cast, watched.lines):
        return State.BREACHED
    return State.DISPUTED_FACT if bears is True and each.known.is_disputed else State.UNRESOLVED


def _bears(watched: Watched, each: Occurrence, as_of: datetime) -> Truth:
    """Tell whether a happening is what the obligation forbids this bearer."""
    if is_resting(each.start, each.end, watched.resting):
        return False
    places = {watched.is_there(said.record) for said in each.known.stating}
    return every(
        (
            _in_its_time(watched.duty, each),
            _is_bearers(each.known, watched.cast),
            negated(watched.is_allowed(each, as_of)),
            places.pop() if len(places) == 1 else None,
        )
    )


def _in_its_time(duty: Obligation, each: Occurrence) -> Truth:
    """Tell whether a happening lies in the time of an obligation."""
    if (each.end <= duty.from_time and each.start < duty.from_time) or (
        duty.until_time is not None and each.start >= duty.until_time
    ):
        return False
    return True if duty.from_time <= each.start and (duty.until_time is None or each.end <= duty.until_time) else None


def _is_bearers(known: Fact, cast: Cast) -> Truth:
    """Tell whether it was the bearer's doing: surely where it alone owes it, else by its own word alone."""
    if cast.own <= {cast.bearer}:
        return True
    return True if any(is_bearers(said.voice, cast) for said in known.stating) else None


# --- all of them ----------------------------------------------------------------------------------


def _together(watched: Watched, bearing: Sequence[tuple[Occurrence, State]]) -> Finding:
    state = worst(each for _, each in bearing)
    first = min(each.start for each, found in bearing if found is state)
    said = [h for each, _ in bearing for h in (*each.known.stating, *each.known.denying)]
    return Finding(
        state, lambda: _words(watched, bearing, state), since=max(first, watched.duty.from_time), keys=keys_of(said)
    )


def _words(watched: Watched, bearing: Sequence[tuple[Occurrence, State]], state: State) -> str:
    these = [each for each, found in bearing if found is state]
    named = "; ".join(fact_words(OCCURRED, each.known, watched.cast, watched.tz) for each in these[:SHOWN])
    more = f"; and {len(these) - SHOWN} more" if len(these) > SHOWN else ""
    rest = len(bearing) - len(these)
    left = f"; {rest} other{'s' if rest > 1 else ''} open or in dispute" if rest else ""
    whose = "" if len(watched.cast.own) == 1 or state is State.BREACHED else "; whose act it was is not said"
    return f"{named}{more}{left}{whose}" + (f"; {PROPOSED}" if state is State.BREACHED else "")
