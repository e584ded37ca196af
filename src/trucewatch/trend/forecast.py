"""The next window's count as a distribution, and how such forecasts did so far against naive ones.

The score is the continuous ranked probability score (Gneiting and Raftery, Strictly Proper Scoring Rules, JASA 2007),
in incidents, smaller is better. Every forecast scored was made from earlier windows and the effort alone.
"""

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np

from trucewatch.model import Forecast
from trucewatch.trend.change import Counted
from trucewatch.trend.count import Floats, quantile
from trucewatch.trend.rate import begin, learn, predict

LEARNING = 8  # windows with effort before a forecast is made; a guess
RECENT = 12  # windows that the rival "recent weeks drawn again" draws from
SEASON_DAYS = 30.0  # the same season: the same time of other years, this many days either way
LEAST_SEASON = 8  # windows of the same season that this rival needs
SHARES = (0.025, 0.25, 0.5, 0.75, 0.975)
YEAR_DAYS = 365.25

LAST, RECENTLY, ALWAYS, SEASON = "the last count", "recent counts drawn again", "all counts drawn again", "same season"


def crps(mass: Floats, count: int) -> float:
    """Return the score of a distribution over 0, 1, 2, ...: the two step functions' squared differences, summed."""
    reached = np.cumsum(mass)
    beyond = np.arange(len(mass)) >= count
    return float(np.sum((reached - beyond) ** 2)) + max(count - len(mass), 0)


def crps_of_draws(draws: Floats, count: float) -> float:
    """Return the score of equally likely values: mean |x - y| less half the mean |x - x'|."""
    x = np.sort(draws)
    n = len(x)
    apart = float(np.sum((2 * np.arange(1, n + 1) - n - 1) * x)) / n**2
    return float(np.mean(np.abs(x - count))) - apart


def forecast(series: Sequence[Counted], days: int) -> Forecast | None:
    """Return the forecast of the window after the last, None where too few windows had effort."""
    watched = [entry for entry in series if entry[2] > 0]
    if len(watched) <= LEARNING:
        return None
    scored: dict[str, list[tuple[float, float]]] = {name: [] for name in RIVALS}
    belief = begin(watched[0][1], watched[0][2])
    for n, (first, count, effort) in enumerate(watched[1:], start=1):
        if n >= LEARNING:
            ours = crps(predict(belief, effort), count)
            for name, rival in RIVALS.items():
                draws = rival(watched[:n], first, effort)
                if len(draws):
                    scored[name].append((ours, crps_of_draws(draws, count)))
        belief = learn(belief, count, effort)
    usual = float(np.median([effort for _, _, effort in watched[-4:]]))
    mass = predict(belief, usual)
    return Forecast(
        first=series[-1][0] + timedelta(days=days),
        effort=usual,
        quantiles=tuple((share, quantile(0, mass, share)) for share in SHARES),
        scores=tuple(
            (name, len(pairs), math.fsum(a for a, _ in pairs) / len(pairs), math.fsum(b for _, b in pairs) / len(pairs))
            for name, pairs in scored.items()
            if pairs
        ),
    )


def _rates(past: Sequence[Counted], effort: float) -> Floats:
    return np.array([count / watched * effort for _, count, watched in past])


def _last(past: Sequence[Counted], _first: date, effort: float) -> Floats:
    return _rates(past[-1:], effort)


def _recent(past: Sequence[Counted], _first: date, effort: float) -> Floats:
    return _rates(past[-RECENT:], effort)


def _always(past: Sequence[Counted], _first: date, effort: float) -> Floats:
    return _rates(past, effort)


def _season(past: Sequence[Counted], first: date, effort: float) -> Floats:
    """Return what the same time of earlier years gives, nothing where the record is too young for it."""
    like = [e for e in past if (first - e[0]).days > YEAR_DAYS / 2 and _from_season((first - e[0]).days) <= SEASON_DAYS]
    return _rates(like, effort) if len(like) >= LEAST_SEASON else np.empty(0)


def _from_season(days: int) -> float:
    return abs((days + YEAR_DAYS / 2) % YEAR_DAYS - YEAR_DAYS / 2)


RIVALS: dict[str, Callable[[Sequence[Counted], date, float], Floats]] = {
    LAST: _last, RECENTLY: _recent, ALWAYS: _always, SEASON: _season,
}  # fmt: skip
