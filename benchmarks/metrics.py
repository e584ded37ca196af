"""What the scoreboard measures, pure: lists in, figures out. Nothing here knows a method, a file or a party's name.

Association: the two groupings are given row by row, None where a row stands alone. Verdicts: one `Verdict` for each
incident that a method found, beside the truth of the incident that it shares most rows with. Sums are `math.fsum`, so
that no order of rows moves a figure.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from trucewatch.calibration import accused
from trucewatch.evidence import NO_VIOLATION

# Student's t, two-sided 95 %, by degrees of freedom 1 to 30 (any table); beyond, the normal's 1.96
_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
CHI2_68, CHI2_95 = -2 * math.log(1 - 0.68), -2 * math.log(1 - 0.95)  # two degrees of freedom
LEAST_PROBABILITY = 1e-6  # the log score's floor, so that one certain error does not make a table of infinities

Group = Hashable | None


# --- association ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pairs:
    """Counts of pairs of rows: joined by truth and method, by the method, by truth."""

    common: int = 0
    joined: int = 0
    true: int = 0

    def __add__(self, other: "Pairs") -> "Pairs":
        return Pairs(self.common + other.common, self.joined + other.joined, self.true + other.true)

    @property
    def precision(self) -> float:
        """Return the share of the joined pairs that are true; 1 where none was joined."""
        return self.common / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """Return the share of the true pairs that were joined; 1 where there is none."""
        return self.common / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both."""
        return 2 * self.common / (self.joined + self.true) if self.joined + self.true else 1.0


def pairs(found: Sequence[Group], truth: Sequence[Group]) -> Pairs:
    """Return the counts of pairs; a row of no group (None) is in no pair."""
    both = [None if f is None or t is None else (f, t) for f, t in zip(found, truth, strict=True)]
    return Pairs(_pairs_within(both), _pairs_within(found), _pairs_within(truth))


def _pairs_within(groups: Iterable[Group]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(g for g in groups if g is not None).values())


def pairs_by(found: Sequence[Group], truth: Sequence[Group], kind: Sequence[str]) -> dict[tuple[str, str], Pairs]:
    """Return the counts of pairs by the kinds of their two rows, each pair of kinds in the order of the alphabet."""
    both = [None if f is None or t is None else (f, t) for f, t in zip(found, truth, strict=True)]
    counts = [_within_by(groups, kind) for groups in (both, found, truth)]
    names = sorted({pair for count in counts for pair in count})
    return {pair: Pairs(*(count[pair] for count in counts)) for pair in names}


def _within_by(groups: Sequence[Group], kind: Sequence[str]) -> Counter[tuple[str, str]]:
    members: dict[Hashable, Counter[str]] = {}
    for group, sort in zip(groups, kind, strict=True):
        if group is not None:
            members.setdefault(group, Counter())[sort] += 1
    total: Counter[tuple[str, str]] = Counter()
    for sorts in members.values():
        names = sorted(sorts)
        for at, one in enumerate(names):
            total[one, one] += sorts[one] * (sorts[one] - 1) // 2
            for two in names[at + 1 :]:
                total[one, two] += sorts[one] * sorts[two]
    return total


