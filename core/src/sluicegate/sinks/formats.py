"""The formats of files: which writer each has, and how its files are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sluicegate.sinks.text_formats import CsvWriter, JsonLinesWriter

if TYPE_CHECKING:
    from sluicegate.model.output_options import OutputOptions
    from sluicegate.sinks.outfile import OutFile

_SAMPLE: Final = 32_768
_MOST_DISTINCT: Final = 2 / 3
"""Share of distinct values among the first rows; with more, a dictionary outgrows its 1 MiB."""
_WRAPPED: Final = {"gzip": ".gz", "zstd": ".zst"}


class FormatWriter(Protocol):
    """Writes tables of one schema to one file."""

    def write(self, table: pa.Table) -> None:
        """Append the rows as one group."""

    def close(self) -> None:
        """Write what ends the file; the file itself stays open."""


def suffix_of(options: OutputOptions) -> str:
    """Return how names of files end: ``.parquet``, ``.arrow``, ``.csv.gz`` …."""
    if options.format in {"parquet", "arrow"}:
        return f".{options.format}"
    return f".{options.format}{_WRAPPED.get(options.codec, '')}"


def open_writer(file: OutFile, schema: pa.Schema, options: OutputOptions) -> FormatWriter:
    """Begin a file of the format that ``options`` asks for.

    Raises:
        SinkError: the format cannot hold one of the schema's types.
    """
    match options.format:
        case "parquet":
            return _Parquet(file, schema, options)
        case "arrow":
            return _Arrow(file, schema, options)
        case "csv":
            return CsvWriter(file, schema, options)
        case "jsonl":
            return JsonLinesWriter(file, schema, options)


class _Parquet:
    """Columns whose first rows repeat themselves get a dictionary; others would outgrow it."""

    def __init__(self, file: OutFile, schema: pa.Schema, options: OutputOptions) -> None:
        self._file = file
        self._schema = schema
        self._options = options
        self._opened: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        self._writer(table).write_table(table, row_group_size=table.num_rows)

    def close(self) -> None:
        self._writer(self._schema.empty_table()).close()

    def _writer(self, first: pa.Table) -> pq.ParquetWriter:
        if self._opened is None:
            self._opened = pq.ParquetWriter(
                self._file,
                self._schema,
                compression=self._options.codec,
                compression_level=self._options.compression_level,
                use_dictionary=_repeating(first),
            )
        return self._opened


def _repeating(table: pa.Table) -> bool | list[str]:
    """Name the columns whose values repeat; ``True``: any may, which nested ones always do."""
    if any(pa.types.is_nested(field.type) for field in table.schema):
        return True
    sample = table.slice(0, _SAMPLE)
    return [
        name
        for name, column in zip(sample.schema.names, sample.columns, strict=True)
        if _repeats(column)
    ]


def _repeats(column: pa.ChunkedArray) -> bool:
    try:
        distinct = pc.count_distinct(column).as_py()
    except pa.ArrowNotImplementedError:
        return True
    return bool(distinct <= _MOST_DISTINCT * (len(column) - column.null_count))


class _Arrow:
    """Arrow IPC file format; dictionaries grow from batch to batch as deltas."""

    def __init__(self, file: OutFile, schema: pa.Schema, options: OutputOptions) -> None:
        codec = None
        if options.codec != "none":
            name = {"lz4": "lz4_frame"}.get(options.codec, options.codec)
            codec = pa.Codec(name, options.compression_level)
        ipc = pa.ipc.IpcWriteOptions(compression=codec, unify_dictionaries=False)
        self._writer = pa.ipc.new_file(pa.PythonFile(file, "w"), schema, options=ipc)

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table.combine_chunks())

    def close(self) -> None:
        self._writer.close()
