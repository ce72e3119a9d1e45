"""Whether a statement changes something, so that the right door of the gate is asked."""

from __future__ import annotations

import re
from typing import Final

from sluicegate.errors import SqlError
from sluicegate.sql import reasons_of
from sluicegate.sql.changes import parse_change

_FIRST: Final = re.compile(r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()*([A-Za-z]*)", re.DOTALL)
_CHANGES: Final = frozenset(
    "insert update delete merge truncate create alter drop replace".split()  # noqa: SIM905 - words
)


def writes(sql: str, dialect: str) -> bool:
    """Tell which door to knock at. Neither lets in what belongs to the other."""
    found = _FIRST.match(sql)
    word = found[1].lower() if found else ""
    if word != "with":
        return word in _CHANGES
    try:
        parse_change(sql, dialect)
    except SqlError as error:
        return any(r.code == "STATEMENT-RETURNING" for r in reasons_of(error))
    return True
