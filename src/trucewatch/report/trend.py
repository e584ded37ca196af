"""The trend in words and one picture: counts with their doubt, the effort underneath; no side appears."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from trucewatch.model import Forecast, Ranking, Trend, Vigil, Window
from trucewatch.report.parts import TrendPart
from trucewatch.report.svg import element, path, words

SHOWN = 52  # windows in the picture: more are too narrow on a telephone
WIDTH, HEIGHT = 480.0, 330.0  # few units, so that the letters stay large where the page is narrow
LEFT, RIGHT, TOP, MIDDLE, BOTTOM = 44.0, 472.0, 30.0, 190.0, 300.0
GAP = 34.0  # between the two panels
INK, SOFT, HATCH = "#1d2023", "#54595e", "#b4bac0"
NAMED = 6  # windows named one by one in a sentence; more are counted, and listed in the table


def trend_part(trend: Trend) -> TrendPart:
    """Return the section."""
    if trend.refused:
        return TrendPart(paragraphs=(("Nothing to count", (f"{_capital(trend.refused)}.",)),), svg="", caption="")
    return TrendPart(
        paragraphs=(
            ("What is counted", _counted(trend)),
            (
                f"Where the {trend.by} from {trend.rankings[0].first.isoformat()} stands",
                tuple(s for r in trend.rankings for s in _ranking(r, trend.by)),
            ),
            ("Changes of the rate", _changes(trend)),
            (f"The next {trend.by}", _forecast(trend.forecast, trend.by)),
        ),
        svg=_picture(trend),
        caption=_caption(trend),
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _counted(trend: Trend) -> tuple[str, ...]:
    last = trend.windows[-1]
    what = (
        "Fire that neutral observers, cameras or sensors perceived while its place was watched, each incident with the "
        "probability that something prohibited happened, per hour of ground watched. Not counted: "
        f"{sum(window.chanced for window in trend.windows)} incidents perceived where nobody is known to have watched, "
        f"and {trend.unperceived} known from words, from a side's own or an orbiting instrument, without a time, or no "
        "fire."
    )
    return what, (
        f"Latest {trend.by}, from {last.first.isoformat()}: {last.expected:.1f} expected, {last.low}–{last.high} in "
        f"95 % of what the evidence allows; {last.effort:.1f} hours of ground watched."
    )


def _ranking(r: Ranking, by: str) -> Iterable[str]:
    what = f"What bears on clause {r.of}" if r.of else "All incidents"
    if r.refused:
        yield f"{what}: not ranked; {r.refused}."
    else:
        best, share, low, high = spread(r.chances)
        also = f"rank {low}–{high} in 95 %" if low != high else "no other rank within 95 %"
        yield (
            f"{what}: rank {best} of {len(r.chances)} {by}s in {share * 100:.0f} % of what the evidence allows, {also}."
        )
    if not r.of:
        if not r.refused:
            yield "Rank 1 is the most incidents per hour of ground watched; equal rates share the better rank."
        if r.compared:
            yield f"Compared with {_firsts(r.compared, by)}."
        for reason, firsts in r.left_out:
            if reason != r.refused:
                yield f"Left out, because {reason}: {_firsts(firsts, by)}."


def spread(chances: Sequence[float]) -> tuple[int, float, int, int]:
    """Return the likeliest rank, its probability, and the ranks between which it lies in 95 per cent."""
    shares = np.asarray(chances)
    reached = np.cumsum(shares)
    best = int(np.argmax(shares))
    low, high = (min(int(np.searchsorted(reached, share)), len(shares) - 1) for share in (0.025, 0.975))
    return best + 1, float(shares[best]), low + 1, high + 1


def _firsts(firsts: Sequence[date], by: str) -> str:
    """Return the windows by their first days, or how many and between which days they lie."""
    if len(firsts) <= NAMED:
        return f"the {by}{'s' if len(firsts) > 1 else ''} from {', '.join(first.isoformat() for first in firsts)}"
    return f"{len(firsts)} {by}s between {firsts[0].isoformat()} and {firsts[-1].isoformat()} (trend --csv lists them)"


def _changes(trend: Trend) -> tuple[str, ...]:
    judged = [vigil for vigil in trend.vigils if vigil.judged]
    if not judged:
        return (f"Not judged: too few {trend.by}s had effort, on the whole line and on each stretch of it.",)
    said = [_change(vigil, trend.by) for vigil in judged]
    by_chance = sum(vigil.judged for vigil in judged) / trend.alarm_every
    number = sum(len(vigil.changes) for vigil in judged)
    chance = (
        f"{number} found; about {by_chance:.1f} would be found by chance where nothing changes, at one false alarm in "
        f"{trend.alarm_every} {trend.by}s on each of {len(judged)} series. A change says neither who nor why."
    )
    return *(sentence for sentence in said if sentence), chance


def _change(vigil: Vigil, by: str) -> str:
    found = (
        f"{'more' if c.up else 'fewer'} per hour watched from about the {by} from {c.since.isoformat()} "
        f"(noticed in that from {c.noticed.isoformat()})"
        for c in vigil.changes
    )
    where = _capital(vigil.stretch) if vigil.stretch else "The whole line"
    return f"{where}: {'; '.join(found)}." if vigil.changes else ""


def _forecast(forecast: Forecast | None, by: str) -> tuple[str, ...]:
    if forecast is None:
        return (f"No forecast: too few {by}s had effort.",)
    low, lower, middle, upper, high = (count for _, count in forecast.quantiles)
    said = (
        f"From {forecast.first.isoformat()}, if {forecast.effort:.1f} hours of ground are watched as lately: "
        f"{middle} incidents, {lower}–{upper} in half of the cases, {low}–{high} in 95 %."
    )
    return said, *(
        f"So far, over {number} {by}s, mean error {ours:.2f} incidents (CRPS) against {theirs:.2f} of "
        f"“{rival}”: {_better(ours, theirs)}."
        for rival, number, ours, theirs in forecast.scores
    )


def _better(ours: float, theirs: float) -> str:
    if theirs <= 0:
        return "no better" if ours > 0 else "as good"
    gain = 1 - ours / theirs
    return f"{gain * 100:.0f} % better" if gain > 0 else f"{-gain * 100:.0f} % worse"


# --- the picture ----------------------------------------------------------------------------------


def _picture(trend: Trend) -> str:
    shown = trend.windows[-SHOWN:]
    left_out = {first for r in trend.rankings[:1] for _, firsts in r.left_out for first in firsts}
    wide = (RIGHT - LEFT) / len(shown)
    ranked = trend.rankings[0].first
    most = _nice(max(max(window.high, window.chanced) for window in shown))
    hours = _nice(max(window.effort for window in shown))
    drawn = [_hatch(), words(f"Incidents per {trend.by}, with 95 % interval", LEFT, TOP - 12, 14.0, fill=INK)]
    drawn.append(words("Hours of ground watched", LEFT, MIDDLE + GAP - 8, 14.0, fill=INK))
    drawn += [_axis(TOP, MIDDLE, most), _axis(MIDDLE + GAP, BOTTOM, hours)]
    for n, window in enumerate(shown):
        drawn.append(_column(LEFT + n * wide, wide, window, (most, hours), apart=window.first in left_out))
    gaps = [n for n, (a, b) in enumerate(pairwise(shown), 1) if (b.first - a.first).days > a.days]
    drawn += [_gap(LEFT + n * wide) for n in gaps]
    drawn += [_dates(shown, wide), *(_arrow(LEFT + (n + 0.5) * wide) for n, w in enumerate(shown) if w.first == ranked)]
    label = f"Counts and effort of the last {len(shown)} {trend.by}s"
    return element("svg", *drawn, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img", aria_label=label,
                   xmlns="http://www.w3.org/2000/svg")  # fmt: skip


def _hatch() -> str:
    line = element("path", d="M0 6L6 0", stroke=HATCH, stroke_width="1")
    pattern = element("pattern", line, id="apart", width=6, height=6, patternUnits="userSpaceOnUse")
    return element("defs", pattern)


def _gap(x: float) -> str:
    ends = path([(x, TOP), (x, BOTTOM)])
    return element("path", d=ends, stroke=INK, stroke_width="1.5", stroke_dasharray="5 4")


def _arrow(x: float) -> str:
    return element("path", d=path([(x - 4, TOP - 9), (x + 4, TOP - 9), (x, TOP - 2)], closed=True), fill=INK)


def _nice(most: float) -> float:
    """Return the least of 1, 2, 3, 4, 6, 8, 10, 20, ... that holds it."""
    step = 1.0
    while True:
        for factor in (1.0, 2.0, 3.0, 4.0, 6.0, 8.0):
            if most <= factor * step:
                return factor * step
        step *= 10


def _axis(top: float, bottom: float, most: float) -> str:
    drawn = []
    for share in (0.0, 0.5, 1.0):
        y = bottom - share * (bottom - top)
        drawn.append(element("path", d=path([(LEFT, y), (RIGHT, y)]), stroke="#c9cdd1", stroke_width="0.8"))
        drawn.append(words(f"{most * share:,.4g}", LEFT - 6, y + 4, 13.0, text_anchor="end", fill=SOFT))
    return "".join(drawn)


def _column(x: float, wide: float, window: Window, scales: tuple[float, float], *, apart: bool) -> str:
    middle, bar = x + wide / 2, min(wide * 0.7, 10.0)

    def y(value: float) -> float:
        return MIDDLE - value / scales[0] * (MIDDLE - TOP)

    ground = element("rect", x=x, y=TOP, width=wide, height=BOTTOM - TOP, fill="url(#apart)") if apart else ""
    high = window.effort / scales[1] * (BOTTOM - MIDDLE - GAP)
    effort = element("rect", x=middle - bar / 2, y=BOTTOM - high, width=bar, height=high, fill="#75777a")
    ring = element("circle", cx=middle, cy=y(window.chanced), r=min(bar / 2, 3.2), fill="none", stroke=INK)
    if window.effort <= 0:
        return ground + (ring if window.chanced else "")
    reach = element("path", d=path([(middle, y(window.low)), (middle, y(window.high))]), stroke=SOFT, stroke_width="2")
    dot = element("circle", cx=middle, cy=y(window.expected), r=min(bar / 2, 3.2), fill=INK)
    title = element("title", f"{window.first.isoformat()}: {window.expected:.1f} ({window.low}–{window.high})")
    return ground + element("g", title, effort, reach, dot, ring if window.chanced else "")


def _dates(shown: Sequence[Window], wide: float) -> str:
    """Return the first days of the first, the middle and the last window."""
    places = {0: "start", len(shown) // 2: "middle", len(shown) - 1: "end"}
    drawn = []
    for n, anchor in places.items():
        x = LEFT + (n + {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]) * wide
        if n == 0 or len(shown) > 2:
            drawn.append(words(shown[n].first.isoformat(), x, BOTTOM + 18, 13.0, text_anchor=anchor, fill=SOFT))
    return "".join(drawn)


def _caption(trend: Trend) -> str:
    number = len(trend.windows)
    of = f"The last {SHOWN} of {number} {trend.by}s. " if number > SHOWN else ""
    return (
        f"{of}Dots are expected numbers under watch, lines 95 % intervals, rings incidents perceived where nobody "
        f"is known to have watched. The arrow marks the {trend.by} ranked; hatched ones are not compared with it. "
        "A column without a dot is no sign of quiet: nobody is known to have watched. "
        "At a broken line more than a year without a record is left out."
    )
