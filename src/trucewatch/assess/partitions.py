"""How a component of reports divides into happenings: every division weighed, or the likeliest that were kept.

Reports are placed one after another, the sharpest first: each begins a happening or joins one, at one of its two ends,
and every way of doing so is a hypothesis with its probability (multiple hypothesis tracking; Reid, IEEE Trans.
Automatic Control 24, 843, 1979). Of components of up to MOST_EXACT reports all hypotheses within exp(-WINDOW) of the
best are kept, of larger ones the KEPT likeliest. Those alone show too little doubt: where many divisions are about as
likely, the kept ones differ in some reports and agree by accident in all others. So of a report whose clock leaves much
open, which comes late and tells little of those before it, what could become of it is taken down when it is placed,
over all offers (a filter's probability; of those before it, later reports tell much, and the kept divisions serve).

A division is as probable as: the evidence of each happening (`clusters`); the density of happenings where each is,
raised by those that stand about it already, since fire comes in bursts (Hawkes, Biometrika 58, 83, 1971, without his
order); and that a source which told of one happening did not tell of the next one beside it. What is said of the
component then is in `division`.
"""

import math
from dataclasses import dataclass

import numpy as np

from trucewatch.assess.clusters import INFO, MOMENTS, NEGLIGIBLE, flight, fused, fused_of, information
from trucewatch.assess.division import published, replaced, shares
from trucewatch.assess.flights import ACROSS, ANYHOW, LONGEST_S
from trucewatch.assess.table import Flags, Floats, Ints
from trucewatch.compiled import njit

