"""Counts, on a terminal, the rows of a long extract or what else takes long."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sluicegate.sources.port import Scoped

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from sluicegate.model.data import Estimate, Relation
    from sluicegate.model.decision import Limits
    from sluicegate.model.plan import Statement
    from sluicegate.model.request import Scalar
    from sluicegate.settings import Settings
    from sluicegate.sources.port import Session, Source, Wanted

_EVERY_SECONDS: Final = 0.2


class Counter:
    """Writes the number of rows so far, over itself, on stderr."""

    def __init__(self, unit: str = "rows") -> None:
        self._unit = unit
        self._rows = 0
        self._begin = time.monotonic()
        self._next = 0.0

    def add(self, rows: int) -> None:
        """Count rows, and write if it is time."""
        self._rows += rows
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _EVERY_SECONDS
            seconds = now - self._begin
            sys.stderr.write(f"\r\x1b[K{self._rows:,} {self._unit}, {seconds:.0f} s")
            sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


class CountedSession:
    """A session that tells a counter of every batch."""

    def __init__(self, inner: Session, counter: Counter) -> None:
        self._inner = inner
        self._counter = counter

    @property
    def login(self) -> str:
        """As the inner session tells it."""
        return self._inner.login

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:
        """As the inner session tells it."""
        return self._inner.relation(schema, name, quoted=quoted)

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """As the inner session tells them."""
        return self._inner.relations(wanted)

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """As the inner session tells it."""
        return self._inner.estimate(statement, parameters)

    @property
    def notes(self) -> tuple[str, ...]:
        """As the inner session tells them."""
        return self._inner.notes

    def limit(self, limits: Limits) -> None:
        """Limit the inner session."""
        self._inner.limit(limits)

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Stream as the inner session does, counting."""
        for batch in self._inner.stream(statement, parameters, batch_rows=batch_rows):
            self._counter.add(batch.num_rows)
            yield batch

    def cancel(self) -> None:
        """Cancel the inner session."""
        self._inner.cancel()


class CountedScopedSession(CountedSession):
    """The same for a session that reads as a login of its own."""

    def __init__(self, inner: Session, counter: Counter, scoped: Scoped) -> None:
        super().__init__(inner, counter)
        self._scoped = scoped
        self.scoped_login = scoped.scoped_login

    def label(self, run_key: str) -> None:
        """Tell the inner session which run this is."""
        self._scoped.label(run_key)


class CountedSource:
    """A source whose sessions count."""

    def __init__(self, inner: Source, counter: Counter) -> None:
        self._inner = inner
        self._counter = counter

    @property
    def name(self) -> str:
        """As the inner source tells it."""
        return self._inner.name

    @property
    def dialect(self) -> str:
        """As the inner source tells it."""
        return self._inner.dialect

    def connect(self) -> AbstractContextManager[Session]:
        """Open a session of the inner source."""
        return self._connect()

    @contextmanager
    def _connect(self) -> Iterator[Session]:
        with self._inner.connect() as session:
            if isinstance(session, Scoped):
                yield CountedScopedSession(session, self._counter, session)
            else:
                yield CountedSession(session, self._counter)


@contextmanager
def counted(settings: Settings, source: str) -> Iterator[Mapping[str, Source]]:
    """Give the sources that a gate shall use: none of its own unless a person is watching."""
    if not sys.stderr.isatty():
        yield {}
        return
    from sluicegate.sources import open_source

    counter = Counter()
    try:
        yield {source: CountedSource(open_source(source, settings.source_url(source)), counter)}
    finally:
        counter.clear()
