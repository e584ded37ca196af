"""How past probabilities held, on incidents whose truth is known; and the threshold that they prove. Pure.

Scores: Brier (Monthly Weather Review 78, 1950, 1), the logarithmic score in bits, the expected calibration error over
ten equal bins of each side's probability. An accusation is a determination that names a side; it is wrong where it
names one that did not fire. That one side is named where both fired is not counted as wrong; accordingly the
probability of an accusation is that its side fired, alone or in an exchange (`evidence.fired`).

The threshold is found by tests in a fixed order: from the highest probability of `GRID` at which there are enough
accusations for a proof at all, downwards, each with the exact one-sided binomial bound (Clopper and Pearson 1934), to
the first that fails. A fixed order, stopped at the first failure, keeps the chance of any false proof at 1 −
confidence however many are tested (Maurer, Hothorn and Lehmacher 1995). Where to begin depends on the number of
accusations alone, never on which were right. The proof is of incidents like the labelled ones, drawn independently.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from trucewatch.evidence import BOTH, fired
from trucewatch.intervals import CONFIDENCE, proportion_bound
from trucewatch.model import Bin, Calibration, RiskPoint, SideCalibration

BINS = 10
TARGET = 0.01  # the share of wrong accusations that is asked for where nobody says another
LEAST_PROBABILITY = 0.00005  # half of the tables' last decimal: stands for a printed 0 in the logarithmic score
ROUNDED = 0.0001  # two of the tables' last decimals, half of each lost in rounding
# probabilities at which a standard may be set; fixed before any label is seen
GRID = (0.999, 0.998, 0.995, 0.99, 0.985, 0.98, 0.97, 0.96, *(n / 100 for n in range(95, 54, -1)))

FORMAT = "trucewatch-calibration/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One incident: our probabilities by hypothesis, what we determined, and who it truly was.

    `truth` is a hypothesis; what belongs to nothing real is `no_violation`.
    """

    probabilities: Mapping[str, float]
    determination: str
    truth: str


def matched(ours: Mapping[str, str], truth: Mapping[str, str]) -> dict[str, str]:
    """Return for each of our incidents the true one with which it shares most observations.

    Both are incident ids by observation id, "" for none. Of equally shared ones the smaller true incident, since more
    of it is here, then the first by id. Ours without any real observation are left out.
    """
    shared: dict[str, Counter[str]] = {}
    for observation, incident in ours.items():
        if incident and truth.get(observation):
            shared.setdefault(incident, Counter())[truth[observation]] += 1
    size = Counter(incident for incident in truth.values() if incident)
    return {
        incident: min(rows, key=lambda name, rows=rows: (-rows[name], size[name], name))  # type: ignore[misc]
        for incident, rows in shared.items()
    }


