"""The keys of an obligation: those that all have, those of its kind, and what others may set otherwise."""

from collections.abc import Mapping

from trucewatch.agreement.keys import ACT, DUE, HASH, ID, IDS, INFERRED, NAMES, NOTE, PARTIES, RULE, SOURCE, TEXTS
from trucewatch.agreement.shapes import DAY, FLAG, MOMENT, TEXT, Key, Listed, Table, Tables, Word, counted, measured, of
from trucewatch.agreement.term_keys import APPLY, BASIS, COMPLETES, LIMITS, NEEDED, ONE_OF, OWN, PHENOMENA
from trucewatch.vocabulary import AmendmentForm, ObligationKind, Proof

# --- what others set otherwise --------------------------------------------------------------------

_FROM = Key(shape=MOMENT, says="From when it applies; not named: from when the paper is in force.")
_UNTIL = Key(shape=MOMENT, says="The moment at which it stops to apply; a day: its beginning.")
_DEADLINE = Key(shape=DUE, says="By when it is due: a day, a moment, or so long after an anchor.")
_EXCLUSIVE = Key(shape=FLAG, says="true: the paper names who may do it, and nobody else may.")
_ACCEPTED = Key(shape=PARTIES, says="Who accepted it.")
_FORM = Key(shape=of(AmendmentForm), says="In what form.")
_ON = Key(shape=MOMENT, says="When it was made; a day: its beginning.")

SETTINGS: Mapping[str, Key] = {  # of any kind
    "from": _FROM,
    "until": _UNTIL,
    "deadline": _DEADLINE,
    "deadline_rule": RULE,
    "anchor": Key(shape=counted(0), says="The reading of the deadline's anchor, from 1; 0: the anchor as stated."),
    "exclusive": _EXCLUSIVE,
}
OWN_SETTINGS: Mapping[ObligationKind, Mapping[str, Key]] = {
    ObligationKind.PROHIBIT: {"phenomena": PHENOMENA},
    ObligationKind.WITHDRAW: {
        "distances_km": Key(shape=Listed(item=measured(), least=1), says="The bands' distances in their order, in km."),
    },
    ObligationKind.ACHIEVE: {"completes_on": COMPLETES},
    ObligationKind.CEILING: {"limits": LIMITS, "basis": BASIS, "limits_apply": APPLY},
}
READING: Mapping[str, Key] = {
    "by": Key(shape=NAMES, says="Who reads it so."),
    "source": SOURCE,
    "inferred": INFERRED,
    "note": NOTE,
}
AMENDMENT: Mapping[str, Key] = {
    "on": _ON,
    "form": _FORM,
    "source": SOURCE,
    "accepted_by": _ACCEPTED,
    "note": NOTE,
}
PRACTICE = Table(
    what="a practice",
    keys={"text": Key(shape=TEXT, says="How the parties behaved."), "source": SOURCE},
    required=("text",),
)
PAUSE = Table(
    what="a pause",
    keys={
        "from": Key(shape=MOMENT, says="When its clock stopped."),
        "until": Key(shape=MOMENT, says="When it went on; not named: it still stands."),
        "form": _FORM,
        "source": SOURCE,
        "accepted_by": _ACCEPTED,
    },
    required=("from", "form", "source"),
)
ENDED = Table(
    what="an end",
    keys={"on": _ON, "form": _FORM, "source": SOURCE, "accepted_by": _ACCEPTED},
    required=("on", "form", "source"),
)
REVIEW = Table(
    what="a review",
    keys={
        "by": Key(shape=TEXT, says="Who read the words and the obligation together."),
        "on": Key(shape=DAY, says="On which day."),
        "hash": Key(
            shape=HASH, says="The digest of what they read, as `trucewatch agreement check --hashes` prints it."
        ),
    },
    required=("by", "on", "hash"),
    example='{ by = "name", on = 2026-11-22, hash = "0123456789ab" }',
)

# --- the whole obligation -------------------------------------------------------------------------

VERIFY = Table(
    what="what verifies it",
    keys={"any_of": Key(shape=Listed(item=of(Proof), least=1), says="Proofs, any one of which shows an event.")},
    required=("any_of",),
    example='{ any_of = ["other_party_confirms"] }',
)
COMMON: Mapping[str, Key] = {
    "id": Key(shape=ID, says="The obligation's id, one word that no other of the file has."),
    "bearer": Key(shape=PARTIES, says="Whom it binds: all parties, or ids of parties of the case or of actors."),
    "toward": Key(shape=NAMES, says="Whom it is owed to; not named: every other party."),
    "act": Key(shape=ACT, says="What it is about, the word under which records speak of it."),
    "from": _FROM,
    "until": _UNTIL,
    "deadline": _DEADLINE,
    "deadline_rule": RULE,
    "verify": Key(shape=VERIFY, says="What shows that it was done; not named: the other party, or two sources."),
    "requires": Key(shape=IDS, says="Obligations that must be fulfilled before its clock starts."),
    "overrides": Key(shape=IDS, says="Obligations that give way to it where both would apply."),
    "lex_specialis_of": Key(shape=IDS, says="The same, because it is the more special rule."),
    "exclusive": _EXCLUSIVE,
    "not_verifiable": Key(shape=TEXT, says="Why nobody can verify it; it is shown and never judged."),
    "source": SOURCE,
    "note": NOTE,
    "doubt": Key(shape=TEXTS, says="Open questions."),
    "practice": Key(shape=Tables(table=PRACTICE), says="How the parties behaved under it; never applied by itself."),
    "pause": Key(shape=Tables(table=PAUSE), says="Times in which it was suspended."),
    "ended": Key(
        shape=ENDED,
        says="The dated event that ended it.",
    ),
    "review": Key(shape=REVIEW, says="Who reviewed it; stale when the words or the obligation have changed since."),
}


def obligation_table(kind: ObligationKind) -> Table:
    """Return the table of an obligation of a kind."""
    settings = {**SETTINGS, **OWN_SETTINGS.get(kind, {})}
    reading = Table(what=f"a reading of {kind.value}", keys={**READING, **settings}, required=("by",))
    amendment = Table(
        what=f"an amendment of {kind.value}",
        keys={**AMENDMENT, **settings},
        required=("on", "form", "source"),
        some_of=(tuple(settings),),
    )
    others = {
        "reading": Key(shape=Tables(table=reading), says="How some read it; all readings are judged side by side."),
        "amendment": Key(shape=Tables(table=amendment), says="What was changed later, also without a signature."),
    }
    return Table(
        what=kind.value,
        keys={**COMMON, "kind": Key(shape=Word(known=(kind.value,)), says="Its kind."), **OWN[kind], **others},
        required=("id", "kind", "bearer", *NEEDED.get(kind, ())),
        one_of=ONE_OF.get(kind, ()),
    )


OBLIGATIONS: Mapping[ObligationKind, Table] = {kind: obligation_table(kind) for kind in ObligationKind}
