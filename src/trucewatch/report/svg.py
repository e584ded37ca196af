"""A little SVG: elements as text, everything escaped, numbers with one decimal."""

import math
from collections.abc import Iterable, Sequence
from html import escape

FONT = "DejaVu Sans, Verdana, sans-serif"


def element(name: str, *inside: str, **attributes: str | float) -> str:
    """Return an element; `_` in an attribute's name stands for `-`, a trailing `_` is dropped, None is not."""
    written = "".join(f' {_attribute(key)}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def words(text: str, x: float, y: float, size: float = 11.0, **attributes: str | float) -> str:
    """Return a text at a place."""
    return element("text", escape(text), x=x, y=y, font_size=size, **attributes)


def escaped(text: str) -> str:
    """Return text as the inside of an element."""
    return escape(text, quote=False)


def path(points: Iterable[Sequence[float]], *, closed: bool = False) -> str:
    """Return the `d` of a path through points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + ("Z" if closed else "")


def number(value: float) -> str:
    """Return a number with at most one decimal, never a negative zero."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def marker(kind: str, x: float, y: float, r: float) -> str:
    """Return the `d` of a marker: each kind of determination has its own shape.

    side1 and side2 are mirror images, so neither is drawn larger or lower; later sides are polygons with
    more corners; both is the two together; other a square; no_violation and undetermined are circles.
    """
    if kind.startswith("side"):
        return path(_side(int(kind.removeprefix("side")), x, y, r), closed=True)
    if kind == "both":
        return path(((x - r, y - r), (x + r, y + r), (x + r, y - r), (x - r, y + r)), closed=True)
    if kind == "other":
        s = 0.85 * r
        return path(((x - s, y - s), (x + s, y - s), (x + s, y + s), (x - s, y + s)), closed=True)
    s = 0.9 * r
    arcs = f"a{number(s)} {number(s)} 0 1 0 {number(2 * s)} 0a{number(s)} {number(s)} 0 1 0 {number(-2 * s)} 0"
    return f"M{number(x - s)} {number(y)}{arcs}Z"


def _side(number_: int, x: float, y: float, r: float) -> list[tuple[float, float]]:
    corners, start = (3, math.pi * number_) if number_ <= 2 else (number_ + 2, math.pi / 2)
    turns = [start + 2 * math.pi * n / corners for n in range(corners)]
    return [(x + 1.15 * r * math.cos(t), y - 1.15 * r * math.sin(t)) for t in turns]


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: str | float) -> str:
    return number(value) if isinstance(value, (int, float)) else escape(value, quote=True)
