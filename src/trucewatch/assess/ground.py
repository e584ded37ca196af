"""Whose ground a place lies on, as a probability: held ground at that date, its boundary's error included."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from trucewatch.model import Case, Feature
from trucewatch.spacetime import Moments, Plane, grounds, inside_probability, valid_at
from trucewatch.vocabulary import FeatureRole


def ground_probabilities(
    case: Case, plane: Plane, asked: Sequence[tuple[datetime, Moments]]
) -> tuple[Mapping[str, float], ...]:
    """Return for each (instant, place) the probability of each party's ground; what is missing to 1 is nobody's.

    Parties whose ground no feature describes at that instant have probability 0.
    """
    control = [f for f in case.places if f.role is FeatureRole.CONTROL and f.party]
    epochs: dict[tuple[int, ...], list[int]] = {}
    for n, (instant, _) in enumerate(asked):
        epochs.setdefault(tuple(i for i, f in enumerate(control) if valid_at(f, instant)), []).append(n)
    answers: list[Mapping[str, float]] = [{}] * len(asked)
    for valid, members in epochs.items():
        features = [control[i] for i in valid]
        for n, answer in zip(members, _in_epoch(case, plane, features, [asked[n] for n in members]), strict=True):
            answers[n] = answer
    return tuple(answers)


def _in_epoch(
    case: Case, plane: Plane, control: Sequence[Feature], asked: Sequence[tuple[datetime, Moments]]
) -> list[Mapping[str, float]]:
    held = grounds(control, asked[0][0], plane)
    places = [moments for _, moments in asked]
    columns = {}
    for party in case.parties:
        accuracy = max((f.accuracy_km for f in control if f.party == party.id), default=0.0)
        shape = held.get(party.id)
        columns[party.id] = np.zeros(len(places)) if shape is None else inside_probability(shape, places, accuracy)
    # neighbouring polygons share an uncertain boundary; where they overlap the shares are scaled back to 1
    excess = np.maximum(1.0, [sum(sorted(row)) for row in zip(*columns.values(), strict=True)])
    return [{party: float(column[n] / excess[n]) for party, column in columns.items()} for n in range(len(places))]
