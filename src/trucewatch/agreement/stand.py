"""Where one obligation of one bearer stands as of a time: each way to read it judged, then all side by side."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.docket import Docket
from trucewatch.agreement.gate import Done, Others, gated, rests, waits_for
from trucewatch.agreement.rules import rule_of
from trucewatch.agreement.states import DONE, PUBLIC, Finding, Rule, in_words, remembering, worst
from trucewatch.agreement.variants import Variant, moments, variants
from trucewatch.vocabulary import State, Status

ALIKE = frozenset({Status.PENDING, Status.NOT_VERIFIABLE})  # readings that part only inside one of these do not differ
OPEN = frozenset({Status.DISPUTED, Status.NOT_VERIFIABLE})


@dataclass(frozen=True, slots=True)
class Stand:
    """What all ways to read an obligation give together, and each by itself in the order of the file."""

    finding: Finding
    readings: tuple[tuple[Variant, Finding], ...]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The ways to read an obligation between the moments at which they change, each with its rule."""

    moments: tuple[datetime, ...]
    spans: dict[int, tuple[tuple[Variant, Rule], ...]]


def stand(docket: Docket, bond: Bond, as_of: datetime) -> Stand:
    """Return where an obligation stands as of a time, by what the docket knows."""
    read = tuple([(variant, rule(as_of)) for variant, rule in _rules(docket, bond, as_of)])
    if len(read) == 1:
        return Stand(read[0][1], read)
    last: Stand | None = docket.kept.stood.get(bond.number)
    if last is None or not _is_same(last.readings, read):
        last = docket.kept.stood[bond.number] = Stand(side_by_side(read), read)
    return last


def _is_same(one: Sequence[tuple[Variant, Finding]], two: Sequence[tuple[Variant, Finding]]) -> bool:
    """Tell whether readings give the very findings that they gave before: a rule returns what it has, unchanged."""
    return len(one) == len(two) and all(a is c and b is d for (a, b), (c, d) in zip(one, two, strict=True))


def _rules(docket: Docket, bond: Bond, as_of: datetime) -> tuple[tuple[Variant, Rule], ...]:
    prepared: _Prepared | None = docket.kept.prepared.get(bond.number)
    if prepared is None:
        prepared = docket.kept.prepared[bond.number] = _Prepared(moments(bond.duty, docket.as_known), {})
    count = bisect_right(prepared.moments, as_of)
    rules = prepared.spans.get(count)
    if rules is None:
        until = prepared.moments[count - 1] if count else None
        rules = prepared.spans[count] = tuple((v, _rule(docket, bond, v)) for v in variants(bond, until))
    return rules


def _rule(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    others = _others(docket, bond)
    return gated(
        lambda duty: rule_of(docket, bond, replace(variant, duty=duty), others),
        variant.duty,
        rests(variant.duty, bond, docket.case),
        others,
    )


# --- obligations that wait for others -------------------------------------------------------------


def _others(docket: Docket, bond: Bond) -> Others:
    """Return what tells whether those are fulfilled that an obligation waits for, by everybody, under every reading."""
    same = [each for each in docket.bonds if each.paper_number == bond.paper_number]
    named = {name: [each for each in same if each.duty.id == name] for name in waits_for(bond.duty)}
    circular = {name for name in named if bond.duty.id in _all_waits(bond, name)}
    together = {name: remembering(_together) for name in named}

    def done(name: str, as_of: datetime) -> Done:
        if name in circular:  # each waits for the other
            return Done(None)
        return together[name](*[f for each in named[name] for _, f in stand(docket, each, as_of).readings])

    return done


def _together(*found: Finding) -> Done:
    if (whole := _whole(found)) is not None:
        told = tuple(chain.from_iterable(f.told for f in found))
        return Done(truth=True, span=whole, keys=_each_once(f.keys for f in found), told=told)
    return Done(None if any(PUBLIC[f.state] in OPEN for f in found if f.state not in DONE) else False)


def _whole(found: Sequence[Finding]) -> tuple[datetime, datetime] | None:
    """Return when all of these were done: with the last of them; None where one of them is not."""
    spans = [f.span for f in found if f.state in DONE and f.span is not None]
    if not spans or len(spans) < len(found):
        return None
    return max(start for start, _ in spans), max(end for _, end in spans)


def _all_waits(bond: Bond, name: str) -> frozenset[str]:
    waits = {duty.id: waits_for(duty) for clause in bond.paper.clauses for duty in clause.obligations}
    found, left = set[str](), [name]
    while left:
        for each in waits[left.pop()]:
            if each not in found:
                found.add(each)
                left.append(each)
    return frozenset(found)


# --- side by side ---------------------------------------------------------------------------------


def side_by_side(read: Sequence[tuple[Variant, Finding]]) -> Finding:
    """Return what several readings give together: their common state, else disputed, saying which gives what.

    Readings that all leave it to come, or all leave it open, do not dispute anything yet. Nothing but the order of
    what is said depends on which reading stands first in the file.
    """
    found = [finding for _, finding in read]
    states = {each.state for each in found}
    kinds = {PUBLIC[each] for each in states}
    is_one = len(states) == 1
    return Finding(
        worst(states) if is_one or (len(kinds) == 1 and kinds <= ALIKE) else State.DISPUTED_READING,
        partial(_agreeing if is_one else _told, tuple(read)),
        since=max((each.since for each in found if each.since is not None), default=None),
        until=min((each.until for each in found if each.until is not None), default=None),
        keys=_each_once(each.keys for each in found),
        incidents=_common_incidents(found) if is_one else _each_once(each.incidents for each in found),
        touching=_each_once(each.touching for each in found),
        coverage=min((each.coverage for each in found if each.coverage is not None), default=None),
        span=_whole(found) if is_one else None,
    )


def _agreeing(read: Sequence[tuple[Variant, Finding]]) -> str:
    """Say why, once where every reading says it word for word, else by each: one status may rest on other evidence."""
    reasons = [each.why() for _, each in read]
    told = "; ".join(f"{variant.label}: {why}" for (variant, _), why in zip(read, reasons, strict=True))
    return f"{reasons[0] if len(set(reasons)) == 1 else told}; the same status under each of {len(read)} readings"


def _told(read: Sequence[tuple[Variant, Finding]]) -> str:
    told = "; ".join(f"{variant.label} gives {in_words(each.state)}: {each.why()}" for variant, each in read)
    return f"the readings differ: {told}"


def _common_incidents(found: Sequence[Finding]) -> tuple[str, ...]:
    every = _each_once(each.incidents for each in found)
    return tuple(i for i in every if all(i in each.incidents for each in found)) or every


def _each_once(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(lists)))
