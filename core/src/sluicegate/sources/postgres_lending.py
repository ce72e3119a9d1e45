"""Logins of PostgreSQL that live for some minutes and can read masked views, nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from sluicegate.errors import ConfigurationError, SluicegateError
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.lending import Lent
from sluicegate.sources.postgres_leftovers import LOGIN, find_leftovers, remove, sweep
from sluicegate.sources.postgres_runner import running
from sluicegate.sources.postgres_scope import Scope
from sluicegate.sources.postgres_scope_sql import NAME, RIGHTS, comment_of, creation, removal
from sluicegate.sources.postgres_uri import with_login
from sluicegate.sources.scram import scram_verifier

_UNTIL: Final = "SELECT (pg_catalog.clock_timestamp() + $1::text::interval)::text AS until"
_CONNECTIONS: Final = 5


class Lender(Scope):
    """Makes a scope that outlives the call, for a login that others use."""

    def lend(self, views: Mapping[str, str], *, minutes: int, run: str) -> Lent:
        """Make the login.

        Raises:
            ConfigurationError: the account lacks a grant, or the server does not ask the login for
                its password.
            SourceUnavailable: the server cannot now.
            SourceError: the server refused.
        """
        password = secrets.token_urlsafe(32)
        with running(self._source, self._uri.reveal()) as runner:
            (rights,) = runner.rows(RIGHTS)
            self._check_rights(rights)
            sweep(runner)
            (until,) = runner.rows(_UNTIL, f"{minutes} minutes")
            comment = comment_of(LOGIN, rights, seconds=minutes * 60, run=run)
            verifier = scram_verifier(password)
            made = creation(
                self.name, verifier, until["until"], comment, views, connections=_CONNECTIONS
            )
            with runner.transaction():
                self._make(runner, made)
                self._check_made(runner, rights)
        url = with_login(self._uri.reveal(), self.name, password, rights["database"])
        self._check_password(url)
        return Lent(
            name=self.name,
            password=Sensitive(password),
            url=Sensitive(url),
            expires=datetime.fromtimestamp(comment["expires"], UTC),
            notes=tuple(self.notes),
        )

    def _check_password(self, url: str) -> None:
        """Log in once. Where no password is asked for, nothing would bind the login: drop it."""
        noted = len(self.notes)
        failure: SluicegateError | None = None
        try:
            connection = self._log_in(url)
        except SluicegateError as error:
            failure = error
        else:
            with suppress(Exception):
                connection.close()
        if failure is None and len(self.notes) == noted:
            return
        with running(self._source, self._uri.reveal()) as runner, runner.transaction():
            runner.run(removal(self.name))
        raise failure or ConfigurationError(
            f"{self._source!r}: the server does not ask the login for its password",
            hint="a line of pg_hba.conf for logins that begin with sluicegate_: scram-sha-256",
        )


def take_back(source: str, uri: str, name: str) -> bool:
    """Drop a login that this account has made; see ``Lending``."""
    if not NAME.fullmatch(name):
        return False
    with running(source, uri) as runner:
        found = [one for one in find_leftovers(runner.rows) if one.name == name and one.own]
        for one in found:
            remove(runner, one)
    return bool(found)
