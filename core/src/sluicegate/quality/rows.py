"""Rows of other libraries' frames as Arrow columns, some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import pyarrow as pa

from sluicegate.quality.sensitive import arrow_of

BATCH_ROWS: Final = 10_000


def pandas_batches(_: Any, frame: Any, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
    """Yield columns of a pandas frame."""
    for start in range(0, max(len(frame), 1), BATCH_ROWS):
        part = frame.iloc[start : start + BATCH_ROWS]
        yield [arrow_of(part[name]) for name in columns]


def spark_batches(_: Any, frame: Any, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
    """Yield columns of a Spark frame; the driver holds one of its partitions at a time."""
    quoted = [f"`{name.replace('`', '``')}`" for name in columns]
    yield from by_columns(frame.select(*quoted).toLocalIterator(), len(columns))


def by_columns(rows: Iterable[Any], width: int) -> Iterator[list[pa.Array]]:
    """Turn rows of tuples into columns."""
    rows = iter(rows)
    while part := [tuple(row) for row in islice(rows, BATCH_ROWS)]:
        yield [arrow_of([row[index] for row in part]) for index in range(width)]
