"""How an investigation goes on with each statement: pure steps from one `Investigation` to the next."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from trucewatch.cases.findings import replied
from trucewatch.cases.investigations import (
    CaseFinding,
    CaseVoice,
    Evidence,
    Hearing,
    Investigation,
    Move,
    Remedy,
    Task,
)
from trucewatch.cases.liaison import follow_up
from trucewatch.cases.moves import MOVES, missing_for
from trucewatch.cases.reviews import decided, stand
from trucewatch.cases.said import WAITING, RefusedError, Terms
from trucewatch.cases.told import Told
from trucewatch.evidence import UNDETERMINED
from trucewatch.vocabulary import CaseState, Obstacle, Outcome, StaffRole, Stage

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PROBABILITY = re.compile(r"0\.\d{1,4}")
_WITH_REASONS = frozenset({CaseState.SUSPENDED, CaseState.CLOSED})


def moved(told: Told, case: Investigation | None, incidents: Collection[str], terms: Terms) -> Investigation:
    """Return the case after a move, or a new one; `incidents` are those known. RefusedError where it is not allowed."""
    state = told.choice("move", CaseState)
    _check_move(state, case, terms)
    named = told.words("incidents")
    if strange := [name for name in named if name not in incidents]:
        raise RefusedError(f"names the incident {strange[0][:60]!r}, which is not known")
    clause, move = told.word("clause", or_none=True), _move(told, state)
    if case is not None and state is CaseState.REMEDY_DUE:
        move = replace(move, owed_by=terms.named(case.finding), due=_after(told, terms.remedy_days))
    if case is None:
        voices = tuple(CaseVoice(guarantor=name) for name in terms.guarantors)
        return Investigation(id=_case_id(told), moves=(move,), voices=voices, incidents=_once(named), clause=clause)
    case = _opened_again(case) if case.state is CaseState.CLOSED else case
    return replace(
        case, moves=(*case.moves, move), incidents=_once((*case.incidents, *named)), clause=clause or case.clause
    )


def _check_move(state: CaseState, case: Investigation | None, terms: Terms) -> None:
    before = case.state if case else None
    if state not in MOVES[before]:
        raise RefusedError(f"moves a case from {before or 'nothing'} to {state}, which the rules do not allow")
    if case and (missing := missing_for(state, case, terms)):
        raise RefusedError(f"moves a case to {state}, and {missing}")


def _opened_again(case: Investigation) -> Investigation:
    """Return a closed case with all that was said in it as what was once: sides are heard and found of anew."""
    things: tuple[Task | Hearing | CaseFinding | Remedy, ...] = (
        *case.tasks,
        *case.heard,
        *case.preliminary,
        *case.remedies,
    )
    return replace(
        case,
        former=tuple(thing.said.name for thing in things),
        voices=tuple(_superseded(voice) for voice in case.voices),
        outcome=Outcome.AWAITED,
        finding=UNDETERMINED,
    )


def _superseded(voice: CaseVoice) -> CaseVoice:
    before = () if voice.newest is None else (voice.newest,)
    return replace(voice, newest=None, earlier=voice.earlier + before)


def _move(told: Told, state: CaseState) -> Move:
    is_suspended = state is CaseState.SUSPENDED
    obstacle = told.choice("reason", Obstacle) if is_suspended and "reason" in told.said.fields else None
    if state in _WITH_REASONS and obstacle is None:
        told.with_reasons(f"moves a case to {state} without a reason")
    return Move(said=told.said, state=state, obstacle=obstacle)


def _case_id(told: Told) -> str:
    name = told.word("case")
    if not _ID.fullmatch(name):
        raise RefusedError("opens a case whose id is not of small letters, digits, '.' and '-'")
    return name


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _check_open(case: Investigation) -> None:
    if case.state is CaseState.CLOSED:
        raise RefusedError("is about a case that is closed", _index_of(case))


def _index_of(case: Investigation) -> int | None:
    index = case.moves[-1].said.index
    return None if index == WAITING else index


# --- tasks, evidence, hearings --------------------------------------------------------------------


def tasked(told: Told, case: Investigation, posts: Collection[str]) -> Investigation:
    """Return the case with a task for one post of the staff."""
    _check_open(case)
    task = Task(said=told.said, to=told.one_of("to", posts, "of the staff"), due=told.time("due"))
    return replace(case, tasks=(*case.tasks, task))


def task_done(told: Told, case: Investigation, name: str) -> Investigation:
    """Return the case after the one who was tasked says that the task of this name is done."""
    task = next(task for task in case.tasks if task.said.name == name)
    if told.said.who != task.to:
        raise RefusedError("reports a task of somebody else", task.said.index)
    done = replace(task, done=(*task.done, told.said))
    return replace(case, tasks=tuple(done if task.said.name == name else task for task in case.tasks))


def shown(told: Told, case: Investigation) -> Investigation:
    """Return the case with more evidence: entries that stand in the log before it, and files."""
    _check_open(case)
    entries, blobs = told.indices("entries"), told.words("blobs")
    if told.said.index != WAITING and any(index >= told.said.index for index in entries):
        raise RefusedError("puts entries before a case that are not in the log")
    if not (entries or blobs) or not all(map(_DIGEST.fullmatch, blobs)):
        raise RefusedError("puts neither entries nor files before a case")
    return replace(case, evidence=(*case.evidence, Evidence(said=told.said, entries=entries, blobs=blobs)))


def heard(told: Told, case: Investigation, terms: Terms) -> Investigation:
    """Return the case after a side was heard, or refused to be."""
    _check_open(case)
    side = told.one_of("side", terms.parties, "a side")
    return replace(case, heard=(*case.heard, Hearing(said=told.said, side=side, present=told.flag("present"))))


# --- findings and remedies ------------------------------------------------------------------------


def found(told: Told, case: Investigation, terms: Terms) -> Investigation:
    """Return the case after a preliminary finding of its investigators, or a guarantor's final one."""
    stage = told.choice("stage", Stage)
    _check_stage(told, stage, case, terms)
    one = _case_finding(told, stage, terms)
    if stage is Stage.PRELIMINARY:
        return replace(case, preliminary=(*case.preliminary, one))
    return _concluded(replace(case, voices=tuple(_spoken(voice, one) for voice in case.voices)), terms)


