"""What would change a status, in words: so that whoever disagrees knows what to bring."""

from collections.abc import Mapping

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.stand import Stand
from trucewatch.agreement.voices import Cast
from trucewatch.paper import Obligation, Prohibit, Withdraw
from trucewatch.spacetime import stamp
from trucewatch.vocabulary import Proof, State

PROOFS: Mapping[Proof, str] = {
    Proof.OTHER_PARTY: "the word of those whom it is owed to",
    Proof.BOTH_PARTIES: "the word of both sides",
    Proof.MONITOR: "a monitor's confirmation",
    Proof.TWO_SOURCES: "two independent sources",
}
BREACH = "the word of a monitor's person, or of {} itself, that it was not kept"
WATCHED = "hours and ground watched on every day, or an incident that is determined"


def would_change(bond: Bond, stood: Stand) -> str:
    """Return what would change the status that an obligation has."""
    found, duty = stood.finding, stood.readings[0][0].duty
    is_fire = isinstance(duty.terms, Withdraw) or (isinstance(duty.terms, Prohibit) and bool(duty.terms.phenomena))
    match found.state:
        case State.NOT_YET_APPLICABLE | State.SUSPENDED:
            return f"the time: {stamp(found.until)}" if found.until is not None else "the event that it waits for"
        case State.PENDING:
            proof = f"proof ({_proofs(duty)})"
            return proof if found.until is None else f"{proof}, or the deadline, {stamp(found.until)}"
        case State.DISPUTED_READING:
            return "an agreement of the parties, or of their common organ, on one reading"
        case State.NO_METHOD:
            return "a way to verify it that the parties agree on"
        case _:
            return _of_fire(found.state, bond.cast) if is_fire else _of_records(found.state, duty, bond.cast)


def _of_fire(state: State, cast: Cast) -> str:
    match state:
        case State.BREACHED:
            return "evidence that takes the finding below the standard of proof"
        case State.DISPUTED_FACT | State.UNRESOLVED:
            return f"lines of evidence that determine the open incidents, to {cast.bearer} or to somebody else"
        case State.ACCESS_DENIED:
            return "access for the monitors"
        case State.NO_BREACH_OBSERVED:
            return f"an incident determined to {cast.bearer}, or one that stays open"
        case _:
            return WATCHED


def _of_records(state: State, duty: Obligation, cast: Cast) -> str:
    match state:
        case State.FULFILLED | State.FULFILLED_LATE | State.NO_BREACH_OBSERVED:
            return "a denial by those whom it is owed to, or by a monitor"
        case State.BREACHED:
            return "a correction by whoever confirmed it"
        case State.DISPUTED_FACT:
            return "one side taking back its word, or a monitor's finding"
        case State.OVERDUE_UNVERIFIED:
            return f"proof that it was done ({_proofs(duty)}), or {BREACH.format(cast.bearer)}"
        case State.ACCESS_DENIED:
            return "access for the monitors"
        case _:
            return f"proof ({_proofs(duty)}), or {BREACH.format(cast.bearer)}"


def _proofs(duty: Obligation) -> str:
    return " or ".join(PROOFS[proof] for proof in duty.verify)
