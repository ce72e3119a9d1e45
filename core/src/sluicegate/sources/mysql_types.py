"""Result columns of MySQL and MariaDB: the Arrow type of each, and its values from their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sluicegate.errors import SourceError

_UNSIGNED = 32
_BINARY_CHARSET = 63

_INTEGERS = {1: 8, 2: 16, 9: 32, 3: 32, 8: 64, 13: 16}
"""TINY, SHORT, INT24, LONG, LONGLONG, YEAR: bits."""
_DECIMALS = {0, 246}
_PLAIN = {
    **dict.fromkeys((4, 5), pa.float64()),
    **dict.fromkeys((10, 14), pa.date32()),
    **dict.fromkeys((7, 12), pa.timestamp("us")),
    6: pa.null(),
}
"""FLOAT, DOUBLE; DATE, NEWDATE; TIMESTAMP, DATETIME; NULL."""
_TIME = 11
_YEAR = 13
_JSON = 245
_BITS = {16, 255}
"""BIT, GEOMETRY."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a result column is read."""

    name: str
    arrow: Any
    note: str = ""
    """Blind spot: a type that is not kept."""


def readings(fields: Sequence[Any]) -> tuple[Reading, ...]:
    """Return how to read each column that the server describes."""
    return tuple(_reading(f) for f in fields)


def _reading(described: Any) -> Reading:
    kind, name = described.type_code, described.name
    if kind == _TIME:
        note = f"column {name!r}: TIME goes beyond a day, so it is left as text"
        return Reading(name=name, arrow=pa.string(), note=note)
    if kind in _INTEGERS:
        return Reading(name=name, arrow=_integer(described))
    if kind in _DECIMALS:
        return Reading(name=name, arrow=_decimal(described))
    if kind in _PLAIN:
        return Reading(name=name, arrow=_PLAIN[kind])
    binary = kind in _BITS or (kind != _JSON and described.charsetnr == _BINARY_CHARSET)
    return Reading(name=name, arrow=pa.binary() if binary else pa.string())


def _integer(described: Any) -> Any:
    kind = described.type_code
    sign = "uint" if described.flags & _UNSIGNED and kind != _YEAR else "int"
    return getattr(pa, f"{sign}{_INTEGERS[kind]}")()


def _decimal(described: Any) -> Any:
    signs = (0 if described.flags & _UNSIGNED else 1) + (1 if described.scale else 0)
    digits = max(described.length - signs, described.scale, 1)
    build = pa.decimal128 if digits <= 38 else pa.decimal256  # noqa: PLR2004  # what 128 bits hold
    return build(min(digits, 76), described.scale)


def batch(rows: Sequence[Sequence[Any]], columns: Sequence[Reading]) -> pa.RecordBatch:
    """Return rows of texts as one batch.

    Raises:
        SourceError: a value is none of its column's type, for example the date 0000-00-00.
    """
    values: Sequence[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [_array(v, c) for v, c in zip(values, columns, strict=True)]
    schema = pa.schema([pa.field(c.name, c.arrow) for c in columns])
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], column: Reading) -> Any:
    try:
        if pa.types.is_binary(column.arrow):
            return pa.array([v.encode() if isinstance(v, str) else v for v in values], pa.binary())
        text = pa.array(values, pa.string())
        return text if pa.types.is_string(column.arrow) else text.cast(column.arrow)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeError):
        pass  # its text quotes the value
    raise SourceError(
        f"column {column.name!r} holds a value that Arrow cannot hold as {column.arrow}",
        hint="leave such rows out (dates of zeros, for example), or cast the column to text",
    )
