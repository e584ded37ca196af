"""How a component of reports divides into happenings: every partition weighed, or a stated approximation.

Up to MOST_EXACT reports all partitions are enumerated and weighed by their evidence. Which reports belong
together is then a probability, the sum over the partitions that join them. The division that is published
is the one with the most expected agreement on pairs (Binder, Biometrika 65, 1978, p. 31) at the share JOINS. Larger
components are joined greedily, best evidence first, then improved by moving single reports; their probabilities are
those of each report given where all others stand, which says too little doubt where several could move at once.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from trucewatch.assess.clusters import COUNT, END, WIDTH, evidence, turned
from trucewatch.assess.pairs import FORBIDDEN
from trucewatch.assess.table import Flags, Floats, Ints

MOST_EXACT = 6  # Bell(6) = 203 partitions, 3⁶ = 729 ways to be of a set and of one of its ends
JOINS = 0.4  # share of a pair from which joining serves better than parting: half the F1 that is reached (Lipton 2014)
CELLS = 4_000_000  # numbers held at once


@lru_cache(maxsize=MOST_EXACT)
def _partitions(size: int) -> Ints:
    """Return every partition of `size` items as the bit masks of its blocks, padded with 0, shape (Bell, size)."""
    rows: list[list[int]] = [[]]
    for item in range(size):
        bit = 1 << item
        grown: list[list[int]] = []
        for blocks in rows:
            grown.extend([*blocks[:k], blocks[k] | bit, *blocks[k + 1 :]] for k in range(len(blocks)))
            grown.append([*blocks, bit])
        rows = grown
    return np.array([row + [0] * (size - len(row)) for row in rows], dtype=np.int64)


@lru_cache(maxsize=MOST_EXACT)
def _together(size: int) -> Floats:
    """Return for each partition whether items i and j share a block, shape (Bell, size, size); (i, i): i is alone."""
    masks = _partitions(size)
    bits = (masks[:, :, None] >> np.arange(size)) & 1
    joined: Floats = np.einsum("pki,pkj->pij", bits, bits).astype(np.float64)
    for i in range(size):
        joined[:, i, i] = (masks == (1 << i)).any(axis=1)
    return joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Components of one size n: `nodes` are features (components, n, 2, WIDTH), all others (components, n, n).

    `same` says which pairs cannot be of one end of a happening, `cross` which not of its two ends; `words` is what
    each pair's words say (natural log).
    """

    nodes: Floats
    same: Flags
    cross: Flags
    words: Floats

    def some(self, start: int, stop: int) -> "Component":
        """Return the components from start to stop."""
        cut = slice(start, stop)
        return Component(nodes=self.nodes[cut], same=self.same[cut], cross=self.cross[cut], words=self.words[cut])


