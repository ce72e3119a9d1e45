"""A ledger in PostgreSQL: many writers on many hosts.

Writers take turns through an advisory lock of the transaction, which poolers in transaction mode
keep. A login that may only SELECT and INSERT is enough once the tables exist, and is advised.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final, TypeAlias

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from sluicegate.errors import LedgerError, LedgerUnavailable, MissingDependencyError
from sluicegate.ledger.kinds import DROPPED
from sluicegate.ledger.pool import POOL, renew_after_fork
from sluicegate.ledger.row import Row
from sluicegate.ledger.store import NAME, NODES_NAME, STORE_ERRORS, Tail, Trouble, fetched
from sluicegate.ledger.tiles import Tiles

_LOCK: Final = 0x53_4C_4C_45_44_47_45_52  # "SLLEDGER": any number that all writers agree on
_EARLY_DDL: Final = (
    f"""CREATE TABLE {NAME} (
    sequence bigint PRIMARY KEY CHECK (sequence >= 1),
    time text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    previous text NOT NULL UNIQUE,
    hash text NOT NULL UNIQUE,
    key_id text NOT NULL,
    signature text NOT NULL,
    once text UNIQUE
)""",
    f"CREATE INDEX {NAME}_kind ON {NAME} (kind, sequence)",
    f"CREATE INDEX {NAME}_subject ON {NAME} (subject, sequence)",
    f"""CREATE FUNCTION {NAME}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
    f"""CREATE TRIGGER {NAME}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {NAME}
FOR EACH STATEMENT EXECUTE FUNCTION {NAME}_refuse()""",
    # ALWAYS: also where a session plays a replica to slip past triggers
    f"ALTER TABLE {NAME} ENABLE ALWAYS TRIGGER {NAME}_append_only",
)
"""Tables of the first version."""
_KEPT: Final = "sequence, time, kind, subject, previous, hash, key_id, signature, once, digest"
_DROP_ONLY: Final = f"""
BEGIN
    IF NEW.body = '' AND NEW.salt IS NULL AND OLD.digest IS NOT NULL
        AND ROW({", ".join(f"NEW.{name}" for name in _KEPT.split(", "))})
            IS NOT DISTINCT FROM ROW({", ".join(f"OLD.{name}" for name in _KEPT.split(", "))})
        AND EXISTS (SELECT 1 FROM {NAME} WHERE kind = '{DROPPED}' AND sequence > OLD.sequence)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END """  # noqa: S608 - constant names
