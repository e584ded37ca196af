"""All that statuses are made from, put in order once: duties with their bearers, records by act, fire with its places.

An evaluation then looks things up. The docket of a time of knowledge holds only what was known by then; what is known
later makes another docket and leaves this one as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trucewatch.agreement.bearing import Scene
from trucewatch.agreement.bonds import Bond, bonds_of, no_fire
from trucewatch.agreement.facts import Fact, Heard, fact_line
from trucewatch.agreement.voices import voice_of
from trucewatch.agreement.zones import lines_of, reaches, zones_of
from trucewatch.model import Attribution, Case, Effort, Incident, Record
from trucewatch.spacetime import LATEST, hours_of, known_since
from trucewatch.vocabulary import Listening, Phenomenon, Proof


@dataclass(frozen=True, slots=True)
class Kept:
    """What was worked out once for a docket. Nothing in it depends on what was asked before."""

    heard: dict[tuple[int, str], tuple[Heard, ...]] = field(default_factory=dict)
    facts: dict[tuple[int, str, tuple[Proof, ...]], Callable[[datetime], Fact]] = field(default_factory=dict)
    prepared: dict[int, Any] = field(default_factory=dict)  # by a bond's number; the types are stand.py's own
    stood: dict[int, Any] = field(default_factory=dict)  # likewise, what it came to last


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """What statuses are made from. `acts` are the records by the act that they are about, in the order of their end."""

    case: Case
    bonds: tuple[Bond, ...]
    incidents: tuple[Incident, ...]
    attributions: Mapping[str, Attribution]
    efforts: tuple[Effort, ...]
    scene: Scene
    acts: Mapping[str, tuple[Record, ...]]
    as_known: datetime | None
    kept: Kept = field(default_factory=Kept, compare=False, repr=False)


def docket(
    case: Case,
    *,
    incidents: Sequence[Incident] = (),
    attributions: Sequence[Attribution] = (),
    efforts: Sequence[Effort] = (),
    records: Iterable[Record] = (),
    as_known: datetime | None = None,
    at_latest: datetime = LATEST,
) -> Docket:
    """Return the docket of a case: its own papers, or no fire since anything was perceived, or `at_latest`.

    `as_known` leaves out records, amendments and other changes that became known later; incidents are what the caller
    found in what was known.

    Raises:
        ValueError: when an obligation binds somebody who is neither a party of the case nor an actor of its paper.

    """
    papers = case.agreements or (no_fire(min(at_latest, _earliest(case, incidents, efforts))),)
    weapons = [incident for incident in incidents if incident.phenomenon.term is Phenomenon.WEAPON_SEEN]
    return Docket(
        case=case,
        bonds=bonds_of(papers, case),
        incidents=tuple(incidents),
        attributions={attribution.incident_id: attribution for attribution in attributions},
        efforts=tuple(efforts),
        scene=Scene(reaches=reaches(weapons, lines_of(case.places)), zones=zones_of(case.places)),
        acts=_by_act(records, as_known),
        as_known=as_known,
    )


def _earliest(case: Case, incidents: Sequence[Incident], efforts: Sequence[Effort]) -> datetime:
    """Return when anything was first perceived or attended to; the end of time where nothing ever was."""
    seen = [incident.first_time for incident in incidents if incident.first_time is not None]
    attended = [
        start
        for effort in efforts
        for (start, _), said in zip(hours_of(effort.day, case.time_zone), effort.by_hour, strict=False)
        if said is not Listening.NOT_COVERED
    ]
    return min((*seen, *attended), default=LATEST)


def let_go(ready: Docket) -> None:
    """Forget what was worked out for a docket that nobody asks any more.

    Its rules hold the docket, which keeps them: a cycle, by which all incidents with their attributions would stay in
    memory until the collector finds it, and a batch (`centre.batch`) keeps the collector away.
    """
    for worked_out in (ready.kept.heard, ready.kept.facts, ready.kept.prepared, ready.kept.stood):
        worked_out.clear()


# --- what is said of an act -----------------------------------------------------------------------


def _by_act(records: Iterable[Record], as_known: datetime | None) -> Mapping[str, tuple[Record, ...]]:
    """Return the records by act and in the order of their end; a repeated one once.

    One without a time tells of no time and is left out.
    """
    acts: dict[str, list[tuple[datetime, datetime, str, Record]]] = {}
    for record in {record.key: record for record in records}.values():
        claimed = record.clocks.claimed
        known = known_since(record.clocks)
        if claimed is not None and known is not None and (as_known is None or known <= as_known):
            acts.setdefault(record.about, []).append((claimed.end, claimed.start, record.key, record))
    return {about: tuple(row[3] for row in sorted(rows, key=lambda row: row[:3])) for about, rows in acts.items()}


def heard(docket: Docket, bond: Bond, act: str) -> tuple[Heard, ...]:
    """Return what is said of an act, in the order of its end, with whose voice it is to the bond's paper."""
    key = (bond.paper_number, act)
    found = docket.kept.heard.get(key)
    if found is None:
        found = docket.kept.heard[key] = tuple(
            Heard(
                record=record,
                voice=voice_of(record.source, bond.paper),
                start=record.clocks.claimed.start,
                end=record.clocks.claimed.end,
                known=known_since(record.clocks) or record.clocks.claimed.end,
            )
            for record in docket.acts.get(act, ())
            if record.clocks.claimed is not None
        )
    return found


def known_of(docket: Docket, bond: Bond, event: str, proofs: tuple[Proof, ...]) -> Callable[[datetime], Fact]:
    """Return what is known of an event of the bond's act, as a function of the time as of which."""
    key = (bond.number, event, proofs)
    found = docket.kept.facts.get(key)
    if found is None:
        said = heard(docket, bond, bond.duty.act)
        found = docket.kept.facts[key] = fact_line(said, event, proofs, bond.cast)
    return found
