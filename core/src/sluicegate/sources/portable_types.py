"""Types of results that a DB-API driver gives, in Arrow.

What a driver tells of a column decides its type where it is known (PostgreSQL by psycopg, MySQL by
PyMySQL). Elsewhere the values of the first batch decide, as in SQLite: a later value that does not
fit is an error, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pyarrow as pa

from sluicegate.errors import SourceError
from sluicegate.sources.mysql_types import readings as mysql_readings
from sluicegate.sources.mysql_wire import Field

_POSTGRES: Final[dict[int, Any]] = {
    16: pa.bool_(),
    17: pa.binary(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    19: pa.string(),
    25: pa.string(),
    1042: pa.string(),
    1043: pa.string(),
    700: pa.float32(),
    701: pa.float64(),
    1082: pa.date32(),
    1083: pa.time64("us"),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", tz="UTC"),
}
"""Number of a type in pg_type → Arrow: what does not stand here is read as text."""
_NUMERIC: Final = 1700
_DIGITS: Final = 38


def told_types(dialect: str, cursor: Any) -> list[Any]:
    """Return the Arrow type of each column as the driver tells it; ``None`` where it does not."""
    if dialect == "postgres":
        return [_of_postgres(column) for column in cursor.description]
    fields = getattr(getattr(cursor, "_result", None), "fields", None)
    if dialect == "mysql" and fields:
        return [reading.arrow for reading in mysql_readings([_field(f) for f in fields])]
    return [None] * len(cursor.description)


def text_casts(dialect: str, types: Sequence[Any]) -> list[str | None]:
    """Return the casts that the server makes, so that no driver turns a value into an object."""
    if dialect != "postgres":
        return [None] * len(types)
    return ["text" if kind is None else None for kind in types]


def array(name: str, values: Sequence[Any], kind: Any) -> Any:
    """Build the array of a column.

    Raises:
        SourceError: a value does not fit; names the column.
    """
    failed = False
    try:
        plain = [_plain(value) for value in values]
        return pa.array(plain, type=kind if kind is not None else _inferred(plain))
    except (pa.ArrowException, OverflowError, ValueError, TypeError, ArithmeticError):
        failed = True
    if failed:
        wanted = "of one type" if kind is None else f"a {kind}"
        raise SourceError(
            f"column {name!r}: a value is not {wanted}",
            hint="CAST the column in the statement",
        )
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    return str(value) if isinstance(value, UUID) else value


def _inferred(values: Sequence[Any]) -> Any:
    kinds = {type(v) for v in values if v is not None}
    if not kinds or kinds == {str}:
        return pa.string()
    if kinds == {datetime}:
        zoned = any(v.tzinfo for v in values if v is not None)
        return pa.timestamp("us", tz="UTC" if zoned else None)
    if kinds == {Decimal}:
        return _decimal(values)
    if kinds <= {int, float} and float in kinds:
        return pa.float64()
    single = {bool: pa.bool_(), int: pa.int64(), bytes: pa.binary(), date: pa.date32()}
    single[clock] = pa.time64("us")
    if len(kinds) == 1 and (kind := next(iter(kinds))) in single:
        return single[kind]
    raise TypeError


def _decimal(values: Sequence[Any]) -> Any:
    scale = max(-int(v.as_tuple().exponent) for v in values if v is not None)
    return pa.decimal128(_DIGITS, max(scale, 0))


def _of_postgres(column: Any) -> Any:
    code = column[1]
    if code == _NUMERIC and column[4] is not None and column[5] is not None:
        return pa.decimal128(column[4], column[5]) if column[4] <= _DIGITS else None
    return _POSTGRES.get(code)


def _field(field: Any) -> Field:
    return Field(
        name=field.name,
        type_code=field.type_code,
        flags=field.flags,
        charset=field.charsetnr,
        length=field.length,
        scale=field.scale,
    )
