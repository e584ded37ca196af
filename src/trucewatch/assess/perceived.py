"""What neutral and other eyes perceived, weighed against the scenes: arrays over all incidents at once.

Each sighting becomes a likelihood of every scene; those of one line multiply, those of all lines multiply, and a
cause's likelihood is its mixture of scenes. Which end of the fire each sort of perception shows is learned (`origins`)
unless it is given.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.exact import Numbers, even_sum, on_grid
from trucewatch.assess.joint import Evidence, Grounds, Marks, Together, alone, believed
from trucewatch.assess.leave_out import LeftOut
from trucewatch.assess.origins import Origins, learn
from trucewatch.assess.scenes import Scenes
from trucewatch.assess.sightings import FLIGHT, OF_NOTHING, OF_NOTHING_TOLD, WEAPON, Sighting
from trucewatch.assess.table import noted_within_s
from trucewatch.assess.weigh import LEAST_SHARE

# Neutral sightings contradict each other where so many of those that are weighed together, and this share of them, must
# be grossly misplaced for any scene of fire, besides what may belong elsewhere: the errors that they state do not hold.
# Guesses, held against simulated development worlds: of 550 right findings none has both.
MISPLACED, MISPLACED_SHARE = 0.9, 1 / 3


@dataclass(frozen=True, slots=True)
class Perceived:
    """What was perceived: log-likelihoods (bits) of every scene, per incident and per line, and each sighting's own.

    `owner` numbers the incident of each line, `line` the line of each sighting. `whole` and `neutral` are of the
    incidents, from all and from neutral lines; `own` of each line, `without` of its incident without it. `watched`
    tells of each incident whether a neutral line perceived it, `contradicted` whether its neutral sightings
    contradict each other.
    """

    scenes: Scenes
    owner: NDArray[np.intp]
    line: NDArray[np.intp]
    alone: Numbers
    whole: Numbers
    neutral: Numbers
    own: Numbers
    without: Numbers
    watched: NDArray[np.bool_]
    contradicted: NDArray[np.bool_]


def perceive(
    scenes: Scenes,
    sightings: Sequence[Sighting],
    ground: Numbers,
    count: int,
    *,
    told: Numbers,
    grounds: Grounds,
    left_out: LeftOut,
    known: Origins | None = None,
) -> tuple[Perceived, Origins]:
    """Weigh all sightings of `count` incidents by what is `known` of origins, or by what they teach themselves.

    `ground` is how well each fits each party's ground; `told` (incidents) are bits against there having been no fire at
    all, of how it was told; `grounds` answers for any other place, at the time of a sighting. What is known is heard
    but for what those taught that an incident leaves out.
    """
    lines: dict[tuple[int, str], int] = {}
    line = np.array([lines.setdefault((s.incident, s.line), len(lines)) for s in sightings], dtype=np.intp)
    owner = np.array([n for n, _ in lines], dtype=np.intp)
    neutral = np.zeros(len(lines), dtype=bool)
    neutral[line] = [s.neutral for s in sightings]
    nothing = np.array([OF_NOTHING.get(s.sort, OF_NOTHING_TOLD if s.tells else 1.0) for s in sightings], np.float64)
    share = np.array([s.share if s.share >= LEAST_SHARE else 0.0 for s in sightings], dtype=np.float64)
    weighing = _Weighing(scenes, sightings, ground, nothing, share, line, owner, neutral, told, count, grounds)
    return weighing.run(left_out, known)


def _marks(sightings: Sequence[Sighting]) -> Marks:
    def column(values: Iterable[float]) -> Numbers:
        return np.array(list(values), dtype=np.float64)

    return Marks(
        east=column(s.at.east for s in sightings),
        north=column(s.at.north for s in sightings),
        var_east=column(s.at.var_east for s in sightings),
        var_north=column(s.at.var_north for s in sightings),
        cov=column(s.at.cov for s in sightings),
        time_s=column(s.time_s for s in sightings),
        # two may note two rounds of one salvo
        time_sd_s=column(math.hypot(s.time_sd_s, min(map(noted_within_s, s.rows))) for s in sightings),
        paired=np.array([s.sort not in (FLIGHT, WEAPON) for s in sightings], dtype=bool),
        # what a side shows must not crowd out what others saw
        rank=np.array([2 * (not s.neutral) + s.alike for s in sightings], dtype=np.intp),
    )


@dataclass(frozen=True, slots=True)
class _Weighing:
    scenes: Scenes
    sightings: Sequence[Sighting]
    ground: Numbers
    nothing: Numbers
    share: Numbers
    line: NDArray[np.intp]
    owner: NDArray[np.intp]
    neutral: NDArray[np.bool_]
    told: Numbers
    count: int
    grounds: Grounds

    def run(self, left_out: LeftOut, known: Origins | None) -> tuple[Perceived, Origins]:
        whole, clean, own, without = self._jobs()
        together = Together(self.scenes, _marks(self.sightings), whole, self.grounds)
        origins = known or self._learn(together)
        evidence = self._given(origins.chances(self.sightings, left_out))
        every = range(self.count)
        told = np.zeros((self.count, self.scenes.count))
        told[:, -1] = self.told
        of_all = together.bits(evidence, whole, every)
        neutral = self._of_neutral(together, evidence, clean, of_all) + told
        single = np.bincount(self.owner, minlength=self.count)[self.owner] == 1  # its line is all that it has
        of_line, left = of_all[self.owner], np.zeros((len(self.owner), self.scenes.count))
        several = np.flatnonzero(~single)
        for found, jobs in ((of_line, own), (left, without)):
            found[several] = together.bits(evidence, [jobs[k] for k in several.tolist()], self.owner[several])
        watched = np.zeros(self.count, dtype=bool)
        watched[self.owner[self.neutral]] = True
        perceived = Perceived(
            scenes=self.scenes,
            owner=self.owner,
            line=self.line,
            alone=alone(self.scenes, evidence),
            whole=of_all + told,
            neutral=neutral,
            own=of_line,
            without=left + told[self.owner],
            watched=watched,
            contradicted=self._contradicted(together, evidence),
        )
        return perceived, origins

    def _of_neutral(
        self, together: Together, evidence: Evidence, clean: Sequence[Sequence[int]], of_all: Numbers
    ) -> Numbers:
        """Return the bits of each incident's neutral lines; `of_all` are those of all its lines."""
        sides = np.unique(self.owner[~self.neutral])
        found = of_all.copy()
        found[sides] = together.bits(evidence, [clean[n] for n in sides.tolist()], sides)
        return found

    def _jobs(self) -> tuple[list[list[int]], ...]:
        """Return the sightings of each incident, of its neutral lines, of each line, and of its incident without it.

        Each in the order of what they state.
        """
        whole: list[list[int]] = [[] for _ in range(self.count)]
        for k in sorted(range(len(self.sightings)), key=lambda k: _content(self.sightings[k])):
            whole[self.sightings[k].incident].append(k)
        line, neutral = self.line.tolist(), self.neutral.tolist()
        clean = [[k for k in group if neutral[line[k]]] for group in whole]
        own: list[list[int]] = [[] for _ in self.owner]
        for group in whole:
            for k in group:
                own[line[k]].append(k)
        without = [[k for k in whole[n] if line[k] != at] for at, n in enumerate(self.owner.tolist())]
        return whole, clean, own, without

    def _learn(self, together: Together) -> Origins:
        """Return which end each group shows, as the sightings of neutral lines that do not stand alone tell."""
        neutral, scene = self.neutral[self.line], self._one_side()
        return learn(self.sightings, self.count, lambda chances: together.ends(self._given(chances), neutral, scene))

    def _contradicted(self, together: Together, evidence: Evidence) -> NDArray[np.bool_]:
        """Tell of each incident whether its neutral sightings contradict each other."""
        _, either = together.ends(evidence, self.neutral[self.line], self._one_side())
        asked, owner = either > 0, self.owner[self.line]
        misplaced = np.bincount(owner, np.where(asked, self.share - either, 0.0), self.count)
        return (misplaced >= MISPLACED) & (misplaced >= MISPLACED_SHARE * np.bincount(owner, asked, self.count))

    def _one_side(self) -> Numbers:
        """Return the prior of each scene of fire where one side fired, whichever."""
        n = self.scenes.n
        return even_sum(self.scenes.given[:n, : n * n].T) / n

    def _given(self, chances: Numbers) -> Evidence:
        """Return the evidence, each sighting being of the origin with these chances."""
        alike = np.array([s.alike for s in self.sightings], dtype=bool)
        return believed(self.scenes, chances, self.ground, self.nothing, share=self.share, alike=alike)


def _content(sighting: Sighting) -> tuple[Any, ...]:
    """Return what puts sightings in order: what they state, and a digest of it with the names only among twins."""
    at = sighting.at
    stated = (sighting.time_s, sighting.time_sd_s, at.east, at.north, sighting.sort, sighting.bearing_deg)
    return *stated, sighting.group, sighting.rows[0].key


def ground_fit(ground: Sequence[Mapping[str, float]], parties: Sequence[str]) -> Numbers:
    """Return how well each place fits each party's ground; ground that nobody is known to hold fits all alike."""
    known = on_grid(np.array([[g[p] for p in parties] for g in ground]).reshape(len(ground), len(parties)))
    unknown = np.maximum(0.0, 1.0 - even_sum(known))
    fit: Numbers = known + unknown[:, None] / len(parties)
    return fit
