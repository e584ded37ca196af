"""Weekly forecasts scored on a public record: `trend/1` against naive rivals, losses included.

usage: python benchmarks/forecast.py
"""

import csv
import math
from datetime import date
from pathlib import Path

import numpy as np

from trucewatch.trend.change import changes
from trucewatch.trend.forecast import LEARNING, forecast
from trucewatch.trend.rate import begin, learn, predict

DATA = Path(__file__).resolve().parent / "data" / "ged_ukraine_weekly.csv"
PERIODS = (
    ("all of it", date(2014, 4, 7), date(2021, 12, 27)),
    ("open fighting, to the Minsk ceasefire", date(2014, 4, 7), date(2015, 2, 9)),
    ("from the Minsk ceasefire on", date(2015, 2, 16), date(2021, 12, 27)),
)


def held(series, share):
    """Return the share of counts inside the central interval, which holds at least its own share."""
    inside, number = 0, 0
    belief = begin(*series[0][1:])
    for n, (_, count, effort) in enumerate(series[1:], start=1):
        if n >= LEARNING:
            reached = np.cumsum(predict(belief, effort))
            low, high = np.searchsorted(reached, [(1 - share) / 2, (1 + share) / 2])
            inside, number = inside + (low <= count <= high), number + 1
        belief = learn(belief, count, effort)
    return inside / number


def main():
    with DATA.open(encoding="utf-8") as file:
        weeks = [(date.fromisoformat(row["week"]), int(row["events"]), 1.0) for row in csv.DictReader(file)]
    for name, first, last in PERIODS:
        series = [week for week in weeks if first <= week[0] <= last]
        print(f"{name}: {len(series)} weeks, {sum(week[1] for week in series):,} events")
        for rival, number, ours, theirs in forecast(series, 7).scores:
            gain = 1 - ours / theirs if theirs else -math.inf
            print(f"  CRPS over {number} weeks {ours:6.3f}, {rival:24} {theirs:6.3f}   {gain:+.1%}")
        print("  counts inside the central 50, 90 %:", ", ".join(f"{held(series, share):.1%}" for share in (0.5, 0.9)))
        judged, found = changes(series, 52)
        said = ", ".join(f"{'more' if c.up else 'fewer'} from {c.since} (noticed {c.noticed})" for c in found)
        print(f"  changes in {judged} judged weeks, one false in 52: {said or 'none'}")


if __name__ == "__main__":
    main()
