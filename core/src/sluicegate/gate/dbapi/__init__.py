"""A guarded connection as PEP 249 describes one: for code that knows nothing of the guard.

Rows come masked and verified, are on record and within their budgets; a statement is refused as an
error of PEP 249 that holds no value. ``guarded_engine`` gives the same to SQLAlchemy and pandas.
"""

from __future__ import annotations

from datetime import date as Date  # noqa: N812 - PEP 249 names it
from datetime import datetime as Timestamp  # noqa: N812 - as above
from datetime import time as Time  # noqa: N812 - as above
from typing import TYPE_CHECKING, Any, Final

from sluicegate.gate.dbapi.connection import Connection
from sluicegate.gate.dbapi.cursor import Cursor
from sluicegate.gate.dbapi.errors import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Warning,  # noqa: A004 - PEP 249 names it
)
from sluicegate.gate.dbapi.types import (
    BINARY,
    DATETIME,
    NUMBER,
    ROWID,
    STRING,
    Binary,
    DateFromTicks,
    TimeFromTicks,
    TimestampFromTicks,
)

if TYPE_CHECKING:
    from sluicegate.gate.gate import Gate
    from sluicegate.model.identity import RunIdentity

apilevel: Final = "2.0"
threadsafety: Final = 1
"""Threads may share the module, not connections."""
paramstyle: Final = "named"
"""``pyformat``, ``qmark`` and ``format`` are read too."""

__all__ = [
    "BINARY",
    "DATETIME",
    "NUMBER",
    "ROWID",
    "STRING",
    "Binary",
    "Connection",
    "Cursor",
    "DataError",
    "DatabaseError",
    "Date",
    "DateFromTicks",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "Time",
    "TimeFromTicks",
    "Timestamp",
    "TimestampFromTicks",
    "Warning",
    "apilevel",
    "connect",
    "guarded_engine",
    "paramstyle",
    "threadsafety",
]


def connect(
    gate: Gate, *, source: str, purpose: str, identity: RunIdentity, autocommit: bool = False
) -> Connection:
    """Open a guarded connection; see ``Connection``.

    Args:
        gate: An open gate.
        source: Name of the source.
        purpose: What the data is for.
        identity: Who reads.
        autocommit: Whether statements may change something, each committed by itself.

    Raises:
        ProgrammingError: there is no such source.
    """
    return Connection(
        gate, source=source, purpose=purpose, identity=identity, autocommit=autocommit
    )


def __getattr__(name: str) -> Any:
    """Give ``guarded_engine`` when it is asked for: SQLAlchemy takes a while to import.

    Its dialect of SQLite asks its driver, which this module is, for the library's version.
    """
    if name == "sqlite_version_info":
        import sqlite3  # noqa: PLC0415 - only what is used

        return sqlite3.sqlite_version_info
    if name != "guarded_engine":
        raise AttributeError(name)
    from sluicegate.gate.dbapi.engine import guarded_engine  # noqa: PLC0415 - only what is used

    return guarded_engine
