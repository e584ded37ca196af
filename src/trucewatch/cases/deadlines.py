"""What is past its time: replies that did not come, measures, tasks and remedies that are not done.

A reply is a right and no duty: that its time is over is shown so that nothing is held against a side by silence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trucewatch.cases.findings import Finding, Reply
from trucewatch.cases.investigations import Investigation, Remedy, Task
from trucewatch.cases.liaison import Measure
from trucewatch.cases.said import Said
from trucewatch.vocabulary import CaseState, Followed


class Late(StrEnum):
    """What is past its time; `no_remedy`: a remedy is due and nobody has said which."""

    REPLY = "reply"
    MEASURE = "measure"
    TASK = "task"
    REMEDY = "remedy"
    NO_REMEDY = "no_remedy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """One thing past its time since `due`.

    `bearer` is a side, a guarantor, the centre or a post; `about` an incident or a case, "" where it is of a meeting.
    """

    what: Late
    said: Said
    bearer: str
    about: str
    due: datetime


def overdue_in(
    findings: Iterable[Finding],
    cases: Iterable[Investigation],
    measures: Iterable[Measure],
    now: datetime,
) -> tuple[Overdue, ...]:
    """Return all that is past its time, the longest overdue first; of equals in the order in which they were said."""
    found = [
        *(late for finding in findings if not finding.is_superseded for late in _unanswered_finding(finding)),
        *(late for case in cases if case.state is not CaseState.CLOSED for late in _of_case(case)),
        *(_of_measure(measure) for measure in measures if measure.state is not Followed.DONE),
    ]
    return tuple(sorted((late for late in found if late.due < now), key=lambda late: late.due))


def _unanswered_finding(finding: Finding) -> Iterator[Overdue]:
    return _unanswered(finding.said, finding.incident, finding.concerned, finding.replies, finding.reply_by)


def _unanswered(
    said: Said, about: str, concerned: tuple[str, ...], replies: tuple[Reply, ...], due: datetime | None
) -> Iterator[Overdue]:
    answered = {reply.side for reply in replies}
    for side in concerned:
        if due is not None and side not in answered:
            yield Overdue(what=Late.REPLY, said=said, bearer=side, about=about, due=due)


def _of_case(case: Investigation) -> Iterator[Overdue]:
    for voice in case.voices:
        if one := voice.newest:
            yield from _unanswered(one.said, case.id, one.concerned, one.replies, one.reply_by)
    yield from (_of_task(task, case) for task in case.counting(case.tasks) if not task.done)
    for remedy in case.counting(case.remedies):
        yield from _of_remedy(remedy, case)
    yield from _of_no_remedy(case)


def _of_task(task: Task, case: Investigation) -> Overdue:
    return Overdue(what=Late.TASK, said=task.said, bearer=task.to, about=case.id, due=task.due)


def _of_remedy(remedy: Remedy, case: Investigation) -> Iterator[Overdue]:
    if remedy.due is not None and remedy.state is not Followed.DONE:
        yield Overdue(what=Late.REMEDY, said=remedy.said, bearer=remedy.side, about=case.id, due=remedy.due)


def _of_no_remedy(case: Investigation) -> Iterator[Overdue]:
    move = case.moves[-1]
    if move.due is None:
        return
    for side in move.owed_by:
        if side not in {remedy.side for remedy in case.counting(case.remedies)}:
            yield Overdue(what=Late.NO_REMEDY, said=move.said, bearer=side, about=case.id, due=move.due)


def _of_measure(measure: Measure) -> Overdue:
    return Overdue(what=Late.MEASURE, said=measure.said, bearer=measure.bearer, about="", due=measure.due)
