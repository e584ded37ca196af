"""What belongs to one report, what of it is printed, and where each printed thing stands in the page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from trucewatch.model import Assessment, Attribution, Case, Doubt, Incident, Observation, Record
from trucewatch.report.frame import Period
from trucewatch.report.parts import Link, Tally
from trucewatch.spacetime import local, local_day

INCIDENTS_PRINTED = 500  # a longer page is read by nobody; the tables hold the rest
RECORDS_PRINTED = 2000
REJECTED_PRINTED = 2000
DAYS_PRINTED = 93  # three months of hours on each side

Found = tuple[Incident, Attribution]
# sentences: what an obligation asks, by agreement and obligation; a reading of it, also by what it sets and by whom
PlainWords = Mapping[tuple[str, ...], str]
NOTHING: PlainWords = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The part of an assessment that a report is about.

    `numbers` gives every observation of the assessment its number, the same in each report of that assessment.
    `others` are the records of things other than fire that belong to the period, `told` all of them by key.
    `printed_records` are keys and `printed_incidents` ids; `belongs` leads from key to incident id, `torn` from the
    key of what may be of several incidents to these and their probabilities, `perhaps` from an
    incident back to the keys. `plain` says it in sentences.
    """

    assessment: Assessment
    period: Period | None
    found: tuple[Found, ...]
    observations: tuple[Observation, ...]
    others: tuple[Record, ...]
    numbers: dict[str, int]
    told: dict[str, Record]
    belongs: dict[str, str]
    torn: dict[str, tuple[tuple[str, float], ...]]
    perhaps: dict[str, list[tuple[str, float]]]
    printed_incidents: frozenset[str]
    printed_records: frozenset[str]
    plain: PlainWords


def reporting_day(case: Case, day: date) -> Period:
    """Return the reporting period that ends at the cut-off of a local day, as UTC."""
    yesterday = day - timedelta(days=1)
    return local(yesterday, case.cut_off, case.time_zone), local(day, case.cut_off, case.time_zone)


def so_far(case: Case, period: Period) -> Period:
    """Return a reporting period as far as a running centre had come in it: to its end, or to what was heard last."""
    start, end = period
    return (start, case.heard_until) if case.heard_until is not None and start < case.heard_until < end else period


def day_of(case: Case, instant: datetime) -> date:
    """Return the reporting day that an instant belongs to: from a cut-off on it is the next one."""
    day = local_day(instant, case.time_zone)
    return day if instant < reporting_day(case, day)[1] else day + timedelta(days=1)


def running_days(
    case: Case, window: Period, began: Iterable[datetime], said: Iterable[datetime], most: int
) -> tuple[date, ...]:
    """Return the days that a running centre reports: those the case asks for, and its own newest ones.

    Its own are the reporting days of the `window` in which it runs, both ends included, on which a record began or
    something was said: so many of them at most, the others have had their report. A case that asks for no days has
    also the last day with a record.
    """
    first, last = (day_of(case, edge) for edge in window)
    recorded = {day_of(case, moment) for moment in began if moment <= window[1]}
    own = sorted(day for day in recorded | {day_of(case, moment) for moment in said} if first <= day <= last)
    return tuple(sorted({*(case.days or sorted(recorded)[-1:]), *own[-most:]}))


def daily(assessment: Assessment) -> tuple[date, ...]:
    """Return the days whose daily reports are published: those the case asks for, else the last with a record."""
    if assessment.case.days:
        return assessment.case.days
    begun = [o.clocks.claimed.start for o in assessment.observations if o.clocks.claimed is not None]
    within = [start for start in begun if start <= assessment.as_of]
    return (day_of(assessment.case, max(within)),) if within else ()


def choose(assessment: Assessment, period: Period | None, plain: PlainWords = NOTHING) -> Choice:
    """Return what a report of that period (None: the whole record) is about.

    An incident belongs to the period in which it began, with all its records; any other record to the
    period in which its own time begins. What has no time stands in the report of the whole record only.
    """
    pairs = zip(assessment.incidents, assessment.attributions, strict=True)
    found = tuple(pair for pair in pairs if _within(pair[0].first_time, period))
    inside = {record.key for incident, _ in found for record in incident.observations}
    ours = tuple(o for o in assessment.observations if o.key in inside or _within(began(o), period))
    others = tuple(record for record in assessment.records if _within(began(record), period))
    printed = found[:INCIDENTS_PRINTED]
    return Choice(
        assessment=assessment,
        period=period,
        found=found,
        observations=ours,
        others=others,
        numbers={o.key: number for number, o in enumerate(assessment.observations, start=1)},
        told={record.key: record for record in assessment.records},
        belongs={o.key: incident.id for incident in assessment.incidents for o in incident.observations},
        torn={doubt.key: doubt.candidates for doubt in assessment.doubts},
        perhaps=_by_incident(assessment.doubts),
        printed_incidents=frozenset(incident.id for incident, _ in printed),
        printed_records=_printed_records(printed, ours) | _printed_told(assessment, others),
        plain=plain,
    )


