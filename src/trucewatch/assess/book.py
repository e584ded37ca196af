"""The weights of all incidents at hand, and their independent lines of evidence as arrays."""

from collections.abc import Sequence

import numpy as np

from trucewatch.assess import weigh
from trucewatch.assess.exact import Numbers, on_grid, sums
from trucewatch.assess.perceived import Perceived
from trucewatch.assess.sightings import Sighting
from trucewatch.assess.verdict import Lines
from trucewatch.evidence import hypotheses
from trucewatch.model import Incident, Weight


class Book:
    """The weights of all incidents, and their lines as arrays."""

    def __init__(self, parties: Sequence[str], incidents: Sequence[Incident]) -> None:
        self.parties = tuple(parties)
        self.order = hypotheses(parties)
        self.incidents = incidents
        self.weights: list[list[Weight]] = [[] for _ in incidents]
        self.direct: list[tuple[int, Weight]] = []
        self.names: list[str] = []

    def add(self, incident: int, weights: Sequence[Weight]) -> None:
        """Add weights that speak of the hypotheses directly."""
        for weight in weights:
            self.direct.append((incident, weight))
            self.weights[incident].append(weight)

    def print(self, incident: int, weight: Weight) -> None:
        """Add a weight whose numbers are counted elsewhere."""
        self.weights[incident].append(weight)

    def loosely(self, incident: int, weight: Weight) -> Numbers:
        """Add a weight that belongs to no line, and return its bits."""
        self.print(incident, weight)
        row: Numbers = self._bits([weight])[0]
        return row

    def neutral(self) -> Numbers:
        """Return what neutral eyes saw beside sightings, in bits for each cause."""
        neutral = [(n, w) for n, w in self.direct if w.supplied_by is None and not w.said]
        bits = self._bits([w for _, w in neutral])
        by_cause = np.column_stack([bits, bits[:, -1]])
        return sums(by_cause, np.array([n for n, _ in neutral], dtype=np.intp), len(self.weights))

    def _bits(self, weights: Sequence[Weight]) -> Numbers:
        rows = [[bits for _, bits in w.bits] for w in weights]
        return on_grid(np.array(rows, dtype=np.float64).reshape(len(weights), len(self.order)))

    def lines(self, perceived: Perceived, seen: Sequence[Sighting]) -> Lines:
        """Return all independent lines; a line of sightings and other weights of the same name are one."""
        numbers: dict[tuple[int, str], int] = {}
        kept: list[tuple[int, int]] = []
        for sighting, line in zip(seen, perceived.line.tolist(), strict=True):
            kept.append((numbers.setdefault((sighting.incident, sighting.line), len(numbers)), line))
        where = [numbers.setdefault((n, w.line), len(numbers)) for n, w in self.direct]
        owner = np.array([n for n, _ in numbers], dtype=np.intp)
        self.names = [name for _, name in numbers]
        own = np.zeros((len(owner), perceived.scenes.count))
        without = perceived.whole[owner]
        for number, line in dict(kept).items():
            own[number], without[number] = perceived.own[line], perceived.without[line]
        may = np.zeros((len(owner), len(self.order)), dtype=bool)
        supplied = [(number, weigh.speaker(s.rows[0])) for s, (number, _) in zip(seen, kept, strict=True)]
        supplied += [(number, w.supplied_by) for number, (_, w) in zip(where, self.direct, strict=True) if not w.said]
        for number, by in supplied:
            if by is None:
                may[number] = True
            elif by in self.parties:
                may[number, self.parties.index(by)] = True
        bits, at = self._bits([w for _, w in self.direct]), np.array(where, dtype=np.intp)
        sides = [self._side(w) for _, w in self.direct]
        speaker = np.full(len(owner), -1, dtype=np.intp)
        for number, side in zip(where, sides, strict=True):
            if side >= 0:
                speaker[number] = side
        said = np.array([side >= 0 for side in sides], dtype=bool)
        direct, words = sums(bits, at, len(owner)), sums(bits[said], at[said], len(owner))
        return Lines(owner, perceived.whole, own, without, direct, words, speaker, may)

    def _side(self, weight: Weight) -> int:
        """Return the number of the side whose word a weight is, -1 where it is no side's or no word."""
        by = weight.supplied_by
        return self.parties.index(by) if weight.said and by is not None and by in self.parties else -1
