"""Runs statements on a driver's connection; errors come out translated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sluicegate.sources import postgres_errors
from sluicegate.sources.failure import attempt
from sluicegate.sources.postgres_connection import open_connection


class Runner:
    """One connection of the source's own account, for what is not reading.

    Failure mode: closed. A statement waits at most ten seconds for a lock and runs at most a
    minute; nothing is retried.
    """

    def __init__(self, source: str, connection: Any) -> None:
        self._source = source
        self._connection = connection

    def rows(self, sql: str, *values: str) -> list[dict[str, Any]]:
        """Run a statement and return its rows."""
        return attempt(
            lambda: self._execute(sql, values),
            lambda error: postgres_errors.of_statement(self._source, error),
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run what is inside as one transaction that may write."""
        self.rows("BEGIN READ WRITE")
        try:
            yield
        except BaseException:
            with suppress(Exception):  # a lost connection rolls back by itself
                self.rows("ROLLBACK")
            raise
        self.rows("COMMIT")

    def run(self, statements: Iterable[str]) -> None:
        """Run statements one after the other."""
        for statement in statements:
            self.rows(statement)

    def _execute(self, sql: str, values: Sequence[str]) -> list[dict[str, Any]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(values) or None)
            return list(cursor.fetch_arrow_table().to_pylist())


@contextmanager
def running(source: str, uri: str) -> Iterator[Runner]:
    """Open a connection for ``Runner`` and close it."""
    connection = open_connection(source, uri)
    try:
        runner = Runner(source, connection)
        for name, value in (
            ("lock_timeout", "10s"),
            ("statement_timeout", "60s"),
            ("client_encoding", "UTF8"),
            ("standard_conforming_strings", "on"),
            ("application_name", "sluicegate scope"),
        ):
            runner.rows("SELECT pg_catalog.set_config($1, $2, false)", name, value)
        yield runner
    finally:
        with suppress(Exception):
            connection.close()
