"""From an assessment to one typed report: for the whole record, or for one reporting day. Pure."""

from zoneinfo import ZoneInfo

import trucewatch
from trucewatch.model import Assessment, Trend
from trucewatch.report.answers import answers
from trucewatch.report.choice import (
    DAYS_PRINTED,
    INCIDENTS_PRINTED,
    NOTHING,
    RECORDS_PRINTED,
    REJECTED_PRINTED,
    Choice,
    PlainWords,
    choose,
    daily,
    days,
    reporting_day,
    so_far,
)
from trucewatch.report.frame import Period
from trucewatch.report.funnel import funnel, undetermined
from trucewatch.report.grades import GRADES
from trucewatch.report.happenings import incident_parts
from trucewatch.report.map import svg_detail, svg_map
from trucewatch.report.methods import WORDS, calibrations, caution, errors, methods
from trucewatch.report.paper import anchors, paper_parts
from trucewatch.report.parts import Header, RejectedPart, Report
from trucewatch.report.places import settlements
from trucewatch.report.records import is_claim, is_observed, is_total, records
from trucewatch.report.registers import other_parts, register_parts
from trucewatch.report.shares import hypotheses
from trucewatch.report.sides import sides
from trucewatch.report.staffs import NOBODY, Staffs, staffs_parts, told_of
from trucewatch.report.trend import trend_part
from trucewatch.report.words import chosen, hypothesis_names, local_words, offset_words
from trucewatch.spacetime import hours_of

__all__ = ["Report", "build", "reporting_day"]

MAP_WIDTH = 960.0


def build(
    assessment: Assessment,
    period: Period | None,
    title: str,
    trend: Trend | None = None,
    plain: PlainWords = NOTHING,
    *,
    staffs: Staffs = NOBODY,
) -> Report:
    """Return the report of a period (UTC, end exclusive), or of the whole record where `period` is None.

    Clause statuses are printed as given, each with its own time: for a daily report the caller gives an assessment
    whose statuses were held as of that day's cut-off. `trend` goes with the report of the whole record.
    `plain` are sentences of what each obligation asks, `staffs` what the two staffs said of the incidents.
    """
    choice = choose(assessment, period, plain)
    known = settlements(assessment.case, assessment.as_of)
    names = hypothesis_names(assessment.case)
    papers = paper_parts(choice)
    leads = anchors(papers)
    told = staffs_parts(staffs, choice)
    return Report(
        header=_header(choice, title),
        funnel=funnel(choice),
        undetermined=undetermined(choice),
        sides=sides(choice),
        hypotheses=tuple(names[name] for name in hypotheses(assessment.case)),
        incidents=told_of(incident_parts(choice, known, leads), told),
        observations=records(choice, known, is_observed),
        claims=records(choice, known, is_claim),
        totals=records(choice, known, is_total),
        answers=answers(choice, leads),
        papers=papers,
        methods=methods(choice),
        calibrations=calibrations(choice),
        caution=caution(choice),
        errors=errors(choice),
        words=WORDS,
        grades=GRADES,
        rejected=tuple(
            RejectedPart(file=r.file, row=r.row, reason=r.reason) for r in assessment.rejections[:REJECTED_PRINTED]
        ),
        rejected_left_out=max(len(assessment.rejections) - REJECTED_PRINTED, 0),
        left_out=_left_out(choice),
        detail_svg=svg_detail(
            assessment, found=choice.found, period=period, linked=choice.printed_incidents, width=MAP_WIDTH
        ),
        map_svg=svg_map(
            assessment, found=choice.found, period=period, linked=choice.printed_incidents, width=MAP_WIDTH
        ),
        trend=None if trend is None else trend_part(trend),
        others=other_parts(choice),
        registers=register_parts(choice),
        staffs=told,
    )


def _header(choice: Choice, title: str) -> Header:
    assessment, case = choice.assessment, choice.assessment.case
    as_of = assessment.as_of if choice.period is None else so_far(case, choice.period)[1]
    return Header(
        title=title,
        case=chosen(case.titles, case.id),
        case_id=case.id,
        parties=tuple(party.names or (("und", party.id),) for party in case.parties),
        agreements=tuple(f"{agreement.title} ({agreement.id})" for agreement in case.agreements),
        standard=_standard(choice),
        methods=_methods(assessment),
        package=f"trucewatch {trucewatch.__version__}",
        period=_period_words(choice),
        as_of=local_words(as_of, case.time_zone),
        read_until=local_words(assessment.as_of, case.time_zone),
        days=tuple(day.isoformat() for day in daily(assessment)) if choice.period is None else (),
        zone=f"{case.time_zone}, {offset_words(as_of.astimezone(ZoneInfo(case.time_zone)))} at that time",
        is_open=choice.period is not None and as_of < choice.period[1],
        is_running=_is_running(choice),
        runs_over="" if choice.period is None else _RUNS_OVER,
    )


def _is_running(choice: Choice) -> bool:
    """Tell whether the days of the report have hours that a running centre had not come to."""
    case, period = choice.assessment.case, choice.period
    end = case.heard_until if period is None else so_far(case, period)[1]
    hours = (hour for day in days(choice)[-1:] for hour in hours_of(day, case.time_zone))
    return end is not None and any(end <= hour[0] and (period is None or hour[0] < period[1]) for hour in hours)


_RUNS_OVER = (
    "A reporting day runs from one cut-off to the next and so touches two calendar days. Effort is measured by whole "
    "calendar days; the rows “hours of this report” count the report's own hours alone."
)


def _standard(choice: Choice) -> str:
    standard = choice.assessment.case.standard
    proven = f" (as {standard.calibrated_on} proves it, or higher as stated)" if standard.calibrated_on else ""
    return (
        f"a probability of at least {standard.probability:g}{proven} and at least {standard.lines} independent lines "
        "of evidence, one of them not supplied by the accuser"
    )


def _methods(assessment: Assessment) -> tuple[str, ...]:
    """Return the names of the methods used, each once, in the order of the alphabet."""
    readers = {*(o.reader for o in assessment.observations), *(r.reader for r in assessment.records)}
    return tuple(sorted({*assessment.methods, *readers}))


def _period_words(choice: Choice) -> str:
    if choice.period is None:
        return "Report of the whole record"
    start, end = (local_words(edge, choice.assessment.case.time_zone) for edge in choice.period)
    return f"Daily report, from {start} to the cut-off at {end}"


def _left_out(choice: Choice) -> tuple[str, ...]:
    """Say in sentences what was too long to print and where it is; nothing is left out silently."""
    incidents, rows = len(choice.found) - INCIDENTS_PRINTED, len(choice.observations) - RECORDS_PRINTED
    unread = len(choice.assessment.rejections) - REJECTED_PRINTED
    unseen = len(days(choice)) - DAYS_PRINTED
    untold = sum(record.key not in choice.printed_records for record in choice.others)
    sentences = (
        (incidents, f"{incidents} more incidents are counted here and listed in incidents.csv."),
        (rows, f"{rows} more records are counted here and listed in links.csv."),
        (untold, f"{untold} more records of things other than fire are counted here and listed in links.csv."),
        (unread, f"{unread} more rows that could not be read are counted here and listed in rejected.csv."),
        (unseen, f"The hours of {unseen} more days are counted here and listed in map.json."),
    )
    return tuple(sentence for number, sentence in sentences if number > 0)
