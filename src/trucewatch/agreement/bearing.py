"""Whether an incident bears on an obligation: in its time, of its kind, at its place; true, false or unknown."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from trucewatch.agreement.kleene import Truth, agreed, every, negated, some, taken
from trucewatch.agreement.terms import FIRE
from trucewatch.agreement.weapons import Alternative, alternatives, bands_of, concerned
from trucewatch.agreement.zones import Reach, Zone, inside, nearer_than, nearest_for
from trucewatch.evidence import is_physical
from trucewatch.model import Feature, Incident
from trucewatch.paper import Obligation, Prohibit, Withdraw
from trucewatch.vocabulary import Direction, Phenomenon


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where the incidents lie against the lines (`zones.reaches`), and the zones of the case."""

    reaches: Mapping[str, tuple[tuple[Feature, Reach], ...]]
    zones: tuple[Zone, ...]


def bears(
    incident: Incident, duty: Obligation, specials: Sequence[Obligation], bearer: str, *, scene: Scene, as_of: datetime
) -> Truth:
    """Tell whether an incident is what a duty of this bearer forbids; says nothing of who did it.

    `specials` are the obligations that take this one's place where they apply (lex specialis).
    """
    in_time = within(incident, duty, as_of)
    if in_time is False:
        return False
    if isinstance(duty.terms, Prohibit):
        act = _act(incident, duty, scene)
        if act is False or not specials:
            return every((in_time, act))
        elsewhere = some(every((within(incident, s, as_of), _act(incident, s, scene))) for s in specials)
        return every((in_time, act, negated(elsewhere)))
    if isinstance(duty.terms, Withdraw) and incident.phenomenon.term is Phenomenon.WEAPON_SEEN:
        ruling = [special for special in specials if within(incident, special, as_of) is not False]
        return every((in_time, _stands_too_near(incident, duty, ruling, bearer, scene)))
    return False


def within(incident: Incident, duty: Obligation, as_of: datetime) -> Truth:
    """Tell whether an incident happened in an obligation's time, by `as_of`; unknown when its time spans the edge.

    A time in which the obligation was suspended is no time of it.
    """
    first, last = incident.first_time, incident.last_time
    if first is None or last is None:
        return None
    if last < duty.from_time or first > as_of or (duty.until_time is not None and first >= duty.until_time):
        return False
    is_inside = duty.from_time <= first and (duty.until_time is None or last < duty.until_time)
    paused = some([_paused(first, last, pause.start, pause.until) for pause in duty.pauses])
    return every((True if is_inside else None, negated(paused)))


def _paused(first: datetime, last: datetime, start: datetime, until: datetime | None) -> Truth:
    if last < start or (until is not None and first >= until):
        return False
    return True if start <= first and (until is None or last < until) else None


def _act(incident: Incident, duty: Obligation, scene: Scene) -> Truth:
    """Tell whether a prohibited phenomenon was perceived in the zone; an unknown word is no such phenomenon.

    Unless who perceived it says which end of a fire it was ("salvo", incoming), or somebody else who tells of it has a
    word for fire: that may be one, by whatever word.
    """
    if not isinstance(duty.terms, Prohibit):
        return False
    is_one = incident.phenomenon.term in duty.terms.phenomena
    if not is_one and not (is_unknown_fire(incident) and set(FIRE) & set(duty.terms.phenomena)):
        return False
    there = True if duty.terms.zone is None else inside(incident, duty.terms.zone, scene.zones)
    return there if is_one else every((None, there))


def is_unknown_fire(incident: Incident) -> bool:
    """Tell whether who perceived it has no word for fire, and it may have been fire all the same.

    He has no word of the vocabulary, or saw warmth; and somebody of no side perceived it leave, burst or land, or
    somebody, whoever it is, calls it fire. So a claim of fire bears on what it bore on before
    a satellite saw the field burn.
    """
    return incident.phenomenon.term in (None, Phenomenon.HOT_SPOT) and any(
        o.phenomenon.term in FIRE
        or (is_physical(o) and o.source.side is None and o.direction.term not in (None, Direction.UNDETERMINED))
        for o in incident.observations
    )


# --- weapons --------------------------------------------------------------------------------------


def _stands_too_near(
    incident: Incident, duty: Obligation, specials: Sequence[Obligation], bearer: str, scene: Scene
) -> Truth:
    """Tell whether the weapon stands nearer than its band allows; every alternative must say so.

    A special rule that counts from another line rules where that line is the nearer one.
    """
    known = scene.reaches.get(incident.id, ())
    at = nearest_for(bearer, known, _line(duty))
    there = [(s, _is_nearer(nearest_for(bearer, known, _line(s)), at, duty, s)) for s in specials]
    sure = [special for special, rules in there if rules is True]
    most = [special for special, rules in there if rules is not False]
    return agreed(
        _is_too_near(weapon, duty, ruling, at) for ruling in (sure, most) for weapon in alternatives(incident)
    )


def _is_nearer(special: Reach | None, general: Reach | None, duty: Obligation, other: Obligation) -> Truth:
    if _line(duty) == _line(other):
        return True
    if special is None or general is None:
        return None
    gap, sigma = general.distance_km - special.distance_km, math.hypot(general.sigma_km, special.sigma_km)
    return taken((1 + math.erf(gap / (sigma * math.sqrt(2)))) / 2)


def _line(duty: Obligation) -> str:
    return duty.terms.line if isinstance(duty.terms, Withdraw) else ""


def _is_too_near(weapon: Alternative, duty: Obligation, ruling: Sequence[Obligation], at: Reach | None) -> Truth:
    bound = concerned(duty, ruling, weapon)
    near = (nearer_than(band.distance_km, at) for band in bands_of(duty))
    return some(every(pair) for pair in zip(bound, near, strict=True))
