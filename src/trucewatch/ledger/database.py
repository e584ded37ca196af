"""What a centre must find quickly: which submission is where, which file an entry named, who cosigned what.

A cache. Every line of it follows from the files of the centre, and `book.rebuild` makes it anew. One process has it, in
exclusive mode: its write-ahead log then needs no shared memory, and a second writer is refused. `synchronous=FULL`
flushes each commit; under NORMAL a power cut takes what was acknowledged. SQLite is APSW's, never Python's: from 3.7.0
to 3.51.2 the write-ahead log could corrupt a database when it was reset, and Debian's Python comes with 3.40.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import apsw

_SOUND = (3, 51, 3)  # sqlite.org/releaselog/3_51_3.html: "Fix the WAL-reset database corruption bug"
_VERSION = 2
_AT_ONCE = 50_000  # rows sorted together before they go in: digests of chance would touch a page each
_CACHE_KIB = 64 * 1024  # a log of a million entries fits; SQLite's own 2 MiB made a rebuild of it wait for the disk
_SCHEMA = f"""
CREATE TABLE tree (size INTEGER NOT NULL, root BLOB NOT NULL, vkey TEXT NOT NULL);
CREATE TABLE received (
  arrival INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, entry BLOB NOT NULL UNIQUE, file TEXT NOT NULL,
  act BLOB);
