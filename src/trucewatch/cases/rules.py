"""Who may say what: one line for each kind of statement, and the step that it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from trucewatch.cases import findings, inquest, liaison, releases, reviews, shifts
from trucewatch.cases.kept import Kept, Ref
from trucewatch.cases.said import RefusedError, Terms
from trucewatch.cases.told import Told
from trucewatch.vocabulary import ShiftMark, StaffRole

Step = Callable[[Told, Kept, Terms], None]

OFFICER, REVIEWER, LIAISON = StaffRole.OFFICER, StaffRole.REVIEWER, StaffRole.LIAISON
INVESTIGATOR, REPORTER = StaffRole.INVESTIGATOR, StaffRole.REPORTER
EVERYBODY = frozenset(StaffRole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """By which roles a kind of statement may be said, and what it does. A step that refuses changes nothing."""

    roles: frozenset[StaffRole]
    step: Step


def check_role(told: Told, rule: Rule, terms: Terms) -> None:
    """Raise RefusedError where somebody of this role may not say this, or is liaison of nobody."""
    if told.post.role not in rule.roles:
        raise RefusedError(
            f"is said by {_article(told.post.role)}, and is for {' or '.join(sorted(rule.roles))} to say"
        )
    if told.post.role == LIAISON and told.side not in terms.parties:
        raise RefusedError(f"speaks for {told.side[:60]!r}, who is no party of the case")


def _article(role: str) -> str:
    return f"an {role}" if role[:1] in "aeiou" else f"a {role}"


# --- incidents and findings -----------------------------------------------------------------------


def _determination(told: Told, kept: Kept, terms: Terms) -> None:
    review = _review(told, kept)
    kept.keep("reviews", review.incident, reviews.determined(told, review, terms), told.said)


def _review(told: Told, kept: Kept) -> reviews.Review:
    incident = told.word("incident")
    if incident not in kept.reviews:
        raise RefusedError(f"is about the incident {incident[:60]!r}, which is not known")
    return kept.reviews[incident]


def _finding(told: Told, kept: Kept, terms: Terms) -> None:
    finding = findings.published(told, _review(told, kept), terms)
    if before := kept.newest.get(finding.incident):
        kept.findings[before] = replace(kept.findings[before], is_superseded=True)
    kept.newest[finding.incident] = told.said.name
    kept.keep("findings", told.said.name, finding, told.said)


def _release(told: Told, kept: Kept, terms: Terms) -> None:
    del terms
    newest = next(reversed(kept.releases.values()), None)
    kept.keep("releases", told.said.name, releases.signed(told, newest), told.said)


def _reply(told: Told, kept: Kept, terms: Terms) -> None:
    del terms
    ref = kept.at.get(told.index("to"))
    if ref is None or ref.shelf not in {"findings", "messages", "case_findings"}:
        raise RefusedError(f"replies to entry {told.index('to')}, which is no finding and no message")
    if ref.shelf == "case_findings":
        kept.cases[ref.key] = inquest.with_case_reply(told, kept.cases[ref.key], ref.name)
    elif ref.shelf == "findings":
        kept.findings[ref.key] = findings.with_reply(kept.findings[ref.key], told)
    else:
        kept.messages[ref.key] = liaison.with_answer(kept.messages[ref.key], told)
    kept.mark(told.said, Ref("replies", ref.key, told.said.name))


# --- between the room and the sides ---------------------------------------------------------------


def _message(told: Told, kept: Kept, terms: Terms) -> None:
    sent = liaison.message(told, kept.staff.items(), terms)
    if sent.about and sent.about not in kept.reviews and sent.about not in kept.cases:
        raise RefusedError(f"is about {sent.about[:60]!r}, which is no incident and no case")
    kept.keep("messages", told.said.name, sent, told.said)


def _receipt(told: Told, kept: Kept, terms: Terms) -> None:
    del terms
    ref = kept.ref(told, "message", "messages", "message")
    kept.messages[ref.key] = liaison.with_receipt(kept.messages[ref.key], told)
    kept.mark(told.said, Ref("receipts", ref.key, told.said.name))


def _call(told: Told, kept: Kept, terms: Terms) -> None:
    kept.keep("calls", told.said.name, liaison.call(told, terms), told.said)


def _meeting(told: Told, kept: Kept, terms: Terms) -> None:
    kept.keep("meetings", told.said.name, liaison.meeting(told, kept.staff, terms), told.said)


def _measure(told: Told, kept: Kept, terms: Terms) -> None:
    ref = kept.ref(told, "meeting", "meetings", "meeting")
    kept.keep("measures", told.said.name, liaison.measure(told, kept.meetings[ref.key], terms), told.said)


def _measure_done(told: Told, kept: Kept, terms: Terms) -> None:
    del terms
    ref = kept.ref(told, "measure", "measures", "agreed measure")
    kept.measures[ref.key] = liaison.with_follow_up(kept.measures[ref.key], told)
    kept.mark(told.said, Ref("follow_ups", ref.key, told.said.name))


def _shift(told: Told, kept: Kept, terms: Terms) -> None:
    del terms
    line = shifts.shift(told, kept.on_shift, kept.cut_off, told.said.time or kept.now)
    kept.on_shift = shifts.on_shift_after(line, kept.on_shift)
    kept.cut_off = line.time if line.what is ShiftMark.CUT_OFF else kept.cut_off
    kept.keep("shifts", told.said.name, line, told.said)


# --- investigations -------------------------------------------------------------------------------


def _case_move(told: Told, kept: Kept, terms: Terms) -> None:
    name = told.word("case")
    case = inquest.moved(told, kept.cases.get(name), kept.reviews.keys(), terms)
    kept.keep("cases", name, case, told.said)


def _in_case(told: Told, kept: Kept) -> str:
    name = told.word("case")
    if name not in kept.cases:
        raise RefusedError(f"is about the case {name[:60]!r}, which is not known")
    return name


def _task(told: Told, kept: Kept, terms: Terms) -> None:
    del terms
    name = _in_case(told, kept)
    kept.cases[name] = inquest.tasked(told, kept.cases[name], kept.staff)
    kept.mark(told.said, Ref("tasks", name, told.said.name))


def _task_done(told: Told, kept: Kept, terms: Terms) -> None:
    del terms
    ref = kept.ref(told, "task", "tasks", "task")
    kept.cases[ref.key] = inquest.task_done(told, kept.cases[ref.key], ref.name)
    kept.mark(told.said, Ref("follow_ups", ref.key, told.said.name))


def _evidence(told: Told, kept: Kept, terms: Terms) -> None:
    del terms
    name = _in_case(told, kept)
    kept.cases[name] = inquest.shown(told, kept.cases[name])
    kept.mark(told.said, Ref("evidence", name, told.said.name))


def _heard(told: Told, kept: Kept, terms: Terms) -> None:
    name = _in_case(told, kept)
    kept.cases[name] = inquest.heard(told, kept.cases[name], terms)
    kept.mark(told.said, Ref("heard", name, told.said.name))


def _case_finding(told: Told, kept: Kept, terms: Terms) -> None:
    name = _in_case(told, kept)
    kept.cases[name] = inquest.found(told, kept.cases[name], terms)
    kept.mark(told.said, Ref("case_findings", name, told.said.name))


def _remedy(told: Told, kept: Kept, terms: Terms) -> None:
    name = _in_case(told, kept)
    kept.cases[name] = inquest.remedy_set(told, kept.cases[name], terms)
    kept.mark(told.said, Ref("remedies", name, told.said.name))


def _remedied(told: Told, kept: Kept, terms: Terms) -> None:
    del terms
    ref = kept.ref(told, "remedy", "remedies", "remedy")
    kept.cases[ref.key] = inquest.remedied(told, kept.cases[ref.key], ref.name)
    kept.mark(told.said, Ref("follow_ups", ref.key, told.said.name))


# --- corrections ----------------------------------------------------------------------------------


def _correction(told: Told, kept: Kept, terms: Terms) -> None:
    """Set a correction beside what it corrects; what a side or a guarantor said, nobody else corrects."""
    del terms
    told.with_reasons("corrects something, and does not say what")
    index = told.index("corrects")
    if (ref := kept.at.get(index)) is None:
        raise RefusedError(f"corrects entry {index}, which is no statement and no publication")
    author = kept.told[ref.name].post if ref.name else None
    if author is not None and author.of and author.for_whom != told.post.for_whom:
        raise RefusedError("corrects what is for others to correct", index)
    kept.corrections[index] = (*kept.corrections.get(index, ()), told.said)
    kept.mark(told.said, Ref("corrections", "", told.said.name))


RULES: Mapping[str, Rule] = {
    "determination": Rule(roles=frozenset({REVIEWER}), step=_determination),
    "reply": Rule(roles=frozenset({LIAISON}), step=_reply),
    "finding": Rule(roles=frozenset({OFFICER, REPORTER}), step=_finding),
    "release": Rule(roles=frozenset({OFFICER, REPORTER}), step=_release),
    "message": Rule(roles=frozenset({OFFICER}), step=_message),
    "receipt": Rule(roles=frozenset({LIAISON}), step=_receipt),
    "call": Rule(roles=frozenset({OFFICER, LIAISON}), step=_call),
    "meeting": Rule(roles=frozenset({OFFICER}), step=_meeting),
    "measure": Rule(roles=frozenset({OFFICER}), step=_measure),
    "measure_done": Rule(roles=frozenset({OFFICER, LIAISON}), step=_measure_done),
    "shift": Rule(roles=frozenset({OFFICER}), step=_shift),
    "case": Rule(roles=frozenset({OFFICER, INVESTIGATOR, REVIEWER}), step=_case_move),
    "task": Rule(roles=frozenset({OFFICER}), step=_task),
    "task_done": Rule(roles=EVERYBODY, step=_task_done),
    "evidence": Rule(roles=frozenset({INVESTIGATOR, OFFICER}), step=_evidence),
    "heard": Rule(roles=frozenset({INVESTIGATOR}), step=_heard),
    "case_finding": Rule(roles=frozenset({INVESTIGATOR, REVIEWER}), step=_case_finding),
    "remedy": Rule(roles=frozenset({OFFICER, REVIEWER}), step=_remedy),
    "remedied": Rule(roles=frozenset({LIAISON, OFFICER}), step=_remedied),
    "correction": Rule(roles=frozenset({OFFICER, REPORTER, REVIEWER}), step=_correction),
}
