"""Two counts side by side and every incident that makes them differ: they are explained, never averaged.

In Syria the two staffs of one commission published 0 and 5 violations for one day, and 31 and 19 for another, without
a word on which incidents made the difference (field-practice §4.2). Here the list is the explanation, and it is whole:
apart from it the counts are equal.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from trucewatch.cases.office import Office
from trucewatch.cases.reviews import Determination, Review, Voice, own_finding


class Why(StrEnum):
    """Why two guarantors do not count an incident alike; the first that fits."""

    NOT_SPOKEN = "not_spoken"
    ABSTAINED = "abstained"
    FINDING = "finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many incidents one guarantor finds what of; `abstained` and `awaited` are those of which it finds nothing."""

    guarantor: str
    found: tuple[tuple[str, int], ...]
    abstained: int
    awaited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One incident that is not counted alike: each guarantor with its newest determination (None: not spoken)."""

    incident: str
    why: Why
    voices: tuple[tuple[str, Determination | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The guarantors' counts over the incidents of the newest conclusion, in the charter's order, and why they differ.

    `gone` are incidents that were judged and are not in the newest conclusion: they are counted nowhere, and named.
    """

    counts: tuple[Count, ...]
    differences: tuple[Difference, ...]
    gone: tuple[str, ...]


def counts(office: Office) -> Counts:
    """Return each guarantor's own count and the incidents on which they differ, in the order of the conclusions."""
    there = [review for review in office.reviews.values() if not review.is_gone]
    found = {one.finding for review in there for one in review.spoken if one.finding}  # once by other terms, perhaps
    findings = (*office.terms.parties, *sorted((office.terms.findings | found) - {*office.terms.parties}))
    return Counts(
        counts=tuple(
            _count([review.voices[at] for review in there], name, findings)
            for at, name in enumerate(office.terms.guarantors)
        ),
        differences=tuple(_difference(review) for review in there if _differs(review)),
        gone=tuple(review.incident for review in office.reviews.values() if review.is_gone and review.spoken),
    )


def _count(voices: Iterable[Voice], guarantor: str, findings: tuple[str, ...]) -> Count:
    own = Counter(own_finding(voice) for voice in voices)
    return Count(
        guarantor=guarantor,
        found=tuple((finding, own[finding]) for finding in findings),
        abstained=own[""],
        awaited=own[None],
    )


def _differs(review: Review) -> bool:
    return len({own_finding(voice) for voice in review.voices}) > 1


def _difference(review: Review) -> Difference:
    own = [own_finding(voice) for voice in review.voices]
    why = Why.NOT_SPOKEN if None in own else Why.ABSTAINED if "" in own else Why.FINDING
    return Difference(
        incident=review.incident, why=why, voices=tuple((voice.guarantor, voice.newest) for voice in review.voices)
    )
