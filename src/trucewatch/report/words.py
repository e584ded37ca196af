"""The words of the report: plain, and only as sure as the numbers allow.

The terms for probabilities are those of ICD 203 (Analytic Standards); "attributed" and "largely
attributed" are the field's own (CTSAMVM). How sure we are (probability) and how broad the evidence is
(lines) never share a sentence, as ICD 203 asks.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER, UNDETERMINED, fired
from trucewatch.model import Attribution, Case, Coded, Count, Interval, Party, Ray, Span, StandardOfProof, Weapon
from trucewatch.spacetime import COMPASS, COMPASS_STEP_DEG, opened_deg
from trucewatch.vocabulary import Direction, Qualifier

Word = TypeVar("Word", bound=StrEnum)

# ICD 203, the scale of likelihood: almost certain from 95 %, very likely from 80 %, likely from 55 %
LIKELIHOODS = ((0.95, "almost certain"), (0.80, "very likely"), (0.55, "likely"))

HEDGES = {Qualifier.ABOUT: "about ", Qualifier.AT_LEAST: "at least ", Qualifier.AT_MOST: "at most "}

DIRECTIONS = {
    Direction.OUTGOING: "outgoing",
    Direction.IMPACT: "impact",
    Direction.OUTGOING_AND_IMPACT: "outgoing and subsequent impact",
    Direction.AIRBURST: "airburst",
    Direction.UNDETERMINED: "direction undetermined",
}


def chosen(names: tuple[tuple[str, str], ...], fallback: str = "") -> str:
    """Return the English name where there is one, else the first, else the fallback."""
    return dict(names).get("en") or next((name for _, name in names), fallback)


def party_name(party: Party) -> str:
    """Return the party's name for an English page."""
    return chosen(party.names, party.id)


class Sided(Protocol):
    """What has sides: a `Case`, or its file as it is read."""

    @property
    def parties(self) -> tuple[Party, ...]:
        """The parties, in the case's order."""


def hypothesis_names(case: Sided) -> dict[str, str]:
    """Return a name for each hypothesis, the parties in their order first."""
    parties = {party.id: party_name(party) for party in case.parties}
    return parties | {BOTH: several(len(parties)), OTHER: "another actor", NO_VIOLATION: "nothing prohibited"}


def several(parties: int) -> str:
    """Return what `both` means: of three parties or more it does not say which of them fired."""
    return "both sides" if parties == 2 else "more than one side"


def term(coded: Coded[Word]) -> str:
    """Return the vocabulary's term, else the source's own word."""
    return coded.verbatim if coded.term is None else coded.term.value


def spoken(coded: Coded[Word]) -> str:
    """Return a term in words: 'recorded camera'; an unknown word in quotation marks, as it was written."""
    if coded.term is not None:
        return coded.term.value.replace("_", " ")
    return f"“{coded.verbatim}”" if coded.verbatim else "not stated"


def leading(attribution: Attribution) -> tuple[str, float] | None:
    """Return the most probable hypothesis and its probability, or None where two share the top."""
    top = max(p for _, p in attribution.probabilities)
    first = [name for name, p in attribution.probabilities if p == top]
    return (first[0], top) if len(first) == 1 else None


def likelihood(probability: float) -> str:
    """Return the ICD 203 word, or nothing at or below roughly even."""
    return next((word for least, word in LIKELIHOODS if probability >= least), "")


def indicated(attribution: Attribution, standard: StandardOfProof) -> str | None:
    """Return the hypothesis that an undetermined incident points to, None where nothing may be named.

    From "likely" upwards (0.55), and a side only on as many independent lines as a finding against it needs; that
    nothing prohibited happened, or that another actor did it, accuses no side and needs one line.
    """
    first = leading(attribution) if attribution.determination == UNDETERMINED else None
    if first is None or not likelihood(first[1]):
        return None
    least = 1 if first[0] in (OTHER, NO_VIOLATION) else standard.lines
    return first[0] if attribution.lines >= least else None


def determination_words(attribution: Attribution, case: Case) -> str:
    """Say what may be said at the parties' standard, and an indication where nothing may be determined."""
    found, names = attribution.determination, hypothesis_names(case)
    if found == UNDETERMINED:
        return _undetermined(attribution, case.standard, names)
    if found == NO_VIOLATION:
        return "assessed as no violation: nothing prohibited happened"
    probability = fired(dict(attribution.probabilities), found)
    verb = "attributed to" if probability >= 0.95 else "largely attributed to"
    word = likelihood(probability) or "at the standard that the parties set"
    return f"{verb} {names.get(found, found)} ({word})"


