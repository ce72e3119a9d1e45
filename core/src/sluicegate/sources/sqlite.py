"""A SQLite file, opened for reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sluicegate.errors import SluicegateError, SourceError
from sluicegate.sources.failure import attempt
from sluicegate.sources.files import checked_file
from sluicegate.sources.sqlite_changing import SQLiteChangingSession
from sluicegate.sources.sqlite_guard import sha256
from sluicegate.sources.sqlite_session import SQLiteSession

_PRAGMAS = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    # Sorting must not leave raw values in a file.
    "PRAGMA temp_store = MEMORY",
)
_BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SQLiteSource:
    """A SQLite database file.

    Args:
        name: Name in policy and settings.
        path: The file.

    Failure mode: closed. A locked file is waited for up to five seconds.
    """

    name: str
    path: str | Path

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect."""
        return "sqlite"

    @property
    def commits_objects(self) -> bool:
        """SQLite takes back what changes objects, like everything else."""
        return False

    @contextmanager
    def changing(self) -> Iterator[SQLiteChangingSession]:
        """Open the file for writing; others cannot write meanwhile.

        Raises:
            SourceUnavailable: another process writes to the file.
            SourceError: there is no such file, or it is not a SQLite database.
        """
        path = checked_file(self.name, self.path)
        connection = attempt(lambda: _open(path, "rw"), self._translate)
        try:
            session = SQLiteChangingSession(self.name, connection)
            session.begin()
            yield session
        finally:
            connection.close()

    def ended(self, transaction: str) -> bool | None:
        """Nobody can tell what became of a transaction of SQLite."""
        del transaction
        return None

    @contextmanager
    def connect(self) -> Iterator[SQLiteSession]:
        """Open the file for reading, with ``sluicegate_sha256`` at hand for masks.

        Raises:
            SourceUnavailable: another process holds the file.
            SourceError: there is no such file, or it is not a SQLite database.
        """
        path = checked_file(self.name, self.path)
        connection = attempt(lambda: _open(path), self._translate)
        try:
            session = SQLiteSession(self.name, connection)
            session.begin()
            yield session
        finally:
            connection.close()

    def _translate(self, error: Exception) -> SluicegateError:
        code = getattr(error, "sqlite_errorname", type(error).__name__)
        return SourceError(f"{self.name!r}: its file cannot be opened ({code})")


def _open(path: Path, mode: str = "ro") -> sqlite3.Connection:
    # Quoted, so that no character of a path can turn into an option such as `mode=rwc`.
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # `cancel` comes from another thread
    )
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if mode == "ro":
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA foreign_keys = ON")  # SQLite leaves that to a connection
        connection.create_function("sluicegate_sha256", 1, sha256, deterministic=True)
    except BaseException:
        connection.close()
        raise
    return connection
