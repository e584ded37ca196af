"""The numbers that the child read out of a mission's telemetry (`sandbox.telemetry`), as columns.

They come from a child that a file may have taken over, so their form is checked, and what no drone could have is taken
as not stated. Degrees, metres, seconds since 1970; NaN: not stated.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trucewatch.spacetime import EARLIEST, LATEST, Floats

CORNERS = tuple(range(1, 5))
FIELDS = (
    *("time_s", "heading", "pitch", "roll", "lat", "lon", "height_m", "hfov", "vfov", "azimuth", "elevation", "turn"),
    *("range_m", "centre_lat", "centre_lon", "centre_m"),
    *(f"{kind}{corner}_{axis}" for kind in ("corner", "full") for corner in CORNERS for axis in ("lat", "lon")),
    *("invalid", "satellites"),
)
_COUNTS = ("packets", "wrong", "skipped", "kept")
_MOST = 2**53
_LARGEST = 5_000_000.0  # of any number but a time: the longest slant range that ST 0601 can write, m
_SPOILT = "the decoder of the file gave back what it never writes; the file may be made to attack it: nothing was taken"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frames:
    """The packets of a mission in the order of their times, by field.

    `packets` of the file were right, `wrong` ones cut short or altered, `skipped` bytes belonged to no packet.
    """

    columns: Mapping[str, Floats]
    packets: int
    wrong: int
    skipped: int

    def __len__(self) -> int:
        return len(self.columns["time_s"])

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]


def frames(answer: bytes) -> Frames:
    """Return what the child answered.

    Raises:
        ValueError: when it is not of the form, or no packet states a time that a centre can have records of.

    """
    line, _, numbers = answer.partition(b"\n")
    counts = _counts(line)
    if len(numbers) != counts["kept"] * len(FIELDS) * 8:
        raise ValueError(_SPOILT)
    table = np.frombuffer(numbers, dtype="<f8").reshape(-1, len(FIELDS)).astype(float)
    table[~np.isfinite(table)] = np.nan
    table[:, 1:][np.abs(table[:, 1:]) > _LARGEST] = np.nan
    times = table[:, FIELDS.index("time_s")]
    table = table[(times >= EARLIEST.timestamp()) & (times < LATEST.timestamp())]
    if not len(table):
        raise ValueError(
            "no packet states its time (item 2), so nobody knows when anything was seen; nothing was taken"
        )
    table = table[np.argsort(table[:, 0], kind="stable")]
    columns = {name: table[:, at] for at, name in enumerate(FIELDS)}
    for name, most in (("lat", 90.0), ("lon", 180.0), ("centre_lat", 90.0), ("centre_lon", 180.0)):
        columns[name] = np.where(np.abs(columns[name]) <= most, columns[name], np.nan)
    return Frames(columns=columns, packets=counts["packets"], wrong=counts["wrong"], skipped=counts["skipped"])


def _counts(line: bytes) -> Mapping[str, int]:
    try:
        said: Any = json.loads(line[:4096])
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("fields") != list(FIELDS):
        raise ValueError(_SPOILT)
    found = {name: said.get(name) for name in _COUNTS}
    if not all(type(number) is int and 0 <= number < _MOST for number in found.values()):
        raise ValueError(_SPOILT)
    return {name: int(number) for name, number in found.items() if number is not None}