CREATE TABLE acts (position INTEGER PRIMARY KEY, entry BLOB NOT NULL);
CREATE TABLE submissions (digest BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE entries (digest BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE blobs (digest BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE cosignatures (
  size INTEGER NOT NULL, witness TEXT NOT NULL, time INTEGER NOT NULL, signature BLOB NOT NULL,
  PRIMARY KEY (size, witness)) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
"""


class DatabaseError(OSError):
    """The database cannot be read or written; the message is one line for a person."""


class DatabaseFullError(DatabaseError):
    """The disk is full: nothing of this was kept, what was there is whole, and one may go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A submission that waits: its place in the order of arrival, its digests, the file that holds it.

    `act` is the entry itself where it is an act: what comes after it is judged by it.
    """

    arrival: int
    digest: bytes
    entry: bytes
    file: str
    act: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequenced:
    """An entry that is in the log: its index, the digests of its submission and of itself, the files it names.

    `act` is the entry itself where it is an act.
    """

    position: int
    digest: bytes
    entry: bytes
    blobs: tuple[bytes, ...]
    act: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A cosignature of a checkpoint of that size, by a witness of the policy; `signature` begins with its time."""

    size: int
    witness: str
    time: int
    signature: bytes


def check_sqlite() -> None:
    """Raise DatabaseError where SQLite is one that can corrupt its own database."""
    found = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if found < _SOUND:
        raise DatabaseError(f"SQLite {apsw.sqlite_lib_version()} can corrupt a database; 3.51.3 or newer is needed")


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except apsw.BusyError:
        raise DatabaseError(f"{path.name}: another process has this database") from None
    except (apsw.CorruptError, apsw.NotADBError):
        raise DatabaseError(f"{path.name} is damaged: make it anew from the log's files (rebuild)") from None
    except apsw.FullError:
        raise DatabaseFullError(f"{path.name}: the disk is full") from None
    except apsw.Error as error:
        raise DatabaseError(f"{path.name}: {error}") from error


class Database:
    """The one connection. Every method raises DatabaseError where the disk or the database refuses."""

    def __init__(self, path: Path, vfs: str | None, vkey: str, *, new: bool = False) -> None:
        """Open the database of the log of that key, or make a new one; ValueError where it is of another log."""
        check_sqlite()
        self._path = path
        with _in_words(path):
            self._connection = apsw.Connection(str(path), vfs=vfs)
            try:
                self._set_up(vkey, new=new)
            except BaseException:
                self._connection.close()
                raise

    def _set_up(self, vkey: str, *, new: bool) -> None:
        connection = self._connection
        connection.pragma("locking_mode", "exclusive")
        connection.pragma("mmap_size", 0)
        connection.pragma("cache_size", -_CACHE_KIB)
        if connection.pragma("journal_mode", "wal") != "wal":
            raise DatabaseError(f"{self._path.name}: this disk allows no write-ahead log")
        connection.pragma("synchronous", "full")
        with connection:
            if new and connection.pragma("user_version") == 0:
                connection.execute(_SCHEMA)
                connection.execute("INSERT INTO tree VALUES (0, x'', ?)", (vkey,))
        if connection.pragma("user_version") != _VERSION:
            raise ValueError(
                f"{self._path.name} is missing or of another version: make it anew from the log's files (rebuild)"
            )
        if connection.execute("SELECT vkey FROM tree").get != vkey:
            raise ValueError(f"{self._path.name} is of another log")

    def close(self) -> None:
        """Give the database back; what was committed stays."""
        with _in_words(self._path):
            self._connection.close()

    def tree(self) -> tuple[int, bytes]:
        """Return the size and the root of the tree that this database knows."""
        with _in_words(self._path):
            size, root = self._connection.execute("SELECT size, root FROM tree").get
        return size, root

    # --- submissions ------------------------------------------------------------------------------

    def receive(self, rows: Iterable[Received]) -> None:
        """Keep that these were received: all or none."""
        with _in_words(self._path), self._connection:
            self._connection.executemany(
                "INSERT INTO received VALUES (?, ?, ?, ?, ?)",
                ((r.arrival, r.digest, r.entry, r.file, r.act) for r in rows),
            )

    def received(self) -> list[Received]:
        """Return what waits, in the order of arrival."""
        with _in_words(self._path):
            found = self._connection.execute("SELECT arrival, digest, entry, file, act FROM received ORDER BY arrival")
            return [Received(arrival=a, digest=d, entry=e, file=f, act=act) for a, d, e, f, act in found]

    def waiting(self) -> int:
        """Return how many wait."""
        with _in_words(self._path):
            return int(self._connection.execute("SELECT count(*) FROM received").get)

    def row(self, digest: bytes) -> Received | None:
        """Return the submission of that digest if it waits."""
        with _in_words(self._path):
            found = self._connection.execute("SELECT arrival, entry, file FROM received WHERE digest = ?", (digest,))
            row = found.get
        return None if row is None else Received(arrival=row[0], digest=digest, entry=row[1], file=row[2])

    def moved(self, row: Received, file: str) -> bool:
        """Keep that another file holds a submission that waits; return whether any still waits in the former one."""
        with _in_words(self._path), self._connection:
            self._connection.execute("UPDATE received SET file = ? WHERE digest = ?", (file, row.digest))
            left: int = self._connection.execute("SELECT count(*) FROM received WHERE file = ?", (row.file,)).get
        return left > 0

    def position(self, digest: bytes) -> int | None:
        """Return the index of the entry of a submission, None where it is not in the log."""
        return self._one("SELECT position FROM submissions WHERE digest = ?", digest)

    def has_entry(self, digest: bytes) -> bool:
        """Tell whether an entry of that digest was received, sequenced or not."""
        waits = self._one("SELECT 1 FROM received WHERE entry = ?", digest)
        return waits is not None or self._one("SELECT position FROM entries WHERE digest = ?", digest) is not None

    def names_blob(self, digest: bytes) -> bool:
        """Tell whether an entry of the log names a file of that digest."""
        return self._one("SELECT position FROM blobs WHERE digest = ?", digest) is not None

    def blobs(self) -> set[str]:
        """Return the digests, hexadecimal, of all files that entries of the log name."""
        with _in_words(self._path):
            return {digest.hex() for (digest,) in self._connection.execute("SELECT digest FROM blobs")}

    def _one(self, query: str, digest: bytes) -> int | None:
        with _in_words(self._path):
            found: int | None = self._connection.execute(query, (digest,)).get
        return found

    def acts(self) -> list[bytes]:
        """Return the acts that are in the log, in its order."""
        with _in_words(self._path):
            return [entry for (entry,) in self._connection.execute("SELECT entry FROM acts ORDER BY position")]

    def sequence(self, entries: Iterable[Sequenced], size: int, root: bytes) -> None:
        """Keep where these entries are and that the tree has this size and root: all or none."""
        rest = iter(entries)
        with _in_words(self._path), self._connection:
            while some := list(islice(rest, _AT_ONCE)):
                self._sequence(some)
            self._connection.execute("UPDATE tree SET size = ?, root = ?", (size, root))

    def _sequence(self, entries: list[Sequenced]) -> None:
        many = self._connection.executemany
        many("DELETE FROM received WHERE digest = ? OR entry = ?", ((e.digest, e.entry) for e in entries))
        many("INSERT OR IGNORE INTO submissions VALUES (?, ?)", sorted((e.digest, e.position) for e in entries))
        many("INSERT OR IGNORE INTO entries VALUES (?, ?)", sorted((e.entry, e.position) for e in entries))
        named = [(blob, e.position) for e in entries for blob in e.blobs]
        many("INSERT OR IGNORE INTO blobs VALUES (?, ?)", named)
        many("INSERT OR IGNORE INTO acts VALUES (?, ?)", [(e.position, e.act) for e in entries if e.act is not None])

    # --- cosignatures -----------------------------------------------------------------------------

    def cosigned(self, lines: Iterable[Line]) -> None:
        """Keep cosignatures; of one witness for one size the newest."""
        with _in_words(self._path), self._connection:
            self._connection.executemany(
                "INSERT INTO cosignatures VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET time = excluded.time, signature = excluded.signature WHERE excluded.time > time",
                ((line.size, line.witness, line.time, line.signature) for line in lines),
            )

    def lines(self) -> list[Line]:
        """Return the cosignatures that are kept, the smallest checkpoint first."""
        with _in_words(self._path):
            found = self._connection.execute("SELECT size, witness, time, signature FROM cosignatures ORDER BY size")
            return [Line(size=s, witness=w, time=t, signature=b) for s, w, t, b in found]

    def forget_lines_below(self, size: int) -> None:
        """Forget cosignatures of checkpoints below this size, but each witness's newest."""
        with _in_words(self._path), self._connection:
            self._connection.execute(
                "DELETE FROM cosignatures WHERE size < ? AND size < "
                "(SELECT max(size) FROM cosignatures AS other WHERE other.witness = cosignatures.witness)",
                (size,),
            )
