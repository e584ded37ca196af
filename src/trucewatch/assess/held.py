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
from trucewatch.model import Case, Feature, Named, Observation
from trucewatch.spacetime import LEAST_LINE_SD_KM, Floats, Moments, Plane, valid_at
from trucewatch.vocabulary import FeatureRole

WRONG = 0.02  # of such words: a slip of the pen, a post listed under the wrong holder; a guess
# How far along the front a drawn line keeps its error: the correlation is exp(-d²/2L²). A stroke that is 3 km off on a
# map of 1:10 million is so over a bend of the front or two; a guess.
ALONG_KM = 8.0
TIGHTEST = 0.95  # two places hang together no more closely, and the rule below is exact to six digits up to here
LEAST = 1e-9  # no place is more surely outside a side's ground than this, so that a word can still be heard
ITSELF_KM = 1.0  # so far about a place a word about it is a word about what is asked, where no line is drawn; a guess
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


def posts_words(rows: Iterable[Observation], plane: Plane) -> tuple[Word, ...]:
    """Return what all rows of one happening say of the ground that they were noted from."""
    found = (word for row in rows for word in words(row, None, plane))
    return tuple(dict.fromkeys(found))


def words(observation: Observation, at: Moments | None, plane: Plane) -> tuple[Word, ...]:
    """Return what an observation says of whose ground it is: where it stood, and `at` which it perceived something."""
    if observation.source.side is not None or not kinds.is_physical(observation):
        return ()
    found = []
    if (party := _party(observation.observer_held_by)) and (stood := observation.observer) is not None:
        east, north = _km(plane, stood.lon, stood.lat)
        variance = (UNSTATED_SD_KM if stood.sd_km is None else stood.sd_km) ** 2
        found.append(Word(Moments(east, north, variance, variance, 0.0), party))
    if (party := _party(observation.place_held_by)) and at is not None:
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
    return max(there, key=lambda word: (word.itself, word.own, -word.at.var_east - word.at.var_north))


def _away2(word: Word, at: Moments) -> float:
    return (word.at.east - at.east) ** 2 + (word.at.north - at.north) ** 2


def held_ground(
    case: Case, plane: Plane, asked: Sequence[tuple[datetime, Moments, Sequence[Word]]]
) -> tuple[Mapping[str, float], ...]:
    """Return for each (instant, place, what was said near it) the probability of each party's ground.

    As `ground_probabilities` where nothing was said. Ground that nobody is drawn to hold may be anybody's, each alike:
    so what a word says of a side whose ground the map does not hold speaks against the others too. Where the map knows
    nothing at all, a word tells of the very place that it is about, and of no other.
    """
    drawn = ground_probabilities(case, plane, [(when, at) for when, at, _ in asked])
    told = [(n, word) for n, (_, at, said) in enumerate(asked) if (word := heeded(said, at)) is not None]
    posts = ground_probabilities(case, plane, [(asked[n][0], word.at) for n, word in told])
    known = [(n, word, post) for (n, word), post in zip(told, posts, strict=True) if word.itself or any(post.values())]
    if not known:
        return drawn
    control = [f for f in case.places if f.role is FeatureRole.CONTROL]
    here = np.array([_may_be(drawn[n], word.party) for n, word, _ in known])
    there = np.array([_may_be(post, word.party) for _, word, post in known])
    close = np.array([_closeness(asked[n][1], word, _accuracy_km(control, asked[n][0])) for n, word, _ in known])
    answers = list(drawn)
    for (n, word, _), before, after in zip(known, here.tolist(), _given(here, there, close).tolist(), strict=True):
        at_it = math.exp(-_away2(word, asked[n][1]) / (2 * ITSELF_KM**2)) if word.itself else 0.0
        answers[n] = _with(drawn[n], word.party, before, after, at_it)
    return tuple(answers)


def _unknown(shares: Mapping[str, float]) -> float:
    return max(0.0, 1.0 - math.fsum(shares.values()))


def _may_be(shares: Mapping[str, float], party: str) -> float:
    """Return how likely a place is on a side's ground, with its even part of what nobody is drawn to hold."""
    return shares[party] + _unknown(shares) / len(shares)


def _accuracy_km(control: Sequence[Feature], instant: datetime) -> float:
    """Return the standard deviation of the boundaries between the parties' grounds at an instant, of the worst."""
    return max((f.accuracy_km for f in control if valid_at(f, instant)), default=0.0)


def _closeness(at: Moments, word: Word, accuracy_km: float) -> float:
    """Return the correlation of how deep two places lie in a side's ground: one line's error, and one post's.

    1 where they are one place.
    """
    if word.itself and word.at == at:
        return 1.0
    line = max(accuracy_km, LEAST_LINE_SD_KM) ** 2
    here, there = (at.var_east + at.var_north) / 2, (word.at.var_east + word.at.var_north) / 2
    shared = line * math.exp(-_away2(word, at) / (2 * ALONG_KM**2)) + (min(here, there) if word.own else 0.0)
    return min(shared / math.sqrt((line + here) * (line + there)), TIGHTEST)


def _given(here: Floats, there: Floats, close: Floats) -> Floats:
    """Return the probabilities of places given the words about others, both with these probabilities on the map."""
    here, there = np.clip(here, LEAST, 1 - LEAST), np.clip(there, LEAST, 1 - LEAST)
    both = _together(here, there, close)
    heard = (1 - WRONG) * there + WRONG * (1 - there)
    # rounded, so that no processor's exponential decides a published digit
    found: Floats = np.round(((1 - WRONG) * both + WRONG * (here - both)) / heard, 9)
    return found


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


def _with(drawn: Mapping[str, float], party: str, before: float, after: float, at_it: float) -> Mapping[str, float]:
    """Return the shares where a side's rose from `before` to `after`, its even part of the unknown counted in both.

    The others' shrink alike. Of its part of the unknown it takes as much as the word is `at_it`, of that very place.
    """
    rest = (1.0 - after) / (1.0 - before) if before < 1.0 else 0.0
    more = after - before + at_it * _unknown(drawn) / len(drawn)
    return {one: min(max(old + more, 0.0), 1.0) if one == party else old * rest for one, old in drawn.items()}
