"""The named reasons for and against each hypothesis that rest on words, warmth or notices, in bits.

A reason is weighed once for each independent line of evidence: a sensor or observer is a line of its own, everything
that one side says is one line, all media are one line and add nothing where they repeat a side. Who speaks as a side
that the case does not name may be one with a side that it names, which is not ours to say: it is heard as media are.
Every likelihood of this page is a first guess by hand, with what it leans on; none depends on a party. What words are
worth is learned in each run (`reliability`), and the guesses here are where that begins.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from trucewatch.assess import kinds, twins
from trucewatch.assess.kinds import Family
from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER, hypotheses
from trucewatch.model import Observation, Weight
from trucewatch.vocabulary import Phenomenon, SourceClass, Stance

Bits = tuple[tuple[str, float], ...]

LEAST_SHARE = 0.10  # a record that belongs here less surely is printed and weighs nothing; a guess

OPPOSED_BOTH, OPPOSED_ONE, OPPOSED_NONE = (
    0.60,
    0.10,
    0.05,
)  # seen flying in opposite directions in one incident; guesses
NOTICED_NONE, NOTICED_FIRE = 0.80, 0.10  # announced beforehand for this place and hour; a guess
# What is claimed and nobody perceived is nothing about as often as not: SLMM cleared 24 % of the complaints against one
# side and 57 % of those against the other (The Sunday Times, Colombo, 26 February 2006). A party alone is 1: between
# two parties this much makes it as likely as not, before the words are weighed.
UNSEEN = 2.3
# "exchange of fire" is written of what is one, and of what is one side's fire; guesses
EXCHANGE_BOTH, EXCHANGE_ONE = 0.40, 0.02
STANDING_BOTH = 0.05  # both sides' weapons in one place, against one side's; a guess
HEAT_NONE, HEAT_FIRE = 0.95, 0.10  # a hot spot alone is "rarely sufficient" (Bellingcat on FIRMS, 4 October 2022)


def bits(likelihoods: Mapping[str, float], order: Sequence[str]) -> Bits:
    """Return base-2 logarithms in the order of the hypotheses."""
    return _logarithms(tuple(order), tuple([likelihoods[h] for h in order]))


@lru_cache(maxsize=4096)  # the guesses of this page and few shares: most reasons weigh what another one weighed
def _logarithms(order: tuple[str, ...], values: tuple[float, ...]) -> Bits:
    return tuple((h, math.log2(value)) for h, value in zip(order, values, strict=True))


def belonging(share: float) -> str:
    """Say how surely a record belongs to the incident, where that is in doubt."""
    return f" (belongs here with {share:.2f})" if share < 0.995 else ""


def diluted(likelihoods: Mapping[str, float], share: float) -> dict[str, float]:
    """Return m·L(h) + (1 - m)·mean L: evidence that belongs to the incident with probability m.

    Exactly linear for one record; for several records of one line the smallest share of those used stands for all.
    """
    m = share if share >= LEAST_SHARE else 0.0
    mean = math.fsum(likelihoods.values()) / len(likelihoods)
    return {h: m * value + (1 - m) * mean for h, value in likelihoods.items()}


def said_of(parties: Sequence[str], named: str | None, truly: float, falsely: float) -> dict[str, float]:
    """Return likelihoods of words that name somebody (None: an actor who is no party).

    Who was fired at by an unknown actor names whom he faces: an accusation of a party does not tell it from another.
    """
    values = dict.fromkeys(hypotheses(parties), falsely)
    values[OTHER] = truly
    if named is not None:
        values[named] = values[BOTH] = truly
    return values


def towards_nothing(parties: Sequence[str], none: float, fire: float) -> dict[str, float]:
    """Return likelihoods of what an innocent cause explains better."""
    return {**dict.fromkeys(hypotheses(parties), fire), NO_VIOLATION: none}


def line_of(observation: Observation) -> str:
    """Return the independent line of evidence that an observation belongs to.

    A source that belongs to or depends on a side is that side's line, whatever its class. All media are one line, so
    are all people that monitors talked to and all announcements: what is passed on cannot be told from what is
    known. Who speaks as a side that the case does not name is with the media. Every other source is a line of its
    own, by its name however it is spelt.
    """
    source = observation.source
    if is_unplaced(observation):
        return MEDIA
    if source.side is not None:
        return f"what {source.side.party or 'a side that the case does not name'} says or shows"
    shared = _SHARED_LINES.get(source.source_class.term) if source.source_class.term else "a source of unknown kind"
    return shared or kinds.source_key(observation)


def lines_of(members: Sequence[Observation]) -> list[str]:
    """Return the lines of an incident's members, where one perception told under two names is one (`twins`)."""
    return twins.joined(members, [line_of(o) for o in members])


