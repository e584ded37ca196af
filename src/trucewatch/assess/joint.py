"""Several sightings of one happening, together: which of them is of which end of the fire, and where those ends were.

Sightings of the same end are of one place and one instant: their places are fused, and whose ground it is follows from
the fused place (two bearings that cross tell more than each of them). The round left before it landed, and landed
elsewhere; an exchange has two places, each with its instant; a thunder has one of each. So an incident's sightings are
weighed over all ways of giving them to the two ends, or to neither, as Gaussians in place and time: the `TOGETHER` that
tell most, those of no side first and of these those that tell an end; what a seventh would add is left out.
Who hears a bang and tells no end hears the end that is near, as do all who stand about him: so those that tell none
are as likely all of one end as each of any. Every number is a guess by hand with what it leans on; none depends on a
party.

Terms are scaled by the largest and rounded to multiples of 2**-42 before they are added: such sums are exact in any
order (compare `exact`).
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.exact import Numbers, each, even_sum, log2, on_grid
from trucewatch.assess.exchanges import ANSWER_S
from trucewatch.assess.scenes import Scenes
from trucewatch.spacetime import Moments

TOGETHER = 6  # sightings that are assigned: 729 ways
# How often those that tell no end are all of one, or sound alike to all; else each is what it is by itself. A guess
ALIKE = 0.5
# How far from where it left a round lands, sd along each axis, each as likely: small arms and direct fire, mortars,
# artillery, and guns and rockets of long range: by the handbooks 0.4 to 2, 1 to 7, 5 to 20 and up to 40 km.
FLIES_KM = (0.8, 2.5, 8.0, 16.0)
# How long it flies that far: laid straight at 300 to 900 m/s, or lobbed at 40 to 70 degrees, for which a round without
# drag takes √(2 R tan θ / g); either as likely. The spreads are what such speeds and angles leave open.
STRAIGHT_KM_S, STRAIGHT_SPREAD = 0.5, 0.4
LOBBED_TAN, LOBBED_SPREAD = 1.3, 0.3
GRAVITY_KM_S2 = 0.00981
# A sighting is grossly misplaced, or of something else, this often whatever errors it states; then it is anywhere
# within this far (sd) and within this long. One that may belong elsewhere is of a happening near by. Guesses.
BLUNDER, ASTRAY_KM, ASTRAY_S = 0.01, 10.0, 600.0
NEXT_KM, NEXT_S = 3.0, 180.0
NEVER = -1.0e4  # bits of what is ruled out
FINE = 2.0**42
ROWS = 2_000  # that are weighed at once, to bound memory

Masks = NDArray[np.intp]
Grounds = Callable[[Sequence[tuple[int, Moments]]], Numbers]  # whose ground (sighting, place): one row each


@dataclass(frozen=True, slots=True)
class Marks:
    """What the sightings are compared by: places (km), their covariances, times and sds.

    `paired`: it may be compared with others; `rank`: of which sort it is, those that are taken first having the lowest.
    """

    east: Numbers
    north: Numbers
    var_east: Numbers
    var_north: Numbers
    cov: Numbers
    time_s: Numbers
    time_sd_s: Numbers
    paired: NDArray[np.bool_]
    rank: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of each sighting: its chance of being of the origin, its fit to each ground and to no fire; and doubt.

    `alike`: it tells no end; `belongs`: how surely it is of this happening and no blunder; `elsewhere`: the density
    (per km² and s) of places and times of what is not; `mean`: how well it fits the scenes on the average.
    """

    origin: Numbers
    ground: Numbers
    nothing: Numbers
    alike: NDArray[np.bool_]
    belongs: Numbers
    elsewhere: Numbers
    mean: Numbers


@dataclass(frozen=True, slots=True)
class Core:
    """The best known sightings of all incidents that have `size` of them, in all ways of giving them to the ends.

    `members` (incidents × size); of each subset: `ground` (whose ground the fused place is) and `one` (bits of its
    being one place and one instant). Of each way, three to the power of `size`: `fire` and `exchange` are the bits of
    places and times.
    """

    members: NDArray[np.intp]
    ground: Numbers
    one: Numbers
    fire: Numbers
    exchange: Numbers


