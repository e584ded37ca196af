"""The areas of the case that a monitor's zones may be: which there are, and what they are called. Pure."""

from collections.abc import Iterable

from trucewatch.report.words import chosen
from trucewatch.web.room.desk import Conclusions


def area_names(c: Conclusions | None) -> dict[str, str]:
    """Return the areas of the newest conclusions' case by their ids, sorted, each with its id and its name in words."""
    called = {area.feature.id: chosen(area.feature.names, "") for area in c.areas} if c else {}
    return {name: f"{name} ({words})" if words else name for name, words in sorted(called.items())}


def area_words(c: Conclusions | None, zones: Iterable[str]) -> list[str]:
    """Return what zones are called; of one that the newest conclusions' case does not have, that it has none."""
    called = area_names(c)
    missing = " (which the case does not have)" if c else ""
    return [called.get(name, f"{name}{missing}") for name in sorted(zones)]


def check_zones(c: Conclusions | None, zones: Iterable[str]) -> None:
    """Raise ValueError for a zone that the case does not have; while there are no conclusions nobody can tell."""
    called = area_names(c)
    for name in sorted(set(zones) - called.keys()) if c else ():
        raise ValueError(f"the case has no zone or permitted area {name!a}; it has {', '.join(called) or 'none'}")
