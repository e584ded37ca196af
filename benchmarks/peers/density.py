"""ST-DBSCAN (Birant & Kut, Data & Knowledge Engineering 60, 2007): clusters by density, a radius in space, one in time.

The package of that name on PyPI does not install with Python 3.11, so these are a few lines on scikit-learn's DBSCAN
with the published neighbourhood: a neighbour is within both radii. The third, non-spatial threshold of the paper is
left out, since reports carry no magnitude.
"""

from dataclasses import dataclass

import numpy as np
from benchmarks.peers.rows import Rows
from scipy.sparse import coo_matrix
from scipy.spatial import cKDTree
from sklearn.cluster import DBSCAN


@dataclass(frozen=True, slots=True)
class Setting:
    """Both radii and the least number of rows, itself included, that make a row a core."""

    km: float
    minutes: float
    least: int

    def __str__(self) -> str:
        return f"{self.km:g} km, {self.minutes:g} min, at least {self.least}"


TRIED = tuple(
    Setting(km, minutes, least)
    for km, minutes in (
        (1, 5),
        (1, 15),
        (2, 5),
        (2, 15),
        (2, 30),
        (3, 5),
        (3, 15),
        (3, 60),
        (5, 5),
        (5, 15),
        (5, 30),
        (8, 5),
        (8, 15),
    )
    for least in (2, 3)
)


def cluster(rows: Rows, setting: Setting) -> list[int | None]:
    """Return the cluster of each row, None for what the algorithm calls noise."""
    places = np.column_stack([rows.east, rows.north]) / setting.km
    near = np.column_stack([places, rows.time / (setting.minutes * 60)])
    found = cKDTree(near).query_pairs(1.0, p=np.inf, output_type="ndarray")
    i, j = found[:, 0], found[:, 1]
    away = np.hypot(*(places[i] - places[j]).T)
    i, j = i[away <= 1], j[away <= 1]
    ones = np.full(2 * len(i), 0.5)
    size = len(rows.time)
    graph = coo_matrix((ones, (np.r_[i, j], np.r_[j, i])), shape=(size, size)).tocsr()
    graph.setdiag(0.1)  # a row is its own neighbour; a stored zero would be dropped
    labels = DBSCAN(eps=1.0, min_samples=setting.least, metric="precomputed").fit(graph).labels_
    return [None if label < 0 else int(label) for label in labels]
