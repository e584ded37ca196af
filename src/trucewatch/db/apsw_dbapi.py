"""APSW as SQLAlchemy asks for a driver of SQLite (PEP 249): what of it Core needs, and nothing more.

Python's own SQLite may be one that corrupts a write-ahead log (`ledger/database.py`), APSW's is not. A transaction
begins with the first statement: of what only reads so that all it reads is of one moment, of what writes with the lock.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import apsw

paramstyle = "qmark"
sqlite_version_info = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
sqlite_version = apsw.sqlite_lib_version()


class Error(Exception):
    """What SQLAlchemy expects every failure to be."""


class DatabaseError(Error):
    """The database refuses."""


class IntegrityError(DatabaseError):
    """What the tables do not allow."""


class OperationalError(DatabaseError):
    """A file that is busy, full, damaged or not there."""


class ProgrammingError(DatabaseError):
    """A statement that cannot be read."""


InterfaceError = InternalError = NotSupportedError = DataError = DatabaseError


class Cursor:
    """One statement and its rows, all fetched when it is executed: pages ask for few."""

    arraysize = 1
    lastrowid = 0

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection
        self.description: Sequence[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "Cursor":
        """Execute a statement and fetch what it gives."""
        self._do(statement, lambda cursor: cursor.execute(statement, tuple(parameters)))
        return self

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> "Cursor":
        """Execute a statement with each of these."""
        self._do(statement, lambda cursor: cursor.executemany(statement, parameters))
        return self

    def _do(self, statement: str, work: Callable[[apsw.Cursor], Any]) -> None:
        held = self.connection.held
        names: list[tuple[Any, ...]] = []

        def described(cursor: apsw.Cursor, _sql: str, _bindings: Any) -> bool:
            names[:] = [(name, None, None, None, None, None, None) for name, _ in cursor.get_description()]
            return True

        try:
            self.connection.begin(statement)
            cursor = held.cursor()
            cursor.exec_trace = described
            before = held.total_changes()
            self._rows = list(work(cursor))
            self.rowcount = held.total_changes() - before
            self.lastrowid = held.last_insert_rowid()
        except apsw.ConstraintError as error:
            raise IntegrityError(str(error)) from error
        except apsw.SQLError as error:
            raise ProgrammingError(str(error)) from error
        except apsw.Error as error:
            raise OperationalError(str(error)) from error
        self.description = tuple(names) or None

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row."""
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = arraysize) -> list[tuple[Any, ...]]:
        """Return the next rows."""
        some, self._rows = self._rows[:size], self._rows[size:]
        return some

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        some, self._rows = self._rows, []
        return some

    def close(self) -> None:
        """Let the rows go."""
        self._rows = []


class Connection:
    """A connection; `begin` is the statement that begins a transaction of it."""

    def __init__(self, held: apsw.Connection, begin: str) -> None:
        self.held = held
        self._begin = begin

    def begin(self, statement: str) -> None:
        """Begin a transaction before the first statement that is not a setting."""
        if not self.held.in_transaction and not statement.lstrip().upper().startswith("PRAGMA"):
            self.held.execute(self._begin)

    def cursor(self) -> Cursor:
        """Return a new cursor."""
        return Cursor(self)

    def commit(self) -> None:
        """Keep what was written."""
        self._end("COMMIT")

    def rollback(self) -> None:
        """Forget what was written."""
        self._end("ROLLBACK")

    def _end(self, how: str) -> None:
        try:
            if self.held.in_transaction:
                self.held.execute(how)
        except apsw.Error as error:
            raise OperationalError(str(error)) from error

    def create_function(self, name: str, count: int, function: Callable[..., Any], **_: Any) -> None:
        """Give the connection a function; SQLAlchemy brings one of its own."""
        self.held.create_scalar_function(name, function, count)

    def close(self) -> None:
        """Give the file back."""
        self.held.close()


def connect(path: str, *, flags: int, begin: str, busy_ms: int) -> Connection:
    """Open a file. Raises OperationalError."""
    try:
        held = apsw.Connection(path, flags=flags)
        held.set_busy_timeout(busy_ms)
    except apsw.Error as error:
        raise OperationalError(str(error)) from error
    return Connection(held, begin)
