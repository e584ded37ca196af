"""Ceilings, floors, compositions and stages: where counts held against limits leave an obligation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.clock import FRESH, Due, ahead, dues, in_time
from trucewatch.agreement.docket import Docket, heard
from trucewatch.agreement.facts import Heard, keys_of
from trucewatch.agreement.figures import Figure, Scale, Tally, tally_line
from trucewatch.agreement.judge import PROPOSED
from trucewatch.agreement.said import NO_ANCHOR, due_words, when
from trucewatch.agreement.states import DONE, Finding, Rule, remembering, worst
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.voices import Cast, confirms_breach, told_by
from trucewatch.paper import Ceiling, Limit, Obligation
from trucewatch.vocabulary import State


@dataclass(frozen=True, slots=True)
class Measure:
    """One limit of an obligation, with the time in which it holds, whose it is, and the time zone for words."""

    limit: Limit
    duty: Obligation
    cast: Cast
    tz: str


def ceiling(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of counts held against limits: each limit by itself, then all of them."""
    terms = variant.duty.terms
    assert isinstance(terms, Ceiling)
    rules = [_limit_rule(docket, bond, variant, limit, terms) for limit in terms.limits]
    whole = remembering(_whole)
    return rules[0] if len(rules) == 1 else lambda as_of: whole(*[rule(as_of) for rule in rules])


def _limit_rule(docket: Docket, bond: Bond, variant: Variant, limit: Limit, terms: Ceiling) -> Rule:
    measure = Measure(limit, variant.duty, bond.cast, docket.case.time_zone)
    scale = Scale(limit, terms.basis, terms.is_composition, variant.duty.verify, bond.cast)
    said = heard(docket, bond, bond.duty.act)
    if limit.by is None:
        always = remembering(partial(_at_all_times, measure))
        while_it_holds = tally_line([each for each in said if _counts_for(each, variant.duty)], scale)
        return lambda as_of: always(tally := while_it_holds(as_of), _standing(tally, as_of))
    by_a_day = remembering(partial(_by_a_day, measure))
    line = tally_line(said, scale)
    due_at = dues(docket, bond, variant, limit.by)
    return lambda as_of: by_a_day(line(as_of), due := due_at(as_of), ahead(due, as_of))


def _whole(*parts: Finding) -> Finding:
    state = worst(part.state for part in parts)
    begun = [part.since for part in parts if part.since is not None and (part.state is state or state in DONE)]
    spans = [part.span for part in parts if part.span is not None]
    is_done = state in DONE and len(spans) == len(parts)
    return Finding(
        state,
        lambda: "; ".join(part.why() for part in parts),
        since=(max if state in DONE else min)(begun, default=None),
        until=min((part.until for part in parts if part.until is not None), default=None),
        keys=tuple(dict.fromkeys(key for part in parts for key in part.keys)),
        span=(max(s for s, _ in spans), max(e for _, e in spans)) if is_done else None,
        told=tuple(voice for part in parts for voice in part.told),
    )


# --- stages ---------------------------------------------------------------------------------------


def _by_a_day(measure: Measure, tally: Tally, due: Due | None, until: datetime | None) -> Finding:
    def found(state: State, note: str = "", since: datetime | None = None, until: datetime | None = None) -> Finding:
        said = NO_ANCHOR if due is None else due_words(due, measure.tz)
        return Finding(
            state, lambda: f"{_words(measure, tally)}; {said}{note}", since=since, until=until, keys=_keys(tally)
        )

    if tally.is_disputed:
        return found(State.DISPUTED_FACT, since=_since(tally.latest), until=until)
    if tally.keeps is True and tally.reached is not None:
        return _reached(measure, tally, tally.reached, due)
    if due is None or until is not None:
        return found(State.PENDING, since=measure.duty.from_time, until=until)
    if any(_confirms(each, measure.cast) and _is_after(each, due) for each in tally.short):
        return found(State.BREACHED, f"; {PROPOSED}", since=due.high)
    is_open = tally.keeps is None and bool(tally.latest)
    return found(State.UNRESOLVED if is_open else State.OVERDUE_UNVERIFIED, since=due.high)


