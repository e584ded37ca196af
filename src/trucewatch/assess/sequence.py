"""Who fired first in an exchange, with its doubt, and what was said of intent. Neither moves who is found.

Only the records' own times and places are used: the earliest sign of each side's fire, its clock's error included.
"""

import math
from collections.abc import Mapping, Sequence

from trucewatch.assess.locate import Fix
from trucewatch.assess.sightings import AT_ORIGIN, UNTOLD, WEAPON, Sighting
from trucewatch.model import Incident
from trucewatch.vocabulary import Intent, Stance

FROM_ITS_GROUND = 0.8  # a record shows a side's fire when the ground says so at least this surely; a guess
SAID = 0.8  # probability from which the words name who was first ("very likely", ICD 203)

# What an admission says of how it came about, in the languages that readers have met; words, not a judgement.
_ACCIDENT = ("accident", "by mistake", "unintention", "negligent", "misfire")
_UNAUTHORISED = ("unauthoris", "unauthoriz", "without orders", "against orders")

First = tuple[tuple[str, float], ...]


def who_first(
    parties: Sequence[str],
    seen: Sequence[tuple[Sighting, Mapping[str, float]]],
    fixes: Mapping[str, Fix | None],
) -> tuple[First, str]:
    """Return each side's probability of having fired first and the words for it; empty where but one was seen to.

    `seen` are the incident's sightings, each with whose ground its place lies on.
    """
    earliest: dict[str, tuple[float, float]] = {}
    for sighting, shares in seen:
        side = _firing(parties, sighting, shares)
        if side is None:
            continue
        for o in sighting.rows:
            fix = fixes[o.key]
            if fix is not None:
                sign = (fix.time_s, fix.time_sd_s)
                earliest[side] = min(earliest.get(side, sign), sign)
    if len(earliest) < 2:
        return (), ""
    chances = _order(earliest)
    first = tuple((party, chances.get(party, 0.0)) for party in parties)
    begun, then = sorted(time for time, _ in earliest.values())[:2]
    return first, in_words(first, then - begun)


def in_words(first: First, by_s: float) -> str:
    """Say who fired first, and by how many s, where that is sure enough to be said."""
    best = max(value for _, value in first)
    named = [party for party, value in first if value == best]
    if best < SAID or len(named) > 1:
        return "who fired first cannot be told from the clocks"
    return f"{named[0]} was perceived to fire first, by {by_s:.0f} s (at {best:.2f})"


def _firing(parties: Sequence[str], sighting: Sighting, shares: Mapping[str, float]) -> str | None:
    """Return whose fire a sighting shows: of two sides only, an impact shows the other's."""
    if not sighting.tells or sighting.sort == WEAPON:
        return None
    on = next((party for party in parties if shares[party] >= FROM_ITS_GROUND), None)
    if on is None or AT_ORIGIN[sighting.sort] > UNTOLD:
        return on
    others = [party for party in parties if party != on]
    return others[0] if len(others) == 1 else None


def _order(earliest: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Return the chance of each side's first sign being the earliest of all, pair by pair, scaled to sum to 1."""
    chances = {}
    for side, (time, sd) in earliest.items():
        chance = 1.0
        for value in sorted(
            _before(time, sd, other, other_sd) for name, (other, other_sd) in earliest.items() if name != side
        ):
            chance *= value
        chances[side] = chance
    whole = math.fsum(chances.values())
    return {side: chance / whole for side, chance in chances.items()}


def _before(time: float, sd: float, other: float, other_sd: float) -> float:
    spread = math.sqrt(2 * (sd**2 + other_sd**2))
    return 0.5 * math.erfc((time - other) / spread) if spread else 0.5


def intent(incident: Incident) -> Intent:
    """Return what the one who admits it says of how it came about, else undetermined; never from where or with what."""
    for o in incident.observations:
        claim, side = o.claim, o.source.side
        admits = claim is not None and claim.stance is Stance.ADMITS and claim.accused is not None
        if not admits or side is None or claim is None or claim.accused is None or claim.accused.party != side.party:
            continue
        text = o.text.casefold()
        if any(word in text for word in _UNAUTHORISED):
            return Intent.UNAUTHORISED
        if any(word in text for word in _ACCIDENT):
            return Intent.ACCIDENTAL
    return Intent.UNDETERMINED
