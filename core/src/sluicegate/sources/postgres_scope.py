"""A scope: masking views in a schema of their own, and a login that can read nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from sluicegate.errors import ConfigurationError, SluicegateError, SourceError, SourceUnavailable
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.postgres_connection import PINS, open_connection
from sluicegate.sources.postgres_leftovers import sweep
from sluicegate.sources.postgres_runner import Runner, running
from sluicegate.sources.postgres_scope_sql import (
    OPENED,
    PUBLIC_READS,
    RIGHTS,
    comment_of,
    creation,
    locking,
    removal,
)
from sluicegate.sources.postgres_session import PostgresSession
from sluicegate.sources.postgres_uri import with_login
from sluicegate.sources.scram import scram_verifier

_LONGEST_SECONDS: Final = 3600
_MARGIN_SECONDS: Final = 300
_SHOWN: Final = 3
_PASSWORDS: Final = "scram-sha-256,password,md5"
_UNASKED: Final = (
    "the server does not ask the scoped login for its password (pg_hba.conf: trust or the like);"
    " until it was locked after the connect, its expiry did not bind"
)


class Scope:
    """Made for one statement, dropped after it.

    Failure mode: closed. What cannot be made is rolled back whole and raises; nothing falls back to
    the account's own rights. What cannot be dropped is told in ``notes``, is locked by then, and
    ``doctor`` finds it.
    """

    def __init__(self, source: str, uri: Sensitive[str], name: str) -> None:
        self.name = name
        self.notes: list[str] = []
        self._source = source
        self._uri = uri
        self._made = False
        self._connection: Any = None
        self.session: PostgresSession | None = None

    def open(self, views: Mapping[str, str], run: str, seconds: float | None) -> PostgresSession:
        """Make the scope, log in as its role, lock the role, and begin a read-only transaction.

        Args:
            views: Name → query.
            run: Key of the run, for the comment.
            seconds: Time limit of the statement.

        Raises:
            ConfigurationError: the account lacks a grant, or the database something; names it.
            SourceUnavailable: the server cannot now.
            SourceError: the server refused.
        """
        password = secrets.token_urlsafe(32)
        with running(self._source, self._uri.reveal()) as runner:
            (rights,) = runner.rows(RIGHTS)
            self._check_rights(rights)
            sweep(runner)
            life = int(min(seconds or _LONGEST_SECONDS, _LONGEST_SECONDS)) + _MARGIN_SECONDS
            comment = comment_of("scoped role", rights, seconds=life, run=run)
            with runner.transaction():
                made = creation(
                    self.name, scram_verifier(password), rights["until"], comment, views
                )
                self._make(runner, made)
                self._check_made(runner, rights)
            self._made = True
            uri = with_login(self._uri.reveal(), self.name, password, rights["database"])
            self._connection = self._log_in(uri)
            runner.rows(locking(self.name))
        self.session = PostgresSession(self._source, self._connection)
        pins = PINS | {"search_path": f"{self.name}, pg_temp"}
        if rights["notices_lost_peers"]:
            pins |= {"client_connection_check_interval": "10s"}
        self.session.begin(pins)
        if self.session.login != self.name:
            raise SourceError(f"{self._source!r}: the scoped login became another one")
        return self.session

    def close(self) -> None:
        """End the session and drop role and schema; safe to call more than once."""
        if self.session is not None:
            self.session.close()
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
        self._connection = None
        if not self._made:
            return
        self._made = False
        try:
            with running(self._source, self._uri.reveal()) as runner, runner.transaction():
                runner.run(removal(self.name))
        except SluicegateError as error:
            self.notes.append(
                f"the scoped role {self.name} could not be dropped ({error.code});"
                " it is locked, and `sluicegate doctor --fix` drops it once it has expired"
            )

    def _check_rights(self, rights: Mapping[str, Any]) -> None:
        if rights["standby"]:
            raise ConfigurationError(
                f"{self._source!r}: a standby cannot make a scoped role",
                hint="point the source at the primary server, or switch scoped_role off for it",
            )
        missing = []
        if not rights["roles"]:
            missing.append("ALTER ROLE <account> CREATEROLE")
        if not rights["schemas"]:
            missing.append("GRANT CREATE ON DATABASE <database> TO <account>")
        if missing:
            raise ConfigurationError(
                f"{self._source!r}: the account may not make a scoped role",
                hint=f"an administrator runs: {'; '.join(missing)}; or switch scoped_role off",
            )

    def _make(self, runner: Runner, statements: Any) -> None:
        try:
            runner.run(statements)
        except SourceError as error:
            if "42501" not in error.message:
                raise
        else:
            return
        raise ConfigurationError(
            f"{self._source!r}: the account may not make a scoped role",
            hint="see docs/how-to/scoped-role.md for the grants it needs",
        )

    def _check_made(self, runner: Runner, rights: Mapping[str, Any]) -> None:
        (found,) = runner.rows(OPENED, self.name)
        place = f"{self._source!r}: a scoped role cannot be used"
        if not found["connects"]:
            hint = "GRANT CONNECT ON DATABASE … TO PUBLIC, or switch scoped_role off"
            raise ConfigurationError(f"{place}: it may not connect to the database", hint=hint)
        if found["others"] or found["readers"]:
            hint = "see ALTER DEFAULT PRIVILEGES of the account"
            raise ConfigurationError(f"{place}: others could read its views", hint=hint)
        if found["foreign_type"]:
            raise ConfigurationError(
                f"{place}: a column has the type {found['foreign_type']} of an extension, whose"
                " operators the login could not see",
                hint="cast the column in a view of your own, or switch scoped_role off",
            )
        if found["row_security"] and not rights["bypasses"]:
            raise ConfigurationError(
                f"{place}: a relation has row security, which might decide otherwise for it",
                hint="switch scoped_role off for this source; its policies bind the account",
            )
        public = [row["name"] for row in runner.rows(PUBLIC_READS, self.name)]
        if public:
            shown = ", ".join(public[:_SHOWN])
            more = f" and {len(public) - _SHOWN} more" if len(public) > _SHOWN else ""
            self.notes.append(f"PUBLIC, so the scoped login too, may read {shown}{more}")

    def _log_in(self, uri: str) -> Any:
        """Log in with the password; where the server does not ask for it, say so."""
        mark = "&" if "?" in uri else "?"
        try:
            return open_connection(self._source, f"{uri}{mark}require_auth={_PASSWORDS}")
        except SourceUnavailable:
            raise
        except SourceError:
            pass
        connection = open_connection(self._source, uri)
        self.notes.append(_UNASKED)
        return connection
