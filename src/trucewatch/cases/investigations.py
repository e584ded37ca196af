"""What an investigation holds: its moves, tasks, evidence, hearings, findings and remedies. `inquest` folds them.

An investigation is apart from the daily determinations: detailed, with both sides heard, to attribute responsibility.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from trucewatch.cases.findings import Reply
from trucewatch.cases.liaison import FollowUp, stands
from trucewatch.cases.said import Said
from trucewatch.evidence import UNDETERMINED
from trucewatch.vocabulary import CaseState, Followed, Obstacle, Outcome, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One step of a case; `obstacle` says why it is suspended (None: it is not, or only the words say why).

    Of a move to `remedy_due`: `owed_by` which sides remedies are due, and until when (`due`) they are to be set.
    """

    said: Said
    state: CaseState
    obstacle: Obstacle | None = None
    owed_by: tuple[str, ...] = ()
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one post of the staff is asked to do for a case until `due`; `done` are the reports that it was done."""

    said: Said
    to: str
    due: datetime
    done: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Entries (indices) and files (SHA-256) put before a case."""

    said: Said
    entries: tuple[int, ...]
    blobs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """That a side was heard or, not `present`, refused to be: a refusal is a record too."""

    said: Said
    side: str
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFinding:
    """What the investigators, or one guarantor (else ""), found; `standard` is the probability that they applied.

    `concerned` are the sides with a right of reply until `reply_by` (None: not in the log yet): all of them, always.
    """

    said: Said
    guarantor: str
    stage: Stage
    finding: str
    clause: str
    standard: str
    concerned: tuple[str, ...]
    reply_by: datetime | None
    replies: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVoice:
    """One guarantor's newest final finding on a case (None: it has not spoken), and those that it superseded."""

    guarantor: str
    newest: CaseFinding | None = None
    earlier: tuple[CaseFinding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What a side is to put right until `due` (None: not in the log yet), and what everybody said became of it."""

    said: Said
    side: str
    due: datetime | None
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def state(self) -> Followed | None:
        """Return what became of it (`liaison.stands`), None where nobody has said anything."""
        return stands(self.follow_ups)


Thing = TypeVar("Thing", Task, Hearing, CaseFinding, Remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigation:
    """One case. `outcome` and `finding` are what the procedure makes of the guarantors' final findings.

    `clause` is the newest that a move named, `incidents` all that any of them named. `former` are the names of what was
    said before the case was last opened again: it stays in sight, and counts for nothing of what comes now.
    """

    id: str
    moves: tuple[Move, ...]
    voices: tuple[CaseVoice, ...]
    incidents: tuple[str, ...] = ()
    clause: str = ""
    tasks: tuple[Task, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    heard: tuple[Hearing, ...] = ()
    preliminary: tuple[CaseFinding, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    outcome: Outcome = Outcome.AWAITED
    finding: str = UNDETERMINED
    former: tuple[str, ...] = ()

    @property
    def state(self) -> CaseState:
        """Return where the case stands."""
        return self.moves[-1].state

    def counting(self, things: Sequence[Thing]) -> tuple[Thing, ...]:
        """Return those of these tasks, hearings, findings or remedies that were said since the case was last opened."""
        return tuple(thing for thing in things if thing.said.name not in self.former)
