"""Incidents, attributions, effort and records held against the paper: a status for each duty of each bearer.

The rules are those of docs/decisions/0012-what-a-status-says.md. Nothing here decides: a status is a proposal, and
absence of observation is never compliance.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.docket import Docket, docket, let_go
from trucewatch.agreement.stand import Stand, stand
from trucewatch.agreement.states import public_status
from trucewatch.agreement.would import would_change
from trucewatch.model import Attribution, Case, ClauseStatus, Effort, Incident, ReadingStatus, Record


def hold(
    case: Case,
    incidents: Sequence[Incident],
    attributions: Sequence[Attribution],
    efforts: Sequence[Effort],
    as_of: datetime,
    *,
    records: Iterable[Record] = (),
    as_known: datetime | None = None,
) -> tuple[tuple[ClauseStatus, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return the statuses, and for each incident that bears or may bear on a clause the ids of those clauses.

    Statuses stand in the order of agreements, clauses, obligations, and of the parties of the case, then of the paper's
    actors; incidents in the order given. A clause without an obligation has no status: its reason stands in the
    agreement. `as_of` says which event times count; `as_known` leaves out records and changes of the paper that became
    known later (None: everything given counts).

    Raises:
        ValueError: when an obligation binds somebody who is neither a party of the case nor an actor of its paper.

    """
    ready = docket(
        case,
        incidents=incidents,
        attributions=attributions,
        efforts=efforts,
        records=records,
        as_known=as_known,
        at_latest=as_of,
    )
    stands = [(bond, stand(ready, bond, as_of)) for bond in ready.bonds]
    statuses, touched = tuple(_status(bond, found, as_of) for bond, found in stands), _touched(ready, stands)
    let_go(ready)
    return statuses, touched


def _status(bond: Bond, stood: Stand, as_of: datetime) -> ClauseStatus:
    found = stood.finding
    read = stood.readings if len(stood.readings) > 1 else ()
    return ClauseStatus(
        clause_id=bond.clause.id,
        obligation_id=bond.duty.id,
        bearer=bond.bearer,
        status=public_status(found.state),
        as_of=as_of,
        coverage=found.coverage,
        why=found.why(),
        incident_ids=found.incidents,
        agreement_id=bond.paper.id,
        state=found.state,
        since=found.since,
        next_deadline=found.until,
        would_change=would_change(bond, stood),
        record_keys=found.keys,
        readings=tuple(
            ReadingStatus(by=variant.by, written=variant.written, state=each.state, why=each.why())
            for variant, each in read
        ),
    )


def _touched(ready: Docket, stands: Iterable[tuple[Bond, Stand]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return, for each incident that bears or may bear on a clause, the ids of those clauses in the paper's order."""
    clauses: dict[str, dict[str, None]] = {}  # a dict for the inner set too: it keeps the order
    for bond, stood in stands:
        for incident in stood.finding.touching:
            clauses.setdefault(incident, {})[bond.clause.id] = None
    return tuple((i.id, tuple(clauses[i.id])) for i in ready.incidents if i.id in clauses)
