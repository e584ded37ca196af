"""Positions in zones by SedonaDB and by geopandas: the peers of `agreement/fences.py`.

Both get their tables ready made, in memory and without a coordinate system, so that neither reads nor projects. The
result stays where each leaves it: SedonaDB's in its own memory, geopandas' as a frame.
"""

from collections.abc import Callable

import geopandas
import numpy as np
import pyarrow as pa
import sedonadb
from benchmarks.fenced import World, fresh

from trucewatch.agreement.fences import Ints

Join = Callable[[], object]
Pairs = tuple[Ints, Ints]
OPEN_MM = 1e9  # a calibre that no weapon has: SQL's stand-in for "not stated" and for "no limit"

PLAIN = (
    "SELECT zones.zone, positions.row FROM positions JOIN zones ON ST_Intersects(zones.geometry, positions.geometry)"
)
FILTERED = f"""{PLAIN}
    AND zones.begins <= positions.time AND positions.time < zones.ends
    AND (positions.kind < 0 OR (zones.kinds >> greatest(positions.kind, 0)) & 1 = 1)
    AND positions.most_mm >= zones.from_mm AND positions.least_mm <= zones.to_mm"""


def frames(world: World) -> tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame]:
    """Return positions and zones as frames, with what they are and are about as plain numbers."""
    p, fences = world.positions, world.fences
    positions = geopandas.GeoDataFrame(
        {
            "row": np.arange(len(p)),
            "time": p.time_us,
            "kind": p.kind,
            "least_mm": np.where(np.isnan(p.least_mm), 0.0, p.least_mm),
            "most_mm": np.where(np.isnan(p.most_mm), OPEN_MM, p.most_mm),
        },
        geometry=geopandas.points_from_xy(p.lon, p.lat),
    )
    zones = geopandas.GeoDataFrame(
        {
            "zone": np.arange(len(fences)),
            "begins": [f.valid_us[0] for f in fences],
            "ends": [f.valid_us[1] for f in fences],
            "kinds": [sum(1 << kind for kind in f.kinds) if f.kinds else -1 for f in fences],
            "from_mm": [0.0 if f.from_mm is None else f.from_mm for f in fences],
            "to_mm": [OPEN_MM if f.to_mm is None else f.to_mm for f in fences],
        },
        geometry=[fresh(f.shape) for f in fences],
    )
    return positions, zones


def sedona(world: World, query: str) -> tuple[Join, Callable[[object], Pairs]]:
    """Return a join by SedonaDB, on one partition, and what turns its result into columns."""
    context = sedonadb.connect()
    context.sql("SET datafusion.execution.target_partitions = 1").execute()
    for name, frame in zip(("positions", "zones"), frames(world), strict=True):
        context.create_data_frame(frame).to_memtable().to_view(name)

    def columns(result):
        found = pa.table(result)  # its own `to_pandas` wants a package more, for geometries that are not here
        return found["zone"].to_numpy(), found["row"].to_numpy()

    return lambda: context.sql(query).to_memtable(), columns


def geopandas_join(world: World, *, zones_first: bool) -> tuple[Join, Callable[[object], Pairs]]:
    """Return a join by `geopandas.sjoin` with either table on the left, and what turns its result into columns."""
    positions, zones = (frame[[name, "geometry"]] for frame, name in zip(frames(world), ("row", "zone"), strict=True))
    left, right = (zones, positions) if zones_first else (positions, zones)
    return (
        lambda: geopandas.sjoin(left, right, predicate="intersects"),
        lambda found: (found["zone"].to_numpy(), found["row"].to_numpy()),
    )
