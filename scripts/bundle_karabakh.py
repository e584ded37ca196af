"""Cut the places of the bundled case `karabakh` from its sources, which are named and credited in its SOURCE.md.

bundle_karabakh.py NATURAL_EARTH_LINES.json GEONAMES.json CLAIMS.csv OUT_DIR

NATURAL_EARTH_LINES.json is ne_10m_admin_0_boundary_lines_disputed_areas.json.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

# the ceasefire of May 1994 to that of 10 November 2020, 00:00 Moscow time
LINE_VALID = {"valid_from": "1994-05-12T00:00:00+04:00", "valid_to": "2020-11-10T01:00:00+04:00"}
LINE_ACCURACY_KM = 5.0  # 1:10 million and 26 years in one drawing: a guess
STATEMENT = "2020-11-10T01:00:00+04:00"

# GeoNames id: English, Armenian, Azerbaijani, Russian; curated, for GeoNames does not tag names by language.
# Where the sides use different names, the English and Russian labels hold both, in alphabetical order.
SETTLEMENTS = {
    148619: ("Aghdam / Akna", "Ակնա", "Ağdam", "Агдам / Акна"),
    586268: ("Kalbajar / Karvachar", "Քարվաճառ", "Kəlbəcər", "Карвачар / Кельбаджар"),
    147625: ("Berdzor / Lachin", "Բերձոր", "Laçın", "Бердзор / Лачин"),
    147105: ("Shusha / Shushi", "Շուշի", "Şuşa", "Шуша / Шуши"),
    146970: ("Khankendi / Stepanakert", "Ստեփանակերտ", "Xankəndi", "Степанакерт / Ханкенди"),
    148450: ("Askeran", "Ասկերան", "Əsgəran", "Аскеран"),
    146969: ("Khojavend / Martuni", "Մարտունի", "Xocavənd", "Мартуни / Ходжавенд"),
    148106: ("Fuzuli / Varanda", "Վարանդա", "Füzuli", "Варанда / Физули"),
    148141: ("Jabrayil / Jrakan", "Ջրական", "Cəbrayıl", "Джебраил / Джракан"),
    147305: ("Qubadli / Sanasar", "Սանասար", "Qubadlı", "Кубатлы / Санасар"),
    146901: ("Kovsakan / Zangilan", "Կովսական", "Zəngilan", "Зангелан / Ковсакан"),
    584871: ("Tartar", "Թարթառ", "Tərtər", "Тертер"),
    587057: ("Barda / Partav", "Պարտավ", "Bərdə", "Барда / Партав"),
    174895: ("Goris", "Գորիս", "Gorus", "Горис"),
}
CENTRE = {
    "en": "Joint ceasefire monitoring centre (Russia and Turkey)",
    "hy": "Հրադադարի մշտադիտարկման համատեղ կենտրոն",
    "az": "Atəşkəsə nəzarət üzrə birgə monitorinq mərkəzi",
    "ru": "Совместный центр контроля за прекращением огня",
}
CORRIDOR = {
    "en": "Lachin corridor (schematic)",
    "hy": "Լաչինի միջանցք (սխեմատիկ)",
    "az": "Laçın dəhlizi (sxematik)",
    "ru": "Лачинский коридор (схематично)",
}


def rounded(nested: Any) -> Any:
    """Round degrees to 1e-5, about a metre."""
    if isinstance(nested, float):
        return round(nested, 5)
    return [rounded(value) for value in nested] if isinstance(nested, (list, tuple)) else nested


def feature(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": rounded(coordinates)}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def lines(natural_earth: Path) -> list[dict[str, Any]]:
    """Return the unbroken stretches of the line of 1994, from west to east."""
    found = json.loads(natural_earth.read_text("utf-8"))["features"]
    drawn = [shape(f["geometry"]) for f in found if f["properties"].get("name") == "Ceasefire Line 1994"]
    merged = shapely.line_merge(shapely.union_all(drawn))
    stretches = sorted(shapely.get_parts(merged), key=lambda stretch: stretch.bounds)
    return [
        feature(
            "LineString",
            mapping(stretch)["coordinates"],
            role="line_of_contact",
            id=f"line-of-1994-{number}",
            names={"en": "Line of contact of 1994"},
            **LINE_VALID,
            accuracy_km=LINE_ACCURACY_KM,
            source="Natural Earth (public domain), Admin 0 disputed boundary lines, 10m",
        )
        for number, stretch in enumerate(stretches, 1)
    ]


def towns(geonames: Path) -> list[dict[str, Any]]:
    places = {p["geonameid"]: p for p in json.loads(geonames.read_text("utf-8"))}
    return [
        feature(
            "Point",
            [places[number]["longitude"], places[number]["latitude"]],
            role="settlement",
            id=f"geonames-{number}",
            names=dict(zip(("en", "hy", "az", "ru"), names, strict=True)),
            source="GeoNames, CC BY 4.0; names curated by this project",
        )
        for number, names in SETTLEMENTS.items()
    ]


def schematic(settlements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the two places of the statement that have no surveyed position in the open."""
    at = {f["properties"]["id"]: f["geometry"]["coordinates"] for f in settlements}
    corridor = [at["geonames-147625"], at["geonames-146970"]]
    return [
        feature(
            "LineString",
            corridor,
            role="corridor",
            id="lachin-corridor",
            names=CORRIDOR,
            valid_from=STATEMENT,
            accuracy_km=5.0,
            source="A straight line between two towns (GeoNames), drawn by this project; not the road",
        ),
        feature(
            "Point",
            [47.08, 39.97],
            role="site",
            id="joint-centre",
            names=CENTRE,
            valid_from="2021-01-30T00:00:00+04:00",
            valid_to="2024-04-26T00:00:00+04:00",
            accuracy_km=5.0,
            source="Opening reports of 30 January 2021 (near Giyameddinli); position guessed by this project",
        ),
    ]


def main(natural_earth: str, geonames: str, claims: str, out: str) -> None:
    settlements = towns(Path(geonames))
    features = [*lines(Path(natural_earth)), *schematic(settlements), *settlements]
    target = Path(out)
    body = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    (target / "places.geojson").write_text(f'{{"type": "FeatureCollection", "features": [\n{body}\n]}}\n', "utf-8")
    shutil.copyfile(claims, target / "observations" / "two_sided_claims.csv")
    print(f"{target}: {len(features)} places")


if __name__ == "__main__":
    main(*sys.argv[1:])
