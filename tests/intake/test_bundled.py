"""The two bundled cases: every row becomes an observation, and the places say what their SOURCE.md says."""

import csv
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import shapely

import trucewatch
from trucewatch.assess.kinds import is_associable
from trucewatch.intake.canonical import CANONICAL
from trucewatch.intake.case import parse_case
from trucewatch.intake.claims import CLAIMS
from trucewatch.intake.firms import HOT_SPOTS
from trucewatch.intake.gazetteer import parse_gazetteer
from trucewatch.intake.places import parse_places, theatre
from trucewatch.intake.reader import Context
from trucewatch.intake.smm import OBSERVATIONS, TOTALS, WITHDRAWAL
from trucewatch.model import Point
from trucewatch.spacetime import distance_km, utc, valid_at
from trucewatch.vocabulary import FeatureRole, SourceClass, Stance

PACKAGE = Path(trucewatch.__file__).parent
GAZETTEER = parse_gazetteer(*(path.read_bytes() for path in sorted((PACKAGE / "data" / "gazetteer").glob("*.csv"))))
TABLES = [
    ("donbas", "smm_observations", OBSERVATIONS, 66),
    ("donbas", "smm_withdrawal_sightings", WITHDRAWAL, 13),
    ("donbas", "smm_daily_explosion_totals", TOTALS, 25),
    ("donbas", "firms_viirs", HOT_SPOTS, 343),
    ("karabakh", "two_sided_claims", CLAIMS, 16),
    ("karabakh", "published_claims", CANONICAL, 31),
]


@cache
def opened(case):
    folder = PACKAGE / "bundled" / case
    settings = parse_case((folder / "case.toml").read_bytes(), case)
    return settings, parse_places((folder / "places.geojson").read_bytes(), settings.parties)


@cache
def context(case):
    settings, places = opened(case)
    zone = settings.time_zone
    return Context(
        parties=settings.parties, time_zone=zone, gazetteer=GAZETTEER, theatre=theatre(places),
        third_parties=settings.claims.third_parties, unplaced=settings.claims.unplaced,
    )  # fmt: skip


