"""The forms by which the seven say what they decide: one for each kind of statement, read strictly. Pure.

Each form is a row of one table, so that the page that asks, the reader that checks and the words under which a
statement is shown again are one thing. What nobody asks for is not read; what is missing is said in words, field by
field, all at once. Times are asked for in the case's zone and written in UTC.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from trucewatch.report.staffs import STANCES
from trucewatch.spacetime import stamp, utc, within_years
from trucewatch.vocabulary import CaseState

LONGEST_TEXT = 20_000  # characters; a guess: ten pages, and with commitments far below what an entry may show
LONGEST_LINE = 200
MOST_IN_A_LIST = 500  # references of one statement; an entry holds 65,535 bytes

_DIGEST = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[^\x00-\x1f\x7f]{1,200}")

Data = Mapping[str, Sequence[str]]  # what a browser sent: the values of each field


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question of a form. `kind`: text, line, choice, index, indices, names, digests, time, or yes_no.

    A `text` is hidden: the entry commits to it. `options` names the list that a choice is made from, in `choices`.
    """

    name: str
    label: str
    kind: str
    options: str = ""
    is_needed: bool = True
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What one kind of statement asks, and its title."""

    kind: str
    title: str
    asks: tuple[Ask, ...]


class FormError(ValueError):
    """A form cannot be taken: `faults` are (name of the field, what is wrong in words)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(words for _, words in faults))
        self.faults = tuple(faults)


def _text(label: str = "In words", **more: Any) -> Ask:
    return Ask(name="text", label=label, kind="text", **more)


_CASE = Ask(name="case", label="Case", kind="line")
_SIDE = Ask(name="side", label="Side", kind="choice", options="parties")
_DUE = Ask(name="due", label="Due", kind="time")
_TIME = Ask(name="time", label="When", kind="time")
_OF = Ask(name="of", label="From the first entries, number", kind="index")
_INCIDENT = Ask(name="incident", label="Incident", kind="line")
_CLAUSE = Ask(name="clause", label="Clause", kind="choice", options="clauses", is_needed=False)
_FINDING = Ask(
    name="finding",
    label="Who, by this judgement",
    kind="choice",
    options="findings",
    is_needed=False,
    help="For whoever contests: to concur is to find what is proposed, and to abstain is to find nothing.",
)

