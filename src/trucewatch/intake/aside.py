"""Whom the case does not know, what stands in no incident, what lies far from its places: for the terminal."""

from collections.abc import Iterator

from trucewatch.intake.places import theatre
from trucewatch.intake.strays import strangers
from trucewatch.model import Assessment, Observation, Point
from trucewatch.vocabulary import Phenomenon


def nameless(assessment: Assessment) -> Iterator[str]:
    """Yield what to know of names that are no party's; who decides on the case is known."""
    guarantors = assessment.case.review.guarantors
    known = {word for each in guarantors for word in (each.id, *(name for _, name in each.names))}
    if said := strangers(assessment.observations, known):
        yield said


def aside(assessment: Assessment) -> Iterator[str]:
    """Yield what became of the observations that a reader of the incidents does not meet there."""
    belong = {o.key for incident in assessment.incidents for o in incident.observations}
    alone = [o for o in assessment.observations if o.key not in belong]
    if alone:
        doubtful = {doubt.key for doubt in assessment.doubts}
        quiet = sum(o.phenomenon.term is Phenomenon.QUIET for o in alone)
        totals = sum(o.is_total and o.phenomenon.term is not Phenomenon.QUIET for o in alone)
        torn = sum(o.key in doubtful for o in alone)
        kinds = (
            (totals, "totals that a source states"),
            (quiet, "quiet times"),
            (torn, "of one of several incidents"),
            (len(alone) - quiet - totals - torn, "others (words that name nobody, restrictions, notices)"),
        )
        said = "; ".join(f"{words} {number:,}" for number, words in kinds if number)
        yield f"observations of no incident {len(alone):,}: {said} (in links.csv)"
    if far := sum(_is_far(o, box) for o in assessment.observations) if (box := theatre(assessment.case.places)) else 0:
        rows = "1 observation lies" if far == 1 else f"{far:,} observations lie"
        yield f"{rows} more than a degree from every place of the case: a slip of coordinates, or a place is missing"


def _is_far(observation: Observation, box: tuple[float, float, float, float]) -> bool:
    """Tell whether a point that a row states lies outside the case's theatre."""
    west, south, east, north = box
    at = observation.place if isinstance(observation.place, Point) else observation.observer
    return at is not None and not (west <= at.lon <= east and south <= at.lat <= north)
