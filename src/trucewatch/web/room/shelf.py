"""The releases of a running log, made when somebody asks for them and kept in memory for a while."""

from collections.abc import Iterator
from threading import Lock

from trucewatch.hearing import Logged
from trucewatch.ledger.book import Book
from trucewatch.releasing import NoReleaseError, Prepared, prepare
from trucewatch.web.counter import RefusalError
from trucewatch.web.room.desk import Seen

MOST_KEPT = 4  # releases, of some MB each


class Releases:
    """The releases of a book, made when they are asked for, one at a time."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._made: dict[tuple[int, int], Prepared] = {}
        self._one_at_a_time = Lock()

    def prepared(self, of: int, seen: Seen) -> Prepared:
        """Return the release of so many entries. It takes its time.

        Raises NoReleaseError, OSError, ValueError; RefusalError while another one is being made.
        """
        if not 0 < of <= seen.size:
            raise NoReleaseError(f"there are no {of:,} entries")
        acts = sum(one.fields.get("type") == "act" for one in seen.said)  # what two guarantors erased is not kept here
        if made := self._made.get((of, acts)):
            return made
        if not self._one_at_a_time.acquire(blocking=False):
            # whoever waited here would hold one of the few threads that all pages are made in
            raise RefusalError(503, "A release is being made from the whole log; look again in a minute.")
        try:
            made = prepare(lambda: self._first(of), self._book.blob)
            self._made = dict([*self._made.items()][1 - MOST_KEPT :]) | {(of, acts): made}
        finally:
            self._one_at_a_time.release()
        return made

    def _first(self, size: int) -> Iterator[Logged]:
        first = 0
        while first < size and (some := self._book.read(first)):
            yield from some[: size - first]
            first += len(some)
