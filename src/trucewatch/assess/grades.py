"""How far an incident's information is confirmed, as an Admiralty number: a label that enters no sum."""

from trucewatch.assess import kinds, weigh
from trucewatch.model import Incident
from trucewatch.vocabulary import Credibility

MEMBER = 0.8  # "very likely" (ICD 203) to belong to an incident, for a record to confirm it; a guess


def credibility(incident: Incident) -> Credibility:
    """Return the grade from the independent lines that perceived it, and from those that only say so.

    4 and 5 ("doubtful", "improbable") are not given: that nobody else perceived it contradicts nobody.
    """
    shares = incident.shares or (1.0,) * len(incident.observations)
    lines = weigh.lines_of(incident.observations)
    ours = [(o, line) for o, line, share in zip(incident.observations, lines, shares, strict=True) if share >= MEMBER]
    perceived = {line for o, line in ours if kinds.is_physical(o)}
    said = {line for o, line in ours if not kinds.is_physical(o) and not kinds.is_denial(o)} - perceived
    if len(perceived) >= 2:
        return Credibility.CONFIRMED if len(perceived) >= 3 else Credibility.PROBABLY_TRUE
    return Credibility.POSSIBLY_TRUE if perceived and said else Credibility.CANNOT_BE_JUDGED
