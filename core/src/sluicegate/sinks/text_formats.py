"""CSV and JSON lines: what Arrow's types become in text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from sluicegate.errors import SinkError
from sluicegate.sinks.json_text import json_rows, unwritable

if TYPE_CHECKING:
    from sluicegate.model.output_options import OutputOptions
    from sluicegate.sinks.outfile import OutFile

FORMULA: Final = r"\A[=+\-@\t\r\n＝＋－＠]"
"""How a text begins that a spreadsheet would run as a formula (OWASP, CSV injection)."""


class CsvWriter:
    """RFC 4180 in UTF-8: a header, CRLF, every text in quotes.

    NULL is an empty cell without quotes, an empty text one with them. A text that begins as a
    formula does gets ``'`` before it, in the header too, unless ``unsafe_csv_formulas``.
    """

    def __init__(self, file: OutFile, schema: pa.Schema, options: OutputOptions) -> None:
        self._guarded = not options.unsafe_csv_formulas
        for field in schema:
            _check_flat(field)
        plain = pa.schema([_csv_field(field, guarded=self._guarded) for field in schema])
        self._file = _Text(file, options)
        self._writer = pacsv.CSVWriter(
            self._file.stream, plain, write_options=pacsv.WriteOptions(eol="\r\n")
        )
        self._schema = plain

    def write(self, table: pa.Table) -> None:
        """Append the rows."""
        columns = [_csv_column(c, guarded=self._guarded) for c in table.columns]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))

    def close(self) -> None:
        """End the compressed stream, if there is one."""
        self._writer.close()
        self._file.close()


class JsonLinesWriter:
    """One JSON object a row in UTF-8; see ``json_text`` for the types."""

    def __init__(self, file: OutFile, schema: pa.Schema, options: OutputOptions) -> None:
        for field in schema:
            if unwritable(field.type):
                raise _refused(field, "JSON lines")
        if len(set(schema.names)) != len(schema.names):
            raise SinkError("two columns have one name", hint="give each its own in the SQL")
        self._file = _Text(file, options)

    def write(self, table: pa.Table) -> None:
        """Append the rows."""
        for batch in table.to_batches(max_chunksize=65_536):
            self._file.stream.write(json_rows(batch))

    def close(self) -> None:
        """End the compressed stream, if there is one."""
        self._file.close()


class _Text:
    """A stream that compresses, where that is asked for; the file below it stays open."""

    def __init__(self, file: OutFile, options: OutputOptions) -> None:
        self.stream = pa.PythonFile(file, "w")
        self._compressed = options.codec != "none"
        if self._compressed:
            self.stream = pa.CompressedOutputStream(self.stream, options.codec)

    def close(self) -> None:
        if self._compressed:
            self.stream.close()
        else:
            self.stream.flush()


def _check_flat(field: pa.Field) -> None:
    kind = _stored(field.type)
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    nested = pa.types.is_nested(kind) or pa.types.is_interval(kind)
    if nested or pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or _is_view(kind):
        raise _refused(field, "CSV")


def _refused(field: pa.Field, what: str) -> SinkError:
    return SinkError(
        f"{what} cannot hold the column {field.name!r} of type {field.type}",
        hint="use Parquet or Arrow, or cast the column in the SQL",
    )


def _stored(kind: pa.DataType) -> pa.DataType:
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary_view(kind) or pa.types.is_fixed_size_binary(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _csv_field(field: pa.Field, *, guarded: bool) -> pa.Field:
    name = field.name
    if guarded and pc.match_substring_regex(pa.scalar(name), FORMULA).as_py():
        name = f"'{name}"
    return pa.field(name, _csv_type(field.type))


def _csv_type(kind: pa.DataType) -> pa.DataType:
    kind = _stored(kind)
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.string() if pa.types.is_string_view(kind) else kind


def _csv_column(column: pa.ChunkedArray, *, guarded: bool) -> pa.ChunkedArray:
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.cast(column.type.storage_type)
    column = column.cast(_csv_type(column.type))
    if not guarded or not _is_text(column.type):
        return column
    return pc.if_else(
        pc.match_substring_regex(column, FORMULA),
        pc.binary_join_element_wise(
            pa.scalar("'", column.type), column, pa.scalar("", column.type)
        ),
        column,
    )
