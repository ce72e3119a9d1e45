"""Record batches on their way out: valid text, and no more rows than were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import ConfigurationError, SourceError


def checked_rows(batch_rows: int) -> int:
    """Return ``batch_rows`` if it is at least 1.

    Raises:
        ConfigurationError: it is not.
    """
    if batch_rows < 1:
        raise ConfigurationError(f"batches of {batch_rows} rows cannot be made")
    return batch_rows


def sliced(batch: pa.RecordBatch, batch_rows: int) -> Iterator[pa.RecordBatch]:
    """Yield ``batch`` in slices (without copies) of at most ``batch_rows`` rows."""
    for start in range(0, batch.num_rows, batch_rows):
        yield batch.slice(start, batch_rows)


_BATCH_BYTES = 16 * 1024 * 1024


def gathered(batches: Iterator[pa.RecordBatch], batch_rows: int) -> Iterator[pa.RecordBatch]:
    """Join small batches to batches of ``batch_rows`` rows, or of about 16 MiB if that comes first.

    So a batch is bounded by its bytes, however big a cell is.
    """
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        if held and (rows + batch.num_rows > batch_rows or size + batch.nbytes > _BATCH_BYTES):
            yield _joined(held)
            held, rows, size = [], 0, 0
        for part in sliced(batch, batch_rows):
            held.append(part)
            rows, size = rows + part.num_rows, size + part.nbytes
            if rows == batch_rows or size > _BATCH_BYTES:
                yield _joined(held)
                held, rows, size = [], 0, 0
    if held:
        yield _joined(held)


def _joined(held: list[pa.RecordBatch]) -> pa.RecordBatch:
    return held[0] if len(held) == 1 else pa.concat_batches(held)


def empty(schema: pa.Schema) -> pa.RecordBatch:
    """Return the batch without rows that tells the schema of an empty result."""
    return pa.RecordBatch.from_arrays([pa.array([], type=f.type) for f in schema], schema=schema)


def check_values(batch: pa.RecordBatch) -> None:
    """Refuse what databases keep but Arrow cannot: text that is not UTF-8, and infinite times.

    Drivers hand infinity over as a number at, or wrapped around, the end of the integers.

    Raises:
        SourceError: names the column.
    """
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if _infinite(column):
            raise SourceError(
                f"column {name!r} holds infinity, or a time that Arrow's 64 bits cannot hold",
                hint="leave such rows out, or cast the column to text",
            )
        if _holds_text(column.type) and not _valid(column):
            raise SourceError(
                f"column {name!r} holds text that is not valid UTF-8",
                hint="convert it in the database, or read it as bytes",
            )


def _valid(column: Any) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _infinite(column: Any) -> bool:
    if pa.types.is_list(column.type):
        return _infinite(column.flatten())
    if pa.types.is_date32(column.type):
        return _beyond(column.view(pa.int32()), -2_147_000_000, 2**31 - 2)
    if pa.types.is_timestamp(column.type):
        return _beyond(column.view(pa.int64()), -9_220_000_000_000_000_000, 2**63 - 2)
    return False


def _beyond(numbers: Any, low: int, high: int) -> bool:
    ends = pc.min_max(numbers).as_py()
    return ends["min"] is not None and (ends["min"] < low or ends["max"] > high)


def _holds_text(kind: Any) -> bool:
    if pa.types.is_list(kind):
        return _holds_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
