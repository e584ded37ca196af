"""Cut the bundled case `donbas` from its sources, which are named and credited in its SOURCE.md.

bundle_donbas.py NATURAL_EARTH_DIR GEONAMES.json OSCE_SMM_DIR FIRMS.csv OUT_DIR

NATURAL_EARTH_DIR holds ne_10m_admin_0_disputed_areas.json, ne_10m_admin_0_boundary_lines_disputed_areas.json
and ne_50m_admin_0_countries.json. Prints on which side of the line the towns with a known holder fall.
"""

import csv
import json
import math
import shutil
import sys
from pathlib import Path
from typing import Any

import pyproj
import shapely
from shapely.geometry import mapping, shape

VALID = {"valid_from": "2015-02-15T00:00:00+02:00", "valid_to": "2022-02-24T05:00:00+02:00"}
LINE_ACCURACY_KM = 3.0  # argued in SOURCE.md from the towns that `check` prints
BELT_KM = 70.0  # half of the widest zone of the Package of Measures, point 2
TOWN_SD_KM = 2.0  # of a named town's point: GeoNames puts Donetsk 2.2 km from where the mission measures
HOT_SPOT_BOX = (37.0, 47.0, 39.6, 48.9)
PLANE = pyproj.Proj(proj="aeqd", lon_0=38.5, lat_0=47.9, ellps="WGS84", units="km")

# GeoNames id: English, Ukrainian, Russian; curated, for GeoNames does not tag its alternate names by language
SETTLEMENTS = {
    709717: ("Donetsk", "Донецьк", "Донецк"),
    713122: ("Avdiivka", "Авдіївка", "Авдеевка"),
    707753: ("Horlivka", "Горлівка", "Горловка"),
    688373: ("Yasynuvata", "Ясинувата", "Ясиноватая"),
    694053: ("Shyrokyne", "Широкине", "Широкино"),
    692093: ("Svitlodarsk", "Світлодарськ", "Светлодарск"),
    710229: ("Debaltseve", "Дебальцеве", "Дебальцево"),
    701822: ("Mariupol", "Маріуполь", "Мариуполь"),
    702658: ("Luhansk", "Луганськ", "Луганск"),
    704202: ("Khrustalnyi", "Хрустальний", "Хрустальный"),
    699675: ("Novoazovsk", "Новоазовськ", "Новоазовск"),
}
MORE = {
    "Makiivka": ("Макіївка", "Макеевка"),
    "Yenakiieve": ("Єнакієве", "Енакиево"),
    "Bakhmut": ("Бахмут", "Бахмут"),
    "Popasna": ("Попасна", "Попасная"),
    "Marinka": ("Мар’їнка", "Марьинка"),
    "Volnovakha": ("Волноваха", "Волноваха"),
    "Dokuchaievsk": ("Докучаєвськ", "Докучаевск"),
    "Alchevsk": ("Алчевськ", "Алчевск"),
    "Stanytsia Luhanska": ("Станиця Луганська", "Станица Луганская"),
    "Toretsk": ("Торецьк", "Торецк"),
    "Lysychansk": ("Лисичанськ", "Лисичанск"),
    "Kadiivka": ("Кадіївка", "Кадиевка"),
}
# Renamed in 2016 by one side alone (SOURCE.md): the older names stand beside the newer, alphabetically in each language
OLDER = {
    "Khrustalnyi": ("Krasnyi Luch", "Красний Луч", "Красный Луч"),
    "Bakhmut": ("Artemivsk", "Артемівськ", "Артёмовск"),
    "Toretsk": ("Dzerzhynsk", "Дзержинськ", "Дзержинск"),
    "Kadiivka": ("Stakhanov", "Стаханов", "Стаханов"),
}
# cameras as the mission's rows place them: id, GeoNames id of the anchor, bearing and distance from it
CAMERAS = (
    ("SMM camera Avdiivka", 713122, 0.0, 0.0, ("камера СММ, Авдіївка", "камера СММ, Авдеевка")),
    ("SMM camera Shyrokyne", 694053, 0.0, 0.0, ("камера СММ, Широкине", "камера СММ, Широкино")),
    (
        "SMM camera Donetsk Filtration Station",
        709717,
        0.0,
        15.0,
        ("камера СММ, Донецька фільтрувальна станція", "камера СММ, Донецкая фильтровальная станция"),
    ),
)
# who held a town through most of 2015 to 2022, where the mission's reports leave no doubt
HELD = {
    "ukraine": (
        *("Avdiivka", "Svitlodarsk", "Shyrokyne", "Mariupol", "Marinka", "Krasnohorivka", "Toretsk"),
        *("Popasna", "Volnovakha", "Bakhmut", "Zolote", "Novoluhanske", "Luhanske", "Hirske", "Pavlopil"),
        *("Chermalyk", "Hnutove", "Talakivka", "Krymske", "Novotoshkivske"),
    ),
    "formations": (
        *("Donetsk", "Yasynuvata", "Horlivka", "Debaltseve", "Luhansk", "Makiivka", "Yenakiieve"),
        *("Dokuchaievsk", "Olenivka", "Novoazovsk", "Starobesheve", "Kadiivka", "Holubivka", "Alchevsk"),
        *("Vuhlehirsk", "Khrustalnyi", "Bezimenne"),
    ),
}


def plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def find(places: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """Return the most populous Ukrainian settlement of that name south of 49.2° N (others share names)."""
    found = [
        p
        for p in places
        if plain(name) in {plain(n) for n in (p["name"], *p["alternatenames"])}
        and p["countrycode"] == "UA"
        and p["latitude"] < 49.2
    ]
    return max(found, key=lambda p: p["population"])


def to_km(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, lambda c: list(zip(*PLANE(c[:, 0], c[:, 1]), strict=True)))


def to_degrees(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, lambda c: list(zip(*PLANE(c[:, 0], c[:, 1], inverse=True), strict=True)))


def feature(geometry: shapely.Geometry | dict[str, Any], **properties: Any) -> dict[str, Any]:
    form = geometry if isinstance(geometry, dict) else mapping(geometry)
    return {"type": "Feature", "properties": properties, "geometry": rounded(form)}


def rounded(nested: Any) -> Any:
    """Round degrees to 1e-5, about a metre."""
    if isinstance(nested, float):
        return round(nested, 5)
    if isinstance(nested, dict):
        return {key: rounded(value) for key, value in nested.items()}
    return [rounded(value) for value in nested] if isinstance(nested, (list, tuple)) else nested


def named(path: Path, **wanted: str) -> shapely.Geometry:
    """Return the first shape with these properties that reaches east of 37.5° E; Crimea's line has the same name."""
    for found in json.loads(path.read_text("utf-8"))["features"]:
        geometry = shape(found["geometry"])
        if all(found["properties"].get(k) == v for k, v in wanted.items()) and geometry.bounds[2] > 37.5:
            return geometry
    raise SystemExit(f"{path} has no {wanted}")


def drawn(natural_earth: Path) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Return the line and the polygon east of it, as Natural Earth draws them."""
    line = named(natural_earth / "ne_10m_admin_0_boundary_lines_disputed_areas.json", name="Ukrainian claim")
    return line, named(natural_earth / "ne_10m_admin_0_disputed_areas.json", BRK_NAME="Donbass")


def ground(natural_earth: Path) -> list[dict[str, Any]]:
    """Return the line and the ground on both sides of it."""
    credit = (
        "Natural Earth (public domain), Admin 0 breakaway and disputed areas, 10m; drawn too far towards the "
        "government's side in the south, at Svitlodarsk and at Popasna"
    )
    line, held = drawn(natural_earth)
    country = named(natural_earth / "ne_50m_admin_0_countries.json", ADM0_A3="UKR")
    near = to_km(line).buffer(BELT_KM)
    belt = to_km(country).intersection(near).difference(to_km(held).buffer(0))
    largest = max(shapely.get_parts(belt), key=lambda part: part.area)
    names = {"en": "Line of contact", "uk": "Лінія зіткнення", "ru": "Линия соприкосновения"}
    common = {**VALID, "accuracy_km": LINE_ACCURACY_KM}
    line_out = feature(line, role="line_of_contact", id="line-of-contact", names=names, **common, source=credit)
    held_out = feature(held, role="control", id="ground-formations", party="formations", **common, source=credit)
    belt_out = feature(
        to_degrees(largest),
        role="control",
        id="ground-ukraine",
        party="ukraine",
        **common,
        source=f"{credit}, and countries, 50m: a belt of {BELT_KM:g} km beyond the line, made by this project",
    )
    return [line_out, belt_out, held_out]


def check(line: shapely.Geometry, held: shapely.Geometry, places: list[dict[str, Any]]) -> None:
    """Print on which side of the line, and how far from it, the towns of `HELD` fall."""
    line, polygon = to_km(line), to_km(held)
    for party, towns in HELD.items():
        for town in towns:
            place = find(places, town)
            point = shapely.Point(*PLANE(place["longitude"], place["latitude"]))
            inside = polygon.contains(point)
            verdict = "right" if inside == (party == "formations") else "WRONG"
            print(f"{verdict} {town} ({party}): {line.distance(point):.1f} km from the line")


def both(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in each language, the older and the newer of a renamed town in alphabetical order."""
    older = OLDER.get(names[0])
    return tuple(" / ".join(sorted(pair)) for pair in zip(names, older, strict=True)) if older else names


def towns(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the settlements that the maps name, in English, Ukrainian and Russian."""
    by_id = {p["geonameid"]: p for p in places}
    wanted = [(by_id[i], names) for i, names in SETTLEMENTS.items()]
    wanted += [(find(places, name), (name, *names)) for name, names in MORE.items()]
    return [
        feature(
            {"type": "Point", "coordinates": [p["longitude"], p["latitude"]]},
            role="settlement",
            id=f"geonames-{p['geonameid']}",
            names=dict(zip(("en", "uk", "ru"), both(names), strict=True)),
            source="GeoNames, CC BY 4.0; names curated by this project",
        )
        for p, names in wanted
    ]


def cameras(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the mission's cameras where its rows place them; the error is `accuracy_km`, a guess."""
    by_id = {p["geonameid"]: p for p in places}
    geodesic = pyproj.Geod(ellps="WGS84")
    out = []
    for name, anchor, bearing, km, (uk, ru) in CAMERAS:
        lon, lat, _ = geodesic.fwd(by_id[anchor]["longitude"], by_id[anchor]["latitude"], bearing, km * 1000)
        error = math.hypot(TOWN_SD_KM, km * math.tan(math.radians(11.25)) / math.sqrt(3))
        out.append(
            feature(
                {"type": "Point", "coordinates": [lon, lat]},
                role="observation_post",
                id=name,
                names={"en": name, "uk": uk, "ru": ru},
                camera=True,
                accuracy_km=round(error, 1),
                source="OSCE SMM daily reports (named place and offset); position from GeoNames, CC BY 4.0",
            )
        )
    return out


def hot_spots(firms: Path, out: Path) -> None:
    west, south, east, north = HOT_SPOT_BOX
    with firms.open(encoding="utf-8", newline="") as file, out.open("w", encoding="utf-8", newline="") as cut:
        rows = csv.DictReader(file)
        table = csv.DictWriter(cut, rows.fieldnames or (), lineterminator="\n")
        table.writeheader()
        inside = (r for r in rows if west <= float(r["longitude"]) <= east and south <= float(r["latitude"]) <= north)
        table.writerows(inside)


def main(natural_earth: str, geonames: str, osce: str, firms: str, out: str) -> None:
    places = json.loads(Path(geonames).read_text("utf-8"))
    features = [*ground(Path(natural_earth)), *cameras(places), *towns(places)]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    target = Path(out)
    (target / "places.geojson").write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', "utf-8")
    for table in ("observations", "withdrawal_sightings", "daily_explosion_totals"):
        shutil.copyfile(Path(osce) / f"{table}.csv", target / "observations" / f"smm_{table}.csv")
    hot_spots(Path(firms), target / "observations" / "firms_viirs.csv")
    check(*drawn(Path(natural_earth)), places)


if __name__ == "__main__":
    main(*sys.argv[1:])