FORMS: Mapping[str, Form] = {
    form.kind: form
    for form in (
        Form(
            kind="determination",
            title="Determination of a guarantor's staff",
            asks=(
                _INCIDENT,
                _OF,
                Ask(name="position", label="Position on the machine's proposal", kind="choice", options="positions"),
                _FINDING,
                _CLAUSE,
                _text("Reasons"),
            ),
        ),
        Form(
            kind="reply",
            title="Reply of a side",
            asks=(
                Ask(name="to", label="To entry", kind="index"),
                Ask(name="stance", label="This side", kind="choice", options="stances"),
                _text("Reply"),
            ),
        ),
        Form(
            kind="finding",
            title="Publication of a finding",
            asks=(
                _INCIDENT,
                _OF,
                Ask(name="outcome", label="How the determinations stand", kind="line"),
                Ask(name="finding", label="Who, by the procedure", kind="choice", options="findings"),
                Ask(name="determinations", label="Determinations, entries", kind="indices", is_needed=False),
                Ask(name="reply_by", label="The sides may reply until", kind="time"),
                _text("Harm check"),
            ),
        ),
        Form(
            kind="release",
            title="Release of the published findings to everybody",
            asks=(
                _OF,
                Ask(name="digest", label="Of all its files, SHA-256", kind="line"),
                _text("Harm check"),
            ),
        ),
        Form(
            kind="message",
            title="One message to all liaison officers at once",
            asks=(Ask(name="about", label="About (an incident or a case)", kind="line", is_needed=False), _text()),
        ),
        Form(
            kind="receipt",
            title="Receipt of a message",
            asks=(Ask(name="message", label="Message, entry", kind="index"),),
        ),
        Form(
            kind="call",
            title="Hotline call",
            asks=(
                _SIDE,
                _TIME,
                Ask(name="direction", label="Direction", kind="choice", options="calls"),
                _text("What was said"),
            ),
        ),
        Form(
            kind="meeting",
            title="Liaison meeting",
            asks=(
                _TIME,
                Ask(name="present", label="Present", kind="names", help="Staff ids, and side:NAME for a delegation."),
                _text("Minutes"),
            ),
        ),
        Form(
            kind="measure",
            title="Measure agreed at a meeting",
            asks=(
                Ask(name="meeting", label="Meeting, entry", kind="index"),
                Ask(name="bearer", label="Who does it", kind="choice", options="bearers"),
                _DUE,
                _text("What was agreed"),
            ),
        ),
        Form(
            kind="measure_done",
            title="Follow-up of a measure",
            asks=(
                Ask(name="measure", label="Measure, entry", kind="index"),
                Ask(name="state", label="State", kind="choice", options="done"),
                _text("How it is known", is_needed=False),
            ),
        ),
        Form(
            kind="shift",
            title="Shift log",
            asks=(Ask(name="what", label="What", kind="choice", options="shifts"), _TIME, _text("Notes for the next")),
        ),
        Form(
            kind="case",
            title="Step of an investigation case",
            asks=(
                _CASE,
                Ask(name="move", label="To the state", kind="choice", options="moves"),
                Ask(name="incidents", label="Incidents", kind="names", is_needed=False),
                _CLAUSE,
                _text("Why"),
            ),
        ),
        Form(
            kind="task",
            title="Task",
            asks=(
                _CASE,
                Ask(name="to", label="To", kind="choice", options="staff"),
                _DUE,
                _text("What is to be done"),
            ),
        ),
        Form(
            kind="task_done",
            title="A task is done",
            asks=(Ask(name="task", label="Task, entry", kind="index"), _text("What was found")),
        ),
        Form(
            kind="evidence",
            title="Evidence of a case",
            asks=(
                _CASE,
                Ask(name="entries", label="Entries of the log", kind="indices", is_needed=False),
                Ask(name="blobs", label="Files, SHA-256", kind="digests", is_needed=False),
                _text("What it is"),
            ),
        ),
        Form(
            kind="heard",
            title="A side was heard, or refused to be",
            asks=(
                _CASE,
                _SIDE,
                Ask(name="present", label="It came", kind="yes_no"),
                _text("What it said, or how it refused"),
            ),
        ),
        Form(
            kind="case_finding",
            title="Finding of a case",
            asks=(
                _CASE,
                Ask(name="stage", label="Stage", kind="choice", options="stages"),
                Ask(name="finding", label="Who, by this finding", kind="choice", options="findings"),
                _CLAUSE,
                Ask(name="standard", label="Standard of proof (a probability)", kind="line"),
                _text("Reasons"),
            ),
        ),
        Form(kind="remedy", title="Remedy", asks=(_CASE, _SIDE, _DUE, _text("What is asked"))),
        Form(
            kind="remedied",
            title="Follow-up of a remedy",
            asks=(
                Ask(name="remedy", label="Remedy, entry", kind="index"),
                Ask(name="state", label="State", kind="choice", options="done"),
                _text("How it is known"),
            ),
        ),
        Form(
            kind="correction",
            title="Correction, to stand beside what it corrects for ever",
            asks=(Ask(name="corrects", label="Corrects entry", kind="index"), _text("What was wrong, and what holds")),
        ),
    )
}

# the closed lists, in the contract's order; those of a case (parties, clauses, staff) are added by `choices`
FIXED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "positions": (
        ("concur", "concurs with the proposal"),
        ("contest", "contests the proposal"),
        ("abstain", "abstains"),
    ),
    "stances": tuple(STANCES.items()),
    "calls": (("in", "they called"), ("out", "we called")),
    "done": (("done", "done"), ("partly", "partly done"), ("not_done", "not done")),
    "shifts": (
        ("begin", "the shift begins"),
        ("hand_over", "handed over"),
        ("cut_off", "cut-off of the day"),
        ("end", "the shift ends"),
    ),
    "moves": tuple((state.value, state.value.replace("_", " ")) for state in CaseState),
    "stages": (("preliminary", "preliminary"), ("final", "final")),
}

Choices = Mapping[str, Sequence[tuple[str, str]]]


def choices(
    parties: Sequence[tuple[str, str]],
    guarantors: Sequence[str],
    clauses: Sequence[str],
    staff: Mapping[str, str],
) -> Choices:
    """Return every list that a form offers; the sides stand in the case's order, "undetermined" before them."""
    rest = (("both", "both sides"), ("other", "another actor"), ("no_violation", "nothing prohibited"))
    return {
        **FIXED,
        "parties": tuple(parties),
        "findings": (("undetermined", "undetermined"), *parties, *rest),
        "bearers": (*parties, *((name, f"guarantor {name}") for name in guarantors), ("centre", "the centre")),
        "clauses": (("", "no clause"), *((name, name) for name in clauses)),
        "staff": tuple((name, f"{name} ({role})") for name, role in sorted(staff.items())),
    }