class Together:
    """The sightings of all incidents by place and time; what each says is given with each question."""

    def __init__(self, scenes: Scenes, marks: Marks, incidents: Sequence[Sequence[int]], grounds: Grounds) -> None:
        """Fuse; the sightings of each of the `incidents` stand in an order that depends on content alone."""
        self._scenes = scenes
        self._slot = np.full(len(marks.east), -1, dtype=np.intp)  # of each sighting in its core, -1: in none
        self._paired = marks.paired
        self._row = np.full(len(incidents), -1, dtype=np.intp)
        self._size = np.zeros(len(incidents), dtype=np.intp)
        order = _sharpness(marks)
        sizes: dict[int, list[tuple[int, ...]]] = {}
        for n, group in enumerate(incidents):
            best = sorted((k for k in group if marks.paired[k]), key=lambda k: order[k])[:TOGETHER]
            if best:
                same = sizes.setdefault(len(best), [])
                self._row[n], self._size[n] = len(same), len(best)
                same.append(tuple(best))
                self._slot[best] = range(len(best))
        self._cores = {size: _core(np.array(found, dtype=np.intp), marks, grounds) for size, found in sizes.items()}

    def bits(
        self, evidence: Evidence, groups: Sequence[Sequence[int]], owner: Sequence[int] | NDArray[np.intp]
    ) -> Numbers:
        """Return the log-likelihood (bits) of every scene for each group of sightings of the incident `owner`."""
        found = np.zeros((len(groups), self._scenes.count))
        enters = np.flatnonzero(~self._paired)
        single = dict(zip(enters.tolist(), log2(alone(self._scenes, evidence)[enters]), strict=True))
        mask = np.zeros((len(groups), TOGETHER), dtype=bool)
        for g, group in enumerate(groups):
            for k in group:
                if self._slot[k] >= 0:
                    mask[g, self._slot[k]] = True
                elif not self._paired[k]:
                    found[g] += single[k]
        size = np.where(mask.any(axis=1), self._size[np.asarray(owner, dtype=np.intp)], 0)
        row = self._row[np.asarray(owner, dtype=np.intp)]
        for m, core in self._cores.items():
            which = np.flatnonzero(size == m)
            for start in range(0, len(which), ROWS):
                some = which[start : start + ROWS]
                found[some] += _weighed(self._scenes, core, evidence, row[some], mask[some, :m])
        return on_grid(found)

    def ends(self, evidence: Evidence, allowed: NDArray[np.bool_], scene: Numbers) -> tuple[Numbers, Numbers]:
        """Return of each sighting P(it is of the origin) and P(it is of either end), given that one side fired.

        `allowed` are the sightings that count, `scene` the prior of each scene of fire. One that stands alone in its
        incident teaches nothing: both are 0.
        """
        origin, either = np.zeros(len(self._slot)), np.zeros(len(self._slot))
        for members, digits, value in self._beliefs(evidence, allowed, scene):
            whole = np.maximum(value.sum(axis=1), 1 / FINE)
            mask = allowed[members]
            together = mask.sum(axis=1) > 1
            for k in range(members.shape[1]):
                left = value[:, digits[:, k] == 0].sum(axis=1) / whole
                landed = value[:, digits[:, k] == 1].sum(axis=1) / whole
                use = mask[:, k] & together
                origin[members[use, k]], either[members[use, k]] = left[use], (left + landed)[use]
        return on_grid(origin), on_grid(either)

    def _beliefs(
        self, evidence: Evidence, allowed: NDArray[np.bool_], scene: Numbers
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], Numbers]]:
        """Yield sightings, ways and how likely each way is where one side fired."""
        ends = list(zip(self._scenes.origins.tolist(), self._scenes.impacts.tolist(), strict=True))
        for size, core in self._cores.items():
            first, second, digits = _assignments(size)
            for start in range(0, len(core.members), ROWS):
                some = np.arange(start, min(start + ROWS, len(core.members)))
                members = core.members[some]
                told = (evidence.origin, 1.0 - evidence.origin)
                value = _scaled(_ways(core, evidence, some, allowed[members], told) + core.fire[some])[0]
                here, there = core.ground[some][:, first], core.ground[some][:, second]
                fit = [scene[k] * (here[:, :, a] * there[:, :, b]) for k, (a, b) in enumerate(ends)]
                yield members, digits, _fine(value * even_sum(np.stack(fit, axis=-1)))


