"""The observations that can be associated, as columns: what the numeric kernels of association work on.

Every column is a number; two cells that stand for the same thing are equal, and nothing else is read from a code.
Rows are in enrolment order, which no party's name and no order of arrival decides.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from trucewatch.assess import kinds
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import Fix
from trucewatch.model import Observation
from trucewatch.vocabulary import Direction, Phenomenon, SourceClass, Stance

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FIRE, HEAT, WEAPON, MATTER = (list(Family).index(f) for f in (Family.FIRE, Family.HEAT, Family.WEAPON, Family.MATTER))

# How far apart two notes of the beginning of one happening are (sd): of one round, of several or an unstated number, by
# an instrument, which notes the first it catches, and by a person. Guesses.
ONE_SHOT_S, DURATION_S = 3.0, 8.0
ONE_SHOT_NOTED_S, DURATION_NOTED_S = 2.0, 4.0
BURNING_S = 3600.0  # what burns is seen burning by one satellite after another: a field burns for hours; a guess
INSTRUMENTS = frozenset(
    {SourceClass.CAMERA, SourceClass.ACOUSTIC, SourceClass.SEISMIC, SourceClass.RADAR, SourceClass.DRONE}
)
TOLD_RIGHT = 0.9  # who tells that fire left, or arrived, is right nine times in ten; a guess
HIT_WHERE_CLAIMED = 0.75  # who accuses somebody of fire mostly names the place that was hit; a guess


@dataclass(frozen=True, slots=True)
class Table:
    """One report a row: `index` into the caller's sequence, time in s since 1970, plane coordinates in km.

    `arrival` is 1 where fire was perceived to leave, -1 to arrive, 0 untold; `width` the length of the claimed
    window in s; `duration` the sd in s of the happening about its beginning; `lean_e` and `lean_n` are the covariances
    of place and time in km s (`locate.Fix`), (`across_e`, `across_n`) the unit vector across the line, (0, 0) where
    none is known. `left` is the probability that it is of where fire left; `supplied`: a side supplied it. `number` is
    the exact number perceived, 0 where there is none, and `equal_share` and `near_share` how common such numbers are;
    `density` is of happenings about it and `statements` of statements, both per km² and s (`background`); the rest
    are codes.
    """

    index: Ints
    time: Floats
    time_sd: Floats
    width: Floats
    duration: Floats
    east: Floats
    north: Floats
    var_e: Floats
    var_n: Floats
    cov: Floats
    lean_e: Floats
    lean_n: Floats
    across_e: Floats
    across_n: Floats
    left: Floats
    kind: Ints
    word: Ints
    family: Ints
    arrival: Ints
    direction: Ints
    source: Ints
    count: Ints
    claim: Ints
    accused: Ints
    physical: Flags
    supplied: Flags
    instrument: Flags
    number: Ints
    equal_share: Floats
    near_share: Floats
    density: Floats
    statements: Floats

    def __len__(self) -> int:
        return len(self.index)

    def take(self, rows: Ints) -> "Table":
        """Return the table of these rows."""
        return Table(*(getattr(self, field.name)[rows] for field in fields(self)))


def stacked(one: Table, two: Table) -> Table:
    """Return the rows of one table and then those of another, whose codes must be of the same words."""
    return Table(*(np.concatenate([getattr(one, f.name), getattr(two, f.name)]) for f in fields(Table)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """The numbers that stand for words, sources, counts, claims and the accused, by first occurrence."""

    word: Mapping[Hashable, int]
    source: Mapping[Hashable, int]
    count: Mapping[Hashable, int]
    claim: Mapping[Hashable, int]
    accused: Mapping[Hashable, int]


NO_CODES = Codes(word={}, source={}, count={}, claim={}, accused={None: -1})


def table(
    observations: Sequence[Observation],
    fixes: Sequence[Fix | None],
    placed: Sequence[int],
    across: Sequence[tuple[float, float]] = (),
) -> Table:
    """Return the columns of the observations at `placed`, all of which have a fix with a place.

    `across` is for each observation the unit vector across the line near it; empty where no line is known.
    """
    return coded(observations, fixes, placed, across)[0]


def coded(
    observations: Sequence[Observation],
    fixes: Sequence[Fix | None],
    placed: Sequence[int],
    across: Sequence[tuple[float, float]] = (),
    known: Codes = NO_CODES,
) -> tuple[Table, Codes]:
    """Return the columns, and the codes in them: those that are `known` already, and new ones after them.

    `across` is for each observation the unit vector across the line near it; empty where no line is known.
    """
    rows = [observations[i] for i in placed]
    at = [(fix, fix.at) for i in placed if (fix := fixes[i]) is not None and fix.at is not None]
    lines = [across[i] if across else (0.0, 0.0) for i in placed]
    terms = {term: n for n, term in enumerate(Phenomenon)}
    directions = {term: n for n, term in enumerate(Direction)}
    families = {term: n for n, term in enumerate(Family)}
    codes = {field.name: dict(getattr(known, field.name)) for field in fields(Codes)}
    windows = [o.clocks.claimed for o in rows]
    heat = np.array([kinds.family(o) is Family.HEAT for o in rows], dtype=bool)
    made = Table(
        index=np.array(placed, dtype=np.int64),
        time=np.array([fix.time_s for fix, _ in at], dtype=np.float64),
        time_sd=np.array([fix.time_sd_s for fix, _ in at], dtype=np.float64),
        width=np.array([0.0 if w is None else (w.end - w.start).total_seconds() for w in windows]),
        duration=np.where(heat, BURNING_S, np.array([noted_within_s(o) for o in rows], dtype=np.float64)),
        east=np.array([m.east for _, m in at], dtype=np.float64),
        north=np.array([m.north for _, m in at], dtype=np.float64),
        var_e=np.array([m.var_east for _, m in at], dtype=np.float64),
        var_n=np.array([m.var_north for _, m in at], dtype=np.float64),
        cov=np.array([m.cov for _, m in at], dtype=np.float64),
        lean_e=np.array([fix.lean_e for fix, _ in at], dtype=np.float64),
        lean_n=np.array([fix.lean_n for fix, _ in at], dtype=np.float64),
        across_e=np.array([e for e, _ in lines], dtype=np.float64),
        across_n=np.array([n for _, n in lines], dtype=np.float64),
        left=np.array([_left(o) for o in rows], dtype=np.float64),
        kind=_integers(-1 if (t := o.phenomenon.term) is None else terms[t] for o in rows),
        word=_coded(codes["word"], map(_word, rows)),
        family=_integers(families[kinds.family(o)] for o in rows),
        arrival=_integers(_arrival(o) for o in rows),
        direction=_integers(-1 if (d := o.direction.term) is None else directions[d] for o in rows),
        source=_coded(codes["source"], (kinds.source_key(o) for o in rows)),
        count=_coded(codes["count"], ((o.count.low, o.count.high, o.count.qualifier) for o in rows)),
        claim=_coded(codes["claim"], (None if (said := o.claim) is None else (said.stance, _name(o)) for o in rows)),
        accused=_coded(codes["accused"], map(_name, rows)),
        physical=np.array([kinds.is_physical(o) for o in rows], dtype=bool),
        supplied=np.array([o.source.side is not None for o in rows], dtype=bool),
        instrument=np.array([_is_instrument(o) for o in rows], dtype=bool),
        number=_integers(c.low if (c := o.count).low is not None and c.low == c.high else 0 for o in rows),
        equal_share=np.zeros(len(rows)),
        near_share=np.zeros(len(rows)),
        density=np.zeros(len(rows)),
        statements=np.zeros(len(rows)),
    )
    return made, Codes(**codes)


def noted_within_s(observation: Observation) -> float:
    """Return the sd in s of when a source notes a happening of several rounds, about its beginning."""
    single = observation.count.low == observation.count.high == 1
    if _is_instrument(observation):
        return ONE_SHOT_NOTED_S if single else DURATION_NOTED_S
    return ONE_SHOT_S if single else DURATION_S


def _is_instrument(observation: Observation) -> bool:
    return observation.source.source_class.term in INSTRUMENTS


# what tells rows apart and is no name, no wording and no number given by first occurrence; the first decides first
STATED = (
    "time", "east", "north", "var_e", "var_n", "cov", "time_sd", "width", "duration", "left", "kind", "family",
    "arrival", "direction", "number", "physical", "instrument",
)  # fmt: skip


def stated_order(table: Table) -> Ints:
    """Return the rows by time, those of one time by place and by what else they state, and only then as they come."""
    return np.lexsort([getattr(table, name) for name in reversed(STATED)]).astype(np.int64)


def stands(table: Table) -> Flags:
    """Tell of each report whether it has one place and meets its like alone: a weapon seen, another matter."""
    found: Flags = (table.family == WEAPON) | (table.family == MATTER)
    return found


def strangers(table: Table, i: Ints, j: Ints) -> Flags:
    """Tell of each pair whether the two speak of unlike things: of fire and of none, or of two weapons or matters."""
    standing = stands(table)
    one, two = standing[i], standing[j]
    found: Flags = (one != two) | (one & two & (table.word[i] != table.word[j]))
    return found


def runs(values: npt.NDArray[np.generic]) -> Ints:
    """Return where each run of equal values begins."""
    if not len(values):
        return np.array([], dtype=np.int64)
    return np.flatnonzero(np.r_[True, values[1:] != values[:-1]])


@dataclass(frozen=True, slots=True)
class Runs:
    """Values in runs, each from its start to the next one's: lists of a million rows would be most of the time."""

    values: Ints
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, n: int) -> list[int]:
        """Return the values of run `n`."""
        end = self.starts[n + 1] if n + 1 < len(self.starts) else len(self.values)
        run: list[int] = self.values[self.starts[n] : end].tolist()
        return run

    def __iter__(self) -> Iterator[list[int]]:
        values, starts = self.values.tolist(), self.starts.tolist()
        return (values[a:b] for a, b in zip(starts, [*starts, len(values)][1:], strict=True))


