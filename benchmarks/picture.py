"""The scoreboard's picture: F1 beside peers, wrong accusations against coverage, reliability of each side, as SVG."""

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.measure import OURS

Figures = dict[str, Any]

WIDTH, HEIGHT = 1080, 430
INK, FAINT, PAPER = "#222", "#bbb", "#fff"
# Okabe and Ito's colours, told apart by colour-blind readers; ours first
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#999999")


def svg(result: Figures) -> str:
    """Return the picture of the untouched seeds, of the development seeds where there are no others."""
    part = "untouched" if "untouched" in result else "development"
    worlds, small = result[part]["worlds"], result[part]["small_world"]
    seeds = result[part]["seeds"]
    title = f"Simulated worlds, {part} seeds {seeds[0]} to {seeds[-1]}, {result['about']['day']}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        _text(20, 22, title, size=14),
        *_bars(20, 60, 400, 300, worlds, small),
        *_risk(470, 60, 270, 300, worlds),
        *_reliability(810, 60, 250, 300, worlds),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _bars(
    x: float, y: float, wide: float, high: float, worlds: Sequence[Figures], small: Sequence[Figures]
) -> Iterator[str]:
    groups = [(_name(w), w["association"]) for w in worlds if len(w["association"]) > 1]
    groups += [("mixed, small", w["association"]) for w in small]
    methods = list(dict.fromkeys(a["method"] for _, some in groups for a in some))
    colour = dict(zip(methods, COLOURS, strict=False))
    yield _text(x, y - 14, "Pair F1 with its interval over seeds", size=12)
    yield from _axis_y(x + 24, y, high, "")
    step = (wide - 24) / max(len(groups), 1)
    bar = min(18.0, step / (max(len(some) for _, some in groups) + 1))
    for n, (name, some) in enumerate(groups):
        left = x + 28 + n * step
        for m, a in enumerate(some):
            f1, half = a["f1"]["mean"], a["f1"]["half_width_95"] or 0.0
            at = left + m * bar
            yield _rect(at, y + high * (1 - f1), bar - 2, high * f1, colour[a["method"]])
            middle = at + (bar - 2) / 2
            yield _line(middle, y + high * (1 - min(1.0, f1 + half)), middle, y + high * (1 - max(0.0, f1 - half)), INK)
        for k, word in enumerate(name.split(", ")):
            yield _text(left, y + high + 14 + 12 * k, word)
    for n, method in enumerate(methods):
        yield _rect(x + 24 + n * 95, y + high + 44, 9, 9, colour[method])
        yield _text(x + 36 + n * 95, y + high + 52, method.removesuffix(" core"), size=10)


def _risk(x: float, y: float, wide: float, high: float, worlds: Sequence[Figures]) -> Iterator[str]:
    """Wrong accusations against coverage; the axis of the former is its square root, so that 1 % can be seen."""
    shown = [w for w in worlds if w["world"] == "mixed" and w["first_party_share"] == 0.5 and w["verdicts"]]
    points = [
        (v["method"], w["regime"], v["coverage"]["mean"], v["far"])
        for w in shown
        for v in w["verdicts"]
        if v["incidents"] == "ours" and v["accusations"]
    ]
    methods = list(dict.fromkeys((OURS, *(method for method, *_ in points))))
    colour = dict(zip(methods, COLOURS, strict=False))
    yield _text(x, y - 14, "Wrong accusations against coverage, by regime", size=12)
    yield _line(x + 34, y, x + 34, y + high, FAINT)
    yield _line(x + 34, y + high, x + wide, y + high, FAINT)
    for far in (0.0, 0.01, 0.05, 0.1, 0.2, 0.4):
        at = y + high * (1 - (far / 0.5) ** 0.5)
        yield _text(x, at + 4, f"{100 * far:g} %")
        yield _line(x + 34, at, x + wide, at, FAINT, dash=far == 0.01)
    for share in (0, 0.2, 0.4, 0.6, 0.8):
        yield _text(x + 30 + share * (wide - 34), y + high + 14, f"{100 * share:g} %")
    for method, regime, coverage, far in points:
        at_x, at_y = x + 34 + coverage * (wide - 34), y + high * (1 - min(1.0, (far / 0.5) ** 0.5))
        yield _dot(at_x, at_y, colour[method], f"{method}, {regime}")
    for n, method in enumerate(methods):
        yield _rect(x + 34 + (n % 2) * 125, y + high + 24 + 14 * (n // 2), 9, 9, colour[method])
        yield _text(x + 46 + (n % 2) * 125, y + high + 32 + 14 * (n // 2), method, size=10)


def _reliability(x: float, y: float, wide: float, high: float, worlds: Sequence[Figures]) -> Iterator[str]:
    shown = [w for w in worlds if w["world"] == "mixed" and w["regime"] == "balanced" and w["first_party_share"] == 0.5]
    ours = [v for w in shown for v in w["verdicts"] if (v["method"], v["incidents"]) == (OURS, "ours")]
    yield _text(x, y - 14, "Said and true, each side (mixed)", size=12)
    yield from _axis_y(x + 24, y, high, "")
    yield _line(x + 28, y + high, x + wide, y, FAINT)
    for share in (0, 0.5, 1):
        yield _text(x + 22 + share * (wide - 34), y + high + 14, f"{share:g}")
    yield _text(x + 60, y + high + 30, "probability that this side alone fired")
    for n, table in enumerate(ours[0]["reliability"] if ours else ()):
        points = [(forecast / number, happened / number, number) for number, forecast, happened in table if number]
        where = [(x + 28 + p * (wide - 28), y + high * (1 - q), number) for p, q, number in points]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b, _ in where)
        dashes = "" if n == 0 else ' stroke-dasharray="5 3"'
        yield f'<polyline points="{path}" fill="none" stroke="{COLOURS[n * 4]}"{dashes}/>'
        for a, b, number in where:
            yield _dot(a, b, COLOURS[n * 4], f"{number} incidents")
        yield _rect(x + 34, y + 8 + 14 * n, 9, 9, COLOURS[n * 4])
        yield _text(x + 46, y + 16 + 14 * n, f"{('first', 'second', 'third')[n]} party")


def _name(w: Figures) -> str:
    scale = w["stated_sigmas_times"]
    return w["world"] if scale == 1 else f"{w['world']}, σ × {scale:g}"


def _axis_y(x: float, y: float, high: float, unit: str) -> Iterator[str]:
    for tenth in range(0, 11, 2):
        at = y + high * (1 - tenth / 10)
        yield _text(x - 22, at + 4, f"{tenth / 10:g}{unit}")
        yield _line(x, at, x + 4, at, FAINT)
    yield _line(x + 4, y, x + 4, y + high, FAINT)


def _text(x: float, y: float, words: str, size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{INK}">{escape(words)}</text>'


def _rect(x: float, y: float, wide: float, high: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"/>'


def _dot(x: float, y: float, colour: str, words: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"><title>{escape(words)}</title></circle>'


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, *, dash: bool = False) -> str:
    style = ' stroke-dasharray="6 3" stroke-width="1.5"' if dash else ""
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}"{style}/>'
