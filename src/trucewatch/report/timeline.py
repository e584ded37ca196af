"""The stages, deadlines and terms of one paper as a picture, with the same in words for those who cannot see it.

Nothing in it is placed by the length of a party's name: the sides are shown by their signs (`svg.marker`).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from trucewatch.model import Assessment, Dated, Event, Milestone
from trucewatch.paper import Agreement
from trucewatch.report.axis import Axis, axis
from trucewatch.report.marks import DONE as DONE_STATES
from trucewatch.report.marks import (
    INK,
    SOFT,
    deadline_bar,
    elapsed_pattern,
    moved,
    notice_mark,
    reading_bar,
    state_mark,
    stretch,
    term_bar,
    told_mark,
)
from trucewatch.report.palette import colour
from trucewatch.report.parts import TimelinePart
from trucewatch.report.svg import FONT, element, escaped, marker, number, path, words
from trucewatch.report.timerows import Row, days_of, rows_of, today
from trucewatch.report.timewords import row_words
from trucewatch.spacetime import local_day
from trucewatch.vocabulary import MilestoneOf, Says

WIDTH = 960.0
LEFT, RIGHT = 306.0, 952.0  # of the days; the labels stand left of them
SIGNS = 292.0  # where the signs of a row's bearers end
LINE, ROOM = 14.0, 20.0  # of a label; above and below it in a row
LEVEL_HEAD, UPRIGHT_HEAD = 46.0, 84.0  # height of the labels of days
FOOT = 16.0  # below the last row, for the words at the line of the moment
LABEL = 13.0  # least room between two upright labels
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OUTSIDER = "other"  # the sign of a bearer that is no side
BAND, RULE = "#eef0f2", "#c9cdd1"


def timeline(paper: Agreement, assessment: Assessment, names: Mapping[str, str], name: str) -> TimelinePart | None:
    """Return the picture of a paper, None where nothing in it has a day; `name` keeps its patterns apart."""
    rows = tuple(rows_of(paper, assessment))
    if not rows:
        return None
    zone, theatre, parties = paper.time_zone, assessment.case.time_zone, assessment.case.parties
    sheet = _Sheet(
        days=axis(days_of(rows, assessment.as_of, zone, theatre), LEFT, RIGHT, zone),
        today=today(assessment.as_of, zone),
        signs={party.id: f"side{n}" for n, party in enumerate(parties, start=1)},
        pattern=f"elapsed-{name}",
        theatre=theatre,
    )
    told = tuple(row_words(" ".join(r.label), [names[b] for b in r.bearers], r.milestones, zone, theatre) for r in rows)
    return TimelinePart(
        svg=_drawn(rows, sheet, paper.title or paper.id, told),
        signs=tuple((sheet.signs[party.id], names[party.id]) for party in parties if _is_shown(party.id, rows)),
        outsiders=tuple(names[b] for b in dict.fromkeys(b for r in rows for b in r.bearers) if b not in sheet.signs),
        words=told,
    )


def _is_shown(bearer: str, rows: Sequence[Row]) -> bool:
    return any(bearer in row.bearers for row in rows)


# --- the drawing ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What every row is drawn on: the axis, the moment of the picture, the signs of the sides, the pattern's name.

    `theatre` is the time zone in which deeds have their days; the paper's own have theirs on its clock.
    """

    days: Axis
    today: Dated
    signs: Mapping[str, str]
    pattern: str
    theatre: str


def _drawn(rows: Sequence[Row], sheet: _Sheet, title: str, told: Sequence[str]) -> str:
    head = LEVEL_HEAD if sheet.days.is_level else UPRIGHT_HEAD
    heights = [max(len(row.label) * LINE, LINE) + ROOM for row in rows]
    tops = [head, *accumulate(heights, initial=0.0)]
    tops = [head + top for top in tops[1:]]
    drawn = [elapsed_pattern(sheet.pattern), _bands(sheet.days, head, tops[-1])]
    for row, top, height, said in zip(rows, tops, heights, told, strict=False):
        drawn.append(element("g", element("title", escaped(said)), _row(row, top, height, sheet)))
    drawn.append(_now(sheet, head, tops[-1]))
    label = f"Stages, deadlines and terms of {title}; the list below says the same in words"
    return element("svg", *drawn, viewBox=f"0 0 {WIDTH:g} {number(tops[-1] + FOOT)}", role="img", aria_label=label,
                   xmlns="http://www.w3.org/2000/svg", font_family=FONT)  # fmt: skip


