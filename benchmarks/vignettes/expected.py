"""Hold what came out of a vignette against what an officer expects of it; each difference is one line of words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.vignettes.reading import Vignette
from benchmarks.vignettes.running import RECORDS, Found, Outcome

from trucewatch.assess import kinds
from trucewatch.assess.kinds import Family
from trucewatch.evidence import BOTH

AT_ALL = frozenset({"sides", "line_km", "grey_km", "records", "fails", "incidents", "loose", "of", "total", "not_fire"})
OF_ONE = frozenset(
    {"rows", "alone", "named", "because", "p", "fired", "touches", "count", "lines", "first", "intent", "begins"}
)


ROOM = 0.02  # bounds of a probability are an officer's, and no finer than this


def fails(vignette: Vignette, record: str) -> str:
    """Return why a vignette is known to come out otherwise in a record; empty: it is to come out as expected."""
    said = vignette.expected.get("fails", "")
    return said if isinstance(said, str) else str(said.get(record, ""))


def records_of(vignette: Vignette) -> tuple[str, ...]:
    """Return the records in which a vignette is run; all unless it says otherwise."""
    return tuple(vignette.expected.get("records", RECORDS))


def differences(vignette: Vignette, outcome: Outcome) -> list[str]:
    """Return in words where an outcome is not what is expected.

    Raises:
        ValueError: when the expectation has a key that nothing checks.

    """
    expected = vignette.expected
    unknown = {*expected} - AT_ALL | {key for one in expected.get("of", ()) for key in {*one} - OF_ONE}
    if unknown:
        raise ValueError(f"{vignette.name}: nothing checks {', '.join(sorted(unknown))}")
    return [*_of_all(expected, outcome), *(line for one in expected.get("of", ()) for line in _of_one(one, outcome))]


def _of_all(expected: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    yield from (f"rejected: {reason}" for reason in outcome.rejected)
    number = len(outcome.incidents)
    if "incidents" in expected and not _within(number, expected["incidents"]):
        parted = "; ".join("+".join(found.rows) for found in outcome.incidents)
        yield f"{number} incidents ({parted}), expected {expected['incidents']}"
    if "loose" in expected and list(outcome.loose) != expected["loose"]:
        yield f"in no incident {list(outcome.loose)}, expected {expected['loose']}"
    if "total" in expected:
        low = sum(found.incident.count.low or 0 for found in outcome.incidents)
        high = sum(found.incident.count.high or 0 for found in outcome.incidents)
        if [low, high] != expected["total"]:
            yield f"{low} to {high} rounds in all, expected {expected['total']}"
    if expected.get("not_fire"):
        for found in outcome.incidents:
            if any(kinds.family(o) is Family.FIRE for o in found.incident.observations) or found.touches:
                yield f"{'+'.join(found.rows)} is taken for fire, or touches {found.touches}"


def _of_one(one: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    rows = one["rows"]
    found = next((f for f in outcome.incidents if set(rows) <= set(f.rows)), None)
    if found is None:
        parted = "; ".join("+".join(f.rows) for f in outcome.incidents)
        yield f"rows {'+'.join(rows)} are not in one incident ({parted or 'none'}; loose {'+'.join(outcome.loose)})"
        return
    name = "+".join(found.rows)
    yield from (f"{name}: {line}" for line in _differs(one, found))


def _differs(one: Mapping[str, Any], found: Found) -> Iterator[str]:
    attribution, count = found.attribution, found.incident.count
    if one.get("alone") and set(found.rows) != set(one["rows"]):
        yield "with other rows"
    for key, came in (("named", attribution.determination), ("because", attribution.undecided or "")):
        if key in one and came not in _several(one[key]):
            yield f"{key} {came}, expected {one[key]}"
    yield from _shares_differ(one, found)
    exact = {
        "touches": list(found.touches),
        "count": [count.low, count.high],
        "first": _first(found),
        "intent": str(attribution.intent),
    }
    for key, each in exact.items():
        if key in one and each != one[key]:
            yield f"{key} {each}, expected {one[key]}"
    if "lines" in one and not _within(attribution.lines, one["lines"]):
        yield f"{attribution.lines} lines, expected {one['lines']}"
    if "begins" in one and not found.begins.startswith(one["begins"]):
        yield f"begins {found.begins}, expected {one['begins']}"


def _shares_differ(one: Mapping[str, Any], found: Found) -> Iterator[str]:
    chances = found.probabilities
    for who, bounds in one.get("p", {}).items():
        if not _between(chances[who], bounds):
            yield f"{who} {chances[who]:.3f}, expected {bounds}"
    for who, bounds in one.get("fired", {}).items():
        if not _between(chances[who] + chances[BOTH], bounds):
            yield f"{who} fired {chances[who] + chances[BOTH]:.3f}, expected {bounds}"


def _first(found: Found) -> str:
    """Return whom the words name as the first to fire."""
    words = found.attribution.sequence
    if not words:
        return "not said"
    return "unknown" if "cannot be told" in words else words.partition(" ")[0]


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _between(value: float, bounds: Sequence[float]) -> bool:
    return bounds[0] - ROOM <= value <= bounds[1] + ROOM


def _within(number: int, wanted: int | Sequence[int]) -> bool:
    return number == wanted if isinstance(wanted, int) else wanted[0] <= number <= wanted[1]
