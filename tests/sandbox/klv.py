"""An encoder of MISB ST 0601 for the tests, written from the standard's tables and not from our decoder.

A flight is told by where its sensor was and which point of the ground it looked at; the angles are worked out of these with
another library's axes (PROJ's topocentric ones), turned back by the platform's attitude.
"""

import math
from collections.abc import Callable

import numpy as np
import pyproj

KEY = bytes.fromhex("060E2B34020B01010E01030101000000")
NOON = 1_614_600_000  # 1 March 2021, 12:00 UTC
_CART = pyproj.Transformer.from_pipeline("+proj=pipeline +step +proj=cart +ellps=WGS84")
_DOWN = pyproj.Transformer.from_pipeline("+proj=pipeline +step +inv +proj=cart +ellps=WGS84")


def ber(length: int) -> bytes:
    if length < 128:
        return bytes([length])
    body = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([128 + len(body)]) + body


def signed(value: float, half: float, size: int) -> bytes:
    return round(value / half * (2 ** (8 * size - 1) - 1)).to_bytes(size, "big", signed=True)


def unsigned(value: float, low: float, high: float, size: int) -> bytes:
    return round((value - low) / (high - low) * (2 ** (8 * size) - 1)).to_bytes(size, "big")


ENCODED: dict[int, Callable[[float], bytes]] = {
    2: lambda value: round(value * 1e6).to_bytes(8, "big"),
    5: lambda value: unsigned(value % 360, 0, 360, 2),
    6: lambda value: signed(value, 20, 2),
    7: lambda value: signed(value, 50, 2),
    13: lambda value: signed(value, 90, 4),
    14: lambda value: signed(value, 180, 4),
    15: lambda value: unsigned(value, -900, 19000, 2),
    16: lambda value: unsigned(value, 0, 180, 2),
    17: lambda value: unsigned(value, 0, 180, 2),
    18: lambda value: unsigned(value % 360, 0, 360, 4),
    19: lambda value: signed(value, 180, 4),
    20: lambda value: unsigned(value % 360, 0, 360, 4),
    21: lambda value: unsigned(value, 0, 5_000_000, 4),
    23: lambda value: signed(value, 90, 4),
    24: lambda value: signed(value, 180, 4),
    25: lambda value: unsigned(value, -900, 19000, 2),
    47: lambda value: bytes([int(value)]),
    90: lambda value: signed(value, 90, 4),
    91: lambda value: signed(value, 90, 4),
    123: lambda value: bytes([int(value)]),
    **{tag: lambda value: signed(value, 0.075, 2) for tag in range(26, 34)},
    **{tag: lambda value: signed(value, 90, 4) for tag in range(82, 90, 2)},
    **{tag: lambda value: signed(value, 180, 4) for tag in range(83, 90, 2)},
}


def packet(items: dict[int, float], *, words: str = "", right: bool = True, headless: bool = False) -> bytes:
    """One packet, with a mission's name (item 3) where there are words; `headless`: its first five bytes are lost."""
    coded = {tag: ENCODED[tag](value) for tag, value in items.items() if not math.isnan(value)}
    if words:
        coded[3] = words.encode()
    body = b"".join(bytes([tag]) + ber(len(value)) + value for tag, value in coded.items()) + b"\x01\x02"
    whole = KEY + ber(len(body) + 2) + body
    total = 0
    for at, byte in enumerate(whole):  # the running sum of 16 bits of ST 0601
        total = (total + (byte << 8 if at % 2 == 0 else byte)) & 0xFFFF
    whole += (total if right else total ^ 0x0101).to_bytes(2, "big")
    return whole[5:] if headless else whole


def _turn(axis: str, degrees: float) -> np.ndarray:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return {
        "x": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
        "y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
        "z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
    }[axis]


def looking(
    sensor: tuple[float, float, float],
    target: tuple[float, float, float],
    *,
    at_s: float = NOON,
    heading: float = 75.0,
    pitch: float = 4.0,
    roll: float = -9.0,
    fov: tuple[float, float] = (8.0, 6.0),
    how: str = "declared",
    **more: float,
) -> dict[int, float]:
    """The items of a frame whose middle shows the target; both are (lon, lat, height in m). `how` its angles are told."""
    lon, lat, high = sensor
    x, y, z = _CART.transform(lon, lat, high)
    axes = pyproj.Transformer.from_pipeline(f"+proj=topocentric +ellps=WGS84 +X_0={x} +Y_0={y} +Z_0={z}")
    east, north, up = axes.transform(*_CART.transform(*target))
    far = math.sqrt(east**2 + north**2 + up**2)
    true_azimuth, horizon = math.degrees(math.atan2(east, north)), math.degrees(math.asin(up / far))
    body = _turn("x", -roll) @ _turn("y", -pitch) @ _turn("z", -heading) @ np.array([north, east, -up]) / far
    azimuth, elevation = math.degrees(math.atan2(body[1], body[0])), math.degrees(math.asin(-body[2]))
    if how == "true":
        azimuth, elevation = true_azimuth, horizon
    elif how == "scrambled":
        azimuth = true_azimuth + 100 + 37 * ((at_s - NOON) % 7)
    return {
        2: at_s, 5: heading, 6: pitch, 7: roll, 13: lat, 14: lon, 15: high, 16: fov[0], 17: fov[1],
        18: azimuth, 19: elevation, 20: 0.0, 21: far, 23: target[1], 24: target[0], 25: target[2],
        **{int(tag.removeprefix("item")): value for tag, value in more.items()},
    }  # fmt: skip


def hover(
    minutes: float, every_s: float = 5.0, *, start_s: float = NOON, sweep_km: float = 0.0, **more
) -> list[dict[int, float]]:
    """A drone that circles 4 km off and looks at 38 E, 48 N, or along a line of some length east of it."""
    found = []
    for n in range(round(minutes * 60 / every_s)):
        at_s = start_s + n * every_s
        bearing = 200 + n * 0.4
        lon, lat, _ = pyproj.Geod(ellps="WGS84").fwd(38.0, 48.0, bearing, 4_000)
        there, that, _ = pyproj.Geod(ellps="WGS84").fwd(38.0, 48.0, 90, 1000 * sweep_km * n * every_s / (60 * minutes))
        found.append(looking((lon, lat, 2_100.0), (there, that, 180.0), at_s=at_s, heading=bearing + 90, **more))
    return found


def file_of(frames: list[dict[int, float]], **more) -> bytes:
    return b"".join(packet(each, **more) for each in frames)
