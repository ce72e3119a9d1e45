"""MySQL and MariaDB over PyMySQL: rows as text from the wire, converted a column at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sluicegate.errors import MissingDependencyError
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources import mysql_errors
from sluicegate.sources.failure import attempt
from sluicegate.sources.mysql_session import MySQLSession

_CONNECT_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How the connection is encrypted. Without a CA a server is not told from an impostor."""

    ca: str
    """Path of the certificates that are trusted."""
    cert: str = ""
    key: str = ""
    verify_name: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is and who logs in."""

    host: str = "localhost"
    port: int = 3306
    unix_socket: str = ""
    user: str = ""
    password: Sensitive[str] = field(default_factory=lambda: Sensitive(""))
    database: str = ""
    connect_timeout: int = _CONNECT_SECONDS
    tls: Tls | None = None

    @property
    def local(self) -> bool:
        """Whether nothing goes over a network."""
        return bool(self.unix_socket) or self.host in {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class MySQLSource:
    """A MySQL or MariaDB database.

    Args:
        name: Name in policy and settings.
        address: Where it is; its password is never shown.

    Failure mode: closed. Connecting takes ten seconds at most unless the address says otherwise;
    nothing is retried.
    """

    name: str
    address: Address

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect, for both products."""
        return "mysql"

    @contextmanager
    def connect(self) -> Iterator[MySQLSession]:
        """Open one read-only transaction that sees one state of the data.

        Raises:
            MissingDependencyError: the driver is not installed.
            SourceUnavailable: nobody answers.
            SourceError: the login is refused; holds the number of the error.
        """
        connection = self._connection()
        session = MySQLSession(self.name, connection, self._connection)
        try:
            session.begin(encrypted=self.address.local or self.address.tls is not None)
            yield session
        finally:
            session.close()
            with suppress(Exception):  # the server ends the transaction when the line drops
                connection.close()

    def _connection(self) -> Any:
        driver, at = _driver(), self.address
        options: dict[str, Any] = {"unix_socket": at.unix_socket} if at.unix_socket else {}
        if at.tls:
            ssl = {"ca": at.tls.ca, "cert": at.tls.cert or None, "key": at.tls.key or None}
            options["ssl"] = ssl | {"check_hostname": at.tls.verify_name}
        # Without decoders values stay text: a column is converted at once.
        both = driver.converters.conversions
        encoders = {kind: encode for kind, encode in both.items() if not isinstance(kind, int)}
        return attempt(
            lambda: driver.connect(
                host=at.host,
                port=at.port,
                user=at.user,
                password=at.password.reveal(),
                database=at.database or None,
                charset="utf8mb4",
                autocommit=True,
                local_infile=False,
                connect_timeout=at.connect_timeout,
                conv=encoders,
                **options,
            ),
            lambda error: mysql_errors.of_connection(self.name, error),
        )


def _driver() -> Any:
    try:
        import pymysql  # noqa: PLC0415  # an extra, asked for when used
    except ImportError:
        missing = MissingDependencyError.of("MySQL", "mysql")
    else:
        return pymysql
    raise missing
