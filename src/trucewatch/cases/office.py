"""The one entry point: what everybody has said, folded into what stands. Pure; whoever has the log gets the same.

`office` hears entries in the log's order. It can go on from an earlier office with more entries, and then gives what it
gives from the beginning; what waits to be sequenced is heard last of all, and anew each time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from trucewatch.cases.deadlines import Overdue, overdue_in
from trucewatch.cases.findings import Finding
from trucewatch.cases.investigations import Investigation
from trucewatch.cases.kept import Kept, Ref
from trucewatch.cases.liaison import Call, Measure, Meeting, Message
from trucewatch.cases.releases import Signed
from trucewatch.cases.reviews import Review, gone, proposed
from trucewatch.cases.rules import RULES, check_role
from trucewatch.cases.said import WAITING, Odd, Post, Procedure, RefusedError, Said, Staff, Terms, posts_in
from trucewatch.cases.shifts import Shift
from trucewatch.cases.told import Told

NOBODY = Post(role="", of="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What stands at the time `now`, by all that was said.

    `reviews` are by incident id, `cases` by case id, `corrections` by the index of what they correct; everything else
    is in the order in which it was said. `odd` is what the rules do not allow, each with its reason. `cut_off` is the
    newest of the shift log, `on_shift` the posts on shift, by name. `terms` are those in force now.
    """

    terms: Terms
    now: datetime
    reviews: Mapping[str, Review]
    findings: tuple[Finding, ...]
    releases: tuple[Signed, ...]
    cases: Mapping[str, Investigation]
    messages: tuple[Message, ...]
    calls: tuple[Call, ...]
    meetings: tuple[Meeting, ...]
    measures: tuple[Measure, ...]
    shifts: tuple[Shift, ...]
    on_shift: tuple[str, ...]
    cut_off: datetime | None
    corrections: Mapping[int, tuple[Said, ...]]
    overdue: tuple[Overdue, ...]
    odd: tuple[Odd, ...]
    settled: Kept = field(repr=False, compare=False)  # what of it is in the log, to go on from
    procedure: Procedure = field(repr=False, compare=False)


def office(
    said: Iterable[Said], procedure: Procedure, staff: Staff, now: datetime, *, earlier: Office | None = None
) -> Office:
    """Return what stands after these entries of the log, in its order, and those that wait (index -1).

    `staff` is who is appointed, by id; where the log's charter is among the entries, that and the acts of appointment
    say who was what when it spoke, and `staff` is not heeded. Every entry is judged by the terms of the `procedure` in
    force at its index. With `earlier`, `said` are the entries since then (those heard before are passed over) and all
    that wait now. Raises ValueError where what `earlier` heard was under other terms.
    """
    settled = _going_on(earlier, procedure, now)
    settled.appoint_outside(staff)
    entries = list(said)
    for entry in sorted((entry for entry in entries if entry.index != WAITING), key=lambda entry: entry.index):
        if entry.index > settled.last:
            settled.last = entry.index
            settled.go_by(procedure.at(entry.index))
            _hear(entry, settled)
    return _office(settled, [entry for entry in entries if entry.index == WAITING], procedure, now)


def _going_on(earlier: Office | None, procedure: Procedure, now: datetime) -> Kept:
    if earlier is None:
        return Kept(now=now, terms=procedure.first)
    last = earlier.settled.last
    if earlier.procedure.until(last) != procedure.until(last):
        raise ValueError("an office goes on by the terms that it heard things under")
    settled = earlier.settled.copy()
    settled.now = now
    return settled


def _office(settled: Kept, waiting: list[Said], procedure: Procedure, now: datetime) -> Office:
    kept = settled.copy() if waiting else settled
    kept.go_by(procedure.newest)
    for entry in waiting:
        _hear(entry, kept)
    return Office(
        terms=kept.terms,
        now=now,
        reviews=MappingProxyType(kept.reviews),
        findings=tuple(kept.findings.values()),
        releases=tuple(kept.releases.values()),
        cases=MappingProxyType(kept.cases),
        messages=tuple(kept.messages.values()),
        calls=tuple(kept.calls.values()),
        meetings=tuple(kept.meetings.values()),
        measures=tuple(kept.measures.values()),
        shifts=tuple(kept.shifts.values()),
        on_shift=tuple(sorted(kept.on_shift)),
        cut_off=kept.cut_off,
        corrections=MappingProxyType(kept.corrections),
        overdue=overdue_in(kept.findings.values(), kept.cases.values(), kept.measures.values(), now),
        odd=tuple(kept.odd),
        settled=settled,
        procedure=procedure,
    )


# --- one entry ------------------------------------------------------------------------------------


def _hear(said: Said, kept: Kept) -> None:
    """Hear one entry; what the rules do not allow is odd, and changes nothing else."""
    hear = _HEARD.get(_text(said.fields.get("type")))
    if hear is None:
        return
    try:
        hear(said, kept, kept.terms)
    except RefusedError as error:
        kept.odd.append(Odd(said=said, reason=str(error), about=error.about))


def _hear_charter(said: Said, kept: Kept, terms: Terms) -> None:
    del terms
    kept.staff, kept.is_chartered = {}, True
    kept.staff = posts_in(said.fields)


def _hear_act(said: Said, kept: Kept, terms: Terms) -> None:
    del terms
    kept.staff |= posts_in(said.fields)


def _hear_incident(said: Said, kept: Kept, terms: Terms) -> None:
    _check_by_centre(said)
    review = proposed(said, kept.reviews.get(_text(said.fields.get("id"))), terms)
    kept.reviews[review.incident] = review


def _hear_publication(said: Said, kept: Kept, terms: Terms) -> None:
    """Close the conclusion of a publication's size: incidents that are not in it are gone."""
    _check_by_centre(said)
    of = said.fields.get("of", 0)
    kept.reviews.update(gone(kept.reviews, of if type(of) is int else 0, terms))
    kept.mark(said, Ref("publications", "", ""))


def _check_by_centre(said: Said) -> None:
    if "by" in said.fields or "who" in said.fields:
        raise RefusedError("concludes or publishes, which is for the centre itself")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _hear_statement(said: Said, kept: Kept, terms: Terms) -> None:
    if not all(_text(said.fields.get(name)) for name in ("who", "nonce")):
        raise RefusedError("does not say who says it, or has no nonce")
    if (before := kept.told.get(said.name)) is not None:
        _hear_again(said, before, kept)
        return
    told = Told(said=said, post=kept.staff.get(said.who, NOBODY))
    kept.told[said.name] = told
    kept.mark(said, Ref("odd", "", said.name))  # until a step keeps it elsewhere
    _step(told, kept, terms)


def _hear_again(said: Said, before: Told, kept: Kept) -> None:
    """Pass over what was heard already; other words under the same nonce are odd, once."""
    known = (before.said, *(odd.said for odd in kept.odd if odd.said.name == said.name))
    if all(said.fields != other.fields for other in known):
        raise RefusedError("has the nonce of another statement", before.said.index)


def _step(told: Told, kept: Kept, terms: Terms) -> None:
    rule = RULES.get(_text(told.said.fields.get("kind")))
    if rule is None:
        raise RefusedError("is of no known kind")
    if told.post is NOBODY:
        raise RefusedError("is said by nobody of the staff")
    check_role(told, rule, terms)
    rule.step(told, kept, terms)


_HEARD: Mapping[str, Callable[[Said, Kept, Terms], None]] = {
    "charter": _hear_charter,
    "act": _hear_act,
    "incident": _hear_incident,
    "publication": _hear_publication,
    "statement": _hear_statement,
}
