"""The forms by which the seven say what they decide: one for each kind of statement. Pure.

Each form is a row of one table, so that the page that asks, the reader that checks (`filling`) and the words under
which a statement is shown again are one thing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trucewatch.report.staffs import STANCES
from trucewatch.report.words import several
from trucewatch.vocabulary import CaseState


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
            asks=(
                Ask(name="what", label="What", kind="choice", options="shifts"),
                _TIME,
                _text("Notes for the next (a sentence, also at the beginning)"),
            ),
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
    rest = (("both", several(len(parties))), ("other", "another actor"), ("no_violation", "nothing prohibited"))
    return {
        **FIXED,
        "parties": tuple(parties),
        "findings": (("undetermined", "undetermined"), *parties, *rest),
        "bearers": (*parties, *((name, f"guarantor {name}") for name in guarantors), ("centre", "the centre")),
        "clauses": (("", "no clause"), *((name, name) for name in clauses)),
        "staff": tuple((name, f"{name} ({role})") for name, role in sorted(staff.items())),
    }
