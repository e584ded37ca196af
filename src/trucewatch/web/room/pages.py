"""The pages as HTML: one environment, the words for every state, what each template may ask. Pure but for templates.

No page but the map needs a script to be read; a passkey in hardware is asked by one. What scripts there are lie in
files of their own, so that the content security policy allows no other. Nothing is said by colour alone.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from trucewatch.cases import Said
from trucewatch.report.marks import LEGEND
from trucewatch.report.palette import COLOURS, PARTY_COLOURS, colour
from trucewatch.report.staffs import OUTCOMES, POSITIONS
from trucewatch.report.svg import marker
from trucewatch.report.words import local_words
from trucewatch.spacetime import stamp, utc
from trucewatch.web.room import observing
from trucewatch.web.room.forms import FIXED, FORMS
from trucewatch.web.room.visit import Visit

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

WORDS: Mapping[str, Any] = {
    "outcome_words": OUTCOMES,
    "position_words": {name: words.capitalize() for name, words in POSITIONS.items()},
    "position_short": POSITIONS,
    "stance_words": dict(FIXED["stances"]),
    "done_words": dict(FIXED["done"]),
    "shift_words": dict(FIXED["shifts"]),
    "late_words": {
        "reply": "the time to reply is over",
        "measure": "a measure is not done",
        "task": "a task is not done",
        "remedy": "a remedy is not done",
        "no_remedy": "a remedy is due, and nobody has said which",
    },
    "why_words": {
        "not_spoken": "one has not spoken yet",
        "abstained": "one abstains",
        "finding": "they find otherwise",
    },
    "rule_words": {
        "unanimous": "a side is named where every guarantor finds the same",
        "either": "a side is named where one guarantor finds so and no other contradicts",
    },
}

_PAGES = Environment(
    loader=ChoiceLoader([PackageLoader("trucewatch.web.room"), PackageLoader("trucewatch.report")]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)

_ROOMS = (  # address, name, whom it is of use to: everybody of the staff where nobody is named
    ("/room/", "Queue", ()),
    ("/room/observations/new", "Observation", ("officer", "investigator", "monitor", "liaison")),
    ("/room/map", "Map", ("officer", "reviewer", "investigator", "auditor")),
    ("/room/case/report.html", "Report", ("officer", "reviewer", "investigator", "auditor")),
    ("/room/counts", "Counts", ("officer", "reviewer", "investigator", "reporter", "auditor")),
    ("/room/cases", "Cases", ("officer", "reviewer", "investigator", "reporter", "auditor", "liaison")),
    ("/room/messages", "Messages", ("officer", "reviewer", "investigator", "reporter", "auditor", "liaison")),
    ("/room/meetings", "Meetings", ("officer", "reviewer", "investigator", "reporter", "auditor", "liaison")),
    ("/room/release", "Releases", ("officer", "reporter", "reviewer", "auditor")),
    ("/room/shift", "Shift", ("officer", "reviewer", "investigator", "reporter", "auditor")),
    ("/room/staff", "Staff", ("officer", "reviewer", "auditor")),
    ("/room/help", "Help", ()),
)


def navigation(role: str) -> tuple[tuple[str, str], ...]:
    """Return the pages that somebody of this role has work on; the access policy decides what is on them."""
    if role == "public":
        return (("/room/", "Findings"), ("/room/release", "Releases"), ("/room/help", "Help"))
    return tuple((address, name) for address, name, roles in _ROOMS if not roles or role in roles)


def render(template: str, visit: Visit, *, here: str = "", told: Sequence[str] = (), **more: Any) -> bytes:
    """Return a page of this visit."""
    office = visit.office

    def corrected(said: Said) -> list[Said]:
        found = office.corrections.get(said.index, ()) if office and said.index >= 0 else ()
        return visit.words(found)

    def why_not(kind: str, preset: Mapping[str, Sequence[Any]]) -> str:
        fields = {name: values[0] for name, values in preset.items() if values}
        action, thing = visit.saying(kind, fields)
        return visit.why_not(action, thing)

    def about(name: str) -> str:
        return f"case {name}" if office and name in office.cases else name or "a meeting"

    given = {
        "v": visit,
        "office": office,
        "here": here,
        "told": told,
        "nav": navigation(visit.person.role),
        "forms": FORMS,
        "when": lambda instant: when(instant, visit.zone),
        "corrected": corrected,
        "why_not": why_not,
        "about": about,
        "is_live": False,
        **WORDS,
        **more,
    }
    return _PAGES.get_template(template).render(given).encode("utf-8", "backslashreplace")


def drawn(sides: int, hypotheses: Sequence[str]) -> dict[str, Any]:
    """Return what the report's own templates ask for: signs and inks, and the names of the hypotheses."""
    inks = {f"side{n}": colour(f"side{n}") for n in range(1, max(sides, len(PARTY_COLOURS)) + 1)} | COLOURS
    return {
        "inks": inks,
        "marks": {kind: marker(kind, 0, 0, 7) for kind in inks},
        "legend": LEGEND,
        "r": {"hypotheses": hypotheses},
        "is_stacked": True,  # tables have words for each cell, for where they are shown one below the other
    }


def when(instant: datetime | None, zone: str) -> str:
    """Return a time on the wall clock of the case; what is not in the log yet has none."""
    return "with the next heartbeat" if instant is None else local_words(instant.replace(microsecond=0), zone)


def local_input(instant: datetime, zone: str) -> str:
    """Return an instant as a browser's field for local time holds it."""
    return local_words(instant.replace(second=0, microsecond=0), zone)[:16].replace(" ", "T")


def utc_text(instant: datetime) -> str:
    """Return an instant as an entry holds it."""
    return stamp(instant.replace(microsecond=0))


def told_fields(fields: Mapping[str, Any], names: Mapping[str, str], zone: str) -> list[tuple[str, str]]:
    """Return the fields of an entry for a reader: labels of the forms, words for values, nothing left out."""
    kind = str(fields.get("kind", ""))
    labels = {ask.name: ask.label for ask in FORMS[kind].asks} if kind in FORMS else {}
    return [
        (labels.get(name, _label(name)), _value(value, names, zone))
        for name, value in fields.items()
        if name not in _OURS or (name == "who" and fields["type"] == "read")  # said by the centre, of somebody else
    ]


def own_words(fields: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """Return what somebody wrote in words of their own: the text of a statement, or the words of an observation."""
    named = {name.partition(":")[2] or name: value for name, value in {**fields, **shown}.items()}
    return str(named.get("text") or "")


_OURS = frozenset({"type", "v", "kind", "log", "nonce", "who", "commitments", "approval", "by"})


def _label(name: str) -> str:
    at, colon, column = name.partition(":")
    if not (colon and at.isdigit()):
        return name.replace("_", " ")
    return observing.COLUMNS.get(column, column.replace("_", " "))


def _value(value: Any, names: Mapping[str, str], zone: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(part, str | int) for part in value):
        return ", ".join(map(str, value)) or "none"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value.endswith("Z") and value[:4].isdigit() and "T" in value:
        return f"{value} (UTC; {zone}: {_local(value, zone)})"
    return names.get(value, value) if value else "–"


def _local(value: str, zone: str) -> str:
    try:
        return local_words(utc(value), zone)
    except ValueError:
        return "not a time"
