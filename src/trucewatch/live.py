"""The same path over a centre's live log: a case is said into it, conclusions are drawn from it and said into it.

What is concluded is a function of the log's first entries alone: each conclusion says of how many (`of`), so that
whoever has the log, a mirror too, can draw it again (`recompute`). The published files are blobs of the log.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from trucewatch import centre, pipeline
from trucewatch.assess.associate import Spread
from trucewatch.cases import terms_of
from trucewatch.centre import Opened, Run
from trucewatch.hearing import Hearing
from trucewatch.impartial import Checked, checked
from trucewatch.intake.case import CaseError
from trucewatch.ledger import entries, store
from trucewatch.ledger.book import Book
from trucewatch.ledger.commitments import row as cells_of
from trucewatch.ledger.encoding import canonical
from trucewatch.ledger.submission import blobs_of, fields_of
from trucewatch.model import Case, Observation, Record
from trucewatch.received import ROWS, Cells, Heard, Logged, Read, heard_in, is_own, name_of, read_again
from trucewatch.report.choice import began, running_days

AT_ONCE = 1000  # entries that are received with one file and one commit
OWN_DAYS = 2  # of the centre's own running that are reported: today, and the last day before it, for what comes late
BLOBS_AT_ONCE = 900  # digests of 67 bytes with their quotes: an entry holds 65,535

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What of a case folder was said into a log, and what it had already, in entries."""

    said: int
    known: int


# --- a case folder into the log ---------------------------------------------------------------------


def import_case(book: Book, folder: Path) -> Imported:
    """Say into the log what a case folder holds: the case with its files, its rows, what could not be read.

    What the log has already, or waits for the next heartbeat, is not said again, and what was withheld or erased does
    not come back. Raises CaseError where the folder holds no case; ValueError where a guarantor of the log is called as
    a party is; OSError where the disk refuses: what was said until then stays, and the rest is said when the folder is
    imported again.
    """
    opened, hearing = centre.open_case(folder), Hearing()
    known = heard_in(_everything(book), hearing)
    terms_of(opened.case, hearing.guarantors)
    with centre.batch():
        outcomes, kept = centre.read_all(folder, opened.context)
        read, rejections = centre.parted(outcomes)
        observations, records = pipeline.enrolled(opened.case, read, book.pepper)
    for data in (*opened.inputs.values(), *kept.values()):
        book.put_blob(data)
    read_in_order: list[Observation | Record] = [*observations, *records]
    received = entries.received(opened.case.id, read_in_order, rejections, opened.inputs, kept, pepper=book.pepper)
    said = list(received)
    rows = {(reader, cells) for _, reader, cells, _, _ in known.rows}
    new = [one for one in said if not _is_known(one, known, rows)]
    for some in _batches(new, AT_ONCE):
        book.say_all(some)
    return Imported(said=len(new), known=len(said) - len(new))


def _is_known(said: entries.Said, known: Heard, rows: set[tuple[str, Cells]]) -> bool:
    own, hidden = said
    if name_of(own) in known.withheld:
        return True
    if own["type"] in ROWS:
        return (own["reader"], cells_of(hidden)) in rows
    return canonical({**own, **hidden}) in known.told


def _everything(book: Book) -> Iterator[Logged]:
    """Yield every entry that waits and every one of the log; what a heartbeat moves meanwhile is there twice."""
    waiting = book.waiting()
    yield from _first(book, book.status().size)
    yield from ((-1, submission.entry, submission.disclosures) for submission in waiting)


def _first(book: Book, size: int) -> Iterator[Logged]:
    """Yield the first `size` entries of the log."""
    first = 0
    while first < size and (some := book.read(first)):
        yield from some[: size - first]
        first += len(some)


def _batches(things: Iterable[Thing], most: int) -> Iterator[list[Thing]]:
    rest = iter(things)
    while some := list(islice(rest, most)):
        yield some