def _name(o: Observation) -> tuple[str | None, str] | None:
    accused = o.claim.accused if o.claim else None
    return None if accused is None else (accused.party, accused.verbatim)


def _left(o: Observation) -> float:
    """Return the probability that the report is of where fire left."""
    told = _arrival(o)
    if told:
        return TOLD_RIGHT if told > 0 else 1 - TOLD_RIGHT
    accuses = o.claim is not None and o.claim.stance is Stance.ACCUSES
    return 1 - HIT_WHERE_CLAIMED if accuses else 0.5


def _word(o: Observation) -> Hashable:
    """Return what tells one report's subject from another's of its family: an unknown word, the weapon, the matter."""
    if kinds.family(o) is Family.MATTER:
        return o.phenomenon.term
    if o.phenomenon.term is Phenomenon.WEAPON_SEEN:
        return o.weapon.weapon_class if o.weapon else None
    return "" if o.phenomenon.term is not None else o.phenomenon.verbatim


def _integers(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _coded(numbers: dict[Hashable, int], values: Iterable[Hashable]) -> Ints:
    """Return a number for each value, by first occurrence after those that have one: equal where the values are."""
    return np.fromiter((numbers.setdefault(v, len(numbers)) for v in values), dtype=np.int64)


def _arrival(observation: Observation) -> int:
    flash = observation.phenomenon.term is Phenomenon.MUZZLE_FLASH  # is seen where fire leaves, whatever else is told
    if kinds.is_outgoing(observation) or (flash and not kinds.is_impact(observation)):
        return 1
    return -1 if kinds.is_impact(observation) else 0
