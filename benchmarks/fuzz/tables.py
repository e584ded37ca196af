"""Targets: tables of observations and records, one for each kind of `READERS`, and whole files of any header."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from benchmarks.fuzz.faults import Check, Targets

from trucewatch.intake import READERS, read, reread
from trucewatch.intake.case import parse_case
from trucewatch.intake.enrol import enrol
from trucewatch.intake.gazetteer import parse_gazetteer
from trucewatch.intake.places import parse_places, theatre
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.rows import Row, rows
from trucewatch.ledger.commitments import cells, commit, derived, row
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.verify import disclosed, read_entry
from trucewatch.model import Observation, Record, Rejection

BUNDLED = Path(str(files("trucewatch"))) / "bundled"
GAZETTEERS = Path(str(files("trucewatch"))) / "data" / "gazetteer"


# Rows of the kinds of which no bundled case has a table; also the columns that a table may have beside its own.
SAID = {"id": "1", "source": "Post 7", "source_class": "observer", "source_side": "", "about": "transfer:agdam"}
SAID |= {"time": "2020-11-20", "received": "2020-11-21T10:00:00+04:00", "text": "seen"}
MADE_UP: Mapping[str, Mapping[str, str]] = {
    "sites": {"site": "s-12", "community": "x", "condition": "damaged", "assessor": "A1", "imaged": "2021-06-01"}
    | {"baseline": "yes"},
    "harm": {"stage": "corroborated", "killed": "0", "injured": "2", "cause": "shelling"},
    "notices": {"notice": "demining", "starts": "2020-11-21T08:00:00+04:00", "ends": "2020-11-21T10:00:00+04:00"}
    | {"lon": "46.9", "lat": "39.9", "radius_km": "2"},
    "positions": {"unit": "patrol 3", "unit_kind": "monitors", "lon": "46.9", "lat": "39.9", "position_sd_km": "0.05"},
    "footprints": {
        "unit": "flight 3",
        "time": "2020-11-20T10:00:00+04:00",
        "until": "2020-11-20T10:15:00+04:00",
        "received": "2020-11-21",
        "footprint": "POLYGON ((46.9 39.9, 46.95 39.9, 46.95 39.95, 46.9 39.9))",
        "error_m": "20",
        "grade": "checked",
        "view": "clear",
    },
    "lists": {"person": "0123456789abcdef" * 4, "category": "prisoner", "state": "listed", "id": "", "text": ""},
}


def _context(case: str) -> Context:
    folder = BUNDLED / case
    settings = parse_case((folder / "case.toml").read_bytes(), case)
    return Context(
        parties=settings.parties,
        time_zone=settings.time_zone,
        gazetteer=parse_gazetteer(*(path.read_bytes() for path in sorted(GAZETTEERS.glob("*.csv")))),
        theatre=theatre(parse_places((folder / "places.geojson").read_bytes(), settings.parties)),
    )


CONTEXTS = {name: _context(name) for name in ("donbas", "karabakh")}
CONTEXT = CONTEXTS["donbas"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A table of a bundled case: whose it is, its kind where it has one, its columns, its rows and its bytes."""

    case: str
    reader: Reader | None
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    data: bytes


def _bundled(path: Path) -> Bundled:
    data = path.read_bytes()
    columns, *body = (each.cells if isinstance(each, Row) else () for each in rows([data]))
    reader = next((each for each in READERS if each.columns <= set(columns)), None)
    return Bundled(case=path.parts[-3], reader=reader, columns=columns, rows=tuple(body), data=data)


TABLES = tuple(map(_bundled, sorted(BUNDLED.glob("*/observations/*.csv"))))


def context_of(reader: Reader) -> Context:
    """Return the context in which most rows of the seeds are good."""
    cases = Counter(dict.fromkeys(CONTEXTS, 0))
    for table in TABLES:
        if table.reader is reader and table.case in cases:
            cases[table.case] += len(table.rows)
    case, most = cases.most_common(1)[0]
    return CONTEXTS[case if most else "karabakh"]


