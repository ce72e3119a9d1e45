"""A ledger in PostgreSQL: many writers on many hosts.

Writers take turns through an advisory lock of the transaction, which poolers in transaction mode
keep. A login that may only SELECT and INSERT is enough once the tables exist, and is advised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final, TypeAlias

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from sluicegate.errors import LedgerError, LedgerUnavailable, MissingDependencyError
from sluicegate.ledger.pool import POOL, renew_after_fork
from sluicegate.ledger.postgres_schema import (
    COLUMNS,
    EARLY_COLUMNS,
    EARLY_DDL,
    EARLY_TRIGGERS,
    FORWARD,
    SHAPE,
    TRIGGERS,
)
from sluicegate.ledger.row import Row
from sluicegate.ledger.store import NAME, STORE_ERRORS, NotKept, Tail, Trouble, fetched
from sluicegate.ledger.tiles import Tiles

_LOCK: Final = 0x53_4C_4C_45_44_47_45_52  # "SLLEDGER": any number that all writers agree on
_NAMES: Final = ", ".join(Row._fields)
_INSERT: Final = f"""INSERT INTO {NAME} ({_NAMES})
SELECT {_NAMES} FROM json_to_recordset(%s::json) AS given({COLUMNS})"""  # noqa: S608 - our names
_LAST: Final = f"SELECT {_NAMES} FROM {NAME} ORDER BY sequence DESC LIMIT 1"  # noqa: S608
_USED: Final = f"SELECT once FROM {NAME} WHERE once = ANY(%s)"  # noqa: S608 - constant names, too
_STANDING: Final = f"SELECT hash FROM {NAME} WHERE hash = ANY(%s)"  # noqa: S608
_CELLS: Final = ", ".join(f"coalesce({name}::text, '')" for name in Row._fields)
_KEPT_ALL: Final = f"""SELECT 1 / (
    sha256(convert_to(string_agg(concat_ws(E'\\n', {_CELLS}), E'\\n' ORDER BY sequence), 'UTF8'))
    IS NOT DISTINCT FROM %s)::integer
    FROM (SELECT * FROM {NAME} ORDER BY sequence DESC LIMIT %s) AS newest WHERE sequence >= %s
"""  # noqa: S608
"""Fails, and so rolls everything back, where the records from one on have another hash.

