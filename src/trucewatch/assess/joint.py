"""Several sightings of one happening, together: which of them is of which end of the fire.

Two sightings of the same end agree in place and time; of two ends, the round left before it landed and landed
elsewhere; in an exchange the answer comes later from across. So the sightings of an incident are weighed over all ways
of assigning them to the two ends, exactly for up to `TOGETHER` sightings; further ones enter one by one. A sighting
alone is the same sum with one term each. Distances and times are compared pair by pair, tempered to the number of
independent comparisons (m - 1 of m sightings). Every number is a guess by hand; none depends on a party.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.exact import Numbers, each, even_sum, log2
from trucewatch.assess.scenes import Scenes

TOGETHER = 6  # sightings that are assigned exactly: 64 ways; the others enter one by one
FLIES_KM = 4.0  # sd along each axis of how far from where it left a round lands: 0.2 to 20 km
FLIES_S = 40.0  # a round flies up to this long, mortars and howitzers at their range
ANSWER_S = 180.0  # within an exchange the answer comes up to this much later or earlier
MOST_BITS = 6.0  # that one pair's place and time can weigh: stated errors are sometimes wrong


@dataclass(frozen=True, slots=True)
class Marks:
    """What the sightings are compared by: places (km), their covariances, times and sds; `paired`: it may be."""

    east: Numbers
    north: Numbers
    var_east: Numbers
    var_north: Numbers
    cov: Numbers
    time_s: Numbers
    time_sd_s: Numbers
    paired: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Each sighting's chance of being of the origin, its fit to each ground and to no fire, and its share."""

    origin: Numbers
    ground: Numbers
    nothing: Numbers
    share: Numbers
    marks: Marks


def joint_bits(scenes: Scenes, evidence: Evidence, groups: Sequence[Sequence[int]]) -> Numbers:
    """Return the log-likelihood (bits) of every scene for each group of sightings; nothing is 0 for every scene.

    The members of a group stand in an order that depends on content alone.
    """
    bits = np.zeros((len(groups), scenes.count))
    sizes: dict[int, list[int]] = {}
    for k, group in enumerate(groups):
        sizes.setdefault(len(group), []).append(k)
    for size, which in sizes.items():
        if size == 0:
            continue
        members = np.array([groups[k] for k in which], dtype=np.intp)
        if size > TOGETHER:
            order = np.argsort(evidence.marks.time_sd_s[members], axis=1, kind="stable")
            members = np.take_along_axis(members, order, axis=1)
        part = _together(scenes, evidence, members[:, :TOGETHER])
        for k in range(TOGETHER, size):
            part = part + _together(scenes, evidence, members[:, k : k + 1])
        bits[which] = part
    return bits


def _together(scenes: Scenes, evidence: Evidence, members: NDArray[np.intp]) -> Numbers:
    count, size = members.shape
    n = scenes.n
    ground, nothing, origin = evidence.ground[members], evidence.nothing[members], evidence.origin[members]
    leaves, answers = _pairs(evidence, members)
    fire = np.zeros((count, n, n))
    for ends in itertools.product((True, False), repeat=size):
        weight = np.ones(count)
        left, landed = np.ones((count, n)), np.ones((count, n))
        for k, is_origin in enumerate(ends):
            weight = weight * (origin[:, k] if is_origin else 1.0 - origin[:, k])
            if is_origin:
                left = left * ground[:, k]
            else:
                landed = landed * ground[:, k]
        across = [(i, j) for i in range(size) for j in range(size) if ends[i] and not ends[j]]
        bits = np.zeros(count)
        for i, j in across:
            bits = bits + leaves[:, i, j]
        fire += (weight * _exp2(bits * (2.0 / size)))[:, None, None] * left[:, :, None] * landed[:, None, :]
    answered = np.zeros(count)
    for i, j in itertools.combinations(range(size), 2):
        answered = answered + answers[:, i, j]
    answered = _exp2(answered * (2.0 / size))
    exchanges = []
    for a, b in scenes.pairs:
        both = answered
        for k in range(size):
            both = both * (0.5 * (ground[:, k, a] + ground[:, k, b]))
        exchanges.append(both)
    none = np.ones(count)
    for k in range(size):
        none = none * nothing[:, k]
    return log2(np.column_stack([fire.reshape(count, n * n), *exchanges, none]))