MOST_EXACT = 5
MOST_HYPOTHESES = 1024  # more than the 793 ways to divide five reports and to give each its end
KEPT = 24
WIDE_S = (
    100.0  # a clock that leaves so much open (sd) may be of many happenings; a minute's entry in a logbook is sharper
)
WINDOW = 12.0
FORBIDDEN = -1e9  # in place of a logarithm of nothing
HOPELESS = -30.0  # a join that says so much against itself is not followed
SLACK = 1e-3  # what rounding may add to a bound
EQUAL = 1e-9  # logarithms this near are equal: the rest is rounding
# Fire comes in bursts: others of one burst stand within about this of a happening; guesses
BURST_S = 600.0
BURST_KM = 1.5
# Within this of a happening that it told of, a source would have told of another one; guesses
ATTENDS_S = 900.0
ATTENDS_KM = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Components of one size n, one after another: their `count` · n reports, and their pairs (count, n, n).

    `mean` (rows, 3) and `cov` (rows, 6) as in `clusters.MOMENTS`; `ends` (rows, 2) is ln of the probabilities that a
    report is of where fire left and arrived; `across` (rows, 2) the unit vector across the line or (0, 0). `density` is
    of happenings per km² and s about each report, `company` how many more of a burst are expected about it, `missed` ln
    of the probability that its source tells nothing of a happening beside. `same` and `cross` are what speaks
    for a pair's being of one end and of the two ends of one happening (natural log), `words` what their words say.
    """

    size: int
    mean: Floats
    cov: Floats
    ends: Floats
    across: Floats
    density: Floats
    company: Floats
    missed: Floats
    source: Ints
    same: Floats
    cross: Floats
    words: Floats


def divided(given: Component) -> tuple[Ints, Floats]:
    """Divide components of one size into happenings.

    Return the block of each report (its lowest member), shape (components, n), and the probability of each pair being
    together, with each report's of being alone on the diagonal, shape (components, n, n).
    """
    kept = MOST_HYPOTHESES if given.size <= MOST_EXACT else KEPT
    block, together = _divide(
        given.size, kept, given.mean, given.cov,
        np.column_stack([given.ends, given.density, given.company]), given.across, given.missed, given.source,
        given.same, given.cross, given.words, ACROSS, ANYHOW,
    )  # fmt: skip
    return block, np.round(together, 6)


# The rows of numbers that the compiled functions below share; few arrays, since each call counts references to each.
# Of a report: the INFO numbers and the MOMENTS, ln of both ends, the density of happenings about it, its company.
_MOMENTS, _LEFT, _DENSITY, _COMPANY, _REPORT = (
    INFO,
    INFO + MOMENTS,
    INFO + MOMENTS + 2,
    INFO + MOMENTS + 3,
    INFO + MOMENTS + 4,
)
# Of two reports: what speaks against one end and two ends, the words, (of a source's bit and a report) its silence, and
# how much denser happenings are at the one for a happening that the other began.
_SAME, _CROSS, _WORDS, _SILENCE, _COMPANION = 0, 1, 2, 3, 4
# Of a happening: for each end the sums and the moments of its reports and the integral of them; its evidence, what its
# words said, what its conflicts weigh. Then what it is to the report that is placed next: what the words say with its
# members', what that and its present evidence change; and for each way of joining, 2 · end + turn, the end that the
# report would be of, with it, the evidence and the conflicts then.
_INTEGRAL, _END = INFO + MOMENTS, INFO + MOMENTS + 1
_VALUE, _SAID, _AGAINST, _TELLS, _CHANGE, _JOINS = (2 * _END + n for n in range(6))
_AGREES, _HOSTILE, _JOIN = _END, _END + 1, _END + 2
_REALS = _JOINS + 4 * _JOIN
# In whole numbers: how many of its reports are of each end, the report that began it, the step at which it was last
# weighed, and what each way of joining makes of it: another happening, or one of the three signs. Then for each report
# of the component whether it is of it, and of which end; then for each source (its first report) whether it told of it.
_BEGUN, _WEIGHED, _BECOMES, _WHOLES = 2, 3, 4, 8
_NOT, _LEAVES, _LANDS = 0, 1, 2
_NEVER, _FLIES, _KNOWN = -3, -2, -1  # not possible; still without its flight; its evidence is known
# Of an offer: the hypothesis, the position of the happening in it (-1: a new one), the way of joining.
_OF, _INTO, _WAY = 0, 1, 2


@njit(cache=True)
def _divide(
    size: int, kept: int, mean: Floats, cov: Floats, said: Floats, across: Floats, missed: Floats, source: Ints,
    same: Floats, cross: Floats, words: Floats, lined: Floats, open_: Floats,
) -> tuple[Ints, Floats]:  # fmt: skip
    count = len(mean) // size
    block, together = np.zeros((count, size), np.int64), np.zeros((count, size, size))
    # every happening that some hypothesis holds, once
    reals, wholes = np.zeros((kept * size, _REALS)), np.zeros((kept * size, _WHOLES + 2 * size), np.int64)
    # hypotheses: their logarithms, and how many happenings each has and which
    weight, now, then = np.zeros(kept), np.zeros((kept, 1 + size), np.int64), np.zeros((kept, 1 + size), np.int64)
    most = kept * (4 * size + 1)
    offered, chosen, of = np.empty(most), np.empty((most, 3), np.int64), np.empty((kept, size), np.int64)
    placed = np.zeros((size, size))
    one, two, local = np.empty((size, _REPORT)), np.empty((5, size, size)), np.empty((size, 3))
    known = np.zeros(size, np.bool_)
    for c in range(count):
        first = c * size
        for r in range(size):  # about the first, so that the sums keep their digits
            for axis in range(3):
                local[r, axis] = mean[first + r, axis] - mean[first, axis]
        spread = cov[first : first + size]
        bit = _bits(source[first : first + size])
        _written(local, spread, said[first : first + size], one)
        two[_SAME], two[_CROSS], two[_WORDS] = same[c], cross[c], words[c]
        _silences(local, spread, missed[first : first + size], bit, two[_SILENCE])
        _companions(local, spread, one, two[_COMPANION])
        flights = lined if across[first, 0] != 0.0 or across[first, 1] != 0.0 else open_
        order, wide = _sharpest_first(local, spread), spread[:, 5] > WIDE_S**2
        placed[:], known[:] = 0.0, False
        weight[0], now[0, 0], live, held = 0.0, 0, 1, 0
        for step in range(size):
            found = _offer(
                now, weight, live, reals, wholes, one, two, bit, across[first], flights, order, step, known, offered,
                chosen,
            )  # fmt: skip
            r = order[step]
            if size > MOST_EXACT and wide[r]:
                _placed(now, wholes, offered, chosen, found, r, placed)
            live, held = _follow(now, then, weight, reals, wholes, held, offered, chosen, found, kept, one, bit, r)
            now, then = then, now
            known[bit[r]] = True
        _members(now, live, wholes, of)
        shares(of, weight, live, together[c])
        if size > MOST_EXACT:
            replaced(placed, wide, order, together[c])
        published(of, live, together[c], block[c])
    return block, together


@njit(cache=True)
def _placed(now: Ints, wholes: Ints, offered: Floats, chosen: Ints, found: int, r: int, out: Floats) -> None:
    """Write how likely a report joins each one before it, or begins a happening: over all offers that are near."""
    top, total = -1e300, 0.0
    for a in range(found):
        top = max(top, offered[a])
    for a in range(found):
        if offered[a] >= top - WINDOW:
            total += math.exp(offered[a] - top)
    for a in range(found):
        if offered[a] < top - WINDOW:
            continue
        share = math.exp(offered[a] - top) / total
        if chosen[a, _INTO] < 0:
            out[r, r] += share
            continue
        n = now[chosen[a, _OF], chosen[a, _INTO]]
        for q in range(out.shape[1]):
            if wholes[n, _WHOLES + q] != _NOT:
                out[r, q] += share


@njit(cache=True)
def _written(mean: Floats, cov: Floats, said: Floats, out: Floats) -> None:
    """Write the numbers of each report."""
    info, moments = np.empty((len(mean), INFO)), np.empty(MOMENTS)
    information(mean, cov, info)
    for r in range(len(mean)):
        fused(info[r], moments)
        out[r, :INFO], out[r, _MOMENTS:_LEFT], out[r, _LEFT:] = info[r], moments, said[r]


@njit(cache=True)
def _offer(
    now: Ints, weight: Floats, live: int, reals: Floats, wholes: Ints, one: Floats, two: Floats, bits: Ints,
    way: Floats, flights: Floats, order: Ints, step: int, known: Flags, offered: Floats, chosen: Ints,
) -> int:  # fmt: skip
    """Write what could become of the next report under each hypothesis; return how many offers there are."""
    r, found, top = order[step], 0, -1e300
    bit = bits[r]
    first = not known[bit]
    silent = _silent(two, known, bit, r)
    for h in range(live):
        unheard = _unheard(now, h, wholes, two, bit) if first else 0.0
        alone = math.log(_beside(now, h, wholes, one, two, r)) + _added(unheard, silent)
        offered[found] = weight[h] + alone
        chosen[found, _OF], chosen[found, _INTO], chosen[found, _WAY] = h, -1, 0
        top = max(top, offered[found])
        found += 1
        # what is farther below this one, or below the best so far, than the window will not be kept
        least = max(alone - WINDOW, HOPELESS)
        for k in range(1, now[h, 0] + 1):
            n = now[h, k]
            if wholes[n, _WEIGHED] != step:
                _weigh(n, reals, wholes, one, two, bit, order, step)
            quiet = two[_SILENCE, bit, wholes[n, _BEGUN]]
            heard = not first and wholes[n, _WHOLES + len(order) + bit] != 0
            told = (0.0 if heard else unheard - quiet) + reals[n, _CHANGE]
            for join in range(4):
                if wholes[n, _BECOMES + join] == _NEVER:
                    continue
                agrees = _JOINS + join * _JOIN + _AGREES
                hopeful = reals[n, agrees] + told >= least and weight[h] + reals[n, agrees] + told >= top - WINDOW
                if hopeful and wholes[n, _BECOMES + join] == _FLIES:  # a flight adds nothing above 0
                    _fly(n, join, reals, wholes, way, flights)
                    hopeful = reals[n, agrees] + told >= least
                if hopeful:
                    offered[found] = weight[h] + reals[n, agrees] + told
                    chosen[found, _OF], chosen[found, _INTO], chosen[found, _WAY] = h, k, join
                    top = max(top, offered[found])
                    found += 1
    return found


@njit(cache=True)
def _unheard(now: Ints, h: int, wholes: Ints, two: Floats, bit: int) -> float:
    """Return what a source that speaks for the first time says by having told of none of the happenings so far."""
    total = 0.0
    for k in range(1, now[h, 0] + 1):
        total += two[_SILENCE, bit, wholes[now[h, k], _BEGUN]]
    return total


@njit(cache=True)
def _silent(two: Floats, known: Flags, bit: int, r: int) -> Floats:
    """Return what it says that each of the other sources tells nothing of a happening of this report's own."""
    found, count = np.empty(two.shape[1]), 0
    for b in range(two.shape[1]):
        if known[b] and b != bit:
            found[count] = two[_SILENCE, b, r]
            count += 1
    return found[:count]


