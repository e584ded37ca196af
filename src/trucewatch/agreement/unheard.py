"""Records that no obligation hears: of an act that no paper names, or of an event that nobody asks for. Said aloud."""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from trucewatch.agreement.occurrences import OCCURRED
from trucewatch.model import Case, Event, Inventory, MandateRecord, Passage, Record, Strength
from trucewatch.paper import Achieve, Agreement, Establish, Exchange, Obligation, PermitIf

JUDGED = (Event, Inventory, MandateRecord, Passage, Strength)  # the other records may be of what no paper speaks of


def unheard(case: Case, records: Iterable[Record]) -> tuple[str, ...]:
    """Return one sentence for each act or event of the records that no paper of the case asks for."""
    asked = _asked(case.agreements)
    if not asked:
        return ()
    acts: Counter[str] = Counter()
    events: Counter[tuple[str, str]] = Counter()
    for record in records:
        if isinstance(record.body, JUDGED) and record.about not in asked:
            acts[record.about] += 1
        elif isinstance(record.body, Event) and record.body.event not in asked[record.about]:
            events[record.about, record.body.event] += 1
    return (
        *(f"no paper names the act {act!r} ({_rows(n)}){_near(act, asked)}" for act, n in sorted(acts.items())),
        *(
            f"no obligation about {act} asks for the event {event!r} ({_rows(n)})"
            f"; it asks for {', '.join(sorted(asked[act]))}"
            for (act, event), n in sorted(events.items())
        ),
    )


def _asked(papers: Iterable[Agreement]) -> dict[str, set[str]]:
    """Return the events that papers ask for, by act; an act of a kind that asks for none has `occurred` alone."""
    found: dict[str, set[str]] = {}
    for paper in papers:
        for anchor in paper.anchors:
            if anchor.act:
                found.setdefault(anchor.act, set()).add(anchor.event)
        for duty in (duty for clause in paper.clauses for duty in clause.obligations if duty.act):
            found.setdefault(duty.act, set()).update(_events(duty))
    return found


def _events(duty: Obligation) -> Iterator[str]:
    changes = [*(reading.change for reading in duty.readings), *(change.change for change in duty.amendments)]
    match duty.terms:
        case Achieve():
            yield from duty.terms.completes_on
            yield from (event for change in changes for event in change.completes_on)
        case Establish():
            yield from (duty.terms.opens_on, duty.terms.closes_on)
        case PermitIf():
            yield from duty.terms.conditions
        case Exchange():
            yield "done"
        case _:
            yield OCCURRED


def _near(act: str, asked: Iterable[str]) -> str:
    near = get_close_matches(act, list(asked), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _rows(number: int) -> str:
    return "1 record" if number == 1 else f"{number:,} records"
