"""What an entry says, in sentences: for whoever is to sign it, and for whoever reads it later. Pure.

The entry itself stands below them, field by field: a sentence may leave out what only a program needs, and nothing that
changes what is said. No name or number of an entry is all that a reader gets: what it stands for is named, as far as
this reader may see it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from trucewatch.cases import Said
from trucewatch.report.happenings import place_words, what_words
from trucewatch.report.staffs import OUTCOMES, POSITIONS, STANCES
from trucewatch.report.words import window_words
from trucewatch.web.room import pages
from trucewatch.web.room.forms import FIXED
from trucewatch.web.room.reported import observed
from trucewatch.web.room.reported import when_words as _at
from trucewatch.web.room.visit import Visit

Fields = Mapping[str, Any]
_STATES = dict(FIXED["done"])
_SHIFTS = dict(FIXED["shifts"])


def sentences(visit: Visit, fields: Fields, shown: Fields) -> tuple[str, ...]:
    """Return what an entry says; nothing of what the staff does not say, or says in a form that no page makes."""
    if fields.get("type") in {"observation", "record"}:
        return observed(visit, shown)
    say = _SAYS.get(_text(fields, "kind"))
    if say is None:
        return ()
    try:
        return tuple(sentence for sentence in say(visit, fields) if sentence)
    except (KeyError, TypeError, ValueError):
        return ()


def incident_words(visit: Visit, name: str) -> str:
    """Return an incident as what happened, when and where, for those who may see that; its number in any case."""
    found = visit.conclusions.found.get(name) if visit.conclusions else None
    if found is None or visit.conclusions is None or not visit.sees(visit.incident(name)):
        return f"the incident {name}"
    one, zone = found[0], visit.conclusions.case.time_zone
    where, _ = place_words(one, visit.conclusions.places)
    return f"the incident {name} ({what_words(one)}; {window_words(one.first_time, one.last_time, zone)}; {where})"


# --- of an incident -------------------------------------------------------------------------------


def _determination(visit: Visit, said: Fields) -> Iterable[str]:
    guarantor = visit.name(visit.of(said))
    yield (
        f"For the guarantor {guarantor}: this staff {POSITIONS[said['position']]}"
        f"{_BESIDE[said['position']]} what the machine proposes of {incident_words(visit, said['incident'])}."
    )
    yield f"Its own finding: {visit.name(said['finding'])}." if said["finding"] else "It finds nothing."
    yield f"The clause is {said['clause']}." if said["clause"] else "No clause is named."
    yield f"What is judged is the conclusion drawn from the first {said['of']:,} entries of the log."


_BESIDE = {"concur": " with", "contest": "", "abstain": " and neither accepts nor rejects"}


def _finding(visit: Visit, said: Fields) -> Iterable[str]:
    yield (
        f"Published is what the agreement’s procedure makes of {incident_words(visit, said['incident'])}: "
        f"{OUTCOMES[said['outcome']]}; {visit.name(said['finding'])}."
    )
    entries = said["determinations"]
    yield f"It rests on the determinations in {_entries(entries)}." if entries else ""
    yield (
        f"The sides see it at once and may reply until {_at(visit, said['reply_by'])}; after that everybody sees it, "
        "with the day and a coarse place alone."
    )


def _reply(visit: Visit, said: Fields) -> Iterable[str]:
    yield f"{visit.name(visit.of(said))} replies to {_about(visit, said['to'])}: this side {STANCES[said['stance']]}."


def _release(visit: Visit, said: Fields) -> Iterable[str]:
    del visit
    yield f"The published findings go to everybody as files, as they are made from the first {said['of']:,} entries."
    yield f"All the files together have the SHA-256 {said['digest']}."


def _correction(visit: Visit, said: Fields) -> Iterable[str]:
    yield f"Corrected is {_about(visit, said['corrects'])}. It stays as it is; this stands beside it for ever."


# --- between the room and the sides ---------------------------------------------------------------


def _message(visit: Visit, said: Fields) -> Iterable[str]:
    about = said["about"]
    is_case = visit.office is not None and about in visit.office.cases
    what = f", about {f'the case {about}' if is_case else incident_words(visit, about)}" if about else ""
    yield f"One message to the liaison officers of all sides at the same moment{what}."


def _receipt(visit: Visit, said: Fields) -> Iterable[str]:
    yield f"{visit.name(visit.of(said))} has received {_about(visit, said['message'])}."


def _call(visit: Visit, said: Fields) -> Iterable[str]:
    side = visit.name(said["side"])
    who = f"{side} called the centre" if said["direction"] == "in" else f"The centre called {side}"
    yield f"{who} on the hotline at {_at(visit, said['time'])}."


def _meeting(visit: Visit, said: Fields) -> Iterable[str]:
    there = ", ".join(visit.name(name) for name in said["present"])
    yield f"A liaison meeting was held at {_at(visit, said['time'])}; present: {there}."


def _measure(visit: Visit, said: Fields) -> Iterable[str]:
    yield (
        f"It was agreed at {_about(visit, said['meeting'])} that {visit.name(said['bearer'])} does what is written "
        f"below, by {_at(visit, said['due'])}."
    )


def _measure_done(visit: Visit, said: Fields) -> Iterable[str]:
    yield f"Of {_about(visit, said['measure'])} it is said that it is {_STATES[said['state']]}."


def _shift(visit: Visit, said: Fields) -> Iterable[str]:
    yield f"{said['who']}: {_SHIFTS[said['what']]}, at {_at(visit, said['time'])}."


# --- investigations -------------------------------------------------------------------------------


def _case(visit: Visit, said: Fields) -> Iterable[str]:
    is_new = visit.office is None or said["case"] not in visit.office.cases
    state = said["move"].replace("_", " ")
    yield f"The case {said['case']} {'is opened, in' if is_new else 'goes to'} the state “{state}”."
    if said["incidents"]:
        yield f"It is about {'; '.join(incident_words(visit, name) for name in said['incidents'])}."
    yield f"The clause is {said['clause']}." if said["clause"] else "No clause is named."


def _task(visit: Visit, said: Fields) -> Iterable[str]:
    yield f"In the case {said['case']}, {said['to']} is to do what is written below, by {_at(visit, said['due'])}."


def _task_done(visit: Visit, said: Fields) -> Iterable[str]:
    yield f"Done is {_about(visit, said['task'])}."


def _evidence(visit: Visit, said: Fields) -> Iterable[str]:
    del visit
    yield f"Added to the evidence of the case {said['case']}."
    yield f"It is {_entries(said['entries'])} of the log." if said["entries"] else ""
    yield f"It is {_counted(len(said['blobs']), 'file')}, named by SHA-256 below." if said["blobs"] else ""


def _heard(visit: Visit, said: Fields) -> Iterable[str]:
    came = "came and was heard" if said["present"] else "was asked and did not come; that is a record too"
    yield f"In the case {said['case']}, {visit.name(said['side'])} {came}."


def _case_finding(visit: Visit, said: Fields) -> Iterable[str]:
    yield f"The {said['stage']} finding of the case {said['case']}: {visit.name(said['finding'])}."
    yield f"The clause is {said['clause']}." if said["clause"] else "No clause is named."
    yield f"The standard of proof is a probability of {said['standard']}."


def _remedy(visit: Visit, said: Fields) -> Iterable[str]:
    yield (
        f"In the case {said['case']}, {visit.name(said['side'])} is asked for what is written below, by "
        f"{_at(visit, said['due'])}."
    )


def _remedied(visit: Visit, said: Fields) -> Iterable[str]:
    yield f"Of {_about(visit, said['remedy'])} it is said that it is {_STATES[said['state']]}."


_SAYS: Mapping[str, Callable[[Visit, Fields], Iterable[str]]] = {
    "determination": _determination,
    "reply": _reply,
    "finding": _finding,
    "release": _release,
    "message": _message,
    "receipt": _receipt,
    "call": _call,
    "meeting": _meeting,
    "measure": _measure,
    "measure_done": _measure_done,
    "shift": _shift,
    "case": _case,
    "task": _task,
    "task_done": _task_done,
    "evidence": _evidence,
    "heard": _heard,
    "case_finding": _case_finding,
    "remedy": _remedy,
    "remedied": _remedied,
    "correction": _correction,
}


# --- words ----------------------------------------------------------------------------------------


def _about(visit: Visit, index: int) -> str:
    """Return another entry in words, as far as this reader may see it; its number in any case."""
    said = visit.seen.statement(index)
    if said is None or not visit.sees(visit.things.statement(said)):
        return f"entry {index:,}"
    what = _WHAT.get(_text(said.fields, "kind"), "what was said")
    of = said.fields.get("incident") or said.fields.get("case") or ""
    about = f" of {incident_words(visit, of)}" if "incident" in said.fields else f" of the case {of}" if of else ""
    return f"{what}{about} by {said.who}, {pages.when(said.time, visit.zone)} (entry {index:,}{_quoted(said)})"


_WHAT = {
    "determination": "the determination",
    "finding": "the finding",
    "message": "the message",
    "meeting": "the liaison meeting",
    "measure": "the agreed measure",
    "task": "the task",
    "remedy": "the remedy",
    "case_finding": "the finding",
    "reply": "the reply",
    "call": "the hotline call",
}
_LONGEST_QUOTE = 120  # characters: enough to know it again; the whole stands behind the number


def _quoted(said: Said) -> str:
    """Return the beginning of its words; of a publication they are the harm check, which is for the room."""
    text = " ".join((said.text or "").split())
    if not text or _text(said.fields, "kind") in {"finding", "release"}:
        return ""
    return f": “{text}”" if len(text) <= _LONGEST_QUOTE else f": “{text[:_LONGEST_QUOTE]} …”"


def _entries(indices: Iterable[int]) -> str:
    numbers = [f"{index:,}" for index in indices]
    return f"{'entry' if len(numbers) == 1 else 'entries'} {', '.join(numbers)}"


def _counted(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
