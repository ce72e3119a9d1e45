"""The type objects and constructors of PEP 249."""

from __future__ import annotations

import time
from datetime import date as Date  # noqa: N812 - as PEP 249 names it
from datetime import datetime as Timestamp  # noqa: N812 - as above
from datetime import time as Time  # noqa: N812 - as above
from typing import Final

import pyarrow as pa

Binary = bytes


class TypeObject:
    """One of PEP 249's families of types; a column's type code is one of them."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


STRING: Final = TypeObject("STRING")
BINARY: Final = TypeObject("BINARY")
NUMBER: Final = TypeObject("NUMBER")
DATETIME: Final = TypeObject("DATETIME")
ROWID: Final = TypeObject("ROWID")
"""No column is one: row ids are not read."""


def DateFromTicks(ticks: float) -> Date:  # noqa: N802 - PEP 249 names it
    """Return the date of seconds since the epoch, local time."""
    return Date(*time.localtime(ticks)[:3])


def TimeFromTicks(ticks: float) -> Time:  # noqa: N802 - as above
    """Return the time of day of seconds since the epoch, local time."""
    return Time(*time.localtime(ticks)[3:6])


def TimestampFromTicks(ticks: float) -> Timestamp:  # noqa: N802 - as above
    """Return the local time of seconds since the epoch."""
    return Timestamp(*time.localtime(ticks)[:6])  # noqa: DTZ001 - PEP 249 says local


def type_code(arrow: pa.DataType) -> TypeObject:
    """Return the family of an Arrow type; what has no family of its own is told as text."""
    if pa.types.is_binary(arrow) or pa.types.is_large_binary(arrow):
        return BINARY
    if pa.types.is_temporal(arrow):
        return DATETIME
    numbers = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean)
    return NUMBER if any(is_one(arrow) for is_one in numbers) else STRING
