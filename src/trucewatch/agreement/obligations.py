"""One fenced TOML table to one obligation of the closed set of kinds."""

from datetime import datetime

from trucewatch.agreement.cells import flag, optional_moment, parties, tables, terms_of, text, words
from trucewatch.agreement.check import check
from trucewatch.agreement.days import day_rule, deadline
from trucewatch.agreement.duty_keys import OBLIGATIONS
from trucewatch.agreement.fault import Block, at_key, inner, not_one_of
from trucewatch.agreement.readings import Frame, amendments, ended, pauses, practices, readings
from trucewatch.agreement.terms import terms
from trucewatch.paper import Obligation
from trucewatch.vocabulary import ObligationKind, Proof


def obligation(block: Block, *, tz: str, in_force: datetime) -> Obligation:
    """Return the obligation of a block; it applies from `in_force` where it does not say otherwise.

    Its review is left to `review.review`, which knows the clause's words.

    Raises:
        AgreementError: naming the line and the remedy.

    """
    kind = _kind(block)
    check(OBLIGATIONS[kind], block)
    said = terms(block, kind, tz)
    frame = Frame(terms=said, tz=tz)
    duty = Obligation(
        id=text(block, "id"),
        kind=kind,
        bearers=parties(block, "bearer"),
        from_time=optional_moment(block, "from", tz) or in_force,
        terms=said,
        act=text(block, "act"),
        toward=words(block, "toward"),
        until_time=optional_moment(block, "until", tz),
        deadline=deadline(block, "deadline", tz, day_rule(block)),
        verify=_verify(block),
        requires=words(block, "requires"),
        overrides=(*words(block, "overrides"), *words(block, "lex_specialis_of")),
        exclusive=flag(block, "exclusive"),
        readings=readings(block, frame),
        amendments=amendments(block, frame),
        practices=practices(block),
        pauses=pauses(block, tz),
        ended=ended(block, tz),
        doubts=words(block, "doubt"),
        source=text(block, "source"),
        note=text(block, "note"),
        method_missing=text(block, "not_verifiable"),
    )
    _refuse_no_time(block, duty, tz)
    return duty


def _kind(block: Block) -> ObligationKind:
    known = tuple(kind.value for kind in ObligationKind)
    given = block.table.get("kind")
    if given is None:
        remedy = 'write kind = "..."' if block.table else 'write at least id = "...", kind = "..." and bearer = "all"'
        raise at_key(block, (), f"kind is missing in an obligation; {remedy}, one of {', '.join(known)}")
    if given not in known:
        raise at_key(block, "kind", not_one_of("kind", given, known))
    return ObligationKind(given)


def _verify(block: Block) -> tuple[Proof, ...]:
    named = terms_of(inner(block, "verify"), "any_of", Proof) if "verify" in block.table else ()
    return named or (Proof.OTHER_PARTY, Proof.TWO_SOURCES)


def _refuse_no_time(block: Block, duty: Obligation, tz: str) -> None:
    """Refuse an obligation that stops before it begins, as written or as somebody reads or amends it."""
    for each in (block, *tables(block, "reading"), *tables(block, "amendment")):
        begins = optional_moment(each, "from", tz) or duty.from_time
        ends = optional_moment(each, "until", tz) or duty.until_time
        if ends is not None and ends <= begins:
            edge = "until" if "until" in each.table else "from"
            raise at_key(each, edge, "until must be later than from (or than in_force where from is not given)")