def divided(given: Component) -> tuple[Ints, Floats]:
    """Divide components of one size into happenings.

    Return the block of each report (its lowest member) and the probability of each pair being together, with each
    report's of being alone on the diagonal.
    """
    count, size = given.nodes.shape[:2]
    exact = size <= MOST_EXACT
    step = max(1, CELLS // (WIDTH * 3**size if exact else size * size * WIDTH * 4))
    method = _enumerated if exact else _approximated
    parts = [method(given.some(k, k + step)) for k in range(0, count, step)]
    return np.concatenate([block for block, _ in parts]), np.concatenate([shares for _, shares in parts])


def _enumerated(given: Component) -> tuple[Ints, Floats]:
    size = given.nodes.shape[1]
    values = subsets(given)
    masks, together = _partitions(size), _together(size)
    totals = values[:, masks].sum(axis=2)
    weights = np.exp(totals - totals.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    shares = np.round(np.einsum("cp,pij->cij", weights, together), 6)
    gain = np.where(np.eye(size, dtype=bool), 0.0, shares - JOINS)
    best = np.argmax(np.round(np.einsum("cij,pij->cp", gain, together), 6), axis=1)
    members = (masks[best][:, :, None] >> np.arange(size)) & 1  # (components, blocks, reports)
    lowest = np.where(members.any(axis=2), np.argmax(members, axis=2), 0)
    block = np.einsum("cki,ck->ci", members, lowest)
    return block, shares


@lru_cache(maxsize=MOST_EXACT)
def _ends(size: int) -> tuple[Ints, Ints, Ints]:
    """Return how 3ⁿ codes (digit 0: not of the set, 1: of one end, 2: of the other) sort by the set that they are of.

    The order, where each set begins in it, and the set's bit mask.
    """
    digits = (np.arange(3**size)[:, None] // 3 ** np.arange(size)) % 3
    mask = ((digits > 0) << np.arange(size)).sum(axis=1)
    order = np.argsort(mask, kind="stable")
    starts = np.flatnonzero(np.r_[True, mask[order][1:] != mask[order][:-1]])
    return order, starts, mask


def subsets(given: Component) -> Floats:
    """Return the evidence of every subset of each component, summed over its ends; shape (components, 2ⁿ), by mask."""
    nodes, count, size = given.nodes, *given.nodes.shape[:2]
    sums = np.zeros((count, 3**size, WIDTH))
    said, wrong = np.zeros((count, 3**size)), np.zeros((count, 3**size), dtype=bool)
    for k in range(size):
        low = 3**k
        for end in (1, 2):
            part = slice(end * low, (end + 1) * low)
            sums[:, part] = sums[:, :low] + nodes[:, k, None, end - 1]
            said[:, part], wrong[:, part] = said[:, :low], wrong[:, :low]
            for other in range(k):
                digit = (np.arange(low) // 3**other) % 3
                said[:, part] += np.where(digit > 0, given.words[:, other, k, None], 0.0)
                wrong[:, part] |= (digit == end) & given.same[:, other, k, None]
                wrong[:, part] |= (digit == 3 - end) & given.cross[:, other, k, None]
    order, starts, mask = _ends(size)
    members = np.array([code.bit_count() for code in mask.tolist()])
    values = np.where(wrong, FORBIDDEN, evidence(sums) + said * 2 / np.maximum(members, 1))[:, order]
    top = np.maximum.reduceat(values, starts, axis=1)
    spread = np.repeat(top, np.diff(np.r_[starts, len(order)]), axis=1)
    found = np.round(top + np.log(np.add.reduceat(np.exp(values - spread), starts, axis=1)), 6)
    found[:, members[order][starts] < 2] = 0.0
    return np.maximum(found, FORBIDDEN)


# --- larger components ----------------------------------------------------------------------------


def _approximated(given: Component) -> tuple[Ints, Floats]:
    state = _State(given)
    state.join()
    moves = state.improve()
    odds = np.exp(moves - moves.max(axis=(1, 3), keepdims=True)).sum(axis=3)
    share = odds / odds.sum(axis=1, keepdims=True)  # (components, block, report): given where all others stand
    member = state.reports()
    others = np.where(member.sum(axis=2, keepdims=True) - member > 0, 1.0, 0.0)
    alone = (share * (1 - others)).sum(axis=1)
    held = np.einsum("cki,ckj->cij", share * others, member)
    shares = np.round(held, 6)  # (i, j): that i belongs where j stands
    size = member.shape[2]
    shares[:, np.arange(size), np.arange(size)] = np.round(alone, 6)
    # who belongs where it was joined with less than JOINS stands apart, as in the enumeration
    loose = ((share * member).sum(axis=1) < JOINS) & (member.sum(axis=2)[:, :, None] * member > 1).any(axis=1)
    kept = np.where(loose[:, None], 0.0, member)
    block = np.take_along_axis(np.argmax(kept > 0, axis=2), np.argmax(member, axis=1), axis=1)
    return np.where(loose, np.arange(size), block), shares


class _State:
    """Components of one size n in the course of being divided; block k begins as report k alone.

    A half is a report at one of the two ends: halves 2i and 2i + 1 are report i where fire left and where it arrived.
    `member` is (components, block, half) of 0 and 1; `sums` the features of each block; `said` and `wrong` are, for
    each block and half, the words' and the conflicts' sum over the block's members. `value` is a block's evidence.
    """

    def __init__(self, given: Component) -> None:
        count, size = given.nodes.shape[:2]
        self.nodes = given.nodes.reshape(count, 2 * size, WIDTH)
        self.words = np.repeat(np.repeat(given.words, 2, axis=1), 2, axis=2)
        apart = np.arange(2 * size)[:, None] % 2 != np.arange(2 * size) % 2
        wide = [np.repeat(np.repeat(flags, 2, axis=1), 2, axis=2) for flags in (given.same, given.cross)]
        self.hostile = np.where(apart, wide[1], wide[0]).astype(np.float64)
        likelier = 2 * np.arange(size) + np.argmax(given.nodes[..., END], axis=2)
        self.member = np.zeros((count, size, 2 * size))
        np.put_along_axis(self.member, likelier[:, :, None], 1.0, axis=2)
        self.sums = np.take_along_axis(self.nodes, likelier[:, :, None], axis=1)
        self.said = np.take_along_axis(self.words, likelier[:, :, None], axis=1)
        self.wrong = np.take_along_axis(self.hostile, likelier[:, :, None], axis=1)
        self.value = np.zeros((count, size))

    def reports(self) -> Floats:
        """Return which report is in which block, whatever its end, shape (components, block, report)."""
        return self.member[..., 0::2] + self.member[..., 1::2]

    def _inner(self, rows: Ints, block: Ints) -> tuple[Floats, Floats]:
        """Return the words' and the conflicts' sums over the pairs inside one block of each component."""
        held = self.member[rows, block]
        return (held * self.said[rows, block]).sum(axis=-1) / 2, (held * self.wrong[rows, block]).sum(axis=-1) / 2

    # --- joining

    def join(self) -> None:
        """Join the two blocks whose union has the most more evidence than they, until none has."""
        count, size = self.value.shape
        gain = np.full((count, size, size), -np.inf)
        every = np.arange(count)
        for k in range(size):
            gain[:, k] = self._gains(every, np.full(count, k))
        for _ in range(size - 1):
            flat = gain.reshape(count, -1)
            best = np.argmax(flat, axis=1)
            some = np.flatnonzero(flat[every, best] > 0)
            if not len(some):
                break
            a, b = np.minimum(best // size, best % size)[some], np.maximum(best // size, best % size)[some]
            self._unite(some, a, b)
            gain[some, b, :] = -np.inf
            gain[some, :, b] = -np.inf
            fresh = self._gains(some, a)
            gain[some, a, :] = fresh
            gain[some, :, a] = fresh

    def _gains(self, rows: Ints, block: Ints) -> Floats:
        """Return what joining one block of each component with every other would add, shape (rows, blocks)."""
        values = self._united(rows, block)
        top = values.max(axis=-1)
        union = np.round(top + np.log(np.exp(values - top[..., None]).sum(axis=-1)), 6)
        found = union - self.value[rows] - self.value[rows, block][:, None]
        number = self.member[rows].sum(axis=2)
        every = np.arange(len(rows))
        found[(number == 0) | (number[every, block] == 0)[:, None]] = -np.inf
        found[every, block] = -np.inf
        return np.where(top <= FORBIDDEN / 2, -np.inf, found)

    def _united(self, rows: Ints, block: Ints) -> Floats:
        """Return the evidence of a block with every other, each as it stands or turned, shape (rows, blocks, 4)."""
        mine, others = self.sums[rows, block][:, None], self.sums[rows]
        said, wrong = self._inner(rows, block)
        inside = (
            (self.member[rows] * self.said[rows]).sum(axis=2) / 2,
            (self.member[rows] * self.wrong[rows]).sum(axis=2) / 2,
        )
        near, hate = self.said[rows, block][:, None], self.wrong[rows, block][:, None]
        straight, across = self.member[rows], self.member[rows][..., _turn(self.member.shape[2])]
        words = said[:, None] + inside[0] + (straight * near).sum(axis=2)
        number = np.maximum(mine[..., COUNT] + others[..., COUNT], 1)
        found = []
        for one in (mine, turned(mine)):
            for other in (others, turned(others)):
                like = (one is mine) == (other is others)
                bad = wrong[:, None] + inside[1] + ((straight if like else across) * hate).sum(axis=2)
                found.append(np.where(bad > 0, FORBIDDEN, evidence(one + other) + 2 * words / number))
        return np.stack(found, axis=-1)

    def _unite(self, rows: Ints, a: Ints, b: Ints) -> None:
        every = np.arange(len(rows))
        values = self._united(rows, a)[every, b]
        top = values.max(axis=-1)
        self.value[rows, a] = np.round(top + np.log(np.exp(values - top[:, None]).sum(axis=-1)), 6)
        self.value[rows, b] = 0.0
        way = np.argmax(values, axis=-1)
        turn = _turn(self.member.shape[2])
        for block, chosen in ((a, way // 2 == 1), (b, way % 2 == 1)):
            some, which = rows[chosen], block[chosen]
            self.sums[some, which] = turned(self.sums[some, which])
            for column in (self.member, self.said, self.wrong):
                column[some, which] = column[some, which][:, turn]
        for column in (self.member, self.sums, self.said, self.wrong):
            column[rows, a] += column[rows, b]
            column[rows, b] = 0.0

    # --- moving single reports

    def improve(self) -> Floats:
        """Move single reports while that adds evidence; return what each place would give each report.

        The answer's shape is (components, block, report, end): the evidence with the report in that block at that
        end, all others staying, against that without it; one empty block stands for being alone, others have -inf.
        """
        count, size = self.value.shape
        moves = np.stack([self._moves(np.arange(count), np.full(count, k)) for k in range(size)], axis=1)
        alive = np.arange(count)
        for _ in range(2 * size):
            offered = self._offered(moves[alive], self.member[alive])
            now = np.repeat(_by_report((moves[alive] * self.member[alive]).sum(axis=1)), 2, axis=1)
            better = (offered - now[:, None]).reshape(len(alive), -1)
            best = np.argmax(better, axis=1)
            good = better[np.arange(len(alive)), best] > 1e-6
            if not good.any():
                break
            alive, to, half = alive[good], best[good] // (2 * size), best[good] % (2 * size)
            was = np.argmax(self.reports()[alive, :, half // 2], axis=1)
            old = 2 * (half // 2) + self.member[alive, was, 2 * (half // 2) + 1].astype(np.int64)
            for block, moved, sign in ((was, old, -1.0), (to, half, 1.0)):
                self.member[alive, block, moved] += sign
                self.sums[alive, block] += sign * self.nodes[alive, moved]
                self.said[alive, block] += sign * self.words[alive, moved]
                self.wrong[alive, block] += sign * self.hostile[alive, moved]
            for block in (was, to):
                moves[alive, block] = self._moves(alive, block)
        return self._offered(moves, self.member).reshape(count, size, size, 2)

    def _moves(self, rows: Ints, block: Ints) -> Floats:
        """Return what each report, at each end, adds to one block of each component, shape (rows, halves)."""
        held, nodes = self.member[rows, block], self.nodes[rows]
        said, wrong = self._inner(rows, block)
        near, hate = self.said[rows, block], self.wrong[rows, block]
        # without the report, at whichever end it stands; then with it at this half
        gone = np.repeat(_by_report(held), 2, axis=1)
        sums = self.sums[rows, block][:, None] - np.repeat(_by_report(held[..., None] * nodes), 2, axis=1)
        less_said = said[:, None] - np.repeat(_by_report(held * near), 2, axis=1)
        less_wrong = wrong[:, None] - np.repeat(_by_report(held * hate), 2, axis=1)
        number = held.sum(axis=1)[:, None] - gone
        own_words = np.repeat(_by_report(held), 2, axis=1) * np.einsum("chh->ch", self.words[rows])
        without = _valued(sums, less_said, less_wrong, number)
        # a report has no conflict with itself at the other end: its own part is taken out of what the block hates
        stood = np.repeat(held.reshape(len(rows), -1, 2), 2, axis=1).reshape(len(rows), -1, 2)
        pair = np.arange(held.shape[1]) // 2 * 2
        own = (
            stood[..., 0] * self.hostile[rows][:, np.arange(held.shape[1]), pair]
            + stood[..., 1] * self.hostile[rows][:, np.arange(held.shape[1]), pair + 1]
        )
        within = _valued(sums + nodes, less_said + near - own_words, less_wrong + hate - own, number + 1)
        found: Floats = within - without
        return found

    def _offered(self, moves: Floats, member: Floats) -> Floats:
        """Return the moves with -inf for all empty blocks but the first, and that one too for who is alone already."""
        number = member.sum(axis=2)
        empty = number == 0
        spare = empty & (np.cumsum(empty, axis=1) == 1)
        single = np.repeat(_by_report((member * (number == 1)[:, :, None]).sum(axis=1)), 2, axis=1) > 0
        allowed = ~empty[:, :, None] | (spare[:, :, None] & ~single[:, None, :])
        return np.where(allowed, moves, -np.inf)


def _turn(halves: int) -> Ints:
    """Return the halves in the order in which each report is at its other end."""
    found: Ints = np.arange(halves) ^ 1
    return found


def _by_report(halves: Floats) -> Floats:
    """Return the sum over the two halves of each report, along axis 1."""
    return halves[:, 0::2] + halves[:, 1::2]


def _valued(sums: Floats, said: Floats, wrong: Floats, number: Floats) -> Floats:
    """Return the evidence of sets: `said` and `wrong` are summed over their pairs, once each."""
    values = np.round(evidence(sums) + 2 * said / np.maximum(number, 1), 6)
    return np.where(wrong > 0, FORBIDDEN, np.where(number > 0, values, 0.0))