def _sharpness(marks: Marks) -> list[tuple[int, float]]:
    """Return the rank of each sighting, and how much its place and clock leave open: the least come first."""
    area = np.maximum(marks.var_east * marks.var_north - marks.cov**2, 1e-12)
    return list(zip(marks.rank.tolist(), (area * marks.time_sd_s**2).tolist(), strict=True))


_WAYS: dict[int, tuple[Masks, Masks, Masks]] = {}


def _assignments(size: int) -> tuple[Masks, Masks, Masks]:
    """Return all ways of giving `size` sightings to the ends: both subsets' numbers, and each one's end (2: none)."""
    if size not in _WAYS:
        digits = np.array(list(itertools.product((0, 1, 2), repeat=size)), dtype=np.intp)
        powers = 2 ** np.arange(size, dtype=np.intp)
        _WAYS[size] = ((digits == 0) @ powers, (digits == 1) @ powers, digits)
    return _WAYS[size]


def _core(members: NDArray[np.intp], marks: Marks, grounds: Grounds) -> Core:
    size = members.shape[1]
    where, place = _places(members, marks)
    when, time = _times(members, marks)
    first, second, _ = _assignments(size)
    two = (first > 0) & (second > 0)
    a, b = first[two], second[two]
    gap = when[0][:, b] - when[0][:, a]
    spread = np.sqrt(when[1][:, a] + when[1][:, b])
    one = place + time
    exchange = one[:, first] + one[:, second]
    exchange[:, two] += _far(where, a, b)
    fire = exchange.copy()
    fire[:, two] += _flies(where, a, b, gap, spread)
    exchange[:, two] += log2(_within(gap, spread, -ANSWER_S, ANSWER_S))
    return Core(members, _fused_ground(members, where, grounds), one, fire, exchange)


def _places(members: NDArray[np.intp], marks: Marks) -> tuple[tuple[Numbers, ...], Numbers]:
    """Return the fused Gaussian of each subset (east, north, variances, covariance) and the bits of its being one."""
    count, size = members.shape
    e0, n0 = marks.east[members[:, :1]], marks.north[members[:, :1]]
    east, north = marks.east[members] - e0, marks.north[members] - n0
    area = np.maximum(marks.var_east * marks.var_north - marks.cov**2, 1e-12)[members]
    a, b, c = marks.var_north[members] / area, marks.var_east[members] / area, -marks.cov[members] / area
    columns = [a, b, c, a * east + c * north, b * north + c * east]
    columns += [a * east**2 + b * north**2 + 2 * c * east * north, log2(area)]
    a, b, c, u, v, square, areas = _subsets(np.stack(columns), count, size)
    number = _subsets(np.ones((1, count, size)), count, size)[0]
    determinant = np.where(number > 0, a * b - c * c, 1.0)
    x, y = (b * u - c * v) / determinant, (a * v - c * u) / determinant
    misfit = np.maximum(square - u * x - v * y, 0.0)
    bits = -0.5 * math.log2(math.e) * misfit - (number - 1) * math.log2(2 * math.pi) - 0.5 * (areas + log2(determinant))
    bits = np.where(number > 0, bits, 0.0)
    return (x + e0, y + n0, b / determinant, a / determinant, -c / determinant), on_grid(bits)


def _times(members: NDArray[np.intp], marks: Marks) -> tuple[tuple[Numbers, Numbers], Numbers]:
    """Return the fused instant of each subset, with its variance, and the bits of its being one."""
    count, size = members.shape
    time = marks.time_s[members] - marks.time_s[members[:, :1]]
    sure = 1.0 / marks.time_sd_s[members] ** 2
    weight, pull, square, logs, number = _subsets(
        np.stack([sure, sure * time, sure * time**2, log2(sure), np.ones(time.shape)]), count, size
    )
    some = np.where(number > 0, weight, 1.0)
    misfit = np.maximum(square - pull * pull / some, 0.0)
    bits = -0.5 * math.log2(math.e) * misfit - 0.5 * (number - 1) * math.log2(2 * math.pi) + 0.5 * (logs - log2(some))
    return (pull / some, 1.0 / some), on_grid(np.where(number > 0, bits, 0.0))


def _subsets(columns: Numbers, count: int, size: int) -> Numbers:
    """Return the sums of the columns (columns × incidents × size) over every subset of the sightings."""
    found = np.zeros((len(columns), count, 2**size))
    for k in range(size):
        found[:, :, 2**k : 2 ** (k + 1)] = found[:, :, : 2**k] + columns[:, :, k : k + 1]
    return found


