"""Each obligation with each whom it binds: parties of the case, and actors that a paper names beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from trucewatch.agreement.terms import FIRE
from trucewatch.agreement.voices import Cast, cast_of
from trucewatch.model import Case
from trucewatch.paper import EVERY_PARTY, Agreement, Clause, Obligation, Prohibit
from trucewatch.vocabulary import ObligationKind

NO_FIRE = "no-fire"  # clause and obligation of a case without a paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """One obligation of a clause and one whom it binds; `number` is its place among all, `paper_number` its paper's."""

    number: int
    paper_number: int
    paper: Agreement
    clause: Clause
    duty: Obligation
    cast: Cast

    @property
    def bearer(self) -> str:
        """Whom it binds: the id of a party or of an actor of the paper."""
        return self.cast.bearer


def bonds_of(papers: Sequence[Agreement], case: Case) -> tuple[Bond, ...]:
    """Return every obligation with each whom it binds, in the order of papers, clauses, obligations and bearers.

    Raises:
        ValueError: when one binds somebody who is neither a party of the case nor an actor of its paper.

    """
    found: list[Bond] = []
    for at, paper in enumerate(papers):
        for clause, duty, bearer in _bound_by(paper, case):
            cast = cast_of(duty, bearer, case, paper)
            found.append(Bond(number=len(found), paper_number=at, paper=paper, clause=clause, duty=duty, cast=cast))
    return tuple(found)


def _bound_by(paper: Agreement, case: Case) -> Iterator[tuple[Clause, Obligation, str]]:
    for clause in paper.clauses:
        for duty in clause.obligations:
            for bearer in bound(duty, case, paper):
                yield clause, duty, bearer


def bound(duty: Obligation, case: Case, paper: Agreement) -> tuple[str, ...]:
    """Return whom an obligation binds: parties in the order of the case, then actors in that of the paper.

    Raises:
        ValueError: when it binds somebody who is neither.

    """
    parties = tuple(party.id for party in case.parties)
    if duty.bearers == (EVERY_PARTY,):
        return parties
    known = (*parties, *(actor.id for actor in paper.actors))
    for bearer in duty.bearers:
        if bearer not in known:
            raise ValueError(
                f"obligation {duty.id} binds {bearer!r}, which case.toml does not list as a party"
                " and the paper not as an actor"
            )
    return tuple(each for each in known if each in duty.bearers)


def no_fire(from_time: datetime) -> Agreement:
    """Return the one obligation of a case without a paper: no fire by any party from a time on."""
    duty = Obligation(
        id=NO_FIRE,
        kind=ObligationKind.PROHIBIT,
        bearers=(EVERY_PARTY,),
        from_time=from_time,
        terms=Prohibit(phenomena=FIRE),
    )
    clause = Clause(id=NO_FIRE, quotations=(), obligations=(duty,))
    return Agreement(id=NO_FIRE, title="No fire", digest="", signed=None, clauses=(clause,))