def _undetermined(attribution: Attribution, standard: StandardOfProof, names: dict[str, str]) -> str:
    first = indicated(attribution, standard)
    if first is None:
        return "undetermined"
    word = likelihood(dict(attribution.probabilities)[first])
    return f"undetermined; indication: {names.get(first, first)} ({word})"


def percent(probability: float) -> str:
    """Return a probability in per cent with one decimal; never 0 or 100, which no evidence reaches."""
    written = f"{probability * 100:.1f}"
    return {"0.0": "<0.1 %", "100.0": ">99.9 %"}.get(written, f"{written} %")


def bits(weight: float) -> str:
    """Return bits with a sign and two decimals; a zero has none."""
    value = round(weight, 2)
    return "0" if value == 0 else f"{value:+.2f}".replace("-", "−")


def count_words(count: Count) -> str:
    """Return a count with its hedge: 'about 610', 'at least 120', '14–22', 'not stated'."""
    low, high = count.low, count.high
    if low is None and high is None:
        return "not stated"
    if low is None or high is None:
        return f"at least {low}" if high is None else f"at most {high}"
    if count.qualifier is Qualifier.AT_LEAST:
        return f"at least {low}"
    if count.qualifier is Qualifier.AT_MOST:
        return f"at most {high}"
    return HEDGES.get(count.qualifier, "") + (str(low) if low == high else f"{low}–{high}")


def local_words(instant: datetime, time_zone: str) -> str:
    """Return the local wall clock, 'YYYY-MM-DD HH:MM', with seconds where they were stated.

    In the hour that the clocks repeat in autumn its offset stands behind it: that hour is there twice.
    """
    wall = instant.astimezone(ZoneInfo(time_zone))
    written = wall.strftime("%Y-%m-%d %H:%M" if wall.second == 0 else "%Y-%m-%d %H:%M:%S")
    twice = wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset()
    return f"{written} {offset_words(wall)}" if twice else written


def window_words(start: datetime | None, end: datetime | None, time_zone: str) -> str:
    """Return a local time window; the second day is named only where it differs."""
    if start is None or end is None:
        return "time not stated"
    first, last = local_words(start, time_zone), local_words(end, time_zone)
    if first == last:
        return first
    return f"{first} – {last[11:] if last[:10] == first[:10] else last}"


def interval_words(interval: Interval | None, time_zone: str) -> str:
    """Return when a source says it happened, local."""
    return "time not stated" if interval is None else window_words(interval.start, interval.end, time_zone)


def offset_words(local: datetime) -> str:
    """Return the offset of a local time as 'UTC+02:00'."""
    written = local.isoformat()[-6:]
    return f"UTC{written}"


def ray_words(ray: Ray) -> str:
    """Return the location of an event as the field writes it: '4–8 km NNE'."""
    if not ray.sectors:
        return f"{span_words(ray.distance).removesuffix(',')}, direction not stated"
    where = " and ".join(sector_words(s.from_deg, s.to_deg, opened_deg(s)) for s in ray.sectors)
    return f"{span_words(ray.distance)} {where}"


def span_words(span: Span | None) -> str:
    """Return a distance range in km."""
    if span is None:
        return "distance not stated,"
    low, high = f"{span.low_km:g}", f"{span.high_km:g}"
    return f"{low} km" if low == high else f"{low}–{high} km"


def sector_words(from_deg: float, to_deg: float, width_deg: float) -> str:
    """Return compass points where the sector is made of them, else bearings in degrees from true north."""
    first, last = from_deg / COMPASS_STEP_DEG + 0.5, to_deg / COMPASS_STEP_DEG - 0.5
    if width_deg >= COMPASS_STEP_DEG - 1e-6 and abs(first - round(first)) < 1e-6 and abs(last - round(last)) < 1e-6:
        names = COMPASS[round(first) % 16], COMPASS[round(last) % 16]
        return names[0] if names[0] == names[1] else f"{names[0]}–{names[1]}"
    if width_deg < 0.05:
        return f"bearing {from_deg:.0f}° ({compass_point(from_deg)})"
    return f"bearings {from_deg:.0f}–{to_deg:.0f}° (about {compass_point(from_deg + width_deg / 2)})"


def compass_point(bearing_deg: float) -> str:
    """Return the nearest of the sixteen compass points."""
    return COMPASS[round(bearing_deg / COMPASS_STEP_DEG) % len(COMPASS)]


def weapon_words(weapon: Weapon | None) -> str:
    """Return the weapon as the source assessed it, with its calibres in millimetres."""
    if weapon is None:
        return "not stated"
    sizes = " or ".join(f"{calibre:g}\u00a0mm" for calibre in weapon.calibres_mm)
    return f"{spoken(weapon.weapon_class)} {sizes}".strip()
