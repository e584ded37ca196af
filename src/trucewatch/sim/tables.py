"""Columns to text: the canonical table, the truth. Written in parts, so that a million rows need little memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.intake.canonical import COLUMNS
from trucewatch.sim.chance import Floats, Ints
from trucewatch.sim.ground import CENTRE
from trucewatch.sim.happenings import BOTH, OTHER, SHOOTING, Cause, Happenings
from trucewatch.sim.rows import DIRECTIONS, MEANS, PHENOMENA, STANCES, Column, Rows, Speaker
from trucewatch.sim.settings import START
from trucewatch.sim.texts import SOMEWHERE, TEXTS
from trucewatch.sim.weapons import WEAPONS
from trucewatch.vocabulary import Phenomenon

PART = 50_000
INCIDENT_COLUMNS = (
    "incident_id", "time", "who", "cause", "origin_lon", "origin_lat", "impact_lon", "impact_lat", "burst_id",
    "phenomenon", "first", "reply_s", "weapon", "rounds",
)  # fmt: skip


def settlement(number: int) -> str:
    """Return a made-up name of a village, the same for the same number: "Bera", "Cosu", "Tilamo"."""
    first, rest = number % 14, number // 14
    name = "BDFGKLMNPRSTVZ"[first] + "aeiou"[rest % 5]
    second = "bdgklmnrstvz"[(rest // 5 + first) % 12] + "aeiou"[(rest // 60 + first) % 5]
    return f"{name}{second}" if number < 840 else f"{name}{second} {number // 840 + 1}"


def instants(time: Floats) -> list[str]:
    """Return times in seconds from the beginning as RFC 3339 in UTC, to the millisecond."""
    stamps = START + np.rint(time * 1000).astype(np.int64).astype("timedelta64[ms]")
    return [f"{stamp}Z" for stamp in np.datetime_as_string(stamps).tolist()]


@dataclass(frozen=True, slots=True)
class Labels:
    """The words that stand for the sources and the parties."""

    names: tuple[str, ...]
    classes: tuple[str, ...]
    sides: tuple[str, ...]
    parties: tuple[str, ...]


def canonical(rows: Rows, ids: Sequence[str], speakers: Sequence[Speaker], parties: Sequence[str]) -> Iterator[str]:
    """Yield the canonical table in parts of text, the header first."""
    yield ",".join(COLUMNS) + "\n"
    labels = Labels(
        tuple(s.name.format(party=parties[s.party]) if s.party >= 0 else s.name for s in speakers),
        tuple(s.source_class.value for s in speakers),
        tuple(parties[s.party] if s.party >= 0 else "" for s in speakers),
        tuple(parties),
    )
    for start in range(0, len(rows), PART):
        part = rows.take(np.arange(start, min(start + PART, len(rows))))
        yield _text(part, ids[start : start + PART], labels)


def _text(part: Rows, ids: Sequence[str], labels: Labels) -> str:
    source = part.source.tolist()
    observer = _degrees(part.observer_e, part.observer_n)
    place = _degrees(part.place_e, part.place_n)
    columns: dict[str, Sequence[str]] = {
        "id": ids,
        "source": [labels.names[s] for s in source],
        "source_class": [labels.classes[s] for s in source],
        "source_side": [labels.sides[s] for s in source],
        "means": _words(part.means, [m.value for m in MEANS]),
        "phenomenon": _words(part.phenomenon, [p.value for p in PHENOMENA]),
        "direction": _words(part.direction, [d.value for d in DIRECTIONS]),
        "count": _whole(part.count),
        "count_min": _whole(part.at_least),
        "count_max": [""] * len(part),
        "observer_lon": observer[0],
        "observer_lat": observer[1],
        "bearing_deg": _decimals(part.bearing, 1),
        "bearing_sd_deg": _decimals(part.bearing_sd, 2),
        "distance_km": _decimals(part.distance, 2),
        "distance_sd_km": _decimals(part.distance_sd, 3),
        "time": instants(part.time),
        "time_sd_s": _decimals(part.time_sd, 2),
        "lon": place[0],
        "lat": place[1],
        "position_sd_km": _decimals(part.place_sd, 3),
        "accuses": _words(part.accuses, labels.parties),
        "text": _said(part),
        "stance": _words(part.stance, [s.value for s in STANCES]),
    }
    return "".join(",".join(row) + "\n" for row in zip(*(columns[name] for name in COLUMNS), strict=True))


def _said(part: Rows) -> list[str]:
    said = [""] * len(part)
    of = part.text.tolist()
    for i in np.flatnonzero(part.text >= 0).tolist():
        arms = int(part.arms[i])
        near = int(part.near[i])
        words = TEXTS[of[i]].format(
            place=settlement(near) if near >= 0 else SOMEWHERE,
            arms=WEAPONS[arms].name if arms >= 0 else "unknown",
        )
        said[i] = f'"{words}"' if "," in words else words
    return said


def _words(codes: Column, words: Sequence[str]) -> list[str]:
    known = [*words, ""]
    return [known[code] for code in codes.tolist()]


def _whole(numbers: Column) -> list[str]:
    return [str(n) if n >= 0 else "" for n in numbers.tolist()]


def _decimals(numbers: Column, digits: int) -> list[str]:
    return ["" if n != n else f"{n:.{digits}f}" for n in numbers.tolist()]  # noqa: PLR0124 - nan is not itself


def _degrees(east: Floats, north: Floats) -> tuple[list[str], list[str]]:
    """Return longitudes and latitudes to a metre, empty where there is no place."""
    lon, lat = np.full(len(east), np.nan), np.full(len(east), np.nan)
    known = ~np.isnan(east)
    if known.any():
        lon[known], lat[known] = CENTRE.degrees(east[known], north[known])
    return _decimals(lon, 5), _decimals(lat, 5)


def incident_ids(count: int) -> list[str]:
    """Return the ids of the incidents in order of time."""
    return [f"i{number:07d}" for number in range(1, count + 1)]


def truth(h: Happenings, parties: Sequence[str]) -> Iterator[str]:
    """Yield `truth/incidents.csv` in parts."""
    yield ",".join(INCIDENT_COLUMNS) + "\n"
    ids, words = incident_ids(len(h)), _named(parties)
    for start in range(0, len(h), PART):
        part = slice(start, start + PART)
        shoots = np.isin(h.cause[part], SHOOTING)
        columns: tuple[Sequence[str], ...] = (
            ids[part],
            instants(h.time[part]),
            [words[w] for w in h.who[part].tolist()],
            [Cause(c).name.lower() for c in h.cause[part].tolist()],
            *_degrees(h.origin_e[part], h.origin_n[part]),
            *_degrees(h.target_e[part], h.target_n[part]),
            [f"b{b}" if b >= 0 else "" for b in h.burst[part].tolist()],
            _kinds(h.cause[part], h.weapon[part]),
            [words[f] if f >= 0 else "" for f in h.first[part].tolist()],
            _decimals(h.reply_s[part], 1),
            [WEAPONS[w].name if s else "" for w, s in zip(h.weapon[part].tolist(), shoots.tolist(), strict=True)],
            [str(r) if s else "" for r, s in zip(h.rounds[part].tolist(), shoots.tolist(), strict=True)],
        )
        yield "".join(",".join(row) + "\n" for row in zip(*columns, strict=True))


def _named(parties: Sequence[str]) -> dict[int, str]:
    return {**dict(enumerate(parties)), -1: "no_violation", BOTH: "both", OTHER: "other"}


def _kinds(cause: Ints, weapon: Ints) -> list[str]:
    """Return the main phenomenon: of light weapons shots and bursts, of burning fields heat, else explosions."""
    kinds = {0: Phenomenon.SHOT, 1: Phenomenon.BURST, 2: Phenomenon.BURST}
    shot = [kinds.get(w, Phenomenon.EXPLOSION) for w in weapon.tolist()]
    point = {Cause.FIELD_FIRE: Phenomenon.HOT_SPOT}
    return [
        (s if c in SHOOTING else point.get(Cause(c), Phenomenon.EXPLOSION)).value
        for c, s in zip(cause.tolist(), shot, strict=True)
    ]


def links(pairs: Sequence[tuple[str, str]]) -> str:
    """Return `truth/links.csv`."""
    return "observation_id,incident_id\n" + "".join(f"{o},{i}\n" for o, i in pairs)
