"""Columns of a batch of Great Expectations as Arrow, whatever engine holds them.

Nothing is computed in SQL: a column is read in batches, and our own scanner sees each value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from itertools import islice
from typing import Any, Final, TypeVar

import pyarrow as pa

from sluicegate.errors import QualityError, SluicegateError
from sluicegate.quality.gx_library import sqlalchemy_select
from sluicegate.quality.sensitive import arrow_of

BATCH_ROWS: Final = 10_000
T = TypeVar("T")


def pandas_batches(_: Any, frame: Any, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
    """Yield the columns of a pandas frame, some rows at a time."""
    for start in range(0, max(len(frame), 1), BATCH_ROWS):
        part = frame.iloc[start : start + BATCH_ROWS]
        yield [arrow_of(part[name]) for name in columns]


def sql_batches(engine: Any, selectable: Any, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
    """Yield the columns of a table or query behind SQLAlchemy, as its server sends them."""
    with engine.get_connection() as connection:
        result = connection.execute(
            sqlalchemy_select(selectable, columns), execution_options={"yield_per": BATCH_ROWS}
        )
        try:
            yield from _by_columns(result, len(columns))
        finally:
            result.close()


def spark_batches(_: Any, frame: Any, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
    """Yield the columns of a Spark frame, a partition at a time in the driver's memory."""
    quoted = [f"`{name.replace('`', '``')}`" for name in columns]
    yield from _by_columns(frame.select(*quoted).toLocalIterator(), len(columns))


def _by_columns(rows: Iterable[Any], width: int) -> Iterator[list[pa.Array]]:
    rows = iter(rows)
    while part := [tuple(row) for row in islice(rows, BATCH_ROWS)]:
        yield [arrow_of([row[index] for row in part]) for index in range(width)]


def without_values(act: Callable[..., T]) -> Callable[..., T]:
    """Let no text of somebody else's error out: the library puts it into its results."""

    @wraps(act)
    def guarded(*args: Any, **kwargs: Any) -> T:
        try:
            return act(*args, **kwargs)
        except SluicegateError as error:
            failure: SluicegateError = error
        except Exception as error:  # noqa: BLE001 - of any type
            failure = QualityError(f"the batch could not be read: {type(error).__name__}")
        failure.__cause__ = failure.__context__ = None
        raise failure.with_traceback(None)

    return guarded
