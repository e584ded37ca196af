"""Incidents, attributions and effort held against the paper: a status for each duty of each bearer.

The rules are those of docs/decisions/0004-agreement-as-text.md. Nothing here decides: a status is a
proposal, and absence of observation is never compliance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from trucewatch.agreement.bearing import Scene, bears, within
from trucewatch.agreement.changes import changed
from trucewatch.agreement.hours import Watch, watch
from trucewatch.agreement.judge import Judgement, judgement, pending, side_by_side, without_method
from trucewatch.agreement.terms import FIRE
from trucewatch.agreement.weigh import Held, weigh
from trucewatch.agreement.zones import lines_of, reaches, zones_of
from trucewatch.model import Attribution, Case, ClauseStatus, Effort, Incident
from trucewatch.paper import EVERY_PARTY, Agreement, Clause, Obligation, Prohibit, Reading, Withdraw
from trucewatch.spacetime import hours_of
from trucewatch.vocabulary import Listening, ObligationKind, Phenomenon

NO_FIRE = "no-fire"  # clause and obligation of a case without a paper


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """All that a status is made from."""

    case: Case
    incidents: tuple[Incident, ...]
    attributions: Mapping[str, Attribution]
    efforts: tuple[Effort, ...]
    scene: Scene


def hold(
    case: Case,
    incidents: Sequence[Incident],
    attributions: Sequence[Attribution],
    efforts: Sequence[Effort],
    as_of: datetime,
) -> tuple[tuple[ClauseStatus, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return the statuses, and for each incident that bears or may bear on a clause the ids of those clauses.

    Statuses stand in the order of agreements, clauses, obligations, and parties of the case; incidents in
    the order given. A clause without an obligation has no status: its reason stands in the agreement.

    Raises:
        ValueError: when an obligation binds somebody who is not a party of the case.

    """
    weapons = [incident for incident in incidents if incident.phenomenon.term is Phenomenon.WEAPON_SEEN]
    bench = _Bench(
        case=case,
        incidents=tuple(incidents),
        attributions={attribution.incident_id: attribution for attribution in attributions},
        efforts=tuple(efforts),
        scene=Scene(reaches=reaches(weapons, lines_of(case.places)), zones=zones_of(case.places), as_of=as_of),
    )
    papers = case.agreements or (no_fire(_earliest(bench)),)
    held = [
        _held_against(bench, paper, clause, duty, bearer)
        for paper in papers
        for clause in paper.clauses
        for duty in clause.obligations
        for bearer in bound(duty, case, paper)
    ]
    return tuple(status for status, _ in held), _touched(bench.incidents, held)


def no_fire(from_time: datetime) -> Agreement:
    """Return the one obligation of a case without a paper: no fire by any party from a time on."""
    duty = Obligation(
        id=NO_FIRE,
        kind=ObligationKind.PROHIBIT,
        bearers=(EVERY_PARTY,),
        from_time=from_time,
        terms=Prohibit(phenomena=FIRE),
    )
    clause = Clause(id=NO_FIRE, quotations=(), obligations=(duty,))
    return Agreement(id=NO_FIRE, title="No fire", digest="", signed=None, clauses=(clause,))


def _earliest(bench: _Bench) -> datetime:
    """Return when anything was first perceived or attended to; `as_of` where nothing ever was."""
    seen = [incident.first_time for incident in bench.incidents if incident.first_time is not None]
    attended = [
        start
        for effort in bench.efforts
        for (start, _), said in zip(hours_of(effort.day, bench.case.time_zone), effort.by_hour, strict=False)
        if said is not Listening.NOT_COVERED
    ]
    return min((*seen, *attended, bench.scene.as_of))


def bound(duty: Obligation, case: Case, paper: Agreement) -> tuple[str, ...]:
    """Return whom a duty binds: parties in the order of the case, then actors in that of the paper.

    Raises:
        ValueError: when it binds somebody who is neither a party of the case nor an actor of the paper.

    """
    parties = tuple(party.id for party in case.parties)
    if duty.bearers == (EVERY_PARTY,):
        return parties
    known = (*parties, *(actor.id for actor in paper.actors))
    for bearer in duty.bearers:
        if bearer not in known:
            raise ValueError(
                f"obligation {duty.id} binds {bearer!r}, which case.toml does not list as a party"
                " and the paper not as an actor"
            )
    return tuple(each for each in known if each in duty.bearers)


