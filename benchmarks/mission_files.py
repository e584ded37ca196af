"""How real missions' telemetry is read: packets a second, which convention of angles fits, what it misses by, corners.

`python benchmarks/mission_files.py FILE.klv...`: files of MISB ST 0601 packets, all of them, not one a second.
"""

import sys
import time
from pathlib import Path

import numpy as np
import shapely

from trucewatch.intake.missions.frames import Frames, frames
from trucewatch.intake.missions.geometry import Landed, land, published
from trucewatch.intake.missions.rows import mission
from trucewatch.sandbox import telemetry
from trucewatch.spacetime import plane_about


def overlaps(found: Frames, landed: Landed) -> np.ndarray:
    """Return intersection over union of our corners with those that each packet states."""
    stated = published(found)
    both = np.flatnonzero(~np.isnan(stated).any((1, 2)) & ~np.isnan(landed.corners).any((1, 2)))
    if not len(both):
        return np.array([])
    plane = plane_about((), [tuple(stated[both[0], 0])])

    def shapes(corners: np.ndarray) -> np.ndarray:
        east, north = plane.km(corners[..., 0].ravel(), corners[..., 1].ravel())
        rings = np.stack([east, north], axis=-1).reshape(-1, 4, 2)
        return shapely.convex_hull(shapely.multipoints(shapely.points(rings)))

    ours, theirs = shapes(landed.corners[both]), shapes(stated[both])
    return shapely.area(shapely.intersection(ours, theirs)) / shapely.area(shapely.union(ours, theirs))


def main() -> None:
    """Print the figures of each file."""
    for name in sys.argv[1:]:
        data = Path(name).read_bytes()
        begun = time.process_time()
        answer = telemetry.look(data, 0.0)
        decoding = time.process_time() - begun
        found = frames(answer)
        begun = time.process_time()
        landed = land(found)
        landing = time.process_time() - begun
        miss, rows = landed.miss_m, mission(found).rows
        iou = overlaps(found, landed)
        print(f"{Path(name).name}: {found.packets} packets right, {found.wrong} wrong, {found.skipped} bytes skipped")
        print(
            f"  decoded {found.packets / decoding:,.0f} packets/CPU-s, landed {len(found) / landing:,.0f} frames/CPU-s"
        )
        print(f"  as declared they miss by {landed.misses['declared']:,.0f} m (median)")
        print(f"  read as: {landed.convention}; pass the gate: {int(landed.fits.sum())} of {len(found)}")
        spread = ", ".join(f"p{q} {np.nanpercentile(miss, q):.1f}" for q in (50, 90, 95, 100))
        print(f"  miss of the frame centre, m: {spread}; slant range {np.nanmin(landed.range_m):,.0f} m and more")
        if len(iou):
            print(f"  corners, IoU with those stated: median {np.median(iou):.2f}, p5 {np.percentile(iou, 5):.2f}")
        print(f"  {len(rows)} rows: {', '.join(sorted({row.grade.value for row in rows}))}")


if __name__ == "__main__":
    main()
