"""Names of result columns: distinct, explicit, and renamed where an alias list says so."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.sql.context import Context
from sluicegate.sql.names import fold, key, quoted, written
from sluicegate.sql.refusal import place_of, refuse
from sluicegate.sql.scope import Bound, Output


def check_distinct_names(outputs: list[Output], context: Context, node: exp.Expr) -> None:
    """Note a fault if two columns have one name (Parquet and most engines ignore case)."""
    seen: set[str] = set()
    for output in outputs:
        if fold(output.name) in seen:
            hint = "give one of them an alias, or list the columns instead of *"
            message = f"two result columns are called {output.name!r}"
            context.problem("SQL-DUPLICATE-COLUMN", message, hint, node)
        seen.add(fold(output.name))


def rename(bound: Bound, names: list[exp.Identifier], dialect: str) -> None:
    """Give the first columns of a query the names of an alias list.

    The names go to the projections themselves, which every dialect takes.
    """
    if len(names) > len(bound.outputs):
        hint = "name as many columns as the query has"
        raise refuse("G09", "an alias list that is too long", hint, place_of(names[0]))
    for index, name in enumerate(names):
        output = bound.outputs[index]
        output.name, output.key = written(name, dialect), key(name, dialect)
    if names:
        _rename_projections(bound.node, [output.name for output in bound.outputs])


def _rename_projections(node: exp.Expr, names: list[str]) -> None:
    while not isinstance(node, exp.Select):
        node = node.this
    for projection, name in zip(node.expressions, names, strict=True):
        projection.set("alias", quoted(name))
