"""Types that a schema gives to columns of text files. Nothing is rounded to fit.

A value that does not have the form of its column's type is an error that names no value. Engines
round ``1.5`` to an integer and drop digits of a decimal, so the form is tested before the cast.
"""

from __future__ import annotations

import re
from typing import Final

from sluicegate.errors import ConfigurationError

_MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
_FORMS: Final = {
    "integer": ("BIGINT", r"[+-]?[0-9]+"),
    "float": ("DOUBLE", r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"),
    "boolean": ("BOOLEAN", r"(?i:true|false)"),
    "date": ("DATE", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "timestamp": ("TIMESTAMP", _MOMENT),
    "timestamp with time zone": ("TIMESTAMPTZ", _MOMENT + r" ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"),
    "uuid": ("UUID", r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "text": ("VARCHAR", ""),
}
_DECIMAL: Final = re.compile(r"decimal\(\s*([0-9]+)\s*,\s*([0-9]+)\s*\)")
_DIGITS: Final = 38


def typed(column: str, name: str, kind: str) -> str:
    """Return the SQL of a text column as a value of ``kind``.

    Args:
        column: The column, as it is written in SQL.
        name: Its name, for the error.
        kind: ``integer``, ``decimal(p,s)``, ``float``, ``boolean``, ``date``, ``timestamp``,
            ``timestamp with time zone``, ``uuid`` or ``text``.

    Raises:
        ConfigurationError: there is no such type.
    """
    target, form = _form(name, kind.strip().lower())
    if not form:
        return column
    right = f"{column} IS NULL OR regexp_full_match({column}, '{form}')"
    wrong = f"error('{MISFIT}')"
    return f"CASE WHEN {right} THEN CAST({column} AS {target}) ELSE {wrong} END"


MISFIT: Final = "sluicegate-misfit"
"""What the engine's error says where a value has not the form of its type."""


def _form(name: str, kind: str) -> tuple[str, str]:
    if kind in _FORMS:
        return _FORMS[kind]
    match = _DECIMAL.fullmatch(kind)
    precision, scale = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 0 < precision <= _DIGITS or scale > precision:
        raise ConfigurationError(
            f"the schema gives column {name!r} the type {kind!r}, which is not known",
            hint=f"use {', '.join(sorted(_FORMS))} or decimal(10,2)",
        )
    whole, after = precision - scale, f"([.][0-9]{{0,{scale}}}0*)?"
    return f"DECIMAL({precision},{scale})", f"[+-]?0*[0-9]{{0,{whole}}}{after}"
