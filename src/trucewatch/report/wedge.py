"""Where a source pointed, as a polygon: from the observer to the far end of its distances, across its bearings."""

from trucewatch.model import Ray, Sector
from trucewatch.spacetime import GEODESIC, opened_deg

VERTICES = 24
REACH_KM = 5.0  # how far a line is drawn when no distance was stated: a guess, for the drawing only

Ring = tuple[tuple[float, float], ...]


def wedges(ray: Ray) -> tuple[Ring, ...]:
    """Return one closed ring of 24 vertices per sector, in (lon, lat); none where no bearing was stated.

    Each end of a sector and of the distance is widened by one standard deviation.
    """
    far_km = REACH_KM if ray.distance is None else ray.distance.high_km + ray.distance.sd_km
    return tuple(_ring(ray, sector, far_km) for sector in ray.sectors)


def _ring(ray: Ray, sector: Sector, far_km: float) -> Ring:
    apex = (ray.observer.lon, ray.observer.lat)
    steps = VERTICES - 3  # apex, arc of 22, apex again
    width = min(opened_deg(sector) + 2 * sector.sd_deg, 360.0)
    bearings = [sector.from_deg - sector.sd_deg + width * n / steps for n in range(steps + 1)]
    count = len(bearings)
    lons, lats, _ = GEODESIC.fwd([apex[0]] * count, [apex[1]] * count, bearings, [far_km * 1000] * count)
    return (apex, *zip(lons, lats, strict=True), apex)
