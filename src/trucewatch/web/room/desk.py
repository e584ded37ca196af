"""The desk: what the room knows of the log, heard as it grows, and the newest conclusions drawn from it.

Everything that people decided is an entry; the desk folds them, and keeps nothing that the log does not have. It has
the statements and proposals in memory (about 2 kB each), not the rows that observers sent.
One thread hears (the book's own), any thread looks: what is looked at is replaced whole, never changed.

The fold goes on from where it was; when the desk opens, it begins from nothing.
"""

import hashlib
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any

from trucewatch.agreement.touched import named_areas, touched
from trucewatch.agreement.zones import Zone
from trucewatch.cases import Office, Procedure, Said, office
from trucewatch.hearing import Hearing, said_of
from trucewatch.intake.case import CaseFile
from trucewatch.intake.reader import Context
from trucewatch.ledger.book import Book
from trucewatch.ledger.submission import Submission, fields_of
from trucewatch.live import Drawn
from trucewatch.model import Assessment, Attribution, Case, Incident
from trucewatch.received import Cells
from trucewatch.report.choice import Choice, choose
from trucewatch.report.geo import incident_json
from trucewatch.report.overview import overview
from trucewatch.report.paper import anchors, paper_parts
from trucewatch.report.places import Settlements, settlements
from trucewatch.web.mapped import compressed

AT_ONCE = 2048  # entries heard in one turn of the book's thread; some 20 ms, so that no heartbeat waits for it
LAST_EVENTS = 20_000  # that a browser which lost its line can be told of; some 5 MB
NEWS = frozenset(
    {"observation", "record", "rejection", "case", "statement"}
)  # what the conclusions or the report may change by


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened at one entry of the log: `after` is how many entries there are with it."""

    after: int
    name: str
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Conclusions:
    """The newest conclusions: drawn from the first `of` entries, with what the pages look up in them.

    `context` is what a reader of rows may know of the case; `outside` are the rows, by reader and cells, that a monitor
    observed from outside the own zones.
    """

    of: int
    case: Case
    context: Context
    assessment: Assessment
    published: Mapping[str, bytes]
    outside: frozenset[tuple[str, Cells]] = frozenset()

    @cached_property
    def found(self) -> dict[str, tuple[Incident, Attribution]]:
        """Incidents with their attributions by id, in the order of time."""
        both = zip(self.assessment.incidents, self.assessment.attributions, strict=True)
        return {incident.id: (incident, attribution) for incident, attribution in both}

    @cached_property
    def overview(self) -> bytes:
        """The first view of the map page, compressed."""
        return compressed(overview(self.assessment))

    def incident_json(self, name: str) -> bytes | None:
        """Return an incident with its records as the map page asks for it; None where there is none."""
        if (found := self.found.get(name)) is None:
            return None
        return incident_json(self.assessment, *found, self._clauses.get(name, ()))

    @cached_property
    def _clauses(self) -> dict[str, tuple[str, ...]]:
        return dict(self.assessment.touched)

    @cached_property
    def choice(self) -> Choice:
        """The whole record as a report is made of it."""
        return choose(self.assessment, None)

    @cached_property
    def areas(self) -> tuple[Zone, ...]:
        """The zones and permitted areas of the case that a monitor's zones may be, each version of them."""
        return named_areas(self.case.places)

    @cached_property
    def _lies_in(self) -> dict[str, frozenset[str]]:
        return touched(self.assessment.incidents, self.areas)

    def zones_of(self, incident: str) -> frozenset[str]:
        """Return the ids of the areas that an incident may lie in; none of one that there is not any more."""
        return self._lies_in.get(incident, frozenset())

    @cached_property
    def places(self) -> Settlements:
        """The settlements of the case, both names of each."""
        return settlements(self.case, self.assessment.as_of)

    @cached_property
    def clause_anchors(self) -> dict[str, str]:
        """Where each clause stands in the report of the whole record."""
        return anchors(paper_parts(self.choice))

    @cached_property
    def held(self) -> dict[tuple[str, Cells], str]:
        """The id of the incident that each row is of, by the row as it was read: its reader and its cells."""
        return {(o.reader, o.raw): incident.id for incident in self.assessment.incidents for o in incident.observations}

    @cached_property
    def holders(self) -> dict[str, str]:
        """The id of the incident that each record is of, by the record's key."""
        return {o.key: incident.id for incident in self.assessment.incidents for o in incident.observations}


