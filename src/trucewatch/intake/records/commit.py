"""The tool of the sealed room: a side's table of names to a list of commitments, which may leave the room.

A commitment is the HMAC-SHA-256 (RFC 2104) of a person's name and year of birth under a secret that the staffs of both
sides share and the centre never has. Who has the secret can try names; who has not can only see that two lists name
the same person. No message of this module repeats a cell.
"""

import csv
import hashlib
import hmac
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.intake.records.lists import LISTS
from trucewatch.intake.rows import BadRow, rows
from trucewatch.model import Party

WANTED = ("name", "birth_year", "category", "about", "time")  # columns of a table of names; state and received may be
WRITTEN = ("source", "source_class", "source_side", "about", "time", "received", "person", "category", "state")
LEAST_SECRET = 32  # bytes without the line's end: 128 bits even where they are hexadecimal digits
PURPOSE = "trucewatch list 1"  # so that the secret's digests of anything else are never those of a person

_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_APOSTROPHES = re.compile("['’ʼ‘`´]")
_DOTLESS = "ı"  # the Turkic i without a dot is typed as i by whoever has no key for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A list as bytes, how many entries it has, and how many rows of the table repeated another."""

    table: bytes
    entries: int
    repeated: int


def commitment(secret: bytes, name: str, birth_year: str) -> str:
    """Return the commitment to a person in hexadecimal; `birth_year` has four digits, or none where it is not known.

    Raises:
        ValueError: when the name has no two letters, or the year is none from 1900 to 2099.

    """
    known = normalised(name)
    if sum(map(str.isalpha, known)) < 2:
        raise ValueError("has no name of at least two letters")
    year = birth_year.strip()
    if year and not _YEAR.fullmatch(year):
        raise ValueError("has a birth_year that is not four digits such as 1987; leave it empty where it is not known")
    return hmac.new(secret, f"{PURPOSE}\n{known}\n{year}".encode(), hashlib.sha256).hexdigest()


def normalised(name: str) -> str:
    """Return a name as it is compared: no capitals, accents, apostrophes or hyphens, its words in one order.

    Scripts stay apart: a name in Latin letters is another than in Cyrillic or Armenian ones.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = re.findall(r"[^\W_]+", _APOSTROPHES.sub("", bare.replace(_DOTLESS, "i")))
    return " ".join(sorted(words))


def secret_of(content: bytes) -> bytes:
    """Return the secret of a file, without blanks and line ends about it; ValueError where it is too short."""
    secret = content.strip()
    if len(secret) < LEAST_SECRET:
        raise ValueError(
            f"the secret has {len(secret)} bytes, and at least {LEAST_SECRET} are needed; "
            "`trucewatch lists secret FILE` makes one"
        )
    return secret


def committed(names: Iterable[bytes], secret: bytes, side: str) -> Committed:
    """Return the list of a side's table of names; its rows stand by commitment, so that no order tells a name.

    Raises:
        ValueError: when a row cannot be read, by its number and never by its words; there is no list then.

    """
    if not side:
        raise ValueError("a list is some side's: name the party's id")
    context = Context(parties=(Party(id=side, names=()),), time_zone="UTC", gazetteer=Gazetteer())
    entries = []
    for line, cells in _table(names):
        try:
            entry = _entry(cells, secret, side)
            LISTS.read(entry, context)  # what is written here is what the centre reads, or nothing is written
        except ValueError as error:
            raise ValueError(f"row {line} {error}") from None
        entries.append(tuple(entry[column] for column in WRITTEN))
    by_person = sorted(set(entries), key=lambda entry: (entry[WRITTEN.index("person")], entry))
    return Committed(table=_csv(by_person), entries=len(by_person), repeated=len(entries) - len(by_person))


def _entry(cells: Mapping[str, str], secret: bytes, side: str) -> dict[str, str]:
    return {
        "source": "exchange list",
        "source_class": "party",
        "source_side": side,
        "about": cells["about"],
        "time": cells["time"],
        "received": cells.get("received", ""),
        "person": commitment(secret, cells["name"], cells["birth_year"]),
        "category": cells["category"],
        "state": cells.get("state", "").strip() or "listed",
    }


def _table(chunks: Iterable[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row's first line and its cells by column."""
    table = rows(chunks)
    header = next(table, None)
    if header is None or isinstance(header, BadRow):
        raise ValueError(f"the table of names {'is empty' if header is None else f'cannot be read: {header.reason}'}")
    columns = [cell.strip().lower() for cell in header.cells]
    if missing := [column for column in WANTED if columns.count(column) != 1]:
        raise ValueError(f"the table of names needs the columns {', '.join(WANTED)}, each once; look at {missing[0]}")
    for row in table:
        if isinstance(row, BadRow):
            raise ValueError(f"row {row.line} {row.reason}")  # noqa: TRY004 - the row is wrong, not the call
        if len(row.cells) != len(columns):
            raise ValueError(f"row {row.line} has {len(row.cells)} cells, the header has {len(columns)}")
        yield row.line, dict(zip(columns, row.cells, strict=True))


def _csv(entries: Iterable[tuple[str, ...]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([WRITTEN, *entries])
    return written.getvalue().encode()