def is_unplaced(observation: Observation) -> bool:
    """Tell whether somebody speaks as a side whom the case does not name."""
    source = observation.source
    return source.source_class.term is SourceClass.PARTY and (source.side is None or source.side.party is None)


MEDIA = "media"
TOLD = "people that monitors talked to"
_SHARED_LINES = {
    SourceClass.MEDIA: MEDIA,
    SourceClass.INTERLOCUTOR: TOLD,
    SourceClass.NOTIFICATION: "announcements",
}


def speaker(observation: Observation) -> str | None:
    """Return the side whose word an observation is, by the party's id or, of no party, its own name; else None.

    None too where somebody speaks as a side that the case does not name.
    """
    side = observation.source.side
    return None if side is None or is_unplaced(observation) else side.party or side.verbatim


# --- words ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Saying:
    """What one line says of one actor in one incident; `by` is the side whose word it is.

    `named` is a party's id or None for an actor who is no party. `share`: how surely it belongs to the incident.
    """

    line: str
    stance: Stance
    named: str | None
    by: str | None
    rows: tuple[Observation, ...]
    share: float


def sayings(members: Sequence[Observation], shares: Sequence[float]) -> list[Saying]:
    """Return what each line says, once: a claim, its copies and its author's other claims are one line.

    A side's admission stands before its accusations, those before its denial, which adds nothing to them. An
    admission in somebody else's mouth is an accusation. Media that repeat a side's accusation add nothing.
    """
    if all(o.claim is None for o in members):
        return []
    found: dict[tuple[str, Stance, str | None], list[tuple[Observation, float]]] = {}
    for o, line, share in zip(members, lines_of(members), shares, strict=True):
        read = _stance(o) if o.claim is not None else None
        if read is not None:
            found.setdefault((line, *read), []).append((o, share))
    if not found:
        return []
    repeated = {named for (_, stance, named), rows in found.items() if stance is Stance.ACCUSES and _is_sides(rows)}
    first = {line: min(_RANK[s] for other, s, _ in found if other == line) for line, _, _ in found}
    return [
        Saying(line, stance, named, speaker(rows[0][0]), tuple(o for o, _ in rows), max(share for _, share in rows))
        for (line, stance, named), rows in found.items()
        if _RANK[stance] == first[line]
        and not (stance is Stance.ACCUSES and named in repeated and not _is_sides(rows) and line == MEDIA)
    ]


_RANK = {Stance.ADMITS: 0, Stance.ACCUSES: 1, Stance.DENIES: 2}


def _is_sides(rows: Sequence[tuple[Observation, float]]) -> bool:
    return speaker(rows[0][0]) is not None


def _stance(o: Observation) -> tuple[Stance, str | None] | None:
    claim, by = o.claim, speaker(o)
    if claim is None or claim.stance is Stance.REPORTS:
        return None
    if claim.accused is None:
        return (Stance.DENIES, by) if claim.stance is Stance.DENIES and by is not None else None
    named = claim.accused.party
    own = by is not None and named == by
    if claim.stance is Stance.DENIES:
        # that another side did nothing is hardly ever said, and is no denial of one's own
        return (Stance.DENIES, named) if own else None
    return (Stance.ADMITS if own else Stance.ACCUSES), named


def admits(observation: Observation) -> bool:
    """Tell whether a side says that it did it itself."""
    read = _stance(observation)
    return read is not None and read[0] is Stance.ADMITS


_SAYS = {
    Stance.ACCUSES: "names {}",
    Stance.ADMITS: "says that {} did it",
    Stance.DENIES: "denies that {} did it",
}


