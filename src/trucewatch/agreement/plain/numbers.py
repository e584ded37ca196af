"""Bands and limits in plain words: how far which weapons stay away, and how many of what there may be."""

from collections.abc import Iterator

from trucewatch.agreement.plain.speaker import Said, Speaker, joined, spaced, unhyphened
from trucewatch.agreement.plain.times import due_words
from trucewatch.paper import Band, Ceiling, Limit, Terms, Withdraw
from trucewatch.vocabulary import CountedBy, WeaponClass

BASES = {
    CountedBy.OFFERED: "what was offered",
    CountedBy.MONITOR: "what the monitor accepted",
    CountedBy.OTHER_PARTY: "what the other party accepted",
    CountedBy.COUNTED: "what somebody counted",
}
SHORT = {  # classes whose names are abbreviations
    WeaponClass.IFV_CANNON: "cannon of infantry fighting vehicles",
    WeaponClass.MLRS: "multiple rocket launchers",
    WeaponClass.ATGM: "anti-tank missiles",
    WeaponClass.ARMED_UAV: "armed drones",
    WeaponClass.MINE_UXO_IED: "mines and other explosive devices",
    WeaponClass.UNDETERMINED: "weapons of no known class",
}


def numbers_said(terms: Terms, by: Speaker) -> Iterator[Said]:
    """Yield the bands of a withdrawal, or the limits of a ceiling and which count counts."""
    if isinstance(terms, Withdraw):
        for number, band in enumerate(terms.bands, start=1):
            yield Said(what=f"band {number}", words=f"{_weapons(band)}: {band.distance_km:g} km away or farther.")
    if isinstance(terms, Ceiling):
        for number, limit in enumerate(terms.limits, start=1):
            yield Said(what=f"limit {number}", words=limit_words(limit, by, is_composition=terms.is_composition))
        yield Said(what="count", words=f"The count that counts is {BASES[terms.basis]}.")


def _weapons(band: Band) -> str:
    classes = joined((SHORT.get(each, spaced(each.value)) for each in band.weapon_classes), "or")
    kinds = f"{classes or 'weapons of any class'}{_calibre(band.from_mm, band.to_mm)}"
    models = joined(band.models, "or")
    whole = f"{kinds}; {models}, whatever their calibre" if models else kinds
    return whole[0].upper() + whole[1:]


def _calibre(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f" of {low:g} mm calibre and more" if low is not None else f" of up to and including {high:g} mm calibre"
    return f" of {low:g} mm calibre" if low == high else f" of {low:g} to {high:g} mm calibre, both included"


def limit_words(limit: Limit, by: Speaker, *, is_composition: bool) -> str:
    """Return one limit: 'personnel (servicemen with small arms): at most 1,960, at all times.'."""
    what = f"{unhyphened(limit.item, by)} ({limit.label})" if limit.label else unhyphened(limit.item, by)
    when = due_words(limit.by, by) if limit.by else "at all times"
    return f"{what[0].upper()}{what[1:]}: {_bounds(limit, is_composition=is_composition)}, {when}."


def _bounds(limit: Limit, *, is_composition: bool) -> str:
    """Return the bounds; of a composition the upper one is also the lower, where no other is named."""
    most, least = limit.at_most, limit.at_least
    if is_composition and least is None:
        least = most
    if most is None or least is None:
        return f"at most {most:,}" if most is not None else f"at least {least:,}"
    return f"exactly {least:,}" if most == least else f"at least {least:,} and at most {most:,}"