The limit is there for the planner, which has no statistics of a growing table: it reads the end.
"""
_DIVIDED_BY_ZERO: Final = "22012"
_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_TAKE_LOCK: Final = f"SELECT pg_advisory_xact_lock({_LOCK})"
_BOUND: Final = (
    "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)"
)
_DURABLE: Final = f"""{_BOUND}, set_config('synchronous_commit',
    coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'on'), true)"""

Statement: TypeAlias = tuple[str, Sequence[Any]]
"""SQL as the driver takes it, and its values."""


class PostgresStore:
    """Keeps records in a table of a PostgreSQL database.

    Args:
        url: The database, with login and password.
        timeout_seconds: Bound of connecting, locking and each statement.
    """

    def __init__(self, url: URL, *, timeout_seconds: float) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self._timeout = timeout_seconds
        self._early = False
        milliseconds = max(1, int(timeout_seconds * 1000))
        try:
            self._engine = create_engine(
                self._url,
                **POOL,
                hide_parameters=True,
                # A snapshot that began before the lock was ours would show an old head.
                isolation_level="READ COMMITTED",
                connect_args={
                    "connect_timeout": max(2, round(timeout_seconds)),
                    "tcp_user_timeout": milliseconds,
                    "application_name": "sluicegate ledger",
                    "client_encoding": "utf8",
                    "prepare_threshold": None,  # poolers in transaction mode keep no statements
                },
            )
            renew_after_fork(self._engine)
        except ImportError:
            raise MissingDependencyError.of("a ledger in PostgreSQL", "postgres") from None

    @property
    def place(self) -> str:
        """Host and database."""
        host = self._url.host or self._url.query.get("host") or "localhost"
        return f"PostgreSQL {host}/{self._url.database or ''}"

    @property
    def early(self) -> bool:
        """Whether the tables are of the first version."""
        return self._early

    def prepare(self, *, create: bool) -> None:
        """Create the tables if ``create``, else insist that they are there."""
        try:
            with self.reading() as connection:
                there = _exists(connection)
                self._early = connection.execute(SHAPE).one().columns == EARLY_COLUMNS
            if create and (self._early or not there):
                self._create_tables()
            fault = self.changed_schema(deep=False) if there or create else None
        except STORE_ERRORS as error:
            raise self.trouble(error).error from None
        if not there and not create:
            raise LedgerError(f"there is no ledger in {self.place}")
        if fault:
            raise LedgerError(f"the ledger in {self.place} is not of this version: {fault}")

    @contextmanager
    def writing(self, seconds: float) -> Iterator[Connection]:
        """Take the writers' lock for the block, then commit."""
        with self._connected(*_locked(seconds)) as (connection, _):
            yield connection
            connection.commit()

    @contextmanager
    def appending(
        self, seconds: float, names: Sequence[str], hashes: Sequence[str]
    ) -> Iterator[tuple[Connection, Tail]]:
        """Open the transaction as ``writing`` does, and read what an append has to know.

        That is one round trip: whoever holds the lock lets all others wait.
        """
        asked: list[Statement] = [(_LAST, ()), (_USED, (list(names),))]
        asked += [(_STANDING, (list(hashes),))] if hashes else []  # rarely
        with self._connected(*_locked(seconds), *asked) as (connection, found):
            last, used, standing = (*found[-len(asked) :], [])[:3]
            yield (
                connection,
                Tail(
                    last[0] if last else None,
                    frozenset(name for (name,) in used),
                    frozenset(hashed for (hashed,) in standing),
                ),
            )
            connection.commit()

    def add(self, connection: Connection, rows: Sequence[tuple[Any, ...]], *, ends: bool) -> None:
        """Insert records, have the server hash what stands there, and commit: one round trip."""
        told = json.dumps([dict(zip(Row._fields, row, strict=True)) for row in rows])
        checked = (_hashed(rows), len(rows) + 1, rows[0][0])
        try:
            statements = ((_INSERT, (told,)), (_KEPT_ALL, checked))
            _together(connection, *statements, *([("COMMIT", ())] if ends else []))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _DIVIDED_BY_ZERO:
                raise NotKept from None
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent state."""
        with self._connected((_SNAPSHOT, ()), (_BOUND, _within(self._timeout))) as (connection, _):
            yield connection

    @contextmanager
    def _connected(
        self, *begin: Statement
    ) -> Iterator[tuple[Connection, list[list[tuple[Any, ...]]]]]:
        """Use a connection after statements that begin what it is for, and give their rows.

        A kept connection that the server has closed meanwhile is no error: there is another one.
        """
        with ExitStack() as stack:
            connection = stack.enter_context(self._engine.connect())
            try:
                found = _begin(connection, begin)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                stack.pop_all().close()
                connection = stack.enter_context(self._engine.connect())
                found = _begin(connection, begin)
            yield connection, found

    def forget(self) -> None:
        """Nothing: what the server logged is the server's to keep or delete."""

    def raw_rows(self, connection: Connection, sql: str) -> list[tuple[Any, ...]]:
        """Return the driver's rows."""
        return fetched(connection, sql)

    def trouble(self, error: Exception) -> Trouble:
        """Translate by SQLSTATE; the server's text may quote what is stored."""
        state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
        if not state:  # nobody answered, or the connection broke
            message = f"the ledger in {self.place} cannot be reached"
            return Trouble(error=LedgerUnavailable(message, hint=_DOWN), again=True)
        for prefixes, what, hint, again in _STATES:
            if state.startswith(prefixes):
                message = f"the ledger in {self.place} {what} (SQLSTATE {state})"
                return Trouble(error=LedgerUnavailable(message, hint=hint), again=again)
        message = f"the ledger in {self.place} refused (SQLSTATE {state})"
        return Trouble(error=LedgerError(message), again=False)

    def changed_schema(self, *, deep: bool) -> str | None:  # noqa: ARG002 - the server checks pages
        """Compare columns, triggers, rules and row security with what was made."""
        with self.reading() as connection:
            columns, triggers, rules, row_security = connection.execute(SHAPE).one()
        if columns != (EARLY_COLUMNS if self._early else COLUMNS):
            return "its columns are others"
        if triggers != (EARLY_TRIGGERS if self._early else TRIGGERS):
            return "a trigger was added, disabled, removed or does something else"
        return "rules or row security were added" if rules or row_security else None

    def close(self) -> None:
        """Nothing is held between blocks; only the engine's caches go."""
        self._engine.dispose()

    def _create_tables(self) -> None:
        """Make the tables, or bring those of the first version forward: the owner's work."""
        with self.writing(self._timeout) as connection:
            columns = connection.execute(SHAPE).one().columns
            if columns not in {None, EARLY_COLUMNS}:  # another process was faster
                self._early = False
                return
            for sql in (*(() if columns else EARLY_DDL), *FORWARD):
                connection.exec_driver_sql(sql)
            Tiles.of(connection).extend(connection)
        self._early = False