_FORWARD: Final = (
    f"ALTER TABLE {NAME} ADD COLUMN salt text, ADD COLUMN digest text",
    f"DROP TRIGGER {NAME}_append_only ON {NAME}",
    f"""CREATE TRIGGER {NAME}_append_only BEFORE DELETE OR TRUNCATE ON {NAME}
FOR EACH STATEMENT EXECUTE FUNCTION {NAME}_refuse()""",
    f"ALTER TABLE {NAME} ENABLE ALWAYS TRIGGER {NAME}_append_only",
    # Only a body may go, with its salt, and only after it was put on record that it will.
    f"CREATE FUNCTION {NAME}_drop() RETURNS trigger LANGUAGE plpgsql AS $${_DROP_ONLY}$$",
    f"""CREATE TRIGGER {NAME}_drop_only BEFORE UPDATE ON {NAME}
FOR EACH ROW EXECUTE FUNCTION {NAME}_drop()""",
    f"ALTER TABLE {NAME} ENABLE ALWAYS TRIGGER {NAME}_drop_only",
    f"""CREATE TABLE {NODES_NAME} (
    level integer NOT NULL CHECK (level >= 1),
    position bigint NOT NULL CHECK (position >= 0),
    hash text NOT NULL,
    PRIMARY KEY (level, position)
)""",
    f"""CREATE TRIGGER {NODES_NAME}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {NODES_NAME}
FOR EACH STATEMENT EXECUTE FUNCTION {NAME}_refuse()""",
    f"ALTER TABLE {NODES_NAME} ENABLE ALWAYS TRIGGER {NODES_NAME}_append_only",
)
"""What has come since, run after ``_EARLY_DDL`` for a new ledger too: one order of columns."""
_EARLY_COLUMNS: Final = (
    "sequence bigint, time text, kind text, subject text, body text, previous text, hash text,"
    " key_id text, signature text, once text"
)
_COLUMNS: Final = f"{_EARLY_COLUMNS}, salt text, digest text"
_SHAPE: Final = text(f"""SELECT
    (SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
     FROM pg_attribute WHERE attrelid = to_regclass('{NAME}') AND attnum > 0
       AND NOT attisdropped) AS columns,
    (SELECT string_agg(tgname || ' ' || tgenabled::text || ' ' || p.prosrc, ', ' ORDER BY tgname)
     FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid
     WHERE tgrelid IN (to_regclass('{NAME}'), to_regclass('{NODES_NAME}'))
       AND NOT tgisinternal) AS triggers,
    (SELECT count(*) FROM pg_rewrite
     WHERE ev_class IN (to_regclass('{NAME}'), to_regclass('{NODES_NAME}'))) AS rules,
    (SELECT bool_or(relrowsecurity) FROM pg_class
     WHERE oid IN (to_regclass('{NAME}'), to_regclass('{NODES_NAME}'))) AS row_security
""")  # noqa: S608 - the names are constants of ours
_REFUSE: Final = """
BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation'; END """
_EARLY_TRIGGERS: Final = f"{NAME}_append_only A {_REFUSE}"
_TRIGGERS: Final = ", ".join(
    (
        f"{NAME}_append_only A {_REFUSE}",
        f"{NAME}_drop_only A {_DROP_ONLY}",
        f"{NODES_NAME}_append_only A {_REFUSE}",
    )
)
_NAMES: Final = ", ".join(Row._fields)
_UNNESTED: Final = ", ".join(f"%s::{column.split()[1]}[]" for column in _COLUMNS.split(", "))
_INSERT: Final = f"INSERT INTO {NAME} ({_NAMES}) SELECT * FROM unnest({_UNNESTED})"  # noqa: S608
_LAST: Final = f"SELECT {_NAMES} FROM {NAME} ORDER BY sequence DESC LIMIT 1"  # noqa: S608
_USED: Final = f"SELECT once FROM {NAME} WHERE once = ANY(%s)"  # noqa: S608 - constant names, too
_STANDING: Final = f"SELECT hash FROM {NAME} WHERE hash = ANY(%s)"  # noqa: S608
_FROM: Final = f"SELECT {_NAMES} FROM {NAME} WHERE sequence >= %s ORDER BY sequence"  # noqa: S608
_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_TAKE_LOCK: Final = f"SELECT pg_advisory_xact_lock({_LOCK})"
_DURABLE: Final = """SELECT set_config('synchronous_commit', 'on', true)
WHERE current_setting('synchronous_commit') = 'off'"""


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
                self._early = connection.execute(_SHAPE).one().columns == _EARLY_COLUMNS
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
        with self._connected(_bound(seconds), (_DURABLE, ()), (_TAKE_LOCK, ())) as connection:
            yield connection
            connection.commit()

    def tail(self, connection: Connection, names: Sequence[str], hashes: Sequence[str]) -> Tail:
        """Read the last record, and which names and hashes are there, in one round trip."""
        last, used, standing = _together(
            connection,
            (_LAST, ()),
            (_USED, (list(names),)),
            (_STANDING, (list(hashes),)),
        )
        return Tail(
            last[0] if last else None,
            frozenset(name for (name,) in used),
            frozenset(hashed for (hashed,) in standing),
        )

    def add(
        self, connection: Connection, rows: Sequence[tuple[Any, ...]]
    ) -> Sequence[tuple[Any, ...]]:
        """Insert records, and read back what stands there, in one round trip."""
        _, found = _together(
            connection,
            (_INSERT, tuple(map(list, zip(*rows, strict=True)))),
            (_FROM, rows[0][:1]),
        )
        return found

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent state."""
        with self._connected((_SNAPSHOT, ()), _bound(self._timeout)) as connection:
            yield connection

    @contextmanager
    def _connected(self, *begin: Statement) -> Iterator[Connection]:
        """Use a connection after statements that begin what it is for.

        A kept connection that the server has closed meanwhile is no error: there is another one.
        """
        with ExitStack() as stack:
            connection = stack.enter_context(self._engine.connect())
            try:
                _begin(connection, begin)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                stack.pop_all().close()
                connection = stack.enter_context(self._engine.connect())
                _begin(connection, begin)
            yield connection

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
            columns, triggers, rules, row_security = connection.execute(_SHAPE).one()
        if columns != (_EARLY_COLUMNS if self._early else _COLUMNS):
            return "its columns are others"
        if triggers != (_EARLY_TRIGGERS if self._early else _TRIGGERS):
            return "a trigger was added, disabled, removed or does something else"
        return "rules or row security were added" if rules or row_security else None

    def close(self) -> None:
        """Nothing is held between blocks; only the engine's caches go."""
        self._engine.dispose()

    def _create_tables(self) -> None:
        """Make the tables, or bring those of the first version forward: the owner's work."""
        with self.writing(self._timeout) as connection:
            columns = connection.execute(_SHAPE).one().columns
            if columns not in {None, _EARLY_COLUMNS}:  # another process was faster
                self._early = False
                return
            for sql in (*(() if columns else _EARLY_DDL), *_FORWARD):
                connection.exec_driver_sql(sql)
            Tiles.of(connection).extend(connection)
        self._early = False


def _bound(seconds: float) -> Statement:
    """Bound every wait in the server; a setting of 0 would mean forever."""
    value = f"{max(1, int(seconds * 1000))}ms"
    return (
        "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)",
        (value, value),
    )


def _begin(connection: Connection, statements: Sequence[Statement]) -> None:
    connection.begin()  # or there would be nothing to commit
    _together(connection, *statements)


def _together(connection: Connection, *statements: Statement) -> list[list[tuple[Any, ...]]]:
    """Run statements in one round trip and return the rows of each.

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
