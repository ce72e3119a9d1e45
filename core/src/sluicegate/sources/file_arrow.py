"""Files that Arrow reads for the engine: CSV, and Arrow's own.

The engine's own reader of CSV leaves out a last line that is longer than its buffer, and says
nothing (DuckDB 2.0); Arrow's raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.dataset as ds
from pyarrow import ipc

from sluicegate.errors import SluicegateError, SourceError
from sluicegate.sources.failure import attempt

LONGEST_LINE: Final = 8 * 1024 * 1024
"""Bytes of a line of CSV: a longer one is an error, not a reason to take more memory."""


def csv_format(names: Sequence[str], delimiter: str, encoding: str) -> ds.CsvFileFormat:
    """Return how a CSV is read: every column is text, and only a cell without quotes can be NULL.

    Args:
        names: Of the columns, as they stand in the first line.
        delimiter: Between the fields.
        encoding: Of the text.
    """
    # A line without anything is a row of NULL where there is one column, and none elsewhere.
    parsing = pa_csv.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=len(names) > 1
    )
    conversion = pa_csv.ConvertOptions(
        column_types={name: pa.string() for name in names},
        strings_can_be_null=True,
        null_values=[""],
        quoted_strings_can_be_null=False,
    )
    reading = pa_csv.ReadOptions(encoding=encoding, block_size=LONGEST_LINE)
    return ds.CsvFileFormat(
        parse_options=parsing,
        default_fragment_scan_options=ds.CsvFragmentScanOptions(
            convert_options=conversion, read_options=reading
        ),
    )


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
