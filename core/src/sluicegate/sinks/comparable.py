"""Rows in the form in which what a file holds can be compared with what was written.

Parquet and Arrow keep types. CSV is text, and JSON lines have few types: there the rows that a sink
is given are brought to what the format can tell, by another way than its writer's.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks.json_text import plain_json

FORMULA: Final = r"\A([=+\-@\t\r\n＝＋－＠])"


def comparable(rows: pa.Table, options: OutputOptions) -> pa.Table:
    """Return the rows as a file of this format tells them.

    Args:
        rows: As they were given to the sink, or as they were read back.
        options: Format of the files.

    Raises:
        pa.ArrowException: a column cannot be told so.
    """
    if options.format not in {"csv", "jsonl"}:
        return rows
    csv = options.format == "csv"
    guarded = csv and not options.unsafe_csv_formulas
    names = [_guarded_name(name) if guarded else name for name in rows.schema.names]
    columns = [_csv(c, guarded=guarded) if csv else _json(c) for c in rows.columns]
    return pa.table(columns, names)


def opaque(kind: pa.DataType) -> bool:
    """Tell whether values of a type are compared as JSON text: those that are no single word."""
    t = pa.types
    return bool(
        isinstance(kind, pa.BaseExtensionType)
        or t.is_nested(kind)
        or t.is_binary(kind)
        or t.is_large_binary(kind)
        or t.is_binary_view(kind)
        or t.is_fixed_size_binary(kind)
        or t.is_duration(kind)
    ) and not t.is_dictionary(kind)


def json_form(value: Any) -> str | None:
    """Write a value that came from JSON so that equal ones have equal texts."""
    return None if value is None else json.dumps(value, sort_keys=True)


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if isinstance(column.type, pa.DictionaryType):
        return column.cast(column.type.value_type)
    return column


def _csv(column: pa.ChunkedArray, *, guarded: bool) -> pa.ChunkedArray:
    column = _decoded(column)
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.cast(column.type.storage_type)
    kind = column.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    texts = column.cast(pa.large_string())
    if guarded and (text or pa.types.is_string_view(kind)):
        return pc.replace_substring_regex(texts, FORMULA, r"'\1")
    return texts


def _guarded_name(name: str) -> str:
    guarded: str = pc.replace_substring_regex(pa.scalar(name), FORMULA, r"'\1").as_py()
    return guarded


def _json(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = _decoded(column)
    if pa.types.is_time(column.type):
        return column.cast(pa.large_string())  # Arrow reads no time of day
    if not opaque(column.type):
        return column
    texts = [json_form(plain_json(value)) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.large_string())])
