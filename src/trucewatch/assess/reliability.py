"""How far words may be trusted: learned in each run, by role, from what neutral eyes decided.

Only incidents that neutral perception alone decides teach (0.9 or more for one side from a neutral prior, no claim
counted), each once and by a whole number, so that no half-belief can feed on itself. No incident teaches the weight
that judges it: what it taught of the same words by the same speaker is taken away first. (What another side said there
is heard still, in the record of all sides together, from which a side's own begins.) The start is a hand's guess that
counts as a few incidents. Every side's word is judged by its own record and by the same expression; for a claim only
the ratio of how often it is made where true and where false counts, so that making many claims buys nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Lesson:
    """One incident that neutral perception decided: the party's number, and what surely was said in it.

    What was said is (role, whose word it is, whom it names).
    """

    found: int
    said: tuple[tuple[Role, str | None, str | None], ...]


def lesson(found: int, sayings: Iterable[Saying]) -> Lesson:
    """Return what an incident teaches; words that belong to it less surely than not are no part of it."""
    return Lesson(found, tuple((role_of(s), s.by, s.named) for s in sayings if s.share >= BELONGS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everybody's record as a speaker, from the incidents that neutral perception decided: `lessons`, by their numbers.

    `tallies` are by role and speaker (None: of no side), `pooled` of all sides by role, `speaks` of each side's
    speaking at all where another side fired and where it did; `found` counts the lessons of each party.
    """

    parties: tuple[str, ...]
    lessons: Mapping[int, Lesson]
    found: tuple[int, ...]
    tallies: Mapping[tuple[Role, str | None], Tally]
    pooled: Mapping[Role, Tally]
    speaks: Mapping[str, Tally]

    def worth(self, left_out: Iterable[int], saying: Saying) -> tuple[float, float]:
        """Return how often this is said where true and where false, some incidents aside, within bounds.

        An accusation never speaks for the accused and a denial never against the denier, whatever the record: who is
        caught lying is not believed, that is all.
        """
        role, by = role_of(saying), saying.by
        guess = GUESS.get(role, OTHERS_GUESS)
        if role not in GUESS:
            return guess / (1 + guess), 1 / (1 + guess)
        own = Tally()
        if by is None or by in self.parties:
            for one in self._lessons(left_out):
                own += self._same(one, (role, by, saying.named))
        if by is None:
            true, false = rates(self.tallies[role, None] - own, guess, KAPPA)
        else:
            true, false = rates(self.pooled[role] - own, guess, KAPPA)
            if by in self.parties:
                true, false = rates(self.tallies[role, by] - own, true / false, KAPPA_SIDE)
        return _bounded(role[1], true, false)

    def silence(self, left_out: Iterable[int], by: str) -> float:
        """Return P(silent | another side fired) / P(silent | it fired itself), within bounds, some incidents aside.

        A side that usually reports and is silent was perhaps not fired at; of one that seldom speaks it says nothing.
        """
        tally = self.speaks[by]
        for one in self._lessons(left_out):
            tally -= _spoke(self.parties, one, by)
        true, false = rates(tally, 1.0, KAPPA_SIDE)
        if true < USUALLY:
            return 1.0
        return min(max((1 - true) / (1 - false), 1 / MOST_SILENT), 1.0)

    def others_found(self, left_out: Iterable[int]) -> tuple[int, ...]:
        """Return of how many incidents neutral perception found each party, some incidents aside."""
        taught = [self.lessons[n].found for n in left_out if n in self.lessons]
        return tuple(count - taught.count(n) for n, count in enumerate(self.found)) if taught else self.found

    def _lessons(self, numbers: Iterable[int]) -> Iterator[Lesson]:
        return (self.lessons[n] for n in numbers if n in self.lessons)

    def _same(self, one: Lesson, saying: tuple[Role, str | None, str | None]) -> Tally:
        """Return what an incident teaches of a saying: that it could have been said there, and if it was."""
        role, by, _ = saying
        own = _opportunities(self.parties, role, by, _once(self.parties, one))
        return own + _said(self.parties, one, saying[2]) if saying in one.said else own


def learned_record(parties: Sequence[str], lessons: Mapping[int, Lesson]) -> Record:
    """Return everybody's record from what decided incidents teach."""
    tallies: dict[tuple[Role, str | None], Tally] = {}
    speaks = dict.fromkeys(parties, Tally())
    found = [0] * len(parties)

    def count(key: tuple[Role, str | None], tally: Tally) -> None:
        tallies[key] = tallies.get(key, Tally()) + tally

    for one in lessons.values():
        found[one.found] += 1
        for role, by, named in one.said:
            count((role, by), _said(parties, one, named))
        for party in parties:
            speaks[party] += _spoke(parties, one, party)
    for role in GUESS:
        for who in parties if role[0] == SIDE else (None,):
            count((role, who), _opportunities(parties, role, who, found))
    return Record(
        parties=tuple(parties),
        lessons=lessons,
        found=tuple(found),
        tallies=tallies,
        pooled={role: sum((tallies[role, party] for party in parties), Tally()) for role in GUESS if role[0] == SIDE},
        speaks=speaks,
    )


def _once(parties: Sequence[str], one: Lesson) -> Sequence[int]:
    return [int(n == one.found) for n in range(len(parties))]


def _said(parties: Sequence[str], one: Lesson, named: str | None) -> Tally:
    """Return what one incident teaches of words that name somebody, their opportunity aside."""
    if named not in parties:
        return Tally()
    return Tally(true_said=1) if parties[one.found] == named else Tally(false_said=1)


def _spoke(parties: Sequence[str], one: Lesson, by: str) -> Tally:
    """Return what one incident teaches of a side's speaking at all; true: another side fired."""
    spoke = int(any(speaker == by for _, speaker, _ in one.said))
    return Tally(0, 0, spoke, 1) if parties[one.found] == by else Tally(spoke, 1, 0, 0)


def _opportunities(parties: Sequence[str], role: Role, by: str | None, found: Sequence[int]) -> Tally:
    """Return of how many truths and untruths `role` could have spoken; of each incident there is one truth."""
    n, every = len(found), sum(found)
    if by is None:
        return Tally(true_all=every, false_all=every * (n - 1))
    own = found[parties.index(by)]
    if role[1] is not Stance.ACCUSES:
        return Tally(true_all=own, false_all=every - own)
    return Tally(true_all=every - own, false_all=own * (n - 1) + (every - own) * (n - 2))


def _bounded(stance: Stance, true: float, false: float) -> tuple[float, float]:
    ratio = true / false
    if stance is Stance.DENIES:
        ratio = min(max(ratio, 1 / MOST), 1.0)
    else:
        ratio = min(max(ratio, 1.0), MOST_ADMITTED if stance is Stance.ADMITS else MOST)
    return ratio / (1 + ratio), 1 / (1 + ratio)
