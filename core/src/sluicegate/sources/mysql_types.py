"""Types of MySQL in Arrow: what stays, and what cannot be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa

from sluicegate.model.data import TypeFamily
from sluicegate.sources.mysql_wire import Field

_UNSIGNED = 0x20
_BINARY = 63
"""Number of the character set that is none."""
_MOST_DIGITS = 38


class Form(StrEnum):
    """How a value lies in a row."""

    FIXED = "fixed"
    SIZED = "sized"
    """Its length, then its bytes."""
    DAY = "day"
    MOMENT = "moment"
    CLOCK = "clock"
    NONE = "none"
    """Nothing: the column is NULL in each row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one column is read."""

    name: str
    arrow: Any
    """Arrow type that leaves."""
    form: Form
    stored: str = ""
    """numpy's name of a fixed form."""
    note: str = ""
    """What could not be kept."""


_INTEGERS = {1: 1, 2: 2, 3: 4, 8: 8, 9: 4, 13: 2}
"""Bytes of TINYINT, SMALLINT, INT, BIGINT, MEDIUMINT and YEAR on the wire."""
_FLOATS = {4: (pa.float32(), "<f4"), 5: (pa.float64(), "<f8")}
_DECIMALS = {0, 246}
_PLAIN = {
    6: (pa.string(), Form.NONE),
    7: (pa.timestamp("us", tz="UTC"), Form.MOMENT),
    10: (pa.date32(), Form.DAY),
    11: (pa.time64("us"), Form.CLOCK),
    12: (pa.timestamp("us"), Form.MOMENT),
}
"""NULL, TIMESTAMP, DATE, TIME and DATETIME."""
_TEXTS = {15, 247, 248, 249, 250, 251, 252, 253, 254}
_BIT, _JSON, _GEOMETRY, _YEAR = 16, 245, 255, 13

_FAMILIES = {
    **dict.fromkeys(
        ("tinyint", "smallint", "mediumint", "int", "bigint", "year"), TypeFamily.INTEGER
    ),
    **dict.fromkeys(("float", "double"), TypeFamily.FLOAT),
    **dict.fromkeys(
        ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"),
        TypeFamily.TEXT,
    ),
    **dict.fromkeys(
        ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"),
        TypeFamily.BINARY,
    ),
    **dict.fromkeys(("datetime", "timestamp"), TypeFamily.TIMESTAMP),
    "decimal": TypeFamily.DECIMAL,
    "date": TypeFamily.DATE,
    "time": TypeFamily.TIME,
    "json": TypeFamily.JSON,
    "uuid": TypeFamily.UUID,
}


def family(native: str) -> TypeFamily:
    """Return the family of a type as the catalogue names it (DATA_TYPE)."""
    return _FAMILIES.get(native.lower(), TypeFamily.OTHER)


def spelled(native: str, full: str) -> str:
    """Return the full name of a type, without the labels of an enum or set, which are data."""
    return native if native in {"enum", "set"} else full


def readings(fields: Sequence[Field]) -> tuple[Reading, ...]:
    """Decide for each column of a result.

    * Integers keep their width and sign; YEAR is a small integer, TINYINT(1) is no boolean.
    * DECIMAL keeps its digits: 128 bits up to 38 of them, else 256.
    * DATETIME has no zone; TIMESTAMP is an instant and has UTC.
    * TIME becomes a time of day; a value that is none is an error when it comes.
    * JSON, ENUM and SET become text; BIT, BINARY and BLOB bytes. Geometries stay bytes, with a
      note.
    * NULL without a type becomes text.
    """
    return tuple(_reading(field) for field in fields)


def _reading(field: Field) -> Reading:
    code = field.type_code
    if code in _INTEGERS:
        return _integer(field, _INTEGERS[code])
    if code in _FLOATS:
        arrow, stored = _FLOATS[code]
        return Reading(name=field.name, arrow=arrow, form=Form.FIXED, stored=stored)
    if code in _PLAIN:
        arrow, form = _PLAIN[code]
        return Reading(name=field.name, arrow=arrow, form=form)
    return _sized(field)


def _integer(field: Field, size: int) -> Reading:
    unsigned = bool(field.flags & _UNSIGNED) and field.type_code != _YEAR
    letter = "u" if unsigned else "i"
    arrow = getattr(pa, f"{'u' if unsigned else ''}int{size * 8}")()
    return Reading(name=field.name, arrow=arrow, form=Form.FIXED, stored=f"<{letter}{size}")


def _sized(field: Field) -> Reading:
    code = field.type_code
    if code in _DECIMALS:
        return Reading(name=field.name, arrow=_decimal(field), form=Form.SIZED)
    if code == _JSON or (code in _TEXTS and field.charset != _BINARY):
        return Reading(name=field.name, arrow=pa.string(), form=Form.SIZED)
    note = ""
    if code == _GEOMETRY:
        note = f"column {field.name!r}: a geometry was read as bytes"
    elif code not in _TEXTS and code != _BIT:
        note = f"column {field.name!r}: a type that is not known here was read as bytes"
    return Reading(name=field.name, arrow=pa.binary(), form=Form.SIZED, note=note)


def _decimal(field: Field) -> Any:
    signed = not field.flags & _UNSIGNED
    digits = max(1, field.length - signed - (field.scale > 0))
    make = pa.decimal128 if digits <= _MOST_DIGITS else pa.decimal256
    return make(min(digits, 76), min(field.scale, digits))
