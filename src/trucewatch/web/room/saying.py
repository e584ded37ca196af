"""To say something in two steps: the entry that would be said, shown to be read; then the same entry, approved.

Nothing is kept between the steps: the page carries the entry, and what comes back is judged as if it had never been
seen. What counts is the passkey's signature over it, which the book checks as every reader of the log will.

A statement that the agreement's procedure would not allow is refused here with the fold's own reason, before anybody
signs it: in the log it would stay for ever, as odd.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trucewatch import received
from trucewatch.cases import Review, Said
from trucewatch.ledger.commitments import cells, row
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.statements import NONCE_BYTES, approved_entry, statement_challenge, unapproved
from trucewatch.ledger.submission import Submission, parse_submission
from trucewatch.ledger.verify import SALT_BYTES, disclosed, read_entry
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import observing, things
from trucewatch.web.room.access import Thing
from trucewatch.web.room.desk import Desk
from trucewatch.web.room.filling import Data, FormError, read
from trucewatch.web.room.forms import FORMS
from trucewatch.web.room.visit import Visit

HARM = (
    ("harm_use", "What could each side do with what this says: against the other, its people, or who spoke to us?"),
    ("harm_trace", "Can a person, a post or a source be found by it, from places, times or words?"),
    ("harm_done", "What was left out, coarsened or delayed because of that, and who else looked at it?"),
)
_NUMBER = re.compile(r"[0-9]{1,15}")
SHORTEST_ANSWER = 15  # characters: "no" answers no question in words; a guess
MARGIN = timedelta(hours=1)  # between what the form proposes and what the procedure gives from the heartbeat on


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What would be said: the entry without its approval, its disclosures, and what these show."""

    entry: dict[str, Any]
    disclosures: tuple[str, ...]
    shown: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Return in hexadecimal what the passkey signs."""
        return statement_challenge(self.entry).hex()

    @property
    def wire(self) -> str:
        """Return it as the page carries it, and as `trucewatch staff approve` reads it from a file."""
        return Submission(entry=encode(self.entry), disclosures=self.disclosures).wire.decode()

    @property
    def title(self) -> str:
        """Return what it is, in words."""
        kind = str(self.entry.get("kind", ""))
        return FORMS[kind].title if kind in FORMS else "Observation"


# --- the first step -------------------------------------------------------------------------------


def statement(desk: Desk, visit: Visit, kind: str, data: Data) -> Draft:
    """Return the draft of a statement. Raises FormError for what is missing, RefusalError for what is not allowed."""
    if kind not in FORMS:
        raise RefusalError(404, "there is nothing under this address")
    _check_may(visit, *visit.saying(kind, _about(data)))
    own, hidden = read(kind, _completed(visit, kind, data), visit.lists, visit.zone)
    made = _draft(visit, own, hidden)
    _check_may(visit, *visit.saying(kind, made.entry))
    _check_rules(desk, visit, made)
    return made


def _about(data: Data) -> dict[str, Any]:
    """Return what of a form decides who may send it, before the rest is read: whoever may not, learns nothing of it."""
    leads = {name: int(word) for name in things.LEADS if _NUMBER.fullmatch(word := _one(data, name))}
    return {"side": _one(data, "side"), **leads}


def _check_may(visit: Visit, action: str, thing: Thing) -> None:
    """Raise RefusalError where the policy does not allow it."""
    if not visit.person.id:
        raise RefusalError(401, "Sign in first.")
    if why := visit.why_not(action, thing):
        raise RefusalError(403, why)


def _check_rules(desk: Desk, visit: Visit, made: Draft) -> None:
    reason = desk.would_be_odd(Said(index=-1, time=None, fields=made.entry, shown=made.shown), visit.now)
    if reason:
        raise FormError([("", f"The procedure does not allow this: it {reason}.")])


def _completed(visit: Visit, kind: str, data: Data) -> Data:
    """Return what was filled in and what follows from it: no officer types in what the procedure makes of anything."""
    review = _review(visit, data)
    if kind == "determination" and _one(data, "position") == "concur" and review is not None:
        # whoever concurs does so with the conclusion that the page showed, however much has come since
        judged = review.judged(_size(data))
        return {**data, "finding": [judged.determination]} if judged else data
    if kind == "determination" and _one(data, "position") == "abstain":
        return {**data, "finding": []}
    if kind == "finding" and review is not None:
        return {**data, **_published(review), "text": [_harm_check(data)]}
    if kind == "release":
        return {**data, "text": [_harm_check(data)]}
    return data


def _review(visit: Visit, data: Data) -> Review | None:
    return visit.office.reviews.get(_one(data, "incident")) if visit.office else None


def _published(review: Review) -> dict[str, list[str]]:
    spoken = review.spoken
    return {
        "of": [str(max((one.of for one in spoken), default=review.proposal.until))],
        "outcome": [str(review.outcome)],
        "finding": [review.finding],
        "determinations": [str(one.said.index) for one in spoken],
    }


def _harm_check(data: Data) -> str:
    faults = [
        (name, f"{question} Answer it in a sentence: why, not only yes or no.")
        for name, question in HARM
        if len(_one(data, name)) < SHORTEST_ANSWER
    ]
    if faults:
        raise FormError(faults)
    return "\n\n".join(f"{question}\n{_one(data, name)}" for name, question in HARM)


def reply_by(now: datetime, days: int) -> datetime:
    """Return until when the sides may reply at least, with room for the heartbeat that is still to come."""
    return (now + timedelta(days=days) + MARGIN).replace(second=0, microsecond=0)


def observation(visit: Visit, data: Data, *, quiet: bool) -> Draft:
    """Return the draft of an observation, or of a watch in which nothing was noticed; raises as `statement` does."""
    person = visit.person
    _check_may(visit, "submit", things.submission(person.id, person.role, person.of))
    by = observing.observer(person.id, person.role, person.of)
    cells_of = observing.nothing_heard if quiet else observing.perceived
    own = {"type": "observation", "v": "2", "reader": observing.READER}
    made = _draft(visit, own, cells(cells_of(data, by, visit.zone).items()))
    _check_row(visit, made)
    return made


def _check_row(visit: Visit, made: Draft) -> None:
    """Refuse a row that the case's own reader would reject later, when nobody is there to mend it."""
    person, given = visit.person, row(made.shown)
    if why := received.not_theirs((person.role, person.of), made.entry, given):
        raise RefusalError(403, f"This row {why}.")
    if visit.conclusions is None:  # no case yet by which it could be read
        return
    try:
        received.read_row(str(made.entry.get("reader")), given, visit.conclusions.context)
    except ValueError as error:
        raise FormError([("", f"This cannot be read: it {error}")]) from None


