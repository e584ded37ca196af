"""What a negotiator expects beside what came out, case by case, and the lines that say so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trucewatch.agreement.examples import Example, Expected
from trucewatch.model import ClauseStatus
from trucewatch.vocabulary import State, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An expectation with the status that came out."""

    expected: Expected
    found: ClauseStatus

    @property
    def holds(self) -> bool:
        """Tell whether it came out as expected."""
        expected = self.expected
        return self.found.status is expected.status and expected.state in {None, self.found.state}


def compared(example: Example, statuses: Sequence[ClauseStatus]) -> tuple[Compared, ...]:
    """Return each expectation of a case beside what came out.

    Raises:
        ValueError: when it expects something of an obligation or bearer that is not there, or is there twice.

    """
    return tuple(Compared(expected=each, found=_found(example, each, statuses)) for each in example.expected)


def _found(example: Example, expected: Expected, statuses: Sequence[ClauseStatus]) -> ClauseStatus:
    here = [s for s in statuses if (s.obligation_id, s.bearer) == (expected.obligation, expected.bearer)]
    found = [s for s in here if expected.agreement in {"", s.agreement_id}]
    if len(found) == 1:
        return found[0]
    what = f"obligation {expected.obligation} of {expected.bearer}"
    if found:
        papers = ", ".join(s.agreement_id for s in found)
        raise ValueError(f"{example.place}: {what} stands in {papers}; name one with agreement: ...")
    raise ValueError(f"{example.place}: no agreement of this case has {what}")


def told(example: Example, outcomes: Sequence[Compared]) -> Iterator[str]:
    """Yield the case and a line for each expectation: what came out, and why where something else was expected."""
    yield f"{example.place}: {example.sentence}"
    for outcome in outcomes:
        expected, found = outcome.expected, outcome.found
        what = f"{expected.obligation} of {expected.bearer}: {_words(found.status, found.state)}"
        if outcome.holds:
            yield f"  as expected  {what}{f' ({expected.because})' if expected.because else ''}"
        else:
            yield f"  OTHERWISE    {what}, for {found.why}"
            yield f"               expected {_words(expected.status, expected.state)}; {expected.because}".rstrip("; ")


def _words(status: Status, state: State | None) -> str:
    said = status.value if state is None else f"{status.value}, {state.value}"
    return said.replace("_", " ")