def _locked(seconds: float) -> tuple[Statement, ...]:
    """Begin a transaction that excludes other writers, and that a commit makes durable."""
    return (_DURABLE, _within(seconds)), (_TAKE_LOCK, ())


def _within(seconds: float) -> tuple[str, str]:
    """Bound every wait in the server; a setting of 0 would mean forever."""
    value = f"{max(1, int(seconds * 1000))}ms"
    return value, value


def _hashed(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Hash records as ``_KEPT_ALL`` does. No column holds a line end, and no text is empty."""
    told = ("\n".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return hashlib.sha256("\n".join(told).encode()).digest()


def _begin(connection: Connection, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    connection.begin()  # or there would be nothing to commit
    return _together(connection, *statements)


def _together(connection: Connection, *statements: Statement) -> list[list[tuple[Any, ...]]]:
    """Run statements in one round trip, up to one that fails; return the rows of each.

    Each sees what was committed before it began, also what was while one before it took the lock.
    """
    raw: Any = connection.connection.driver_connection
    driver_error = connection.dialect.loaded_dbapi.Error
    try:
        with raw.pipeline():
            done = [raw.execute(sql, values, prepare=False) for sql, values in statements]
        return [cursor.fetchall() if cursor.description else [] for cursor in done]
    except driver_error as error:
        if raw.closed:
            connection.invalidate()
        raise DBAPIError("", None, error, connection_invalidated=raw.closed) from None


_DOWN: Final = "check that it runs and that login and password are right"
_RIGHTS: Final = "it needs SELECT and INSERT on both tables; their owner makes and changes them"
_STATES: Final[tuple[tuple[tuple[str, ...], str, str, bool], ...]] = (
    (("55P03", "57014", "40", "23"), "is locked by other writers", "raise the timeout", True),
    (("25006",), "is read-only now", "name the primary server", True),
    (("53",), "has no room or no free connection", "free some space or connections", True),
    (("42501",), "refuses this login", _RIGHTS, False),
    (("28", "3D"), "refuses this login or database", _DOWN, False),
    (("08", "57P"), "cannot be reached", _DOWN, True),
)
"""SQLSTATE prefixes → what to say, a hint, and whether another try may help."""


def _exists(connection: Connection) -> bool:
    return bool(connection.execute(text(f"SELECT to_regclass('{NAME}') IS NOT NULL")).scalar_one())
