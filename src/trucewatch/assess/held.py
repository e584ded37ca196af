"""Whose ground a place lies on, where a neutral source says whose ground it stood on: its word moves the drawn line.

A mission that writes "DPR" or "gov" beside its post knows on which side of the line it stands, and the line on a map is
drawn with an error. That error is much the same a few kilometres on, so the word tells of the places near by too: of
what was perceived 4 km from the post nearly as much as of the post, of what was perceived 20 km away nothing. It is
worked out as two Gaussians that hang together: what is on a side's ground with probability Φ(a) lies there together
with the post, Φ(b), with the bivariate Φ₂(a, b; ρ).

Only what somebody neutral says who perceived something counts: a party's word about its own post is a claim to ground.
Nothing here depends on a party or on an order.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from trucewatch.assess import kinds
from trucewatch.assess.ground import ground_probabilities
from trucewatch.model import Case, Named, Observation
from trucewatch.spacetime import LEAST_LINE_SD_KM, Floats, Moments, Plane, valid_at
from trucewatch.vocabulary import FeatureRole

WRONG = 0.02  # of such words: a slip of the pen, a post listed under the wrong holder; a guess
# How far along the front a drawn line keeps its error: the correlation is exp(-d²/2L²). A stroke that is 3 km off on a
# map of 1:10 million is so over a bend of the front or two; a guess.
ALONG_KM = 8.0
TIGHTEST = 0.95  # two places hang together no more closely, and the rule below is exact to six digits up to here
LEAST = 1e-9  # no place is more surely outside a side's ground than this, so that a word can still be heard
UNSTATED_SD_KM = 0.1  # of a post that states no error: somebody stood there and knew where; a guess

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)


@dataclass(frozen=True, slots=True)
class Word:
    """What a neutral source says of a place: that it is `party`'s ground. Of Gaussian places in the plane, km.

    `itself`: of the very place of what it perceived, not of where it stood. `own`: said by who perceived what is asked
    about, so that one error of the post's position is in both.
    """

    at: Moments
    party: str
    itself: bool = False
    own: bool = False


def words_of(rows: Iterable[Observation], at: Moments, plane: Plane) -> tuple[Word, ...]:
    """Return what all rows of one happening say of whose ground it is, `at` which it was."""
    return tuple(dict.fromkeys(word for row in rows for word in words(row, at, plane)))


def words(observation: Observation, at: Moments, plane: Plane) -> tuple[Word, ...]:
    """Return what an observation says of whose ground it is: where it stood, and `at` which it perceived something."""
    if observation.source.side is not None or not kinds.is_physical(observation):
        return ()
    found = []
    if (party := _party(observation.observer_held_by)) and (stood := observation.observer) is not None:
        east, north = _km(plane, stood.lon, stood.lat)
        variance = (UNSTATED_SD_KM if stood.sd_km is None else stood.sd_km) ** 2
        found.append(Word(Moments(east, north, variance, variance, 0.0), party))
    if party := _party(observation.place_held_by):
        found.append(Word(at, party, itself=True))
    return tuple(found)


def _party(named: Named | None) -> str | None:
    return None if named is None else named.party


@lru_cache(maxsize=4096)  # posts and cameras stay where they are
def _km(plane: Plane, lon: float, lat: float) -> tuple[float, float]:
    east, north = plane.km([lon], [lat])
    return float(east[0]), float(north[0])


def heeded(said: Sequence[Word], at: Moments) -> Word | None:
    """Return the word that tells most of a place: the nearest; None without one, or where two contradict each other."""
    if not said:
        return None
    nearest = min(_away2(word, at) for word in said)
    there = [word for word in said if _away2(word, at) == nearest]
    if len({word.party for word in there}) > 1:
        return None
    return max(there, key=lambda word: (word.itself, word.own))


def _away2(word: Word, at: Moments) -> float:
    return (word.at.east - at.east) ** 2 + (word.at.north - at.north) ** 2


def held_ground(
    case: Case, plane: Plane, asked: Sequence[tuple[datetime, Moments, Sequence[Word]]]
) -> tuple[Mapping[str, float], ...]:
    """Return for each (instant, place, what was said near it) the probability of each party's ground.

    As `ground_probabilities` where nothing was said. What the map knows nobody on is the party's of whom a source says
    that it is, for that very place alone.
    """
    drawn = ground_probabilities(case, plane, [(when, at) for when, at, _ in asked])
    told = [(n, word) for n, (_, at, said) in enumerate(asked) if (word := heeded(said, at)) is not None]
    if not told:
        return drawn
    posts = ground_probabilities(case, plane, [(asked[n][0], word.at) for n, word in told])
    accuracies = _Accuracies(case)
    here = np.array([drawn[n][word.party] for n, word in told])
    there = np.array([post[word.party] for post, (_, word) in zip(posts, told, strict=True)])
    close = np.array([_closeness(asked[n][1], word, accuracies.of(word.party, asked[n][0])) for n, word in told])
    answers = list(drawn)
    for (n, word), share in zip(told, _given(here, there, close).tolist(), strict=True):
        answers[n] = _with(drawn[n], word, share)
    return tuple(answers)


class _Accuracies:
    """The standard deviation of each party's boundary at an instant, km."""

    def __init__(self, case: Case) -> None:
        self._control = [f for f in case.places if f.role is FeatureRole.CONTROL]

    def of(self, party: str, instant: datetime) -> float:
        stated = (f.accuracy_km for f in self._control if f.party == party and valid_at(f, instant))
        return max(stated, default=0.0)