def b_cubed(found: Sequence[Group], truth: Sequence[Group]) -> tuple[float, float, float]:
    """Return B³ precision, recall and their harmonic mean (Bagga & Baldwin 1998); a row of no group is its own.

    For each row: the share of its found group that truly belongs with it, and the share of its true group that was
    found with it; averaged over all rows.
    """
    if not found:
        return 1.0, 1.0, 1.0
    one = [("alone", at) if f is None else ("group", f) for at, f in enumerate(found)]
    two = [("alone", at) if t is None else ("group", t) for at, t in enumerate(truth)]
    common = Counter(zip(one, two, strict=True))
    sizes, true_sizes = Counter(one), Counter(two)
    precision = math.fsum(n * n / sizes[f] for (f, _), n in common.items()) / len(one)
    recall = math.fsum(n * n / true_sizes[t] for (_, t), n in common.items()) / len(one)
    return precision, recall, 2 * precision * recall / (precision + recall)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many incidents: `real` found ones hold a row of a true incident, `found` is all, `true` have a row at all."""

    real: int
    found: int
    true: int

    @property
    def error(self) -> float:
        """Return found incidents with a real row against true incidents with a row, minus 1."""
        return self.real / self.true - 1 if self.true else 0.0

    @property
    def raw_error(self) -> float:
        """Return the same with all found incidents: clutter and inventions count as too many."""
        return self.found / self.true - 1 if self.true else 0.0


def tally(found: Sequence[Group], truth: Sequence[Group]) -> Tally:
    """Count incidents; a row of no group, found or true, is in none of them."""
    real = {f for f, t in zip(found, truth, strict=True) if f is not None and t is not None}
    return Tally(len(real), len(set(found) - {None}), len({t for t in truth if t is not None}))


def each_alone(found: Sequence[Group]) -> list[Group]:
    """Return the groups with every row of no group in one of its own: of methods that know no "one of several"."""
    return [("alone", at) if f is None else f for at, f in enumerate(found)]


def matched(found: Sequence[Group], truth: Sequence[Group]) -> dict[Hashable, Hashable]:
    """Return for each found group the true incident with which it shares most rows.

    Of equal ones the smaller true incident (more of it is here), then the lesser id. Groups without a real row are
    left out.
    """
    shared: dict[Hashable, Counter[Hashable]] = {}
    for f, t in zip(found, truth, strict=True):
        if f is not None and t is not None:
            shared.setdefault(f, Counter())[t] += 1
    sizes = Counter(t for t in truth if t is not None)
    return {f: min(rows, key=lambda t, rows=rows: (-rows[t], sizes[t], str(t))) for f, rows in shared.items()}


# --- places ---------------------------------------------------------------------------------------


def in_region(east: float, north: float, covariance: tuple[float, float, float], chi2: float) -> bool:
    """Tell whether an offset, km, lies inside the ellipse of a Gaussian (var east, var north, covariance; km²)."""
    a, b, c = covariance
    return (b * east * east - 2 * c * east * north + a * north * north) <= chi2 * (a * b - c * c)


# --- verdicts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a method says of one found incident, and the truth of the incident it speaks of.

    `probabilities` over hypotheses; `named` is the determination, "" where the method names nobody; `who` is a party,
    `both`, `other` or `no_violation`, and "" where the found incident holds no row of anything real. `perceived` is the
    same of what somebody perceived of it, words aside: the two differ where words about one incident stand with the
    perception of another.
    """

    probabilities: Mapping[str, float]
    named: str
    who: str
    perceived: str = ""


@dataclass(frozen=True, slots=True)
class Accusations:
    """Counts of accusations, and of them those that name a party which did not fire; see `accusations`."""

    accusations: int = 0
    wrong: int = 0
    incomplete: int = 0
    of_perceived: int = 0
    fired: int = 0
    fired_named: int = 0
    by_party: tuple[tuple[str, int, int], ...] = ()

    def __add__(self, other: "Accusations") -> "Accusations":
        mine = {party: (fired, pinned) for party, fired, pinned in self.by_party}
        for party, fired, pinned in other.by_party:
            had = mine.get(party, (0, 0))
            mine[party] = (had[0] + fired, had[1] + pinned)
        return Accusations(
            self.accusations + other.accusations,
            self.wrong + other.wrong,
            self.incomplete + other.incomplete,
            self.of_perceived + other.of_perceived,
            self.fired + other.fired,
            self.fired_named + other.fired_named,
            tuple((party, *counts) for party, counts in mine.items()),
        )

    @property
    def far(self) -> float:
        """Return the share of accusations that accuse a party which did not fire; 0 where nobody is accused."""
        return self.wrong / self.accusations if self.accusations else 0.0

    @property
    def coverage(self) -> float:
        """Return the share of the found incidents of one party's fire in which some party is accused."""
        return self.fired_named / self.fired if self.fired else 0.0

    @property
    def gap(self) -> float:
        """Return the first party's share of own fire that is pinned on others, minus the second's, in points."""
        shares = [pinned / fired if fired else 0.0 for _, fired, pinned in self.by_party[:2]]
        return 100 * (shares[0] - shares[1]) if len(shares) == 2 else 0.0