def _check_stage(told: Told, stage: Stage, case: Investigation, terms: Terms) -> None:
    if (stage is Stage.FINAL) != (told.post.role == StaffRole.REVIEWER):
        raise RefusedError("finds preliminarily as a guarantor, or finally as an investigator", _index_of(case))
    if stage is Stage.FINAL and told.post.of not in terms.guarantors:
        raise RefusedError(f"{told.post.of!r} is no guarantor of this log")
    due = (CaseState.REPORTED,) if stage is Stage.FINAL else (CaseState.PRELIMINARY, CaseState.TASKED)
    if case.state not in due:
        raise RefusedError(f"is a {stage} finding, and the case is {case.state}", _index_of(case))


def _case_finding(told: Told, stage: Stage, terms: Terms) -> CaseFinding:
    told.with_reasons("gives no reasons")
    finding = told.one_of("finding", terms.findings, "what may be found")
    return CaseFinding(
        said=told.said,
        guarantor=told.post.of if stage is Stage.FINAL else "",
        stage=stage,
        finding=finding,
        clause=told.word("clause", or_none=True),
        standard=_standard(told),
        concerned=terms.parties,
        reply_by=_after(told, terms.reply_days),
    )


def _standard(told: Told) -> str:
    """Return the standard of proof applied: a probability above one half and below one, as a case's own."""
    written = told.word("standard")
    if not _PROBABILITY.fullmatch(written) or float(written) <= 0.5:
        raise RefusedError("states no standard of proof between 0.5 and 1, such as 0.95")
    return written


def _spoken(voice: CaseVoice, one: CaseFinding) -> CaseVoice:
    return replace(_superseded(voice), newest=one) if voice.guarantor == one.guarantor else voice


def _concluded(case: Investigation, terms: Terms) -> Investigation:
    own = [None if voice.newest is None else voice.newest.finding for voice in case.voices]
    return replace(case, outcome=stand(own), finding=decided([finding or "" for finding in own], terms.rule))


def with_case_reply(told: Told, case: Investigation, name: str) -> Investigation:
    """Return the case with a side's reply to the finding of this name."""

    def answered(one: CaseFinding) -> CaseFinding:
        if one.said.name != name:
            return one
        return replace(one, replies=(*one.replies, replied(told, one.said.index, one.concerned, one.reply_by)))

    return replace(
        case,
        preliminary=tuple(map(answered, case.preliminary)),
        voices=tuple(
            replace(
                voice,
                newest=voice.newest and answered(voice.newest),
                earlier=tuple(map(answered, voice.earlier)),
            )
            for voice in case.voices
        ),
    )


def remedy_set(told: Told, case: Investigation, terms: Terms) -> Investigation:
    """Return the case with a remedy due from a side that its final findings together name; no other owes one."""
    if case.state not in (CaseState.REVIEWED, CaseState.REMEDY_DUE):
        raise RefusedError(f"asks for a remedy, and the case is {case.state}", _index_of(case))
    side = told.one_of("side", terms.parties, "a side")
    if side not in terms.named(case.finding):
        raise RefusedError(f"asks {side!r} for a remedy, whom the final findings together do not name", _index_of(case))
    return replace(case, remedies=(*case.remedies, Remedy(said=told.said, side=side, due=_due(told, terms))))


def _due(told: Told, terms: Terms) -> datetime | None:
    """Return the day that is stated, else the one that the procedure gives."""
    if told.word("due", or_none=True):
        return told.time("due")
    return _after(told, terms.remedy_days)


def _after(told: Told, days: int) -> datetime | None:
    """Return the end of a term that begins when this is in the log, None where it is not yet."""
    return None if told.said.time is None else told.said.time + timedelta(days=days)


def remedied(told: Told, case: Investigation, name: str) -> Investigation:
    """Return the case after somebody said what became of the remedy of this name."""

    def followed(one: Remedy) -> Remedy:
        if one.said.name != name:
            return one
        return replace(one, follow_ups=(*one.follow_ups, follow_up(told, one.side, one.said.index)))

    return replace(case, remedies=tuple(map(followed, case.remedies)))
