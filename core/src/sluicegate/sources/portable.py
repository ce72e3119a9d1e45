"""Any database that SQLAlchemy reaches and whose SQL the guard models: the portable path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import NoSuchModuleError

from sluicegate.errors import ConfigurationError, SluicegateError, UnknownNameError
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.failure import attempt
from sluicegate.sources.portable_errors import of_connection
from sluicegate.sources.portable_session import PortableSession

DIALECTS: Final = {
    "bigquery": "bigquery",
    "mariadb": "mysql",
    "mssql": "tsql",
    "mysql": "mysql",
    "postgresql": "postgres",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "sqlite": "sqlite",
    "trino": "trino",
}
"""SQLAlchemy's name of a database → sqlglot's."""


@dataclass(frozen=True, slots=True)
class PortableSource:
    """A database behind a SQLAlchemy URL. The driver of the URL must be installed.

    A source of our own (PostgreSQL, MariaDB, SQLite) keeps more types, is faster and stops more;
    this one is for databases that have none.

    Args:
        name: Name in policy and settings.
        url: SQLAlchemy's URL; never shown.

    Failure mode: closed. Nothing is retried; how long connecting takes is the driver's.
    """

    name: str
    url: Sensitive[str]

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect."""
        return DIALECTS[sa.make_url(self.url.reveal()).get_backend_name()]

    @contextmanager
    def connect(self) -> Iterator[PortableSession]:
        """Open a transaction, read-only where the dialect has such a thing.

        Raises:
            MissingDependencyError: the driver is not installed.
            SourceUnavailable: nobody answers.
            SourceError: the login is refused.
        """

        def translate(error: Exception) -> SluicegateError:
            return of_connection(self.name, error)

        engine = attempt(lambda: _engine(self.url.reveal()), translate)
        try:
            connection = attempt(engine.connect, translate)
            session = PortableSession(self.name, self.dialect, engine, connection)
            try:
                attempt(session.begin, translate)
                yield session
            finally:
                session.close()
        finally:
            engine.dispose()


def portable_source(name: str, url: str) -> PortableSource:
    """Build the source of ``sqlalchemy+`` + ``url``; nothing is connected yet.

    Raises:
        ConfigurationError: it is no URL of SQLAlchemy.
        UnknownNameError: the guard does not model the SQL of this database.
    """
    try:
        backend = sa.make_url(url).get_backend_name()
    except (sa.exc.ArgumentError, NoSuchModuleError, ValueError):
        backend = ""
    if not backend:
        raise ConfigurationError(
            f"the URL of source {name!r} is not one that SQLAlchemy reads",
            hint="sqlalchemy+postgresql+psycopg://login:password@host/database",
        )
    if backend not in DIALECTS:
        raise UnknownNameError.of("database of the portable path", backend, DIALECTS)
    return PortableSource(name, Sensitive(url))


def _engine(url: str) -> Any:
    return sa.create_engine(
        url, poolclass=sa.pool.NullPool, hide_parameters=True, isolation_level=None
    )
