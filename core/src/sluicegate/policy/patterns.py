"""Matching of names against patterns: ``*`` is any text, ``?`` one character, all else itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from sluicegate.model.data import RelationName
from sluicegate.policy.names import parse_table


def matches(pattern: str, value: str | None) -> bool:
    """Tell whether the whole of ``value`` matches, with case.

    What is not known (``None`` or empty) matches nothing, not even ``*``: a rule that asks for a
    team is not met by a run without one. Linear in practice: ``fnmatch`` does not backtrack over
    several stars.
    """
    return bool(value) and fnmatchcase(value or "", pattern)


def select_tables(pattern: str, listed: Iterable[RelationName]) -> frozenset[RelationName]:
    """Return the listed tables that ``pattern`` names.

    Schema and table are matched apart, so that no dot inside a name can move the border between
    them. ``*`` alone is every listed table; a name that is listed exactly is that table only.
    """
    tables = frozenset(listed)
    if pattern == "*":
        return tables
    exact = parse_table(pattern)
    if exact is not None and exact in tables:
        return frozenset({exact})
    schema, dot, name = pattern.partition(".")
    if not dot or re.search(r'[\[\]".]', schema + name):
        return frozenset()
    return frozenset(t for t in tables if matches(schema, t.schema) and matches(name, t.name))
