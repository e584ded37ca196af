"""One fenced TOML table to one obligation of the closed set of kinds."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trucewatch.agreement.cells import flag, instant, text_of, word, words, words_of
from trucewatch.agreement.changes import Frame, amendments, ended, pauses, practices, readings
from trucewatch.agreement.days import day_rule, deadline
from trucewatch.agreement.fault import Block, at_key, not_one_of
from trucewatch.agreement.terms import OWN, terms
from trucewatch.paper import EVERY_PARTY, Deadline, Obligation, Prohibit
from trucewatch.vocabulary import DayRule, ObligationKind, Proof

KINDS = tuple(kind.value for kind in ObligationKind)
COMMON = (
    *("id", "kind", "bearer", "toward", "act", "from", "until", "deadline", "deadline_rule", "verify", "requires"),
    *("overrides", "lex_specialis_of", "exclusive", "not_verifiable", "source", "note", "doubt"),
    *("reading", "amendment", "practice", "pause", "ended", "review"),
)
_ACT = re.compile(r"[a-z0-9-]+(:[a-z0-9_.-]+)?", re.ASCII)
ACTS_NEEDED = frozenset(ObligationKind) - {
    ObligationKind.PROHIBIT,
    ObligationKind.WITHDRAW,
    ObligationKind.CONDITION,
    ObligationKind.KEEP_OUT,
}


def obligation(block: Block, *, tz: str, in_force: datetime) -> Obligation:
    """Return the obligation of a block; it applies from `in_force` where it does not say otherwise.

    Its review is left to `review.reviewed`, which knows the clause's words.

    Raises:
        AgreementError: naming the line and the remedy.

    """
    kind = word(block, "kind", block.table.get("kind"), ObligationKind)
    _known_keys(block, kind)
    begins = instant(block, "from", block.table["from"], tz) if "from" in block.table else in_force
    ends = instant(block, "until", block.table["until"], tz) if "until" in block.table else None
    if ends is not None and ends <= begins:
        raise at_key(block, "until", "until must be later than from (or than in_force where from is not given)")
    said = terms(block, kind, tz)
    frame = Frame(kind=kind, terms=said, tz=tz)
    return Obligation(
        id=_id(block),
        kind=kind,
        bearers=_bearers(block),
        from_time=begins,
        terms=said,
        act=_act(block, kind, is_told=isinstance(said, Prohibit) and not said.phenomena),
        toward=words(block, "toward"),
        until_time=ends,
        deadline=_deadline(block, tz),
        verify=_verify(block),
        requires=words(block, "requires"),
        overrides=(*words(block, "overrides"), *words(block, "lex_specialis_of")),
        exclusive=flag(block, block.table, "exclusive"),
        readings=readings(block, frame),
        amendments=amendments(block, frame),
        practices=practices(block),
        pauses=pauses(block, tz),
        ended=ended(block, tz),
        doubts=words(block, "doubt"),
        source=text_of(block, block.table, "source"),
        note=text_of(block, block.table, "note"),
        method_missing=_method_missing(block),
    )


def _deadline(block: Block, tz: str) -> Deadline | None:
    """Return by when the duty is due: a day's deadline runs to the end of that day, where no rule says otherwise."""
    rule = day_rule(block, block.table) or DayRule.END_OF_DAY
    return deadline(block, block.table["deadline"], tz, rule) if "deadline" in block.table else None


def _known_keys(block: Block, kind: ObligationKind) -> None:
    known = (*COMMON, *OWN[kind])
    for key in block.table:
        if key not in known:
            raise at_key(block, key, not_one_of(f"key of {kind.value}", key, known))


def _id(block: Block) -> str:
    text = block.table.get("id")
    if not isinstance(text, str) or not text or text.split() != [text]:
        raise at_key(block, "id", 'an obligation needs an id of one word, such as id = "2.a"')
    return text


def _act(block: Block, kind: ObligationKind, *, is_told: bool) -> str:
    act = text_of(block, block.table, "act")
    if not act and (kind in ACTS_NEEDED or is_told):
        remedy = 'write act = "verb:object", the word under which records speak of it'
        raise at_key(block, "act", f"{kind.value} needs an act; {remedy}")
    if act and not _ACT.fullmatch(act):
        raise at_key(block, "act", f"act {act[:40]!r} must be lower case words such as transfer:agdam")
    return act


def _bearers(block: Block) -> tuple[str, ...]:
    if block.table.get("bearer") == EVERY_PARTY:
        return (EVERY_PARTY,)
    bearers = words(block, "bearer")
    if not bearers:
        raise at_key(block, "bearer", 'bearer is missing; write bearer = "all" or a list of party ids')
    return bearers


def _verify(block: Block) -> tuple[Proof, ...]:
    table: object = block.table.get("verify", {})
    if not isinstance(table, Mapping) or any(key != "any_of" for key in table):
        raise at_key(block, "verify", 'verify is written { any_of = ["other_party_confirms"] }')
    named: tuple[Any, ...] = words_of(block, table, "any_of")
    return tuple(word(block, "verify", each, Proof) for each in named) or (Proof.OTHER_PARTY, Proof.TWO_SOURCES)


def _method_missing(block: Block) -> str:
    reason = text_of(block, block.table, "not_verifiable")
    if "not_verifiable" in block.table and not reason.strip():
        raise at_key(
            block, "not_verifiable", 'not_verifiable must say why, such as not_verifiable = "secret by nature"'
        )
    return reason
