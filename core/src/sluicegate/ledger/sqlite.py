"""A ledger in one SQLite file: many processes of one host, and hosts that share a sound lock.

On a file system of this host the write-ahead log is used: a commit is one flush of the disk, where
the rollback journal takes five, and readers and writers do not wait for each other. It needs shared
memory and so breaks on network file systems: there, and where the kind is not known, the rollback
journal stays. ``synchronous=EXTRA`` makes a commit survive a power cut in both modes.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from sluicegate.errors import LedgerError, LedgerUnavailable
from sluicegate.ledger.pool import not_across_a_fork
from sluicegate.ledger.row import Row
from sluicegate.ledger.sqlite_file import check_file, create_file, is_local, log_of
from sluicegate.ledger.sqlite_kept import Keeper, KeptConnection, Replaced
from sluicegate.ledger.sqlite_schema import APPLICATION_ID, EARLY, OBJECTS, plain
from sluicegate.ledger.store import NAME, STORE_ERRORS, NotKept, Tail, Trouble, fetched
from sluicegate.ledger.tiles import Tiles


class SqliteStore:
    """Keeps records in a SQLite file, created readable by its owner only.

    Args:
        path: The file.
        timeout_seconds: How long to wait for other processes' locks.
        read_only: Never write, and never create the file.
    """

    def __init__(self, path: Path, *, timeout_seconds: float, read_only: bool) -> None:
        self._path = path.absolute()
        self._timeout = timeout_seconds
        self._read_only = read_only
        self._early = False
        self._keeper = Keeper(self._path)
        self._engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=NullPool, hide_parameters=True
        )

    @property
    def place(self) -> str:
        """The file's path."""
        return str(self._path)

    @property
    def early(self) -> bool:
        """Whether the file is of the first version."""
        return self._early

    def prepare(self, *, create: bool) -> None:
        """Create the file and its table if ``create``, else insist that they are there."""
        check_file(self._path)
        if create:
            create_file(self._path)
        elif not self._path.exists():
            raise LedgerError(f"there is no ledger at {self.place}")
        try:
            if create and self._is_empty():
                self._create_tables()
            self._early = self._objects() == plain(EARLY)
            if create and self._early:
                self._bring_forward()
            fault = self.changed_schema(deep=False)
            if create and not fault:
                self._choose_journal()
        except STORE_ERRORS as error:
            raise self.trouble(error).error from None
        if fault:
            raise LedgerError(
                f"{self.place} is not a ledger of this version: {fault}",
                hint="name another file, or verify it with the version that wrote it",
            )

    @contextmanager
    def writing(self, seconds: float) -> Iterator[Connection]:
        """Lock the file against other writers for the block, then commit."""
        with self._block() as (connection, raw):
            deadline = time.monotonic() + seconds
            _begin(connection, deadline)
            # only readers are in the way now, soon done
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {max(1, int(seconds * 1000))}")
            raw.check(self._path)
            yield connection
            connection.commit()
            raw.check(self._path)  # or what was written is in a file that is gone

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent state; keep it short."""
        with self._block() as (connection, raw):
            milliseconds = max(1, int(self._timeout * 1000))
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1")  # begins the snapshot
            raw.check(self._path)
            yield connection
            if raw.frozen is not None and raw.frozen != self._state():
                raise Replaced

    @contextmanager
    def _block(self) -> Iterator[tuple[Connection, KeptConnection]]:
        """Use a connection; one that something went wrong with is not used again."""
        with not_across_a_fork(), self._engine.connect() as connection:
            raw = cast("KeptConnection", connection.connection.driver_connection)
            try:
                yield connection, raw
            except BaseException:
                raw.sound = False
                raise

    @contextmanager
    def appending(
        self, seconds: float, names: Sequence[str], hashes: Sequence[str]
    ) -> Iterator[tuple[Connection, Tail]]:
        """Open the transaction as ``writing`` does, and read what an append has to know."""
        with self.writing(seconds) as connection:
            last = _rows(connection, _LAST)
            used = frozenset(_present(connection, "once", names))
            standing = frozenset(_present(connection, "hash", hashes))
            yield connection, Tail(last[0] if last else None, used, standing)

    def add(
        self,
        connection: Connection,
        rows: Sequence[tuple[Any, ...]],
        *,
        ends: bool,  # noqa: ARG002 - a commit is no round trip here
    ) -> None:
        """Insert records, and read them back."""
        connection.exec_driver_sql(_INSERT, list(rows))
        if _rows(connection, _FROM, rows[0][:1]) != [tuple(row) for row in rows]:
            raise NotKept

    def forget(self) -> None:
        """Empty the write-ahead log, which may hold what the tables no longer do."""
        with self._block() as (connection, _):
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def raw_rows(self, connection: Connection, sql: str) -> list[tuple[Any, ...]]:
        """Return the driver's rows; texts that are no UTF-8 are read the slow way, and stay odd."""
        driver: Any = connection.connection.driver_connection
        tolerant, driver.text_factory = driver.text_factory, str
        try:
            return fetched(connection, sql)
        except DBAPIError:
            driver.text_factory = tolerant
            return fetched(connection, sql)
        finally:
            driver.text_factory = tolerant

    def trouble(self, error: Exception) -> Trouble:
        """Translate by SQLite's error name; its text may quote what is stored."""
        if isinstance(error, Replaced):
            message = f"the ledger {self.place} was replaced by another file meanwhile"
            hint = "stop who writes to it before a copy is put back"
            return Trouble(error=LedgerUnavailable(message, hint=hint), again=True)
        name = getattr(getattr(error, "orig", None), "sqlite_errorname", "") or ""
        reason, hint = _REASONS.get(name.split("_")[1] if "_" in name else "", _FOREIGN)
        message = f"the ledger {self.place} {reason}"
        if reason == _FOREIGN[0]:
            return Trouble(error=LedgerError(message, hint=hint), again=False)
        again = name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CONSTRAINT"))
        return Trouble(error=LedgerUnavailable(message, hint=hint), again=again)

    def changed_schema(self, *, deep: bool) -> str | None:
        """Compare every object of the file with what was made; ``deep``: its pages and indexes too.

        An index that was tampered with hides records from whoever asks by kind or subject.
        """
        if self._pragma("application_id") != APPLICATION_ID:
            return "it was not made by Sluicegate"
        ours = plain(EARLY if self._early else OBJECTS)
        odd = {name for name, _ in self._objects().items() ^ ours.items()}
        if odd:
            known = sorted(odd & ours.keys())
            return f"changed since it was made: {', '.join(known) or 'something was added'}"
        if deep and self._pragma("integrity_check(1)") != "ok":
            return "the table and its indexes disagree"
        return None

    def close(self) -> None:
        """Close the connection that is kept; then the file is whole by itself."""
        self._keeper.end()
        self._engine.dispose()

    def _connect(self) -> KeptConnection:
        kept = self._keeper.take()
        if kept is not None:
            return kept
        try:
            connection = self._open("mode=rw")
        except sqlite3.OperationalError as error:
            if not self._read_only or not _cannot_begin_log(error) or log_of(self._path).exists():
                raise
        else:
            return connection
        # Nobody may write here, so there is no log and nobody to share it with.
        state = (*self._state()[:-1], False)
        connection = self._open("mode=ro&immutable=1")
        connection.frozen = state
        return connection

    def _open(self, options: str) -> KeptConnection:
        # mode=rw: a file that vanished is an error, never a new and empty chain.
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?{options}",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
            factory=KeptConnection,
        )
        connection.keeper = self._keeper
        # Bytes that are no UTF-8 are a bad record to be named, not an error that quotes them.
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA secure_delete = ON")  # a body that is dropped is overwritten
        connection.execute("PRAGMA synchronous = EXTRA")  # reads the file, and may fail
        if self._read_only:
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _state(self) -> tuple[object, ...]:
        """Tell what would be different if somebody wrote after all; at last, if there is a log."""
        found = self._path.stat()
        return (found.st_ino, found.st_size, found.st_mtime_ns, log_of(self._path).exists())

    def _choose_journal(self) -> None:
        """Use the write-ahead log where it is sound; where others are at work it stays as it is."""
        wanted = "wal" if is_local(self._path) else "delete"
        with self._block() as (connection, raw):
            raw.sound = False  # opened before the change
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {_SOON}")
            found = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
            if found != wanted:
                with suppress(OperationalError):
                    change = f"PRAGMA journal_mode = {wanted}"
                    found = connection.exec_driver_sql(change).scalar_one()
        if found == "wal" != wanted:
            raise LedgerUnavailable(
                f"the ledger {self.place} is in use, in a way that its file system cannot keep",
                hint="stop who uses it, and open it again",
            )

    def _is_empty(self) -> bool:
        return not self._objects() and self._pragma("application_id") == 0

    def _objects(self) -> dict[str, str]:
        with self.reading() as connection:
            rows = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            )
            return {name: " ".join(sql.split()) for name, sql in rows}

    def _pragma(self, name: str) -> object:
        with self.reading() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

    def _create_tables(self) -> None:
        with self.writing(self._timeout) as connection:
            there = connection.exec_driver_sql("SELECT COUNT(*) FROM sqlite_master").scalar_one()
            if there:  # another process was faster
                return
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            for sql in OBJECTS.values():
                connection.exec_driver_sql(sql)

    def _bring_forward(self) -> None:
        """Add what the first version had not; its records stay as they are."""
        with self.writing(self._timeout) as connection:
            columns = connection.exec_driver_sql(f"PRAGMA table_info({NAME})").all()
            if len(columns) == len(Row._fields) - 2:  # else another process was faster
                for name in ("salt", "digest"):
                    connection.exec_driver_sql(f"ALTER TABLE {NAME} ADD COLUMN {name} TEXT")
                connection.exec_driver_sql(f"DROP TRIGGER {NAME}_no_update")
                for name, sql in OBJECTS.items():
                    if EARLY.get(name) != sql and name != NAME:
                        connection.exec_driver_sql(sql)
                Tiles.of(connection).extend(connection)
        self._early = False


