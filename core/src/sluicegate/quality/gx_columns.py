"""What our expectations need of SQLAlchemy's engine, and of any engine's errors.

Nothing is computed in SQL: a column is read in batches, and our own scanner sees each value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, TypeVar

import pyarrow as pa

from sluicegate.errors import QualityError, SluicegateError
from sluicegate.quality.gx_library import sqlalchemy_select
from sluicegate.quality.rows import BATCH_ROWS, by_columns

T = TypeVar("T")


def sql_batches(engine: Any, selectable: Any, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
    """Yield the columns of a table or query behind SQLAlchemy, as its server sends them."""
    with engine.get_connection() as connection:
        result = connection.execute(
            sqlalchemy_select(selectable, columns), execution_options={"yield_per": BATCH_ROWS}
        )
        try:
            yield from by_columns(result, len(columns))
        finally:
            result.close()


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
