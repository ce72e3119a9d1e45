"""Types of PostgreSQL in Arrow: what stays, what the server casts, what cannot be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sluicegate.errors import SourceError
from sluicegate.sources.outer import cast_columns

_TYPE, _TYPMOD = b"POSTGRESQL:type", b"POSTGRESQL:typmod"
_TEXT_INSTEAD = {b"money", b"record", b"void", b"_money", b"_oid"}
_EXACT: dict[bytes, tuple[Any, str | None]] = {
    b"oid": (pa.int64(), "bigint"),  # the driver's 32 bits have a sign, the server's have not
    b"uuid": (pa.string(), "text"),
    b"json": (pa.string(), None),
    b"jsonb": (pa.string(), None),
}
_MOST_DIGITS = 76

_PLAIN: tuple[Callable[[Any], bool], ...] = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_string,
    pa.types.is_binary,
    pa.types.is_date32,
    pa.types.is_time64,
    pa.types.is_timestamp,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one column is read."""

    name: str
    arrow: Any
    """Arrow type that leaves."""
    cast: str | None = None
    """Type the server casts to, if the driver does not know the column's own."""
    note: str = ""
    """What could not be kept."""


def readings(schema: pa.Schema) -> tuple[Reading, ...]:
    """Decide for each column of the driver's schema.

    * ``numeric(p, s)`` becomes decimal; ``numeric`` without limits stays text, with a note. The
      server writes the text of both: the driver takes five times as long for it.
    * ``uuid`` becomes text (lower case, hyphens), ``json`` and ``jsonb`` text, enums text.
    * Intervals, network addresses, ranges, composites and whatever else the driver would hand over
      in its wire format become PostgreSQL's own text, so that a scan can read them.
    """
    return tuple(_reading(field) for field in schema)


def cast_in_server(sql: str, columns: tuple[Reading, ...]) -> str:
    """Wrap ``sql`` with the casts that the columns need."""
    return cast_columns(sql, [c.cast for c in columns])


def convert(batch: pa.RecordBatch, columns: tuple[Reading, ...]) -> pa.RecordBatch:
    """Give a batch of the driver the promised names and types.

    Raises:
        SourceError: a value does not fit (``NaN`` in a decimal); names the column.
    """
    schema = pa.schema([pa.field(c.name, c.arrow) for c in columns])
    arrays = [_converted(a, c) for a, c in zip(batch.columns, columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _reading(field: Any) -> Reading:
    native = (field.metadata or {}).get(_TYPE, b"")
    if native == b"numeric":
        return _numeric(field)
    if native in _EXACT:
        arrow, cast = _EXACT[native]
        return Reading(name=field.name, arrow=arrow, cast=cast)
    listed = pa.types.is_list(field.type)
    element = field.type.value_type if listed else field.type
    if native not in _TEXT_INSTEAD and any(is_plain(element) for is_plain in _PLAIN):
        return _plain(field.name, element, listed=listed)
    return Reading(
        name=field.name,
        arrow=pa.list_(pa.string()) if listed else pa.string(),
        cast="text[]" if listed else "text",
        note=f"column {field.name!r}: {_spelled(native)} was read as text",
    )


def _plain(name: str, element: Any, *, listed: bool) -> Reading:
    if not listed:
        return Reading(name=name, arrow=element)
    note = f"column {name!r}: arrays of arrays, if there are any, were flattened"
    return Reading(name=name, arrow=pa.list_(element), note=note)


def _spelled(native: bytes) -> str:
    name = native.decode(errors="replace")
    if name.startswith("unnamed"):
        return "a type that the driver does not know"
    return f"{name[1:]}[]" if name.startswith("_") else name


def _numeric(field: Any) -> Reading:
    typmod = int(field.metadata.get(_TYPMOD, b"-1")) - 4
    if typmod >= 0:
        precision, low = typmod >> 16, typmod & 0x7FF
        scale = (low ^ 1024) - 1024  # eleven bits, signed: numeric(3, -2) counts hundreds
        if precision <= _MOST_DIGITS:
            make = pa.decimal128 if precision <= 38 else pa.decimal256  # noqa: PLR2004  # digits of 128 bits
            return Reading(name=field.name, arrow=make(precision, scale), cast="text")
    return Reading(
        name=field.name,
        arrow=pa.string(),
        cast="text",
        note=f"column {field.name!r}: numeric without a precision was read as text",
    )


def _converted(array: Any, column: Reading) -> Any:
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if array.type == column.arrow:
        return array
    try:
        return array.cast(column.arrow)
    except pa.ArrowException:
        pass
    raise SourceError(
        f"column {column.name!r} holds a value that {column.arrow} cannot hold, such as NaN",
        hint="leave such rows out, or cast the column to double precision or text",
    )
