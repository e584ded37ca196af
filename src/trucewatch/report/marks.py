"""The marks of a timeline: each state by shape and filling, so that it reads without colour and in print."""

from trucewatch.report.svg import element, number, path, words
from trucewatch.vocabulary import State

INK, SOFT, PAPER = "#1d2023", "#6a6f75", "#ffffff"
RADIUS = 6.0

PLANNED = frozenset({State.NOT_YET_APPLICABLE, State.PENDING, State.IN_FORCE})
DONE = frozenset({State.FULFILLED, State.FULFILLED_LATE, State.NO_BREACH_OBSERVED})
DISPUTED = frozenset({State.DISPUTED_FACT, State.DISPUTED_READING})


def state_mark(state: State, x: float, y: float) -> str:
    """Return the mark of a state: hollow, filled, split, crossed, with two bars, or grey and dotted with a question."""
    if state in PLANNED:
        return _ring(x, y)
    if state in DONE:
        return _ring(x, y, fill=INK)
    if state in DISPUTED:
        return _ring(x, y) + _half(x, y)
    if state is State.BREACHED:
        return _ring(x, y) + _cross(x, y, RADIUS * 0.62)
    if state is State.SUSPENDED:
        return _ring(x, y) + _line(x - 2, y - 3, x - 2, y + 3) + _line(x + 2, y - 3, x + 2, y + 3)
    return _ring(x, y, stroke=SOFT, stroke_dasharray="1.5 2") + words(
        "?", x, y + 3.4, 9.5, text_anchor="middle", fill=SOFT
    )


def deadline_bar(x: float, y: float) -> str:
    """Return the bar of a day by which something is due."""
    return _line(x, y - 9, x, y + 9, stroke_width=2)


def reading_bar(x: float, y: float) -> str:
    """Return the bar of a deadline by another reading."""
    return _line(x, y - 9, x, y + 9, stroke_width=1.5, stroke_dasharray="2.5 2")


def moved(old: float, new: float, y: float) -> str:
    """Return the bar of a deadline that was moved, crossed out, with an arrow to where it went."""
    head = 4.0 if new > old else -4.0
    gone = _line(old, y - 9, old, y + 9, stroke=SOFT, stroke_width=1.5) + _cross(old, y, 3.5)
    shaft = _line(old, y - 12, new - head, y - 12, stroke_width=1.3)
    tip = path([(new, y - 12), (new - head, y - 15), (new - head, y - 9)], closed=True)
    return gone + shaft + element("path", d=tip, fill=INK)


def stretch(start: float, end: float, y: float) -> str:
    """Return the line between a deadline and the deed."""
    return _line(start, y, end, y, stroke_width=2.5)


def term_bar(start: float, until: float, end: float, y: float, elapsed: str) -> str:
    """Return the bar of a term from its start to its end, what is over of it in the pattern `elapsed`."""
    over = element("rect", x=start, y=y - 5, width=max(until - start, 0.0), height=10, fill=f"url(#{elapsed})")
    frame = element("rect", x=start, y=y - 5, width=max(end - start, 0.0), height=10, fill="none", stroke=INK)
    return over + frame


def notice_mark(x: float, y: float) -> str:
    """Return the mark of the last moment for a notice: a triangle that stands on the bar."""
    return element("path", d=path([(x, y - 4), (x - 5, y - 13), (x + 5, y - 13)], closed=True), fill=INK)


def told_mark(x: float, y: float, *, states: bool) -> str:
    """Return the small mark of a record below a row: a dot for what it states, a ring for what it denies."""
    return element("circle", cx=x, cy=y + 13, r=2.2, fill=INK if states else PAPER, stroke=INK, stroke_width="1")


def elapsed_pattern(name: str) -> str:
    """Return the pattern of what is over of a term."""
    line = element("path", d="M0 5L5 0", stroke=SOFT, stroke_width="1.2")
    return element("defs", element("pattern", line, id=name, width=5, height=5, patternUnits="userSpaceOnUse"))


def _ring(x: float, y: float, *, fill: str = PAPER, stroke: str = INK, **more: str) -> str:
    return element("circle", cx=x, cy=y, r=RADIUS, fill=fill, stroke=stroke, stroke_width="1.8", **more)


def _half(x: float, y: float) -> str:
    top, bottom = f"M{number(x)} {number(y - RADIUS)}", f"{number(x)} {number(y + RADIUS)}"
    return element("path", d=f"{top}A{number(RADIUS)} {number(RADIUS)} 0 0 0 {bottom}Z", fill=INK)


def _cross(x: float, y: float, r: float) -> str:
    return _line(x - r, y - r, x + r, y + r, stroke_width=1.8) + _line(x - r, y + r, x + r, y - r, stroke_width=1.8)


def _line(x: float, y: float, u: float, v: float, *, stroke: str = INK, stroke_width: float = 1.6, **more: str) -> str:
    return element("path", d=path([(x, y), (u, v)]), fill="none", stroke=stroke, stroke_width=stroke_width, **more)


# each mark beside what it means, drawn about the origin
LEGEND = (
    (deadline_bar(0, 0), "due: by (right in its day) or before (left)"),
    (reading_bar(0, 0), "due by another reading"),
    (moved(-12, 12, 3), "moved to another day"),
    (state_mark(State.PENDING, 0, 0), "planned or running"),
    (state_mark(State.FULFILLED, 0, 0), "done, on the day of the deed"),
    (stretch(-11, 4, 0) + deadline_bar(-11, 0) + state_mark(State.FULFILLED_LATE, 6, 0), "done late"),
    (state_mark(State.DISPUTED_FACT, 0, 0), "disputed"),
    (state_mark(State.BREACHED, 0, 0), "breach confirmed"),
    (state_mark(State.SUSPENDED, 0, 0), "suspended"),
    (state_mark(State.UNRESOLVED, 0, 0), "not verifiable"),
    (term_bar(-14, 2, 14, 0, "none") + notice_mark(4, 0), "a term, with the last moment for a notice"),
    (told_mark(-4, -13, states=True) + told_mark(4, -13, states=False), "a record of it: stated, denied"),
)
