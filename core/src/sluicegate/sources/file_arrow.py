"""Files that Arrow reads for the engine: CSV, and Arrow's own.

The engine's own reader of CSV leaves out a last line that is longer than its buffer, and says
nothing (DuckDB 2.0); Arrow's raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pa_csv
from pyarrow import ipc

from sluicegate.errors import SluicegateError, SourceError
from sluicegate.sources.failure import attempt
from sluicegate.sources.pacing import Paced

LONGEST_LINE: Final = 8 * 1024 * 1024
"""Bytes of a line of CSV: a longer one is an error, not a reason to take more memory."""


def csv_batches(
    file: Any,
    columns: Sequence[str],
    *,
    names: Sequence[str],
    packing: str,
    delimiter: str,
    encoding: str,
) -> Iterator[pa.RecordBatch]:
    """Read a CSV: every column is text, and only a cell without quotes can be NULL.

    Args:
        file: Opened; it is closed in the end.
        columns: Those that are wanted, at least one.
        names: Of all columns, as they stand in the first line.
        packing: ``none``, ``gzip`` or ``zstd``.
        delimiter: Between the fields.
        encoding: Of the text.
    """
    # A line without anything is a row of NULL where there is one column, and none elsewhere.
    parsing = pa_csv.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=len(names) > 1
    )
    conversion = pa_csv.ConvertOptions(
        include_columns=list(columns),
        column_types={name: pa.string() for name in names},
        strings_can_be_null=True,
        null_values=[""],
        quoted_strings_can_be_null=False,
    )
    reading = pa_csv.ReadOptions(encoding=encoding, block_size=LONGEST_LINE, use_threads=False)
    stream = file
    if packing != "none":
        stream = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), packing)
    paced = Paced(stream)
    try:
        opened = pa.PythonFile(paced, mode="r")
        # Kept, so that whoever leaves the loop closes the file before the reader: it would wait.
        reader = pa_csv.open_csv(opened, reading, parsing, conversion)
        for batch in reader:
            paced.taken()
            yield batch
    finally:
        paced.close()
        file.close()


def ipc_batches(file: Any, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read an Arrow IPC file, one of its own batches at a time.

    Args:
        file: Opened; it is closed in the end.
        columns: Those that are wanted, at least one.
    """
    try:
        opened = pa.PythonFile(file, mode="r")
        schema = ipc.open_file(opened).schema
        wanted = [schema.get_field_index(name) for name in columns]
        reader = ipc.open_file(opened, options=ipc.IpcReadOptions(included_fields=wanted))
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)
    finally:
        file.close()


def ipc_schema(opened: Callable[[], Any], place: str) -> pa.Schema:
    """Return the schema of an Arrow IPC file.

    Args:
        opened: Opens it.
        place: Source and file, for errors.

    Raises:
        SourceError: it is none.
    """

    def translate(error: Exception) -> SluicegateError:
        return SourceError(
            f"{place} is no Arrow IPC file ({type(error).__name__})",
            hint="a stream of Arrow batches is no file: write it with `new_file`",
        )

    return attempt(lambda: _schema(opened()), translate)


def _schema(file: Any) -> pa.Schema:
    try:
        return ipc.open_file(pa.PythonFile(file, mode="r")).schema
    finally:
        file.close()
