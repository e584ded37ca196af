"""Run a vignette along the one path, alone or in a record, and say what came out of its own rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from itertools import chain

from benchmarks.vignettes import records
from benchmarks.vignettes.reading import Row, Vignette, vignettes
from benchmarks.vignettes.theatre import files

from trucewatch import centre, pipeline
from trucewatch.intake import read
from trucewatch.model import Assessment, Attribution, Incident
from trucewatch.vocabulary import Phenomenon

RECORDS = {"alone": lambda: (), "quiet": records.quiet, "busy": records.busy}
APART = 5  # days between vignettes that share a record
OTHER = {"west": "east", "east": "west"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One incident that holds rows of the vignette: their ids, and what is concluded and published of it."""

    rows: tuple[str, ...]
    incident: Incident
    attribution: Attribution
    touches: tuple[str, ...]
    days: int = 0  # how much later than written it happened

    @property
    def begins(self) -> str:
        """Return when it began, in UTC and on the vignette's own day."""
        first = self.incident.first_time
        return "" if first is None else (first - timedelta(days=self.days)).isoformat()

    @property
    def probabilities(self) -> Mapping[str, float]:
        """Return the probability of each hypothesis."""
        return dict(self.attribution.probabilities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out of a vignette: its incidents, in the order of their first rows, and ids of rows in none."""

    incidents: tuple[Found, ...]
    loose: tuple[str, ...]
    rejected: tuple[str, ...]


def folder(some: Sequence[Vignette], record: str = "alone", *, exchanged: bool = False) -> dict[str, str]:
    """Return the case folder of vignettes that share a record, `APART` days apart; row ids begin with their names."""
    own = [
        (tuple({**row, "id": f"{one.name}/{row.get('id') or n}"} for n, row in enumerate(table, start=1)), k * APART)
        for k, one in enumerate(some)
        for table in one.tables
    ]
    around: Sequence[Row] = RECORDS[record]()
    return files([*own, (tuple(around), 0)], some[0].expected, exchanged=exchanged)


def assessed(case: Mapping[str, str]) -> Assessment:
    """Return what `trucewatch assess` concludes of these files."""
    inputs = {path: text.encode() for path, text in case.items()}
    opened = centre.assemble(inputs, "vignette")
    tables = sorted(path for path in case if path.startswith("observations/"))
    read_all = chain.from_iterable(read(path, iter([inputs[path]]), opened.context) for path in tables)
    rows, rejected = centre.parted(read_all)
    return pipeline.assess(opened.case, rows, rejected)


def run(vignette: Vignette, record: str = "alone", *, exchanged: bool = False) -> Outcome:
    """Return what comes out of a vignette in a record, which it shares with its neighbours on the page (`together`)."""
    some = (vignette,) if record == "alone" else together(vignette)
    days = some.index(vignette) * APART
    return outcome(_shared(tuple(each.name for each in some), record, exchanged), vignette, days)


def together(vignette: Vignette) -> tuple[Vignette, ...]:
    """Return the vignettes that share a record with this one: at most three that follow each other on its page.

    Who has a front of its own, or times that cannot be moved, stands alone in the record.
    """
    page = [each for each in vignettes() if each.page == vignette.page and _may_share(each)]
    if vignette not in page:
        return (vignette,)
    at = page.index(vignette) // 3 * 3
    return tuple(page[at : at + 3])


def _may_share(vignette: Vignette) -> bool:
    has_front = {"sides", "line_km", "grey_km"} & {*vignette.expected}
    stamped = any("T" in row.get("time", "") for table in vignette.tables for row in table)
    return not has_front and not stamped


@lru_cache(maxsize=8)  # the neighbours come next
def _shared(names: tuple[str, ...], record: str, exchanged: bool) -> Assessment:  # noqa: FBT001
    known = {each.name: each for each in vignettes()}
    return assessed(folder([known[name] for name in names], record, exchanged=exchanged))


def exchanged(found: Found) -> Found:
    """Return what is found with west called east and east called west, where the exchanged run says it so."""
    named = dict(found.attribution.probabilities)
    by_name = {OTHER.get(name, name): value for name, value in named.items()}
    first = {OTHER.get(name, name): value for name, value in found.attribution.first}
    return replace(
        found,
        attribution=replace(
            found.attribution,
            probabilities=tuple((name, by_name[name]) for name in named),
            determination=OTHER.get(found.attribution.determination, found.attribution.determination),
            first=tuple((name, first[name]) for name, _ in found.attribution.first),
        ),
    )


def outcome(assessment: Assessment, vignette: Vignette, days: int = 0) -> Outcome:
    """Return what an assessment says of a vignette's rows, which happened so many days later than written."""
    touched = dict(assessment.touched)
    mark = f"{vignette.name}/"
    found, held = [], set()
    for incident, attribution in zip(assessment.incidents, assessment.attributions, strict=True):
        own = tuple(sorted(o.id.removeprefix(mark) for o in incident.observations if o.id.startswith(mark)))
        if own:
            held.update(own)
            touches = touched.get(incident.id, ())
            found.append(Found(rows=own, incident=incident, attribution=attribution, touches=touches, days=days))
    mine = [o for o in assessment.observations if o.id.startswith(mark) and o.phenomenon.term is not Phenomenon.QUIET]
    loose = tuple(sorted(o.id.removeprefix(mark) for o in mine if o.id.removeprefix(mark) not in held))
    rejected = tuple(f"{r.file}, row {r.row}: {r.reason}" for r in assessment.rejections)
    return Outcome(incidents=tuple(sorted(found, key=lambda f: f.rows)), loose=loose, rejected=rejected)
