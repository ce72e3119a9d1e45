"""Every listed function passes under its own name: the parser has a class of its own for some."""

from __future__ import annotations

import pytest

from sluicegate.errors import SqlError
from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily
from sluicegate.sql import gather, parse
from sluicegate.sql.vocabulary import NAMED_FUNCTIONS

RUNNING = ("postgres", "duckdb", "sqlite", "mysql")
ARGUMENTS = (
    "'day', a", "'day', a, b", "", "a", "a, b", "a, b, c", "a, b, c, d", "a, lambda x: x", "a, 1", "a, b, 1",
)  # fmt: skip
TABLE = Relation(
    name=RelationName(schema="main", name="t"),
    kind="table",
    columns=tuple(
        CatalogColumn(name=name, native_type="text", family=TypeFamily.TEXT) for name in "abcd"
    ),
)


def _passes(call: str, dialect: str) -> bool:
    try:
        parsed = parse(f"SELECT {call} AS x FROM t", dialect)
    except SqlError:
        return False
    return not gather(parsed, lambda *_: TABLE).problems


@pytest.mark.parametrize("dialect", RUNNING)
def test_a_listed_function_passes_with_some_number_of_arguments(dialect: str) -> None:
    refused = {
        name
        for name in NAMED_FUNCTIONS[dialect]
        if not any(_passes(f"{name}({arguments})", dialect) for arguments in ARGUMENTS)
    }
    assert refused == set()
