"""Place names to positions: a table of settlements, looked up by any of their names, neutral between spellings.

A table is CSV with the columns of `COLUMNS`; `alternates` are separated by `|`. The bundled tables are cut
from GeoNames (CC BY 4.0), which gives a settlement one point and states no error for it.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trucewatch.spacetime import distance_km

COLUMNS = ("geonameid", "name", "lat", "lon", "population", "alternates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A populated place: degrees on WGS 84, inhabitants as GeoNames has them (0: not stated)."""

    id: int
    name: str
    lon: float
    lat: float
    population: int = 0
    alternates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Settlements by name; build it with `gazetteer` or `parse_gazetteer`, which fill the index."""

    settlements: tuple[Settlement, ...] = ()
    index: Mapping[str, tuple[Settlement, ...]] = field(default_factory=dict, repr=False)

    def find(self, name: str, near: tuple[float, float] | None = None) -> Settlement | None:
        """Return the settlement of that name, ignoring case, apostrophes, hyphens and spaces; None where unknown.

        Of several, the nearest to `near` (lon, lat in degrees), else the most populous; of equals the
        lowest GeoNames number, so that the order of the table decides nothing.
        """
        candidates = self.index.get(plain(name), ())
        if not candidates:
            return None
        if near is None:
            return min(candidates, key=lambda s: (-s.population, s.id))
        lon, lat = near
        return min(candidates, key=lambda s: (distance_km(lon, lat, s.lon, s.lat), -s.population, s.id))

    def within(self, box: tuple[float, float, float, float]) -> "Gazetteer":
        """Return the settlements inside (west, south, east, north) degrees, edges included."""
        west, south, east, north = box
        return gazetteer(s for s in self.settlements if west <= s.lon <= east and south <= s.lat <= north)


def plain(name: str) -> str:
    """Return the letters and digits of a name, lower case; accents stay, they tell names apart."""
    return "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalnum())


def gazetteer(settlements: Iterable[Settlement]) -> Gazetteer:
    """Return the settlements with their index; a settlement given twice counts once."""
    once = tuple({s.id: s for s in sorted(settlements, key=lambda s: s.id)}.values())
    index: dict[str, dict[int, Settlement]] = {}
    for settlement in once:
        for name in (settlement.name, *settlement.alternates):
            index.setdefault(plain(name), {})[settlement.id] = settlement
    index.pop("", None)
    return Gazetteer(settlements=once, index={name: tuple(found.values()) for name, found in index.items()})


def parse_gazetteer(*tables: bytes) -> Gazetteer:
    """Return the gazetteer of one or more tables.

    Raises:
        ValueError: when a table is not UTF-8 or not CSV, lacks a column of `COLUMNS`, or has a row that is cut short
            or a number that is none; a gazetteer comes with a stranger's log, too.

    """
    return gazetteer(settlement for table in tables for settlement in _settlements(table))


def _settlements(table: bytes) -> Iterable[Settlement]:
    rows = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""), restval="")
    try:
        missing = set(COLUMNS) - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"a gazetteer lacks the columns {', '.join(sorted(missing))}")
        yield from map(_settlement, rows)
    except csv.Error as error:
        raise ValueError(f"a gazetteer is not CSV: {error}") from None


def _settlement(row: Mapping[str, str]) -> Settlement:
    lon, lat = float(row["lon"]), float(row["lat"])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"a gazetteer has a settlement at longitude {lon:g}, latitude {lat:g}")
    return Settlement(
        id=int(row["geonameid"]),
        name=row["name"],
        lon=lon,
        lat=lat,
        population=int(row["population"] or 0),
        alternates=tuple(name for name in row["alternates"].split("|") if name),
    )
