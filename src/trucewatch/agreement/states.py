"""What a rule finds of one obligation of one bearer, and how the states fold into the five that are published."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from trucewatch.agreement.voices import Voice
from trucewatch.vocabulary import State, Status

PUBLIC: Mapping[State, Status] = {
    State.NOT_YET_APPLICABLE: Status.PENDING,
    State.PENDING: Status.PENDING,
    State.IN_FORCE: Status.PENDING,
    State.SUSPENDED: Status.PENDING,
    State.FULFILLED: Status.OBSERVED,
    State.FULFILLED_LATE: Status.OBSERVED,
    State.NO_BREACH_OBSERVED: Status.OBSERVED,
    State.BREACHED: Status.VIOLATED,
    State.DISPUTED_FACT: Status.DISPUTED,
    State.DISPUTED_READING: Status.DISPUTED,
    State.NOT_COVERED: Status.NOT_VERIFIABLE,
    State.ACCESS_DENIED: Status.NOT_VERIFIABLE,
    State.UNRESOLVED: Status.NOT_VERIFIABLE,
    State.OVERDUE_UNVERIFIED: Status.NOT_VERIFIABLE,
    State.NO_METHOD: Status.NOT_VERIFIABLE,
}

# Of several parts of one obligation the first of these that one of them has is that of the whole: what is confirmed
# goes before what is contested, and an open question before what is done or still to come.
WEIGHT = (
    State.BREACHED,
    State.DISPUTED_FACT,
    State.DISPUTED_READING,
    State.OVERDUE_UNVERIFIED,
    State.UNRESOLVED,
    State.ACCESS_DENIED,
    State.NOT_COVERED,
    State.NO_METHOD,
    State.SUSPENDED,
    State.PENDING,
    State.IN_FORCE,
    State.NOT_YET_APPLICABLE,
    State.FULFILLED_LATE,
    State.FULFILLED,
    State.NO_BREACH_OBSERVED,
)
_RANK = {state: rank for rank, state in enumerate(WEIGHT)}

Made = TypeVar("Made")

DONE = frozenset({State.FULFILLED, State.FULFILLED_LATE})


@dataclass(frozen=True, slots=True)
class Finding:
    """Where an obligation stands under one reading.

    `why` renders the sentence when it is asked for. `since` is when the state began, `until` the next moment at which
    the clock alone can change it (None: not known, or never). `incidents` and `keys` (of records) are what it rests
    on; `touching` are all incidents that bear or may bear on it; `coverage` is as in `model.ClauseStatus`; `span` is
    when it was done, not before and not after, and `told` by whose word.
    """

    state: State
    why: Callable[[], str]
    since: datetime | None = None
    until: datetime | None = None
    keys: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    touching: tuple[str, ...] = ()
    coverage: float | None = None
    span: tuple[datetime, datetime] | None = None
    told: tuple[Voice, ...] = ()


Rule = Callable[[datetime], Finding]  # what an obligation gives as of a time


def remembering(make: Callable[..., Made]) -> Callable[..., Made]:
    """Return a function that gives what it gave last where all arguments are as they were, and makes it anew else.

    Between two records, and before or after a deadline, nothing changes from day to day. Arguments that are the same
    objects are not compared further.
    """
    last: tuple[tuple[Any, ...], Made] | None = None

    def find(*given: Any) -> Made:
        nonlocal last
        if last is None or last[0] != given:
            last = given, make(*given)
        return last[1]

    return find


def public_status(state: State) -> Status:
    """Return the published status of a state."""
    return PUBLIC[state]


def worst(states: Iterable[State]) -> State:
    """Return the state of a whole from those of its parts; there must be one at least."""
    return min(states, key=_RANK.__getitem__)


def in_words(state: State) -> str:
    """Return a state's name as words."""
    return state.value.replace("_", " ")


def as_said(text: str) -> Callable[[], str]:
    """Return a sentence that is there already as one that is rendered when asked for."""
    return lambda: text
