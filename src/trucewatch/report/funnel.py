"""From rows read to incidents determined: what went in, what fell out where, and why."""

from collections.abc import Sequence

from trucewatch.evidence import BOTH, UNDETERMINED, hypotheses, is_physical
from trucewatch.model import Observation, Record, StandardOfProof
from trucewatch.report.choice import Choice, Found, began, incident_tally, record_tally
from trucewatch.report.parts import Link, Tally
from trucewatch.vocabulary import MATTERS, Phenomenon, Undecided


def funnel(choice: Choice) -> tuple[Tally, ...]:
    """Return the steps from rows read to incidents determined, each with its records."""
    parties = [party.id for party in choice.assessment.case.parties]
    accused = {*parties, BOTH}
    rest = {*hypotheses(parties)} - accused
    return (
        *_read(choice),
        *_sorted_out(choice),
        _tally("incidents", "incidents", choice.found, choice),
        *_matters(choice),
        _tally("perceived", "of these, perceived by somebody", [f for f in choice.found if _is_perceived(f)], choice),
        _tally(
            "assessed", "assessed: evidence bears on who did it", [f for f in choice.found if _is_assessed(f)], choice
        ),
        _determined("attributed", "attributed to a side, or to more than one", accused, choice),
        _determined("cleared", "determined as another actor's, or as nothing prohibited", rest, choice),
        _determined("left", "undetermined: see why below", {UNDETERMINED}, choice),
    )


def _matters(choice: Choice) -> tuple[Tally, ...]:
    """Return how many incidents are of no fire, where there are any."""
    found = [f for f in choice.found if f[0].phenomenon.term in MATTERS]
    label = "of these, of other matters than fire (in no count, rate or trend of fire)"
    return (_tally("matters", label, found, choice),) if found else ()


def undetermined(choice: Choice) -> tuple[Tally, ...]:
    """Return how many incidents stay undetermined and why; each stands under the first reason that fits."""
    left = [found for found in choice.found if found[1].determination == UNDETERMINED]
    words = _words(choice.assessment.case.standard)
    groups: dict[Undecided | None, list[Found]] = {reason: [] for reason in Undecided}
    for found in left:
        groups.setdefault(found[1].undecided, []).append(found)
    return (
        _tally("undetermined", "incidents undetermined", left, choice),
        *(
            _tally(f"why{n}", words[reason] if reason else "no reason was stated", group, choice)
            for n, (reason, group) in enumerate(groups.items(), start=1)
        ),
    )


def _words(standard: StandardOfProof) -> dict[Undecided, str]:
    return {
        Undecided.ONLY_CLAIMED: "it is only claimed: nobody perceived it",
        Undecided.NO_DIRECTION: "nothing perceived tells from which side: no direction, flight or place of firing",
        Undecided.WORDS_ALONE: "only words say who did it: what was perceived does not tell",
        Undecided.GROUND_IN_DOUBT: "a direction was perceived, but whose ground it points to is in doubt",
        Undecided.WHICH_INCIDENT: "enough lines of evidence, but some may belong to another incident",
        Undecided.EQUAL: "two explanations are equally probable",
        Undecided.TOO_FEW_LINES: (
            "one independent line of evidence or none for the likeliest explanation"
            if standard.lines == 2
            else f"fewer than {standard.lines} independent lines of evidence for the likeliest explanation"
        ),
        Undecided.BELOW_STANDARD: f"the most probable explanation stays below {standard.probability:.3g}",
        Undecided.FROM_ACCUSER: "probable enough, but no line is perceived and independent of the accuser",
    }


def _tally(name: str, label: str, found: Sequence[Found], choice: Choice) -> Tally:
    return incident_tally(name, label, [incident.id for incident, _ in found], choice)


def _determined(name: str, label: str, words: set[str], choice: Choice) -> Tally:
    return _tally(name, label, [f for f in choice.found if f[1].determination in words], choice)


def _is_perceived(found: Found) -> bool:
    return any(is_physical(record) for record in found[0].observations)


def _is_assessed(found: Found) -> bool:
    return any(len({value for _, value in w.bits}) > 1 and w.keys for w in found[1].weights)


def _read(choice: Choice) -> tuple[Tally, ...]:
    read = len(choice.assessment.observations) + len(choice.assessment.records)
    rejected = sum(r.rows for r in choice.assessment.rejections)
    whole = Tally(
        id="n-read",
        label="rows read from all files of the case (a repeated row once)",
        count=read + rejected,
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
    every: tuple[Observation | Record, ...] = (*choice.assessment.observations, *choice.assessment.records)
    timeless = [record.key for record in every if began(record) is None]
    ours = [*(o.key for o in choice.observations), *(record.key for record in choice.others)]
    return (
        record_tally("period", "records of this reporting period", ours, choice),
        record_tally("timeless", "records without any time (in no daily report)", timeless, choice),
    )


def _sorted_out(choice: Choice) -> tuple[Tally, ...]:
    alone = [o for o in choice.observations if o.key not in choice.belongs]
    quiet = [o.key for o in alone if _quiet(o)]
    totals = [o.key for o in alone if o.is_total and not _quiet(o)]
    others = [o.key for o in alone if not o.is_total and not _quiet(o)]
    torn = [key for key in others if key in choice.torn]
    rest = [key for key in others if key not in choice.torn]
    joined = [o.key for o in choice.observations if o.key in choice.belongs]
    return (
        record_tally("associated", "records associated with an incident", joined, choice),
        record_tally("quiet", "records of a watch in which nothing was noticed", quiet, choice),
        record_tally("totals", "totals stated by a source (never added to anything)", totals, choice),
        record_tally("torn", "records of one of several incidents, it cannot be told which", torn, choice),
        record_tally(
            "rest", "records of no incident: sightings, restrictions, notices, words that name nobody", rest, choice
        ),
        record_tally("others", "records of things other than fire", [r.key for r in choice.others], choice),
    )


def _quiet(observation: Observation) -> bool:
    return observation.phenomenon.term is Phenomenon.QUIET
