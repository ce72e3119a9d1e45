"""Rows as JSON text, a column at a time.

Source of the rules: RFC 8259. Numbers and booleans are JSON's own; dates and times are text in ISO
8601, with ``T`` and, where the type has a zone, in UTC with ``Z``. Decimals are text, so that no
reader rounds them; bytes are base64. What JSON has no number for is the text ``NaN``, ``Infinity``
or ``-Infinity``. Lists, structs and maps are arrays and objects of these.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

_ESCAPES: Final = {
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
_OTHER_CONTROLS: Final = [chr(c) for c in (*range(0x20), 0x7F) if chr(c) not in _ESCAPES]
_NOT_FINITE: Final = {"nan": '"NaN"', "inf": '"Infinity"', "-inf": '"-Infinity"'}


def unwritable(kind: pa.DataType) -> bool:
    """Tell whether a type has no JSON form here."""
    return bool(pa.types.is_interval(kind) or pa.types.is_union(kind))


def json_rows(batch: pa.RecordBatch) -> bytes:
    """Write each row as one object on a line of its own."""
    if not batch.num_rows:
        return b""
    if not batch.num_columns:
        empty: bytes = b"{}\n" * batch.num_rows
        return empty
    parts: list[Any] = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        start = "," if parts else "{"
        parts += [pa.scalar(f"{start}{json.dumps(name)}:", pa.large_string()), _texts(column)]
    end, nothing = pa.scalar("}\n", pa.large_string()), pa.scalar("", pa.large_string())
    lines = pc.binary_join_element_wise(*parts, end, nothing)
    # the values of an array of texts stand one behind the other in one buffer
    size = pc.sum(pc.binary_length(lines)).as_py()
    text: bytes = lines.buffers()[2].slice(0, size).to_pybytes()
    return text


def _texts(column: pa.Array) -> pa.Array:
    """Return the JSON text of each value."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _texts_one_by_one(column)
    if pa.types.is_dictionary(kind):
        return _texts(column.dictionary).take(column.indices).fill_null("null")
    texts = _writer_of(kind)(column)
    return texts.cast(pa.large_string()).fill_null("null")


def _writer_of(kind: pa.DataType) -> Callable[[pa.Array], pa.Array]:
    t = pa.types
    if t.is_integer(kind) or t.is_boolean(kind) or t.is_null(kind):
        return lambda column: column.cast(pa.large_string())
    if t.is_floating(kind):
        return _floats
    if t.is_string(kind) or t.is_large_string(kind) or t.is_string_view(kind):
        return lambda column: _quoted(_escaped(column.cast(pa.large_string())))
    if t.is_decimal(kind) or t.is_date(kind) or t.is_time(kind):
        return lambda column: _quoted(column.cast(pa.large_string()))
    if t.is_timestamp(kind):
        return _timestamps
    return _texts_one_by_one


def _timestamps(column: pa.Array) -> pa.Array:
    if column.type.tz:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    return _quoted(
        pc.replace_substring(column.cast(pa.large_string()), " ", "T", max_replacements=1)
    )


def _floats(column: pa.Array) -> pa.Array:
    texts = column.cast(pa.large_string())
    for arrow, ours in _NOT_FINITE.items():
        texts = pc.if_else(pc.equal(texts, arrow), ours, texts)
    return texts


def _escaped(texts: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(texts, r'[\\"\x00-\x1f\x7f]')).as_py():
        return texts
    for character, escape in _ESCAPES.items():
        texts = pc.replace_substring(texts, character, escape)
    if pc.any(pc.match_substring_regex(texts, r"[\x00-\x1f\x7f]")).as_py():
        for character in _OTHER_CONTROLS:
            texts = pc.replace_substring(texts, character, f"\\u{ord(character):04x}")
    return texts


def _quoted(texts: pa.Array) -> pa.Array:
    quote, nothing = pa.scalar('"', pa.large_string()), pa.scalar("", pa.large_string())
    return pc.binary_join_element_wise(quote, texts, quote, nothing)


def _texts_one_by_one(column: pa.Array) -> pa.Array:
    """For what is rare or nested: by way of Python's own values."""
    texts = [json.dumps(plain_json(value), ensure_ascii=False) for value in column.to_pylist()]
    return pa.array(texts, pa.large_string())


def plain_json(value: Any) -> Any:  # noqa: PLR0911 - one line a type
    """Return a value of Python in the types that JSON has."""
    match value:
        case dict():
            return {str(name): plain_json(item) for name, item in value.items()}
        case list() | tuple():
            return [plain_json(item) for item in value]
        case bytes():
            return base64.b64encode(value).decode()
        case float() if not math.isfinite(value):
            return json.loads(_NOT_FINITE[str(value)])
        case datetime() if value.tzinfo:
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal() | UUID():
            return str(value)
        case _:
            return value
