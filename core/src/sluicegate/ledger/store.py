"""The port of a ledger's store, and the one table that every store holds.

An implementer's checklist:

* ``prepare`` finds the table as this module's version made it, or makes it; it never repairs.
* ``writing`` gives a connection inside a transaction that excludes every other writer on every
  host, waits for it no longer than asked, and has committed durably when the block ends well.
* No two blocks and no two processes ever use one connection at a time: orchestrators fork.
* Statements of the database's errors and their parameters never reach a message.
* Failure mode: closed. It blocks for the given seconds at most; ``Ledger`` does the retrying.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from sluicegate.errors import LedgerError

NAME: Final = "sluicegate_ledger"
NODES_NAME: Final = "sluicegate_ledger_nodes"
_METADATA: Final = MetaData()

TABLE: Final = Table(
    NAME,
    _METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("time", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False, unique=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("key_id", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("once", Text, unique=True),
    Column("salt", Text),
    Column("digest", Text),
)
"""For queries; each store creates it in its own SQL, with the triggers that refuse changes. In
the order of ``row.Row``."""

NODES: Final = Table(
    NODES_NAME,
    _METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
)
"""Nodes of the Merkle tree that are kept, so that a proof reads a few hundred hashes, not all."""

STORE_ERRORS: Final = (SQLAlchemyError, UnicodeError)
"""What a database raises. A damaged SQLite file has texts in its errors that are no UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A database's error in our words."""

    error: LedgerError
    again: bool
    """Whether another try within the bound may succeed."""


class NotKept(SQLAlchemyError):
    """What was written is not what stands there: a trigger or rule that somebody added."""


class Tail(NamedTuple):
    """What an append has to know, read under the writers' lock."""

    last: tuple[Any, ...] | None
    """The last record's columns."""
    used: frozenset[str]
    """Which of the names that were asked for are used already."""
    standing: frozenset[str]
    """Which of the hashes that were asked for stand there."""


class Store(Protocol):
    """Where records are kept."""

    @property
    def place(self) -> str:
        """Where it is, for messages: never a password."""

    @property
    def early(self) -> bool:
        """Whether it is of the first version, without nodes and digests: read, not written."""

    def prepare(self, *, create: bool) -> None:
        """Check the tables, or make them; with ``create`` bring those of an early version forward.

        Raises:
            LedgerUnavailable: the store cannot be reached or written now.
            LedgerError: there is no ledger, or something else stands there.
        """

    def writing(self, seconds: float) -> AbstractContextManager[Connection]:
        """Open the one transaction that may append, waiting at most ``seconds`` for it."""

    def appending(
        self, seconds: float, names: Sequence[str], hashes: Sequence[str]
    ) -> AbstractContextManager[tuple[Connection, Tail]]:
        """Open the transaction as ``writing`` does, and read what an append has to know.

        Args:
            seconds: As for ``writing``.
            names: Names that may be used once.
            hashes: Of records.
        """

    def add(self, connection: Connection, rows: Sequence[tuple[Any, ...]], *, ends: bool) -> None:
        """Insert records, and make sure that they stand there as they are, and no others.

        Args:
            connection: Of ``appending``.
            rows: At the end of the table.
            ends: Whether nothing else is to be written, so that they may be committed at once.

        Raises:
            NotKept: something swallowed or changed them; nothing is committed.
            SQLAlchemyError: as any statement.
        """

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a short transaction that reads."""

    def forget(self) -> None:
        """Leave nothing of dropped bodies in files beside the tables, as far as that can be had.

        Raises:
            SQLAlchemyError: as any statement.
        """

    def raw_rows(self, connection: Connection, sql: str) -> list[tuple[Any, ...]]:
        """Run a query of ours and return the driver's own rows: millions are read to verify.

        Raises:
            SQLAlchemyError: as any statement.
        """

    def trouble(self, error: Exception) -> Trouble:
        """Translate an error of the database."""

    def changed_schema(self, *, deep: bool) -> str | None:
        """Say what is no longer as ``prepare`` made it: a missing trigger, an added one.

        Args:
            deep: Read everything, however long it takes, rather than the catalogue only.
        """

    def close(self) -> None:
        """Let go of everything; safe to call twice."""


def fetched(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    """Run SQL that names no parameter and return the driver's rows."""
    result = connection.exec_driver_sql(sql)
    driver_error = connection.dialect.loaded_dbapi.Error
    try:
        return list(result.cursor.fetchall())
    except driver_error as error:
        raise DBAPIError("", None, error) from None
    finally:
        result.close()