def is_outside(visit: Visit, made: Draft) -> bool:
    """Tell whether somebody observed this from outside the own zones; no reason to refuse it, only to mark it."""
    c = visit.conclusions
    if c is None or made.entry.get("type") not in received.ROWS:
        return False
    read = received.read_row(str(made.entry.get("reader")), row(made.shown), c.context)
    return received.strayed(read, visit.person.zones, c.areas)


def _draft(visit: Visit, own: Mapping[str, Any], hidden: Mapping[str, Any]) -> Draft:
    entry, disclosures = unapproved(
        own,
        hidden,
        who=visit.person.id,
        log=visit.origin,
        nonce=os.urandom(NONCE_BYTES),
        salts=lambda fields: os.urandom(SALT_BYTES * fields),
    )
    return Draft(entry=entry, disclosures=disclosures, shown=disclosed(entry, disclosures))


# --- the second step ------------------------------------------------------------------------------


def brought_back(said: str) -> Draft:
    """Return the draft that a page carried; ValueError where it is none."""
    submission = parse_submission(said.encode())
    entry = read_entry(submission.entry)
    return Draft(entry=entry, disclosures=submission.disclosures, shown=disclosed(entry, submission.disclosures))


def check(desk: Desk, visit: Visit, made: Draft) -> None:
    """Raise RefusalError, ValueError where this person may not say what a page brought back, or the rules forbid it."""
    if made.entry.get("who") != visit.person.id:
        raise RefusalError(403, "this is for somebody else to approve: sign in as that post")
    if made.entry.get("type") == "statement":
        kind = str(made.entry.get("kind"))
        if kind not in FORMS:
            raise RefusalError(422, "this is no statement of a known kind")
        _check_may(visit, *visit.saying(kind, made.entry))
        _check_rules(desk, visit, made)
    else:
        person = visit.person
        _check_may(visit, "submit", things.submission(person.id, person.role, person.of))
        _check_row(visit, made)


def approved(made: Draft, assertion: bytes) -> Submission:
    """Return the submission of an approved draft, which the book checks again. Raises ValueError."""
    return Submission(entry=encode(approved_entry(made.entry, assertion)), disclosures=made.disclosures)


def first_words(faults: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the first fault of each field."""
    found: dict[str, str] = {}
    for name, words in faults:
        found.setdefault(name, words)
    return found


def _size(data: Data) -> int:
    word = _one(data, "of")
    return int(word) if _NUMBER.fullmatch(word) else -1


def _one(data: Data, name: str) -> str:
    return next((word.strip() for word in data.get(name, ()) if word.strip()), "")


__all__ = [
    "HARM",
    "Draft",
    "approved",
    "brought_back",
    "check",
    "first_words",
    "is_outside",
    "observation",
    "reply_by",
    "statement",
]
