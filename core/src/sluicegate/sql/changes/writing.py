"""The text that runs: generated from the tree, every name in quotes, every table with its schema.

It is read back and compared before it is given out, so that a fault of the generator cannot pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sluicegate.model.data import Relation, RelationName
from sluicegate.model.plan import Statement
from sluicegate.sql.changes.change import Change
from sluicegate.sql.changes.rows import is_default
from sluicegate.sql.names import quoted, written
from sluicegate.sql.parameters import in_order, marker, number
from sluicegate.sql.refusal import refuse
from sluicegate.sql.shape import write
from sluicegate.sql.tokens import tokens_of

Resolve = Callable[[exp.Table], Relation | None]
"""A table as written → what the catalogue knows of it."""

_SELF_FAULT = "this is a fault of Sluicegate: please report the shape of the statement"


def changing_statement(
    change: Change, resolve: Resolve, created: RelationName, columns: Sequence[str] = ()
) -> Statement:
    """Return the statement that makes a change by itself.

    Args:
        change: What it does; without a ``query``.
        resolve: Finds the tables that it names.
        created: Name of the table that a CREATE makes.
        columns: To name, in an INSERT that names none.

    Raises:
        SqlRefused: it cannot be written, or does not read back.
    """
    tree = change.tree.copy()
    targets = _first(tree, change)
    _spell(tree, change.dialect)
    defined = {written(cte.args["alias"].this, change.dialect) for cte in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        known = resolve(table)
        if change.kind == "create_table" and table in targets:
            _qualify(table, created)
        elif change.kind == "create_index" and change.dialect == "sqlite":
            continue  # the index says where it lies, and its table must lie there too
        elif known is not None and not (table.name in defined and not table.args.get("db")):
            _qualify(table, known.name)
    _name_columns(tree, columns)
    return _statement(tree, change.dialect)


def filling_statement(
    change: Change, target: RelationName, select: Statement, columns: Sequence[str] = ()
) -> Statement:
    """Return the statement that fills a table with the rows of a masked query.

    Args:
        change: An INSERT or CREATE TABLE with a ``query``.
        target: The table.
        select: The masked query.
        columns: To name, in an INSERT that names none.

    Raises:
        SqlRefused: it has parameters outside of its query, or cannot be written.
    """
    tree = change.tree.copy()
    table = next(iter(_first(tree, change)))
    _spell(tree, change.dialect)
    _qualify(table, target)
    _name_columns(tree, columns)
    stand_in = exp.Select(expressions=[exp.Literal.number(1)])
    tree.set("expression", stand_in)
    tree.set("with_", None)
    if any(tree.find_all(exp.Placeholder)):
        raise refuse("G09", "a parameter outside of the SELECT", "join it in the SELECT instead")
    text = write(tree, change.dialect)
    head, found, tail = text.partition("SELECT 1")
    if not found or "SELECT 1" in tail:
        raise refuse("G09", "the statement cannot be put together", _SELF_FAULT)
    sql = f"{head}{select.sql}\n{tail}"
    if [type(part) for part in _parsed(sql, change.dialect)] != [type(tree)]:
        raise refuse("G09", "the statement reads back as another one", _SELF_FAULT)
    return Statement(sql=sql, parameters=select.parameters)


def _statement(tree: exp.Expr, dialect: str) -> Statement:
    for count, node in enumerate(list(tree.find_all(exp.Placeholder))):
        node.replace(marker(str(node.this), str(count)))
    names = number(tree, dialect)  # type: ignore[arg-type]  # any tree has placeholders
    kind, tables, columns = _facts(tree)
    text = write(tree, dialect)
    _check_back(text, dialect, kind, tables, columns)
    sql, names = in_order(text, names, dialect)
    return Statement(sql=sql, parameters=names)


def _first(tree: exp.Expr, change: Change) -> list[exp.Table]:
    """Return the targets in a copy of the tree."""
    spots = [id(target) for target in change.targets]
    places = [i for i, t in enumerate(change.tree.find_all(exp.Table)) if id(t) in spots]
    copies = list(tree.find_all(exp.Table))
    return [copies[i] for i in places]


def _spell(tree: exp.Expr, dialect: str) -> None:
    """Write each name as the source stores it and in quotes, so that nothing folds it again."""
    for node in list(tree.find_all(exp.Column)):
        if is_default(node) and isinstance(node.parent, (exp.EQ, exp.Tuple)):
            node.replace(exp.Var(this="DEFAULT"))
    for identifier in tree.find_all(exp.Identifier):
        identifier.args |= {"this": written(identifier, dialect), "quoted": True}


def _qualify(table: exp.Table, name: RelationName) -> None:
    table.set("this", quoted(name.name))
    table.set("db", quoted(name.schema))


def _facts(tree: exp.Expr) -> tuple[type, list[str], list[str]]:
    tables = [f"{t.db}.{t.name}" for t in tree.find_all(exp.Table)]
    columns = [f"{c.table}.{c.name}" for c in tree.find_all(exp.Column)]
    return type(tree), sorted(tables), sorted(columns)


def _check_back(
    text: str, dialect: str, kind: type, tables: Iterable[str], columns: Iterable[str]
) -> None:
    found = _parsed(text, dialect)
    if len(found) != 1 or found[0] is None or _facts(found[0]) != (kind, tables, columns):
        raise refuse("G09", "the statement reads back as another one", _SELF_FAULT)


def _parsed(text: str, dialect: str) -> list[exp.Expr | None]:
    try:
        parser = sqlglot.Dialect.get_or_raise(dialect).parser()
        return list(parser.parse(tokens_of(text, dialect), text))
    except SqlglotError:
        raise refuse("G09", "the statement does not read back", _SELF_FAULT) from None


def _name_columns(tree: exp.Expr, columns: Sequence[str]) -> None:
    """Name the columns of an INSERT that names none: what is checked by name must run by name."""
    if columns and isinstance(tree, exp.Insert) and not isinstance(tree.this, exp.Schema):
        names = [quoted(name) for name in columns]
        tree.set("this", exp.Schema(this=tree.this, expressions=names))
