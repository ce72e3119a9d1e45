"""SQLAlchemy over a guarded connection: pandas, hooks and libraries of others read through it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.mysql.base import MySQLDialect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.pool import NullPool

from sluicegate.gate import dbapi
from sluicegate.gate.dbapi.connection import Connection

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from sluicegate.gate.gate import Gate
    from sluicegate.model.identity import RunIdentity

_BASES: Final[dict[str, type[Any]]] = {
    "postgres": PGDialect,
    "duckdb": PGDialect,
    "mysql": MySQLDialect,
    "sqlite": SQLiteDialect,
}


def guarded_engine(
    gate: Gate, *, source: str, purpose: str, identity: RunIdentity, autocommit: bool = False
) -> Engine:
    """Return an engine whose every connection leads through the gate.

    It writes SQL in the source's dialect and asks the database nothing of its own; tables are not
    reflected. Arguments are those of ``connect``.
    """
    connection = Connection(
        gate, source=source, purpose=purpose, identity=identity, autocommit=autocommit
    )
    dialect = _registered(connection.dialect)

    def creator() -> Connection:
        return Connection(
            gate, source=source, purpose=purpose, identity=identity, autocommit=autocommit
        )

    return create_engine(f"{dialect}://", creator=creator, poolclass=NullPool)


@cache
def _registered(dialect: str) -> str:
    """Make the dialect known to SQLAlchemy once; return its name in a URL."""
    name = f"sluicegate.{dialect if dialect in _BASES else 'postgres'}"
    registry.impls[name] = lambda: _dialect(name.partition(".")[2])
    return name.replace(".", "+")


@cache
def _dialect(name: str) -> type[Any]:
    base: Any = _BASES[name]

    class GuardedDialect(base):  # type: ignore[misc]  # one of three
        """Writes as the base does, over a guarded connection."""

        driver = "sluicegate"
        supports_statement_cache = True
        default_paramstyle = "named"
        supports_sane_multi_rowcount = False
        server_version_info = (15, 0)

        @classmethod
        def import_dbapi(cls) -> Any:
            """Return the module of PEP 249."""
            return dbapi

        def initialize(self, connection: Any) -> None:
            """Ask the database nothing: what it would say is not for the asking."""
            del connection
            self.default_schema_name = {"postgres": "public", "sqlite": "main"}.get(name)
            self.default_isolation_level = None

        def on_connect(self) -> None:
            """Set nothing on a connection."""

        def do_ping(self, dbapi_connection: Any) -> bool:
            """A guarded connection is open as long as its gate."""
            del dbapi_connection
            return True

        def has_table(self, connection: Any, table_name: str, *_: Any, **__: Any) -> bool:
            """Tables are not looked up: a name is taken for SQL, and refused as such."""
            del connection, table_name
            return False

    return GuardedDialect
