"""Which weapons a withdrawal is about, when the source names alternatives ("122 or 152 mm") or nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from trucewatch.agreement.kleene import Truth, every, negated, some
from trucewatch.model import Incident, Observation
from trucewatch.paper import Band, Obligation, Withdraw
from trucewatch.vocabulary import WeaponClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One thing that the seen weapon may be; None where nobody said; `words` are the source's, for model names."""

    weapon_class: WeaponClass | None = None
    calibre_mm: float | None = None
    words: str = ""


def alternatives(incident: Incident) -> tuple[Alternative, ...]:
    """Return all that the weapon may be by any of its sightings; one wholly unknown where none describes it."""
    described = [each for observation in incident.observations for each in _described(observation)]
    return tuple(dict.fromkeys(described)) or (Alternative(),)


def _described(observation: Observation) -> tuple[Alternative, ...]:
    weapon = observation.weapon
    if weapon is None:
        return ()
    term = weapon.weapon_class.term
    known = None if term is WeaponClass.UNDETERMINED else term
    words = (weapon.weapon_class.verbatim or observation.text).casefold()
    calibres = weapon.calibres_mm or (None,)
    return tuple(Alternative(weapon_class=known, calibre_mm=calibre, words=words) for calibre in calibres)


def matches(band: Band, weapon: Alternative) -> Truth:
    """Tell whether a band is about this weapon: by a model named in the source's words, else by class and calibre."""
    if _is_named(band, weapon):
        return True
    if band.models and not band.weapon_classes and band.from_mm is None and band.to_mm is None:
        return False if weapon.words or weapon.weapon_class else None
    return every((_of_class(band, weapon), _of_calibre(band, weapon)))


def _is_named(band: Band, weapon: Alternative) -> bool:
    return any(re.search(rf"\b{re.escape(model.casefold())}\b", weapon.words) for model in band.models)


def _of_class(band: Band, weapon: Alternative) -> Truth:
    if not band.weapon_classes:
        return True
    return None if weapon.weapon_class is None else weapon.weapon_class in band.weapon_classes


def _of_calibre(band: Band, weapon: Alternative) -> Truth:
    if band.from_mm is None and band.to_mm is None:
        return True
    if weapon.calibre_mm is None:
        return None
    enough = band.from_mm is None or band.from_mm <= weapon.calibre_mm
    return enough and (band.to_mm is None or weapon.calibre_mm <= band.to_mm)


def concerned(obligation: Obligation, specials: Iterable[Obligation], weapon: Alternative) -> tuple[Truth, ...]:
    """Tell for each band whether it binds this weapon here, and not by a special rule that takes its place.

    A weapon that a band knows by name is not unknown to us: only a special rule that surely means it takes it.
    """
    elsewhere = some(matches(band, weapon) for special in specials for band in bands_of(special))
    return tuple(
        elsewhere is not True if _is_named(band, weapon) else every((matches(band, weapon), negated(elsewhere)))
        for band in bands_of(obligation)
    )


def bands_of(duty: Obligation) -> tuple[Band, ...]:
    """Return the bands of a withdrawal; empty for any other kind."""
    return duty.terms.bands if isinstance(duty.terms, Withdraw) else ()
