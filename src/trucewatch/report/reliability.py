"""Pictures of how past probabilities held: one panel per side on identical scales, each point with its interval."""

from collections.abc import Sequence

from trucewatch.calibration import threshold_bound
from trucewatch.intervals import proportion_interval
from trucewatch.model import Calibration, RiskPoint, SideCalibration
from trucewatch.report.palette import colour
from trucewatch.report.svg import FONT, element, escaped, marker, path, words

WIDTH, HEIGHT = 340.0, 372.0
LEFT, TOP, SIZE = 50.0, 34.0, 270.0  # the square of the axes
BOTTOM = TOP + SIZE
INK, SOFT, RULE = "#1d2023", "#54595e", "#c9cdd1"
SCALES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
FEW = 10  # incidents; below, a point is drawn hollow, since its interval is nearly the whole scale


def reliability_panels(record: Calibration, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return one drawing per side: what was said (across) against how often it came true (up), 95 % intervals.

    `names` are what to call the sides, in their order; by default what the labelled incidents called them.
    """
    called = names or [side.name for side in record.sides]
    return tuple(
        _panel(
            f"{name}: what was said and what came true",
            _frame("probability that was given", "share that came true"),
            path([(_x(0), _y(0)), (_x(1), _y(1))]),
            _points(side, f"side{n}"),
            f"{name}: mean distance {side.ece:.3f} (ECE, ten equal bins)",
        )
        for n, (side, name) in enumerate(zip(record.sides, called, strict=True), start=1)
    )


def risk_panel(record: Calibration) -> str:
    """Return the curve of wrong accusations (up) against the incidents in which somebody is accused (across)."""
    drawn = [p for p in record.curve if p.accused]
    top = _round_up([2 * record.target, *(p.wrong / p.accused for p in drawn)])
    wide = _round_up([p.accused / max(record.fired, 1) for p in drawn])
    across = [min(p.accused / max(record.fired, 1), wide) / wide for p in drawn]
    up = [p.wrong / p.accused / top for p in drawn]
    bounds = [min(threshold_bound(p, record.confidence) / top, 1.0) for p in drawn]
    curve = (
        element("path", d=path(list(zip(map(_x, across), map(_y, up), strict=True))), fill="none", stroke=INK)
        if drawn
        else ""
    )
    dots = "".join(
        element("path", d=path([(_x(x), _y(y)), (_x(x), _y(b))]), stroke=SOFT, stroke_width="0.8")
        + element(
            "circle",
            element("title", escaped(_risk_words(p, record.confidence))),
            cx=_x(x), cy=_y(y), r=3.4, fill=INK if p.probability == record.threshold else "#ffffff", stroke=INK,
        )
        for p, x, y, b in zip(drawn, across, up, bounds, strict=True)
    )  # fmt: skip
    target = element(
        "path", d=path([(_x(0), _y(record.target / top)), (_x(1), _y(record.target / top))]),
        stroke=INK, stroke_dasharray="5 4",
    )  # fmt: skip
    proven = "none proven" if record.threshold is None else f"{record.threshold:g} proven (filled)"
    return _panel(
        "Wrong accusations against how many incidents are decided",
        _frame("accusations per incident of one side's fire", "share that is wrong", wide=wide, top=top),
        "",
        target + curve + dots,
        f"All sides; dashed {record.target:.1%}; threshold {proven}",
    )


def beside(panels: Sequence[str]) -> str:
    """Return panels as one drawing, in a row."""
    placed = (f'<g transform="translate({n * WIDTH:.0f} 0)">{panel}</g>' for n, panel in enumerate(panels))
    return element(
        "svg",
        *placed,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {len(panels) * WIDTH:.0f} {HEIGHT:.0f}",
        font_family=FONT,
    )


def _panel(title: str, frame: str, ideal: str, marks: str, foot: str) -> str:
    even = element("path", d=ideal, stroke=SOFT, stroke_dasharray="2 3") if ideal else ""
    return element(
        "svg",
        element("title", escaped(title)),
        element("rect", x=0, y=0, width=WIDTH, height=HEIGHT, fill="#ffffff"),
        frame,
        even,
        marks,
        words(foot, LEFT - 38, 20, 11.5, fill=INK, font_weight="600"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        font_family=FONT,
    )


def _round_up(shares: Sequence[float]) -> float:
    """Return the end of a scale of shares on which all of them fit."""
    return next((end for end in SCALES if end >= max(shares, default=0.0)), 1.0)


def _tick(share: float, end: float) -> str:
    return f"{share * end * 100:.{0 if end >= 0.05 else 1}f} %"


def _frame(across: str, up: str, *, wide: float = 1.0, top: float = 1.0) -> str:
    lines = "".join(
        element("path", d=path([(_x(t), _y(0)), (_x(t), _y(1))]), stroke=RULE, stroke_width="0.6")
        + element("path", d=path([(_x(0), _y(t)), (_x(1), _y(t))]), stroke=RULE, stroke_width="0.6")
        + words(_tick(t, wide), _x(t), BOTTOM + 15, 10.5, text_anchor="middle", fill=SOFT)
        + words(_tick(t, top), LEFT - 5, _y(t) + 3.5, 10.5, text_anchor="end", fill=SOFT)
        for t in TICKS
    )
    box = element("rect", x=LEFT, y=TOP, width=SIZE, height=SIZE, fill="none", stroke=SOFT)
    return (
        lines
        + box
        + words(across, LEFT + SIZE / 2, BOTTOM + 33, 11, text_anchor="middle", fill=INK)
        + words(
            up, 0, 0, 11, text_anchor="middle", fill=INK, transform=f"translate(11 {TOP + SIZE / 2:.0f}) rotate(-90)"
        )
    )


def _points(side: SideCalibration, kind: str) -> str:
    ink, drawn = colour(kind), []
    for n, b in enumerate(side.bins):
        if not b.number:
            continue
        low, high = proportion_interval(b.happened, b.number)
        x, share = _x(b.mean), b.happened / b.number
        came = f"came true in {b.happened} ({share:.1%}; 95 %: {low:.1%} to {high:.1%})"
        said = f"{n * 10}–{n * 10 + 10} %: {b.number} incidents, mean {b.mean:.1%}, {came}"
        drawn.append(
            element("path", d=path([(x, _y(low)), (x, _y(high))]), stroke=ink, stroke_width="1.2")
            + element(
                "path",
                element("title", escaped(said)),
                d=marker(kind, x, _y(share), 5.0),
                fill="#ffffff" if b.number < FEW else ink,
                stroke=ink,
            )
            + words(_short(b.number), _x((n + 0.5) / 10), BOTTOM + 50, 9, text_anchor="middle", fill=SOFT)
        )
    return "".join(drawn) + words("n", LEFT - 6, BOTTOM + 50, 9, text_anchor="end", fill=SOFT)


def _short(number: int) -> str:
    return str(number) if number < 10_000 else f"{number / 1000:.0f}k"


def _risk_words(point: RiskPoint, confidence: float) -> str:
    bound = threshold_bound(point, confidence)
    return f"at {point.probability:g}: {point.wrong} of {point.accused} wrong, at most {bound:.2%} ({confidence:.0%})"


def _x(share: float) -> float:
    return LEFT + SIZE * share


def _y(share: float) -> float:
    return BOTTOM - SIZE * share
