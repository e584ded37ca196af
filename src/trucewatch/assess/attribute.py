"""Who did it: probabilities over each party alone, both, another actor and nothing prohibited.

Log-odds from a prior that is the same for every party and named weights: what was perceived, against scenes
(`scenes`, `perceived`), and what was said, at the worth that its speaker's record gives it (`reliability`).
"Undetermined" is not a hypothesis: it is what is said when none reaches the standard of proof. Any determination
needs the posterior *and* independent lines of evidence, one of them perceived and not supplied by an accuser
(docs/rules.md, rule 2): one line neither accuses a side nor clears both. Method name: `attribute/6`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess import clutter, kinds, sightings, weigh
from trucewatch.assess.conclude import Grounds, Seen, conclude
from trucewatch.assess.exact import Numbers, even_sum, log2, on_grid, sums
from trucewatch.assess.held import held_ground
from trucewatch.assess.innocence import Notices
from trucewatch.assess.locate import Fix
from trucewatch.assess.perceived import Perceived, ground_fit, perceive
from trucewatch.assess.reliability import DECIDED, Record
from trucewatch.assess.scenes import Scenes
from trucewatch.assess.sightings import Sighting
from trucewatch.assess.verdict import Judged, Lines, Priors, judge, leading, probabilities, proven, weighed
from trucewatch.assess.weigh import Saying
from trucewatch.evidence import hypotheses
from trucewatch.model import Attribution, Case, Incident, Observation, Weight
from trucewatch.spacetime import Moments, Plane

KAPPA_SIDES = 20.0  # incidents that an equal share of the fire is worth before anything is learned; a guess


def attribute(
    case: Case,
    plane: Plane,
    incidents: Sequence[Incident],
    fixes: Mapping[str, Fix | None],
    context: Sequence[Observation],
) -> Iterator[Attribution]:
    """Weigh all incidents, and yield one attribution for each, in their order, put into words as it is asked for.

    `fixes` are by observation key; `context` are the notices that may give an innocent cause.
    """
    parties = tuple(p.id for p in case.parties)
    seen = sightings.sightings(incidents, fixes, plane)
    ground = held_ground(case, plane, [(s.when, s.at, s.words) for s in seen])
    book = _Book(parties, incidents)
    for n, incident in enumerate(incidents):
        book.add(n, weigh.heat_alone(parties, incident.observations))
        book.add(n, weigh.opposed(parties, incident.observations))
        book.add(n, weigh.exchanges(parties, incident.observations))

    def grounds(asked: Sequence[tuple[int, Moments]]) -> Numbers:
        # of several sightings together no word is any one's own
        said = [(seen[k].when, at, [replace(word, own=False) for word in seen[k].words]) for k, at in asked]
        return ground_fit(held_ground(case, plane, said), parties)

    told = [clutter.told(incident) for incident in incidents]
    ratios = np.array([clutter.ratio(rounds, named=named) for rounds, named in told], dtype=np.float64)
    told_bits = log2(ratios)
    perceived = perceive(
        Scenes(len(parties)), seen, ground_fit(ground, parties), len(incidents), book.neutral(),
        told=told_bits, grounds=grounds,
    )  # fmt: skip
    priors = Priors(perceived.scenes, perceived.causes)
    for n in np.flatnonzero(ratios < 1.0).tolist():
        book.print(n, weigh.told(parties, *told[n], priors.of_nothing(float(ratios[n]))))
    decided = _decided(priors, perceived, book)
    loose = _words(book, incidents, decided, seen)
    innocent = float(perceived.causes[-2] + perceived.causes[-1])
    for n, incident in enumerate(incidents):
        if not any(kinds.is_physical(o) or weigh.admits(o) for o in incident.observations):
            loose[n] += book.loosely(n, weigh.unseen(parties, innocent))
        for weight in weigh.standing(parties, incident.observations):
            loose[n] += book.loosely(n, weight)
    notices = Notices(context, fixes)
    for n, incident in enumerate(incidents):
        book.add(n, weigh.notices(parties, notices.of(incident, fixes)))
    lines = book.lines(perceived, seen)
    whole = lines.whole.copy()
    whole[:, -1] -= told_bits
    _lone(priors, replace(lines, whole=whole), loose, incidents, book)
    judged = judge(priors, lines, loose, case.standard)
    seen_bits = log2(perceived.by_hypothesis(perceived.alone))
    return conclude(
        case,
        incidents,
        book.weights,
        Seen(sightings=seen, ground=ground, bits=seen_bits, fixes=fixes),
        Grounds(priors=priors, judged=judged, learned=_learned(judged, decided), lines=lines, names=book.names),
    )


def _lone(priors: Priors, untold: Lines, loose: Numbers, incidents: Sequence[Incident], book: "_Book") -> None:
    """Add to what one source alone perceived the weight of standing alone, as much as the record bears out.

    `untold` are the lines without how it was told: what strangers counted clears no bang.
    """
    alone = [n for n, i in enumerate(incidents) if clutter.is_lone(i) and any(map(kinds.is_physical, i.observations))]
    nothing = clutter.share_of_nothing(incidents)
    innocent = priors.causes[-2:].sum() / even_sum(priors.causes)
    known = weighed(priors, untold, loose)[alone]
    bits = clutter.weight(known, priors.bits, nothing + (1.0 - nothing) * float(innocent))
    weight = weigh.lone(book.parties, nothing, bits)
    for n in alone:
        book.print(n, weight)
        loose[n, -1] += bits


class _Book:
    """The weights of all incidents, and their lines as arrays."""

    def __init__(self, parties: Sequence[str], incidents: Sequence[Incident]) -> None:
        self.parties = tuple(parties)
        self.order = hypotheses(parties)
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
        direct = sums(self._bits([w for _, w in self.direct]), np.array(where, dtype=np.intp), len(owner))
        return Lines(owner, perceived.whole, own, without, direct, may)


def _decided(priors: Priors, perceived: Perceived, book: _Book) -> NDArray[np.intp]:
    """Return for each incident the number of the party that neutral perception alone finds, or -1."""
    n = priors.scenes.n
    chances = probabilities(priors.likelihood_bits(perceived.neutral) + book.neutral()[:, :-1] + priors.bits)
    best = leading(chances)
    sure = (best < n) & proven(chances, best, DECIDED)
    return np.where(sure, best, -1)


def _words(book: _Book, incidents: Sequence[Incident], decided: NDArray[np.intp], seen: Sequence[Sighting]) -> Numbers:
    """Add what was said, at the worth of its speakers' records; return the bits of the silences."""
    said: list[list[Saying]] = [
        weigh.sayings(i.observations, i.shares or (1.0,) * len(i.observations)) for i in incidents
    ]
    record = Record(book.parties, decided.tolist(), said)
    loose = np.zeros((len(incidents), len(book.order)))
    watched = {s.incident for s in seen if s.neutral}
    for n, sayings in enumerate(said):
        for saying in sayings:
            book.add(n, [weigh.saying_weight(book.parties, saying, *record.worth(n, saying))])
        if n in watched:
            spoke = {o.source.side.party for o in incidents[n].observations if o.source.side is not None}
            for party in book.parties:
                ratio = 1.0 if party in spoke else record.silence(n, party)
                if ratio < 1.0:
                    loose[n] += book.loosely(n, weigh.silence(book.parties, party, ratio))
    return loose


def _learned(judged: Judged, decided: NDArray[np.intp]) -> Numbers:
    """Return the probabilities with the sides' learned shares of the fire, each incident's own part aside."""
    n = judged.bits.shape[1] - 3
    own = (decided[:, None] == np.arange(n)).astype(np.float64)
    found = own.sum(axis=0)
    share = (found - own + KAPPA_SIDES / n) / (found.sum() - own.sum(axis=1, keepdims=True) + KAPPA_SIDES)
    return probabilities(judged.bits + np.column_stack([log2(share * n), np.zeros((len(own), 3))]))
