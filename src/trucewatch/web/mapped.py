"""What the map page asks for besides files: the first view of all incidents, and one incident with its records.

`case/overview` is the first view (`report/overview.py`), compressed; `case/incidents/<id>.json` is one incident. Here
they are made of a `map.json` on disk, read once and kept until it changes: seconds for 100,000 incidents.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import Response

from trucewatch.report.geo import Json, encoded
from trucewatch.report.overview import overview_of

OVERVIEW = "overview"
_BEFORE, _AFTER = "incidents/", ".json"
_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What is asked for of one `map.json`: the first view, and each incident by its id."""

    overview: bytes
    incidents: Mapping[str, bytes]


def incident_of(name: str) -> str | None:
    """Return the id of the incident that an address under `case/` asks for; None where it asks for something else."""
    if not (name.startswith(_BEFORE) and name.endswith(_AFTER)):
        return None
    return name[len(_BEFORE) : -len(_AFTER)]


def compressed(overview: bytes) -> bytes:
    """Return a first view as it is sent: the same bytes for the same view."""
    return gzip.compress(overview, mtime=0)


def sent(packed: bytes, accepts: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer with a compressed first view, to a browser which accepts these encodings."""
    media, more = "application/octet-stream", {"Vary": "Accept-Encoding", **(headers or {})}
    if "gzip" not in accepts:
        return Response(gzip.decompress(packed), media_type=media, headers=more)
    return Response(packed, media_type=media, headers={**more, "Content-Encoding": "gzip"})


def answer(path: Path, name: str, accepts: str) -> Response | None:
    """Return what is asked for of a `map.json`; None where it has no such thing. Raises OSError."""
    about = path.stat()
    mapped = _read(path, about.st_mtime_ns, about.st_size)
    if mapped is None:
        return None
    if name == OVERVIEW:
        return sent(mapped.overview, accepts)
    incident = mapped.incidents.get(incident_of(name) or "")
    return None if incident is None else Response(incident, media_type=_JSON)


@lru_cache(maxsize=1)
def _read(path: Path, _changed_ns: int, _size: int) -> Mapped | None:
    try:
        written = json.loads(path.read_bytes())
        return Mapped(overview=compressed(overview_of(written)), incidents=dict(_incidents(written)))
    except (ValueError, TypeError, KeyError):
        return None  # somebody else's file under our name


def _incidents(written: Json) -> list[tuple[str, bytes]]:
    rays: dict[str, list[Json]] = {}
    for ray in written["rays"]["features"]:
        rays.setdefault(ray["properties"]["incident"], []).append(ray)
    return [
        (name, encoded(feature | {"rays": {"type": "FeatureCollection", "features": rays.get(name, [])}}))
        for feature in written["incidents"]["features"]
        for name in [feature["properties"]["id"]]
    ]
