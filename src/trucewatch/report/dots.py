"""The layers of the incidents: where sources pointed, the circle of doubt, and the marker."""

from trucewatch.evidence import UNDETERMINED
from trucewatch.model import Case, Ray
from trucewatch.report.choice import Found, anchor
from trucewatch.report.frame import Frame
from trucewatch.report.happenings import kinds
from trucewatch.report.labels import Room
from trucewatch.report.palette import colour
from trucewatch.report.shares import hypotheses
from trucewatch.report.svg import element, escaped, marker, path
from trucewatch.report.wedge import wedges
from trucewatch.report.words import count_words, determination_words, spoken, window_words

# count classes: up to this many, drawn with this radius in page units; the last holds all above
SIZES = ((1, 4.0), (10, 5.5), (100, 7.5))
LARGEST = 10.0


def _kind(pair: Found, case: Case) -> str:
    return kinds(hypotheses(case)).get(pair[1].determination, UNDETERMINED)


def sight(pair: Found, case: Case, view: Frame) -> str:
    """Return, faintly, the sectors in which the sources of an incident perceived it."""
    rays = [o.place for o in pair[0].observations if isinstance(o.place, Ray)]
    ink = colour(_kind(pair, case))
    return "".join(
        element(
            "path",
            d=path([(view.x(lon), view.y(lat)) for lon, lat in ring], closed=True),
            fill=ink,
            fill_opacity="0.06",
            stroke=ink,
            stroke_opacity="0.3",
            stroke_width="0.6",
        )
        for ray in rays
        for ring in wedges(ray)
    )


def doubt(pair: Found, case: Case, view: Frame) -> str:
    """Return the circle that holds 68 % of the probability of the place."""
    at, ink = pair[0].place, colour(_kind(pair, case))
    if at is None:
        return ""
    return element(
        "circle",
        cx=view.x(at.lon),
        cy=view.y(at.lat),
        r=at.radius_km_68 * view.per_km(),
        fill=ink,
        fill_opacity="0.1",
        stroke=ink,
        stroke_width="0.9",
    )


def dot_of(pair: Found, case: Case, linked: frozenset[str], view: Frame, room: Room) -> str:
    """Return the marker of an incident, with its words for whoever points at it or hears the page read."""
    incident, attribution = pair
    if incident.place is None:
        return ""
    x, y, r = view.x(incident.place.lon), view.y(incident.place.lat), size(incident.count.high or incident.count.low)
    room.take(x - r, y - r, 2 * r, 2 * r)
    kind = _kind(pair, case)
    hollow = kind == "no_violation"
    window = window_words(incident.first_time, incident.last_time, case.time_zone)
    told = determination_words(attribution, case)
    title = f"{incident.id}: {spoken(incident.phenomenon)}, count {count_words(incident.count)}, {window}; {told}"
    dot = element(
        "path",
        element("title", escaped(title)),
        d=marker(kind, x, y, r),
        fill="#ffffff" if hollow else colour(kind),
        stroke=colour(kind) if hollow else "#ffffff",
        stroke_width="2" if hollow else "1",
    )
    return element("a", dot, href=f"#{anchor('i', incident.id)}") if incident.id in linked else dot


def size(count: int | None) -> float:
    """Return the radius of a marker for a count; a count that nobody stated is drawn smallest."""
    return next((radius for most, radius in SIZES if (count or 1) <= most), LARGEST)
