"""Run a vignette along the one path, alone or in a record, and say what came out of its own rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trucewatch import centre, pipeline
from trucewatch.intake import read
from trucewatch.model import Assessment, Attribution, Incident, Observation, Record, Rejection
from trucewatch.vocabulary import Phenomenon

from benchmarks.vignettes import records
from benchmarks.vignettes.reading import Row, Vignette
from benchmarks.vignettes.theatre import files

RECORDS = {"alone": lambda: (), "quiet": records.quiet, "busy": records.busy}
WAY = {"west": "east", "east": "west"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One incident that holds rows of the vignette: their ids, and what is concluded and published of it."""

    rows: tuple[str, ...]
    incident: Incident
    attribution: Attribution
    touches: tuple[str, ...]

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


def folder(vignette: Vignette, record: str = "alone", *, exchanged: bool = False) -> dict[str, str]:
    """Return the case folder of a vignette as files by path; ids of its rows begin with its name."""
    own = [
        tuple({**row, "id": f"{vignette.name}/{row.get('id') or n}"} for n, row in enumerate(table, start=1))
        for table in vignette.tables
    ]
    around: Sequence[Row] = RECORDS[record]()
    return files([*own, tuple(around)], vignette.expected, exchanged=exchanged)


def assessed(case: Mapping[str, str]) -> Assessment:
    """Return what `trucewatch assess` concludes of these files."""
    inputs = {path: text.encode() for path, text in case.items()}
    opened = centre.assemble({**inputs, **_package()}, "vignette")
    rows: list[Observation | Record] = []
    rejected: list[Rejection] = []
    for path in sorted(path for path in case if path.startswith("observations/")):
        for each in read(path, iter([inputs[path]]), opened.context):
            (rejected if isinstance(each, Rejection) else rows).append(each)  # type: ignore[arg-type]
    return pipeline.assess(opened.case, rows, rejected)


def _package() -> dict[str, bytes]:
    return {}


def run(vignette: Vignette, record: str = "alone", *, exchanged: bool = False) -> Outcome:
    """Return what comes out of a vignette in a record."""
    return outcome(assessed(folder(vignette, record, exchanged=exchanged)), vignette)


def outcome(assessment: Assessment, vignette: Vignette) -> Outcome:
    """Return what an assessment says of a vignette's rows."""
    touched = dict(assessment.touched)
    mark = f"{vignette.name}/"
    found, held = [], set()
    for incident, attribution in zip(assessment.incidents, assessment.attributions, strict=True):
        own = tuple(sorted(o.id.removeprefix(mark) for o in incident.observations if o.id.startswith(mark)))
        if own:
            held.update(own)
            touches = touched.get(incident.id, ())
            found.append(Found(rows=own, incident=incident, attribution=attribution, touches=touches))
    mine = [o for o in assessment.observations if o.id.startswith(mark) and o.phenomenon.term is not Phenomenon.QUIET]
    loose = tuple(sorted(o.id.removeprefix(mark) for o in mine if o.id.removeprefix(mark) not in held))
    rejected = tuple(f"{r.file}, row {r.row}: {r.reason}" for r in assessment.rejections)
    return Outcome(incidents=tuple(sorted(found, key=lambda f: f.rows)), loose=loose, rejected=rejected)
