"""A ledger in one SQLite file: many processes of one host, and hosts that share a sound lock.

The rollback journal is used rather than the write-ahead log, since the latter needs shared memory
and so breaks on network file systems; ``synchronous=EXTRA`` makes a commit survive a power cut in
that mode, including the removal of the journal.
"""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from sluicegate.errors import LedgerError, LedgerUnavailable
from sluicegate.ledger.kinds import DROPPED
from sluicegate.ledger.pool import not_across_a_fork
from sluicegate.ledger.row import Row
from sluicegate.ledger.store import NAME, NODES_NAME, STORE_ERRORS, Trouble, fetched
from sluicegate.ledger.tiles import Tiles

_APPLICATION_ID: Final = 0x534C4731  # "SLG1", in the file's header
_TABLE: Final = f"""CREATE TABLE {NAME} (
    sequence INTEGER PRIMARY KEY CHECK (sequence >= 1),
    time TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    previous TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL UNIQUE,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    once TEXT UNIQUE
)"""
_NO_UPDATE: Final = f"CREATE TRIGGER {NAME}_no_update BEFORE UPDATE ON {NAME}"
_REFUSE: Final = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
_EARLY: Final = {
    NAME: _TABLE,
    f"{NAME}_kind": f"CREATE INDEX {NAME}_kind ON {NAME} (kind, sequence)",
    f"{NAME}_subject": f"CREATE INDEX {NAME}_subject ON {NAME} (subject, sequence)",
    f"{NAME}_no_update": f"{_NO_UPDATE} {_REFUSE}",
    f"{NAME}_no_delete": f"CREATE TRIGGER {NAME}_no_delete BEFORE DELETE ON {NAME} {_REFUSE}",
    # INSERT OR REPLACE deletes without asking the trigger above: it must not get that far.
    f"{NAME}_in_order": f"""CREATE TRIGGER {NAME}_in_order BEFORE INSERT ON {NAME}
WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM {NAME})
    OR EXISTS (SELECT 1 FROM {NAME} WHERE previous = NEW.previous OR hash = NEW.hash
               OR once = NEW.once)
{_REFUSE}""",  # noqa: S608 - constant names
}
"""Objects of the first version."""
_KEPT: Final = (
    "sequence", "time", "kind", "subject", "previous", "hash", "key_id", "signature", "once",
    "digest",
)  # fmt: skip
_OBJECTS: Final = _EARLY | {
    # as ALTER TABLE leaves it behind, so that a ledger brought forward is like a new one
    NAME: f"{_TABLE.removesuffix(')')}, salt TEXT, digest TEXT)",
    # Only a body may go, with its salt, and only after it was put on record that it will.
    f"{NAME}_no_update": f"""{_NO_UPDATE}
WHEN NOT (NEW.body = '' AND NEW.salt IS NULL AND OLD.digest IS NOT NULL
    AND {" AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)}
    AND EXISTS (SELECT 1 FROM {NAME} WHERE kind = '{DROPPED}' AND sequence > OLD.sequence))
{_REFUSE}""",  # noqa: S608 - constant names
    NODES_NAME: f"""CREATE TABLE {NODES_NAME} (
    level INTEGER NOT NULL CHECK (level >= 1),
    position INTEGER NOT NULL CHECK (position >= 0),
    hash TEXT NOT NULL,
    PRIMARY KEY (level, position)
)""",
    f"{NODES_NAME}_no_update": f"""CREATE TRIGGER {NODES_NAME}_no_update
BEFORE UPDATE ON {NODES_NAME} {_REFUSE}""",
    f"{NODES_NAME}_no_delete": f"""CREATE TRIGGER {NODES_NAME}_no_delete
BEFORE DELETE ON {NODES_NAME} {_REFUSE}""",
    f"{NODES_NAME}_in_order": f"""CREATE TRIGGER {NODES_NAME}_in_order
BEFORE INSERT ON {NODES_NAME} WHEN EXISTS (SELECT 1 FROM {NODES_NAME}
    WHERE level = NEW.level AND position = NEW.position)
{_REFUSE}""",  # noqa: S608 - constant names
}


def _plain(objects: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(sql.split()) for name, sql in objects.items()}


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
        _check_file(self._path)
        if create:
            _create_file(self._path)
        elif not self._path.exists():
            raise LedgerError(f"there is no ledger at {self.place}")
        try:
            if create and self._is_empty():
                self._create_tables()
            self._early = self._objects() == _plain(_EARLY)
            if create and self._early:
                self._bring_forward()
            fault = self.changed_schema(deep=False)
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
        with not_across_a_fork(), self._engine.connect() as connection:
            deadline = time.monotonic() + seconds
            bound = f"PRAGMA busy_timeout = {max(1, int(seconds * 1000))}"
            connection.exec_driver_sql(bound)
            connection.exec_driver_sql("PRAGMA synchronous = EXTRA")
            _begin(connection, deadline)
            connection.exec_driver_sql(bound)  # only readers are in the way now, soon done
            yield connection
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent state; keep it short, since writers wait for readers."""
        with not_across_a_fork(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection

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
        if self._pragma("application_id") != _APPLICATION_ID:
            return "it was not made by Sluicegate"
        ours = _plain(_EARLY if self._early else _OBJECTS)
        odd = {name for name, _ in self._objects().items() ^ ours.items()}
        if odd:
            known = sorted(odd & ours.keys())
            return f"changed since it was made: {', '.join(known) or 'something was added'}"
        if deep and self._pragma("integrity_check(1)") != "ok":
            return "the table and its indexes disagree"
        return None

    def close(self) -> None:
        """Nothing is held between blocks; only the engine's caches go."""
        self._engine.dispose()

    def _connect(self) -> sqlite3.Connection:
        # mode=rw: a file that vanished is an error, never a new and empty chain.
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        # Bytes that are no UTF-8 are a bad record to be named, not an error that quotes them.
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA secure_delete = ON")  # a body that is dropped is overwritten
        if self._read_only:
            connection.execute("PRAGMA query_only = ON")
        return connection

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
            connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")
            for sql in _OBJECTS.values():
                connection.exec_driver_sql(sql)

    def _bring_forward(self) -> None:
        """Add what the first version had not; its records stay as they are."""
        with self.writing(self._timeout) as connection:
            columns = connection.exec_driver_sql(f"PRAGMA table_info({NAME})").all()
            if len(columns) == len(Row._fields) - 2:  # else another process was faster
                for name in ("salt", "digest"):
                    connection.exec_driver_sql(f"ALTER TABLE {NAME} ADD COLUMN {name} TEXT")
                connection.exec_driver_sql(f"DROP TRIGGER {NAME}_no_update")
                for name, sql in _OBJECTS.items():
                    if _EARLY.get(name) != sql and name != NAME:
                        connection.exec_driver_sql(sql)
                Tiles.of(connection).extend(connection)
        self._early = False


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


def _check_file(path: Path) -> None:
    """Refuse what is no regular file: opening a pipe would block, a folder would confuse."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise LedgerUnavailable(f"the ledger {path} cannot be reached: {error.strerror}") from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise LedgerError(
            f"the ledger {path} is {what}", hint="name a file, for example ledger.db in it"
        )


def _create_file(path: Path) -> None:
    """Create an empty file before SQLite would, so that nobody else can ever read it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        with closing(os.fdopen(os.open(path, flags, 0o600), "rb")):
            pass
    except FileExistsError:
        if not path.is_file():
            raise LedgerError(f"the folder of the ledger {path} is a file") from None
    except OSError as error:
        raise LedgerUnavailable(
            f"the ledger {path} cannot be created: {error.strerror}",
            hint="name a place that this user may write to",
        ) from None
