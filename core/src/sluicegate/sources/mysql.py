"""MySQL and MariaDB over PyMySQL: Arrow from binary rows, in a transaction that cannot write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sluicegate.model.sensitive import Sensitive
from sluicegate.sources import mysql_errors
from sluicegate.sources.failure import attempt
from sluicegate.sources.mysql_changing import MySQLChangingSession
from sluicegate.sources.mysql_connect import driver, open_connection
from sluicegate.sources.mysql_session import MySQLSession
from sluicegate.sources.mysql_url import parse_url

S = TypeVar("S", bound=MySQLSession)


@dataclass(frozen=True, slots=True)
class MySQLSource:
    """A MySQL or MariaDB server.

    Args:
        name: Name in policy and settings.
        uri: ``mysql://user:password@host:port/database?option=value``; never shown. Options are
            those of ``mysql_url.parse_url``.

    Failure mode: closed. Connecting takes at most ten seconds per address unless the URI sets
    ``connect_timeout``; nothing is retried.
    """

    name: str
    uri: Sensitive[str]

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect."""
        return "mysql"

    @property
    def commits_objects(self) -> bool:
        """MySQL commits what changes objects by itself."""
        return True

    @contextmanager
    def changing(self) -> Iterator[MySQLChangingSession]:
        """Open a transaction that may write.

        Raises:
            MissingDependencyError: the driver is not installed.
            SourceUnavailable: nobody answers.
            SourceError: the login is refused; holds the server's error number.
        """
        with self._begun(MySQLChangingSession) as session:
            yield session

    def ended(self, transaction: str) -> bool | None:
        """Nobody can tell what became of a transaction of MySQL."""
        del transaction
        return None

    @contextmanager
    def connect(self) -> Iterator[MySQLSession]:
        """Open one read-only transaction that sees one state of the data (InnoDB).

        Raises:
            MissingDependencyError: the driver is not installed.
            ConfigurationError: the URI cannot be read.
            SourceUnavailable: nobody answers.
            SourceError: the login is refused; holds the server's error number.
        """
        with self._begun(MySQLSession) as session:
            yield session

    @contextmanager
    def _begun(self, kind: type[S]) -> Iterator[S]:
        address = parse_url(self.name, self.uri.reveal())
        driver()
        connection = attempt(
            lambda: open_connection(self.name, address),
            lambda error: mysql_errors.of_connection(self.name, error),
        )
        session = kind(self.name, address, connection)
        try:
            session.begin()
            yield session
        finally:
            session.close()
