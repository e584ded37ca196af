"""A world put together and written: the case folder that `trucewatch assess` reads, and the truth beside it."""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.another_world import said, seen, theatre
from benchmarks.another_world.fire import Happening, days, happenings, imagined, poisson
from benchmarks.another_world.rows import Row, cells
from benchmarks.another_world.settings import DAY_S, World
from benchmarks.another_world.theatre import SIDES, Site, Theatre

CLUTTER = {"observer": 0.10, "camera": 0.05, "acoustic": 0.15, "satellite": 0.30}  # of a source's rows [verdicts]
WORDS = frozenset({"party_report", "media"})
MAX_FAKES = 200_000
COLUMNS = (
    "id", "source", "source_class", "time", "time_sd_s", "source_side", "means", "phenomenon", "direction", "count",
    "weapon", "observer_lon", "observer_lat", "observer_held_by", "bearing_deg", "bearing_sd_deg", "distance_km",
    "distance_sd_km", "lon", "lat", "position_sd_km", "accuses", "stance", "text",
)  # fmt: skip

Perceives = Callable[[Happening, Random], Iterable[Row]]
Told = tuple[Row, str]  # a row, and the id of what it is of, or ""


@dataclass(frozen=True, slots=True)
class Made:
    """A world: its ground, what happened, and every row with the true incident that it belongs to."""

    world: World
    theatre: Theatre
    happened: tuple[Happening, ...]
    told: tuple[Told, ...]


def make(world: World, seed: int) -> Made:
    """Return the world of a seed; the same seed has the same fire in every world of that size and density."""
    ground = theatre.made(world, seed)
    happened = happenings(world, ground, seed)
    told: list[Told] = []
    for name, clutter, perceives in _senses(world, ground, seed):
        told += _perceived(world, ground, happened, Random(f"{seed}/{name}"), clutter, perceives)
    if world.quiet:
        told += _quiet(world, ground, seed, told)
    if world.words:
        told += _words(world, ground, happened, seed)
    notices = Random(f"{seed}/notices")
    told += [(row, "") for h in happened if (row := said.notice_row(h, notices))]
    Random(f"{seed}/order").shuffle(told)
    return Made(world, ground, tuple(happened), tuple(told))


def _senses(world: World, ground: Theatre, seed: int) -> list[tuple[str, float, Perceives]]:
    found: list[tuple[str, float, Perceives]] = []
    if world.patrols:
        teams = _teams(ground, "Patrol", 4) if not world.posts_apart else {p.name: [p] for p in ground.posts}
        found += [(n, CLUTTER["observer"], _one(seen.patrol_row, world, seed, team, n)) for n, team in teams.items()]
    for name, sites in _networks(ground, "Cameras", 3).items():
        found.append((name, CLUTTER["camera"], _one(seen.camera_row, world, sites, name)))
    half = ground.length_km / 2
    for n, covered in enumerate(((-half, 0.3 * half), (-0.3 * half, half))[: world.sound_networks], 1):
        name = f"Sound {n}"
        found.append((name, CLUTTER["acoustic"], partial(seen.sound_rows, world, covered, name)))
    found.append(("Satellite", CLUTTER["satellite"], _one(seen.satellite_row, "Satellite")))
    return found


def _one(perceive: Callable[..., Row | None], *given: object) -> Perceives:
    def rows(h: Happening, rng: Random) -> list[Row]:
        row = perceive(*given, h, rng)
        return [] if row is None else [row]

    return rows


def _teams(ground: Theatre, word: str, number: int) -> dict[str, list[Site]]:
    return _split(ground, ground.posts, word, number)


def _networks(ground: Theatre, word: str, number: int) -> dict[str, list[Site]]:
    return _split(ground, ground.cameras, word, number)


def _split(ground: Theatre, sites: Iterable[Site], word: str, number: int) -> dict[str, list[Site]]:
    found: dict[str, list[Site]] = {}
    for site in sites:
        found.setdefault(f"{word} {min(number - 1, int(seen.middle(ground, site) * number)) + 1}", []).append(site)
    return found


def _perceived(
    world: World, ground: Theatre, happened: list[Happening], rng: Random, clutter: float, perceives: Perceives
) -> list[Told]:  # fmt: skip
    told = [(row, h.id) for h in happened for row in perceives(h, rng)]
    told += [(seen.again(row, rng), h) for row, h in told if rng.random() < world.repeats]
    wanted, tried = poisson(rng, clutter / (1 - clutter) * len(told)), 0
    while wanted > 0 and (tried := tried + 1) < MAX_FAKES:
        rows = [(row, "") for row in perceives(imagined(world, ground, rng), rng)]
        told += rows
        wanted -= len(rows)
    return told