def _rows(connection: Connection, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(sql, values)]


def _present(connection: Connection, column: str, values: Sequence[str]) -> Iterator[str]:
    """Yield those of the values that stand in a column."""
    for begin in range(0, len(values), _AT_ONCE):
        some = tuple(values[begin : begin + _AT_ONCE])
        marks = ", ".join("?" * len(some))
        select = f"SELECT {column} FROM {NAME} WHERE {column} IN ({marks})"  # noqa: S608 - our names
        yield from (found for (found,) in _rows(connection, select, some))


def _cannot_begin_log(error: sqlite3.Error) -> bool:
    return error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))


def _begin(connection: Connection, deadline: float) -> None:
    """Take the writers' lock, asking every few milliseconds.

    SQLite's own waiting asks ever less often, up to ten times a second: a process that writes
    without a break would keep all others out.
    """
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            name = getattr(error.orig, "sqlite_errorname", "")
            if not name.startswith("SQLITE_BUSY") or time.monotonic() >= deadline:
                raise
        else:
            return
        time.sleep(random.uniform(*_ASK))  # noqa: S311 - no secret hangs on it


_COLUMNS: Final = ", ".join(Row._fields)
_MARKS: Final = ", ".join("?" * len(Row._fields))
_INSERT: Final = f"INSERT INTO {NAME} ({_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608 - our names
_LAST: Final = f"SELECT {_COLUMNS} FROM {NAME} ORDER BY sequence DESC LIMIT 1"  # noqa: S608
_FROM: Final = f"SELECT {_COLUMNS} FROM {NAME} WHERE sequence >= ? ORDER BY sequence"  # noqa: S608
_AT_ONCE: Final = 200
"""Values that are asked for by one statement."""
_SOON: Final = 200
"""Milliseconds to wait for others before the journal stays as it is."""
_ASK: Final = (0.001, 0.005)
_LOCKED: Final = ("is locked by other writers", "raise the timeout, or use PostgreSQL")
_DISK: Final = ("cannot be written: the disk is full or failing", "free some space")
_FOREIGN: Final = ("is damaged or is no ledger", "restore it from a backup")
_RIGHTS: Final = ("cannot be written by this user", "check the owner of the file and its folder")
_REASONS: Final = {
    "BUSY": _LOCKED,
    "LOCKED": _LOCKED,
    "CONSTRAINT": _LOCKED,
    "FULL": _DISK,
    "IOERR": _DISK,
    "NOTADB": _FOREIGN,
    "CORRUPT": _FOREIGN,
    "READONLY": _RIGHTS,
    "CANTOPEN": _RIGHTS,
    "PERM": _RIGHTS,
    "AUTH": _RIGHTS,
}
