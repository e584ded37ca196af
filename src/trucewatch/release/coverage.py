"""How much was watched, by side and month: no number of findings is released without it.

Months and not days: the hours of one day would say when somebody goes on watch. Of a month those days count that lie
behind the delay. An hour that nobody is known to have covered is never called quiet: it is missing from the sums.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from trucewatch.release.facts import Facts
from trucewatch.report.words import local_words
from trucewatch.spacetime import hours_of

Json = dict[str, Any]


def coverage(facts: Facts, entry: int, until: datetime, also: Iterable[str]) -> list[Json]:
    """Return for each side, in the case's order, and each month, how much was watched on days that are over by `until`.

    `days` are those of which the record holds anything, `hours_possible` all of theirs. `also` are months for which a
    row is there even where nobody is known to have watched. `entry` published the map.
    """
    today = local_words(until, facts.zone)[:10]
    over = [one for one in facts.efforts if one["day"] < today]
    months = sorted({one["day"][:7] for one in over} | {*also})
    return [_of(month, side, over, facts.zone, entry) for month in months for side, _ in facts.parties]


def _of(month: str, side: str, over: Sequence[Mapping[str, Any]], zone: str, entry: int) -> Json:
    days = sorted({one["day"] for one in over if one["day"][:7] == month})
    own = [one for one in over if one["side"] == side and one["day"][:7] == month]
    return {
        "side": side,
        "month": month,
        "days": len(days),
        "hours_watched": _tenths(one["hours"] for one in own),
        "hours_possible": sum(len(hours_of(date.fromisoformat(day), zone)) for day in days),
        "observer_hours": _tenths(one["observer_hours"] for one in own),
        "entry": entry,
    }


def _tenths(hours: Iterable[float]) -> str:
    """Return a sum of hours with one decimal, as text: two programs write one number in two ways."""
    return f"{math.fsum(hours) + 0.0:.1f}"