@njit(cache=True)
def _added(total: float, parts: Floats) -> float:
    for part in parts:
        total += part
    return float(total)


@njit(cache=True)
def _beside(now: Ints, h: int, wholes: Ints, one: Floats, two: Floats, r: int) -> float:
    """Return the density of happenings about a report that begins one beside all those of a hypothesis.

    Each of those counts where its first report, the sharpest, puts it: so a division has the same density whichever
    of equal reports was placed last.
    """
    density = one[r, _DENSITY]
    for k in range(1, now[h, 0] + 1):
        density += two[_COMPANION, r, wholes[now[h, k], _BEGUN]]
    return float(density)


@njit(cache=True)
def _weigh(n: int, reals: Floats, wholes: Ints, one: Floats, two: Floats, bit: int, order: Ints, step: int) -> None:
    """Write what a happening is to the next report, whatever hypothesis holds it: all but the flights."""
    r = order[step]
    wholes[n, _WEIGHED] = step
    for join in range(4):
        wholes[n, _BECOMES + join] = _NEVER
    nearer = (0 if wholes[n, 0] > 0 else _END) + _MOMENTS
    # the longest flight and five standard deviations of both clocks reach from one to the other
    apart = abs(reals[n, nearer + 2] - one[r, _MOMENTS + 2])
    if apart > LONGEST_S + 5 * math.sqrt(reals[n, nearer + 8] + one[r, _MOMENTS + 8]):
        return
    stands = wholes[n, 0] + wholes[n, 1]
    words = 0.0
    for o in range(len(order)):
        if wholes[n, _WHOLES + o] != _NOT:
            words += two[_WORDS, r, o]
    tells = reals[n, _SAID] + words
    reals[n, _TELLS] = tells
    reals[n, _CHANGE] = 2 * tells / (stands + 1) - 2 * reals[n, _SAID] / stands - reals[n, _VALUE]
    most = reals[n, _CHANGE] - two[_SILENCE, bit, wholes[n, _BEGUN]]
    # what speaks against its being of where fire left, and of where it arrived, and ln of all ends being right then
    hostile_0, hostile_1, likely_0, likely_1 = 0.0, 0.0, one[r, _LEFT], one[r, _LEFT + 1]
    for q in range(step):
        o = order[q]
        if wholes[n, _WHOLES + o] != _NOT:
            its = wholes[n, _WHOLES + o] - _LEAVES
            hostile_0 += two[_CROSS if its else _SAME, r, o]
            hostile_1 += two[_SAME if its else _CROSS, r, o]
            likely_0 += one[o, _LEFT + its]
            likely_1 += one[o, _LEFT + its]
    _meet(n, 0, reals, wholes, one, r, hostile_0, likely_0, most)
    _meet(n, 2, reals, wholes, one, r, hostile_1, likely_1, most)
    if stands == 1:  # who stands alone is of either end: it may turn
        o = wholes[n, _BEGUN]
        turned = one[o, _LEFT + _LANDS - wholes[n, _WHOLES + o]]
        _meet(n, 1, reals, wholes, one, r, hostile_1, one[r, _LEFT] + turned, most)
        _meet(n, 3, reals, wholes, one, r, hostile_0, one[r, _LEFT + 1] + turned, most)