def _reached(measure: Measure, tally: Tally, first: Figure, due: Due | None) -> Finding:
    """Return what a limit that was reached comes to: late only if somebody counted too few or too many when it was due.

    A first count after the day does not show that the day was missed, and the sentence says so.
    """
    span = first.heard.start, first.heard.end
    kept = in_time(span, due)
    was_short = due is not None and any(_is_after(each, due) for each in tally.short)
    state = State.FULFILLED_LATE if kept is False and was_short else State.FULFILLED
    note = "" if kept is True or was_short else "; reached, and no count shows by when"
    return Finding(
        state,
        lambda: f"{_words(measure, tally)}; {due_words(due, measure.tz)}{note}",
        since=first.heard.start,
        keys=_keys(tally),
        span=span,
        told=tuple(each.heard.voice for each in tally.latest),
    )


def _is_after(figure: Figure, due: Due) -> bool:
    return in_time((figure.heard.start, figure.heard.end), due) is False


# --- at all times ---------------------------------------------------------------------------------


def _at_all_times(measure: Measure, tally: Tally, standing: State) -> Finding:
    """Return what a limit that always holds comes to: one confirmed count outside it is enough, and stays so."""
    confirmed = [each for each in tally.short if _confirms(each, measure.cast)]
    state, note, since = standing, "", _since(tally.latest)
    if confirmed:
        state, note, since = State.BREACHED, f"; {PROPOSED}", _since(confirmed)
    return Finding(
        state,
        lambda: f"{_words(measure, tally)}{_outside_words(measure, confirmed)}{note}",
        since=since or measure.duty.from_time,
        keys=_keys(tally),
    )


def _standing(tally: Tally, as_of: datetime) -> State:
    if tally.is_disputed:
        return State.DISPUTED_FACT
    if tally.short or (tally.keeps is None and any(each.keeps is None for each in tally.latest)):
        return State.UNRESOLVED
    is_fresh = any(each.keeps and as_of - each.heard.end <= FRESH for each in tally.latest)
    return State.NO_BREACH_OBSERVED if tally.keeps is True and is_fresh else State.NOT_COVERED


def _counts_for(said: Heard, duty: Obligation) -> bool:
    """Tell whether a count is of the time in which the limit holds: one from before neither keeps nor breaks it."""
    start, end = said.start, said.end
    paused = any(p.start <= start and (p.until is None or end < p.until) for p in duty.pauses)
    return duty.from_time <= start and (duty.until_time is None or start < duty.until_time) and not paused


# --- words ----------------------------------------------------------------------------------------


def _words(measure: Measure, tally: Tally) -> str:
    limit = measure.limit
    asked = [f"{word} {n}" for word, n in (("at least", limit.at_least), ("at most", limit.at_most)) if n is not None]
    named = f"{limit.label}: " if limit.label else ""
    said = ", ".join(_figure_words(each, measure) for each in _ordered(tally.latest)) or "no count"
    return f"{named}{limit.item} {' and '.join(asked)}; {said}"


def _figure_words(figure: Figure, measure: Measure) -> str:
    low, high = (str(n) if n is not None else "unstated" for n in (figure.low, figure.high))
    count = low if low == high else f"{low} to {high}"
    who = told_by((figure.heard.voice,), measure.cast)
    return f"{count} {when((figure.heard.start, figure.heard.end), measure.tz)} by the word of {who}"


def _outside_words(measure: Measure, confirmed: Sequence[Figure]) -> str:
    first = [_figure_words(each, measure) for each in _ordered(confirmed)[:1]]
    return f"; outside it: {first[0]}" if first else ""


def _ordered(figures: Sequence[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda each: (each.heard.end, each.heard.start, each.heard.record.key))


def _confirms(figure: Figure, cast: Cast) -> bool:
    return confirms_breach(figure.heard.voice, cast)


def _since(figures: Sequence[Figure]) -> datetime | None:
    return min((each.heard.start for each in figures), default=None)


def _keys(tally: Tally) -> tuple[str, ...]:
    figures = (*tally.latest, *tally.short, *(() if tally.reached is None else (tally.reached,)))
    return keys_of(each.heard for each in figures)
