"""Probabilities as decimals that sum to exactly 1, by a rule that no party's label or place in the list can bend."""

import math
from collections.abc import Sequence

from trucewatch import evidence
from trucewatch.model import Attribution, Case

UNITS = 10_000  # four decimals, as the incident table promises


def hypotheses(case: Case) -> tuple[str, ...]:
    """Return the hypotheses in the order of every table: the parties as in case.toml, both, other, no_violation."""
    return evidence.hypotheses(party.id for party in case.parties)


def shares(attribution: Attribution, case: Case) -> tuple[tuple[str, str], ...]:
    """Return (hypothesis, probability with four decimals) in table order; the decimals sum to exactly 1.0000."""
    names = hypotheses(case)
    given = dict(attribution.probabilities)
    units = rounded([given.get(name, 0.0) for name in names])
    return tuple((name, f"{count / UNITS:.4f}") for name, count in zip(names, units, strict=True))


def rounded(probabilities: Sequence[float]) -> list[int]:
    """Return whole units of 1/10,000 that sum to 10,000; the last probability is that of `no_violation`.

    Largest remainders (Hamilton's method), with one change: equal remainders are served together or not at
    all, and what is left then goes to `no_violation`. So no tie is broken by who stands first, and what
    cannot be shared fairly never counts against a side.

    Raises:
        ValueError: when the probabilities do not sum to 1 within 1e-6.

    """
    if not math.isclose(math.fsum(probabilities), 1.0, abs_tol=1e-6):
        raise ValueError(f"probabilities sum to {math.fsum(probabilities)!r}, not to 1")
    floors = [math.floor(p * UNITS) for p in probabilities]
    remainders = [p * UNITS - floor for p, floor in zip(probabilities, floors, strict=True)]
    left = UNITS - sum(floors)
    for remainder in sorted(set(remainders), reverse=True):
        served = [index for index, one in enumerate(remainders) if one == remainder]
        if left < len(served):
            break
        left -= len(served)
        for index in served:
            floors[index] += 1
    floors[-1] += left
    return floors
