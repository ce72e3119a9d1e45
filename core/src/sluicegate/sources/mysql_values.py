"""Parameters in the binary form of the MySQL protocol.

Source of the rules: MySQL Source Code Documentation, "COM_STMT_EXECUTE" and "Binary Protocol
Value".
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from sluicegate.errors import ConfigurationError
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources.parameters import ordered

_TINY, _DOUBLE, _NULL, _LONGLONG = 1, 5, 6, 8
_DATE, _DATETIME, _DECIMAL, _STRING = 10, 12, 246, 253
_UNSIGNED = 0x80


def bound(statement: Statement, parameters: Mapping[str, Scalar]) -> list[Scalar]:
    """Return one value per ``?`` of ``statement``; a time with a zone becomes UTC.

    Raises:
        ConfigurationError: a parameter is missing, is not a scalar, or is no number that MySQL
            knows (NaN, infinity); names it, not its value.
    """
    values = ordered(statement, parameters)
    for name, value in zip(statement.parameters, values, strict=True):
        if isinstance(value, (float, Decimal)) and not math.isfinite(value):
            raise ConfigurationError(f"parameter {name!r} is a number that MySQL does not know")
    return [_plain(v) for v in values]


def _plain(value: Scalar) -> Scalar:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def encoded(values: Sequence[Scalar]) -> bytes:
    """Write which values are NULL, their types, and the values."""
    if not values:
        return b""
    nulls = sum(1 << place for place, value in enumerate(values) if value is None)
    pairs = [_pair(v) for v in values]
    types = b"".join(struct.pack("<BB", kind & 0xFF, kind >> 8) for kind, _ in pairs)
    head = nulls.to_bytes((len(values) + 7) // 8, "little") + b"\x01"
    return head + types + b"".join(content for _, content in pairs)


def _pair(value: Scalar) -> tuple[int, bytes]:
    """Return the type (with the mark of an unsigned one in the second byte) and the content."""
    if value is None:
        return _NULL, b""
    if isinstance(value, str):
        return _STRING, _text(value)
    return _time(value) if isinstance(value, date) else _number(value)


def _time(value: date) -> tuple[int, bytes]:
    if isinstance(value, datetime):
        return _DATETIME, _moment(value)
    return _DATE, struct.pack("<BHBB", 4, value.year, value.month, value.day)


def _number(value: float | Decimal) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return _TINY, bytes([value])
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _DOUBLE, struct.pack("<d", value)
    return _DECIMAL, _text(f"{value:f}")


def _integer(value: int) -> tuple[int, bytes]:
    if -(2**63) <= value < 2**63:
        return _LONGLONG, struct.pack("<q", value)
    if 0 <= value < 2**64:
        return _LONGLONG | _UNSIGNED << 8, struct.pack("<Q", value)
    return _DECIMAL, _text(str(value))


def _moment(value: datetime) -> bytes:
    day = struct.pack("<BHBB", 11, value.year, value.month, value.day)
    return day + struct.pack("<BBBI", value.hour, value.minute, value.second, value.microsecond)


def _text(value: str) -> bytes:
    content = value.encode()
    size = len(content)
    if size < 251:  # noqa: PLR2004  # lengths of one byte end here
        return bytes([size]) + content
    if size < 1 << 16:
        return b"\xfc" + size.to_bytes(2, "little") + content
    if size < 1 << 24:
        return b"\xfd" + size.to_bytes(3, "little") + content
    return b"\xfe" + size.to_bytes(8, "little") + content
