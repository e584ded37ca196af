"""What the folds of the room hear of a log: its statements and its proposals, in the log's order, with their times.

The room hears the log as it grows; whoever draws the conclusions of its first entries again hears just those. Both do
it here, so that a report shows of the staffs what the room shows, and a copy of the log is enough to write it again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from trucewatch import cases
from trucewatch.cases import Finding, Office, Post, Procedure, Review, Said, Terms, office, posts_in, terms_of
from trucewatch.intake.case import CaseFile, parse_case
from trucewatch.ledger.submission import Submission, blobs_of, fields_of
from trucewatch.ledger.verify import disclosed
from trucewatch.model import Case
from trucewatch.report import staffs
from trucewatch.report.staffs import Answer, Judgement, Published, Reviewed, Staffs, Words
from trucewatch.spacetime import utc

Logged = tuple[int, bytes, Sequence[str]]  # index, bytes and disclosures of an entry

FOLDED = frozenset(
    {"charter", "act", "incident", "publication", "statement"}
)  # types that a fold wants; everything else would only fill the memory
BEFORE = datetime(1970, 1, 1, tzinfo=UTC)  # of a log without a heartbeat


class Hearing:
    """A log as far as it was heard. Not for several threads at once.

    `said` are statements and proposals, each with the time of the heartbeat that sequenced it; `posts` is who was
    appointed, by id, also who was dismissed since; `size` is the number of entries heard, `time` the last heartbeat's,
    `begun` the first one's;
    `ground` is what the newest `case.toml` that gave terms says (`procedure`), None before there was one.
    """

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.posts: dict[str, Post] = {}
        self.guarantors: tuple[str, ...] = ()
        self.size = 0
        self.time: datetime = BEFORE
        self.begun: datetime | None = None
        self.ground: CaseFile | None = None
        self._cases: list[tuple[int, dict[str, Any]]] = []
        self._procedure: Procedure | None = None
        self._untimed: list[tuple[int, Mapping[str, Any], Mapping[str, Any]]] = []

    def overhear(self, logged: Iterable[Logged]) -> Iterator[Logged]:
        """Yield the entries as they come, and hear them."""
        for index, entry, disclosures in logged:
            self.hear(index, fields_of(entry), disclosures)
            yield index, entry, disclosures

    def hear(self, index: int, fields: dict[str, Any], disclosures: Sequence[str]) -> None:
        """Hear the next entry of the log; of those that only wait, with the index -1, nothing is kept."""
        if index < 0:
            return
        self.size = index + 1
        kind = fields["type"]
        if kind == "beat":
            self._beat(utc(fields["time"]))
        if kind in FOLDED:
            self._untimed.append((index, fields, disclosed(fields, disclosures)))
        if kind == "case" and "by" not in fields and "approval" not in fields:
            self._cases.append((index, fields))
        if kind == "charter":
            self.guarantors = tuple(each["name"] for each in fields["guarantors"])
        if kind in {"charter", "act"}:
            self.posts |= posts_in(fields)

    def procedure(self, blob: Callable[[str], bytes]) -> Procedure | None:
        """Return by which terms is judged when, from the `case.toml` that each case entry names; None without one.

        `blob` is the file of a digest. Where it gives none that can be read (two guarantors may have it erased), or a
        name in it is ambiguous, the terms before go on.
        """
        for index, fields in self._cases:
            if (found := self._read_case(fields, blob)) is not None:
                self.ground, terms = found
                procedure = self._procedure
                self._procedure = procedure.then(index, terms) if procedure else Procedure(first=terms)
        self._cases.clear()
        return self._procedure

    def _read_case(self, case: dict[str, Any], blob: Callable[[str], bytes]) -> tuple[CaseFile, Terms] | None:
        named = (digest for name, digest in case["files"] if name == "case.toml" and digest in blobs_of(case))
        try:
            ground = parse_case(blob(next(named, "")), case["id"])
            return ground, terms_of(ground, self.guarantors)
        except (OSError, ValueError):
            return None

    def staffs(self, case: Case, blob: Callable[[str], bytes]) -> Staffs:
        """Return what the two staffs of a case have said up to here, as of the last heartbeat.

        `blob` is the file of a digest. Raises ValueError where a guarantor is called as a party of the case is.
        """
        newest = terms_of(case, self.guarantors)
        return staffs_of(office(self.said, self.procedure(blob) or Procedure(first=newest), self.staff, self.time))

    def _beat(self, time: datetime) -> None:
        self.begun = self.begun or time
        self.time = time
        self.said.extend(Said(index=i, time=time, fields=own, shown=shown) for i, own, shown in self._untimed)
        self._untimed.clear()

    @property
    def staff(self) -> dict[str, tuple[str, str]]:
        """Everybody who was ever appointed, with role and whose they are."""
        return {name: (post.role, post.of) for name, post in self.posts.items()}


def said_of(submission: Submission) -> Said | None:
    """Return what a submission that waits says to the folds; None where they do not ask for it."""
    fields = fields_of(submission.entry)
    if fields["type"] not in FOLDED:
        return None
    return Said(index=-1, time=None, fields=fields, shown=disclosed(fields, submission.disclosures))


# --- what a report shows of it --------------------------------------------------------------------


def staffs_of(office: Office) -> Staffs:
    """Return what the two staffs said of each incident, as a report takes it; nothing that only waits is in it."""
    published: dict[str, list[Finding]] = {}
    for finding in office.findings:
        published.setdefault(finding.incident, []).append(finding)
    return tuple(
        _reviewed(review, published.get(review.incident, []), office)
        for review in office.reviews.values()
        if review.spoken
    )


def _reviewed(review: Review, published: Iterable[Finding], office: Office) -> Reviewed:
    return Reviewed(
        incident=review.incident,
        voices=tuple(_voice(voice, office) for voice in review.voices),
        outcome=str(review.outcome),
        finding=review.finding,
        is_stale=review.is_stale,
        is_gone=review.is_gone,
        published=tuple(_published(finding, office) for finding in published),
    )


def _voice(voice: cases.Voice, office: Office) -> staffs.Voice:
    every = [*((voice.newest,) if voice.newest else ()), *reversed(voice.earlier)]
    return staffs.Voice(
        guarantor=voice.guarantor,
        judgements=tuple(
            Judgement(
                position=str(one.position),
                finding=one.finding,
                clause=one.clause,
                of=one.of,
                words=_words(one.said, office),
            )
            for one in every
        ),
    )


def _published(finding: Finding, office: Office) -> Published:
    return Published(
        outcome=str(finding.outcome),
        finding=finding.finding,
        reply_by=finding.reply_by,
        words=_words(finding.said, office),
        answers=tuple(
            Answer(side=reply.side, stance=str(reply.stance), is_late=reply.is_late, words=_words(reply.said, office))
            for reply in finding.replies
        ),
    )


def _words(said: Said, office: Office) -> Words:
    corrections = office.corrections.get(said.index, ()) if said.index >= 0 else ()
    return Words(
        who=said.who,
        time=said.time,
        index=said.index,
        text=said.text,
        corrections=tuple(_words(one, office) for one in corrections if one.index > said.index),
    )
