"""Reads bound parameters from the command line: ``name=text`` or ``name:type=value``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

import typer

from sluicegate.model.request import Scalar

_BOOLEANS: Final = MappingProxyType({"true": True, "false": False})
_READERS: Final[Mapping[str, Callable[[str], Scalar]]] = MappingProxyType(
    {
        "text": str,
        "int": int,
        "float": float,
        "decimal": Decimal,
        "bool": _BOOLEANS.__getitem__,
        "date": date.fromisoformat,
        "datetime": datetime.fromisoformat,
        "env": lambda variable: os.environ[variable],
    }
)
HELP: Final = (
    "Bound parameter, name=value or name:type=value; type is one of text (default), int, float,"
    " decimal, bool, date, datetime (ISO 8601), null, or env: text from an environment variable,"
    " so that it does not show in the list of processes. Give once per parameter."
)


def read_parameters(texts: Sequence[str]) -> dict[str, Scalar]:
    """Read all ``--param`` of a call.

    Raises:
        typer.BadParameter: one is malformed or given twice. Names it, never its value.
    """
    parameters: dict[str, Scalar] = {}
    for number, text in enumerate(texts, 1):
        name, value = _read(text, number)
        if name in parameters:
            raise typer.BadParameter(f"{name} is given twice", param_hint="--param")
        parameters[name] = value
    return parameters


def _read(text: str, number: int) -> tuple[str, Scalar]:
    left, equals, value = text.partition("=")
    name, _, kind = left.partition(":")
    if not equals or not name.isidentifier():
        raise typer.BadParameter(
            f"number {number} is not of the form name=value or name:type=value",
            param_hint="--param",
        )
    if kind == "null":
        return name, None
    reader = _READERS.get(kind or "text")
    if reader is None:
        known = ", ".join([*_READERS, "null"])
        raise typer.BadParameter(
            f"{name} has an unknown type; known: {known}", param_hint="--param"
        )
    try:
        return name, reader(value)
    except (ValueError, InvalidOperation, KeyError):
        what = "its environment variable is not set" if kind == "env" else f"it is no {kind}"
        raise typer.BadParameter(f"{name}: {what}", param_hint="--param") from None
