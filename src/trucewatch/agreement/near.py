"""Which incidents lie near what civilians depend on: a checkpoint 15 km from a pipeline (R16), in coarse numbers."""

from collections.abc import Sequence

import numpy as np
import shapely

from trucewatch.agreement.zones import nearer_than, reached
from trucewatch.model import Feature, Incident, Near
from trucewatch.spacetime import CERTAIN, LEAST_LINE_SD_KM, plane_about, valid_at

COARSE_KM = 5  # distances to what must not be hit are published in steps of this: a guess
PLANE_SHARE = 1.01  # ten times what a theatre's plane stretches a distance by: no candidate is lost


def near(features: Sequence[Feature], incidents: Sequence[Incident], km: float) -> tuple[Near, ...]:
    """Return which incidents lie, surely or perhaps, within so many km of which features as these were then.

    In the order of the features, then of the incidents; an incident without a place or a time is near nothing.
    """
    placed = [(i, i.place, i.first_time) for i in incidents if i.place is not None and i.first_time is not None]
    plane = plane_about(features)
    at = plane.km([place.lon for _, place, _ in placed], [place.lat for _, place, _ in placed])
    tree = shapely.STRtree(shapely.points(np.column_stack(at)))
    widest_km = max(((place.var_east + place.var_north) ** 0.5 for _, place, _ in placed), default=0.0)
    found = []
    for feature in features:
        reach_km = PLANE_SHARE * km + CERTAIN * (widest_km + max(feature.accuracy_km, LEAST_LINE_SD_KM))
        rows = np.sort(tree.query(plane.shape(feature.geometry), predicate="dwithin", distance=reach_km)).tolist()
        then = [placed[row] for row in rows if valid_at(feature, placed[row][2])]
        for (incident, _, _), reach in zip(then, reached(plane, feature, [p for _, p, _ in then]), strict=True):
            if (truth := nearer_than(km, reach)) is not False:
                about_km = COARSE_KM * round(reach.distance_km / COARSE_KM)
                found.append(
                    Near(feature_id=feature.id, incident_id=incident.id, about_km=about_km, is_sure=truth is True)
                )
    return tuple(found)
