"""A record of calibration in sentences, with each figure's interval."""

from trucewatch.calibration import threshold_bound
from trucewatch.intervals import proportion_interval
from trucewatch.model import Calibration, RiskPoint, SideCalibration


def record_lines(record: Calibration) -> tuple[str, ...]:
    """Return what a record says, one line each."""
    counted = f"{record.incidents:,} incidents with known truth, {record.fired:,} of them one side's fire"
    return (
        f"{', '.join(record.methods)} on {record.about}: {counted}",
        f"Brier score {record.brier:.4f} (0 is best, 2 worst), log score {record.log_score:.3f} bits",
        *(side_line(side) for side in record.sides),
        threshold_line(record),
        *(risk_line(point, record.confidence) for point in _told(record)),
    )


def side_line(side: SideCalibration) -> str:
    """Return one side's calibration error and its accusations."""
    low, high = proportion_interval(side.wrong, side.accused)
    shares = f" ({low:.2%} to {high:.2%} at 95 %)" if side.accused else ""
    return f"{side.name}: ECE {side.ece:.4f}; accused {side.accused:,} times, {side.wrong:,} of these wrongly{shares}"


def threshold_line(record: Calibration) -> str:
    """Return the threshold that is proven, or that none is."""
    aim = f"at most {record.target:.2%} of accusations wrong with {record.confidence:.0%} confidence"
    if record.threshold is None:
        return f"threshold: none is proven for {aim}"
    floor = ", the lowest that these runs can show" if record.threshold <= record.least else ""
    return f"threshold: {record.threshold:g} is proven for {aim}{floor}"


def risk_line(point: RiskPoint, confidence: float) -> str:
    """Return how many accusations stand at a probability, and how many of them are wrong."""
    if not point.accused:
        return f"at {point.probability:g}: no accusation"
    bound = threshold_bound(point, confidence)
    wrong = f"{point.wrong:,} wrong ({point.wrong / point.accused:.2%}, at most {bound:.2%})"
    return f"at {point.probability:g}: {point.accused:,} accusation{'s' * (point.accused > 1)}, {wrong}"


def _told(record: Calibration) -> list[RiskPoint]:
    """Return the points of the curve at which the counts change."""
    told: list[RiskPoint] = []
    for point in record.curve:
        if not told or (point.accused, point.wrong) != (told[-1].accused, told[-1].wrong):
            told.append(point)
    return told
