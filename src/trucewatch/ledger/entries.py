"""What the log says: one JSON value for each thing received, concluded and published. Pure.

Each is a pair: the entry's own fields, and those that it only commits to, so that they can be withheld later: what a
source wrote. Numbers are strings (RFC 8785 has one form for floats, readers of other languages do not), pairs are
lists in the case's order, so that no party's name decides an order. Observations and rejections hold what was
received, and with the named blobs are all that a report is recomputed from; the rest states what we made of it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trucewatch.ledger.commitments import cells
from trucewatch.model import (
    Assessment,
    Attribution,
    ClauseStatus,
    Incident,
    Observation,
    Record,
    Rejection,
    StatementAnswer,
)
from trucewatch.spacetime import stamp

Entry = dict[str, Any]
Said = tuple[Entry, Entry]

MEMBERS_AT_ONCE = 1000  # 1,000 keys of 12 characters and their quotes are 16 kB, far below an entry's 65,535 bytes
LONGEST_TEXT = 24_000  # bytes of a reason that an entry repeats; the whole of it is in the published file


def digest(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def received(
    case: str,
    rows: Iterable[Observation | Record],
    rejections: Iterable[Rejection],
    inputs: Mapping[str, bytes],
    kept: Mapping[str, bytes],
    *,
    pepper: bytes = b"",
) -> Iterator[Said]:
    """Yield the case of that id with its files, every observation, every record of something else, every rejection.

    `inputs` are the case's own files by name, `kept` the observation files that had rejected rows; the bytes of
    both are blobs beside the log. `pepper` is what went into the keys, committed to; a rehearsal has none.
    """
    files = [[name, digest(data)] for name, data in inputs.items()]
    blobs = sorted({sha256 for _, sha256 in files})
    yield {"type": "case", "v": "1", "id": case, "files": files, "blobs": blobs}, _pepper(pepper)
    yield from map(_row, rows)
    yield from map(_rejection, rejections)
    for name, data in sorted(kept.items()):
        yield {"type": "unread", "v": "1", "file": name, "blobs": [digest(data)]}, {}


def concluded(assessment: Assessment, run: Mapping[str, Any]) -> Iterator[Said]:
    """Yield what was made of it: the methods' names, each incident with its attribution, each clause's status."""
    yield {"type": "run", "v": "1", "as_of": stamp(assessment.as_of), **run}, {}
    for incident, attribution in zip(assessment.incidents, assessment.attributions, strict=True):
        yield from ((entry, {}) for entry in _incident(incident, attribution))
    yield from ((_status(status), {}) for status in assessment.statuses)
    yield from ((_answer(answer), {}) for answer in assessment.answers)


def mirrored(extent: str) -> Entry:
    """Return that the run was computed again with the parties exchanged, how much of it, and that nothing differed."""
    return {"type": "mirror", "v": "1", "extent": extent, "differences": "0"}


def publication(files: Mapping[str, bytes]) -> Entry:
    """Return the last entry: every published file and its digest."""
    return {"type": "publication", "v": "1", "files": {name: digest(data) for name, data in files.items()}}


def _pepper(pepper: bytes) -> Entry:
    return {"pepper": pepper.hex()} if pepper else {}


def pepper_of(shown: Mapping[str, Any]) -> bytes:
    """Return the pepper from what is shown of the case's entry; none where it is a rehearsal's, or withheld."""
    return bytes.fromhex(shown.get("pepper", ""))


def _row(row: Observation | Record) -> Said:
    kind = "observation" if isinstance(row, Observation) else "record"
    return {"type": kind, "v": "2", "key": row.key, "reader": row.reader}, {"id": row.id, **cells(row.raw)}


def _rejection(r: Rejection) -> Said:
    said = {
        "type": "rejection",
        "v": "3",
        "file": r.file,
        "row": str(r.row),
        "rows": str(r.rows),
    }
    # size and digest of a row are committed to as its words are: beside withheld words they would let them be guessed
    return said, {"reason": r.reason, "raw": r.raw, "size": str(r.size), "sha256": r.sha256}


def _incident(incident: Incident, attribution: Attribution) -> Iterator[Entry]:
    keys = [o.key for o in incident.observations]
    yield {
        "type": "incident",
        "v": "1",
        "id": incident.id,
        "first": stamp(incident.first_time),
        "last": stamp(incident.last_time),
        "observations": keys[:MEMBERS_AT_ONCE],
        "method": attribution.method,
        "probabilities": [[h, f"{p:.4f}"] for h, p in attribution.probabilities],
        "determination": attribution.determination,
        "why": _short(attribution.why),
    }
    for start in range(MEMBERS_AT_ONCE, len(keys), MEMBERS_AT_ONCE):
        more = keys[start : start + MEMBERS_AT_ONCE]
        yield {"type": "incident-more", "v": "1", "id": incident.id, "observations": more}


def _status(status: ClauseStatus) -> Entry:
    return {
        "type": "status",
        "v": "2",
        "agreement": status.agreement_id,
        "clause": status.clause_id,
        "obligation": status.obligation_id,
        "bearer": status.bearer,
        "status": status.status.value,
        "state": status.state.value,
        "since": stamp(status.since),
        "next_deadline": stamp(status.next_deadline),
        "records": list(status.record_keys[:MEMBERS_AT_ONCE]),
        "as_of": stamp(status.as_of),
        "coverage": "" if status.coverage is None else f"{status.coverage:.4f}",
        "why": _short(status.why),
    }


def _answer(answer: StatementAnswer) -> Entry:
    return {
        "type": "answer",
        "v": "1",
        "statement": answer.record_key,
        "agreement": answer.agreement_id,
        "clauses": list(answer.clause_ids),
        "answer": answer.answer.value,
        "why": _short(answer.why),
    }


def _short(text: str) -> str:
    # half of what an entry holds, so that quotes and backslashes, which JSON doubles, still fit
    return text.encode()[:LONGEST_TEXT].decode(errors="ignore")