def saying_weight(parties: Sequence[str], saying: Saying, truly: float, falsely: float) -> Weight:
    """Return the weight of what a line says, given how often it is said where it is true and where it is not."""
    likelihoods = said_of(parties, saying.named, truly, falsely)
    who = saying.by or _who(saying.line, saying.rows)
    named = saying.named or _verbatim(saying.rows)
    return Weight(
        reason=intern(f"{who} {_SAYS[saying.stance].format(named)} (a claim){belonging(saying.share)}"),
        bits=bits(diluted(likelihoods, saying.share), hypotheses(parties)),
        line=saying.line,
        supplied_by=saying.by if saying.stance is Stance.ACCUSES else None,
        said=saying.stance is not Stance.ADMITS,
        keys=tuple(o.key for o in saying.rows),
    )


def _who(line: str, rows: Sequence[Observation]) -> str:
    names = list(dict.fromkeys(o.source.name for o in rows))
    return line if len(names) > 2 else ", ".join(names)


def _verbatim(rows: Sequence[Observation]) -> str:
    accused = rows[0].claim.accused if rows[0].claim else None
    return accused.verbatim if accused else "anybody"


# --- warmth, notices, opposite flights --------------------------------------------------------------


def heat_alone(parties: Sequence[str], members: Sequence[Observation]) -> tuple[Weight, ...]:
    """Return the weight of an incident that only satellites saw as warmth."""
    if any(kinds.family(o) is not Family.HEAT for o in members):
        return ()
    return (
        Weight(
            reason="a hot spot alone: mostly fields, industry or rubbish burning",
            bits=bits(towards_nothing(parties, HEAT_NONE, HEAT_FIRE), hypotheses(parties)),
            line=line_of(members[0]),
            keys=tuple(o.key for o in members),
        ),
    )


def standing(parties: Sequence[str], members: Sequence[Observation]) -> tuple[Weight, ...]:
    """Return the weight of weapons that were seen to stand: one side's. It belongs to no line: it tells of no side."""
    if any(kinds.family(o) is not Family.WEAPON for o in members):
        return ()
    return (
        Weight(
            reason="a weapon that stands is one side's, and no exchange of fire",
            bits=bits({**dict.fromkeys(hypotheses(parties), 1.0), BOTH: STANDING_BOTH}, hypotheses(parties)),
            line="",
        ),
    )


_ANNOUNCED = {
    Phenomenon.ANNOUNCED_TRAINING: "training fire",
    Phenomenon.ANNOUNCED_DEMINING: "demining",
    Phenomenon.ANNOUNCED_QUARRY: "quarry blasting",
}


def notices(parties: Sequence[str], covering: Iterable[Observation]) -> tuple[Weight, ...]:
    """Return the one weight of all that announced an innocent cause: an announcement and its copies are one line."""
    rows = tuple(covering)
    if not rows:
        return ()
    causes = dict.fromkeys(_ANNOUNCED[o.phenomenon.term] for o in rows if o.phenomenon.term in _ANNOUNCED)
    names = dict.fromkeys(o.source.name for o in rows)
    return (
        Weight(
            reason=f"{' and '.join(causes)} announced for this place and time by {', '.join(names)} (a claim)",
            bits=bits(towards_nothing(parties, NOTICED_NONE, NOTICED_FIRE), hypotheses(parties)),
            line=_SHARED_LINES[SourceClass.NOTIFICATION],
            said=True,
            keys=tuple(o.key for o in rows),
        ),
    )


def opposed(parties: Sequence[str], members: Sequence[Observation]) -> tuple[Weight, ...]:
    """Return one weight for each line that saw projectiles fly in opposite directions (more than 120° apart)."""
    by_line = _by_line(members, lambda o: bool(o.flights_deg))
    if not by_line:
        return ()
    likelihoods = {**dict.fromkeys(hypotheses(parties), OPPOSED_ONE), BOTH: OPPOSED_BOTH, NO_VIOLATION: OPPOSED_NONE}
    return tuple(
        Weight(
            reason=f"projectiles seen by {rows[0].source.name} flying in opposite directions",
            bits=bits(likelihoods, hypotheses(parties)),
            line=line,
            supplied_by=speaker(rows[0]),
            keys=tuple(o.key for o in rows),
        )
        for line, rows in by_line.items()
        if _apart_deg([bearing for o in rows for bearing in o.flights_deg]) > 120
    )


