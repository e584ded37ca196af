"""The page that goes with a release: what it is, what it is not, how it is cited, looked up and checked."""

from collections.abc import Mapping
from typing import Any

from trucewatch.release.checks import CHECKS
from trucewatch.release.grid import COARSE_KM


def method_page(value: Mapping[str, Any]) -> str:
    """Return the page, as Markdown."""
    log, case = value["log"], value["case"]
    checks = "\n".join(f"- **{one.name}**: {one.asks}" for one in CHECKS)
    return _PAGE.format(
        title=case["title"],
        origin=log["origin"],
        size=log["size"],
        root=log["root"],
        day=log["time"][:10],
        findings=len(value["findings"]),
        held=len(value["held_back"]),
        delay=value["delay_days"],
        km=COARSE_KM,
        checks=checks,
    )


_PAGE = """# Release of findings: {title}

Findings of the log `{origin}`, as its first {size} entries have them (heartbeat of {day}): {findings}. Published to the
sides and not released yet: {held}; `held_back` in `release.json` lists each with the reason.

## To cite

> Published findings of `{origin}`, first {size} entries, root `{root}`, {day}.

The citation names the log's state and nothing else; under which licence the data stand, the centre that hands them
out says.

## What it is, and is not

- A finding is what the agreement's procedure makes of the determinations of all guarantors. What the machine proposed,
  what each guarantor found itself, what the sides replied, and every correction stand beside it. A withdrawn finding
  stays, as `withdrawn`.
- It is no count of violations. It counts what somebody reported, what staffs judged, and what was published. An hour
  that nobody watched is not quiet; it is missing from `hours_watched`. Compare sides only together with these hours.
- Places are cells of a fixed grid whose sides are {km} km or longer, and longer where the place is known less well; at
  least twice as long where no end of the fire is known (`of` is `perceived`). The words of a place are made of its cell
  alone. No position of anybody who observed is here.
- Times are days. Nothing is here before the sides' time to reply was over, nor before {delay} days after it happened.
- Hours watched are sums of a month, over days that lie {delay} days back or more.
- Words are whole or not there: `withheld` says `names` (of observers, posts or rows), `quotes` (of what sources wrote),
  `place` (finer than the grid), or `erased` (by both guarantors, or not shown in this copy).

## To look a number up

Every number names the entries of the log that it rests on: `entry` and `entries` count from 0. In a copy of the log
`verify.py COPY --entries FILE` writes them all out. What can be worked out from the open fields alone: the findings,
outcomes, positions, what each guarantor found, stances, standing, counts, days. What cannot: words, places and hours,
which stand in files and disclosures that the log only commits to; keepers of whole copies have them.

`trucewatch log release COPY --out DIR` makes these files again from such a copy and compares them with what was signed.
`signed.json` names the entry in which an officer signed: the digest there is the SHA-256 of the lines
`SHA-256, two blanks, name` of `release.json`, `findings.csv`, `findings.geojson`, `coverage.csv`, `METHOD.md`, in
this order.

## The harm check

All of this held when it was handed out; besides, the officer answered in words what each side could do with it.

{checks}
"""
