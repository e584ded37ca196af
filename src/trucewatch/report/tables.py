"""The four tables that other programs read: UTF-8, comma, one header row, line ends of one line feed.

A spreadsheet runs a cell that begins with = + - @, a tab or a carriage return as a formula (OWASP, "CSV
Injection"). Text that others wrote and that begins so gets a leading apostrophe; numbers that we format
are left alone. So does text that begins with apostrophes and then such a sign; a reader that wants the
text itself therefore removes one apostrophe from any cell that begins with apostrophes and then such a sign.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain

from trucewatch.model import Assessment, Attribution, ClauseStatus, Incident, Observation, Record, Register, Trend
from trucewatch.report.shares import hypotheses, shares
from trucewatch.report.words import term
from trucewatch.spacetime import stamp

_SPECIAL = re.compile(r'[,"\r\n]')

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

INCIDENT_COLUMNS = (
    "incident_id", "first_time", "last_time", "lon", "lat", "radius_km_68", "phenomenon",
    "count_min", "count_max", "observations",
)  # fmt: skip
LINK_COLUMNS = ("observation_id", "incident_id", "record", "share", "candidates")
CLAUSE_COLUMNS = (
    "clause_id", "obligation_id", "bearer", "status", "as_of", "coverage", "why",
    "agreement_id", "state", "since", "next_deadline", "would_change", "records", "incidents",
)  # fmt: skip
REJECTED_COLUMNS = ("file", "row", "reason")
TREND_COLUMNS = (
    "first_day", "days", "expected", "low_95", "high_95", "perceived_unwatched", "hours_of_ground_watched", "per_hour",
    "compared",
)  # fmt: skip


def incidents_csv(assessment: Assessment) -> bytes:
    """Return one row per incident, with a probability column per hypothesis; the four decimals sum to 1."""
    names = tuple(f"p_{name}" for name in hypotheses(assessment.case))
    header = (*INCIDENT_COLUMNS, *names, "determination", "clauses", "why")
    return csv(header, _incident_rows(assessment))


def links_csv(assessment: Assessment) -> bytes:
    """Return one row per enrolled observation in their order, then one per record of something other than fire.

    `record` is its key, unique where ids repeat; a record of something else belongs to no incident.
    `share` is the probability that it belongs to its incident; `candidates` are all incidents that it may be of, where
    that is in doubt ("one of these four"): ids with their probabilities, the likeliest first.
    """
    belongs: dict[str, tuple[str, str]] = {}
    for incident in assessment.incidents:
        sure = incident.shares or (1.0,) * len(incident.observations)
        for record, share in zip(incident.observations, sure, strict=True):
            belongs[record.key] = (incident.id, f"{share:.2f}")
    torn = {
        doubt.key: " ".join(f"{name}={share:.2f}" for name, share in doubt.candidates) for doubt in assessment.doubts
    }
    rows: tuple[Observation | Record, ...] = (*assessment.observations, *assessment.records)
    return csv(LINK_COLUMNS, (_link(o, belongs.get(o.key, ("", "")), torn.get(o.key, "")) for o in rows))


def _link(o: Observation | Record, held: tuple[str, str], candidates: str) -> tuple[str, ...]:
    return text(o.id), text(held[0]), text(o.key), held[1], text(candidates)


def clauses_csv(assessment: Assessment) -> bytes:
    """Return one row per obligation and bearer; `coverage` is a share from 0 to 1, four decimals, or not measured.

    `records` and `incidents` are the keys and ids that the status rests on, with blanks between them.
    """
    return csv(CLAUSE_COLUMNS, map(_clause, assessment.statuses))


def _clause(s: ClauseStatus) -> tuple[str, ...]:
    return (
        text(s.clause_id), text(s.obligation_id), text(s.bearer), s.status.value, stamp(s.as_of),
        "" if s.coverage is None else f"{s.coverage:.4f}", one_line(s.why),
        text(s.agreement_id), s.state.value, stamp(s.since), stamp(s.next_deadline), one_line(s.would_change),
        text(" ".join(s.record_keys)), text(" ".join(s.incident_ids)),
    )  # fmt: skip


def register_csv(register: Register) -> bytes:
    """Return one row per line of a register; `records` are the keys of the records behind it, blanks between."""
    rows = ((*map(one_line, row.cells), " ".join(row.record_keys), " ".join(row.incident_ids)) for row in register.rows)
    return csv((*register.columns, "records", "incidents"), rows)


def rejected_csv(assessment: Assessment) -> bytes:
    """Return one row per row that could not be read: its file, its first line there (0: the file) and the reason."""
    return csv(REJECTED_COLUMNS, ((text(r.file), str(r.row), one_line(r.reason)) for r in assessment.rejections))


def trend_csv(trend: Trend) -> bytes:
    """Return one row per window; `compared` says of each whether it is compared with the one ranked, or why not."""
    ranked = [r.first for r in trend.rankings[:1]]
    reasons = {first: reason for r in trend.rankings[:1] for reason, firsts in r.left_out for first in firsts}
    reasons |= dict.fromkeys(ranked, "ranked") | {w.first: "not over" for w in trend.windows if ranked < [w.first]}
    rows = (
        (w.first.isoformat(), str(w.days), f"{w.expected:.4f}", str(w.low), str(w.high), str(w.chanced),
         f"{w.effort:.2f}", f"{w.expected / w.effort:.6f}" if w.effort > 0 else "",
         reasons.get(w.first, "yes"))
        for w in trend.windows
    )  # fmt: skip
    return csv(TREND_COLUMNS, rows)


def text(written: str) -> str:
    """Return text that others wrote as a cell that no spreadsheet runs."""
    return f"'{written}" if written.lstrip("'").startswith(FORMULA_STARTS) else written


def one_line(written: str) -> str:
    """Return the text on one line, as a cell that no spreadsheet runs."""
    return text(" ".join(written.split()))


def _incident_rows(assessment: Assessment) -> Iterator[tuple[str, ...]]:
    clauses = dict(assessment.touched)
    for incident, attribution in zip(assessment.incidents, assessment.attributions, strict=True):
        yield (
            *_happening(incident),
            *(share for _, share in shares(attribution, assessment.case)),
            *_conclusion(attribution, clauses.get(incident.id, ())),
        )


def _happening(incident: Incident) -> tuple[str, ...]:
    place, count = incident.place, incident.count
    where = ("", "", "") if place is None else (degrees(place.lon), degrees(place.lat), f"{place.radius_km_68:.3f}")
    return (
        text(incident.id), stamp(incident.first_time), stamp(incident.last_time), *where,
        one_line(term(incident.phenomenon)), _whole(count.low), _whole(count.high), str(len(incident.observations)),
    )  # fmt: skip


def _conclusion(attribution: Attribution, clauses: tuple[str, ...]) -> tuple[str, ...]:
    return text(attribution.determination), text(" ".join(clauses)), one_line(attribution.why)


def degrees(value: float) -> str:
    """Return degrees with five decimals (about a metre), never a negative zero."""
    return f"{round(value, 5) + 0.0:.5f}"


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)


def csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return a table of cells that are harmless already."""
    written = BytesIO()
    for row in chain([header], rows):
        # a lone surrogate (from a JSON escape) has no UTF-8: it is written out, not lost
        written.write((",".join(map(_quoted, row)) + "\n").encode("utf-8", "backslashreplace"))
    return written.getvalue()


def _quoted(cell: str) -> str:
    """Quote as RFC 4180 section 2 does, also around a lone carriage return."""
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell
