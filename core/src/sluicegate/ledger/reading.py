"""Reads rows of a store in pages, each its own short transaction: readers never block writers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import Column, MetaData, Table, func, select, update

from sluicegate.errors import LedgerError
from sluicegate.ledger.row import Row
from sluicegate.ledger.store import NODES, STORE_ERRORS, TABLE

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from sluicegate.ledger.store import Store

T = TypeVar("T")
_PAGE: Final = 500
"""Rows that are read at once."""
_PAGE_TO_VERIFY: Final = 1000
_FIRST_PAGE: Final = 4
"""Rows that are read first from the end on: who asks for the newest rarely needs more."""
_DROP_AT_ONCE: Final = 500
_EARLY: Final = Table(
    TABLE.name,
    MetaData(),
    *(Column(c.name, c.type) for c in TABLE.columns if c.name not in {"salt", "digest"}),
)
"""The table as the first version made it; its rows are of form 1."""


class Reader:
    """Reads one store, until it is closed.

    Failure mode: closed; it waits as long as the store does, and does not retry.

    Args:
        store: Where the records are.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._closed = False

    @property
    def table(self) -> Table:
        """The table of records as this store has it."""
        return _EARLY if self.store.early else TABLE

    def rows(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        newest_first: bool = False,
        after: int = 0,
    ) -> Iterator[Row]:
        """Yield rows, unchecked, in order."""
        table = self.table
        query = select(table)
        if kind is not None:
            query = query.where(table.c.kind == kind)
        if subject is not None:
            query = query.where(table.c.subject == subject)
        if after:
            query = query.where(table.c.sequence > after)
        pages = self._pages(query, newest_first=newest_first, size=_PAGE)
        return chain.from_iterable(pages)

    def pages(self) -> Iterator[list[tuple[Any, ...]]]:
        """Yield all rows as plain tuples, unchecked, in large pages: to be verified."""
        names = ", ".join(column.name for column in self.table.columns)
        last: int | None = None
        while True:
            begin = "" if last is None else f"WHERE sequence > {last}"
            sql = (
                f"SELECT {names} FROM {self.table.name} {begin}"  # noqa: S608 - names and a number
                f" ORDER BY sequence LIMIT {_PAGE_TO_VERIFY}"
            )
            page = self.read(partial(self.store.raw_rows, sql=sql))
            if page:
                yield page
            if len(page) < _PAGE_TO_VERIFY or type(page[-1][0]) is not int:
                return
            last = page[-1][0]

    def row(self, sequence: int) -> Row | None:
        """Return one row, unchecked."""
        query = select(self.table).where(self.table.c.sequence == sequence)
        found = self.read(lambda connection: connection.execute(query).first())
        return None if found is None else Row(*found)

    def count_to(self, sequence: int) -> int:
        """Count the rows up to ``sequence``, in whatever order or place they stand."""
        at = self.table.c.sequence
        query = select(func.count()).select_from(self.table)
        query = query.where((at <= sequence) | at.is_(None))
        return self.read(lambda connection: int(connection.execute(query).scalar_one()))

    def nodes(self, level: int) -> list[tuple[int, str]]:
        """Return the kept nodes of a level in their order."""
        if self.store.early:
            return []
        query = select(NODES.c.position, NODES.c.hash).where(NODES.c.level == level)
        query = query.order_by(NODES.c.position)
        found = self.read(lambda connection: connection.execute(query).all())
        return [(position, hashed) for position, hashed in found]

    def changed_schema(self) -> str | None:
        """Say what is no longer as it was made."""
        try:
            return self.store.changed_schema(deep=True)
        except STORE_ERRORS as error:
            raise self.store.trouble(error).error from None

    def drop(self, sequences: Sequence[int]) -> None:
        """Empty the bodies of these rows, some at a time."""
        self.require_open()
        try:
            for begin in range(0, len(sequences), _DROP_AT_ONCE):
                some = sequences[begin : begin + _DROP_AT_ONCE]
                with self.store.writing(30.0) as connection:
                    where = TABLE.c.sequence.in_(some) & (TABLE.c.body != "")
                    connection.execute(update(TABLE).where(where).values(body="", salt=None))
            self.store.forget()
        except STORE_ERRORS as error:
            raise self.store.trouble(error).error from None

    def read(self, action: Callable[[Connection], T]) -> T:
        """Run one short transaction that reads.

        Raises:
            LedgerUnavailable: the store cannot be read.
        """
        self.require_open()
        try:
            with self.store.reading() as connection:
                return action(connection)
        except STORE_ERRORS as error:
            raise self.store.trouble(error).error from None

    def close(self) -> None:
        """Let go of the store."""
        self._closed = True
        self.store.close()

    def require_open(self) -> None:
        """Raise once it was closed."""
        if self._closed:
            raise LedgerError("the ledger was closed")

    def _pages(self, query: Select[Any], *, newest_first: bool, size: int) -> Iterator[list[Row]]:
        number = self.table.c.sequence
        query = query.order_by(number.desc() if newest_first else number)
        now = _FIRST_PAGE if newest_first else size
        page = self.read(partial(_fetch, query=query, size=now))
        while page:
            yield page
            last = page[-1].sequence
            rest = query.where(number < last if newest_first else number > last)
            page = self.read(partial(_fetch, query=rest, size=size)) if len(page) == now else []
            now = size


def _fetch(connection: Connection, query: Select[Any], size: int) -> list[Row]:
    return [Row(*found) for found in connection.execute(query.limit(size))]
