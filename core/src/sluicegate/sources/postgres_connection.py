"""Opens connections to PostgreSQL, and pins what a session must not leave to its login."""

from __future__ import annotations

import re
from typing import Any, Final

from sluicegate.errors import MissingDependencyError
from sluicegate.sources import postgres_errors
from sluicegate.sources.failure import attempt

_DEFAULTS: Final = {
    "connect_timeout": "10",
    "application_name": "sluicegate",
    # A peer that vanished is noticed after a minute, not after the two hours of the system.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}

PINS: Final = {
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


def open_connection(name: str, uri: str) -> Any:
    """Open a connection in autocommit mode.

    Args:
        name: Name of the source, for errors.
        uri: ``postgresql://…``; never shown.

    Raises:
        MissingDependencyError: the driver is not installed.
        SourceUnavailable: nobody answers.
        SourceError: the login is refused; holds the SQLSTATE.
    """
    driver = _driver()
    return attempt(
        lambda: driver.connect(with_defaults(uri), autocommit=True),
        lambda error: postgres_errors.of_connection(name, error),
    )


def _driver() -> Any:
    try:
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415  # an extra, asked for when used
    except ImportError:
        missing = MissingDependencyError.of("PostgreSQL", "postgres")
    else:
        return dbapi
    raise missing


def with_defaults(uri: str) -> str:
    """Add what is better than libpq's own defaults, unless the URI says otherwise."""
    query = uri.partition("?")[2]
    given = set(re.findall(r"(?:^|&)([a-z_]+)=", query))
    for key, value in _DEFAULTS.items():
        if key not in given:
            uri += f"{'&' if '?' in uri else '?'}{key}={value}"
    return uri
