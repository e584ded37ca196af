"""Passage, access, return: what a way was, since when, by whose word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.clock import FRESH
from trucewatch.agreement.docket import Docket, heard
from trucewatch.agreement.facts import Heard, as_of_line, keys_of, weighed
from trucewatch.agreement.judge import PROPOSED
from trucewatch.agreement.said import when
from trucewatch.agreement.states import Finding, Rule, remembering
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.voices import Cast, Voice, is_bearers, is_person, told_by
from trucewatch.model import Passage, Returned
from trucewatch.paper import Obligation
from trucewatch.vocabulary import State, WayCondition

SHUT = frozenset({WayCondition.CLOSED, WayCondition.DENIED})


@dataclass(frozen=True, slots=True)
class Shut:
    """One voice's word that a way was shut: from when, and until that voice said otherwise (None: it has not)."""

    said: Heard
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Way:
    """What was said of a way up to a time: each voice's last word, and every time in which one had it shut."""

    last: tuple[Heard, ...] = ()
    shut: tuple[Shut, ...] = ()


def allow(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of a way that is to be open: one confirmed closing is enough, and stays one."""
    duty, tz = variant.duty, docket.case.time_zone
    said = [each for each in heard(docket, bond, bond.duty.act) if _condition(each) is not None]
    line = as_of_line(said, [each.end for each in said], _way)
    found = remembering(partial(_found, duty, bond.cast, tz))

    def find(as_of: datetime) -> Finding:
        way = line(as_of)
        return found(way, tuple([each for each in way.last if _is_fresh(each, duty, as_of)]))

    return find


def _found(duty: Obligation, cast: Cast, tz: str, way: Way, fresh: Sequence[Heard]) -> Finding:
    shut = [each for each in way.shut if _is_in_time(each, duty)]
    confirmed = [each for each in shut if _confirms(each.said.voice, cast)]
    state = State.BREACHED if confirmed else _standing(way, shut, fresh, duty, cast)
    return Finding(
        state,
        lambda: _words(way, confirmed or shut, state, cast, tz),
        since=_since(state, confirmed or shut, duty),
        keys=keys_of((*way.last, *(each.said for each in shut))),
    )


def _way(said: Sequence[Heard]) -> Way:
    words: dict[Voice, list[Heard]] = {}
    for each in sorted(said, key=lambda one: (one.end, one.start, one.known)):
        words.setdefault(each.voice, []).append(each)
    return Way(
        last=tuple(each for own in words.values() for each in own if each.end == own[-1].end),
        shut=tuple(spell for own in words.values() for spell in _spells(own)),
    )


def _spells(own: Sequence[Heard]) -> Iterator[Shut]:
    began: Heard | None = None
    for each in own:
        if _condition(each) in SHUT:
            began = began or each
        elif began is not None:
            yield Shut(began, each.start)
            began = None
    if began is not None:
        yield Shut(began, None)


def _condition(each: Heard) -> WayCondition | None:
    """Return what a record has of a way, or of a return: an obstacle restricts it.

    That some came back shows of nobody else that he might have.
    """
    body = each.record.body
    if isinstance(body, Passage):
        return body.condition
    return WayCondition.RESTRICTED if isinstance(body, Returned) and body.obstacle else None


def _is_in_time(shut: Shut, duty: Obligation) -> bool:
    """Tell whether some of a closing lies in the time of the obligation."""
    starts, until = shut.said.start, shut.until
    paused = any(
        p.start <= starts and (p.until is None or (until is not None and until <= p.until)) for p in duty.pauses
    )
    ended = duty.until_time is not None and starts >= duty.until_time
    return not ended and not paused and (until is None or until > duty.from_time)


def _confirms(voice: Voice, cast: Cast) -> bool:
    """Tell whether a word confirms a closing: the bearer's own; a monitor's person's, where nobody else owes it."""
    return is_bearers(voice, cast) or (is_person(voice, cast) and cast.own == {cast.bearer})


def _standing(way: Way, shut: Sequence[Shut], fresh: Sequence[Heard], duty: Obligation, cast: Cast) -> State:
    is_open = {each.voice for each in way.last if _condition(each) is WayCondition.OPEN}
    is_shut = {each.voice for each in way.last if _condition(each) in SHUT}
    if is_open and is_shut:
        return State.DISPUTED_FACT
    if shut or any(_condition(each) is WayCondition.RESTRICTED for each in way.last):
        return State.UNRESOLVED
    shown, _ = weighed(is_open & {each.voice for each in fresh}, (), duty.verify, cast)
    return State.NO_BREACH_OBSERVED if shown else State.NOT_COVERED


def _is_fresh(each: Heard, duty: Obligation, as_of: datetime) -> bool:
    return as_of - each.end <= FRESH and each.end > duty.from_time


def _since(state: State, shut: Sequence[Shut], duty: Obligation) -> datetime:
    if state in (State.NO_BREACH_OBSERVED, State.NOT_COVERED) or not shut:
        return duty.from_time
    return max(duty.from_time, min(each.said.start for each in shut))


def _words(way: Way, shut: Sequence[Shut], state: State, cast: Cast, tz: str) -> str:
    said = sorted(way.last, key=lambda each: (each.end, each.start, each.record.key))
    now = "; ".join(f"{_name(each)} {_from(each, tz)} by the word of {told_by((each.voice,), cast)}" for each in said)
    over = sorted((each for each in shut if each.until is not None), key=lambda each: each.said.start)
    was = "".join(f"; shut {_from(each.said, tz)} by the word of {told_by((each.said.voice,), cast)}" for each in over)
    proposed = f"; {PROPOSED}" if state is State.BREACHED else ""
    return f"{now or 'no record'}{was}{proposed}"


def _name(each: Heard) -> str:
    condition = _condition(each)
    return condition.value if condition is not None else ""


def _from(each: Heard, tz: str) -> str:
    """Return when a word has it so, in words."""
    return when((each.start, each.end), tz)
