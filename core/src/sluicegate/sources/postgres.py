"""PostgreSQL over ADBC: Arrow from the wire, in a transaction that cannot write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sluicegate.model.health import Check
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.lending import Lent
from sluicegate.sources.postgres_changing import PostgresChangingSession, ended
from sluicegate.sources.postgres_connection import PINS, open_connection
from sluicegate.sources.postgres_examine import examine_postgres
from sluicegate.sources.postgres_lending import Lender, take_back
from sluicegate.sources.postgres_scope_sql import new_name
from sluicegate.sources.postgres_scoped import ScopedPostgresSession
from sluicegate.sources.postgres_session import PostgresSession


@dataclass(frozen=True, slots=True)
class PostgresSource:
    """A PostgreSQL database.

    Args:
        name: Name in policy and settings.
        uri: ``postgresql://…`` as libpq reads it; never shown.
        scoped_role: Read through masking views as a short-lived login that may read only them.

    Failure mode: closed. Connecting takes at most ten seconds per address unless the URI sets
    ``connect_timeout``; nothing is retried.
    """

    name: str
    uri: Sensitive[str]
    scoped_role: bool = False

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect."""
        return "postgres"

    def examine(self, *, fix: bool) -> Iterator[Check]:
        """Look at the account's rights and at what crashed runs left; see ``doctor``."""
        return examine_postgres(self.name, self.uri, scoped_role=self.scoped_role, fix=fix)

    @property
    def commits_objects(self) -> bool:
        """PostgreSQL takes back what changes objects, like everything else."""
        return False

    @contextmanager
    def changing(self) -> Iterator[PostgresChangingSession]:
        """Open a transaction that may write, as the account itself.

        Raises:
            MissingDependencyError: the driver is not installed.
            SourceUnavailable: nobody answers.
            SourceError: the login is refused; holds the SQLSTATE.
        """
        connection = open_connection(self.name, self.uri.reveal())
        session = PostgresChangingSession(self.name, connection)
        try:
            session.begin(PINS)
            yield session
        finally:
            session.close()
            with suppress(Exception):  # the server rolls back when the line drops
                connection.close()

    def ended(self, transaction: str) -> bool | None:
        """Ask the server what became of a transaction.

        Raises:
            SourceUnavailable: it is under way still, or nobody answers.
        """
        return ended(self.name, self.uri.reveal(), transaction)

    def new_login(self) -> str:
        """Return a name of a login that nobody can guess."""
        return new_name()

    def lend(self, name: str, views: Mapping[str, str], *, minutes: int, run: str) -> Lent:
        """Make a login over masked views that lives for some minutes; see ``Lending``.

        Raises:
            ConfigurationError: the account lacks a grant, or the server does not ask for passwords.
            SourceUnavailable: nobody answers.
            SourceError: the server refused.
        """
        return Lender(self.name, self.uri, name).lend(views, minutes=minutes, run=run)

    def take_back(self, name: str) -> bool:
        """End the sessions of a lent login and drop it.

        Raises:
            SourceUnavailable: nobody answers.
            SourceError: the server refused.
        """
        return take_back(self.name, self.uri.reveal(), name)

    @contextmanager
    def connect(self) -> Iterator[PostgresSession]:
        """Open one read-only transaction that sees one state of the data.

        Raises:
            MissingDependencyError: the driver is not installed.
            SourceUnavailable: nobody answers.
            SourceError: the login is refused; holds the SQLSTATE.
        """
        connection = open_connection(self.name, self.uri.reveal())
        session = (
            ScopedPostgresSession(self.name, connection, self.uri)
            if self.scoped_role
            else PostgresSession(self.name, connection)
        )
        try:
            session.begin(PINS)
            yield session
        finally:
            session.close()
            with suppress(Exception):  # the server ends the transaction when the line drops
                connection.close()
