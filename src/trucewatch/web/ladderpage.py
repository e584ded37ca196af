"""The page for people at the log's own address: how far the last entries have come, and whether the heart beats.

No script, no outside resource; states in words and marks, never in colour alone; what strangers wrote is escaped. It
loads itself anew, and says how old it is, because a page that stood still would look like a log that lives.
"""

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from trucewatch.ledger.ladder import MARKS, RECEIVED, SEQUENCED, WITNESSED, clock
from trucewatch.ledger.overview import Overview, beat_words, keeper_words, sequenced_words
from trucewatch.ledger.parties import asked_words

RELOAD_S = 15
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
LAST = 40  # entries on the page

MEANINGS = {
    RECEIVED: "the centre has it on its disk and signed a receipt",
    SEQUENCED: "it stands in the log, under a checkpoint that the centre signed",
    WITNESSED: "those whom the policy asks for have cosigned a tree that holds it",
}

_PAGES = Environment(
    loader=PackageLoader("trucewatch.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A rung of the ladder: how many entries stand on it, None where nobody can."""

    mark: str
    word: str
    count: int | None
    meaning: str


def page(seen: Overview, received: int, notes: tuple[str, ...] = ()) -> bytes:
    """Return the page; `received` wait for the next heartbeat, `notes` are further states in words."""
    witnessed = seen.witnessed
    counts = {RECEIVED: received, SEQUENCED: seen.size - (witnessed or 0), WITNESSED: witnessed}
    rungs = [Rung(mark=MARKS[word], word=word, count=counts[word], meaning=MEANINGS[word]) for word in counts]
    rendered = _PAGES.get_template("log.html").render(
        seen=seen, rungs=rungs, notes=notes, marks=MARKS, reload_s=RELOAD_S, clock=clock,
        keeper_words=keeper_words, beat_words=beat_words,
        sequenced_words=sequenced_words, asked=asked_words(seen.policy), most=LAST,
    )  # fmt: skip
    return rendered.encode("utf-8", "backslashreplace")
