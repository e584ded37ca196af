"""How far words may be trusted: learned in each run, by role, from what neutral eyes decided.

Only incidents that neutral perception alone decides teach (0.9 or more for one side from a neutral prior, no claim
counted), each once and by a whole number, so that no half-belief can feed on itself. No incident teaches the weight
that judges it: its own contribution is taken away first. The start is a hand's guess that counts as a few
incidents. Every side's word is judged by its own record and by the same expression; for a claim only the ratio of
how often it is made where true and where false counts, so that making many claims buys nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trucewatch.assess.weigh import MEDIA, TOLD, Saying
from trucewatch.vocabulary import Stance

DECIDED = 0.90  # posterior from which an incident teaches; a guess
BELONGS = 0.5  # words that belong to an incident less surely than this teach nothing of it; a guess
KAPPA = 20.0  # incidents that a guess is worth; a guess itself
KAPPA_SIDE = 30.0  # incidents that the record of all sides together is worth against a side's own; a guess
# The most that words or a silence can weigh: whoever was reliable may begin to lie; guesses.
MOST, MOST_ADMITTED, MOST_SILENT = 8.0, 64.0, 2.0
USUALLY = 0.3  # a side's silence is weighed where it speaks of this share of others' fire or more; a guess

# Ratios of how often something is said where true and where not. What anybody says of a side is said nearly as
# readily when it is untrue: SLMM cleared 24 % and 57 % of the two sides' complaints (The Sunday Times, Colombo, 26
# February 2006): half a bit. An admission is against one's own interest: strong. Nearly everybody denies.
SIDE = "side"
GUESS = {
    (SIDE, Stance.ACCUSES): 1.4,
    (MEDIA, Stance.ACCUSES): 1.25,
    (TOLD, Stance.ACCUSES): 1.25,
    (SIDE, Stance.ADMITS): 30.0,
    (SIDE, Stance.DENIES): 8 / 9,
}
OTHERS_GUESS = 1.2  # of what a source of unknown kind says

Role = tuple[str, Stance]


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was said, and could have been, where it was true and where it was not."""

    true_said: int = 0
    true_all: int = 0
    false_said: int = 0
    false_all: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            self.true_said + other.true_said,
            self.true_all + other.true_all,
            self.false_said + other.false_said,
            self.false_all + other.false_all,
        )

    def __sub__(self, other: "Tally") -> "Tally":
        """Return this one without the other, which was counted in it."""
        return Tally(
            self.true_said - other.true_said,
            self.true_all - other.true_all,
            self.false_said - other.false_said,
            self.false_all - other.false_all,
        )


def rates(tally: Tally, ratio: float, kappa: float) -> tuple[float, float]:
    """Return how often it is said where true and where false, beginning from a ratio worth `kappa` incidents.

    The beginning has the tally's own volume, so that it speaks of the ratio only.
    """
    volume = (tally.true_said + tally.false_said + 0.5) / (tally.true_all + tally.false_all + 1.0)
    true_first, false_first = volume * 2 * ratio / (1 + ratio), volume * 2 / (1 + ratio)
    true = (tally.true_said + kappa * true_first) / (tally.true_all + kappa)
    false = (tally.false_said + kappa * false_first) / (tally.false_all + kappa)
    return min(true, 0.99), min(false, 0.99)


def role_of(saying: Saying) -> Role:
    """Return the role that a saying plays."""
    return (SIDE if saying.by is not None else saying.line), saying.stance