def _fused_ground(members: NDArray[np.intp], where: tuple[Numbers, ...], grounds: Grounds) -> Numbers:
    count, size = members.shape
    first = members[:, 0].tolist()
    places = zip(*(column[:, 1:].ravel().tolist() for column in where), strict=True)
    asked = [(first[at // (2**size - 1)], Moments(*place)) for at, place in enumerate(places)]
    found = grounds(asked).reshape(count, 2**size - 1, -1)
    return np.concatenate([np.ones((count, 1, found.shape[2])), found], axis=1)


def _far(where: tuple[Numbers, ...], a: Masks, b: Masks) -> Numbers:
    """Return the bits of two places being the ends of one flight."""
    x, y, var_e, var_n, cov = where
    east, north, both = x[:, b] - x[:, a], y[:, b] - y[:, a], cov[:, a] + cov[:, b]
    var_e, var_n = var_e[:, a] + var_e[:, b], var_n[:, a] + var_n[:, b]
    density = np.zeros(east.shape)
    for km in FLIES_KM:
        density = density + _density(east, north, var_e + km**2, var_n + km**2, both)
    return log2(density / len(FLIES_KM))


def _flies(where: tuple[Numbers, ...], a: Masks, b: Masks, gap: Numbers, spread: Numbers) -> Numbers:
    """Return the bits of the time between the two ends being that of a flight between their places."""
    x, y, var_e, var_n, _ = where
    doubt = (var_e[:, a] + var_e[:, b] + var_n[:, a] + var_n[:, b]) / 2
    # of what is known to no better than its doubt, the distance is of the order of the doubt
    far = np.sqrt((x[:, b] - x[:, a]) ** 2 + (y[:, b] - y[:, a]) ** 2 + doubt)
    straight = far / STRAIGHT_KM_S
    lobbed = np.sqrt(2 * LOBBED_TAN / GRAVITY_KM_S2 * far)
    density = np.zeros(gap.shape)
    for time, share, slope in (
        (straight, STRAIGHT_SPREAD, 1 / STRAIGHT_KM_S),
        (lobbed, LOBBED_SPREAD, lobbed / (2 * far)),
    ):
        variance = spread**2 + (share * time) ** 2 + doubt * slope**2
        density = density + _exp2(-0.5 * math.log2(math.e) * (gap - time) ** 2 / variance) / np.sqrt(variance)
    return log2(0.5 * density / math.sqrt(2 * math.pi))


def _ways(
    core: Core, evidence: Evidence, row: NDArray[np.intp], mask: NDArray[np.bool_], told: tuple[Numbers, Numbers]
) -> Numbers:
    """Return the bits of what the sightings say for each way: `told` of one of the first end, and of the second.

    What is of neither end may be anywhere about, at any time near.
    """
    members = core.members[row]
    _, _, digits = _assignments(members.shape[1])
    n = evidence.ground.shape[1]
    belongs, elsewhere = evidence.belongs[members], log2(evidence.elsewhere[members])
    left, landed = (log2(one[members]) for one in told)
    choice = np.stack(
        [
            np.where(mask, log2(belongs) + left, NEVER),
            np.where(mask, log2(belongs) + landed, NEVER),
            np.where(mask, log2((1.0 - belongs) * n * evidence.mean[members]) + elsewhere, 0.0),
        ],
        axis=2,
    )
    total = np.zeros((len(row), len(digits)))
    for k in range(members.shape[1]):
        total += choice[:, k, :][:, digits[:, k]]
    total += _all_alike(mask & evidence.alike[members], digits, left, landed)
    # where none belongs, one of them stands for the happening
    total[:, -1] -= np.where(mask.any(axis=1), np.where(mask, elsewhere, NEVER).max(axis=1) + math.log2(n), 0.0)
    return total


def _all_alike(alike: NDArray[np.bool_], digits: Masks, left: Numbers, landed: Numbers) -> Numbers:
    """Return how many bits likelier each way is since those that tell no end may be all of one.

    `left` and `landed` are the bits of each one's being of the first and of the second end by itself; all together they
    are of an end as readily as one of them is, in the geometric mean.
    """
    found = np.zeros((len(alike), len(digits)))
    rows = np.flatnonzero(alike.sum(axis=1) > 1)
    if not len(rows):
        return found
    first, second = ((digits == end).T.astype(np.float64) for end in (0, 1))
    some = alike[rows].astype(np.float64)
    many, more = some @ first, some @ second
    said = np.where(alike[rows], left[rows], 0.0) @ first + np.where(alike[rows], landed[rows], 0.0) @ second
    number = many + more
    gain = np.where((many > 0) & (more > 0), NEVER, np.minimum(said / np.maximum(number, 1.0) - said, -NEVER / 100))
    asked = number > 1
    of_one = np.zeros(gain.shape)
    of_one[asked] = log2(1.0 - ALIKE + ALIKE * _exp2(gain[asked]))
    found[rows] = of_one
    return found


def _weighed(scenes: Scenes, core: Core, evidence: Evidence, row: NDArray[np.intp], mask: NDArray[np.bool_]) -> Numbers:
    n, size = scenes.n, mask.shape[1]
    first, second, _ = _assignments(size)
    ground = core.ground[row]
    here, there = ground[:, first], ground[:, second]
    fire, top = _scaled(_ways(core, evidence, row, mask, (evidence.origin, 1.0 - evidence.origin)) + core.fire[row])
    bits = [_logged(fire * (here[:, :, a] * there[:, :, b]), top) for a in range(n) for b in range(n)]
    half = np.full(len(evidence.origin), 0.5)
    if scenes.pairs:
        both, top = _scaled(_ways(core, evidence, row, mask, (half, half)) + core.exchange[row])
        bits += [_logged(both * (here[:, :, a] * there[:, :, b]), top) for a, b in scenes.pairs]
    nobody = np.zeros(len(evidence.origin))
    single = second == 0
    one = _ways(core, evidence, row, mask, (evidence.nothing, nobody))[:, single] + core.one[row][:, first[single]]
    none, top = _scaled(one)
    any_ground = even_sum(here[:, single]) / n
    any_ground[:, -1] = 1.0
    bits.append(_logged(none * any_ground, top))
    return np.stack(bits, axis=1)


def _scaled(bits: Numbers) -> tuple[Numbers, Numbers]:
    top = bits.max(axis=1)
    return _exp2(bits - top[:, None]), top


def _fine(values: Numbers) -> Numbers:
    rounded: Numbers = np.rint(values * FINE) / FINE
    return rounded


def _logged(values: Numbers, top: Numbers) -> Numbers:
    return log2(_fine(values).sum(axis=1)) + on_grid(top)


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


def alone(scenes: Scenes, evidence: Evidence) -> Numbers:
    """Return each sighting's own likelihood of every scene, doubt included."""
    pure = _pure(scenes, evidence.origin, evidence.ground, evidence.nothing)
    belongs = evidence.belongs
    mixed: Numbers = belongs[:, None] * pure + ((1.0 - belongs) * evidence.mean)[:, None]
    return mixed


def _pure(scenes: Scenes, origin: Numbers, ground: Numbers, nothing: Numbers) -> Numbers:
    fire = origin[:, None] * ground[:, scenes.origins] + (1.0 - origin)[:, None] * ground[:, scenes.impacts]
    exchange = [0.5 * (ground[:, a] + ground[:, b]) for a, b in scenes.pairs]
    return np.column_stack([fire, *exchange, nothing * anywhere(ground)])


def believed(
    scenes: Scenes, origin: Numbers, ground: Numbers, nothing: Numbers, *, share: Numbers, alike: NDArray[np.bool_]
) -> Evidence:
    """Return the evidence, its mean over the scenes of one side's fire and of none alike."""
    pure = _pure(scenes, origin, ground, nothing)
    fire = even_sum(pure[:, : scenes.n**2]) / scenes.n**2
    astray = 1.0 / (2 * math.pi * ASTRAY_KM**2 * ASTRAY_S)
    near_by = 1.0 / (2 * math.pi * NEXT_KM**2 * NEXT_S)
    belongs = share * (1.0 - BLUNDER)
    elsewhere = (share * BLUNDER * astray + (1.0 - share) * near_by) / (1.0 - belongs)
    return Evidence(origin, ground, nothing, alike, belongs, elsewhere, 0.5 * (fire + pure[:, -1]))


def anywhere(ground: Numbers) -> Numbers:
    """Return how well a place fits everybody's ground, on the average."""
    mean: Numbers = even_sum(ground) / ground.shape[1]
    return mean
