"""What an officer signed for release to everybody: the files made of the log's first entries, by their digest."""

import re
from dataclasses import dataclass

from trucewatch.cases.said import WAITING, RefusedError, Said
from trucewatch.cases.told import Told

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A release of the first `of` entries; `digest` stands for its files, the statement's words are the harm check."""

    said: Said
    of: int
    digest: str


def signed(told: Told, newest: Signed | None) -> Signed:
    """Return a signed release; RefusedError where the rules do not allow it."""
    told.with_reasons("has no harm check in words")
    of, digest = told.index("of"), told.word("digest")
    if not _DIGEST.fullmatch(digest):
        raise RefusedError("does not say which files, by their SHA-256")
    if told.said.index != WAITING and of > told.said.index:
        raise RefusedError(f"is made of {of} entries, which do not stand before it")
    if newest is not None and of < newest.of:
        raise RefusedError("goes back behind a newer release", newest.said.index)
    return Signed(said=told.said, of=of, digest=digest)
