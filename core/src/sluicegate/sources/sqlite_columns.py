"""Builds Arrow columns from SQLite's values, each of which carries its own type.

A column of a declared type takes only values of it; what does not fit is an error that names the
column and the row. A column without one (an expression) gets its type from the first batch:
integers, floats, text or bytes; mixed numbers become floats, anything mixed with text becomes text,
and so does a column that is all NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from sluicegate.errors import SourceError
from sluicegate.model.data import TypeFamily
from sluicegate.sources.sqlite_catalog import family

Convert = Callable[[Any], Any]


class Misfit(Exception):
    """A value that its column cannot hold; carries nothing."""


class Column:
    """One output column: its Arrow type and how a value becomes one of that type."""

    def __init__(self, name: str, declared: str, sample: Sequence[Any]) -> None:
        self.name = name
        self.declared = declared
        self.arrow, self._convert = _rule(declared, sample)

    def array(self, values: Sequence[Any], first_row: int) -> Any:
        """Build the Arrow array of ``values``; the first of them stands in ``first_row``.

        Raises:
            SourceError: a value does not fit; names column and row (from 1).
        """
        built: list[Any] = []
        row = None
        for number, value in enumerate(values):
            try:
                built.append(None if value is None else self._convert(value))
            except (Misfit, ValueError, OverflowError, ArithmeticError):
                row = first_row + number
                break
        if row is None:
            try:
                return pa.array(built, type=self.arrow)
            except (pa.ArrowException, OverflowError, ValueError):
                row = first_row
        raise SourceError(
            f"column {self.name!r}, row {row}: the value is not {self._wanted()}",
            hint="SQLite keeps any value in any column; clean it, or CAST the column to TEXT",
        )

    def _wanted(self) -> str:
        return f"of its declared type {self.declared}" if self.declared else f"a {self.arrow}"


def _rule(declared: str, sample: Sequence[Any]) -> tuple[Any, Convert]:
    found = family(declared)
    if found is TypeFamily.TIMESTAMP:
        return _timestamp(sample)
    if found is TypeFamily.DECIMAL:
        return _decimal(declared, sample)
    return _RULES.get(found) or _inferred(sample)


def _of(*kinds: type) -> Convert:
    def convert(value: Any) -> Any:
        if isinstance(value, kinds):
            return value
        raise Misfit

    return convert


def _integer(value: Any) -> int:
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    raise Misfit


def _boolean(value: Any) -> bool:
    if value in (0, 1) and isinstance(value, int):
        return bool(value)
    raise Misfit


def _float(value: Any) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    raise Misfit


def _date(value: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date.fromisoformat(value)
    raise Misfit


def _moment(value: Any) -> datetime:
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value):
        return datetime.fromisoformat(value)
    raise Misfit


def _timestamp(sample: Sequence[Any]) -> tuple[Any, Convert]:
    """With or without a zone, as the first value has it; the other kind does not fit then."""
    first = next((v for v in sample if isinstance(v, str)), "")
    zoned = re.search(r":.*(Z|[+-]\d\d:?\d\d)$", first) is not None

    def convert(value: Any) -> datetime:
        moment = _moment(value)
        if (moment.tzinfo is not None) is not zoned:
            raise Misfit
        return moment.astimezone(UTC) if zoned else moment

    return pa.timestamp("us", tz="UTC" if zoned else None), convert


def _decimal(declared: str, sample: Sequence[Any]) -> tuple[Any, Convert]:
    match = re.search(r"\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", declared)
    precision, scale = (int(match[1]), int(match[2] or 0)) if match else (0, 0)
    if not 0 < precision <= 38 or scale > precision:  # noqa: PLR2004  # digits of 128 bits
        return _inferred(sample)
    unit, bound = Decimal(1).scaleb(-scale), Decimal(10) ** (precision - scale)

    def convert(value: Any) -> Decimal:
        # Fifteen digits are what SQLite itself shows of a float: 0.1 + 0.2 is 0.3.
        number = Decimal(f"{value:.15g}" if isinstance(value, float) else _number(value))
        if not number.is_finite() or abs(number) >= bound or number != number.quantize(unit):
            raise Misfit
        return number.quantize(unit)

    return pa.decimal128(precision, scale), convert


def _number(value: Any) -> int | str:
    if isinstance(value, (int, str)):
        return value
    raise Misfit


def _text(value: Any) -> str:
    if isinstance(value, (str, int, float)):
        return str(value)
    raise Misfit


def _inferred(sample: Sequence[Any]) -> tuple[Any, Convert]:
    kinds = {type(v) for v in sample if v is not None}
    if kinds == {int}:
        return pa.int64(), _integer
    if kinds and kinds <= {int, float}:
        return pa.float64(), _float
    if kinds == {bytes}:
        return pa.binary(), _of(bytes)
    return pa.string(), _text


_RULES: dict[TypeFamily, tuple[Any, Convert]] = {
    TypeFamily.INTEGER: (pa.int64(), _integer),
    TypeFamily.FLOAT: (pa.float64(), _float),
    TypeFamily.TEXT: (pa.string(), _of(str)),
    TypeFamily.JSON: (pa.string(), _of(str)),
    TypeFamily.BINARY: (pa.binary(), _of(bytes)),
    TypeFamily.BOOLEAN: (pa.bool_(), _boolean),
    TypeFamily.DATE: (pa.date32(), _date),
}
