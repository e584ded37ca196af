"""Whose ground a place lies on, as a probability: held ground at that date, its boundary's error included."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from trucewatch.model import Case, Feature
from trucewatch.spacetime import Floats, Moments, Plane, grounds, inside_probability, valid_at
from trucewatch.vocabulary import FeatureRole


def ground_probabilities(
    case: Case, plane: Plane, asked: Sequence[tuple[datetime, Moments]]
) -> tuple[Mapping[str, float], ...]:
    """Return for each (instant, place) the probability of each party's ground; what is missing to 1 is nobody's.

    Parties whose ground no feature describes at that instant have probability 0.
    """
    control = [f for f in case.places if f.role is FeatureRole.CONTROL and f.party]
    # between two of these instants nothing changes hands
    changes = sorted({t for f in control for t in (f.valid_from, f.valid_to) if t is not None})
    epochs: dict[int, list[int]] = {}
    for n, (instant, _) in enumerate(asked):
        epochs.setdefault(bisect_right(changes, instant), []).append(n)
    answers: list[Mapping[str, float]] = [{}] * len(asked)
    for members in epochs.values():
        instant = asked[members[0]][0]
        valid = [f for f in control if valid_at(f, instant)]
        columns = _in_epoch(case, plane, valid, instant, [asked[n][1] for n in members])
        parties = tuple(columns)
        for n, *shares in zip(members, *(column.tolist() for column in columns.values()), strict=True):
            answers[n] = dict(zip(parties, shares, strict=True))
    return tuple(answers)


def _in_epoch(
    case: Case, plane: Plane, control: Sequence[Feature], instant: datetime, places: Sequence[Moments]
) -> Mapping[str, Floats]:
    """Return each party's shares of the places, by the ground that `control` gives it."""
    held = grounds(control, instant, plane)
    columns = {}
    for party in case.parties:
        accuracy = max((f.accuracy_km for f in control if f.party == party.id), default=0.0)
        shape = held.get(party.id)
        columns[party.id] = np.zeros(len(places)) if shape is None else inside_probability(shape, places, accuracy)
    # neighbouring polygons share an uncertain boundary; where they overlap the shares are scaled back to 1. They are
    # added up from the least, so that the sum does not depend on who is named first
    total = np.zeros(len(places))
    for column in np.sort(np.array(list(columns.values())), axis=0):
        total = total + column
    excess = np.maximum(1.0, total)
    return {party: column / excess for party, column in columns.items()}
