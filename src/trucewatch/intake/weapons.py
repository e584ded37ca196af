"""The words that sources use for weapons, to a class and its calibres; what the words leave open stays open."""

import re
from collections.abc import Iterable

from trucewatch.model import Coded, Weapon
from trucewatch.vocabulary import WeaponClass

# In this order: the first pattern that fits a part of the words wins ("anti-tank guided" before "anti-tank gun").
# What is against tanks is no tank.
# Designations are facts of the types themselves; a type that is not here stays in the source's words.
_CLASSES = (
    (r"anti-?tank guided|\batgms?\b", WeaponClass.ATGM),
    (r"anti-?aircraft|\bzu-?23", WeaponClass.ANTI_AIRCRAFT),
    (r"\bmlrs\b|multiple[- ]launch|\bbm-?(21|27|30)\b|\b(grad|uragan|smerch|tornado)\b", WeaponClass.MLRS),
    (r"\b(armed|attack|combat|strike) (uav|drone)s?\b|\btb-?2\b|\bbayraktar\b", WeaponClass.ARMED_UAV),
    (r"grenade[- ]launcher|\bagl\b|\bags-?17\b", WeaponClass.GRENADE_LAUNCHER),
    (r"\bifv\b|\bbmp-?\d|infantry fighting|30\s?mm cannon", WeaponClass.IFV_CANNON),
    (r"\bmortars?\b", WeaponClass.MORTAR),
    (r"howitzer|artillery|anti-?tank (gun|cannon)|\b2[as]\d{1,2}\b|\bd-?(20|30|44|48)\b", WeaponClass.ARTILLERY),
    (r"\bmt-?12\b|\brapira\b", WeaponClass.ARTILLERY),
    (r"(?<!anti-)\btanks?\b|\bt-?(55|62|64|72|80|90)\b", WeaponClass.TANK),
    (r"\bhmg\b|(heavy|large-calibre) machine[- ]?gun", WeaponClass.HEAVY_MACHINE_GUN),
    (r"small[- ]arms|\brifles?\b|\bsniper|\bmachine[- ]?guns?\b", WeaponClass.SMALL_ARMS),
    (r"\bmines?\b|\buxo\b|\bied\b", WeaponClass.MINE_UXO_IED),
)
_CLASSES_OF_WORDS = tuple((re.compile(pattern), found) for pattern, found in _CLASSES)
_MM = r"\d{1,3}(?:\.\d{1,2})?"
_CALIBRES = re.compile(rf"((?:{_MM}\s*(?:mm)?\s*(?:,|/|or|and)\s*){{0,5}})({_MM})\s*mm", re.ASCII)
_NUMBER = re.compile(_MM, re.ASCII)
_BARE_CALIBRE = re.compile(rf"{_MM}\s*(mm)?", re.ASCII)


def weapon(words: str) -> Weapon | None:
    """Return the weapon that the words name, None for empty words.

    The class is known when every named alternative is of one class; "HMG; small arms" or "mortar and light
    weapons" name several kinds, so the class stays None beside the words. Calibres in mm are the stated
    ones only, in ascending order, never filled in from a type's designation.
    """
    if not words.strip():
        return None
    classes = {_class_of(part) for part in _parts(words)}
    term = classes.pop() if len(classes) == 1 else None
    return Weapon(weapon_class=Coded(term=term, verbatim=words.strip()), calibres_mm=_calibres(words))


def _parts(words: str) -> Iterable[str]:
    """Yield the alternatives in the words, without those that are a bare calibre ("122 or 152 mm")."""
    for part in re.split(r";|,|/|\band\b|\bor\b", words.casefold()):
        if part.strip() and _BARE_CALIBRE.fullmatch(part.strip()) is None:
            yield part


def _class_of(part: str) -> WeaponClass | None:
    return next((found for pattern, found in _CLASSES_OF_WORDS if pattern.search(part)), None)


def _calibres(words: str) -> tuple[float, ...]:
    found: set[float] = set()
    for before, last in _CALIBRES.findall(words.casefold()):
        found.update(float(number) for number in (*_NUMBER.findall(before), last))
    return tuple(sorted(found))