class Record:
    """Everybody's record as a speaker, from the incidents that neutral perception decided.

    `decided` holds for each incident the number of the party that it found, or -1; `said` what was said in each.
    """

    def __init__(self, parties: Sequence[str], decided: Sequence[int], said: Sequence[Iterable[Saying]]) -> None:
        """Count."""
        self._parties = tuple(parties)
        self._decided = decided
        self._tallies: dict[tuple[Role, str | None], Tally] = {}
        self._speaks = dict.fromkeys(parties, Tally())
        found = [0] * len(parties)
        for n, number in enumerate(decided):
            if number >= 0:
                found[number] += 1
                for saying in said[n]:
                    self._add((role_of(saying), saying.by), self._said(n, saying))
                for by in {s.by for s in said[n] if s.share >= BELONGS and s.by is not None}:
                    if by in self._speaks:
                        self._speaks[by] += self._spoke(n, by, spoke=True)
        for role in GUESS:
            for who in parties if role[0] == SIDE else (None,):
                self._add((role, who), self._opportunities(role, who, found))
        for number, party in enumerate(parties):
            self._speaks[party] += Tally(0, sum(found) - found[number], 0, found[number])
        self._pooled = {
            role: sum((self._tallies[role, party] for party in parties), Tally()) for role in GUESS if role[0] == SIDE
        }

    def _add(self, key: tuple[Role, str | None], tally: Tally) -> None:
        self._tallies[key] = self._tallies.get(key, Tally()) + tally

    def _said(self, incident: int, saying: Saying) -> Tally:
        """Return what one incident teaches of one saying, its opportunity aside."""
        if saying.share < BELONGS or saying.named not in self._parties:
            return Tally()
        true = self._parties[self._decided[incident]] == saying.named
        return Tally(true_said=1) if true else Tally(false_said=1)

    def _spoke(self, incident: int, by: str | None, *, spoke: bool) -> Tally:
        """Return what one incident teaches of a side's speaking at all; true: another side fired."""
        mine = self._parties[self._decided[incident]] == by
        return Tally(false_said=int(spoke)) if mine else Tally(true_said=int(spoke))

    def _opportunities(self, role: Role, by: str | None, found: Sequence[int]) -> Tally:
        """Return of how many truths and untruths `role` could have spoken; of each incident there is one truth."""
        n, every = len(found), sum(found)
        if by is None:
            return Tally(true_all=every, false_all=every * (n - 1))
        own = found[self._parties.index(by)]
        if role[1] is not Stance.ACCUSES:
            return Tally(true_all=own, false_all=every - own)
        return Tally(true_all=every - own, false_all=own * (n - 1) + (every - own) * (n - 2))

    def worth(self, incident: int, saying: Saying) -> tuple[float, float]:
        """Return how often this is said where true and where false, the incident itself aside, within bounds.

        An accusation never speaks for the accused and a denial never against the denier, whatever the record: who is
        caught lying is not believed, that is all.
        """
        role, by = role_of(saying), saying.by
        guess = GUESS.get(role, OTHERS_GUESS)
        if role not in GUESS:
            return guess / (1 + guess), 1 / (1 + guess)
        own = Tally()
        if self._decided[incident] >= 0 and (by is None or by in self._parties):
            found = [int(n == self._decided[incident]) for n in range(len(self._parties))]
            own = self._said(incident, saying)
            own += self._opportunities(role, by, found)
        if by is None:
            true, false = rates(self._tallies[role, None] - own, guess, KAPPA)
        else:
            true, false = rates(self._pooled[role] - own, guess, KAPPA)
            if by in self._parties:
                true, false = rates(self._tallies[role, by] - own, true / false, KAPPA_SIDE)
        return _bounded(role[1], true, false)

    def silence(self, incident: int, by: str) -> float:
        """Return P(silent | another side fired) / P(silent | it fired itself), within bounds, the incident aside.

        A side that usually reports and is silent was perhaps not fired at; of one that seldom speaks it says nothing.
        """
        tally = self._speaks[by]
        decided = self._decided[incident]
        if decided >= 0:
            mine = self._parties[decided] == by
            tally -= Tally(0, int(not mine), 0, int(mine))
        true, false = rates(tally, 1.0, KAPPA_SIDE)
        if true < USUALLY:
            return 1.0
        return min(max((1 - true) / (1 - false), 1 / MOST_SILENT), 1.0)


def _bounded(stance: Stance, true: float, false: float) -> tuple[float, float]:
    ratio = true / false
    if stance is Stance.DENIES:
        ratio = min(max(ratio, 1 / MOST), 1.0)
    else:
        ratio = min(max(ratio, 1.0), MOST_ADMITTED if stance is Stance.ADMITS else MOST)
    return ratio / (1 + ratio), 1 / (1 + ratio)
