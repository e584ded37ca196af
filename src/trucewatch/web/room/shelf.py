"""The releases of a running log, made when somebody asks for them and kept in memory for a while."""

from collections.abc import Iterator
from threading import Lock

from trucewatch.hearing import Logged
from trucewatch.ledger.book import Book
from trucewatch.releasing import NoReleaseError, Prepared, prepare
from trucewatch.web.room.desk import Seen

MOST_KEPT = 4  # releases, of some MB each


class Releases:
    """The releases of a book, made when they are asked for, one at a time."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._made: dict[tuple[int, int], Prepared] = {}
        self._one_at_a_time = Lock()

    def prepared(self, of: int, seen: Seen) -> Prepared:
        """Return the release of so many entries. Raises NoReleaseError, OSError, ValueError; takes its time."""
        if not 0 < of <= seen.size:
            raise NoReleaseError(f"there are no {of:,} entries")
        acts = sum(one.fields.get("type") == "act" for one in seen.said)  # what two guarantors erased is not kept here
        with self._one_at_a_time:
            if (of, acts) not in self._made:
                made = prepare(lambda: self._first(of), self._book.blob)
                self._made = dict([*self._made.items()][1 - MOST_KEPT :]) | {(of, acts): made}
            return self._made[of, acts]

    def _first(self, size: int) -> Iterator[Logged]:
        first = 0
        while first < size and (some := self._book.read(first)):
            yield from some[: size - first]
            first += len(some)
