"""One simulated case, from its settings to the files of its folder; pure but for `write`."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from trucewatch.intake import read
from trucewatch.intake.enrol import enrol
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.model import Observation, Party
from trucewatch.sim import tables
from trucewatch.sim.chance import Floats, Ints
from trucewatch.sim.describe import perceive
from trucewatch.sim.ground import CENTRE, DEPTH_KM, Ground
from trucewatch.sim.heat import COLUMNS as HEAT_COLUMNS
from trucewatch.sim.heat import hot_spots
from trucewatch.sim.rows import Rows, join
from trucewatch.sim.scene import Scene, scene
from trucewatch.sim.settings import TIME_ZONE, Settings, checked
from trucewatch.sim.words import speak
from trucewatch.vocabulary import SourceClass

HEAT = "observations/hot_spots.csv"
GROUPS = {
    "observations/observers.csv": (SourceClass.OBSERVER,),
    "observations/instruments.csv": (SourceClass.CAMERA, SourceClass.ACOUSTIC, SourceClass.SEISMIC, SourceClass.DRONE),
    "observations/statements.csv": (
        SourceClass.PARTY, SourceClass.MEDIA, SourceClass.INTERLOCUTOR, SourceClass.NOTIFICATION,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Simulated:
    """A ceasefire with its truth, the rows in order of time with their ids, and the satellites' table."""

    scene: Scene
    rows: Rows
    ids: tuple[str, ...]
    heat: tuple[tuple[str, ...], ...]
    heat_of: Ints


def simulate(settings: Settings) -> Simulated:
    """Return the ceasefire of these settings; the same settings give the same one."""
    drawn = scene(checked(settings))
    rows = join([*perceive(drawn), *(speak(drawn) if settings.watch.words else [])])
    ties = drawn.chance.stream("order of ties").random(len(rows))
    rows = rows.take(np.lexsort((ties, np.rint(rows.time * 1000))))
    ids = tuple(f"r{number:07d}" for number in range(1, len(rows) + 1))
    heat, of = hot_spots(drawn) if settings.watch.satellites else ([], np.zeros(0, np.int64))
    return Simulated(drawn, rows, ids, tuple(heat), of)


def files(sim: Simulated) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield each file of the case folder as its name and its text in parts."""
    parties, speakers = sim.scene.settings.parties, sim.scene.who.speakers
    yield "case.toml", [_case(sim.scene.settings)]
    yield "places.geojson", [_places(sim.scene)]
    group = np.zeros(len(speakers), dtype=np.int64)
    for at, classes in enumerate(GROUPS.values()):
        group[[i for i, s in enumerate(speakers) if s.source_class in classes]] = at
    of_row = group[sim.rows.source]
    for at, name in enumerate(GROUPS):
        which = np.flatnonzero(of_row == at)
        if len(which):
            ids = [sim.ids[i] for i in which.tolist()]
            yield name, tables.canonical(sim.rows.take(which), ids, speakers, parties)
    if sim.heat:
        yield HEAT, [_heat(sim)]
    yield "truth/incidents.csv", tables.truth(sim.scene.happened, parties)
    yield "truth/links.csv", [tables.links(links(sim))]


def links(sim: Simulated) -> list[tuple[str, str]]:
    """Return (observation id, incident id or nothing) for every row, as `assess` will name it."""
    names = [*tables.incident_ids(len(sim.scene.happened)), ""]
    pairs = [(row, names[i]) for row, i in zip(sim.ids, sim.rows.incident.tolist(), strict=True)]
    return pairs + _heat_links(sim, names)


def _heat_links(sim: Simulated, names: list[str]) -> list[tuple[str, str]]:
    """Return the links of the satellites' rows, which have no ids of their own: they get those of enrolment."""
    if not sim.heat:
        return []
    parties = tuple(Party(id=p, names=(("und", p),)) for p in sim.scene.settings.parties)
    context = Context(parties=parties, time_zone=TIME_ZONE, gazetteer=Gazetteer(), theatre=None)
    outcomes = list(read(HEAT, [_heat(sim).encode()], context))
    observations = [o for o in outcomes if isinstance(o, Observation)]
    assert len(observations) == len(sim.heat)
    of = {tuple(value for _, value in o.raw): names[i] for o, i in zip(observations, sim.heat_of.tolist(), strict=True)}
    return [(o.id, of[tuple(value for _, value in o.raw)]) for o in enrol(observations, parties)]


