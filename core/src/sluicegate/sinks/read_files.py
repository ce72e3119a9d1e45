"""Reads stretches of rows back from the files of one folder of an output."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from sluicegate.errors import OutputDiffers, SinkError
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks.comparable import comparable
from sluicegate.sinks.read_back import Span, read_back
from sluicegate.sinks.stored import StoredFile


def read_files(
    files: Sequence[StoredFile],
    options: OutputOptions,
    inner: pa.Schema,
    wanted: Sequence[Span],
) -> list[pa.Table]:
    """Return the wanted rows in comparable form, and see that each file has as many as are told.

    Args:
        files: In order.
        options: Their format.
        inner: Names and types of the columns that were written.
        wanted: Spans of rows over all files, in order and without overlaps.

    Raises:
        OutputDiffers: a file has other columns or more or fewer rows, or is not whole.
        SinkError: it cannot be read.
    """
    expected = comparable(inner.empty_table(), options).schema
    parts: list[list[pa.Table]] = [[] for _ in wanted]
    first = 0
    for file in files:
        spans = [(max(a, first) - first, min(b, first + file.rows) - first) for a, b in wanted]
        meeting = [n for n, (low, high) in enumerate(spans) if low < high]
        found = _read(file, options, inner, [spans[n] for n in meeting])
        for number, rows in zip(meeting, found, strict=True):
            parts[number].append(_as(rows, expected))
        first += file.rows
    return [pa.concat_tables([expected.empty_table(), *part]) for part in parts]


def differs(what: str) -> OutputDiffers:
    """Build the error for an output that is not what was handed to its sink."""
    return OutputDiffers(
        f"what was read back at the output is not what was written: {what}",
        hint="nothing was released; try again, and report it if it comes again",
    )


def _read(
    file: StoredFile, options: OutputOptions, inner: pa.Schema, spans: Sequence[Span]
) -> list[pa.Table]:
    failure: SinkError
    try:
        with file.open() as opened:
            rows, found = read_back(opened, options, inner, spans)
    except (ValueError, KeyError, TypeError, OSError, pa.ArrowException):
        failure = differs(f"the file {file.name!r} cannot be read")
    else:
        if rows == file.rows:
            return found
        failure = differs(f"the file {file.name!r} has {rows:,} rows, not {file.rows:,}")
    raise failure  # after theirs was left behind, which may quote rows


def _as(rows: pa.Table, expected: pa.Schema) -> pa.Table:
    """Give rows the types that were written: a format may have a wider one for them."""
    if rows.schema.names != expected.names:
        raise differs("other columns")
    try:
        return pa.table(
            [c.cast(f.type) for c, f in zip(rows.columns, expected, strict=True)], expected
        )
    except (pa.ArrowException, ValueError):
        failure = differs("columns of other types")
    raise failure
