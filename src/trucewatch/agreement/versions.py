"""Two versions of an agreement, compared as lawyers would: words by words, obligations setting by setting."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from trucewatch.agreement.plain import Said, Speaker, every_word, plain
from trucewatch.agreement.plain.times import day_words, moment_words, start_words
from trucewatch.paper import Agreement, Anchor, Clause, Obligation, Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs at a place of the paper ("clause 2", "obligation 2.a"): what it was and is; empty: nothing."""

    where: str
    what: str
    old: str = ""
    new: str = ""


def differences(old: Agreement, new: Agreement, speaking: tuple[Speaker, Speaker]) -> tuple[Difference, ...]:
    """Return what differs between two versions, in the order of the new one; what was taken out stands last.

    `speaking` are the speakers of the old and of the new version.
    """
    return (
        *_pairs("the paper", _head(old, speaking[0]), _head(new, speaking[1])),
        *_clauses(old, new),
        *_obligations(old, new, speaking),
    )


def _pairs(where: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    """Yield each setting that is not the same in both, in the order of the new one, then of the old one."""
    for what in dict.fromkeys((*new, *old)):
        if old.get(what, "") != new.get(what, ""):
            yield Difference(where=where, what=what, old=old.get(what, ""), new=new.get(what, ""))


def _head(paper: Agreement, by: Speaker) -> dict[str, str]:
    """Return what the front matter says, by what it says it of."""
    found = {
        "id": paper.id,
        "title": paper.title,
        "signed": day_words(paper.signed) if paper.signed else "",
        "in force": moment_words(paper.in_force, paper.time_zone) if paper.in_force else "",
        "time zone": paper.time_zone,
        "authentic": ", ".join(paper.authentic),
        "changes": ", ".join(paper.amends),
        "note": "\n".join((paper.note, *paper.notes)).strip(),
    }
    found |= {f"actor {actor.id}": f"{actor.name}, {actor.role.value}" for actor in paper.actors}
    found |= {f"day “{anchor.id}”": _day(anchor, by) for anchor in paper.anchors}
    return {what: words for what, words in found.items() if words}


def _day(anchor: Anchor, by: Speaker) -> str:
    told = f"told by {anchor.act}, {anchor.event}" if anchor.act else start_words(anchor, by.tz)
    others = (
        f"{start_words(each, by.tz)} by {', '.join(each.by) or 'nobody'}{' (inferred)' if each.inferred else ''}"
        f"{f', {each.source}' if each.source else ''}"
        for each in anchor.readings
    )
    return "; ".join((f"{anchor.words}: {told}", *((anchor.source,) if anchor.source else ()), *others))


# --- clauses --------------------------------------------------------------------------------------


def _clauses(old: Agreement, new: Agreement) -> Iterator[Difference]:
    before, after = ({clause.id: clause for clause in paper.clauses} for paper in (old, new))
    for name in dict.fromkeys((*after, *before)):
        where = f"clause {name}"
        if name not in before:
            yield Difference(where=where, what="added", new=_all_words(after[name]))
        elif name not in after:
            yield Difference(where=where, what="taken out", old=_all_words(before[name]))
        else:
            yield from _pairs(where, _clause(before[name]), _clause(after[name]))
    kept = [[name for name in these if name in before and name in after] for these in (before, after)]
    if kept[0] != kept[1]:
        yield Difference(where="the paper", what="order of clauses", old=", ".join(kept[0]), new=", ".join(kept[1]))


def _all_words(clause: Clause) -> str:
    return (
        "; ".join((*(quotation.text for quotation in clause.quotations), clause.not_verifiable)).strip("; ")
        or "no words"
    )


def _clause(clause: Clause) -> dict[str, str]:
    found = {f"words [{tag}]": words for tag, words in _by_tag(clause.quotations).items()}
    found |= {f"source of [{quotation.tag}]": _whose(quotation) for quotation in clause.quotations}
    return found | {"note": "\n".join(clause.notes), "reason for no obligation": clause.not_verifiable}


def _by_tag(quotations: Sequence[Quotation]) -> dict[str, str]:
    found: dict[str, str] = {}
    for quotation in quotations:
        words = " ".join(quotation.text.split())
        found[quotation.tag] = f"{found[quotation.tag]} / {words}" if quotation.tag in found else words
    return found


def _whose(quotation: Quotation) -> str:
    return f"{quotation.source} ({quotation.language}, {'word for word' if quotation.verbatim else 'our summary'})"


# --- obligations ----------------------------------------------------------------------------------


def _obligations(old: Agreement, new: Agreement, speaking: tuple[Speaker, Speaker]) -> Iterator[Difference]:
    before, after = (
        {duty.id: (clause, duty) for clause in paper.clauses for duty in clause.obligations} for paper in (old, new)
    )
    for name in dict.fromkeys((*after, *before)):
        where = f"obligation {name}"
        if name not in before:
            yield Difference(where=where, what="added", new=plain(after[name][1], speaking[1]).sentences)
        elif name not in after:
            yield Difference(where=where, what="taken out", old=plain(before[name][1], speaking[0]).sentences)
        else:
            yield from _pairs(where, _duty(*before[name], speaking[0]), _duty(*after[name], speaking[1]))


def _duty(clause: Clause, duty: Obligation, by: Speaker) -> dict[str, str]:
    said: dict[str, Said] = {each.what: each for each in every_word(plain(duty, by))}
    words = {what: each.words for what, each in said.items()}
    return {"kind": duty.kind.value, "clause": clause.id, **words, "review": _review(duty)}


def _review(duty: Obligation) -> str:
    if duty.review is None:
        return ""
    stale = "; the words or the obligation have changed since and are to be read again" if duty.review.is_stale else ""
    return f"by {duty.review.by} on {day_words(duty.review.on)}{stale}"


# --- words ----------------------------------------------------------------------------------------


def word_changes(old: str, new: str) -> str:
    """Return one text with what was taken out and put in marked between its words: 'by [-15-] {+25+} November'."""
    before, after = old.split(), new.split()
    parts: list[str] = []
    for change, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if change == "equal":
            parts += before[i1:i2]
        parts += [f"[-{' '.join(before[i1:i2])}-]"] if change in {"delete", "replace"} else []
        parts += [f"{{+{' '.join(after[j1:j2])}+}}"] if change in {"insert", "replace"} else []
    return " ".join(parts)