@njit(cache=True)
def _meet(
    n: int, join: int, reals: Floats, wholes: Ints, one: Floats, r: int, hostile: float, likely: float, most: float
) -> None:
    """Write the evidence of one way of joining a happening, unless it is hopeless if all else says `most` for it."""
    end, turn = join >> 1, join & 1
    hostile += reals[n, _AGAINST]
    if hostile <= FORBIDDEN / 2:
        return
    mine, other = (end ^ turn) * _END, (1 - (end ^ turn)) * _END
    linked = wholes[n, 1 - (end ^ turn)] > 0
    rest = reals[n, other + _INTEGRAL] if linked else 0.0
    most += likely + hostile + rest
    if wholes[n, end ^ turn] > 0:  # with the end's reports it is as dense as its distance from them allows, and less
        most += reals[n, mine + _INTEGRAL] + one[r, INFO - 1] - 0.5 * _misfit(reals, n, mine + _MOMENTS, one, r)
    if most < HOPELESS - SLACK:
        return
    begin = _JOINS + join * _JOIN
    for x in range(INFO):
        reals[n, begin + x] = one[r, x] + reals[n, mine + x]
    integral = _fuse(reals, n, begin)
    reals[n, begin + _AGREES] = likely + (hostile + integral + rest)
    reals[n, begin + _HOSTILE] = hostile
    wholes[n, _BECOMES + join] = _FLIES if linked else _KNOWN