def _pairs(evidence: Evidence, members: NDArray[np.intp]) -> tuple[Numbers, Numbers]:
    """Return the bits of place and time, against both being of one end of one shot.

    For i of where it left and j of where it landed; and for both being somewhere in an exchange.
    """
    count, size = members.shape
    leaves, answers = np.zeros((count, size, size)), np.zeros((count, size, size))
    marks = evidence.marks
    for i, j in itertools.combinations(range(size), 2):
        one, two = members[:, i], members[:, j]
        used = marks.paired[one] & marks.paired[two]
        if not used.any():
            continue
        one, two = one[used], two[used]
        share = evidence.share[one] * evidence.share[two]
        east, north = marks.east[two] - marks.east[one], marks.north[two] - marks.north[one]
        var_e, var_n = marks.var_east[one] + marks.var_east[two], marks.var_north[one] + marks.var_north[two]
        cov = marks.cov[one] + marks.cov[two]
        near = _density(east, north, var_e, var_n, cov)
        far = _density(east, north, var_e + FLIES_KM**2, var_n + FLIES_KM**2, cov)
        gap = marks.time_s[two] - marks.time_s[one]
        sd = np.sqrt(marks.time_sd_s[one] ** 2 + marks.time_sd_s[two] ** 2)
        at_once = _exp2(-0.5 * (gap / sd) ** 2 * math.log2(math.e)) / (sd * math.sqrt(2 * math.pi))
        after, before = _within(gap, sd, 0.0, FLIES_S), _within(-gap, sd, 0.0, FLIES_S)
        apart = _within(gap, sd, -ANSWER_S, ANSWER_S)
        same = near * at_once
        leaves[used, i, j] = share * _ratio(far * after, same)
        leaves[used, j, i] = share * _ratio(far * before, same)
        one_shot = 0.5 * at_once + 0.25 * (after + before)
        answers[used, i, j] = share * _ratio(0.5 * (near + far) * 0.5 * (one_shot + apart), same)
    return leaves, answers


def _ratio(one: Numbers, other: Numbers) -> Numbers:
    bits: Numbers = np.clip(log2(one) - log2(other), -MOST_BITS, MOST_BITS)
    return bits


def _density(east: Numbers, north: Numbers, var_e: Numbers, var_n: Numbers, cov: Numbers) -> Numbers:
    determinant = np.maximum(var_e * var_n - cov**2, 1e-12)
    distance = (var_n * east**2 - 2 * cov * east * north + var_e * north**2) / determinant
    density: Numbers = _exp2(-0.5 * distance * math.log2(math.e)) / (2 * math.pi * np.sqrt(determinant))
    return density


def _within(gap: Numbers, sd: Numbers, low: float, high: float) -> Numbers:
    """Return the density of a gap that is uniform from `low` to `high` and known to `sd`."""
    scale = sd * math.sqrt(2.0)
    edges: Numbers = each(math.erf, (gap - low) / scale) - each(math.erf, (gap - high) / scale)
    density: Numbers = np.maximum(edges, 0.0) / (2.0 * (high - low))
    return density


def _exp2(values: Numbers) -> Numbers:
    return each(math.exp2, np.maximum(values, -1000.0))


def mixed(evidence: Evidence, belongs: Numbers, mean: Numbers) -> Evidence:
    """Return the evidence mixed with what says nothing, `mean`, where a record does not belong or is a blunder."""
    rest = (1.0 - belongs) * mean
    return Evidence(
        evidence.origin,
        belongs[:, None] * evidence.ground + rest[:, None],
        belongs * evidence.nothing + rest,
        evidence.share,
        evidence.marks,
    )


def alone(scenes: Scenes, evidence: Evidence) -> Numbers:
    """Return each sighting's own likelihood of every scene."""
    fire = (
        evidence.origin[:, None] * evidence.ground[:, scenes.origins]
        + (1.0 - evidence.origin)[:, None] * evidence.ground[:, scenes.impacts]
    )
    exchange = [0.5 * (evidence.ground[:, a] + evidence.ground[:, b]) for a, b in scenes.pairs]
    return np.column_stack([fire, *exchange, evidence.nothing])


def anywhere(ground: Numbers) -> Numbers:
    """Return how well a place fits everybody's ground, on the average."""
    mean: Numbers = even_sum(ground) / ground.shape[1]
    return mean