def _bands(days: Axis, head: float, bottom: float) -> str:
    """Return the named days as bands with their labels: level with the year above, or upright and in full."""
    drawn = []
    year, last = 0, -math.inf
    for day, left in days.lefts.items():
        drawn.append(element("rect", x=left, y=head, width=days.width - 1, height=bottom - head, fill=BAND))
        x = days.middle(day)
        if not days.is_level and x - last >= LABEL:
            drawn.append(
                words(
                    day.isoformat(),
                    0,
                    0,
                    11,
                    transform=f"translate({number(x + 4)} {number(head - 6)}) rotate(-90)",
                    fill=INK,
                )
            )
            last = x
        if days.is_level:
            drawn.append(words(f"{day.day} {MONTHS[day.month - 1]}", x, head - 8, 11, text_anchor="middle", fill=INK))
            if day.year != year:
                drawn.append(words(str(day.year), left, head - 26, 11, fill=SOFT, font_weight="bold"))
        year = day.year
    return "".join(drawn)


def _now(sheet: _Sheet, head: float, bottom: float) -> str:
    x = sheet.days.at(sheet.today)
    line = element("path", d=path([(x, head - 4), (x, bottom)]), stroke=INK, stroke_width="1", stroke_dasharray="6 3")
    return line + words("as of", x, bottom + 11, 10, text_anchor="middle", fill=INK)


def _row(row: Row, top: float, height: float, sheet: _Sheet) -> str:
    y = top + height / 2
    first = y - (len(row.label) - 1) * LINE / 2 + 4
    label = [words(line, 0, first + n * LINE, 11.5, fill=INK) for n, line in enumerate(row.label)]
    rule = element("path", d=path([(0, top + height), (RIGHT, top + height)]), stroke=RULE, stroke_width="0.8")
    marks = [_milestone(each, y, sheet) for each in row.milestones]
    return "".join((rule, *label, *_signs(row, y, sheet), *_records(row, y, sheet), *marks))


def _signs(row: Row, y: float, sheet: _Sheet) -> Iterator[str]:
    for n, bearer in enumerate(reversed(row.bearers)):
        kind = sheet.signs.get(bearer, OUTSIDER)
        yield element("path", d=marker(kind, SIGNS - 14 * n, y, 4.5), fill=colour(kind))


def _records(row: Row, y: float, sheet: _Sheet) -> Iterator[str]:
    for record in row.told:
        if record.clocks.claimed is not None:
            start = record.clocks.claimed.start
            says = record.body.says if isinstance(record.body, Event) else Says.STATES
            yield told_mark(sheet.days.near(start, local_day(start, sheet.theatre)), y, states=says is Says.STATES)


def _milestone(milestone: Milestone, y: float, sheet: _Sheet) -> str:
    days, stood = sheet.days, milestone.stood[0]
    if milestone.of is MilestoneOf.TERM:
        return _term(milestone, y, sheet)
    deed = stood.since if stood.state in DONE_STATES else None
    there = None if deed is None else days.near(deed, local_day(deed, sheet.theatre))
    if milestone.due is None:
        return "" if there is None else state_mark(stood.state, there, y)
    due = days.at(milestone.due)
    way = [days.at(each) for each in milestone.was] + [due]
    drawn = [moved(old, new, y) for old, new in pairwise(way)] + [
        reading_bar(days.at(each), y) for each in milestone.read
    ]
    line = stretch(due, there, y) if there is not None and there > due else ""
    return "".join((*drawn, line, deadline_bar(due, y), state_mark(stood.state, due if there is None else there, y)))


def _term(milestone: Milestone, y: float, sheet: _Sheet) -> str:
    days, stood = sheet.days, milestone.stood[0]
    assert milestone.start is not None
    assert milestone.due is not None
    start, end, now = days.at(milestone.start), days.at(milestone.due), days.at(sheet.today)
    is_over = stood.state in DONE_STATES and stood.since is not None
    until = (
        days.near(stood.since, local_day(stood.since, sheet.theatre)) if is_over and stood.since is not None else now
    )
    notice = "" if milestone.notice is None else notice_mark(days.at(milestone.notice), y)
    bar = term_bar(start, min(max(until, start), end), end, y, sheet.pattern)
    return bar + notice + state_mark(stood.state, end, y)
