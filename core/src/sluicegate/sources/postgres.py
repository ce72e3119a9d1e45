"""PostgreSQL over ADBC: Arrow from the wire, in a transaction that cannot write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sluicegate.errors import MissingDependencyError
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources import postgres_errors
from sluicegate.sources.failure import attempt
from sluicegate.sources.postgres_session import PostgresSession

_DEFAULTS = {
    "connect_timeout": "10",
    "application_name": "sluicegate",
    # A peer that vanished is noticed after a minute, not after the two hours of the system.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}

_PINS = {
    "default_transaction_read_only": "on",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "TimeZone": "UTC",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "lock_timeout": "10s",
    "statement_timeout": "1h",
    "idle_in_transaction_session_timeout": "10min",
}
"""What the text of a statement means, and how long it may take, must not hang on the login."""


@dataclass(frozen=True, slots=True)
class PostgresSource:
    """A PostgreSQL database.

    Args:
        name: Name in policy and settings.
        uri: ``postgresql://…`` as libpq reads it; never shown.

    Failure mode: closed. Connecting takes at most ten seconds per address unless the URI sets
    ``connect_timeout``; nothing is retried.
    """

    name: str
    uri: Sensitive[str]

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect."""
        return "postgres"

    @contextmanager
    def connect(self) -> Iterator[PostgresSession]:
        """Open one read-only transaction that sees one state of the data.

        Raises:
            MissingDependencyError: the driver is not installed.
            SourceUnavailable: nobody answers.
            SourceError: the login is refused; holds the SQLSTATE.
        """
        driver = _driver()
        connection = attempt(
            lambda: driver.connect(_with_defaults(self.uri.reveal()), autocommit=True),
            lambda error: postgres_errors.of_connection(self.name, error),
        )
        session = PostgresSession(self.name, connection)
        try:
            session.begin(_PINS)
            yield session
        finally:
            session.close()
            with suppress(Exception):  # the server ends the transaction when the line drops
                connection.close()


def _driver() -> Any:
    try:
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415  # an extra, asked for when used
    except ImportError:
        missing = MissingDependencyError.of("PostgreSQL", "postgres")
    else:
        return dbapi
    raise missing


def _with_defaults(uri: str) -> str:
    query = uri.partition("?")[2]
    given = set(re.findall(r"(?:^|&)([a-z_]+)=", query))
    for key, value in _DEFAULTS.items():
        if key not in given:
            uri += f"{'&' if '?' in uri else '?'}{key}={value}"
    return uri
