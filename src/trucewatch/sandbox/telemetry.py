"""In the child: what the MISB ST 0601 packets of a drone's finished mission state of where its sensor was and looked.

Numbers alone come out, at most one packet a second: no word of the file, no name of a platform or a mission. A packet
counts where its checksum holds. A recorder that loses the first bytes of a key is common, so a packet is known by the
last eleven; what is between packets is skipped and counted.

The answer: a line of JSON with `fields` and the counts, then for each packet kept one little-endian double per field,
NaN where it was not stated or is out of range. Degrees, metres, seconds since 1970; mappings of ST 0601.
"""

import json
import math
import struct
from collections.abc import Callable, Iterator, Mapping

from trucewatch.sandbox.findings import Reason
from trucewatch.sandbox.packets import TELEMETRY, ends_right, extent
from trucewatch.sandbox.refusals import RefusedError, bounded

MOST_KEPT = 100_000  # more than a day at one a second
EVERY_S = 1.0
TAIL = TELEMETRY[5:]  # what stays of a key whose first five bytes a recorder lost
INVALID = 0x20  # of Generic Flag Data (item 47): the picture is invalid

Number = Callable[[bytes], float]
_LIMITS = {2: 0x7FFF, 4: 0x7FFFFFFF}


def _signed(half: float) -> Number:
    """Map ±(2^(n-1) - 1) to ±half; the smallest number is reserved for "out of range"."""

    def read(value: bytes) -> float:
        most = _LIMITS[len(value)]
        number = int.from_bytes(value, "big", signed=True)
        return math.nan if number < -most else number * half / most

    return read


def _unsigned(low: float, high: float) -> Number:
    def read(value: bytes) -> float:
        return low + int.from_bytes(value, "big") * (high - low) / float(256 ** len(value) - 1)

    return read


def _height(value: bytes) -> float:
    return _unsigned(-900.0, 19_000.0)(value)


def _time_s(value: bytes) -> float:
    return int.from_bytes(value, "big") / 1e6


def _invalid(value: bytes) -> float:
    return float(bool(value[0] & INVALID))


# by field: the item, its length in bytes and its mapping; where two items say the same, the finer one stands later
ITEMS: tuple[tuple[str, int, int, Number], ...] = (
    ("time_s", 2, 8, _time_s),
    ("heading", 5, 2, _unsigned(0, 360)),
    ("pitch", 6, 2, _signed(20)),
    ("pitch", 90, 4, _signed(90)),
    ("roll", 7, 2, _signed(50)),
    ("roll", 91, 4, _signed(90)),
    ("lat", 13, 4, _signed(90)),
    ("lon", 14, 4, _signed(180)),
    ("height_m", 15, 2, _height),
    ("hfov", 16, 2, _unsigned(0, 180)),
    ("vfov", 17, 2, _unsigned(0, 180)),
    ("azimuth", 18, 4, _unsigned(0, 360)),
    ("elevation", 19, 4, _signed(180)),
    ("turn", 20, 4, _unsigned(0, 360)),
    ("range_m", 21, 4, _unsigned(0, 5_000_000)),
    ("centre_lat", 23, 4, _signed(90)),
    ("centre_lon", 24, 4, _signed(180)),
    ("centre_m", 25, 2, _height),
    *((f"corner{n}_{axis}", 26 + 2 * (n - 1) + at, 2, _signed(0.075)) for n in range(1, 5)
      for at, axis in enumerate(("lat", "lon"))),
    *((f"full{n}_{axis}", 82 + 2 * (n - 1) + at, 4, _signed(half)) for n in range(1, 5)
      for at, (axis, half) in enumerate((("lat", 90.0), ("lon", 180.0)))),
    ("invalid", 47, 1, _invalid),
    ("satellites", 123, 1, lambda value: float(value[0])),
)  # fmt: skip
FIELDS = tuple(dict.fromkeys(name for name, *_ in ITEMS))
_BY_TAG: Mapping[int, tuple[str, int, Number]] = {tag: (name, size, number) for name, tag, size, number in ITEMS}


def look(data: bytes, every_s: float = EVERY_S) -> bytes:
    """Return the numbers of the packets whose checksum holds, and what was left out."""
    kept: list[bytes] = []
    right = wrong = covered = 0
    last = -math.inf
    for found in _found(data):
        if found is None:
            wrong = bounded(wrong + 1, 10 * MOST_KEPT)
            continue
        begin, value, end = found
        right, covered = right + 1, covered + end - begin
        numbers = _numbers(data, value, end)
        if not abs(numbers["time_s"] - last) < every_s:  # NaN is kept, and refused by name outside
            last = numbers["time_s"]
            bounded(len(kept) + 1, MOST_KEPT)
            kept.append(struct.pack(f"<{len(FIELDS)}d", *numbers.values()))
    if not right:
        raise RefusedError(Reason.BROKEN)
    head = {"fields": FIELDS, "packets": right, "wrong": wrong, "skipped": len(data) - covered, "kept": len(kept)}
    return json.dumps(head).encode() + b"\n" + b"".join(kept)


def _found(data: bytes) -> Iterator[tuple[int, int, int] | None]:
    """Yield where each good packet, its value and what follows it begin; None for one cut short or altered."""
    at = data.find(TAIL)
    while at >= 0:
        value, end = extent(data, at + len(TAIL), len(data))
        packet = TELEMETRY + data[at + len(TAIL) : end]
        if value and ends_right(packet, len(TELEMETRY) + value - at - len(TAIL)):
            head = len(TELEMETRY) - len(TAIL)
            begin = at - head if data[max(at - head, 0) : at] == TELEMETRY[:head] else at
            yield begin, value, end
            at = data.find(TAIL, end)
        else:
            yield None
            at = data.find(TAIL, at + 1)


def _numbers(data: bytes, at: int, end: int) -> dict[str, float]:
    """Return the fields of a packet, whose items were walked once before; an item of another length is not read."""
    found = dict.fromkeys(FIELDS, math.nan)
    while at < end:
        tag = data[at] & 0x7F
        while data[at] & 0x80:
            at += 1
            tag = tag << 7 | data[at] & 0x7F
        value, following = extent(data, at + 1, end)
        name, size, number = _BY_TAG.get(tag, ("", 0, _time_s))
        if name and following - value == size and not math.isnan(read := number(data[value:following])):
            found[name] = read
        at = following
    return found