def _words(world: World, ground: Theatre, happened: list[Happening], seed: int) -> list[Told]:
    told: list[Told] = []
    for side, speaker in zip(SIDES, (world.first, world.second), strict=True):
        rng = Random(f"{seed}/claims/{side}")
        speaks = _one(said.claim_row, ground, side, speaker)
        told += _perceived(world, ground, happened, rng, speaker.invents if speaker.claims else 0.0, speaks)
    claims = list(told)
    for n in range(1, world.outlets + 1):
        outlet, rng = f"Outlet {n}", Random(f"{seed}/outlet/{n}")
        for row, h in claims:
            if rng.random() < world.copies[SIDES.index(row.source_side)]:
                told.append((said.copied(row, outlet, world, rng), h))
        told += [(said.news_row(ground, outlet, h, rng), h.id) for h in happened if rng.random() < world.own_news]
    return told


def _quiet(world: World, ground: Theatre, seed: int, told: list[Told]) -> list[Told]:
    """Return a row for each manned shift of a post that noticed nothing."""
    noticed = {(row.source, int(row.time_s // seen.SHIFT_S)) for row, _ in told if row.source_class == "observer"}
    found: list[Told] = []
    for post in ground.posts:
        for shift in range(int(days(world) * DAY_S // seen.SHIFT_S) + 1):
            middle = (shift + 0.5) * seen.SHIFT_S
            if (post.name, shift) not in noticed and seen.manned(post, middle, world, seed):
                row = Row(
                    source=post.name, source_class="observer", means="heard", phenomenon="quiet", observer=post.at,
                    time_s=middle, time_sd_s=seen.SHIFT_S / 12**0.5, observer_held_by=post.side,
                )  # fmt: skip
                found.append((row, ""))
    return found


# --- writing --------------------------------------------------------------------------------------


def write(made: Made, folder: Path) -> None:
    """Write the case into `folder`, and the truth into `folder/truth` as `trucewatch calibrate` reads it."""
    (folder / "observations").mkdir(parents=True, exist_ok=True)
    (folder / "truth").mkdir(exist_ok=True)
    (folder / "case.toml").write_text(_CASE, encoding="utf-8")
    world, ground = made.world, made.theatre
    accuracy = world.line_error_km * (1.0 if world.stated is None else world.stated)
    places = {"type": "FeatureCollection", "features": theatre.features(ground, accuracy)}
    (folder / "places.geojson").write_text(json.dumps(places), encoding="utf-8")
    rows = [{"id": f"r{n:06}", **cells(row, world)} for n, (row, _) in enumerate(made.told)]
    _table(folder / "observations" / "reports.csv", COLUMNS, rows)
    links = [
        {"observation_id": row["id"], "incident_id": h, "perceived": "" if told.means in WORDS else "yes"}
        for row, (told, h) in zip(rows, made.told, strict=True)
        if told.phenomenon != "quiet" and told.source_class != "notification"
    ]
    _table(folder / "truth" / "links.csv", ("observation_id", "incident_id", "perceived"), links)
    _table(folder / "truth" / "incidents.csv", tuple(_truth(made.happened[0])), map(_truth, made.happened))


def _truth(h: Happening) -> dict[str, str]:
    who = h.fired if h.who in {"", "side", *SIDES} else h.who
    (olon, olat), (ilon, ilat) = theatre.degrees(h.origin), theatre.degrees(h.impact)
    return {
        "incident_id": h.id, "who": who, "kind": h.kind, "weapon": h.weapon.word, "start_s": f"{h.start_s:.0f}",
        "origin_lon": f"{olon:.5f}", "origin_lat": f"{olat:.5f}", "impact_lon": f"{ilon:.5f}",
        "impact_lat": f"{ilat:.5f}",
    }  # fmt: skip


def _table(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


_CASE = """id = "another-world"
time_zone = "+02:00"
cut_off = "19:30"
days = ["2021-03-02"]
[title]
en = "A line that never was"
[standard_of_proof]
probability = 0.95
lines = 2
[[party]]
id = "alder"
[party.name]
en = "Alder"
[[party]]
id = "birch"
[party.name]
en = "Birch"
"""
