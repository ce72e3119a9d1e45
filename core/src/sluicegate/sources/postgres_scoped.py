"""A session that plans with the account's rights and reads as a short-lived login."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from sluicegate.errors import SourceError
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.postgres_scope import Scope
from sluicegate.sources.postgres_scope_sql import new_name
from sluicegate.sources.postgres_session import PostgresSession


class ScopedPostgresSession(PostgresSession):
    """Looks relations up and asks the planner as the account; streams through a ``Scope``.

    The account's transaction holds the locks of the planned relations until the scoped one has
    taken them, so that the views are made of what the plan was made for.

    Failure mode: closed. A statement without its scoped form is not run.
    """

    def __init__(self, source: str, connection: Any, uri: Sensitive[str]) -> None:
        super().__init__(source, connection)
        self.scoped_login = new_name()
        self._run_key = ""
        self._limits = Limits()
        self._scope = Scope(source, uri, self.scoped_login)

    @property
    def notes(self) -> tuple[str, ...]:
        """Blind spots of both logins."""
        inner = self._scope.session.notes if self._scope.session else ()
        return tuple(dict.fromkeys((*super().notes, *self._scope.notes, *inner)))

    def label(self, run_key: str) -> None:
        """Tell which run this is, for the comment on what it makes."""
        self._run_key = run_key

    def limit(self, limits: Limits) -> None:
        """Set the time limit for both logins."""
        super().limit(limits)
        self._limits = limits

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Make the scope, stream through it, drop it.

        Raises:
            ConfigurationError: the account lacks a grant.
            SourceError: as for any session; or the statement has no scoped form.
        """
        form = statement.scoped
        if form is None:
            raise SourceError("a statement without its scoped form")
        try:
            inner = self._scope.open(form.views, self._run_key, self._limits.seconds)
            self._check_cancelled()
            inner.limit(self._limits)
            scoped = Statement(sql=form.sql, parameters=statement.parameters)
            released = False
            for batch in inner.stream(scoped, parameters, batch_rows=batch_rows):
                if not released:  # the scoped transaction holds the locks now
                    self._run("ROLLBACK")
                    released = True
                yield batch
        finally:
            self._scope.close()

    def cancel(self) -> None:
        """Stop a running stream; safe to call more than once and from another thread."""
        super().cancel()
        if self._scope.session is not None:
            self._scope.session.cancel()

    def close(self) -> None:
        """Drop the scope if a stream was left in its middle, then end as any session."""
        self._scope.close()
        super().close()
