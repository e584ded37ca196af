"""Each side's counts, never without the effort on its ground."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from trucewatch.evidence import BOTH
from trucewatch.model import Attribution, Effort, Named, Party
from trucewatch.report.choice import (
    DAYS_PRINTED,
    Choice,
    anchor,
    days,
    incident_tally,
    record_tally,
    so_far,
    tally,
)
from trucewatch.report.frame import Period
from trucewatch.report.parts import EffortDay, Link, Side, Tally
from trucewatch.report.rates import rate_rows
from trucewatch.report.status import STATUS_WORDS
from trucewatch.report.words import indicated, party_name, several
from trucewatch.spacetime import hours_of
from trucewatch.vocabulary import Listening


def sides(choice: Choice) -> tuple[Side, ...]:
    """Return one column per party, in the order of case.toml."""
    efforts = {(effort.day, effort.side): effort for effort in choice.assessment.efforts}
    return tuple(side(n, party, efforts, choice) for n, party in enumerate(choice.assessment.case.parties, start=1))


def side(number: int, party: Party, efforts: Mapping[tuple[date, str], Effort], choice: Choice) -> Side:
    """Return one party's effort and counts."""
    touched = days(choice)
    rates = {rate.side: rate for rate in choice.assessment.rates}
    every = tuple(_effort_day(number, day, efforts.get((day, party.id)), choice) for day in touched)
    said = Counter(cell for day in every for cell in day.cells if cell is not None)
    return Side(
        number=number,
        name=party_name(party),
        effort=_effort_words(touched, party.id, efforts, choice),
        hours=tuple((listening, said[listening]) for listening in Listening),
        rates=rate_rows(rates[party.id], choice.assessment.case.standard.lines) if party.id in rates else (),
        days=every[:DAYS_PRINTED],
        tallies=(
            *_findings(number, party.id, choice),
            *_claims(number, party.id, choice),
            *_clauses(number, party.id, choice),
        ),
    )


def _effort_words(
    touched: tuple[date, ...], side_id: str, efforts: Mapping[tuple[date, str], Effort], choice: Choice
) -> str:
    """Return in how many hours of the days that the report touches somebody watched any of that ground."""
    ours = [efforts[day, side_id] for day in touched if (day, side_id) in efforts]
    until = choice.assessment.case.heard_until
    hours = (hour for day in touched for hour in hours_of(day, choice.assessment.case.time_zone))
    whole = sum(until is None or hour[0] < until for hour in hours)
    watched, stood = math.fsum(e.hours for e in ours), math.fsum(e.observer_hours for e in ours)
    word = "calendar day" if len(touched) == 1 else "calendar days"
    return (
        f"somebody watched in {watched:.1f} of the {whole} hours of {len(touched)} {word}; {stood:.1f} observer-hours"
    )


def _effort_day(number: int, day: date, effort: Effort | None, choice: Choice) -> EffortDay:
    hours = hours_of(day, choice.assessment.case.time_zone)
    heard = effort.by_hour if effort else ()
    # an hour of which nothing is known was not covered; it is never quiet
    said = (*heard, *[Listening.NOT_COVERED] * (len(hours) - len(heard)))
    period = None if choice.period is None else so_far(choice.assessment.case, choice.period)
    until = choice.assessment.case.heard_until
    told = [_overlaps(hour, period) and (until is None or hour[0] < until) for hour in hours]
    cells = tuple(cell if is_told else None for cell, is_told in zip(said, told, strict=False))
    return EffortDay(
        id=anchor(f"h-{number}", day.isoformat()),
        day=day.isoformat(),
        hours=f"{effort.hours if effort else 0.0:.1f} of {len(hours)}",
        observers=effort.observers if effort else 0,
        observer_hours=f"{effort.observer_hours if effort else 0.0:.1f}",
        ground=f"{effort.ground_share if effort else 0.0:.0%}",
        cells=cells,
    )


def _overlaps(hour: Period, period: Period | None) -> bool:
    return period is None or (hour[0] < period[1] and period[0] < hour[1])


def _findings(number: int, side_id: str, choice: Choice) -> tuple[Tally, ...]:
    standard = choice.assessment.case.standard

    def of(name: str, label: str, counts: Callable[[Attribution], bool]) -> Tally:
        ids = [incident.id for incident, attribution in choice.found if counts(attribution)]
        return incident_tally(f"side{number}-{name}", label, ids, choice)

    return (
        of("alone", "incidents attributed to it alone", lambda a: a.determination == side_id),
        of(
            "both",
            f"incidents attributed to {several(len(choice.assessment.case.parties))}",
            lambda a: a.determination == BOTH,
        ),
        of("indicated", "undetermined, with an indication towards it", lambda a: indicated(a, standard) == side_id),
    )


def _claims(number: int, side_id: str, choice: Choice) -> tuple[Tally, ...]:
    claims = [o for o in choice.observations if o.claim is not None]
    naming = [o.key for o in claims if o.claim and _is(o.claim.accused, side_id)]
    own = [o.key for o in claims if _is(o.source.side, side_id)]
    return (
        record_tally(f"side{number}-named", "claims that name it (claims, not findings)", naming, choice),
        record_tally(f"side{number}-claims", "claims that it or its sources made", own, choice),
    )


def _is(actor: Named | None, side_id: str) -> bool:
    return actor is not None and actor.party == side_id


def _clauses(number: int, side_id: str, choice: Choice) -> tuple[Tally, ...]:
    ours = [(n, s) for n, s in enumerate(choice.assessment.statuses, start=1) if s.bearer == side_id]
    return tuple(
        tally(
            f"side{number}-{status.value}",
            f"obligations {word} (from their beginning to the time of the status)",
            [Link(text=s.obligation_id, href=f"#s-{n}") for n, s in ours if s.status is status],
        )
        for status, word in STATUS_WORDS.items()
    )