def exchanges(parties: Sequence[str], members: Sequence[Observation]) -> tuple[Weight, ...]:
    """Return one weight for each line that perceived an exchange of fire and called it so."""
    by_line = _by_line(members, lambda o: o.phenomenon.term is Phenomenon.EXCHANGE_OF_FIRE)
    if not by_line:
        return ()
    likelihoods = {**dict.fromkeys(hypotheses(parties), EXCHANGE_ONE), BOTH: EXCHANGE_BOTH}
    return tuple(
        Weight(
            reason=f"{rows[0].source.name} perceived an exchange of fire",
            bits=bits(likelihoods, hypotheses(parties)),
            line=line,
            supplied_by=speaker(rows[0]),
            keys=tuple(o.key for o in rows),
        )
        for line, rows in by_line.items()
    )


def _by_line(members: Sequence[Observation], is_asked: Callable[[Observation], bool]) -> dict[str, list[Observation]]:
    """Return by line the members that perceived what is asked for."""
    found: dict[str, list[Observation]] = {}
    if any(map(is_asked, members)):
        for o, line in zip(members, lines_of(members), strict=True):
            if is_asked(o) and kinds.is_physical(o):
                found.setdefault(line, []).append(o)
    return found


def _apart_deg(bearings: Sequence[float]) -> float:
    turns = [abs((a - b + 180) % 360 - 180) for a in bearings for b in bearings]
    return max(turns, default=0.0)


# What weighs the same in thousands of incidents, in the same words, is one value: for these the parties are a tuple.


@lru_cache(maxsize=64)
def unseen(parties: tuple[str, ...], innocent: float) -> Weight:
    """Return the weight of nobody having perceived what is claimed; `innocent` is the prior of nothing prohibited.

    It makes nothing prohibited UNSEEN times as likely as one side's fire, and more where words say that it was fire.
    """
    return Weight(
        reason="nobody but those who speak of it perceived anything",
        bits=bits(towards_nothing(parties, UNSEEN / innocent, 1.0), hypotheses(parties)),
        line="",
        said=True,
    )


def lone(parties: Sequence[str], nothing: float, weight: float) -> Weight:
    """Return the weight of one source alone having noted it, nobody else perceiving it or speaking of it.

    `nothing` is the share of such reports that are of nothing (`clutter`), `weight` what that makes in bits.
    """
    return Weight(
        reason="one source alone noted it, and nobody else noticed or spoke of it (of a hundred such reports here"
        f" {100 * nothing:.0f} are taken to be of nothing)",
        bits=tuple((h, weight if h == NO_VIOLATION else 0.0) for h in hypotheses(parties)),
        line="",
        said=True,
    )


@lru_cache(maxsize=1024)
def told(parties: tuple[str, ...], rounds: int, named: bool, ratio: float) -> Weight:  # noqa: FBT001
    """Return the weight of its being told as more than a bang: many rounds, or a weapon by its name.

    `ratio` is how much less likely that is of nothing prohibited than of fire. It belongs to no line, since it speaks
    for no side.
    """
    what = [f"{rounds} rounds"] * (rounds > 3) + ["a weapon by its name"] * named
    return Weight(
        reason=f"who perceived it tells of {' and '.join(what)}: seldom told of a noise that was no fire",
        bits=bits(towards_nothing(parties, ratio, 1.0), hypotheses(parties)),
        line="",
    )


@lru_cache(maxsize=1024)
def silence(parties: tuple[str, ...], party: str, ratio: float) -> Weight:
    """Return the weight of a side's saying nothing: it belongs to no line and supports nobody's finding.

    `ratio` is how much rarer its silence is where another side fired. An exchange lies halfway.
    """
    values = {**dict.fromkeys(hypotheses(parties), 1.0), **{p: ratio for p in parties if p != party}}
    values[BOTH] = 0.5 * (1.0 + ratio)
    return Weight(
        reason=f"{party}, which reports most fire at it, says nothing",
        bits=bits(values, hypotheses(parties)),
        line="",
        said=True,
    )