# --- conclusions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Conclusions drawn from the first `size` entries of a log, not said into it yet; `rows` were read for them.

    `outside` are the rows, by reader and cells, that a monitor observed from outside the own zones.
    """

    size: int
    opened: Opened
    concluded: Checked
    rows: int
    outside: frozenset[tuple[str, Cells]]


def assess(book: Book, now: datetime, spread: Spread | None = None) -> Run:
    """Draw the conclusions from all that the log holds, say them into it with the published files, and beat.

    Cut short and repeated, it says nothing twice. Raises CaseError where no case was said into the log, MirrorError
    where the run with other names differs: nothing is said then.
    """
    return say(book, draw(book, spread=spread), now)


def draw(book: Book, size: int | None = None, spread: Spread | None = None) -> Drawn:
    """Draw the conclusions from the first `size` entries of the log (None: all of them), and say nothing.

    It takes its time and holds the book only while it reads a few thousand entries. Raises as `assess` does.
    """
    of = book.status().size if size is None else size
    hearing = Hearing()
    opened, concluded, read = _concluded(heard_in(_first(book, of), hearing), hearing, book.blob, spread)
    rows = len(read.rows) + sum(rejection.rows for rejection in read.rejections)
    return Drawn(size=of, opened=opened, concluded=concluded, rows=rows, outside=read.outside)


def say(book: Book, drawn: Drawn, now: datetime) -> Run:
    """Say drawn conclusions into the log with the published files, and beat; a second time says nothing."""
    for data in drawn.concluded.published.values():
        book.put_blob(data)
    book.say_all(list(_conclusions(drawn.concluded, drawn.size)))
    book.beat(now)
    return centre.run_of(drawn.opened, drawn.concluded, drawn.rows)


def _concluded(
    heard: Heard, hearing: Hearing, blob: Callable[[str], bytes], spread: Spread | None = None
) -> tuple[Opened, Checked, Read]:
    if not heard.case:
        raise CaseError("the log holds no case: import a case folder first")
    files = {name: digest for name, digest in heard.case["files"] if digest in blobs_of(heard.case)}
    with centre.batch():
        opened = centre.assemble({name: blob(digest) for name, digest in files.items()}, heard.case["id"])
        read = read_again(heard, opened.context, opened.case.places)
        until = None if hearing.begun is None else hearing.time
        case = replace(opened.case, days=_days(opened.case, read.rows, hearing), heard_until=until)
        opened = replace(opened, case=case)
        staffs = hearing.staffs(opened.case, blob)
        found = checked(
            opened.case, opened.context, read.rows, read.rejections, spread=spread, pepper=heard.pepper, staffs=staffs
        )
        return opened, found, read


def _days(case: Case, read: Iterable[Observation | Record], hearing: Hearing) -> tuple[date, ...]:
    """Return the days to report: what comes in while the centre runs is reported, whatever days the case asks for."""
    if hearing.begun is None:
        return case.days
    spoken = [said.time for said in hearing.said if said.fields["type"] == "statement" and said.time is not None]
    return running_days(case, (hearing.begun, hearing.time), filter(None, map(began, read)), spoken, OWN_DAYS)


def _conclusions(concluded: Checked, size: int) -> Iterator[entries.Said]:
    """Yield what is said of what was concluded from the first `size` entries; the publication last of all."""
    for own, hidden in centre.say_concluded(concluded):
        if own["type"] == "publication":
            for some in _batches(sorted(set(own["files"].values())), BLOBS_AT_ONCE):
                yield {"type": "published", "v": "1", "of": size, "blobs": some}, {}
        yield {**own, "of": size}, hidden


def recompute(ledger: Path) -> dict[str, bool]:
    """Draw the newest published conclusions of a log's folder again, from the entries that they say they are of.

    Return for each published file, and for "the log's own entries", whether the bytes are the same. Run
    `ledger.verify` first: this trusts the digests of the log it reads. Raises CaseError where nothing was published.
    """
    logged = [(at, entry, shown) for at, (entry, shown) in enumerate(store.read_entries(ledger))]
    said = [fields_of(entry) for _, entry, _ in logged]
    size = next((e["of"] for e in reversed(said) if _is_publication(e)), 0)
    if not size:
        raise CaseError(f"{ledger}: nothing was published in this log")
    hearing = Hearing()
    heard = heard_in(logged[:size], hearing)
    _, concluded, _ = _concluded(heard, hearing, lambda digest: (ledger / "blobs" / digest).read_bytes())
    again = [own for own, _ in _conclusions(concluded, size)]
    there = [e for e in said[size:] if e.get("of") == size and is_own(e)]
    published = next(e["files"] for e in reversed(there) if _is_publication(e))
    names = sorted({*published, *concluded.published})
    same = {name: published.get(name) == entries.digest(concluded.published.get(name, b"")) for name in names}
    return {"the log's own entries": there == again, **same}


def _is_publication(fields: Mapping[str, Any]) -> bool:
    return fields["type"] == "publication" and is_own(fields) and isinstance(fields.get("of"), int)
