"""Two made-up records in which vignettes stand, since the method learns from the record: both before its day.

Rows are those of `cases/`: places in km, times of days before. All numbers come from one seed each; they are no data.
"""

import random
from collections.abc import Iterator

from benchmarks.vignettes.reading import Row

SEEN_TOO, HEARD_LANDING = 0.8, 0.5  # of shots that a patrol noted: by a camera, and a station that heard them land


Fired = tuple[int, float, int, float]  # how many days before, second of the day, side, km north


def quiet() -> tuple[Row, ...]:
    """Return a quiet three weeks: few shots, mostly of one post each; both sides say little and mostly what is so."""
    return tuple(_record(seed=3, shots=9, lone=16, borne_out=(0.7, 0.7), claims=(8, 8), watches=14))


def busy() -> tuple[Row, ...]:
    """Return three weeks of much fire under many eyes; west complains of what nobody finds as often as not."""
    return tuple(_record(seed=8, shots=28, lone=20, borne_out=(0.4, 0.7), claims=(16, 8), watches=8))


def _record(
    *, seed: int, shots: int, lone: int, borne_out: tuple[float, float], claims: tuple[int, int], watches: int
) -> Iterator[Row]:
    chance = random.Random(seed)
    fired: list[Fired] = []
    rows = [
        *_shots(chance, shots, fired),
        *(_bang(chance) for _ in range(lone)),
        *_claims(chance, fired, borne_out, claims),
        *(_watch(chance) for _ in range(watches)),
        # the record goes on after the vignettes
        *({**_QUIET, "source": "patrol 5", "post": "3 52", "time": f"+{day} 09:00–12:00"} for day in (2, 7, 12, 14)),
    ]
    yield from ({**row, "id": f"r{number}"} for number, row in enumerate(rows, start=1))


_QUIET = {"class": "observer", "what": "quiet"}


def _clock(day: int, second: float) -> str:
    return f"-{day} {int(second // 3600):02d}:{int(second // 60) % 60:02d}:{second % 60:05.2f}"


def _shots(chance: random.Random, shots: int, fired: list[Fired]) -> Iterator[Row]:
    """Yield what patrols, cameras and stations note of shots of both sides in turn; `fired` takes each shot."""
    for n in range(shots):
        day, second, side = 21 - n % 19, chance.uniform(20000, 80000), n % 2
        north, far, hit = _north(chance), chance.uniform(2, 6), chance.uniform(1, 4)
        out, into = (-far, hit) if side == 0 else (far, -hit)
        fired.append((day, second, side, north))
        rounds = str(chance.randint(3, 20))
        yield {
            "source": f"patrol {int(north // 10)}", "class": "observer", "time": _clock(day, second),
            "what": "explosion", "way": chance.choice(("outgoing", "")), "count": rounds,
            "place": f"{out:.2f} {north:.2f} ±0.8", "sd_s": "30",
        }  # fmt: skip
        if chance.random() < SEEN_TOO:
            yield {
                "source": f"camera {int(north // 10)}", "class": "camera", "time": _clock(day, second + 1),
                "what": "muzzle_flash", "way": "outgoing", "sd_s": "3",
                "place": f"{out + chance.gauss(0, 0.3):.2f} {north + chance.gauss(0, 0.3):.2f} ±0.4",
            }  # fmt: skip
        if chance.random() < HEARD_LANDING:
            yield {
                "source": f"station {int(north // 20)}", "class": "acoustic", "time": _clock(day, second + 25),
                "what": "explosion", "way": "impact", "place": f"{into:.2f} {north:.2f} ±0.6", "sd_s": "3",
            }  # fmt: skip


def _bang(chance: random.Random) -> Row:
    """Return a bang or a few that one patrol heard and nobody else."""
    north = _north(chance)
    return {
        "source": f"patrol {int(north // 10)}", "class": "observer",
        "time": _clock(chance.randint(2, 21), chance.uniform(20000, 80000)),
        "what": "explosion", "count": str(chance.randint(1, 4)), "post": f"{chance.choice((-3, 3))} {north:.1f}",
        "bearing": f"{chance.choice((45, 90, 135, 225, 270, 315))} ±12", "distance": "4 ±1.5", "sd_s": "60",
    }  # fmt: skip


def _claims(
    chance: random.Random, fired: list[Fired], borne_out: tuple[float, float], claims: tuple[int, int]
) -> Iterator[Row]:
    """Yield what each side says of the other: of its shots, or, where it is not borne out, of nothing."""
    for side, (name, accused) in enumerate((("west", "east"), ("east", "west"))):
        of_other = [each for each in fired if each[2] != side]
        for n in range(claims[side]):
            day, second, _, north = of_other[n % len(of_other)]
            if chance.random() > borne_out[side]:
                day, second, north = chance.randint(2, 21), chance.uniform(20000, 80000), _north(chance)
            yield {
                "source": f"ministry of {name}", "class": "party", "side": name, "accuses": accused,
                "time": _clock(day, second // 600 * 600), "what": "explosion", "count": str(chance.randint(2, 30)),
                "place": f"{-2 if side == 0 else 2} {north:.1f} ±1.5", "sd_s": "900",
            }  # fmt: skip


def _watch(chance: random.Random) -> Row:
    """Return four hours in which a patrol was attentive and noticed nothing."""
    north, hour = _north(chance), chance.randint(5, 16)
    post, day = f"{chance.choice((-3, 3))} {north:.1f}", chance.randint(2, 21)
    patrol = f"patrol {int(north // 10)}"
    return {**_QUIET, "source": patrol, "post": post, "time": f"-{day} {hour:02d}:00–{hour + 4:02d}:00"}


def _north(chance: random.Random) -> float:
    """Return a place along the line away from the middle, where vignettes happen, km."""
    return chance.choice((-1, 1)) * chance.uniform(25, 85)
