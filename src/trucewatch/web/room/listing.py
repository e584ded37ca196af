"""The lists brought up to date: each incident of the newest conclusions as the line that the queue shows of it.

Only what changed since the last time is looked at, and only what differs is written. It holds what the log holds, not
what waits for the next heartbeat: what it counts is what everybody counts who has the log. At a start all is made anew.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from trucewatch.cases import Finding, Review, Terms, readiness
from trucewatch.db.lines import Line, Made, Place
from trucewatch.db.lines import Said as Voiced
from trucewatch.db.lists import Store
from trucewatch.db.rows import rows_of
from trucewatch.evidence import BOTH
from trucewatch.model import Attribution, Case, Incident
from trucewatch.report.happenings import place_words, what_words
from trucewatch.report.words import determination_words, window_words
from trucewatch.vocabulary import Outcome
from trucewatch.web.room import things
from trucewatch.web.room.access import row as thing_row
from trucewatch.web.room.desk import Conclusions, Desk, Seen

Found = tuple[Incident, Attribution]
Basis = tuple[Found, Review | None, Finding | None]


class Listing:
    """See the module. `bring_up` is for one thread; pages ask `store` from any."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._bases: dict[str, Basis] = {}  # what each line was made of: these very objects, or it is made anew
        self._written: dict[str, bytes] = {}  # the digest of each line that is in the store
        self._made: Made | None = None
        self._terms: Terms | None = None

    def bring_up(self, desk: Desk, now: datetime) -> None:
        """Write what changed since the last time; all of it where somebody deleted what was written."""
        seen, office = desk.looked(now)
        c = desk.conclusions
        if office is None or c is None:
            return
        settled = office.settled
        self.write(seen, c, settled.terms, settled.reviews, settled.published())

    def write(
        self,
        seen: Seen,
        c: Conclusions,
        terms: Terms,
        reviews: Mapping[str, Review],
        published: Mapping[str, Finding],
    ) -> None:
        """Write what differs of these conclusions, reviews and newest findings from what was written last."""
        if self._made is None or not self.store.is_whole():
            self.store.begin()
            self._bases, self._written = {}, {}
        if terms != self._terms:  # other terms may make ready what was not, though nothing was said of it
            self._bases, self._terms = {}, terms
        bases = {name: (found, reviews.get(name), published.get(name)) for name, found in c.found.items()}
        lines, digests = [], {}
        for name, basis in bases.items():
            if _is_same(self._bases.get(name), basis):
                continue
            one = rows_of(line(seen, c, terms, basis))
            digests[name] = one.digest()
            if digests[name] != self._written.get(name):
                lines.append(one)
        gone, made = self._written.keys() - bases.keys(), Made(entries=seen.size, of=c.of)
        if lines or gone or made != self._made:
            self._made = None  # where the writing fails, all is made anew
            self.store.write(lines, gone, made)
        self._written = {name: digests.get(name) or self._written[name] for name in bases}
        self._bases, self._made = bases, made


def _is_same(before: Basis | None, basis: Basis) -> bool:
    return before is not None and all(one is other for one, other in zip(before, basis, strict=True))


def line(seen: Seen, c: Conclusions, terms: Terms, basis: Basis) -> Line:
    """Return an incident as it is listed."""
    (incident, attribution), review, published = basis
    at = incident.place
    return Line(
        id=incident.id,
        thing=thing_row(things.proposal(incident.id, c.zones_of(incident.id))),
        entry=review.proposal.said.index if review else None,
        first=incident.first_time,
        last=incident.last_time,
        place=Place(lon=at.lon, lat=at.lat, radius_km=at.radius_km_68) if at else None,
        time_words=window_words(incident.first_time, incident.last_time, c.case.time_zone),
        place_words=place_words(incident, c.places)[0],
        what_words=what_words(incident),
        proposal_words=determination_words(attribution, c.case),
        determination=attribution.determination,
        outcome=review.outcome if review else Outcome.AWAITED,
        finding=review.finding if review else "",
        is_stale=review is not None and review.is_stale,
        readiness=readiness(review, published, terms),
        voices=tuple(_voices(seen, review)),
        named=_named(c.case, attribution, review),
    )


def _voices(seen: Seen, review: Review | None) -> Iterator[Voiced]:
    if review is None:
        yield from (Voiced(guarantor=name, position="", finding="") for name in seen.guarantors)
        return
    for voice in review.voices:
        newest = voice.newest
        yield Voiced(
            guarantor=voice.guarantor,
            position=newest.position if newest else "",
            finding=newest.finding if newest else "",
        )


def _named(case: Case, attribution: Attribution, review: Review | None) -> tuple[str, ...]:
    """Return the parties that the proposal, a guarantor's own finding or the procedure's names, in the case's order."""
    found = {attribution.determination}
    if review:
        found |= {review.finding, *(said.finding for said in review.spoken)}
    return tuple(party.id for party in case.parties if party.id in found or BOTH in found)
