"""What is expected of each vignette and what comes out, as the tables of docs/vignettes.md."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from benchmarks.vignettes.expected import differences, fails, records_of
from benchmarks.vignettes.reading import PAGES, Vignette
from benchmarks.vignettes.running import Found, Outcome, run

HEAD = (
    "| vignette | expected | alone | in the quiet record | in the busy record | remark |",
    "|---|---|---|---|---|---|",
)


def tables(vignettes: Sequence[Vignette]) -> Iterator[str]:
    """Yield the lines of one table for each page of cases; every vignette is run in each of its records."""
    for page, some in groupby(vignettes, key=lambda vignette: vignette.page):
        title = (PAGES / f"{page}.md").read_text().partition("\n")[0].removeprefix("# ")
        yield from ("", f"## {title}", "", *HEAD)
        yield from map(line, some)


def line(vignette: Vignette) -> str:
    """Return the line of one vignette."""
    cells, reasons = [], []
    for record in ("alone", "quiet", "busy"):
        if record not in records_of(vignette):
            cells.append("–")
            continue
        outcome = run(vignette, record)
        wrong = differences(vignette, outcome)
        cells.append(f"{'**' if wrong else ''}{said(outcome)}{'**' if wrong else ''}")
        if (reason := fails(vignette, record)) and reason not in reasons:
            reasons.append(reason)
    remark = "otherwise: " + "; ".join(reasons) if reasons else "as expected"
    return f"| {vignette.title} (`{vignette.name}`) | {wanted(vignette.expected)} | {' | '.join(cells)} | {remark} |"


def wanted(expected: Mapping[str, Any]) -> str:
    """Return in a few words what an officer expects."""
    parts = []
    if "incidents" in expected:
        parts.append(f"{_bounds(expected['incidents'])} incident{'' if expected['incidents'] == 1 else 's'}")
    if "total" in expected:
        parts.append(f"{_bounds(expected['total'])} rounds in all")
    if expected.get("not_fire"):
        parts.append("no fire")
    several = len(expected.get("of", ())) > 1
    parts.extend(_wanted_of(one, with_rows=several) for one in expected.get("of", ()))
    return "; ".join(part for part in parts if part)


def _wanted_of(one: Mapping[str, Any], *, with_rows: bool) -> str:
    parts = []
    if "named" in one:
        parts.append(" or ".join([one["named"]] if isinstance(one["named"], str) else one["named"]))
    if "because" in one:
        parts.append("because " + " or ".join(one["because"]).replace("_", " "))
    parts.extend(f"{who.replace('_', ' ')} {_bounds(bounds)}" for who, bounds in one.get("p", {}).items())
    parts.extend(f"{who} fired {_bounds(bounds)}" for who, bounds in one.get("fired", {}).items())
    if "touches" in one:
        parts.append(f"clause {', '.join(one['touches'])}" if one["touches"] else "no clause")
    if "count" in one:
        parts.append(f"{_bounds(one['count'])} rounds")
    if "lines" in one:
        parts.append(f"{_bounds(one['lines'])} lines")
    if "first" in one:
        parts.append(f"first: {one['first']}")
    if "intent" in one:
        parts.append(one["intent"])
    rows = f"row {'+'.join(one['rows'])}: " if with_rows else ""
    return rows + ", ".join(parts)


def _bounds(bounds: Any) -> str:
    if not isinstance(bounds, list):
        return str(bounds)
    low, high = (f"{bound:g}" for bound in bounds)
    return low if low == high else f"{low}–{high}"


def said(outcome: Outcome) -> str:
    """Return what comes out: of each incident what is determined, and the hypotheses in per cent."""
    if not outcome.incidents:
        return "no incident"
    return "; ".join(_of(found, with_rows=len(outcome.incidents) > 1) for found in outcome.incidents)


def _of(found: Found, *, with_rows: bool) -> str:
    chances = found.probabilities
    numbers = " ".join(f"{value * 100:.0f}" for value in chances.values())
    rows = f"{'+'.join(found.rows)}: " if with_rows else ""
    return f"{rows}{found.attribution.determination.replace('_', ' ')} {numbers}"
