"""TRUNCATE, CREATE, ALTER and DROP: only what is listed here, since much of it computes or reads.

A default may be a constant, an index is over columns, nothing cascades, nothing is replaced.
"""

from __future__ import annotations

from types import MappingProxyType

from sqlglot import exp

from sluicegate.sql.changes.change import Change
from sluicegate.sql.changes.rows import plain_target
from sluicegate.sql.names import check_identifier, written
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.vocabulary import TYPES

_TYPES = TYPES | {"SERIAL", "BIGSERIAL", "SMALLSERIAL", "LONGTEXT", "MEDIUMTEXT", "BLOB"}
_MARKS = (
    exp.NotNullColumnConstraint,
    exp.PrimaryKeyColumnConstraint,
    exp.UniqueColumnConstraint,
    exp.AutoIncrementColumnConstraint,
)
_CONSTANTS = (exp.Literal, exp.Null, exp.Boolean, exp.CurrentTimestamp, exp.CurrentDate)


def truncation(tree: exp.Expr, dialect: str) -> Change:
    """Take a TRUNCATE apart."""
    only(tree, "expressions", "option", "identity")
    if str(tree.args.get("option") or "").upper() == "CASCADE":
        raise _cascade(tree)
    tree.set("option", None)
    return Change(
        dialect=dialect, kind="truncate", tree=tree, targets=_tables(tree.expressions), whole=True
    )


def removal(tree: exp.Expr, dialect: str) -> Change:
    """Take a DROP TABLE apart."""
    only(tree, "tables", "kind", "exists", "cascade", "restrict")
    if tree.args.get("cascade"):
        raise _cascade(tree)
    if tree.args.get("kind") != "TABLE":
        what = f"DROP {str(tree.args.get('kind') or '')[:40]}".strip()
        raise refuse("G03", f"{what} is not modelled", "DROP TABLE is")
    targets = _tables(tree.args.get("tables") or [])
    return Change(dialect=dialect, kind="drop_table", tree=tree, targets=targets, whole=True)


def alteration(tree: exp.Expr, dialect: str) -> Change:
    """Take an ALTER TABLE apart: columns that are added, dropped or renamed."""
    only(tree, "this", "kind", "actions")
    if tree.args.get("kind") != "TABLE":
        raise refuse("G03", "only tables can be altered", "")
    renames: dict[str, str] = {}
    for action in tree.args["actions"]:
        if isinstance(action, exp.ColumnDef):
            _column(action, dialect)
        elif isinstance(action, exp.RenameColumn):
            only(action, "this", "to")
            renames[_spelled(action.this, dialect)] = _spelled(action.args["to"], dialect)
        elif isinstance(action, exp.Drop) and action.args.get("kind") == "COLUMN":
            only(action, "tables", "kind", "exists", "cascade")
            if action.args.get("cascade"):
                raise _cascade(action)
        else:
            hint = "ADD COLUMN, DROP COLUMN and RENAME COLUMN are"
            raise refuse("G03", "an alteration that is not modelled", hint, place_of(action))
    return Change(
        dialect=dialect,
        kind="alter_table",
        tree=tree,
        targets=(plain_target(tree.this),),
        renames=MappingProxyType(renames),
    )


def creation(tree: exp.Expr, dialect: str) -> Change:
    """Take CREATE TABLE, CREATE TABLE AS or CREATE INDEX apart."""
    kind = tree.args.get("kind")
    if kind == "INDEX":
        return _index(tree, dialect)
    if kind != "TABLE":
        shown = kind if isinstance(kind, str) and kind.isalpha() else "this"
        raise refuse("G03", f"CREATE {shown} is not modelled", "CREATE TABLE and INDEX are")
    only(tree, "this", "kind", "expression", "exists")
    if isinstance(tree.this, exp.Schema):
        if tree.args.get("expression"):
            raise refuse("G09", "CREATE TABLE with columns and a query", "let the query name them")
        for item in tree.this.expressions:
            _table_part(item, dialect)
        target = plain_target(tree.this.this)
        return Change(dialect=dialect, kind="create_table", tree=tree, targets=(target,))
    query = tree.args.get("expression")
    if tree.args.get("exists"):
        hint = "leave it out: some databases would fill a table that is there, column by column"
        raise refuse("G09", "IF NOT EXISTS before a query", hint)
    if not isinstance(query, exp.Query):
        raise refuse("G09", "a CREATE TABLE that is not modelled", "list columns, or AS SELECT")
    target = plain_target(tree.this)
    return Change(dialect=dialect, kind="create_table", tree=tree, targets=(target,), query=query)


def _index(tree: exp.Expr, dialect: str) -> Change:
    only(tree, "this", "kind", "unique", "exists")
    index = tree.this
    only(index, "this", "table", "params")
    if index.this is not None:
        _spelled(index.this, dialect)
    params = index.args.get("params")
    if params is not None:
        only(params, "columns")
    for item in params.args["columns"] if params is not None else ():
        inner = item.this if isinstance(item, exp.Ordered) else item
        if not isinstance(inner, (exp.Column, exp.Identifier)):
            raise refuse("G03", "an index over an expression", "index columns", place_of(item))
        _spelled(inner, dialect)
    target = plain_target(index.args["table"])
    return Change(dialect=dialect, kind="create_index", tree=tree, targets=(target,))


def _table_part(item: exp.Expr, dialect: str) -> None:
    if isinstance(item, exp.ColumnDef):
        _column(item, dialect)
        return
    if isinstance(item, exp.PrimaryKey):
        names = item.expressions
    elif isinstance(item, exp.UniqueColumnConstraint) and isinstance(item.this, exp.Schema):
        names = item.this.expressions
    else:
        hint = "columns, PRIMARY KEY and UNIQUE are"
        raise refuse("G03", "a part of a table that is not modelled", hint, place_of(item))
    for name in names:
        _spelled(name.this if isinstance(name, exp.Ordered) else name, dialect)


def _column(item: exp.ColumnDef, dialect: str) -> None:
    only(item, "this", "kind", "constraints", "exists")
    _spelled(item.this, dialect)
    kind = item.args.get("kind")
    if not isinstance(kind, exp.DataType) or kind.this.name not in _TYPES:
        raise refuse("G03", "a type that is not modelled", "use a built-in type", place_of(item))
    for constraint in item.args.get("constraints") or ():
        only(constraint, "kind")
        own = constraint.args.get("kind")
        constant = isinstance(own, exp.DefaultColumnConstraint) and _constant(own.this)
        if not constant and not isinstance(own, _MARKS):
            hint = "NOT NULL, PRIMARY KEY, UNIQUE and DEFAULT of a constant are"
            raise refuse("G03", "a constraint that is not modelled", hint, place_of(item))


def _constant(value: exp.Expr) -> bool:
    inner = value.this if isinstance(value, (exp.Neg, exp.Paren)) else value
    return isinstance(inner, _CONSTANTS)


def _tables(nodes: list[exp.Expr]) -> tuple[exp.Table, ...]:
    if not nodes:
        raise refuse("G09", "no table is named", "name one")
    return tuple(plain_target(node) for node in nodes)


def _spelled(node: exp.Expr, dialect: str) -> str:
    identifier = node if isinstance(node, exp.Identifier) else node.this
    if not isinstance(identifier, exp.Identifier):
        raise refuse("G09", "a name that is not a plain one", "use a plain name", place_of(node))
    check_identifier(identifier, dialect)
    return written(identifier, dialect)


def _cascade(node: exp.Expr) -> Exception:
    hint = "it would change what the statement does not name: name each table"
    return refuse("STATEMENT-CASCADE", "CASCADE", hint, place_of(node))
