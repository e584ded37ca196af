"""A report as one page: no script, no outside resource; it prints, and a screen reader can walk through it."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from trucewatch.report.marks import LEGEND
from trucewatch.report.palette import COLOURS, PARTY_COLOURS, colour
from trucewatch.report.parts import BoardPart, Report
from trucewatch.report.svg import marker
from trucewatch.vocabulary import Listening

# one letter per hour, so that the chart reads without colour and aloud
HOUR_SIGNS = {
    Listening.FIRE: ("F", "fire recorded"),
    Listening.FIRE_AT_SOME_TIME: ("f", "fire at some time of a longer window, or perhaps on this ground"),
    Listening.QUIET: ("Q", "covered and quiet"),
    Listening.PARTLY_COVERED: ("p", "partly covered: not known to be quiet"),
    Listening.NOT_COVERED: ("–", "not covered: nothing can be said"),
}

# The embeddings, overrides and isolates of UAX 9 turn the letters about them, so that a name reads as another one.
# `bdi` keeps them to their own words; there too they are shown and turn nothing.
TURNING = {sign: f"[U+{sign:04X}]" for sign in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}

PAGES = Environment(
    loader=PackageLoader("trucewatch.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def report_html(report: Report) -> bytes:
    """Return the page. Text of others is escaped, and turns neither the text around it (`bdi`) nor itself."""
    return _page("report.html", report, len(report.sides))


def board_html(board: BoardPart) -> bytes:
    """Return the page of the board by itself."""
    return _page("boardpage.html", board, max((len(paper.columns) for paper in board.papers), default=0))


def _page(template: str, part: Report | BoardPart, sides: int) -> bytes:
    inks = {f"side{n}": colour(f"side{n}") for n in range(1, max(sides, len(PARTY_COLOURS)) + 1)} | COLOURS
    page = PAGES.get_template(template).render(
        r=part,
        inks=inks,
        marks={kind: marker(kind, 0, 0, 7) for kind in inks},
        legend=LEGEND,
        hours={listening.value: sign for listening, sign in HOUR_SIGNS.items()},
    )
    return page.translate(TURNING).encode("utf-8", "backslashreplace")