def calibrate(
    labelled: Sequence[Labelled],
    parties: Sequence[str],
    *,
    methods: Sequence[str],
    about: str,
    least: float,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> Calibration:
    """Return what labelled incidents say; `least` is the probability from which the runs accused at all."""
    curve = tuple(_risk(labelled, parties, at) for at in GRID if at >= least)
    return Calibration(
        methods=tuple(methods),
        about=about,
        incidents=len(labelled),
        fired=sum(row.truth in parties for row in labelled),
        target=target,
        confidence=confidence,
        least=least,
        threshold=threshold(curve, target, confidence),
        brier=brier(labelled),
        log_score=log_score(labelled),
        sides=tuple(side_calibration(labelled, party) for party in parties),
        curve=curve,
    )


def threshold(curve: Sequence[RiskPoint], target: float, confidence: float = CONFIDENCE) -> float | None:
    """Return the last probability, from high to low, at which the bound of wrong accusations is within the target.

    Testing begins where the accusations are enough for a proof if none were wrong, and stops at the first failure.
    """
    proven = None
    for point in curve:
        if proportion_bound(0, point.accused, confidence) > target:
            continue  # too few accusations for any proof; fewer still above
        if threshold_bound(point, confidence) > target:
            return proven
        proven = point.probability
    return proven


def threshold_bound(point: RiskPoint, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided bound of the share of wrong accusations at this probability."""
    return proportion_bound(point.wrong, point.accused, confidence)


def accused(determination: str, parties: Sequence[str]) -> frozenset[str]:
    """Return the parties that a determination, or a truth, names."""
    return frozenset(parties) if determination == BOTH else frozenset(parties) & {determination}


def side_calibration(labelled: Sequence[Labelled], party: str) -> SideCalibration:
    """Return how the probabilities that this party alone fired held, and the accusations that name it alone."""
    bins = reliability([(row.probabilities[party], row.truth == party) for row in labelled])
    against = [row for row in labelled if row.determination == party]
    return SideCalibration(
        name=party,
        bins=bins,
        ece=calibration_error(bins),
        accused=len(against),
        wrong=sum(row.truth not in (party, BOTH) for row in against),
    )


def reliability(forecasts: Iterable[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Return ten equal bins of a probability against whether it came true."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for probability, happened in forecasts:
        bins[min(int(probability * BINS), BINS - 1)].append((probability, happened))
    return tuple(
        Bin(
            number=len(rows),
            mean=math.fsum(p for p, _ in rows) / len(rows) if rows else 0.0,
            happened=sum(happened for _, happened in rows),
        )
        for rows in bins
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the distance of mean probability and frequency, averaged over the bins by their numbers."""
    total = sum(b.number for b in bins)
    return math.fsum(abs(b.mean * b.number - b.happened) for b in bins) / total if total else 0.0


def brier(labelled: Sequence[Labelled]) -> float:
    """Return the mean squared error summed over all hypotheses, 0 to 2."""
    errors = [math.fsum((p - (h == row.truth)) ** 2 for h, p in row.probabilities.items()) for row in labelled]
    return math.fsum(errors) / len(errors) if errors else 0.0


def log_score(labelled: Sequence[Labelled]) -> float:
    """Return the mean of −log2 of the probability given to what was true, in bits."""
    bits = [-math.log2(max(row.probabilities.get(row.truth, 0.0), LEAST_PROBABILITY)) for row in labelled]
    return math.fsum(bits) / len(bits) if bits else 0.0


def _risk(labelled: Sequence[Labelled], parties: Sequence[str], at: float) -> RiskPoint:
    """Return the accusations that would stand at a standard of this probability."""
    named = [
        (accused(row.determination, parties), accused(row.truth, parties))
        for row in labelled
        if accused(row.determination, parties) and fired(row.probabilities, row.determination) >= at - ROUNDED
    ]
    return RiskPoint(probability=at, accused=len(named), wrong=sum(bool(blamed - guilty) for blamed, guilty in named))


# --- the record on paper --------------------------------------------------------------------------


def record_json(record: Calibration) -> bytes:
    """Return the record as JSON, the same bytes for the same record; shares with six decimals."""
    written = _rounded({"format": FORMAT, **asdict(record)})
    return (json.dumps(written, indent=1, ensure_ascii=False) + "\n").encode()


def parse_record(data: bytes) -> Calibration:
    """Return the record of such a file.

    Raises:
        ValueError: when it is no record of this format.

    """
    try:
        given = json.loads(data)
        if given.pop("format") != FORMAT:
            raise ValueError(f"is not of the format {FORMAT}")
        sides = tuple(
            SideCalibration(**{**side, "bins": tuple(Bin(**b) for b in side["bins"])}) for side in given["sides"]
        )
        curve = tuple(RiskPoint(**point) for point in given["curve"])
        record = Calibration(**{**given, "methods": tuple(given["methods"]), "sides": sides, "curve": curve})
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"is no record of a calibration: {error!r:.100}") from error
    _check(record)
    return record


def _check(record: Calibration) -> None:
    """Refuse what would decide something about a party without being a proof."""
    numbers = (record.target, record.confidence, record.least)
    if not all(isinstance(n, (int, float)) and 0 < n < 1 for n in numbers):
        raise ValueError("target, confidence and least are probabilities between 0 and 1")
    if record.threshold is not None and record.threshold != threshold(record.curve, record.target, record.confidence):
        raise ValueError("its threshold is not the one that its own counts prove")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, (list, tuple)) else value
