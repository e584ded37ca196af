"""The state machine of an investigation: which moves are allowed, in one table, and what each asks for first."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from trucewatch.cases.investigations import Investigation
from trucewatch.cases.said import Terms
from trucewatch.vocabulary import CaseState

Names = Mapping[str, str]

# The states are field-practice's (CTSAMVM's way from team to board). The table is this project's reading of it: no
# mission's own was published. A case that is closed opens again where new evidence comes up, in sight of all; from
# then on sides are heard, and findings given, anew (`Investigation.former`).
MOVES: Mapping[CaseState | None, tuple[CaseState, ...]] = {
    None: (CaseState.ALLEGED,),
    CaseState.ALLEGED: (CaseState.PRELIMINARY, CaseState.CLOSED),
    CaseState.PRELIMINARY: (CaseState.TASKED, CaseState.SUSPENDED, CaseState.CLOSED),
    CaseState.TASKED: (CaseState.REPORTED, CaseState.SUSPENDED),
    CaseState.SUSPENDED: (CaseState.PRELIMINARY, CaseState.TASKED, CaseState.REPORTED, CaseState.CLOSED),
    CaseState.REPORTED: (CaseState.REVIEWED, CaseState.TASKED, CaseState.SUSPENDED),
    CaseState.REVIEWED: (CaseState.REMEDY_DUE, CaseState.CLOSED),
    CaseState.REMEDY_DUE: (CaseState.CLOSED,),
    CaseState.CLOSED: (CaseState.PRELIMINARY,),
}


def open_moves(
    case: Investigation, terms: Terms, names: Names = MappingProxyType({})
) -> tuple[tuple[CaseState, str], ...]:
    """Return the moves that the table allows now, each with what is missing for it in words ("" nothing)."""
    return tuple((state, missing_for(state, case, terms, names)) for state in MOVES[case.state])


def missing_for(state: CaseState, case: Investigation, terms: Terms, names: Names = MappingProxyType({})) -> str:
    """Say what a case lacks for this state, "" where it lacks nothing; `names` are display names by id."""
    return _NEEDS[state](case, terms, names) if state in _NEEDS else ""


def _lacks_report(case: Investigation, terms: Terms, names: Names) -> str:
    heard = {hearing.side for hearing in case.counting(case.heard)}
    if not case.counting(case.preliminary):
        return "there is no preliminary finding"
    silent = [names.get(side, side) for side in terms.parties if side not in heard]
    return f"neither heard nor refusing to be heard: {', '.join(silent)}" if silent else ""


def _lacks_review(case: Investigation, terms: Terms, names: Names) -> str:
    silent = [names.get(voice.guarantor, voice.guarantor) for voice in case.voices if voice.newest is None]
    if not terms.guarantors:
        return "this log has no guarantors"
    return f"there is no final finding by {', '.join(silent)}" if silent else ""


def _lacks_side(case: Investigation, terms: Terms, names: Names) -> str:
    del names
    return (
        "" if terms.named(case.finding) else "the final findings together name no side that a remedy could be due from"
    )


_NEEDS: Mapping[CaseState, Callable[[Investigation, Terms, Names], str]] = {
    CaseState.REPORTED: _lacks_report,
    CaseState.REVIEWED: _lacks_review,
    CaseState.REMEDY_DUE: _lacks_side,
}