@njit(cache=True)
def _misfit(reals: Floats, n: int, m: int, one: Floats, r: int) -> float:
    """Return the worst of the squared misfits in east, north and time; that of all three together is no better."""
    x, y, t = (
        reals[n, m] - one[r, _MOMENTS],
        reals[n, m + 1] - one[r, _MOMENTS + 1],
        reals[n, m + 2] - one[r, _MOMENTS + 2],
    )
    east, north = x * x / (reals[n, m + 3] + one[r, _MOMENTS + 3]), y * y / (reals[n, m + 6] + one[r, _MOMENTS + 6])
    return float(max(east, north, t * t / (reals[n, m + 8] + one[r, _MOMENTS + 8])))


@njit(cache=True)
def _fuse(reals: Floats, n: int, at: int) -> float:
    """Write the moments and the integral of an end's sums behind them; return the integral."""
    value, moments = fused_of(
        reals[n, at], reals[n, at + 1], reals[n, at + 2], reals[n, at + 3], reals[n, at + 4], reals[n, at + 5],
        reals[n, at + 6], reals[n, at + 7], reals[n, at + 8], reals[n, at + 9], reals[n, at + 10],
    )  # fmt: skip
    for x in range(MOMENTS):
        reals[n, at + _MOMENTS + x] = moments[x]
    reals[n, at + _INTEGRAL] = value
    return value


@njit(cache=True)
def _fly(n: int, join: int, reals: Floats, wholes: Ints, way: Floats, flights: Floats) -> None:
    """Add to the evidence of one way of joining that a flight leads from its one end to its other one."""
    end, turn = join >> 1, join & 1
    begin = _JOINS + join * _JOIN
    mine, rest = begin + _MOMENTS, (1 - (end ^ turn)) * _END + _MOMENTS
    left, landed = (mine, rest) if end == 0 else (rest, mine)
    reals[n, begin + _AGREES] += flight(
        reals[n, landed] - reals[n, left],
        reals[n, landed + 1] - reals[n, left + 1],
        reals[n, landed + 2] - reals[n, left + 2],
        reals[n, landed + 3] + reals[n, left + 3],
        reals[n, landed + 4] + reals[n, left + 4],
        reals[n, landed + 5] + reals[n, left + 5],
        reals[n, landed + 6] + reals[n, left + 6],
        reals[n, landed + 7] + reals[n, left + 7],
        reals[n, landed + 8] + reals[n, left + 8],
        way[0],
        way[1],
        flights,
    )
    wholes[n, _BECOMES + join] = _KNOWN


