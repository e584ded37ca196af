"""What a reader of the file should know: words that are not the paper's, names that nobody uses, near spellings."""

import re
from collections.abc import Iterable, Iterator

from trucewatch.agreement.fault import Block
from trucewatch.agreement.lint.finding import Finding, at, note
from trucewatch.agreement.plain import is_proved
from trucewatch.agreement.review import digest_of
from trucewatch.agreement.text import Copy
from trucewatch.agreement.toml_lines import Path
from trucewatch.paper import Obligation

NEAR = 6  # letters of a word for each that is put in, left out or changed in what may be the same word: a guess
MOST = 2  # of these in a long word


def words(copy: Copy) -> Iterator[Finding]:
    """Yield notes on words and their sources, and errors where a review is of other words."""
    yield from _quotations(copy)
    yield from _unused(copy)
    yield from _reviews(copy)
    yield from _twins(copy)
    for block, duty in copy.placed:
        yield from _unaccepted(block, duty)
        yield from _idle_proofs(block, duty)


def _quotations(copy: Copy) -> Iterator[Finding]:
    paper = copy.agreement
    for clause in paper.clauses:
        if not any(quotation.verbatim for quotation in clause.quotations):
            remedy = "quote the paper where its text is to be had"
            what = f"in clause {clause.id} nothing is quoted word for word; {remedy}"
            yield Finding(line=clause.line, what=what, is_note=True)
    quoted = {quotation.language for clause in paper.clauses for quotation in clause.quotations if quotation.verbatim}
    if paper.authentic and not quoted & set(paper.authentic):
        languages = " or ".join(paper.authentic)
        yield note(copy.front, "authentic", f"no clause is quoted in an authentic language ({languages}); quote one")


def _unused(copy: Copy) -> Iterator[Finding]:
    """Yield tags, anchors and actors of the front matter that nothing in the file uses."""
    paper = copy.agreement
    tags = {quotation.tag for clause in paper.clauses for quotation in clause.quotations}
    anchors = {name for block, _ in copy.placed for name in _values(block.table, ("after",))}
    keys = ("bearer", "toward", "by", "accepted_by")
    actors = {name for block, _ in copy.placed for name in _values(block.table, keys)}
    actors |= set(_values(copy.front.table.get("anchor", {}), keys))
    for kind, used in (("quotation", tags), ("anchor", anchors), ("actor", actors)):
        for name in copy.front.table.get(kind, {}):
            if name not in used:
                yield note(copy.front, (kind, name), f"{kind} {name} is used nowhere; use it or take it out")


def _values(value: object, keys: tuple[str, ...]) -> Iterator[str]:
    """Yield every word that stands under one of these keys, at any depth."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in keys:
                inside = each if isinstance(each, list) else [each]
                yield from (word for word in inside if isinstance(word, str))
            yield from _values(each, keys)
    elif isinstance(value, list):
        for each in value:
            yield from _values(each, keys)


# --- reviews --------------------------------------------------------------------------------------


def _reviews(copy: Copy) -> Iterator[Finding]:
    quoted = {duty.id: clause.quotations for clause in copy.agreement.clauses for duty in clause.obligations}
    for block, duty in copy.placed:
        if duty.review is not None and duty.review.is_stale:
            now = digest_of(block, quoted[duty.id])
            what = f"the words or obligation {duty.id} have changed since {duty.review.by} reviewed them"
            yield at(block, "review", f'{what}; read both again, then write hash = "{now}"')
    unread = [duty.id for _, duty in copy.placed if duty.review is None]
    if unread:
        some = f"{len(unread)} of {len(copy.placed)} obligations have no review ({', '.join(unread[:3])}, ...)"
        yield Finding(line=1, what=f"{some}; --hashes prints what to write once somebody has read them", is_note=True)


# --- spellings ------------------------------------------------------------------------------------


def _twins(copy: Copy) -> Iterator[Finding]:
    """Yield acts, events and items spelt once that nearly agree with another: records would miss one of them."""
    for what, keys in (("act", ("act",)), ("event", ("completes_on", "conditions", "event")), ("item", ("item",))):
        uses = [(block, path, word) for block, _ in copy.placed for path, word in _spelt(block.table, keys, ())]
        spelt = [word for _, _, word in uses]
        for block, path, word in uses:
            near = [other for other in dict.fromkeys(spelt) if other != word and _is_near(word, other)]
            if near and spelt.count(word) == 1:
                yield note(block, path, f"{what} {word} is spelt once, and nearly as {near[0]}; are they one?")


def _spelt(value: object, keys: Iterable[str], path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            inside = each if isinstance(each, list) else [each]
            if key in keys:
                yield from (((*path, key), word) for word in inside if isinstance(word, str))
            yield from _spelt(each, keys, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _spelt(each, keys, (*path, number))


def _is_near(one: str, other: str) -> bool:
    """Tell whether two words differ in few letters, and not in their numbers alone: stage-1 is not stage-2."""
    if re.sub(r"\d+", "", one) == re.sub(r"\d+", "", other):
        return False
    allowed = min(len(one) // NEAR, len(other) // NEAR, MOST)
    return abs(len(one) - len(other)) <= allowed and _distance(one, other) <= allowed


def _distance(one: str, other: str) -> int:
    """Return the Levenshtein distance."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        last, row = row, [number]
        for at_letter, its in enumerate(other, start=1):
            row.append(min(last[at_letter] + 1, row[-1] + 1, last[at_letter - 1] + (letter != its)))
    return row[-1]


# --- what says nothing ----------------------------------------------------------------------------


def _unaccepted(block: Block, duty: Obligation) -> Iterator[Finding]:
    for key in ("amendment", "pause"):
        for number, table in enumerate(block.table.get(key, ())):
            if not table.get("accepted_by"):
                yield _by_nobody(block, (key, number), key, duty)
    if "ended" in block.table and not block.table["ended"].get("accepted_by"):
        yield _by_nobody(block, ("ended",), "end", duty)


def _by_nobody(block: Block, path: Path, what: str, duty: Obligation) -> Finding:
    remedy = "write accepted_by, or know that it is judged as one more reading"
    return note(block, path, f"in obligation {duty.id}: nobody is named who accepted this {what}; {remedy}")


def _idle_proofs(block: Block, duty: Obligation) -> Iterator[Finding]:
    if "verify" in block.table and (duty.method_missing or not is_proved(duty)):
        why = "nobody judges it" if duty.method_missing else "it is judged by other means than somebody's word"
        yield note(block, "verify", f"in obligation {duty.id}: verify says nothing, since {why}; take it out")