def _by_incident(doubts: Iterable[Doubt]) -> dict[str, list[tuple[str, float]]]:
    """Return for each incident the keys of the records in doubt that may be of it, each with its probability."""
    found: dict[str, list[tuple[str, float]]] = {}
    for doubt in doubts:
        for incident_id, share in doubt.candidates:
            found.setdefault(incident_id, []).append((doubt.key, share))
    return found


def began(record: Observation | Record) -> datetime | None:
    """Return when a source says that it began."""
    claimed = record.clocks.claimed
    return None if claimed is None else claimed.start


def days(choice: Choice) -> tuple[date, ...]:
    """Return the local calendar days that the report touches: those of the period, else all with effort."""
    if choice.period is None:
        return tuple(sorted({effort.day for effort in choice.assessment.efforts}))
    zone, (start, end) = choice.assessment.case.time_zone, so_far(choice.assessment.case, choice.period)
    first, last = local_day(start, zone), local_day(end - timedelta(microseconds=1), zone)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def anchor(prefix: str, name: str) -> str:
    """Return an anchor that HTML and a URL both take: other characters are written as their code points."""
    return f"{prefix}-" + re.sub(r"[^A-Za-z0-9_-]", lambda sign: f".{ord(sign[0]):x}.", name)


def record_link(key: str, choice: Choice) -> Link:
    """Return the link to a record, without a target where it is not printed."""
    printed = key in choice.printed_records
    if key in choice.told:
        return Link(text=choice.told[key].id or key, href=f"#{told_anchor(key)}" if printed else "")
    return Link(text=str(choice.numbers.get(key, key)), href=f"#{anchor('r', key)}" if printed else "")


def told_anchor(key: str) -> str:
    """Return where a record of something other than fire stands in the page."""
    return anchor("x", key)


def incident_link(incident_id: str, choice: Choice) -> Link:
    """Return the link to an incident, without a target where it is not printed."""
    href = f"#{anchor('i', incident_id)}" if incident_id in choice.printed_incidents else ""
    return Link(text=incident_id, href=href)


def record_tally(name: str, label: str, keys: Iterable[str], choice: Choice) -> Tally:
    """Return a number of records with links to those that are printed."""
    every = list(keys)
    links = [record_link(key, choice) for key in every if key in choice.printed_records]
    return tally(name, label, links, len(every) - len(links))


def incident_tally(name: str, label: str, ids: Iterable[str], choice: Choice) -> Tally:
    """Return a number of incidents with links to those that are printed."""
    every = list(ids)
    links = [incident_link(incident_id, choice) for incident_id in every if incident_id in choice.printed_incidents]
    return tally(name, label, links, len(every) - len(links))


def tally(name: str, label: str, links: Sequence[Link], left_out: int = 0) -> Tally:
    """Return the number of links, and of those that are left out since the page does not print what they lead to."""
    return Tally(id=f"n-{name}", label=label, count=len(links) + left_out, links=tuple(links), left_out=left_out)


def _within(instant: datetime | None, period: Period | None) -> bool:
    return period is None or (instant is not None and period[0] <= instant < period[1])


def _printed_records(printed: tuple[Found, ...], ours: tuple[Observation, ...]) -> frozenset[str]:
    """Return the keys to print: the records of printed incidents first, then the others in their order."""
    wanted = {record.key: None for incident, _ in printed for record in incident.observations}
    wanted |= {o.key: None for o in ours}
    return frozenset(list(wanted)[:RECORDS_PRINTED])


def _printed_told(assessment: Assessment, others: tuple[Record, ...]) -> frozenset[str]:
    """Return the keys of records of things other than fire to print: those that statuses rest on first."""
    cited = {key for status in assessment.statuses for key in status.record_keys}
    wanted = {record.key: None for record in assessment.records if record.key in cited}
    wanted |= {record.key: None for record in others}
    return frozenset(list(wanted)[:RECORDS_PRINTED])
