"""Why an incident is judged as it is, for people: each reason with its strength, and the records that it rests on.

The published sentence names sides by their ids, since it must be the same for everybody for ever. Here the same weights
are told with names, and a record is what was said or seen, when and where; its number stands small beside it. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trucewatch.model import Attribution, Case, Observation
from trucewatch.report.choice import anchor
from trucewatch.report.naming import head_words, reason_words, strength_words
from trucewatch.report.places import Settlements, event_words
from trucewatch.report.words import hypothesis_names, interval_words, spoken

_LONGEST_QUOTE = 90  # characters of a record's own words; the whole stands in the table below


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A record behind a reason: where it stands on the page, its number, and what it is in words."""

    href: str
    number: int
    words: str
    quoted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason in words, how strongly it speaks for whom, and the records that it rests on."""

    words: str
    strength: str
    records: tuple[Behind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What was concluded in a sentence, and each reason for it, in the order in which they were weighed."""

    head: str
    reasons: tuple[Reason, ...]


def weighed(
    attribution: Attribution, observations: Mapping[str, tuple[int, Observation]], case: Case, places: Settlements
) -> Weighed:
    """Return why it is judged so; `observations` are those behind it by their keys, each with its number."""
    names = hypothesis_names(case)
    return Weighed(
        head=head_words(attribution.why, names),
        reasons=tuple(
            Reason(
                words=reason_words(weight, names),
                strength=strength_words(weight, names),
                records=tuple(_behind(weight.keys, observations, case, places)),
            )
            for weight in attribution.weights
        ),
    )


def _behind(
    keys: Iterable[str], observations: Mapping[str, tuple[int, Observation]], case: Case, places: Settlements
) -> Iterable[Behind]:
    for number, one in (observations[key] for key in keys if key in observations):
        when, where = interval_words(one.clocks.claimed, case.time_zone), event_words(one.place, places)
        yield Behind(
            href=f"#{anchor('r', one.key)}",
            number=number,
            words=f"{one.source.name}, {when}, {where}: {spoken(one.phenomenon)}",
            quoted=_quoted(one),
        )


def _quoted(one: Observation) -> str:
    text = " ".join(one.text.split())
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]} …"
