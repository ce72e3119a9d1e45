"""Parameters of a statement: their values in the order of their positions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from sluicegate.errors import ConfigurationError
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar


def ordered(statement: Statement, parameters: Mapping[str, Scalar]) -> list[Scalar]:
    """Return one value per position of ``statement``.

    Raises:
        ConfigurationError: a parameter is missing, or is not a scalar; names it, not its value.
    """
    values: list[Scalar] = []
    for name in statement.parameters:
        if name not in parameters:
            raise ConfigurationError(
                f"the statement needs a parameter {name!r}", hint="give it with the request"
            )
        values.append(_scalar(name, parameters[name]))
    return values


def _scalar(name: str, value: Scalar) -> Scalar:
    kind: object = type(value)
    if value is not None and not isinstance(value, (bool, int, float, str, Decimal, date)):
        raise ConfigurationError(
            f"parameter {name!r} is a {kind.__name__ if isinstance(kind, type) else 'value'}",
            hint="use text, a number, a boolean, a date or a time; a list needs one parameter each",
        )
    if isinstance(value, str):
        _text(name, value)
    return value


def _text(name: str, value: str) -> None:
    if "\0" in value or not _encodable(value):
        raise ConfigurationError(f"parameter {name!r} holds a NUL or is not valid Unicode")


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_text(value: Scalar) -> str | None:
    """Write a value the way SQL reads it; a time with a zone becomes UTC, NULL stays ``None``."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return moment.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)
