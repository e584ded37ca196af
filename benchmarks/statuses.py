"""How many statuses a second the engine gives: every obligation of a bundled case, every day for years, as known twice.

The docket of each date of knowledge is made anew for every run, and its making counts; the incidents in it are those
that the product finds in what was known by then, and finding them does not count. One status is that of one obligation
of one bearer as of one midnight, under all of its readings. Its words are rendered when asked for: timed apart.
"""

import resource
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trucewatch
from trucewatch import pipeline
from trucewatch.agreement.docket import docket
from trucewatch.agreement.stand import stand
from trucewatch.assess.coverage import cover
from trucewatch.centre import open_case
from trucewatch.intake import read
from trucewatch.model import Case, Observation, Record
from trucewatch.vocabulary import State

FOLDER = Path(trucewatch.__file__).parent / "bundled" / "karabakh"
FIRST, DAYS = datetime(2020, 11, 10, tzinfo=UTC), 5 * 365 + 2  # to 10 November 2025; two leap days
KNOWN = (datetime(2021, 2, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))

Parts = Mapping[str, Any]


def parts() -> list[Parts]:
    """Return what the docket of each date of knowledge is made from."""
    opened = open_case(FOLDER)
    rows: list[Observation | Record] = []
    for path in sorted((FOLDER / "observations").rglob("*.csv")):
        outcomes = read(path.relative_to(FOLDER).as_posix(), [path.read_bytes()], opened.context)
        rows.extend(row for row in outcomes if isinstance(row, Observation | Record))
    return [_known_by(opened.case, rows, as_known) for as_known in KNOWN]


def _known_by(case: Case, rows: list[Observation | Record], as_known: datetime) -> Parts:
    observations, records = pipeline.enrolled(case, pipeline.known(rows, as_known))
    gathered = pipeline.gather(case, observations, records)
    efforts, _ = cover(case, gathered.plane, observations, gathered.incidents)
    return {
        "case": case,
        "incidents": gathered.incidents,
        "attributions": tuple(pipeline.judge(case, gathered)),
        "efforts": efforts,
        "records": records,
        "as_known": as_known,
    }


def sweep(given: Parts, *, worded: bool) -> tuple[int, int]:
    """Return how many statuses were given, and how many of these were of obligations that have a method."""
    ready = docket(**given)
    count = judged = 0
    for day in range(DAYS):
        as_of = FIRST + timedelta(days=day)
        for bond in ready.bonds:
            found = stand(ready, bond, as_of).finding
            if worded:
                found.why()
            count += 1
            judged += found.state is not State.NO_METHOD
    return count, judged


def measured(times: int) -> dict[str, Any]:
    """Return, for each run over all dates, CPU seconds with and without the words, and what was counted."""
    given = parts()
    spent: dict[str, list[float]] = {"bare": [], "worded": []}
    for name, seconds in spent.items():
        for _ in range(times):
            begun = _cpu_s()
            counts = [sweep(each, worded=name == "worded") for each in given]
            seconds.append(_cpu_s() - begun)
    return {
        **spent,
        "statuses": sum(count for count, _ in counts),
        "judged": sum(judged for _, judged in counts),
        "obligations": sum(len(c.obligations) for a in given[0]["case"].agreements for c in a.clauses),
        "papers": len(given[0]["case"].agreements),
        "records": [len(each["records"]) for each in given],
        "incidents": [len(each["incidents"]) for each in given],
    }


def _cpu_s() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime
