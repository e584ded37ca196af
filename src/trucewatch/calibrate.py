"""The shell of calibration: result folders and labels in, one record with its pictures out. Touches the disk."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trucewatch.calibration import TARGET, Labelled, calibrate, matched, record_json
from trucewatch.evidence import NO_VIOLATION, hypotheses
from trucewatch.intake.case import parse_case
from trucewatch.ledger import store
from trucewatch.ledger.encoding import decode
from trucewatch.model import Calibration
from trucewatch.report.reliability import beside, reliability_panels, risk_panel

Row = Mapping[str, str]

CALIBRATED = ("associate/", "attribute/")  # other methods, such as that of the trend, move no verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run with its labels; `least` is the probability of its standard of proof."""

    parties: tuple[str, ...]
    methods: tuple[str, ...]
    least: float
    labelled: tuple[Labelled, ...]


def calibrate_runs(
    runs: Sequence[Path], truths: Sequence[Path], *, about: str = "", target: float = TARGET
) -> Calibration:
    """Return the record of result folders of `assess`, each with its truth, in the same order.

    A truth is a folder with `incidents.csv` (`incident_id, who`) and `links.csv` (`observation_id, incident_id`), or
    a file of decided incidents (`incident_id, who`) that names ours.

    Raises:
        ValueError: when something of it cannot be read, or the runs are not of one kind.

    """
    if len(runs) != len(truths):
        raise ValueError(f"{len(runs)} runs and {len(truths)} truths; give one --truth for each run, in the same order")
    if not 0 < target < 1:
        raise ValueError(f"a target of {target:g} is no share between 0 and 1")
    read = [_run(run, truth) for run, truth in zip(runs, truths, strict=True)]
    if len({(run.parties, run.methods, run.least) for run in read}) != 1:
        raise ValueError("the runs differ in parties, methods or standard of proof; calibrate like with like")
    return calibrate(
        [row for run in read for row in run.labelled],
        read[0].parties,
        methods=read[0].methods,
        about=about or f"labelled incidents of {len(runs)} run{'s' * (len(runs) > 1)}",
        least=read[0].least,
        target=target,
    )


def write_record(record: Calibration, out: Path) -> tuple[Path, ...]:
    """Write the record and its pictures; return the files."""
    out.mkdir(parents=True, exist_ok=True)
    picture = beside((*reliability_panels(record), risk_panel(record)))
    files = {"calibration.json": record_json(record), "calibration.svg": picture.encode()}
    for name, data in files.items():
        (out / name).write_bytes(data)
    return tuple(out / name for name in files)


def _run(run: Path, truth: Path) -> _Run:
    parties, least, methods = _made(run)
    known = hypotheses(parties)
    verdicts = {
        row["incident_id"]: ({h: float(row[f"p_{h}"]) for h in known}, row["determination"])
        for row in _rows(run / "incidents.csv", "determination", *(f"p_{h}" for h in known))
    }
    labels = _labels(run, truth, verdicts)
    wrong = next((who for who in labels.values() if who not in known), None)
    if wrong is not None:
        raise ValueError(f"{truth}: {wrong[:40]!r} is none of {', '.join(known)}")
    labelled = (
        Labelled(probabilities=p, determination=determination, truth=labels[name])
        for name, (p, determination) in verdicts.items()
        if name in labels
    )
    return _Run(parties=parties, methods=methods, least=least, labelled=tuple(labelled))


def _made(run: Path) -> tuple[tuple[str, ...], float, tuple[str, ...]]:
    """Return the parties, the probability of the standard and the methods, as the run's own log has them."""
    try:
        said = [decode(entry) for entry, _ in store.read_entries(run / "ledger")]
        case = next(entry for entry in said if entry["type"] == "case")
        made = next(entry for entry in said if entry["type"] == "run")
        toml = (run / "ledger" / "blobs" / dict(case["files"])["case.toml"]).read_bytes()
    except (StopIteration, KeyError, OSError, ValueError) as error:
        raise ValueError(f"{run}: is no folder that `assess` wrote: its log cannot be read ({error})") from None
    settings = parse_case(toml, case["id"])
    methods = tuple(name for name in made["methods"] if name.startswith(CALIBRATED))
    return tuple(p.id for p in settings.parties), settings.standard.probability, methods


def _labels(run: Path, truth: Path, verdicts: Mapping[str, object]) -> dict[str, str]:
    """Return who it truly was by our incident id; ours that hold nothing real are `no_violation`."""
    if truth.is_file():
        decided = {row["incident_id"]: row["who"] for row in _rows(truth, "who")}
        unknown = next((name for name in decided if name not in verdicts), None)
        if unknown is not None:
            raise ValueError(f"{truth}: {unknown[:40]!r} is no incident of {run}")
        return decided
    who = {row["incident_id"]: row["who"] for row in _rows(truth / "incidents.csv", "who")}
    real = {row["observation_id"]: row["incident_id"] for row in _rows(truth / "links.csv", "observation_id")}
    ours = {row["observation_id"]: row["incident_id"] for row in _rows(run / "links.csv", "observation_id")}
    stranger = next((name for name in ours if name not in real), None)
    if stranger is not None:
        raise ValueError(f"{truth}: does not know observation {stranger[:40]!r}; is it the truth of {run}?")
    pairs = matched(ours, real)
    missing = next((name for name in pairs.values() if name not in who), None)
    if missing is not None:
        raise ValueError(f"{truth}: links.csv names incident {missing[:40]!r}, which incidents.csv does not have")
    return {name: who[pairs[name]] if name in pairs else NO_VIOLATION for name in verdicts}


def _rows(path: Path, *needed: str) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        lacking = [column for column in ("incident_id", *needed) if column not in (table.fieldnames or ())]
        if lacking:
            raise ValueError(f"{path}: has no column {lacking[0]!r}")
        yield from table
