"""From rows read to incidents determined: what went in, what fell out where, and why."""

from collections.abc import Callable

from trucewatch.evidence import UNDETERMINED, is_physical
from trucewatch.model import Attribution, Observation, StandardOfProof
from trucewatch.report.choice import Choice, Found, began, incident_tally, record_tally
from trucewatch.report.parts import Link, Tally
from trucewatch.report.words import leading
from trucewatch.vocabulary import Phenomenon

Test = Callable[[Found], bool]


def funnel(choice: Choice) -> tuple[Tally, ...]:
    """Return the steps from rows read to incidents determined, each with its records."""
    determined = [i.id for i, a in choice.found if a.determination != UNDETERMINED]
    return (
        *_read(choice),
        *_sorted_out(choice),
        incident_tally("incidents", "incidents", [i.id for i, _ in choice.found], choice),
        incident_tally("determined", "incidents determined at the parties' standard", determined, choice),
    )


def undetermined(choice: Choice) -> tuple[Tally, ...]:
    """Return how many incidents stay undetermined and why; each stands under the first reason that fits."""
    reasons = _reasons(choice.assessment.case.standard)
    groups: dict[str, list[str]] = {label: [] for label, _ in reasons}
    for found in choice.found:
        if found[1].determination == UNDETERMINED:
            groups[next(label for label, fits in reasons if fits(found))].append(found[0].id)
    total = [i.id for i, a in choice.found if a.determination == UNDETERMINED]
    rows = [incident_tally(f"why{n}", label, ids, choice) for n, (label, ids) in enumerate(groups.items(), start=1)]
    return (incident_tally("undetermined", "incidents undetermined", total, choice), *rows)


def _reasons(standard: StandardOfProof) -> tuple[tuple[str, Test], ...]:
    """Return (reason, does it fit) from the first that an investigator would name to the one that always fits."""
    return (
        ("it is only claimed: nobody perceived it", _only_claimed),
        ("the records do not tell the hypotheses apart", lambda found: not any(_tells(found[1]))),
        ("only words say who did it: what was perceived does not tell the hypotheses apart", _only_words),
        (
            f"the most probable explanation stays below {standard.probability:.0%}",
            lambda found: max(p for _, p in found[1].probabilities) < standard.probability,
        ),
        ("two explanations are equally probable", lambda found: leading(found[1]) is None),
        (f"fewer than {standard.lines} independent lines of evidence", lambda found: found[1].lines < standard.lines),
        ("probable enough, but no line is independent of the accuser", lambda _: True),
    )


def _only_claimed(found: Found) -> bool:
    return not any(is_physical(record) for record in found[0].observations)


def _only_words(found: Found) -> bool:
    weights = found[1].weights
    return all(weight.said for weight, tells in zip(weights, _tells(found[1]), strict=True) if tells)


def _tells(attribution: Attribution) -> list[bool]:
    return [len({value for _, value in w.bits}) > 1 and bool(w.keys) for w in attribution.weights]


def _read(choice: Choice) -> tuple[Tally, ...]:
    everything, rejected = choice.assessment.observations, sum(r.rows for r in choice.assessment.rejections)
    whole = Tally(
        id="n-read",
        label="rows read from all files of the case (a repeated row once)",
        count=len(everything) + rejected,
        links=(Link(text="the tables of records", href="#records"), Link(text="rows not readable", href="#rejected")),
    )
    lost = Tally(
        id="n-rejected",
        label="of these, rows that could not be read (kept and listed)",
        count=rejected,
        links=(Link(text="the list", href="#rejected"),) if rejected else (),
    )
    return (whole, lost, *_dated(choice))


def _dated(choice: Choice) -> tuple[Tally, ...]:
    """Return, for a reporting period, how many records belong to it and how many carry no time at all."""
    if choice.period is None:
        return ()
    timeless = [o.key for o in choice.assessment.observations if began(o) is None]
    return (
        record_tally("period", "records of this reporting period", [o.key for o in choice.observations], choice),
        record_tally("timeless", "records without any time (in no daily report)", timeless, choice),
    )


def _sorted_out(choice: Choice) -> tuple[Tally, ...]:
    alone = [o for o in choice.observations if o.key not in choice.belongs]
    quiet = [o.key for o in alone if _quiet(o)]
    totals = [o.key for o in alone if o.is_total and not _quiet(o)]
    rest = [o.key for o in alone if not o.is_total and not _quiet(o)]
    joined = [o.key for o in choice.observations if o.key in choice.belongs]
    return (
        record_tally("associated", "records associated with an incident", joined, choice),
        record_tally("quiet", "records of a watch in which nothing was noticed", quiet, choice),
        record_tally("totals", "totals stated by a source (never added to anything)", totals, choice),
        record_tally("rest", "records of no incident: sightings, restrictions, notices", rest, choice),
    )


def _quiet(observation: Observation) -> bool:
    return observation.phenomenon.term is Phenomenon.QUIET
