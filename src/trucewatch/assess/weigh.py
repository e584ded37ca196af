"""The named reasons for and against each hypothesis of one incident, in bits.

Every likelihood of this page is a first guess by hand, with what it leans on; none was calibrated yet, and
none depends on a party. A reason is weighed once for each independent line of evidence: a sensor or
observer is a line of its own, everything that one side says is one line, all media are one line and add
nothing where they repeat a side.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from trucewatch.assess import kinds
from trucewatch.assess.kinds import Family
from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER, hypotheses
from trucewatch.model import Observation, Weight
from trucewatch.vocabulary import Phenomenon, SourceClass, Stance

# The prior is the same for every party. `both` (an exchange within one incident) and `other` (a third actor) are rarer
# than one side alone: guesses of 1/8 and 1/16. Nothing prohibited: on 15 December 2021, 154 of 257 recordings of the
# Donetsk region were live-fire training (OSCE SMM daily report 295/2021), so it is as likely as one side.
PRIOR_BITS = {BOTH: -3.0, OTHER: -4.0, NO_VIOLATION: 0.0}

ON_OWN_GROUND = 0.96  # a side fires from its own ground; the rest: misjudged direction, a patrol behind the line
FLAT = 0.25  # likelihood of a direction or place under "another actor", who is bound to neither side's ground
# Likelihood that somebody assesses a direction when it was nothing prohibited: thunder, a quarry or a misheard door
# has none, an exercise may; a guess.
ASSESSED_NONE = 0.10
ON_OTHERS_GROUND = 0.85  # fire of a side lands on the others' ground; short rounds and misjudged places are the rest
ON_ITS_OWN = 0.10
FLIGHT_BACK_KM = (
    5.0  # how far behind its seen place a projectile's origin is looked for: 0 to 10 km, tracers to mortars
)
OPPOSED_BOTH, OPPOSED_ONE, OPPOSED_NONE = (
    0.60,
    0.10,
    0.05,
)  # seen flying in opposite directions in one incident; guesses
FLIGHT_RIGHT = 0.95  # the direction seen is right nineteen times in twenty, a guess
# What anybody says of a side is said nearly as readily when it is untrue: SLMM cleared 24 % and 57 % of the two
# sides' complaints (The Sunday Times, Colombo, 26 February 2006), so an accusation is worth about half a bit.
ACCUSES_TRULY, ACCUSES_FALSELY = 0.70, 0.50
MEDIA_TRULY, MEDIA_FALSELY = 0.62, 0.50
ADMITS_TRULY, ADMITS_FALSELY = 0.30, 0.01  # against one's own interest: strong
DENIES_TRULY, DENIES_FALSELY = 0.90, 0.80  # nearly everybody denies
NOTICED_NONE, NOTICED_FIRE = 0.80, 0.10  # announced beforehand for this place and hour
HEAT_NONE, HEAT_FIRE = 0.95, 0.10  # a hot spot alone is "rarely sufficient" (Bellingcat on FIRMS, 4 October 2022)


def prior(parties: Sequence[str]) -> dict[str, float]:
    """Return the neutral prior in bits."""
    return {h: PRIOR_BITS.get(h, 0.0) for h in hypotheses(parties)}


def by_ground(
    ground: Mapping[str, float], likelihood: Callable[[float, float], float], none: float
) -> dict[str, float]:
    """Return likelihoods where each party's depends on (its own share of the ground, all others' share).

    Ground that nobody is known to hold counts half under every hypothesis, so that it favours none.
    """
    unknown = max(0.0, 1.0 - math.fsum(ground.values()))
    values = {}
    for party, own in ground.items():
        others = math.fsum(share for other, share in ground.items() if other != party)
        values[party] = likelihood(own, others) + 0.5 * unknown
    both = math.fsum(values.values()) / len(values)
    known = 1.0 - unknown
    return {**values, BOTH: both, OTHER: FLAT * known + 0.5 * unknown, NO_VIOLATION: none * known + 0.5 * unknown}


def origin(ground: Mapping[str, float]) -> dict[str, float]:
    """Return likelihoods of fire leaving this ground."""
    return by_ground(ground, lambda own, others: ON_OWN_GROUND * own + (1 - ON_OWN_GROUND) * others, ASSESSED_NONE)


def landing(ground: Mapping[str, float]) -> dict[str, float]:
    """Return likelihoods of fire arriving on this ground."""
    return by_ground(ground, lambda own, others: ON_ITS_OWN * own + ON_OTHERS_GROUND * others, ASSESSED_NONE)


def flight(behind: Mapping[str, float]) -> dict[str, float]:
    """Return likelihoods of a projectile that came from this ground."""
    return by_ground(behind, lambda own, others: FLIGHT_RIGHT * own + (1 - FLIGHT_RIGHT) * others, ASSESSED_NONE)


def said(parties: Sequence[str], accused: str | None, truly: float, falsely: float) -> dict[str, float]:
    """Return likelihoods of words that name `accused` (None: an actor who is no party)."""
    values = dict.fromkeys(hypotheses(parties), falsely)
    values[OTHER if accused is None else accused] = truly
    if accused is not None:
        values[BOTH] = truly
    return values


def towards_nothing(parties: Sequence[str], none: float, fire: float) -> dict[str, float]:
    """Return likelihoods of what an innocent cause explains better."""
    return {**dict.fromkeys(hypotheses(parties), fire), NO_VIOLATION: none}


def bits(likelihoods: Mapping[str, float], order: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Return base-2 logarithms in the order of the hypotheses."""
    return tuple((h, math.log2(likelihoods[h])) for h in order)


def line_of(observation: Observation) -> str:
    """Return the independent line of evidence that an observation belongs to.

    A source that belongs to or depends on a side is that side's line, whatever its class. All media are one line, so
    are all people that monitors talked to and all announcements: what is passed on cannot be told from what is
    known. Every other source is a line of its own, by its name ignoring case and spaces.
    """
    source = observation.source
    if source.side is not None:
        return f"what {source.side.party or 'a side that the case does not name'} says or shows"
    shared = _SHARED_LINES.get(source.source_class.term) if source.source_class.term else "a source of unknown kind"
    return shared or kinds.source_key(observation)


_SHARED_LINES = {
    SourceClass.MEDIA: "media",
    SourceClass.INTERLOCUTOR: "people that monitors talked to",
    SourceClass.NOTIFICATION: "announcements",
}


def speaker(observation: Observation) -> str | None:
    """Return the side whose word an observation is, by the party's id or, of no party, its own name; else None."""
    side = observation.source.side
    return None if side is None else side.party or side.verbatim


def statements(parties: Sequence[str], members: Sequence[Observation]) -> tuple[Weight, ...]:
    """Return one weight for each line and thing said; media that repeat a side's accusation add nothing."""
    said_by: dict[tuple[str, Stance, str | None], list[Observation]] = {}
    for o in members:
        if o.claim is not None and o.claim.stance is not Stance.REPORTS and o.claim.accused is not None:
            said_by.setdefault((line_of(o), o.claim.stance, o.claim.accused.party), []).append(o)
        elif o.claim is not None and o.claim.stance is Stance.DENIES and speaker(o) is not None:
            said_by.setdefault((line_of(o), Stance.DENIES, speaker(o)), []).append(o)
    repeated = {a for (_, stance, a), rows in said_by.items() if stance is Stance.ACCUSES and rows[0].source.side}
    weights = []
    for (line, stance, accused), rows in said_by.items():
        if line == "media" and stance is Stance.ACCUSES and accused in repeated:
            continue
        weights.append(_statement(parties, line, stance, accused, rows))
    return tuple(weights)


_WORTH = {
    Stance.ACCUSES: (ACCUSES_TRULY, ACCUSES_FALSELY, "names {}"),
    Stance.ADMITS: (ADMITS_TRULY, ADMITS_FALSELY, "says that {} did it"),
    Stance.DENIES: (DENIES_FALSELY, DENIES_TRULY, "denies that {} did it"),
}


def _statement(
    parties: Sequence[str], line: str, stance: Stance, accused: str | None, rows: Sequence[Observation]
) -> Weight:
    truly, falsely, words = _WORTH[stance]
    if line == "media" and stance is Stance.ACCUSES:
        truly, falsely = MEDIA_TRULY, MEDIA_FALSELY
    by = speaker(rows[0])
    admitted = stance is Stance.ADMITS and by is not None and by == accused
    return Weight(
        reason=f"{_who(line, rows)} {words.format(accused or _unknown(rows))} (a claim)",
        bits=bits(said(parties, accused, truly, falsely), hypotheses(parties)),
        line=line,
        supplied_by=by if stance is Stance.ACCUSES else None,
        said=not admitted,
        keys=tuple(o.key for o in rows),
    )


def _who(line: str, rows: Sequence[Observation]) -> str:
    names = list(dict.fromkeys(o.source.name for o in rows))
    return speaker(rows[0]) or (line if len(names) > 2 else ", ".join(names))


def _unknown(rows: Sequence[Observation]) -> str:
    accused = rows[0].claim.accused if rows[0].claim else None
    return accused.verbatim if accused else "anybody"


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
    by_line: dict[str, list[Observation]] = {}
    for o in members:
        if o.flights_deg and kinds.is_physical(o):
            by_line.setdefault(line_of(o), []).append(o)
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


def _apart_deg(bearings: Sequence[float]) -> float:
    turns = [abs((a - b + 180) % 360 - 180) for a in bearings for b in bearings]
    return max(turns, default=0.0)
