"""Durations, sizes and instants as a policy writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_BYTES: dict[str, int] = {
    "B": 1,
    **{f"{p}B": 1000**n for n, p in enumerate(("k", "M", "G", "T"), start=1)},
    **{f"{p}iB": 1024**n for n, p in enumerate(("K", "M", "G", "T"), start=1)},
}
_DURATION = re.compile(r"([1-9][0-9]{0,8})(s|m|h|d)", re.ASCII)
_SIZE = re.compile(r"([1-9][0-9]{0,14})(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?P<time>[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?",
    re.ASCII,
)


def parse_duration(value: object) -> int:
    """Read ``90s``, ``30m``, ``24h`` or ``7d`` as seconds."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError(
            "duration", "must be a duration|write a whole number and s, m, h or d, for example 24h"
        )
    return int(match[1]) * _SECONDS[match[2]]


def parse_size(value: object) -> int:
    """Read ``500MB`` (powers of 1000), ``2GiB`` (powers of 1024) or a plain number of bytes."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError(
            "size", "must be a size|write a whole number and kB, MB, GB, KiB, MiB or GiB"
        )
    return int(match[1]) * _BYTES[match[2]]


def parse_instant(value: object) -> datetime:
    """Read a date (midnight UTC) or a time with its offset, as an instant in UTC.

    A time without an offset is refused: it would mean another instant on another machine.
    """
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError(
            "instant", "must be a date or a time|write 2026-01-31 or 2026-01-31T08:00:00+01:00"
        )
    if match["time"] and not match["zone"]:
        raise PydanticCustomError("instant", "a time without a zone|add Z or an offset, as +01:00")
    try:
        moment = datetime.fromisoformat(match[0])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError(
            "instant", "not a day or time of the calendar|check month, day, hour and offset"
        ) from None


Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": f"^(?:{_DURATION.pattern})$"}),
]
Size = Annotated[
    int,
    BeforeValidator(parse_size),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "pattern": f"^(?:{_SIZE.pattern})$"},
            ]
        }
    ),
]
Instant = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"}),
]