# --- one status -----------------------------------------------------------------------------------


def _held_against(
    bench: _Bench, paper: Agreement, clause: Clause, duty: Obligation, bearer: str
) -> tuple[ClauseStatus, tuple[Held, ...]]:
    """Return the status, and all incidents that bear or may bear on the duty under any of its readings."""
    readings = _readings(duty)
    each = [changed(duty, reading.change) for reading in readings]
    held = [_held(bench, one, _specials(duty, paper), bearer) for one in each]
    given = side_by_side(readings, [_judge(bench, one, h, bearer) for one, h in zip(each, held, strict=True)])
    # hours of attention say nothing of the other kinds, nor of a duty that we cannot judge
    is_listened = isinstance(duty.terms, Prohibit) and not duty.method_missing
    status = ClauseStatus(
        clause_id=clause.id,
        obligation_id=duty.id,
        bearer=bearer,
        status=given.status,
        as_of=bench.scene.as_of,
        coverage=min(_watched(bench, one, bearer).share for one in each) if is_listened else None,
        why=given.why,
        incident_ids=given.incidents,
    )
    return status, tuple(chain.from_iterable(held))


def _readings(duty: Obligation) -> tuple[Reading, ...]:
    """Return the readings to judge side by side: the words as written where the paper has none, or we no method."""
    return duty.readings if duty.readings and not _unjudged(duty) else (Reading(by=()),)


def _specials(duty: Obligation, paper: Agreement) -> tuple[Obligation, ...]:
    return tuple(other for clause in paper.clauses for other in clause.obligations if duty.id in other.overrides)


def _held(bench: _Bench, duty: Obligation, specials: Sequence[Obligation], bearer: str) -> tuple[Held, ...]:
    truths = ((incident, bears(incident, duty, specials, bearer, bench.scene)) for incident in bench.incidents)
    return tuple(
        Held(incident=incident, bears=truth, attribution=bench.attributions.get(incident.id))
        for incident, truth in truths
        if truth is not False
    )


def _judge(bench: _Bench, duty: Obligation, held: Sequence[Held], bearer: str) -> Judgement:
    early = pending(duty, bench.scene.as_of)
    if early is not None:
        return early
    if _unjudged(duty):
        return without_method(_unjudged(duty))
    return judgement(
        duty, bearer, weigh(held, bearer, bench.case), _watched(bench, duty, bearer), _unknown_words(bench, duty)
    )


def _unjudged(duty: Obligation) -> str:
    if duty.method_missing or isinstance(duty.terms, Prohibit | Withdraw):
        return duty.method_missing
    return f"this version has no method for the kind {duty.kind.value}"


def _watched(bench: _Bench, duty: Obligation, bearer: str) -> Watch:
    as_of = bench.scene.as_of
    end = as_of if duty.until_time is None else min(as_of, duty.until_time)
    return watch(bench.efforts, bearer, duty.from_time, end, bench.case.time_zone)


def _unknown_words(bench: _Bench, duty: Obligation) -> int:
    """Count the incidents of the duty's time whose phenomenon is a word that the vocabulary does not have."""
    if duty.kind is not ObligationKind.PROHIBIT:
        return 0
    return sum(
        incident.phenomenon.term is None and within(incident, duty, bench.scene.as_of) is not False
        for incident in bench.incidents
    )


# --- the other way round --------------------------------------------------------------------------


def _touched(
    incidents: Sequence[Incident], held: Iterable[tuple[ClauseStatus, tuple[Held, ...]]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return, for each incident that bears or may bear on a clause, the ids of those clauses in the paper's order."""
    clauses: dict[str, dict[str, None]] = {}  # a dict for the inner set too: it keeps the order
    for status, bearing in held:
        for each in bearing:
            clauses.setdefault(each.incident.id, {})[status.clause_id] = None
    return tuple((i.id, tuple(clauses[i.id])) for i in incidents if i.id in clauses)
