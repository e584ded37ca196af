"""Who speaks in a record: a side, an actor of the paper, a monitor, an instrument, another; and what shows a thing.

A claim is counted by the side whose it is, whoever repeats it: an outlet that depends on a party or quotes it is that
party's voice, and two outlets are two sources only where neither is.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from trucewatch.model import Case, Source
from trucewatch.paper import EVERY_PARTY, Actor, Agreement, Obligation
from trucewatch.spelling import name_key
from trucewatch.vocabulary import PERCEIVING, Proof, Role, SourceClass


class Sort(Enum):
    """What a voice is."""

    PARTY = auto()
    ACTOR = auto()
    MISSION = auto()  # an actor of the paper that monitors
    PERSON = auto()  # of a monitoring mission
    INSTRUMENT = auto()  # a camera, a drone, a station that belongs to no side
    OTHER = auto()
    UNPLACED = auto()  # a side's own source, and nobody says which side's: it may be the bearer's, and shows nothing


NEUTRAL = frozenset({Sort.MISSION, Sort.PERSON, Sort.INSTRUMENT})
PERSONS = frozenset({Sort.MISSION, Sort.PERSON})
BOUND = frozenset({Sort.PARTY, Sort.ACTOR, Sort.MISSION})  # those that a paper may name: a mission may be its bearer


@dataclass(frozen=True, slots=True)
class Voice:
    """One who speaks; `name` is the id of a party or of an actor of the paper, else the source's name."""

    sort: Sort
    name: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who to one obligation of one bearer: all its bearers (`own`), and to whom it is owed (`holders`).

    `order` are the case's parties and the paper's actors, for words.
    """

    bearer: str
    own: frozenset[str]
    holders: frozenset[str]
    order: tuple[str, ...]


def cast_of(duty: Obligation, bearer: str, case: Case, paper: Agreement) -> Cast:
    """Return who is who; an obligation without `toward` is owed to every other party."""
    parties = tuple(party.id for party in case.parties)
    own = frozenset(parties) if duty.bearers == (EVERY_PARTY,) else frozenset(duty.bearers)
    holders = frozenset(duty.toward or parties) - {bearer}
    return Cast(bearer=bearer, own=own, holders=holders, order=(*parties, *(actor.id for actor in paper.actors)))


def voice_of(source: Source, paper: Agreement) -> Voice:
    """Return whose voice a source is."""
    side = source.side
    if side is not None and side.party is not None:
        return Voice(Sort.PARTY, side.party)
    named = side.verbatim if side is not None else source.name
    actor = actor_named(named, paper)
    if actor is not None:
        return Voice(Sort.MISSION if actor.role is Role.MONITOR else Sort.ACTOR, actor.id)
    if source.source_class.term is SourceClass.PARTY:
        return Voice(Sort.UNPLACED, name_key(named))
    if side is not None and side.verbatim:
        return Voice(Sort.OTHER, name_key(side.verbatim))
    if source.source_class.term is SourceClass.OBSERVER:
        return Voice(Sort.PERSON, name_key(source.name))
    return Voice(Sort.INSTRUMENT if source.source_class.term in PERCEIVING else Sort.OTHER, name_key(source.name))


def actor_named(name: str, paper: Agreement) -> Actor | None:
    """Return the paper's actor of an id or name, None where it has none."""
    wanted = name_key(name)
    return next((a for a in paper.actors if wanted and wanted in (name_key(a.id), name_key(a.name))), None)


# --- what shows a thing ---------------------------------------------------------------------------


def is_own(voice: Voice, cast: Cast) -> bool:
    """Tell whether a voice is that of somebody who owes the obligation: its word alone shows nothing."""
    return voice.name in cast.own and voice.sort in BOUND


def is_bearers(voice: Voice, cast: Cast) -> bool:
    """Tell whether a voice is the bearer's own: what it says against itself is an admission."""
    return voice.name == cast.bearer and voice.sort in BOUND


def is_another(voice: Voice, cast: Cast) -> bool:
    """Tell whether a voice is that of somebody who does not owe the obligation; of an unplaced one nobody knows."""
    return voice.sort is not Sort.UNPLACED and not is_own(voice, cast)


def is_neutral(voice: Voice, cast: Cast) -> bool:
    """Tell whether a voice is a monitor's, and the monitor not the one that is monitored."""
    return voice.sort in NEUTRAL and not is_own(voice, cast)


def is_person(voice: Voice, cast: Cast) -> bool:
    """Tell whether a voice is that of a monitor's person, and the monitor not the one that is monitored."""
    return voice.sort in PERSONS and not is_own(voice, cast)


def confirms_breach(voice: Voice, cast: Cast) -> bool:
    """Tell whether a voice may confirm a breach: a monitor's person, or the bearer against itself."""
    return is_bearers(voice, cast) or is_person(voice, cast)


def shown_by(proof: Proof, voices: Collection[Voice], cast: Cast) -> bool:
    """Tell whether these voices are the proof.

    An obligation that several owe together is shown by another party only if that one does not owe it itself, or all
    of them say so: else each would confirm the others by its boast.
    """
    sides = {voice.name for voice in voices if voice.sort in BOUND}
    if proof is Proof.MONITOR:
        return any(is_neutral(voice, cast) for voice in voices)
    if proof is Proof.TWO_SOURCES:
        return sum(is_another(voice, cast) for voice in voices) >= 2
    others = cast.holders - cast.own
    if proof is Proof.OTHER_PARTY and others:
        return bool(others & sides)
    return bool(cast.holders) and cast.own | cast.holders <= sides


def undoes(voice: Voice, proof: Proof, cast: Cast) -> bool:
    """Tell whether a voice to the contrary leaves a thing that was shown in dispute.

    What a monitor confirmed, a denial alone does not undo: only another monitor's word does. What the other party
    conceded, no outlet takes back for it.
    """
    if proof is Proof.MONITOR:
        return is_neutral(voice, cast)
    if proof is Proof.TWO_SOURCES:
        return True
    return is_neutral(voice, cast) or is_own(voice, cast) or voice.name in cast.holders


def told_by(voices: Iterable[Voice], cast: Cast) -> str:
    """Return who says so, in words: sides by id in the order of case and paper, the others by number."""
    found = set(voices)
    named = [name for name in cast.order if any(v.name == name and v.sort in BOUND for v in found)]
    rest = [voice for voice in found if not (voice.name in cast.order and voice.sort in BOUND)]
    counted = (
        (sum(v.sort in PERSONS for v in rest), "monitor"),
        (sum(v.sort is Sort.INSTRUMENT for v in rest), "instrument"),
        (sum(v.sort not in NEUTRAL for v in rest), "other source"),
    )
    return _listed([*named, *(f"{n} {noun}{'s' if n > 1 else ''}" for n, noun in counted if n)])


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
