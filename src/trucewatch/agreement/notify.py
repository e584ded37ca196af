"""What is to be announced before it is done: so long before, and counted from when the notice was received."""

from collections.abc import Callable, Sequence
from datetime import datetime

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.docket import Docket, heard
from trucewatch.agreement.facts import Heard, by
from trucewatch.agreement.hours import watch
from trucewatch.agreement.judge import by_coverage, effort_words
from trucewatch.agreement.kleene import Truth, negated, some
from trucewatch.agreement.occurrences import Occurrence
from trucewatch.agreement.states import Finding, Rule
from trucewatch.agreement.told import happenings
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.voices import Cast, is_bearers
from trucewatch.model import Notice
from trucewatch.paper import Notify, Obligation


def notify(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of what is to be announced: a happening without a notice in time breaks it."""
    duty = variant.duty
    terms = duty.terms
    assert isinstance(terms, Notify)
    given = [each for each in heard(docket, bond, duty.act) if _is_given(each, bond.cast)]
    line = happenings(docket, bond, duty, _announced(given, terms), lambda _record: True)

    def find(as_of: datetime) -> Finding:
        happened = line(as_of)
        return happened.finding or _silence(docket, bond, duty, happened.known, as_of)

    return find


def _is_given(each: Heard, cast: Cast) -> bool:
    """Tell whether a record is a notice by the bearer: its own word, or of what it alone owes whoever passes it on."""
    return isinstance(each.record.body, Notice) and (is_bearers(each.voice, cast) or cast.own == {cast.bearer})


def _announced(given: Sequence[Heard], terms: Notify) -> Callable[[Occurrence, datetime], Truth]:
    def announced(each: Occurrence, _as_of: datetime) -> Truth:
        about = [one for one in given if _is_about(one, each)]
        return some(negated(by((each.start, each.end), one.known + terms.lead, inclusive=False)) for one in about)

    return announced


def _is_about(given: Heard, each: Occurrence) -> bool:
    body = given.record.body
    return isinstance(body, Notice) and body.window.start <= each.end and body.window.end >= each.start


def _silence(docket: Docket, bond: Bond, duty: Obligation, known: int, as_of: datetime) -> Finding:
    """Return what it comes to that nothing is known to have been left unannounced: as much as was watched."""
    end = as_of if duty.until_time is None else min(as_of, duty.until_time)
    watched = watch(docket.efforts, bond.bearer, duty.from_time, end, docket.case.time_zone)
    told = f"{known} known to have happened, announced in time" if known else "nothing known to have happened"
    return Finding(
        by_coverage(watched),
        lambda: f"{told}; {effort_words(bond.bearer, watched)}",
        since=duty.from_time,
        coverage=watched.share,
    )