@njit(cache=True)
def _follow(
    now: Ints, then: Ints, weight: Floats, reals: Floats, wholes: Ints, held: int, offered: Floats, chosen: Ints,
    found: int, kept: int, one: Floats, bits: Ints, r: int,
) -> tuple[int, int]:  # fmt: skip
    """Make hypotheses of the best offers; return how many there are, and how many happenings are kept."""
    live, alone = 0, -1
    for a in best_of(offered, found, kept):
        h, k, join = chosen[a, _OF], chosen[a, _INTO], chosen[a, _WAY]
        number = now[h, 0]
        for q in range(number + 1):
            then[live, q] = now[h, q]
        weight[live] = offered[a]
        if k < 0:
            if alone < 0:
                _begin(held, reals, wholes, one, r, bits[r])
                alone, held = held, held + 1
            then[live, 0], then[live, number + 1] = number + 1, alone
        else:
            n = now[h, k]
            if wholes[n, _BECOMES + join] == _KNOWN:
                _become(n, join, held, reals, wholes, r, bits[r])
                wholes[n, _BECOMES + join], held = held, held + 1
            then[live, k] = wholes[n, _BECOMES + join]
        live += 1
    return live, held


@njit(cache=True)
def best_of(offered: Floats, found: int, kept: int) -> Ints:
    """Return about as many of the best offers as are kept, of those within the window: the best first, as they come.

    Of equal ones all or none, so that no order chooses; of those that are equal to the very best as many as are kept.
    """
    first, within = 0, 0
    for a in range(found):
        if offered[a] > offered[first]:
            first = a
    least = offered[first] - WINDOW
    for a in range(found):
        within += offered[a] >= least
    if within > kept:
        least = _best_after(offered, found, kept)
        if offered[first] > least + EQUAL:
            least += EQUAL
    best, count = np.empty(min(within, kept), np.int64), 1
    best[0] = first
    for a in range(found):
        if a != first and count < len(best) and offered[a] >= least:
            best[count], count = a, count + 1
    return best[:count]


@njit(cache=True)
def _best_after(offered: Floats, found: int, kept: int) -> float:
    """Return the best offer after so many: the lowest of a short list that better ones push down."""
    most, held = np.empty(kept + 1), 0
    for a in range(found):
        if held <= kept or offered[a] > most[kept]:
            at = min(held, kept)
            while at > 0 and most[at - 1] < offered[a]:
                most[at] = most[at - 1]
                at -= 1
            most[at], held = offered[a], min(held + 1, kept + 1)
    return float(most[kept])


@njit(cache=True)
def _begin(n: int, reals: Floats, wholes: Ints, one: Floats, r: int, bit: int) -> None:
    """Write the happening of one report alone, of where fire left until something says otherwise."""
    for x in range(_REALS):
        reals[n, x] = 0.0
    for x in range(INFO):
        reals[n, x] = one[r, x]
    _fuse(reals, n, 0)
    wholes[n, 0], wholes[n, 1], wholes[n, _BEGUN], wholes[n, _WEIGHED] = 1, 0, r, -1
    size = (wholes.shape[1] - _WHOLES) // 2
    for x in range(_WHOLES, _WHOLES + 2 * size):
        wholes[n, x] = 0
    wholes[n, _WHOLES + r], wholes[n, _WHOLES + size + bit] = _LEAVES, 1


@njit(cache=True)
def _become(n: int, join: int, into: int, reals: Floats, wholes: Ints, r: int, bit: int) -> None:
    """Write what a happening becomes when the report joins it."""
    end, turn = join >> 1, join & 1
    begin, other = _JOINS + join * _JOIN, (1 - (end ^ turn)) * _END
    for x in range(_END):
        reals[into, end * _END + x] = reals[n, begin + x]
        reals[into, (1 - end) * _END + x] = reals[n, other + x]
    reals[into, _VALUE], reals[into, _SAID] = reals[n, begin + _AGREES], reals[n, _TELLS]
    reals[into, _AGAINST] = reals[n, begin + _HOSTILE]
    wholes[into, 0], wholes[into, 1] = wholes[n, turn], wholes[n, 1 - turn]
    wholes[into, end] += 1
    wholes[into, _BEGUN], wholes[into, _WEIGHED] = wholes[n, _BEGUN], -1
    for x in range(_WHOLES, wholes.shape[1]):
        wholes[into, x] = wholes[n, x]
    if turn:  # who stood alone turns
        wholes[into, _WHOLES + wholes[n, _BEGUN]] = _LEAVES + _LANDS - wholes[n, _WHOLES + wholes[n, _BEGUN]]
    wholes[into, _WHOLES + r], wholes[into, _WHOLES + (wholes.shape[1] - _WHOLES) // 2 + bit] = _LEAVES + end, 1


@njit(cache=True)
def _members(now: Ints, live: int, wholes: Ints, of: Ints) -> None:
    """Write in which happening each hypothesis puts each report."""
    for h in range(live):
        for k in range(1, now[h, 0] + 1):
            for r in range(of.shape[1]):
                if wholes[now[h, k], _WHOLES + r] != _NOT:
                    of[h, r] = k


@njit(cache=True)
def _sharpest_first(mean: Floats, cov: Floats) -> Ints:
    """Return the reports by the volume of their errors, equals by their time, then as they come: by what they state."""
    volume, time = np.empty(len(cov)), np.empty(len(cov))
    for k in range(len(cov)):
        time[k] = mean[k, 2]
    by_time = np.argsort(time, kind="mergesort")
    for k in range(len(cov)):
        q = by_time[k]
        volume[k] = (cov[q, 0] + cov[q, 3]) * math.sqrt(cov[q, 5])
    return by_time[np.argsort(volume, kind="mergesort")]


@njit(cache=True)
def _bits(source: Ints) -> Ints:
    """Return for each report the first report of its source."""
    found = np.arange(len(source))
    for k in range(len(source)):
        for q in range(k):
            if source[q] == source[k]:
                found[k] = q
                break
    return found


@njit(cache=True)
def _silences(mean: Floats, cov: Floats, missed: Floats, bit: Ints, out: Floats) -> None:
    """Write ln of the probability that a source (its bit) tells nothing of a happening where a report puts it."""
    out[:] = 0.0
    for k in range(len(mean)):
        for q in range(len(mean)):
            x, y, t = mean[k, 0] - mean[q, 0], mean[k, 1] - mean[q, 1], mean[k, 2] - mean[q, 2]
            wide = ATTENDS_KM**2 + (cov[k, 0] + cov[k, 3] + cov[q, 0] + cov[q, 3]) / 2
            long = ATTENDS_S**2 + cov[k, 5] + cov[q, 5]
            misfit = (x * x + y * y) / wide + t * t / long
            if misfit < NEGLIGIBLE:
                out[bit[k], q] = min(out[bit[k], q], math.exp(-0.5 * misfit) * missed[k])


@njit(cache=True)
def _companions(mean: Floats, cov: Floats, one: Floats, out: Floats) -> None:
    """Write the density per km² and s of a burst's happenings where a report is, for one that another report began."""
    for r in range(len(mean)):
        for o in range(len(mean)):
            x, y, t = mean[o, 0] - mean[r, 0], mean[o, 1] - mean[r, 1], mean[o, 2] - mean[r, 2]
            a, d = cov[o, 0] + cov[r, 0] + BURST_KM**2, cov[o, 3] + cov[r, 3] + BURST_KM**2
            b, f = cov[o, 1] + cov[r, 1], cov[o, 5] + cov[r, 5] + BURST_S**2
            determinant = a * d - b * b
            misfit = (d * x * x - 2 * b * x * y + a * y * y) / determinant + t * t / f
            out[r, o] = 0.0
            if misfit < NEGLIGIBLE:
                value = math.exp(-0.5 * misfit) / math.sqrt((2 * math.pi) ** 3 * determinant * f)
                out[r, o] = one[r, _COMPANY] * value