def rows(case, table):
    with (PACKAGE / "bundled" / case / "observations" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def observed(case, table, reader):
    return [reader.read(row, context(case)) for row in rows(case, table)]


@pytest.mark.parametrize(("case", "table", "reader", "number"), TABLES, ids=[t[1] for t in TABLES])
def test_every_bundled_row_becomes_one_observation(case, table, reader, number):
    known = context(case)
    found = [reader.read(row, known) for row in rows(case, table)]
    assert len(found) == number
    assert all(o.source.name and o.clocks.claimed for o in found)


@pytest.mark.parametrize(("case", "table", "reader", "number"), TABLES, ids=[t[1] for t in TABLES])
def test_each_table_belongs_to_one_reader(case, table, reader, number):
    header = set(rows(case, table)[0])
    assert [t[2].kind for t in TABLES if t[2].columns <= header] == [reader.kind]


@pytest.mark.parametrize(
    ("post", "lon", "lat", "km"),
    [
        ("Donetsk city centre", 37.802, 48.023, 0.1),
        ("Avdiivka", 37.750, 48.140, 0.1),
        ("Yasynuvata", 37.859, 48.127, 0.1),
        ("Shyrokyne", 37.818, 47.098, 0.1),
        ("Debaltseve", 38.403, 48.336, 0.1),
        ("Horlivka", 38.017, 48.300, 0.1),
        ("Svitlodarsk", 38.223, 48.434, 0.1),
        ("7km N of Horlivka", 38.017, 48.363, 0.1),
        ("Donetsk railway station", 37.744, 48.043, 4.0),  # where the city's central station is
        ("UAF checkpoint 14, Mariupol", 37.62, 47.15, 1.0),
    ],
)
def test_the_observers_stand_where_the_map_has_them(post, lon, lat, km):
    known = context("donbas")
    found = [OBSERVATIONS.read(r, known) for r in rows("donbas", "smm_observations") if r["observer_place"] == post]
    assert found
    assert all(distance_km(o.observer.lon, o.observer.lat, lon, lat) <= km for o in found)


def test_no_weapon_is_put_at_a_namesake_far_from_its_stated_offset():
    vasylivka = next(o for o in observed("donbas", "smm_withdrawal_sightings", WITHDRAWAL) if "2S1" in _words(o))
    assert isinstance(vasylivka.place, Point)
    assert distance_km(vasylivka.place.lon, vasylivka.place.lat, 37.802, 48.023) == pytest.approx(47, abs=0.5)


def _words(observation):
    return observation.weapon.weapon_class.verbatim if observation.weapon else ""


def test_the_cameras_on_the_map_are_the_sources_of_the_rows():
    _, places = opened("donbas")
    cameras = {f.id: f for f in places if f.camera}
    found = {
        o.source.name: o for o in observed("donbas", "smm_observations", OBSERVATIONS) if "camera" in o.source.name
    }
    assert set(cameras) == set(found)
    for name, feature in cameras.items():
        lon, lat = feature.geometry.coordinates
        assert distance_km(lon, lat, found[name].observer.lon, found[name].observer.lat) < 0.01


def test_the_sides_that_the_rows_name_fall_on_the_drawn_sides_but_for_the_two_that_source_md_admits():
    known = context("donbas")
    _, places = opened("donbas")
    instant = utc("2016-08-15T12:00:00+03:00")
    ground = {
        f.party: shapely.geometry.shape({"type": f.geometry.kind, "coordinates": f.geometry.coordinates})
        for f in places
        if f.role is FeatureRole.CONTROL and valid_at(f, instant)
    }
    wrong = set()
    for row in rows("donbas", "smm_observations"):
        holder = known.named(row["place_held_by"])
        post = OBSERVATIONS.read(row, known).observer
        if holder and holder.party and not shapely.contains_xy(ground[holder.party], post.lon, post.lat):
            wrong.add(row["observer_place"])
    assert wrong == {"Shyrokyne", "Svitlodarsk"}


def test_the_two_grounds_do_not_overlap():
    _, places = opened("donbas")
    one, other = (
        shapely.geometry.shape({"type": f.geometry.kind, "coordinates": f.geometry.coordinates})
        for f in places
        if f.role is FeatureRole.CONTROL
    )
    assert one.is_valid
    assert other.is_valid
    assert one.intersection(other).area < 1e-6 * other.area


def test_no_line_is_drawn_where_none_is_known():
    for case, instant in (("donbas", "2026-06-25T00:00:00Z"), ("karabakh", "2020-11-10T00:00:00+03:00")):
        _, places = opened(case)
        dated = [f for f in places if f.role in (FeatureRole.LINE_OF_CONTACT, FeatureRole.CONTROL)]
        assert dated
        assert not [f.id for f in dated if valid_at(f, utc(instant))]


@pytest.mark.parametrize("case", ["donbas", "karabakh"])
def test_every_place_names_its_source_and_every_town_its_names(case):
    settings, places = opened(case)
    languages = {language for language, _ in settings.titles}
    assert all(f.source for f in places)
    towns = [f for f in places if f.role is FeatureRole.SETTLEMENT]
    assert len(towns) >= 14
    assert all({language for language, _ in f.names} == languages for f in towns)


def test_the_published_claims_are_marked_as_claims_of_whoever_made_them():
    found = observed("karabakh", "published_claims", CANONICAL)
    assert all(o.text.startswith("Claim: ") and o.text.endswith("]") for o in found)
    assert {o.source.source_class.term for o in found} == {SourceClass.PARTY, SourceClass.INTERLOCUTOR}
    assert {o.claim.stance for o in found if o.claim} == {Stance.ACCUSES, Stance.DENIES}
    sides = Counter(o.source.side.party for o in found if o.source.side)
    assert set(sides) == {"armenia", "azerbaijan"}
    assert all(
        o.claim.accused.party != o.source.side.party for o in found if o.claim and o.claim.accused and o.source.side
    )


def test_each_key_of_a_claim_is_explained_beside_it():
    pages = (PACKAGE / "bundled" / "karabakh" / "SOURCE.md").read_text("utf-8").split("## Pages")[1]
    keys = {k for row in rows("karabakh", "published_claims") for k in row["text"].split(" [", 1)[1][:-1].split("][")}
    assert keys
    assert all(f"{key} " in pages for key in keys)


def test_the_reference_case_asks_both_guarantors_of_the_joint_centre_in_every_language_of_the_case():
    review = opened("karabakh")[0].review
    assert (review.rule, [guarantor.id for guarantor in review.guarantors]) == ("unanimous", ["russia", "turkey"])
    languages = [[language for language, _ in guarantor.names] for guarantor in review.guarantors]
    assert languages[0] == languages[1] == ["en", "hy", "az", "ru"]


@pytest.mark.parametrize("case", ["donbas", "karabakh"])
def test_the_relief_is_a_small_picture_of_the_stated_edges(case):
    settings, places = opened(case)
    picture = (PACKAGE / "bundled" / case / settings.relief.file).read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    assert width == 1000
    assert 600 < height < 1400
    edges = settings.relief
    for feature in places:
        text = json.dumps(feature.geometry.coordinates)
        lon, lat = json.loads(text) if feature.geometry.kind == "Point" else (edges.west, edges.south)
        assert edges.west <= lon <= edges.east
        assert edges.south <= lat <= edges.north


@pytest.mark.parametrize("reader", [t[2] for t in TABLES], ids=[t[1] for t in TABLES])
def test_each_kind_of_source_has_a_page_on_how_it_errs_and_how_it_can_be_fooled(reader):
    page = (PACKAGE.parents[1] / "docs" / "sources" / f"{reader.kind}.md").read_text("utf-8")
    assert "## How it errs" in page
    assert "## How it can be fooled" in page


def test_all_bundled_data_stays_small():
    files = [p for folder in ("bundled", "data") for p in (PACKAGE / folder).rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) < 2_500_000


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        (("Khrustalnyi", "Хрустальний", "Хрустальный"), ("Krasnyi Luch", "Красний Луч", "Красный Луч")),
        (("Bakhmut", "Бахмут", "Бахмут"), ("Artemivsk", "Артемівськ", "Артёмовск")),
        (("Toretsk", "Торецьк", "Торецк"), ("Dzerzhynsk", "Дзержинськ", "Дзержинск")),
        (("Kadiivka", "Кадіївка", "Кадиевка"), ("Stakhanov", "Стаханов", "Стаханов")),
    ],
)
def test_a_town_that_one_side_renamed_has_both_names_in_every_language_in_alphabetical_order(newer, older):
    (town,) = [f for f in opened("donbas")[1] if newer[0] in dict(f.names).get("en", "")]
    assert dict(town.names) == {
        language: " / ".join(sorted(pair))
        for language, *pair in zip(("en", "uk", "ru"), newer, older, strict=True)
    }  # fmt: skip


def test_of_what_names_nobody_only_one_violation_of_one_day_is_told_as_a_happening():
    said = observed("karabakh", "published_claims", CANONICAL) + observed("karabakh", "two_sided_claims", CLAIMS)
    nobody = [o for o in said if o.claim is None or o.claim.stance is Stance.REPORTS]
    found = {o.id or o.text[:16] for o in nobody if o.phenomenon.term is None and is_associable(o)}
    assert found == {"claim-01", "second statement"}
