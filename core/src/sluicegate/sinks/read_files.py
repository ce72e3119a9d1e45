"""Reads stretches of rows back from the files of one folder of an output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
) -> Iterator[pa.Table]:
    """Yield the wanted rows in comparable form, and see that each file has as many as are told.

    Holds those of one span at a time. Take them to the end: the last file is counted by then.

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
    parts = [expected.empty_table()]
    first = 0
    for file in files:
        last = first + file.rows
        meeting = [(a, b) for a, b in wanted if max(a, first) < min(b, last)]
        spans = [(max(a, first) - first, min(b, last) - first) for a, b in meeting]
        found = _read(file, options, inner, spans)
        for (_, end), rows in zip(meeting, found, strict=True):
            parts.append(_as(rows, expected))
            if end <= last:
                yield pa.concat_tables(parts)
                parts = parts[:1]
        first = last


def differs(what: str) -> OutputDiffers:
    """Build the error for an output that is not what was handed to its sink."""
    return OutputDiffers(
        f"what was read back at the output is not what was written: {what}",
        hint="nothing was released; try again, and report it if it comes again",
    )


def _read(
    file: StoredFile, options: OutputOptions, inner: pa.Schema, spans: Sequence[Span]
) -> Iterator[pa.Table]:
    failure: SinkError
    try:
        with file.open() as opened:
            rows = yield from read_back(opened, options, inner, spans)
    except (ValueError, KeyError, TypeError, OSError, pa.ArrowException):
        failure = differs(f"the file {file.name!r} cannot be read")
    else:
        if rows == file.rows:
            return
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
