"""What the entries of a log say was received: the case, its rows, and what could not be read of them.

Rows are read again as their readers read them in a file. One that is not shown whole, that was not for whoever of the
staff handed it in, or that cannot be read is a rejection, never dropped.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trucewatch import centre
from trucewatch.agreement.touched import is_outside, named_areas
from trucewatch.agreement.zones import Zone
from trucewatch.hearing import Hearing
from trucewatch.intake import reread
from trucewatch.intake.reader import Context
from trucewatch.ledger import entries
from trucewatch.ledger.commitments import row as cells_of
from trucewatch.ledger.encoding import canonical
from trucewatch.ledger.submission import fields_of
from trucewatch.ledger.verify import commitments_of, disclosed
from trucewatch.model import Feature, Observation, Record, Rejection
from trucewatch.vocabulary import SourceClass

ROWS = frozenset({"observation", "record"})
OBSERVERS = frozenset({"monitor", "officer", "investigator"})  # whose rows are read as those of devices are
NO_ZONES: frozenset[str] = frozenset()
WITHHELD = {"reason": "", "raw": "", "size": "0", "sha256": ""}  # of a rejection, where they are

Cells = tuple[tuple[str, str], ...]
Logged = tuple[int, bytes, Sequence[str]]  # index, bytes and disclosures of an entry


@dataclass(slots=True, kw_only=True)
class Heard:
    """What the entries of a log say was received.

    `rows` are (index, reader, cells, digest and size of the entry); `told` is what else the centre said was received,
    as canonical JSON of all its fields; `withheld` are the names (`name_of`) of what is not shown whole; `zones` are
    those that the monitor had who handed in the row of that index. `hearing` hears the same entries, each a moment
    earlier: it knows who of the staff is what by then.
    """

    hearing: Hearing
    case: Mapping[str, Any] = field(default_factory=dict)
    pepper: bytes = b""
    rows: list[tuple[int, str, Cells, str, int]] = field(default_factory=list)
    told: set[bytes] = field(default_factory=set)
    rejections: list[Rejection] = field(default_factory=list)
    withheld: set[str] = field(default_factory=set)
    zones: dict[int, frozenset[str]] = field(default_factory=dict)


def heard_in(logged: Iterable[Logged], hearing: Hearing) -> Heard:
    """Return what these entries say was received; `hearing` hears them too."""
    heard = Heard(hearing=hearing)
    for index, entry, disclosures in hearing.overhear(logged):
        fields = fields_of(entry)
        if fields["type"] in ROWS:
            _hear_row(heard, index, entry, fields, disclosed(fields, disclosures))
        elif fields["type"] in {"case", "rejection", "unread"} and is_own(fields):
            # what a case is and what could not be read of its files is for the centre to state, and for nobody else
            _hear(heard, fields, disclosed(fields, disclosures))
    return heard


def is_own(fields: Mapping[str, Any]) -> bool:
    """Return whether the centre itself says this: no author has signed it, nobody of the staff approved it."""
    return "by" not in fields and "approval" not in fields


def _hear(heard: Heard, fields: dict[str, Any], shown: Mapping[str, Any]) -> None:
    own = {name: value for name, value in fields.items() if name != "commitments"}
    heard.told.add(canonical({**own, **shown}))
    if len(shown) < len(commitments_of(fields)):
        heard.withheld.add(name_of(own))
    if own["type"] == "case":
        heard.case, heard.pepper = own, entries.pepper_of(shown)
    elif own["type"] == "rejection":
        heard.rejections.append(centre.rejection_of({**WITHHELD, **own, **shown}))


def name_of(own: Mapping[str, Any]) -> str:
    """Return by what of it one knows again what was said before and is not shown whole any more."""
    return str(own.get("key", "")) or f"{own['type']} {own.get('file', '')} {own.get('row', '')}"


def _hear_row(heard: Heard, index: int, entry: bytes, fields: dict[str, Any], shown: Mapping[str, Any]) -> None:
    digest = hashlib.sha256(entry).hexdigest()
    cells = cells_of(shown)
    places = sorted(int(name.partition(":")[0]) for name in shown if name[:1].isdigit())
    is_whole = len(shown) == len(commitments_of(fields)) or bool(fields.get("sealed"))
    if is_whole and places == list(range(len(places))) and all(isinstance(cell, str) for _, cell in cells):
        post = heard.hearing.posts.get(fields.get("who", ""))
        reason = not_theirs((post.role, post.of) if post else ("", ""), fields, cells) if "approval" in fields else ""
        if reason:
            heard.rejections.append(_unread(index, digest, len(entry), reason))
        else:
            heard.rows.append((index, str(fields.get("reader")), cells, digest, len(entry)))
            if post and post.zones and "approval" in fields:
                heard.zones[index] = post.zones
        return
    heard.withheld.add(name_of(fields))
    heard.rejections.append(_unread(index, digest, len(entry), "is not shown whole: cells of it are withheld"))


def not_theirs(post: tuple[str, str], fields: Mapping[str, Any], cells: Cells) -> str:
    """Return why this row is not for one of the staff with that role and side to hand in; empty where it is.

    Observers report what they perceived themselves, and are its source: nobody is several witnesses. A liaison reports
    for a side, and the row has to say so: nobody takes it for what the centre's own people saw.
    """
    role, of = post
    stated = {column: cell for column, cell in cells if cell}
    is_report = (stated.get("source_class"), stated.get("source_side")) == (SourceClass.PARTY, of)
    if role in OBSERVERS:
        is_own = stated.get("source") == fields["who"] and stated.get("source_class") != SourceClass.PARTY
        return "" if is_own else "does not name the one of the staff who says it as its source, as an observer"
    if role != "liaison":
        return "is said by one of the staff who hands in no observations"
    if is_report and (fields["type"], fields.get("reader")) == ("observation", centre.CANONICAL):
        return ""
    return "is said by a liaison, and is not a report of the liaison's own side as such"


def _unread(index: int, digest: str, size: int, reason: str) -> Rejection:
    """Return the rejection of an entry; of its bytes nothing is repeated, they are in the log."""
    return Rejection(file="the log", row=index, reason=reason, raw="", size=size, sha256=digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The rows of a log as their readers read them; `outside` are those observed from outside the observer's zones."""

    rows: list[Observation | Record]
    rejections: list[Rejection]
    outside: frozenset[tuple[str, Cells]]


