"""What stands on an agreement's sheet, in words that are ready to be shown."""

from dataclasses import dataclass

from trucewatch.agreement.plain import Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """An obligation in plain words; `beside` is what its main sentences do not say.

    `numbers` are its bands and limits, `unverifiable` why nobody can verify it. `digest` is what a reviewer of these
    words writes into the file, `review` how its review stands; `is_open`: somebody is still to read and sign.
    """

    plain: Plain
    numbers: tuple[str, ...]
    unverifiable: str
    beside: tuple[str, ...]
    review: str
    digest: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a clause says in one text; `is_ours`: our summary, not the words of the paper."""

    tag: str
    language: str
    is_ours: bool
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A clause: its words and our notes left, its obligations right, or the reason why it has none."""

    id: str
    words: tuple[Words, ...]
    notes: tuple[str, ...]
    duties: tuple[Duty, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole; `facts` are (label, words), `people` (id, name, what it is), `sources` (tag, language, whose, where).

    `days` are those from which the paper counts: their words, and a line for each way to count. `counts` says how much
    there is of everything; `signers` are the parties, in the case's order.
    """

    id: str
    title: str
    file: str
    digest: str
    case: str
    counts: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    people: tuple[tuple[str, str, str], ...]
    sources: tuple[tuple[str, str, str, str], ...]
    days: tuple[tuple[str, tuple[str, ...]], ...]
    parts: tuple[Part, ...]
    signers: tuple[str, ...]