def _closeness(at: Moments, word: Word, accuracy_km: float) -> float:
    """Return the correlation of how deep two places lie in a side's ground: one line's error, and one post's.

    1 where they are one place.
    """
    if word.itself and word.own:
        return 1.0
    line = max(accuracy_km, LEAST_LINE_SD_KM) ** 2
    here, there = (at.var_east + at.var_north) / 2, (word.at.var_east + word.at.var_north) / 2
    shared = line * math.exp(-_away2(word, at) / (2 * ALONG_KM**2)) + (min(here, there) if word.own else 0.0)
    return min(shared / math.sqrt((line + here) * (line + there)), TIGHTEST)


def _given(here: Floats, there: Floats, close: Floats) -> Floats:
    """Return the probabilities of places given the words about others, both with these probabilities on the map."""
    nowhere = (here < LEAST) & (there < LEAST)  # a side of which no ground is known gains none
    here, there = np.clip(here, LEAST, 1 - LEAST), np.clip(there, LEAST, 1 - LEAST)
    both = _together(here, there, close)
    heard = (1 - WRONG) * there + WRONG * (1 - there)
    # rounded, so that no processor's exponential decides a published digit
    return np.where(nowhere, 0.0, np.round(((1 - WRONG) * both + WRONG * (here - both)) / heard, 9))


def _together(one: Floats, other: Floats, close: Floats) -> Floats:
    """Return Φ₂(a, b; ρ) of Φ(a) and Φ(b): Z. Drezner and G. O. Wesolowsky, J. Stat. Comput. Simul. 35, 101 (1990)."""
    normal = NormalDist()
    a, b = (np.array([normal.inv_cdf(p) for p in ps.tolist()])[:, None] for ps in (one, other))
    half = np.arcsin(np.minimum(close, TIGHTEST))[:, None] / 2
    turn = half * (1 + _NODES)
    inner = np.exp(-(a * a + b * b - 2 * a * b * np.sin(turn)) / (2 * np.cos(turn) ** 2))
    more = (half[:, 0] / (2 * math.pi)) * (inner * _WEIGHTS).sum(axis=1)
    most = np.minimum(one, other)
    together: Floats = np.where(close < 1.0, np.clip(one * other + more, 0.0, most), most)
    return together


def _with(drawn: Mapping[str, float], word: Word, share: float) -> Mapping[str, float]:
    """Return the shares with the named party's put to `share`; what is left keeps its proportions."""
    unknown = max(0.0, 1.0 - math.fsum(drawn.values()))
    rest = (1.0 - share) / (1.0 - drawn[word.party]) if drawn[word.party] < 1.0 else 0.0
    shares = {party: share if party == word.party else old * rest for party, old in drawn.items()}
    if word.itself:
        shares[word.party] += (1 - WRONG) * unknown * rest
    return shares
