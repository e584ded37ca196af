"""Two made-up records in which vignettes stand, since the method learns from the record: both before its day.

Rows are those of `cases/`: places in km, times of days before. All numbers come from one seed each; they are no data.
"""

import random
from collections.abc import Iterator
from itertools import count

from benchmarks.vignettes.reading import Row

POSTS = {"post": 2.5, "camera": -2.0}  # how far east of the line they stand where the mission stands east, km


def quiet() -> tuple[Row, ...]:
    """Return a quiet three weeks: few shots, mostly of one post each; both sides say little and mostly what is so."""
    return tuple(_record(seed=3, shots=9, lone=16, borne_out=(0.7, 0.7), claims=(8, 8), watches=14))


def busy() -> tuple[Row, ...]:
    """Return three weeks of much fire under many eyes; west complains of what nobody finds as often as not."""
    return tuple(_record(seed=8, shots=28, lone=20, borne_out=(0.4, 0.7), claims=(16, 8), watches=8))


def _record(
    *, seed: int, shots: int, lone: int, borne_out: tuple[float, float], claims: tuple[int, int], watches: int
) -> Iterator[Row]:
    chance, number = random.Random(seed), count(1)  # noqa: S311 - a made-up record, no secret

    def row(source: str, of: str, day: int, second: float, **cells: str) -> Row:
        clock = f"-{day} {int(second // 3600):02d}:{int(second // 60) % 60:02d}:{second % 60:05.2f}"
        return {"id": f"r{next(number)}", "source": source, "class": of, "time": clock, **cells}

    fired: list[tuple[int, float, int, float]] = []
    for n in range(shots):
        day, second, side = 21 - n % 19, chance.uniform(20000, 80000), n % 2
        north, far, hit = _north(chance), chance.uniform(2, 6), chance.uniform(1, 4)
        out, into = (-far, hit) if side == 0 else (far, -hit)
        fired.append((day, second, side, north))
        post = f"patrol {int(north // 10)}"
        rounds = str(chance.randint(3, 20))
        yield row(
            post, "observer", day, second, what="explosion", way=chance.choice(("outgoing", "")), count=rounds,
            place=f"{out:.2f} {north:.2f} ±0.8", time_sd_s="30",
        )  # fmt: skip
        if chance.random() < 0.8:  # noqa: PLR2004
            yield row(
                f"camera {int(north // 10)}", "camera", day, second + 1, what="muzzle_flash", way="outgoing",
                place=f"{out + chance.gauss(0, 0.3):.2f} {north + chance.gauss(0, 0.3):.2f} ±0.4", time_sd_s="3",
            )  # fmt: skip
        if chance.random() < 0.5:  # noqa: PLR2004
            yield row(
                f"station {int(north // 20)}", "acoustic", day, second + 25, what="explosion", way="impact",
                place=f"{into:.2f} {north:.2f} ±0.6", time_sd_s="3",
            )  # fmt: skip
    for _ in range(lone):
        north = _north(chance)
        yield row(
            f"patrol {int(north // 10)}", "observer", chance.randint(2, 21), chance.uniform(20000, 80000),
            what="explosion", count=str(chance.randint(1, 4)), post=f"{chance.choice((-3, 3))} {north:.1f}",
            bearing=f"{chance.choice((45, 90, 135, 225, 270, 315))} ±12", distance="4 ±1.5", time_sd_s="60",
        )  # fmt: skip
    for side, (name, accused) in enumerate((("west", "east"), ("east", "west"))):
        own = [each for each in fired if each[2] != side]
        for n in range(claims[side]):
            day, second, _, north = own[n % len(own)]
            if chance.random() > borne_out[side]:
                day, second, north = chance.randint(2, 21), chance.uniform(20000, 80000), _north(chance)
            east = -2 if side == 0 else 2
            yield row(
                f"ministry of {name}", "party", day, second // 600 * 600, side=name, what="explosion", accuses=accused,
                count=str(chance.randint(2, 30)), place=f"{east} {north:.1f} ±1.5", time_sd_s="900",
            )  # fmt: skip
    for _ in range(watches):
        north = _north(chance)
        hour = chance.randint(5, 16)
        yield {
            "id": f"r{next(number)}", "source": f"patrol {int(north // 10)}", "class": "observer",
            "what": "quiet", "post": f"{chance.choice((-3, 3))} {north:.1f}",
            "time": f"-{chance.randint(2, 21)} {hour:02d}:00–{hour + 4:02d}:00",
        }  # fmt: skip


def _north(chance: random.Random) -> float:
    """Return a place along the line away from the middle, where vignettes happen, km."""
    return chance.choice((-1, 1)) * chance.uniform(25, 85)
