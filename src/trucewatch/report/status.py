"""Statuses in words: what is published, the state behind it, since when, and by when the clock alone moves it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trucewatch.model import ClauseStatus
from trucewatch.paper import Obligation, Prohibit
from trucewatch.report.words import local_words
from trucewatch.vocabulary import State, Status

STATUS_WORDS = {
    Status.OBSERVED: "observed",
    Status.VIOLATED: "violated",
    Status.DISPUTED: "disputed",
    Status.NOT_VERIFIABLE: "not verifiable",
    Status.PENDING: "pending",
}

STATE_WORDS = {
    State.NOT_YET_APPLICABLE: "does not apply yet",
    State.PENDING: "not due yet",
    State.IN_FORCE: "in force",
    State.SUSPENDED: "suspended, its clock stands still",
    State.FULFILLED: "fulfilled",
    State.FULFILLED_LATE: "fulfilled late",
    State.NO_BREACH_OBSERVED: "no breach observed, and enough was watched",
    State.BREACHED: "breach confirmed",
    State.DISPUTED_FACT: "the facts are disputed",
    State.DISPUTED_READING: "the readings differ",
    State.NOT_COVERED: "not enough was watched",
    State.ACCESS_DENIED: "access was denied",
    State.UNRESOLVED: "the evidence does not decide it",
    State.OVERDUE_UNVERIFIED: "its day has passed and nothing verified shows it done",
    State.NO_METHOD: "no method",
}

FEW = 3  # phenomena that a line names; who forbids more forbids fire

UNMEASURED = "not measured by hours of watching"


def act_words(duty: Obligation) -> str:
    """Return the act of an obligation as the records name it, what no instrument may perceive, or else its kind."""
    if not duty.act and isinstance(duty.terms, Prohibit):
        names = [phenomenon.value.replace("_", " ") for phenomenon in duty.terms.phenomena]
        return "no fire" if len(names) > FEW else f"no {', '.join(names)}"
    return (duty.act.replace(":", ": ") or duty.kind.value).replace("-", " ").replace("_", " ")


def coverage_words(coverage: float | None) -> str:
    """Return a share of hours in per cent, or that hours are no measure."""
    return UNMEASURED if coverage is None else f"{coverage * 100:.1f} %"


def covered_words(statuses: Iterable[ClauseStatus]) -> str:
    """Return between which shares of their hours those were watched that hours measure, for a line of counts."""
    shares = [status.coverage for status in statuses if status.coverage is not None]
    if not shares:
        return UNMEASURED
    low, high = coverage_words(min(shares)), coverage_words(max(shares))
    return f"{len(shares)} measured by hours of watching, {low if low == high else f'{low} to {high}'} of them covered"


def since_words(since: datetime | None, theatre: str, paper: str) -> str:
    """Return since when a state holds; "" where nobody knows.

    A deed of a day begins with that day where it happened, a deadline with a day of the paper's clock: the first of the
    two time zones in which it is midnight gives the day. Anything else is a wall clock of the paper.
    """
    if since is None:
        return ""
    for zone in (theatre, paper):
        wall = since.astimezone(ZoneInfo(zone))
        if wall.timetz().replace(tzinfo=None) == datetime.min.time():
            return wall.date().isoformat()
    return local_words(since, paper)


def until_words(moment: datetime | None, time_zone: str) -> str:
    """Return until when, local; midnight is the end of the day before it, as papers write their deadlines."""
    if moment is None:
        return ""
    wall = moment.astimezone(ZoneInfo(time_zone))
    if wall.timetz().replace(tzinfo=None) == datetime.min.time():
        return f"the end of {(wall.date() - timedelta(days=1)).isoformat()}"
    return local_words(moment, time_zone)