def read(kind: str, data: Data, lists: Choices, time_zone: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the statement's own fields and those that it only commits to; FormError says all that is wrong."""
    own: dict[str, Any] = {}
    hidden: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for ask in FORMS[kind].asks:
        try:
            (hidden if ask.kind == "text" else own)[ask.name] = _value(ask, data.get(ask.name, ()), lists, time_zone)
        except ValueError as error:
            faults.append((ask.name, f"{ask.label}: {error}"))
    faults.extend(_contradictions(kind, own))
    if faults:
        raise FormError(faults)
    return {"type": "statement", "v": "1", "kind": kind, **own}, hidden


def _contradictions(kind: str, own: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what each field allows and all of them together do not."""
    if kind == "determination":
        if own.get("position") == "abstain" and own.get("finding"):
            yield "finding", "Who: whoever abstains names nobody; choose “—”"
        if own.get("position") in {"concur", "contest"} and not own.get("finding"):
            yield "finding", "Who: say what your own judgement is; “undetermined” is one"


def _value(ask: Ask, given: Sequence[str], lists: Choices, time_zone: str) -> Any:
    words = [word.strip().replace("\r\n", "\n") for word in given]
    stated = [word for word in words if word]
    if not stated:
        if ask.is_needed:
            raise ValueError("is missing")
        return [] if ask.kind in _LISTS else ""
    if ask.kind in _LISTS:
        return _LISTS[ask.kind](stated)
    if len(stated) > 1:
        raise ValueError("is there more than once")
    return _single(ask, stated[0], lists, time_zone)


def _single(ask: Ask, word: str, lists: Choices, time_zone: str) -> Any:
    match ask.kind:
        case "text":
            return _bounded(word, LONGEST_TEXT)
        case "line":
            return _bounded(_one_line(word), LONGEST_LINE)
        case "index":
            return _index(word)
        case "time":
            return stamp(moment(word, time_zone))
        case "yes_no":
            return _yes(word)
        case _:
            return _chosen(word, lists[ask.options])


def _chosen(word: str, offered: Sequence[tuple[str, str]]) -> str:
    if word not in {value for value, _ in offered}:
        raise ValueError("is none of those offered")
    return word


def _yes(word: str) -> bool:
    if word not in {"yes", "no"}:
        raise ValueError("is neither yes nor no")
    return word == "yes"


def _bounded(word: str, most: int) -> str:
    if len(word) > most:
        raise ValueError(f"has more than {most:,} characters")
    return word


def _one_line(word: str) -> str:
    if not _WORD.fullmatch(word):
        raise ValueError("is not one line")
    return word


def _index(word: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", word):
        raise ValueError("is not the number of an entry")
    return int(word)


def _split(words: Sequence[str]) -> list[str]:
    found = [part for word in words for part in re.split(r"[\s,;]+", word) if part]
    if len(found) > MOST_IN_A_LIST:
        raise ValueError(f"names more than {MOST_IN_A_LIST}")
    return found


def _digests(words: Sequence[str]) -> list[str]:
    found = sorted(set(_split(words)))
    if not all(map(_DIGEST.fullmatch, found)):
        raise ValueError("has something that is no SHA-256")
    return found


_LISTS = {
    "indices": lambda words: sorted(set(map(_index, _split(words)))),
    "names": lambda words: sorted(set(map(_one_line, _split(words)))),
    "digests": _digests,
}


def moment(word: str, time_zone: str) -> datetime:
    """Return the instant of a browser's local time in that zone, or of an RFC 3339 time; ValueError for neither."""
    if re.search(r"(Z|[+-]\d\d:\d\d)$", word):
        return utc(word)
    try:
        wall = datetime.fromisoformat(word)
    except ValueError:
        raise ValueError("is no time such as 2026-03-01T23:30") from None
    if wall.tzinfo is not None or len(word) < len("2026-03-01T23:30"):
        raise ValueError("is no time such as 2026-03-01T23:30")
    return within_years(utc(wall.replace(tzinfo=ZoneInfo(time_zone)).isoformat()))
