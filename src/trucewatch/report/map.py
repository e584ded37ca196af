"""The map of a report: one SVG without any outside request. No ground is filled, no side is drawn larger.

Borders are dashed lines that name their source; a place carries both its names; what an incident was
determined to be shows in its shape as well as in its colour, and its doubt in a circle that holds 68 %.
"""

from collections.abc import Iterable, Sequence

from trucewatch.model import Assessment, Relief
from trucewatch.report.choice import Found
from trucewatch.report.dots import dot_of, doubt, sight
from trucewatch.report.frame import Frame, Period, closer, extent, frame, span
from trucewatch.report.ground import ground, lines, posts, settlements
from trucewatch.report.labels import Room
from trucewatch.report.legend import legend, scale_and_north
from trucewatch.report.svg import FONT, element

MOST_WEDGES = 40  # incidents up to which the sources' lines of sight are drawn
MOST_CIRCLES = 400  # incidents up to which the 68 % circles are drawn
MOST_DOTS = 5000
LEAST_CLOSER = 2.0  # a second map that shows less than twice as much is no help: a guess

LABELS = {"map": "Map of the incidents", "detail": "Closer map of the incidents"}


def svg_map(
    assessment: Assessment,
    *,
    found: Sequence[Found] | None = None,
    period: Period | None = None,
    linked: frozenset[str] = frozenset(),
    width: float = 960.0,
) -> str:
    """Return the map of the incidents found (None: all), with links to those printed in the page (`linked`).

    Lines and posts are those of the period, else of the time from the first incident to the last.
    """
    every = _found(assessment, found)
    view = frame(extent(assessment.case, (incident for incident, _ in every)), width)
    window = span(period, (incident for incident, _ in every), assessment.as_of)
    below = legend(assessment.case, view, window, _notes(every, _shown(every, view)))
    layers = _layers(assessment, every, window, linked, view=view, relief=assessment.case.relief)
    return _sheet("map", view, layers, *below)


def svg_detail(
    assessment: Assessment,
    *,
    found: Sequence[Found] | None = None,
    period: Period | None = None,
    linked: frozenset[str] = frozenset(),
    width: float = 960.0,
) -> str:
    """Return a closer map of the incidents alone, or "" where it would not be at least twice as close.

    It has no relief: so near, the picture of the terrain would be a blur that looks like knowledge.
    """
    every = _found(assessment, found)
    incidents = [incident for incident, _ in every]
    whole, near = frame(extent(assessment.case, incidents), width), closer(assessment.case, incidents)
    view = whole if near is None else frame(near, width)
    if view.per_km() < LEAST_CLOSER * whole.per_km():
        return ""
    window = span(period, incidents, assessment.as_of)
    return _sheet("detail", view, _layers(assessment, every, window, linked, view=view), *scale_and_north(view))


def _found(assessment: Assessment, found: Sequence[Found] | None) -> tuple[Found, ...]:
    every = zip(assessment.incidents, assessment.attributions, strict=True)
    return tuple(every) if found is None else tuple(found)


def _layers(
    assessment: Assessment,
    every: Sequence[Found],
    window: Period,
    linked: frozenset[str],
    *,
    view: Frame,
    relief: Relief | None = None,
) -> tuple[str, ...]:
    """Return the layers from the ground up; markers take their room before the names of places do."""
    case, shown, room = assessment.case, _shown(every, view), Room(view.width, view.height)
    dots = "".join(dot_of(pair, case, linked, view, room) for pair in shown)
    return (
        ground(relief, view),
        lines(case, window, view, room),
        "".join(sight(pair, case, view) for pair in shown) if len(shown) <= MOST_WEDGES else "",
        "".join(doubt(pair, case, view) for pair in shown) if len(shown) <= MOST_CIRCLES else "",
        posts(case, window, view, room),
        dots,
        settlements(case, assessment.as_of, view, room),
    )


def _sheet(name: str, view: Frame, layers: Iterable[str], below: str, height_below: float) -> str:
    clip = element("clipPath", element("rect", width=view.width, height=view.height), id=f"{name}-frame")
    return element(
        "svg",
        element("defs", clip),
        element("g", *layers, clip_path=f"url(#{name}-frame)"),
        element("rect", width=view.width, height=view.height, fill="none", stroke="#33363a", stroke_width="1"),
        below,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {view.width:.0f} {view.height + height_below:.0f}",
        role="group",
        aria_label=f"{LABELS[name]}; the list of incidents repeats every place in words and numbers",
        font_family=FONT,
        fill="#1a1a1a",
    )


def _shown(every: Sequence[Found], view: Frame) -> tuple[Found, ...]:
    placed = (pair for pair in every if pair[0].place is not None)
    return tuple(pair for pair in placed if pair[0].place and view.holds(pair[0].place.lon, pair[0].place.lat))[
        :MOST_DOTS
    ]


def _notes(every: Sequence[Found], shown: Sequence[Found]) -> tuple[str, ...]:
    """Say what the map leaves out."""
    nowhere = sum(incident.place is None for incident, _ in every)
    beyond = len(every) - nowhere - len(shown)
    notes = (
        (nowhere > 0, f"Incidents without a known place, not on the map: {nowhere}."),
        (beyond > 0, f"Incidents outside this frame, or beyond the {MOST_DOTS} that it draws: {beyond}."),
        (len(shown) > MOST_CIRCLES, "The 68 % circles are left off this map for want of room; the list gives them."),
    )
    return tuple(sentence for applies, sentence in notes if applies)
