"""What an observation says, in sentences: the cells of the table in which the room's own page hands in. Pure."""

import math
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from trucewatch.spacetime import utc
from trucewatch.vocabulary import Phenomenon
from trucewatch.web.room import observing, pages
from trucewatch.web.room.visit import Visit


def observed(visit: Visit, shown: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in sentences the cells of the table in which the room's own page hands in; none of any other reader's."""
    cells = {name.partition(":")[2]: value for name, value in shown.items() if name[:1].isdigit()}
    if not {"source", "phenomenon", "time"} <= cells.keys() or not all(isinstance(c, str) for c in cells.values()):
        return ()
    try:
        return tuple(sentence for sentence in _of_cells(visit, cells) if sentence)
    except (ValueError, OverflowError):  # a spread of 1e300 seconds has no beginning
        return ()


def _of_cells(visit: Visit, cells: Mapping[str, str]) -> Iterable[str]:
    def word(name: str) -> str:
        return observing.in_words(cells.get(name, ""))

    side = f", for {visit.name(cells['source_side'])}" if cells.get("source_side") else ""
    if cells["phenomenon"] == Phenomenon.QUIET.value:
        yield f"{cells['source']}{side} kept watch ({word('means')}) and noticed nothing, {_watch(visit, cells)}."
    else:
        counted = f"; how many: {cells['count']}" if cells.get("count") else ""
        error = f", give or take {cells['time_sd_s']} s" if cells.get("time_sd_s") else ""
        yield (
            f"{cells['source']}{side} perceived ({word('means')}): {word('phenomenon')}{counted}, at "
            f"{when_words(visit, cells['time'])}{error}."
        )
        yield f"Direction: {word('direction')}. Weapon: {word('weapon')}."
    yield _place(cells, "observer_lon", "observer_lat", "It was perceived from")
    yield _place(cells, "lon", "lat", "It was at")


def _watch(visit: Visit, cells: Mapping[str, str]) -> str:
    middle, half = utc(cells["time"]), timedelta(seconds=math.sqrt(3) * float(cells.get("time_sd_s") or 0))
    half_a_minute = timedelta(
        seconds=30
    )  # to the nearest one: the table has the middle and the spread in whole seconds
    first, last = (pages.when((middle + edge + half_a_minute).replace(second=0), visit.zone) for edge in (-half, half))
    return f"from about {first} to about {last} ({visit.zone})"


def _place(cells: Mapping[str, str], lon: str, lat: str, words: str) -> str:
    return f"{words} {cells[lat]}° N, {cells[lon]}° E." if cells.get(lon) and cells.get(lat) else ""


def when_words(visit: Visit, stated: str) -> str:
    """Return a time that an entry holds on the wall clock of the case; ValueError where it is none."""
    return f"{pages.when(utc(stated), visit.zone)} ({visit.zone})"