def accusations(verdicts: Iterable[Verdict], parties: Sequence[str]) -> Accusations:
    """Count accusations.

    `wrong`: a party is accused that did not fire (nothing real, another actor, no violation, or the other side);
    `of_perceived`: of these, what was perceived there the accused did fire, and the words that stand with it speak of
    another incident. `incomplete`: one party is named where both fired, which is not counted as wrong. `fired`: exactly
    one party did;
    `fired_named`: of those, a party is accused, rightly or wrongly. `by_party`: for each party its own fire and of
    it what is pinned on somebody who did not fire.
    """
    total = wrong = incomplete = of_perceived = fired = fired_named = 0
    own, pinned = Counter[str](), Counter[str]()
    for v in verdicts:
        guilty = accused(v.who, parties)
        blamed = accused(v.named, parties)
        total += bool(blamed)
        wrong += bool(blamed - guilty)
        of_perceived += bool(blamed - guilty) and blamed <= accused(v.perceived, parties)
        incomplete += bool(blamed) and blamed < guilty
        if v.who in parties:
            fired += 1
            fired_named += bool(blamed)
            own[v.who] += 1
            pinned[v.who] += bool(blamed - guilty)
    by_party = tuple((p, own[p], pinned[p]) for p in parties)
    return Accusations(total, wrong, incomplete, of_perceived, fired, fired_named, by_party)


# --- calibration ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bin:
    """Incidents whose probability for one party lies in one tenth: how many, their sums of forecast and outcome."""

    number: int = 0
    forecast: float = 0.0
    happened: int = 0


BINS = 10


def reliability(verdicts: Sequence[Verdict], party: str) -> tuple[Bin, ...]:
    """Return ten bins of the probability that this party alone fired, against whether it did."""
    forecasts: list[list[float]] = [[] for _ in range(BINS)]
    happened = [0] * BINS
    for v in verdicts:
        p = v.probabilities.get(party, 0.0)
        at = min(int(p * BINS), BINS - 1)
        forecasts[at].append(p)
        happened[at] += v.who == party
    return tuple(Bin(len(f), math.fsum(f), n) for f, n in zip(forecasts, happened, strict=True))


def pooled(tables: Iterable[Sequence[Bin]]) -> tuple[Bin, ...]:
    """Return the sum of several reliability tables, bin by bin."""
    columns = zip(*tables, strict=True)
    return tuple(
        Bin(sum(b.number for b in c), math.fsum(b.forecast for b in c), sum(b.happened for b in c)) for c in columns
    )


def ece(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: the bins' |mean forecast - frequency|, weighted by their numbers."""
    total = sum(b.number for b in bins)
    return math.fsum(abs(b.forecast - b.happened) for b in bins) / total if total else 0.0


def brier(verdicts: Sequence[Verdict], hypotheses: Sequence[str]) -> float:
    """Return the mean squared error summed over hypotheses, 0 to 2; what holds nothing real is no violation."""
    scores = [
        math.fsum((v.probabilities.get(h, 0.0) - (h == (v.who or NO_VIOLATION))) ** 2 for h in hypotheses)
        for v in verdicts
    ]
    return math.fsum(scores) / len(scores) if scores else 0.0


def log_score(verdicts: Sequence[Verdict]) -> float:
    """Return the mean of -log2 of the probability given to what was true, in bits."""
    bits = [-math.log2(max(v.probabilities.get(v.who or NO_VIOLATION, 0.0), LEAST_PROBABILITY)) for v in verdicts]
    return math.fsum(bits) / len(bits) if bits else 0.0


THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)


def risk_coverage(verdicts: Sequence[Verdict], parties: Sequence[str]) -> tuple[tuple[float, Accusations], ...]:
    """Return (threshold, counts) if a party were named wherever its probability alone reaches the threshold."""
    return tuple((t, accusations([_named_at(v, parties, t) for v in verdicts], parties)) for t in THRESHOLDS)


def _named_at(v: Verdict, parties: Sequence[str], threshold: float) -> Verdict:
    best = [p for p in parties if v.probabilities.get(p, 0.0) >= threshold]
    return Verdict(v.probabilities, best[0] if len(best) == 1 else "", v.who)


# --- over seeds -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean over seeds with the half width of its 95 % t interval; nan with one seed."""

    value: float
    half: float


def over_seeds(values: Sequence[float]) -> Mean:
    """Return the mean of one figure per seed and Student's interval of it."""
    n = len(values)
    if not n:
        return Mean(math.nan, math.nan)
    mean = math.fsum(values) / n
    if n == 1:
        return Mean(mean, math.nan)
    spread = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1))
    return Mean(mean, (_T[n - 2] if n - 2 < len(_T) else 1.96) * spread / math.sqrt(n))
