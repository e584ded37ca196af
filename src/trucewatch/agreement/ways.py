"""Passage, access, return: what a way was, since when, by whose word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from trucewatch.agreement.voices import Cast, Voice, actor_named, is_bearers, is_person, told_by
from trucewatch.model import Passage, Returned
from trucewatch.paper import Agreement, Obligation
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


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose doing records say it was, `by` their keys: what is another's is none of the bearer's."""

    cast: Cast
    by: Mapping[str, str]

    def is_others(self, each: Heard) -> bool:
        """Tell whether a record says that it was another's doing."""
        return self.by.get(each.record.key, self.cast.bearer) != self.cast.bearer


def allow(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of a way that is to be open: one confirmed closing is enough, and stays one.

    A closing that a record calls another's doing is none of this bearer's, whoever says so; it is named all the same.
    """
    duty, tz = variant.duty, docket.case.time_zone
    said = [each for each in heard(docket, bond, bond.duty.act) if _condition(each) is not None]
    whose = Whose(bond.cast, {each.record.key: by for each in said if (by := _barred_by(each, bond.paper))})
    line = as_of_line(said, [each.end for each in said], partial(_way, whose))
    found = remembering(partial(_found, duty, whose, tz))

    def find(as_of: datetime) -> Finding:
        way = line(as_of)
        return found(way, tuple([each for each in way.last if _is_fresh(each, duty, as_of)]))

    return find


def _barred_by(each: Heard, paper: Agreement) -> str:
    """Return the party or actor of the paper whose doing a record says it was; empty where it names none of them."""
    body = each.record.body
    named = body.barred_by if isinstance(body, Passage) else None
    if named is None:
        return ""
    actor = actor_named(named.verbatim, paper)
    return named.party or (actor.id if actor else "")


def _found(duty: Obligation, whose: Whose, tz: str, way: Way, fresh: Sequence[Heard]) -> Finding:
    cast = whose.cast
    shut = [each for each in way.shut if _is_in_time(each, duty)]
    confirmed = [each for each in shut if _confirms(each.said.voice, cast)]
    state = State.BREACHED if confirmed else _standing(_but(way, whose), shut, fresh, duty, cast)
    return Finding(
        state,
        lambda: _words(way, confirmed or shut, state, whose, tz),
        since=_since(state, confirmed or shut, duty),
        keys=keys_of((*way.last, *(each.said for each in shut))),
    )


def _but(way: Way, whose: Whose) -> Way:
    """Return the way without what was another's doing."""
    return replace(way, last=tuple(each for each in way.last if not whose.is_others(each)))


def _way(whose: Whose, said: Sequence[Heard]) -> Way:
    words: dict[Voice, list[Heard]] = {}
    for each in sorted(said, key=lambda one: (one.end, one.start, one.known)):
        words.setdefault(each.voice, []).append(each)
    return Way(
        last=tuple(each for own in words.values() for each in own if each.end == own[-1].end),
        shut=tuple(
            spell for own in words.values() for spell in _spells([one for one in own if not whose.is_others(one)])
        ),
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
    """Tell whether a word confirms a closing: the bearer's own; a monitor's person's, where nobody else owes it.

    Where several do, that a record names one of them clears the others; who barred a way may wear no uniform.
    """
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


def _words(way: Way, shut: Sequence[Shut], state: State, whose: Whose, tz: str) -> str:
    told = partial(told_by, cast=whose.cast)
    said = sorted(way.last, key=lambda each: (each.end, each.start, each.record.key))
    now = "; ".join(f"{_name(each, whose)} {_from(each, tz)} by the word of {told((each.voice,))}" for each in said)
    over = sorted((each for each in shut if each.until is not None), key=lambda each: each.said.start)
    was = "".join(
        f"; shut{_doing(each.said, whose)} {_from(each.said, tz)} by the word of {told((each.said.voice,))}"
        for each in over
    )
    proposed = f"; {PROPOSED}" if state is State.BREACHED else ""
    return f"{now or 'no record'}{was}{proposed}"


def _name(each: Heard, whose: Whose) -> str:
    condition = _condition(each)
    return f"{condition.value}{_doing(each, whose)}" if condition is not None else ""


def _doing(each: Heard, whose: Whose) -> str:
    by = whose.by.get(each.record.key)
    return f" (barred by {by})" if by else ""


def _from(each: Heard, tz: str) -> str:
    """Return when a word has it so, in words."""
    return when((each.start, each.end), tz)