def concluded(drawn: Drawn) -> Conclusions:
    """Return drawn conclusions as the desk keeps them."""
    return Conclusions(
        of=drawn.size,
        case=drawn.opened.case,
        context=drawn.opened.context,
        assessment=drawn.concluded.assessment,
        published=drawn.concluded.published,
        outside=drawn.outside,
    )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The desk at one moment, frozen: a page is made from one of these and from nothing else.

    `ground` is what the log says of its case, also before any conclusions are drawn; `staff` also who was `dismissed`.
    """

    size: int
    time: datetime
    said: tuple[Said, ...] = ()
    waiting: tuple[Said, ...] = ()
    guarantors: tuple[str, ...] = ()
    staff: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dismissed: frozenset[str] = frozenset()
    news: int = 0
    published: int = 0
    procedure: Procedure | None = None
    ground: CaseFile | None = None

    def statement(self, index: int) -> Said | None:
        """Return the statement that stands at a place in the log, None where there is none."""
        at = bisect_left(self.said, index, key=lambda one: one.index)
        one = self.said[at] if at < len(self.said) else None
        return one if one and one.index == index and one.fields.get("type") == "statement" else None


class Desk:
    """See the module. `hear` and `came` belong to the book's thread."""

    def __init__(self) -> None:
        self._hearing = Hearing()
        self._waiting: dict[str, Said] = {}
        self._news = 0
        self._published = 0
        self._procedure: Procedure | None = None
        self._folded: Office | None = None
        self._heard = 0
        self._folding = Lock()  # pages are made in several threads
        self.events: deque[Event] = deque(maxlen=LAST_EVENTS)
        self.conclusions: Conclusions | None = None
        self.publications: dict[str, int] = {}  # the centre's own, by the SHA-256 of their entries, the newest last
        self.seen = Seen(size=0, time=self._hearing.time)

    # --- hearing ----------------------------------------------------------------------------------

    def hear(self, book: Book) -> bool:
        """Hear the next entries of the log; tell whether there may be more."""
        logged = book.read(self._hearing.size, AT_ONCE)
        for index, entry, disclosures in logged:
            fields = fields_of(entry)
            self._hearing.hear(index, fields, disclosures)
            self._note(index, entry, fields)
        self._procedure = self._hearing.procedure(book.blob)
        if len(logged) < AT_ONCE:
            self._waiting.clear()
            for submission in book.waiting() if book.status().received else ():
                self._wait(submission)
        self._look()
        return len(logged) == AT_ONCE

    def came(self, submission: Submission) -> None:
        """Hear of a submission that was received and waits for the next heartbeat."""
        self._wait(submission)
        self._look()

    def _wait(self, submission: Submission) -> None:
        said = said_of(submission)
        if said is not None and said.fields["type"] == "statement":
            self._waiting[submission.digest] = said

    def _note(self, index: int, entry: bytes, fields: dict[str, Any]) -> None:
        kind = fields["type"]
        if kind == "publication" and "by" not in fields and isinstance(fields.get("of"), int):
            self._published = fields["of"]
            self.publications[hashlib.sha256(entry).hexdigest()] = index
        self._news = index + 1 if kind in NEWS else self._news
        self.events.append(event(index, fields))

    def _look(self) -> None:
        hearing = self._hearing
        self.seen = Seen(
            size=hearing.size,
            time=hearing.time,
            said=tuple(hearing.said),
            waiting=tuple(self._waiting.values()),
            guarantors=hearing.guarantors,
            staff=hearing.staff,
            dismissed=frozenset(name for name, post in hearing.posts.items() if post.is_dismissed),
            news=self._news,
            published=self._published,
            procedure=self._procedure,
            ground=self._hearing.ground,
        )

    # --- what is asked of it ----------------------------------------------------------------------

    @property
    def has_news(self) -> bool:
        """Whether anything came since the newest conclusions by which they, or the report, may change."""
        return self.seen.news > max(self.seen.published, self.conclusions.of if self.conclusions else 0)

    def office(self, now: datetime) -> Office | None:
        """Return all that was decided until now, what waits included; None where the log has no case yet."""
        return self.looked(now)[1]

    def looked(self, now: datetime) -> tuple[Seen, Office | None]:
        """Return what is seen of the log, and what the folds make of just that.

        They go on from the last one: only what is new is folded.
        """
        with self._folding:
            seen = self.seen
            return seen, self._office(seen, now, ())

    def would_be_odd(self, said: Said, now: datetime) -> str:
        """Return why the rules would not allow a statement that is not said yet; "" where they do, or who knows."""
        with self._folding:
            made = self._office(self.seen, now, (said,))
        return next((odd.reason for odd in made.odd if odd.said.name == said.name), "") if made else ""

    def _office(self, seen: Seen, now: datetime, more: Sequence[Said]) -> Office | None:
        if seen.procedure is None:
            return None
        new = seen.said[self._heard :]
        made = office([*new, *seen.waiting, *more], seen.procedure, seen.staff, now, earlier=self._folded)
        self._folded, self._heard = made, len(seen.said)
        return made


def event(index: int, fields: Mapping[str, Any]) -> Event:
    """Return what the pages are told of an entry: what the log shows to anybody, and never what it only commits to."""
    kind = fields["type"]
    data: dict[str, Any] = {"index": index, "type": kind}
    if kind == "beat":
        data |= {"time": fields["time"], "received": fields["received"]}
    elif kind == "statement":
        data |= {"kind": str(fields.get("kind", "")), "incident": str(fields.get("incident", ""))}
    elif kind == "publication":
        data |= {"of": fields.get("of")}
    return Event(after=index + 1, name={"publication": "conclusions"}.get(kind, _NAMES.get(kind, "entry")), data=data)


_NAMES = {"beat": "beat", "statement": "statement"}


def after(events: Iterable[Event], last: int) -> list[Event]:
    """Return the events that came after so many entries, in their order."""
    return [each for each in events if each.after > last]