def header(reader: Reader) -> list[str]:
    """Return the columns of a table of this kind: its own, and those that stand beside them in the seeds."""
    columns = set(reader.columns)
    for beside in (
        *(table.columns for table in TABLES if table.reader is reader),
        {**SAID, **MADE_UP.get(reader.kind, {})},
    ):
        if next((each for each in READERS if each.columns <= columns | set(beside)), None) is reader:
            columns |= set(beside)
    return sorted(columns)


def check_body(reader: Reader, head: bytes, context: Context, data: bytes) -> bool:
    """Check what is made of the rows below a known header."""
    return _check(head + data, context, sealed=reader.is_sealed)


def check_file(data: bytes) -> bool:
    """Check what is made of a whole file."""
    return _check(data, CONTEXT, sealed=None)


def _check(file: bytes, context: Context, *, sealed: bool | None) -> bool:
    found = list(read("observations/f.csv", [file], context))
    given = list(rows([file]))
    refused = [one for one in found if isinstance(one, Rejection)]
    taken = [one for one in found if not isinstance(one, Rejection)]
    whole = any(one.row == 0 for one in refused)
    assert not (whole and taken), "a file is refused as a whole or not at all"
    assert not (whole and sealed is False), "a known header is recognised"
    said = sum(one.rows for one in refused) + len(taken)
    assert said == max(len(given) - 1, 1 if whole else 0), f"{len(given)} rows in, {said} out"
    assert all(one.reason and "\n" not in one.reason for one in refused), "a reason is one line"
    for one in taken:
        _check_kept(one, context)
    enrol(taken, context.parties)
    return bool(taken)


def _check_kept(one: Observation | Record, context: Context) -> None:
    """Check that the row can be an entry of the log, and be read out of it again as the same."""
    entry, disclosures = commit({"type": "record", "v": "2"}, {"id": one.id, **cells(one.raw)}, derived(b"", b""))
    shown = disclosed(read_entry(encode(entry)), disclosures)
    assert row(shown) == one.raw, "the cells come back from the log"
    assert reread(one.reader, one.raw, context) == one, "the row is read the same again"


def body_seeds(reader: Reader) -> Iterator[bytes]:
    """Yield rows of the bundled cases, put into the order of the header, and made-up ones."""
    columns = header(reader)
    made_up = {**SAID, **MADE_UP.get(reader.kind, {})}
    for table in TABLES:
        if table.reader is reader:
            for row_ in table.rows[:60]:
                yield _line(columns, {**SAID, **dict(zip(table.columns, row_, strict=False))})
    yield _line(columns, made_up) * 2
    words = ("2018-07-30", "2018-07-30T10:00:00Z", "north", "48.1", "37.5", "at least 3", "3-7", "km", "night", "")
    for word in words:
        yield _line(columns, dict.fromkeys(columns, word))
    yield b'"a","b\n'


def _line(columns: Sequence[str], named: Mapping[str, str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([named.get(name, "") for name in columns])
    return out.getvalue().encode()


def file_seeds() -> Iterator[bytes]:
    """Yield the beginnings of the bundled tables, and what people send instead of one."""
    counted: Counter[str] = Counter()
    for table in TABLES:
        name = table.reader.kind if table.reader else ""
        counted[name] += 1
        if counted[name] <= 3:
            yield b"\n".join(table.data.split(b"\n")[:6])
    yield from (b"", b"\xef\xbb\xbfa,b\n", b"PK\x03\x04", "a,b\n1,2\n".encode("utf-16"), b"name,born\nA,1\n")


def _check_of(reader: Reader) -> Check:
    return partial(check_body, reader, ",".join(header(reader)).encode() + b"\n", context_of(reader))


TARGETS: Targets = (
    ("tables", check_file, file_seeds),
    *((f"rows-{reader.kind}", _check_of(reader), partial(body_seeds, reader)) for reader in READERS),
)