def read_again(heard: Heard, context: Context, places: Sequence[Feature]) -> Read:
    """Return the rows as their readers read them; one that cannot be read is a rejection, never dropped.

    Neither is one that a monitor observed from outside the own zones: it is taken and marked.
    """
    rows: list[Observation | Record] = []
    rejections, outside, areas = list(heard.rejections), set(), named_areas(places)
    for index, reader, cells, digest, size in heard.rows:
        try:
            row = read_row(reader, cells, context)
        except ValueError as error:
            rejections.append(_unread(index, digest, size, str(error)))
            continue
        rows.append(row)
        if strayed(row, heard.zones.get(index, NO_ZONES), areas):
            outside.add((row.reader, row.raw))
    return Read(rows=rows, rejections=rejections, outside=frozenset(outside))


def strayed(row: Observation | Record, zones: frozenset[str], areas: Iterable[Zone]) -> bool:
    """Tell whether a row was surely observed from outside these zones as they were then; without zones it was not."""
    observer = row.observer if isinstance(row, Observation) else None
    if not zones or observer is None or row.clocks.claimed is None:
        return False
    return is_outside(observer, row.clocks.claimed, [area for area in areas if area.feature.id in zones])


def read_row(reader: str, cells: Cells, context: Context) -> Observation | Record:
    """Return a row as its reader reads it, as of a file: an empty cell is none, a column stands once.

    Raises ValueError with a reason for a person where it cannot be read.
    """
    stated = tuple((column, cell) for column, cell in cells if cell)
    if len(dict(stated)) != len(stated):
        raise ValueError("has two cells of one column")
    return reread(reader, stated, context)
