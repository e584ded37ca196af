"""Records in the columns of the field's own table (OSCE SMM annex), claims and totals apart from them."""

from collections.abc import Callable

from trucewatch.evidence import is_physical
from trucewatch.model import Case, Named, Observation, Ray
from trucewatch.report.choice import Choice, anchor, incident_link
from trucewatch.report.parts import Link, RecordPart
from trucewatch.report.places import Settlements, event_words, point_words
from trucewatch.report.words import DIRECTIONS, count_words, interval_words, party_name, spoken, weapon_words
from trucewatch.vocabulary import Stance

STANCES = {
    Stance.ACCUSES: "accuses",
    Stance.DENIES: "denies that it was",
    Stance.ADMITS: "says that it was",
    Stance.REPORTS: "reports, naming",
}

BASIS_CELLS = ("count_basis", "basis")  # columns in which a table of totals says what it counts


def records(choice: Choice, known: Settlements, wanted: Callable[[Observation], bool]) -> tuple[RecordPart, ...]:
    """Return the printed records of one table, in the order of the assessment."""
    printed = (o for o in choice.observations if o.key in choice.printed_records)
    return tuple(record(o, choice, known) for o in printed if wanted(o))


def is_claim(observation: Observation) -> bool:
    """Tell whether a record is words: a statement about a violation, or anything that nobody perceived."""
    return observation.claim is not None or not (is_physical(observation) or observation.is_total)


def is_total(observation: Observation) -> bool:
    """Tell whether a record is a total that its source states (a claimed total is a claim)."""
    return observation.is_total and observation.claim is None


def is_observed(observation: Observation) -> bool:
    """Tell whether a record stands in the table of observations."""
    return not is_claim(observation) and not is_total(observation)


def record(observation: Observation, choice: Choice, known: Settlements) -> RecordPart:
    """Return one record as a row."""
    case = choice.assessment.case
    return RecordPart(
        anchor=anchor("r", observation.key),
        number=choice.numbers[observation.key],
        source=_source(observation),
        position=_position(observation, known),
        location=event_words(observation.place, known),
        means=spoken(observation.means),
        count=count_words(observation.count),
        observation=spoken(observation.phenomenon),
        description=_description(observation),
        weapon=weapon_words(observation.weapon),
        time=interval_words(observation.clocks.claimed, case.time_zone),
        incident=_incident(observation, choice),
        side=_actor(observation.source.side, case, "neutral"),
        stance=_stance(observation, case),
        basis=_basis(observation),
    )


def _source(observation: Observation) -> str:
    kind = spoken(observation.source.source_class)
    return f"{observation.source.name} ({kind})" if observation.source.name else kind


def _position(observation: Observation, known: Settlements) -> str:
    """Return where the observer stood, as stated for itself or as the start of its line of sight."""
    place = observation.place
    stood = observation.observer or (place.observer if isinstance(place, Ray) else None)
    return "not stated" if stood is None else point_words(stood.lon, stood.lat, known)


def _description(observation: Observation) -> str:
    direction = observation.direction
    words = spoken(direction) if direction.term is None else DIRECTIONS[direction.term]
    flights = " and ".join(f"{bearing:.0f}°" for bearing in observation.flights_deg)
    parts = (words if words != "not stated" else "", f"flight towards {flights}" if flights else "", observation.text)
    return "; ".join(part for part in parts if part)


def _incident(observation: Observation, choice: Choice) -> Link:
    name, candidates = choice.belongs.get(observation.key), choice.torn.get(observation.key, ())
    if name is not None and not candidates:
        return incident_link(name, choice)
    if not candidates:
        return Link(text="none", href="")
    # what may be of several happenings says so, and leads to the one that holds it, else to the likeliest
    link = incident_link(name or candidates[0][0], choice)
    share = dict(candidates).get(name or candidates[0][0], 0.0)
    which = f"one of {len(candidates)}: {link.text}" if name is None or len(candidates) > 1 else link.text
    return Link(text=f"{which} ({share:.2f})", href=link.href)


def _actor(actor: Named | None, case: Case, otherwise: str) -> str:
    """Return the party's name, else the word that the source used."""
    if actor is None:
        return otherwise
    named = {party.id: party_name(party) for party in case.parties}
    return named.get(actor.party or "", f"“{actor.verbatim}”")


def _stance(observation: Observation, case: Case) -> str:
    claim = observation.claim
    if claim is None:
        return "" if is_physical(observation) else "says, naming nobody"
    return f"{STANCES[claim.stance]} {_actor(claim.accused, case, 'nobody by name')}"


def _basis(observation: Observation) -> str:
    cells = dict(observation.raw)
    return next((cells[name].replace("_", " ") for name in BASIS_CELLS if cells.get(name)), "basis not stated")
