"""The map of a report: one SVG without any outside request. No ground is filled, no side is drawn larger.

Borders are dashed lines that name their source; a place carries both its names; what an incident was
determined to be shows in its shape as well as in its colour, and its doubt in a circle that holds 68 %.
"""

from collections.abc import Iterable, Sequence

from trucewatch.model import Assessment
from trucewatch.report.choice import Found
from trucewatch.report.dots import dot_of, doubt, sight
from trucewatch.report.frame import Frame, Period, extent, frame, span
from trucewatch.report.ground import ground, lines, posts, settlements
from trucewatch.report.labels import Room
from trucewatch.report.legend import legend
from trucewatch.report.svg import FONT, element

MOST_WEDGES = 40  # incidents up to which the sources' lines of sight are drawn
MOST_CIRCLES = 400  # incidents up to which the 68 % circles are drawn
MOST_DOTS = 5000


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
    case, as_of = assessment.case, assessment.as_of
    every = tuple(zip(assessment.incidents, assessment.attributions, strict=True)) if found is None else tuple(found)
    view = frame(extent(case, (incident for incident, _ in every)), width)
    shown = _shown(every, view)
    window = span(period, (incident for incident, _ in every), as_of)
    room = Room(view.width, view.height)
    dots = "".join(dot_of(pair, case, linked, view, room) for pair in shown)
    layers = (
        ground(case.relief, view),
        lines(case, window, view, room),
        "".join(sight(pair, case, view) for pair in shown) if len(shown) <= MOST_WEDGES else "",
        "".join(doubt(pair, case, view) for pair in shown) if len(shown) <= MOST_CIRCLES else "",
        posts(case, window, view, room),
        dots,
        settlements(case, as_of, view, room),
    )
    below, legend_height = legend(case, view, window, _notes(every, shown))
    return _sheet(view, layers, below, legend_height)


def _sheet(view: Frame, layers: Iterable[str], below: str, legend_height: float) -> str:
    clip = element("clipPath", element("rect", width=view.width, height=view.height), id="map-frame")
    return element(
        "svg",
        element("defs", clip),
        element("g", *layers, clip_path="url(#map-frame)"),
        element("rect", width=view.width, height=view.height, fill="none", stroke="#33363a", stroke_width="1"),
        below,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {view.width:.0f} {view.height + legend_height:.0f}",
        role="group",
        aria_label="Map of the incidents; the list of incidents repeats every place in words and numbers",
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
