"""Shade a terrain crop to a small grey PNG in plain latitude and longitude.

bundle_relief.py CROP.npz OUT.png WEST SOUTH EAST NORTH [STEEPER]

The crop holds `elev` in metres (rows from north to south) with `west`, `north` and `step_deg`. The shade is
the cosine between the surface's normal and a light from the north-west, 45° high: Horn, Hill shading and
the reflectance map, Proc. IEEE 69(1), 1981. STEEPER multiplies the heights first (default 4), because
flat land would show nothing. The picture has sixteen light greys, so that what is drawn on it stays legible.
"""

import math
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

WIDTH_PX = 1000
KM_PER_DEG = 111.2  # of latitude, mean sphere of 6371 km
DARKEST, LIGHTEST = 168, 252  # of 255: a guess at what leaves coloured marks legible

Grid = npt.NDArray[np.float64]


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG (W3C PNG specification, section 5.3)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(levels: npt.NDArray[np.uint8]) -> bytes:
    """Return 4-bit levels (0 to 15) as a PNG with a palette of greys; the width must be even."""
    height, width = levels.shape
    greys = [round(DARKEST + (LIGHTEST - DARKEST) * level / 15) for level in range(16)]
    palette = bytes(channel for grey in greys for channel in (grey, grey, grey))
    packed = (levels[:, 0::2] << 4) | levels[:, 1::2]
    lines = b"".join(b"\0" + line.tobytes() for line in packed)  # filter type 0 before every line
    header = struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"PLTE", palette) + chunk(b"IDAT", zlib.compress(lines, 9))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def sample(elev: Grid, rows: Grid, columns: Grid) -> Grid:
    """Return bilinear values at fractional rows and columns."""
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    top, left = np.clip(top, 0, elev.shape[0] - 2), np.clip(left, 0, elev.shape[1] - 2)
    down, right = (rows - top)[:, None], (columns - left)[None, :]
    corner = elev[np.ix_(top, left)], elev[np.ix_(top, left + 1)]
    below = elev[np.ix_(top + 1, left)], elev[np.ix_(top + 1, left + 1)]
    upper = corner[0] * (1 - right) + corner[1] * right
    lower = below[0] * (1 - right) + below[1] * right
    shade: Grid = upper * (1 - down) + lower * down
    return shade


def hillshade(elev: Grid, east_m: float, north_m: float) -> Grid:
    """Return the shade, 0 to 1, of heights in metres on cells of that size; the light comes from the north-west."""
    down, right = np.gradient(elev)
    slope_east, slope_north = right / east_m, -down / north_m
    light = (-math.sqrt(0.25), math.sqrt(0.25), math.sqrt(0.5))
    shade: Grid = (-slope_east * light[0] - slope_north * light[1] + light[2]) / np.sqrt(
        1 + slope_east**2 + slope_north**2
    )
    return np.clip(shade, 0.0, 1.0)


def main(crop: str, out: str, *numbers: str) -> None:
    west, south, east, north, steeper = (*map(float, numbers), 4.0)[:5]
    data = np.load(crop)
    step = float(data["step_deg"])
    height_px = round(WIDTH_PX * (north - south) / (east - west) / math.cos(math.radians((north + south) / 2)))
    lats = north - (np.arange(height_px) + 0.5) * (north - south) / height_px
    lons = west + (np.arange(WIDTH_PX) + 0.5) * (east - west) / WIDTH_PX
    rows, columns = (float(data["north"]) - lats) / step - 0.5, (lons - float(data["west"])) / step - 0.5
    elev = sample(data["elev"].astype(float) * steeper, rows, columns)
    km_east = (east - west) / WIDTH_PX * KM_PER_DEG * math.cos(math.radians((north + south) / 2))
    km_north = (north - south) / height_px * KM_PER_DEG
    shade = hillshade(elev, km_east * 1000, km_north * 1000)
    # a stretch from 0.2 to 0.95 of the light keeps both steep and flat ground apart: by eye
    levels = np.round(np.clip((shade - 0.2) / 0.75, 0, 1) * 15).astype(np.uint8)
    Path(out).write_bytes(png(levels))
    print(f"{out}: {WIDTH_PX} x {height_px} px, {Path(out).stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