def check(folder: Path) -> None:
    """Raise ValueError where the folder is there and not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder}: is there already and not empty; a simulated case needs a folder of its own")


def write(sim: Simulated, folder: Path) -> None:
    """Write the case folder; ValueError where the folder is there and not empty."""
    check(folder)
    for name, parts in files(sim):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(parts)


# --- the case and its places ----------------------------------------------------------------------


def _case(settings: Settings) -> str:
    parties = "".join(f"\n[[party]]\nid = {json.dumps(p)}\n" for p in settings.parties)
    return (
        "# A simulated ceasefire: nothing of this happened. What did happen in it is in truth/.\n"
        f'id = "simulated-{settings.world}-{settings.regime}-{settings.seed}"\n'
        f'time_zone = "{TIME_ZONE}"\nagreements = "none"\n'
        '\n[title]\nen = "A simulated ceasefire"\n\n[standard_of_proof]\nprobability = 0.95\nlines = 2\n' + parties
    )


def _places(scene: Scene) -> str:
    """Return the line as it is drawn, the ground held on either side, posts, cameras, quarries and settlements."""
    g, who, settings = scene.ground, scene.who, scene.settings
    doubt: dict[str, object] = {"accuracy_km": settings.accuracy_km}
    features = [_feature({"role": "line_of_contact", "id": "line", **doubt}, "LineString", _degrees(g.east, g.drawn))]
    for party, ring in _held(g):
        held = {"role": "control", "party": settings.parties[party], **doubt}
        features.append(_feature(held, "Polygon", [ring]))
    watching = [s for s in who.stations if s.kind in ("post", "camera")]
    stand = _degrees(np.array([s.east for s in watching]), np.array([s.north for s in watching]))
    for station, point in zip(watching, stand, strict=True):
        name = who.speakers[station.source].name
        post = {"role": "observation_post", "id": name.lower().replace(" ", "-"), "names": {"en": name}}
        features.append(_feature({**post, "camera": station.kind == "camera"}, "Point", point))
    for at, point in enumerate(_degrees(*who.quarries), start=1):
        features.append(
            _feature({"role": "site", "id": f"quarry-{at}", "names": {"en": f"Quarry {at}"}}, "Point", point)
        )
    for at, point in enumerate(_degrees(*who.settlements)):
        features.append(_feature({"role": "settlement", "names": {"en": tables.settlement(at)}}, "Point", point))
    body = ",\n".join(json.dumps(f) for f in features)
    return f'{{"type": "FeatureCollection", "features": [\n{body}\n]}}\n'


def _feature(properties: dict[str, object], kind: str, coordinates: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def _degrees(east: Floats, north: Floats) -> list[list[float]]:
    lon, lat = CENTRE.degrees(east, north)
    return [[round(float(x), 5), round(float(y), 5)] for x, y in zip(lon, lat, strict=True)]


def _held(g: Ground) -> Iterator[tuple[int, list[list[float]]]]:
    """Yield (party, ring) of the ground on each side of the drawn line, cut where the third party's begins and ends."""
    third_side, start, end = g.third
    for side in (1, -1):
        cuts = [g.east[0], *([start, end] if side == third_side else []), g.east[-1]]
        for west, east in pairwise(cuts):
            inside = g.east[(g.east > west) & (g.east < east)]
            along = np.array([west, *inside, east])
            line = np.interp(along, g.east, g.drawn)
            party = int(g.holder(np.array([(west + east) / 2]), np.array([side]))[0])
            ring_e = np.concatenate([along, along[::-20], along[:1], along[:1]])
            far = np.interp(along[::-20], g.east, g.drawn) + side * DEPTH_KM
            ring_n = np.concatenate([line, far, line[:1] + side * DEPTH_KM, line[:1]])
            yield party, _degrees(ring_e, ring_n)


def _heat(sim: Simulated) -> str:
    return "".join(",".join(row) + "\n" for row in (HEAT_COLUMNS, *sim.heat))


def counts(sim: Simulated) -> tuple[int, int, float]:
    """Return (incidents, rows, days) for the summary line."""
    return len(sim.scene.happened), len(sim.rows) + len(sim.heat), sim.scene.settings.length_days
