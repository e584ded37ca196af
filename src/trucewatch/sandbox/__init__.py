"""Files of strangers are parsed only here: in a child without network, with little memory and little time.

`inspect` says what a file is, `strip` makes a picture's working copy, `telemetry_of` has the numbers of a drone's
mission; the first two return a `Quarantined` with one of a
closed set of reasons where that cannot be done; they never raise for what a file holds. Whatever comes out, the
original bytes stay as they were received: nothing here changes or judges evidence, it says what may be opened.
"""

import hashlib
from typing import Any

from trucewatch.sandbox.bare import is_bare
from trucewatch.sandbox.findings import (
    Archive,
    Document,
    Facts,
    Inspected,
    Markup,
    Opaque,
    Packets,
    Picture,
    Quarantined,
    Reason,
    Text,
    read_facts,
)
from trucewatch.sandbox.kinds import UNKNOWN, Sort, is_two_kinds, sort_of
from trucewatch.sandbox.run import Answer, Limits, run

__all__ = [
    "MOST_BYTES",
    "Archive",
    "Document",
    "Facts",
    "Inspected",
    "Limits",
    "Markup",
    "Opaque",
    "Packets",
    "Picture",
    "Quarantined",
    "Reason",
    "Text",
    "inspect",
    "quarantine_entry",
    "strip",
    "telemetry_of",
]

MOST_BYTES = 64 << 20  # of a file that a parser is let at; what nothing here parses may have any size
_MEDIA_TYPES = {"json": "application/json", "plain": "text/plain"}


def inspect(data: bytes, *, limits: Limits = Limits()) -> Inspected | Quarantined:  # noqa: B008 - frozen
    """Return what a file is, or why nobody should open it.

    Raises OSError only where this machine cannot start a child; the file then waits, and nothing is said of it.
    """
    sha256, size, sort = hashlib.sha256(data).hexdigest(), len(data), sort_of(data)
    if is_two_kinds(data, sort):
        return Quarantined(reason=Reason.TWO_KINDS, sha256=sha256, size=size)
    if not sort.task:
        return Inspected(sha256=sha256, size=size, media_type=sort.media_type, facts=Opaque())
    if size > MOST_BYTES:
        return Quarantined(reason=Reason.TOO_LARGE, sha256=sha256, size=size)
    answer = run(sort.task, data, limits)
    facts = read_facts(answer.said.get("kind"), answer.said.get("facts"))
    if facts is None or answer.reason:
        return Quarantined(reason=answer.reason or Reason.DIED, sha256=sha256, size=size, layers=answer.layers)
    return Inspected(sha256=sha256, size=size, media_type=_media_type(sort, facts), facts=facts, layers=answer.layers)


def strip(data: bytes, *, limits: Limits = Limits()) -> bytes | Quarantined:  # noqa: B008 - frozen
    """Return a picture's working copy: a JPEG of its pixels alone, without metadata, at most 4,096 pixels a side.

    The form of what the child gives back is checked (`bare`), for the child may be the file's by then.

    Raises OSError as `inspect` does.
    """
    sort = sort_of(data)
    answer = Answer(reason=_unfit(data, sort)) if _unfit(data, sort) else run("copy", data, limits)
    if answer.reason is None and is_bare(answer.copy):
        return answer.copy
    sha256 = hashlib.sha256(data).hexdigest()
    return Quarantined(reason=answer.reason or Reason.DIED, sha256=sha256, size=len(data), layers=answer.layers)


def _unfit(data: bytes, sort: Sort) -> Reason | None:
    if sort.task != "picture":
        return Reason.NO_PICTURE
    if is_two_kinds(data, sort):
        return Reason.TWO_KINDS
    return Reason.TOO_LARGE if len(data) > MOST_BYTES else None


def _media_type(sort: Sort, facts: Facts) -> str:
    if isinstance(facts, Opaque):
        return UNKNOWN.media_type
    return _MEDIA_TYPES.get(facts.form, sort.media_type) if isinstance(facts, Text) else sort.media_type


def telemetry_of(data: bytes, *, limits: Limits = Limits()) -> bytes | Reason:  # noqa: B008 - frozen
    """Return the numbers of a drone's mission (`telemetry`) as the child gives them, unchecked; or why there are none.

    Raises OSError as `inspect` does.
    """
    answer = run("telemetry", data, limits)
    return answer.reason or answer.copy


def quarantine_entry(found: Quarantined) -> dict[str, Any]:
    """Return the log's entry of a quarantined file (docs/ledger.md, section 3), whose bytes are its blob."""
    return {
        "type": "quarantine",
        "v": "1",
        "sha256": found.sha256,
        "size": found.size,
        "reason": found.reason.value,
        "blobs": [found.sha256],
    }
