"""Reads stretches of rows back from the file of each format, by Arrow's readers or Python's own."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks.comparable import comparable, json_form, opaque

_CHUNK: Final = 4 * 1024 * 1024
_ROWS: Final = 32_768
"""Rows that are decoded at a time; what lies behind the last wanted one is not."""

Span = tuple[int, int]
"""The first row in a file, and the one behind the last."""
Stretches = Generator[pa.Table, None, int]
"""Yields the rows of each span, and returns how many rows the file has."""


def read_back(
    file: BinaryIO, options: OutputOptions, inner: pa.Schema, wanted: Sequence[Span]
) -> Stretches:
    """Yield the wanted rows of a file, with the names and types it gives, and count all.

    Holds the rows of one span at a time, and what Arrow reads at once.

    Args:
        file: Open for reading.
        options: Its format.
        inner: Names and types of the columns that were written.
        wanted: Spans of rows, in order and without overlaps.

    Raises:
        ValueError, OSError, pa.ArrowException: it is no whole file of the format.
    """
    match options.format:
        case "parquet":
            return _parquet(file, wanted)
        case "arrow":
            return _arrow(file, wanted)
        case "csv":
            names = comparable(inner.empty_table(), options).schema.names
            return _csv(_unpacked(file, options), names, wanted)
        case "jsonl":
            return _json_lines(_unpacked(file, options), inner, wanted)


def _parquet(file: BinaryIO, wanted: Sequence[Span]) -> Stretches:
    reader = pq.ParquetFile(file)
    schema = reader.schema_arrow.remove_metadata()
    sizes = [reader.metadata.row_group(g).num_rows for g in range(reader.num_row_groups)]
    for span in wanted:
        parts: list[pa.RecordBatch] = []
        for group, at in _meeting(sizes, span):
            batches = reader.iter_batches(_ROWS, row_groups=[group], use_threads=True)
            parts += _within(batches, at, span)
        yield pa.Table.from_batches([_bare(part) for part in parts], schema)
    return int(reader.metadata.num_rows)


def _arrow(file: BinaryIO, wanted: Sequence[Span]) -> Stretches:
    counter = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=[0]))
    sizes = [counter.get_batch(n).num_rows for n in range(counter.num_record_batches)]
    file.seek(0)
    reader = pa.ipc.open_file(file)
    schema = reader.schema.remove_metadata()
    for span in wanted:
        parts: list[pa.RecordBatch] = []
        for number, at in _meeting(sizes, span):
            parts += _within([reader.get_batch(number)], at, span)
        yield pa.Table.from_batches([_bare(part) for part in parts], schema)
    return sum(sizes)


def _meeting(sizes: Sequence[int], span: Span) -> Iterator[tuple[int, int]]:
    """Yield the number and the first row of each stretch of a file that holds rows of a span."""
    at = 0
    for number, rows in enumerate(sizes):
        if max(span[0], at) < min(span[1], at + rows):
            yield number, at
        at += rows


def _bare(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch.replace_schema_metadata(None)


def _unpacked(file: BinaryIO, options: OutputOptions) -> Any:
    stream = pa.PythonFile(file, "r")
    return stream if options.codec == "none" else pa.CompressedInputStream(stream, options.codec)


def _csv(stream: Any, names: Sequence[str], wanted: Sequence[Span]) -> Stretches:
    """Read cells as text; NULL is what stands between commas without quotes."""
    reader = pacsv.open_csv(
        stream,
        read_options=pacsv.ReadOptions(use_threads=False, block_size=_CHUNK),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    left = deque(wanted)
    parts: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        end = rows + batch.num_rows
        while left and left[0][0] < end:
            parts.extend(_within([batch], rows, left[0]))
            if left[0][1] > end:
                break
            left.popleft()
            yield pa.Table.from_batches(parts, reader.schema)
            parts = []
        rows = end
    for _ in left:  # the file has too few
        yield pa.Table.from_batches(parts, reader.schema)
        parts = []
    return rows


def _json_lines(stream: Any, inner: pa.Schema, wanted: Sequence[Span]) -> Stretches:
    """Count lines, and read those that are wanted."""
    left = deque(wanted)
    parts: list[bytes] = []
    rows, rest = 0, b""
    while chunk := stream.read(_CHUNK):
        whole, end, rest = (rest + chunk).rpartition(b"\n")
        count = whole.count(b"\n") + len(end)
        lines: list[bytes] | None = None
        while left and left[0][0] < rows + count:
            lines = whole.split(b"\n") if lines is None else lines
            parts.extend(lines[max(left[0][0] - rows, 0) : left[0][1] - rows])
            if left[0][1] > rows + count:
                break
            left.popleft()
            yield _objects(parts, inner)
            parts = []
        rows += count
    if rest:
        raise ValueError("the last line has no end")
    for _ in left:  # the file has too few
        yield _objects(parts, inner)
        parts = []
    return rows


def _objects(lines: Sequence[bytes], inner: pa.Schema) -> pa.Table:
    rows = [json.loads(line, parse_int=_whole) for line in lines]
    if any(list(row) != inner.names for row in rows):
        raise ValueError("a line has other names than the columns")
    columns = [_from_json([row[f.name] for row in rows], f.type) for f in inner]
    return pa.table(columns, inner.names)


def _whole(text: str) -> int | float:
    """Read a number without a point; Arrow writes a float's negative zero so."""
    return -0.0 if text == "-0" else int(text)


def _from_json(values: list[Any], kind: pa.DataType) -> pa.Array:  # noqa: PLR0911 - one a type
    """Build a column of what JSON has for its values; see ``comparable`` for what it becomes."""
    if isinstance(kind, pa.DictionaryType):
        return _from_json(values, kind.value_type)
    if opaque(kind):
        return pa.array([json_form(value) for value in values], pa.large_string())
    if pa.types.is_floating(kind):
        return pa.array([None if v is None else float(v) for v in values], pa.float64()).cast(kind)
    if pa.types.is_timestamp(kind):
        zone = "UTC" if kind.tz else None
        return pa.array(values, pa.string()).cast(pa.timestamp(kind.unit, zone)).cast(kind)
    if pa.types.is_time(kind):
        return pa.array(values, pa.large_string())
    if pa.types.is_decimal(kind) or pa.types.is_temporal(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def _within(batches: Iterable[pa.RecordBatch], at: int, span: Span) -> Iterator[pa.RecordBatch]:
    """Cut the rows of a span out of batches, the first of whose rows has the number ``at``."""
    for batch in batches:
        low, high = max(span[0], at), min(span[1], at + batch.num_rows)
        if low < high:
            yield batch.slice(low - at, high - low)
        at += batch.num_rows
        if at >= span[1]:
            return
