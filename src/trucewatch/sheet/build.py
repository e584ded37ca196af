"""An agreement to its sheet: the words of the paper left, what is made of them in plain words right."""

from collections.abc import Iterator, Mapping, Sequence

from trucewatch.agreement.fault import Block
from trucewatch.agreement.plain import MAIN, Speaker, plain, speaker
from trucewatch.agreement.plain.speaker import act_named, called, joined
from trucewatch.agreement.plain.times import day_words, moment_words, start_words, zone_words
from trucewatch.agreement.review import digest_of
from trucewatch.agreement.text import Copy
from trucewatch.model import Feature, Party
from trucewatch.paper import Agreement, Anchor, AnchorReading, Clause, Obligation, Quotation
from trucewatch.report.words import party_name
from trucewatch.sheet.parts import Duty, Part, Sheet, Words

NUMBERS = ("band", "limit")
OURS = "our summary, not the words of the paper"
THEIRS = "quoted word for word"


def sheet(
    copy: Copy, file: str, parties: Sequence[Party] = (), places: Sequence[Feature] = (), case: str = ""
) -> Sheet:
    """Return the sheet of an agreement file; the parties of a case give names, in the case's order."""
    paper = copy.agreement
    by = speaker(paper, parties, places)
    blocks = {duty.id: block for block, duty in copy.placed}
    parts = tuple(_part(clause, blocks, by) for clause in paper.clauses)
    return Sheet(
        id=paper.id,
        title=paper.title,
        file=file,
        digest=paper.digest,
        case=case,
        counts=_counts(parts),
        facts=tuple(_facts(paper)),
        notes=(*((paper.note,) if paper.note else ()), *paper.notes),
        people=tuple(_people(paper, parties)),
        sources=tuple(_sources(copy)),
        days=tuple((anchor.words, tuple(_ways(anchor, by))) for anchor in paper.anchors),
        parts=parts,
        signers=tuple(party_name(party) for party in parties),
    )


# --- the head -------------------------------------------------------------------------------------


def _facts(paper: Agreement) -> Iterator[tuple[str, str]]:
    yield "Signed", day_words(paper.signed) if paper.signed else "no day is given"
    if paper.in_force is not None:
        yield "In force", f"from {moment_words(paper.in_force, paper.time_zone)}"
    yield "Its clock", f"{zone_words(paper.time_zone)} ({paper.time_zone}); UTC stands beside every time"
    yield "Authentic", joined(paper.authentic) or "the file does not say which language is"
    if paper.amends:
        yield "Changes", joined(paper.amends)


def _people(paper: Agreement, parties: Sequence[Party]) -> Iterator[tuple[str, str, str]]:
    yield from ((party.id, party_name(party), "party") for party in parties)
    roles = {"other": "named by the paper"}
    yield from ((a.id, a.name, roles.get(a.role.value, f"{a.role.value}; no party of the case")) for a in paper.actors)


def _sources(copy: Copy) -> Iterator[tuple[str, str, str, str]]:
    for tag, table in copy.front.table.get("quotation", {}).items():
        yield tag, table["language"], THEIRS if table["verbatim"] else OURS, table["source"]


def _ways(anchor: Anchor, by: Speaker) -> Iterator[str]:
    told = f"told by records of {act_named(anchor.act, by)}, event “{anchor.event}”"
    yield f"as stated: {_start(anchor, by) if not anchor.act else told}"
    for number, reading in enumerate(anchor.readings, start=1):
        who = f"as counted by {called(reading.by, by)}" if reading.by else "as some may count"
        inferred = " (from the wording; not argued)" if reading.inferred else ""
        yield f"reading {number}, {who}{inferred}: {_start(reading, by)}"


def _start(anchor: Anchor | AnchorReading, by: Speaker) -> str:
    source = f" ({anchor.source})" if anchor.source else ""
    return f"{start_words(anchor, by.tz)}{source}"


def _counts(parts: Sequence[Part]) -> str:
    duties = [duty for part in parts for duty in part.duties]
    kinds = (
        (len(parts), "clause", "clauses"),
        (sum(not part.duties for part in parts), "of them without an obligation", "of them without an obligation"),
        (len(duties), "obligation", "obligations"),
        (sum(bool(duty.plain.readings) for duty in duties), "of them with readings", "of them with readings"),
        (sum(len(duty.plain.changes) for duty in duties), "later change", "later changes"),
        (sum(len(duty.plain.doubts) for duty in duties), "open question", "open questions"),
        (sum(duty.is_open for duty in duties), "review outstanding", "reviews outstanding"),
    )
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in kinds)


# --- clauses --------------------------------------------------------------------------------------


def _part(clause: Clause, blocks: Mapping[str, Block], by: Speaker) -> Part:
    return Part(
        id=clause.id,
        words=tuple(_words(quotation) for quotation in clause.quotations),
        notes=clause.notes,
        duties=tuple(_duty(duty, digest_of(blocks[duty.id], clause.quotations), by) for duty in clause.obligations),
        reason=clause.not_verifiable,
    )


def _words(quotation: Quotation) -> Words:
    return Words(
        tag=quotation.tag,
        language=quotation.language,
        is_ours=not quotation.verbatim,
        paragraphs=tuple(quotation.text.split("\n")),
    )


def _duty(duty: Obligation, digest: str, by: Speaker) -> Duty:
    told = plain(duty, by)
    left = [said for said in told.settings if said.what not in MAIN]
    numbers = [said for said in left if said.what.split(" ")[0] in NUMBERS]
    return Duty(
        plain=told,
        numbers=tuple(said.words for said in numbers),
        unverifiable=next((said.words for said in left if said.what == "not verifiable"), ""),
        beside=tuple(said.words for said in left if said not in numbers and said.what != "not verifiable"),
        review=_review(duty),
        digest=digest,
        is_open=duty.review is None or duty.review.is_stale,
    )


def _review(duty: Obligation) -> str:
    if duty.review is None:
        return "Not reviewed yet."
    on = f"{duty.review.by} on {day_words(duty.review.on)}"
    if duty.review.is_stale:
        return f"Reviewed by {on}; the words or the obligation have changed since."
    return f"Reviewed by {on}, as it stands here."
