"""The layers under the incidents: relief, dated borders and lines, posts, places with both their names."""

import base64
from collections.abc import Iterable
from datetime import datetime

from trucewatch.model import Case, Feature, Relief
from trucewatch.report.frame import Frame, Period, within
from trucewatch.report.labels import LINE, Room, place
from trucewatch.report.places import both_names
from trucewatch.report.svg import element, escaped, path, words
from trucewatch.spacetime import vertices
from trucewatch.vocabulary import FeatureRole

HALO = {"paint_order": "stroke", "stroke": "#ffffff", "stroke_width": "2.6", "stroke_linejoin": "round"}

STROKES = {
    FeatureRole.CONTROL: {"stroke": "#5c5f63", "stroke_width": "0.9", "stroke_dasharray": "3 3"},
    FeatureRole.ZONE: {"stroke": "#3f6f5f", "stroke_width": "0.9", "stroke_dasharray": "1 3"},
    FeatureRole.PERMITTED_AREA: {"stroke": "#8a6d1f", "stroke_width": "0.9", "stroke_dasharray": "1 3"},
    FeatureRole.CORRIDOR: {"stroke": "#6f6f6f", "stroke_width": "1.6", "stroke_dasharray": "6 2 1 2"},
    FeatureRole.LINE_OF_CONTACT: {"stroke": "#1a1a1a", "stroke_width": "2.2", "stroke_dasharray": "8 5"},
}


def ground(relief: Relief | None, view: Frame) -> str:
    """Return the paper and, where the case has one, the picture of the terrain inside the page itself."""
    paper = element("rect", width=view.width, height=view.height, fill="#f3f1ea")
    if relief is None:
        return paper
    left, top = view.x(relief.west), view.y(relief.north)
    picture = element(
        "image",
        href=f"data:image/png;base64,{base64.b64encode(relief.png).decode('ascii')}",
        x=left,
        y=top,
        width=view.x(relief.east) - left,
        height=view.y(relief.south) - top,
        preserveAspectRatio="none",
        opacity="0.55",
    )
    return paper + picture


def lines(case: Case, window: Period, view: Frame, room: Room) -> str:
    """Return the borders and lines of that window; the line of contact last, on a light casing."""
    valid = within(case.places, window)
    return "".join(_line(f, strokes, view, room) for role, strokes in STROKES.items() for f in valid if f.role is role)


def _line(feature: Feature, strokes: dict[str, str], view: Frame, room: Room) -> str:
    drawn_parts = [[(view.x(lon), view.y(lat)) for lon, lat in part] for part in parts(feature.geometry.coordinates)]
    if not drawn_parts:
        return ""
    d = "".join(path(part) for part in drawn_parts)
    if feature.role is not FeatureRole.LINE_OF_CONTACT:
        return element("path", d=d, fill="none", **strokes)
    for part in drawn_parts:
        room.take_line(part)
    casing = element("path", d=d, fill="none", stroke="#ffffff", stroke_width="4.4", stroke_opacity="0.75")
    return casing + element("path", d=d, fill="none", **strokes)


def parts(nested: object) -> Iterable[tuple[tuple[float, float], ...]]:
    """Return the open or closed lines of a geometry's coordinates, whatever their depth; single points are none."""
    if not isinstance(nested, tuple) or not nested or isinstance(nested[0], (int, float)):
        return
    if nested[0] and isinstance(nested[0][0], (int, float)):
        yield tuple((float(corner[0]), float(corner[1])) for corner in nested)
        return
    for inner in nested:
        yield from parts(inner)


def posts(case: Case, window: Period, view: Frame, room: Room) -> str:
    """Return the observation posts and cameras of that window."""
    stood = (f for f in within(case.places, window) if f.role is FeatureRole.OBSERVATION_POST)
    return "".join(_post(f, view, room) for f in stood if vertices(f.geometry))


def _post(feature: Feature, view: Frame, room: Room) -> str:
    lon, lat = vertices(feature.geometry)[0]
    x, y = view.x(lon), view.y(lat)
    room.take(x - 4, y - 4, 8, 8)
    title = element("title", escaped(" / ".join(name for _, name in feature.names) or feature.id))
    return post_sign(x, y, camera=feature.camera, title=title)


def two_lines(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a place on at most two lines: the first above, the others side by side."""
    return names[:1] if len(names) == 1 else (names[0], " / ".join(names[1:]))


def post_sign(x: float, y: float, *, camera: bool, title: str = "") -> str:
    """Return the sign of a post (cross in a circle) or of a camera (dot in a box)."""
    ink = {"fill": "#ffffff", "stroke": "#1a1a1a", "stroke_width": "1"}
    if camera:
        box = element("rect", x=x - 4, y=y - 3, width=8.0, height=6.0, **ink)
        return element("g", title, box, element("circle", cx=x, cy=y, r=1.5))
    cross = element("path", d=f"M{x - 4:.1f} {y:.1f}h8M{x:.1f} {y - 4:.1f}v8", stroke="#1a1a1a", stroke_width="1")
    return element("g", title, element("circle", cx=x, cy=y, r=4.0, **ink), cross)


def settlements(case: Case, as_of: datetime, view: Frame, room: Room) -> str:
    """Return the settlements that find room; those that the case lists first come first."""
    named = (f for f in case.places if f.role is FeatureRole.SETTLEMENT and f.names and vertices(f.geometry))
    return "".join(_settlement(f, as_of, view, room) for f in named if view.holds(*vertices(f.geometry)[0]))


def _settlement(feature: Feature, as_of: datetime, view: Frame, room: Room) -> str:
    lon, lat = vertices(feature.geometry)[0]
    x, y, size_ = view.x(lon), view.y(lat), 10.0
    lines = two_lines(both_names(feature, as_of))
    corner = place(lines, x, y, size_, room)
    if corner is None:
        return ""
    room.take(x - 2, y - 2, 4, 4)
    dot = element("circle", cx=x, cy=y, r=2.0, fill="#ffffff", stroke="#1a1a1a", stroke_width="1")
    texts = (
        words(line, corner[0], corner[1] + (n + 0.85) * size_ * LINE, size_, **HALO) for n, line in enumerate(lines)
    )
    return dot + "".join(texts)
