"""Whether somebody's review of an obligation still is of the words and of the obligation that stand in the file."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from trucewatch.agreement.cells import text
from trucewatch.agreement.fault import Block, inner
from trucewatch.paper import Quotation, Review

DIGITS = 12  # hexadecimal, 48 bits: no protection from forgery (the log gives that), only from forgetting


def digest_of(block: Block, quotations: Sequence[Quotation]) -> str:
    """Return the digest of a clause's words and of an obligation's table without its review: blanks do not count.

    Whose words they are counts too: the tag, the language, and whether they are the paper's own or our summary.
    """
    words = [(q.tag, q.language, q.verbatim, " ".join(q.text.split())) for q in quotations]
    table = {key: value for key, value in block.table.items() if key != "review"}
    written = json.dumps([words, table], sort_keys=True, ensure_ascii=False, default=_written)
    return hashlib.sha256(written.encode()).hexdigest()[:DIGITS]


def _written(value: Any) -> str:
    return str(value.isoformat())


def review(block: Block, quotations: Sequence[Quotation]) -> Review | None:
    """Return the review of a block, stale where its hash is of other words; None where nobody reviewed it."""
    if "review" not in block.table:
        return None
    table = inner(block, "review")
    digest = text(table, "hash")
    return Review(
        by=text(table, "by"),
        on=table.table["on"],
        digest=digest,
        is_stale=digest != digest_of(block, quotations),
    )
