"""What one model selects: each column, and the columns of its parents whose values reach it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify

from sluicegate.sql import parse

if TYPE_CHECKING:
    from sluicegate.dbt.manifest import DbtRelation

Columns = Mapping[tuple[str, str, str], tuple[str, tuple[str, ...]]]
"""Database, schema and name of a relation → its id, and its columns as far as they are known."""

_HIDE: Final = (
    exp.AggFunc, exp.DateTrunc, exp.Day, exp.Extract, exp.Length, exp.MD5, exp.MD5Digest, exp.Month,
    exp.Predicate, exp.SHA, exp.SHA2, exp.SHA2Digest, exp.SHA1Digest, exp.TimestampTrunc, exp.Year,
)  # fmt: skip
"""Of whose result no value can be read, or less of it. What is not known gives values out."""
_GIVE_OUT: Final = (
    exp.AnyValue, exp.ArrayAgg, exp.First, exp.FirstValue, exp.GroupConcat, exp.JSONArrayAgg,
    exp.JSONObjectAgg, exp.Lag, exp.Last, exp.LastValue, exp.Lead, exp.Max, exp.Min, exp.Mode,
    exp.NthValue, exp.PercentileCont, exp.PercentileDisc, exp.Quantile,
)  # fmt: skip
"""Aggregates and windows that give values of rows out again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A column of a parent."""

    relation: str
    """Its id."""
    column: str
    copied: bool
    """Whether its values can be read from the result, as they are or in part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A column of a model."""

    name: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The columns of a model."""

    columns: tuple[Selected, ...] = ()
    unseen: str = ""
    """Why there may be more."""


def selected(relation: DbtRelation, dialect: str, parents: Columns) -> Selection:
    """Work out what a model selects.

    Args:
        relation: A model.
        dialect: Of its SQL; empty if it is not modelled.
        parents: The relations that it reads.
    """
    if not dialect:
        return Selection(unseen="its adapter's dialect is not modelled")
    if not relation.sql:
        return Selection(unseen="it is not compiled: run `dbt compile`")
    try:
        return _selected(relation.sql, dialect, parents)
    except Exception:  # noqa: BLE001 - a parser's errors quote the statement, whatever their type
        return Selection(unseen="its SQL could not be worked out")


def _selected(sql: str, dialect: str, parents: Columns) -> Selection:
    schema = _schema(parents)
    query = qualify(
        parse(sql, dialect).tree.copy(),
        schema=schema,
        dialect=dialect,
        validate_qualify_columns=False,
        identify=False,
    )
    assert isinstance(query, exp.Query)
    columns = []
    for name in query.named_selects:
        if name == "*":
            continue
        node = lineage(name, query.copy(), schema=schema, dialect=dialect)
        columns.append(Selected(name=name, origins=tuple(_origins(node, parents, copied=True))))
    star = "*" in query.named_selects
    return Selection(
        columns=tuple(columns),
        unseen="a star over columns that nobody documents" if star else "",
    )


def _schema(parents: Columns) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for (database, name, table), (_, columns) in parents.items():
        if columns:
            schema.setdefault(database, {}).setdefault(name, {})[table] = dict.fromkeys(
                columns, "text"
            )
    return schema


def _origins(node: Any, parents: Columns, *, copied: bool) -> Iterator[Origin]:
    """Walk from a selected column to the columns of relations."""
    if isinstance(node.source, exp.Table) and not node.downstream:
        table = node.source
        found = _parent(table, parents)
        if found is not None:
            id_, columns = found
            name = _column_name(node.name)
            known = {c.casefold(): c for c in columns}
            yield Origin(relation=id_, column=known.get(name.casefold(), name), copied=copied)
        return
    for below in node.downstream:
        given = copied and _given_out(node.expression, below.name)
        yield from _origins(below, parents, copied=given)


def _given_out(expression: Any, name: str) -> bool:
    """Tell whether a column's values can be read from an expression; a query hands on its own."""
    if not isinstance(expression, exp.Expression) or isinstance(expression, exp.Query):
        return True
    wanted = _column_name(name)
    found = [c for c in expression.find_all(exp.Column) if c.name == wanted]
    return not found or any(not _is_hidden(column, expression) for column in found)


def _column_name(name: str) -> str:
    """Return the name of a column without its table; empty for a branch of a set operation."""
    try:
        return str(exp.to_column(name).name)
    except TypeError:  # branches are numbers
        return ""


def _is_hidden(column: exp.Expression, root: exp.Expression) -> bool:
    """Tell whether something between a column and the result hides its value."""
    node: Any = column
    while node is not root and node.parent is not None:
        above = node.parent
        if isinstance(above, exp.If) and node.arg_key == "this":
            return True
        if isinstance(above, _HIDE) and not isinstance(above, _GIVE_OUT):
            return True
        node = above
    return False


def _parent(table: exp.Table, parents: Columns) -> tuple[str, tuple[str, ...]] | None:
    wanted = (table.catalog.casefold(), table.db.casefold(), table.name.casefold())
    for place, found in parents.items():
        folded = tuple(part.casefold() for part in place)
        if all(want in {"", have} for want, have in zip(wanted, folded, strict=True)):
            return found
    return None
