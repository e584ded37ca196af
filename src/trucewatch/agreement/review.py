"""Whether somebody's review of an obligation still is of the words and of the obligation that stand in the file."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from trucewatch.agreement.cells import required_text
from trucewatch.agreement.fault import Block, at_key, not_one_of
from trucewatch.paper import Quotation, Review

REVIEW_KEYS = ("by", "on", "hash")
DIGITS = 12  # hexadecimal, 48 bits: no protection from forgery (the log gives that), only from forgetting


def digest_of(block: Block, quotations: Sequence[Quotation]) -> str:
    """Return the digest of a clause's words and of an obligation's table without its review: blanks do not count."""
    words = [(q.tag, q.language, q.verbatim, " ".join(q.text.split())) for q in quotations]
    table = {key: value for key, value in block.table.items() if key != "review"}
    text = json.dumps([words, table], sort_keys=True, ensure_ascii=False, default=_written)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _written(value: Any) -> str:
    return str(value.isoformat())


def review(block: Block, quotations: Sequence[Quotation]) -> Review | None:
    """Return the review of a block, stale where its hash is of other words; None where nobody reviewed it."""
    table = block.table.get("review")
    if table is None:
        return None
    if not isinstance(table, dict):
        raise at_key(block, "review", 'a review is written { by = "...", on = 2026-11-22, hash = "..." }')
    for key in table:
        if key not in REVIEW_KEYS:
            raise at_key(block, "review", not_one_of("key of a review", key, REVIEW_KEYS))
    on, digest = table.get("on"), required_text(block, table, "hash")
    if not isinstance(on, date) or isinstance(on, datetime):
        raise at_key(block, "review", "the day of a review is a date such as on = 2026-11-22")
    return Review(
        by=required_text(block, table, "by"), on=on, digest=digest, is_stale=digest != digest_of(block, quotations)
    )
