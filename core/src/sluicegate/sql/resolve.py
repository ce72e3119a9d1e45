"""From a name to the one column it means, written so that the source cannot read it otherwise."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.sql.context import Context
from sluicegate.sql.labels import Label, computed, merge
from sluicegate.sql.names import check_identifier, column, key
from sluicegate.sql.scope import UNKNOWN, Column, Scope, Source, Visible

Bind = tuple[exp.Expr, Label]
"""A bound expression and its label."""


def resolve(node: exp.Column, scope: Scope, context: Context) -> Bind:
    """Return the column that a name means, or note why it means none or too many."""
    identifier = node.this
    if not isinstance(identifier, exp.Identifier) or node.args.get("join_mark"):
        return _unresolved(node, context, "a column expression the guard does not model")
    parts = [node.args[k] for k in ("this", "table", "db", "catalog") if node.args.get(k)]
    for part in parts:
        check_identifier(part, context.dialect)
    if node.args.get("catalog"):
        return _unresolved(node, context, "a column name of four parts")
    found = _qualified(node, scope, context) if node.table else _plain(node, scope, context)
    found = found or _field(node, scope, context)
    return found or _unresolved(node, context, _why(node, scope, context))


def _field(node: exp.Column, scope: Scope, context: Context) -> Bind | None:
    """``s.a`` is a field of the struct in column ``s`` (DuckDB only) if no source is called so."""
    if context.dialect != "duckdb" or not node.table:
        return None
    if sources_named(node, scope, context):
        return None
    outer = exp.Column(this=node.args["table"].copy(), table=node.args.get("db"))
    found = _qualified(outer, scope, context) if outer.table else _plain(outer, scope, context)
    if found is None or not found[1].finished:
        return None
    inner = found[0].this if isinstance(found[0], exp.Paren) else found[0]
    field = exp.Bracket(this=inner, expressions=[exp.Literal.string(node.name)])
    return field, computed([found[1]])


def read(visible: Visible, context: Context, node: exp.Expr | None) -> Bind:
    """Return the expression of a visible column and note that its parts are read."""
    pairs = [use(source, col, context, node) for source, col in visible.parts]
    if len(pairs) == 1:
        return pairs[0]
    label: Label | None = pairs[0][1]
    for _, other in pairs[1:]:
        label = merge(label, other) if label else None
    if label is None:
        hint = "qualify the column with its table"
        context.problem("G13", "columns merged by USING are masked differently", hint, node)
        label = UNKNOWN
    return exp.Coalesce(this=pairs[0][0], expressions=[e for e, _ in pairs[1:]]), label


def use(source: Source, col: Column, context: Context, node: exp.Expr | None) -> Bind:
    """Return a column of a source and note that it is read."""
    source.used.setdefault(col.name)
    if col.label is None:
        if col.fault:
            # The place belongs to this use; the fault belongs to the column.
            context.problem(col.fault.code, col.fault.message, col.fault.hint, node)
        return column(source.alias, col.name), UNKNOWN
    for ref in col.label.origins:
        context.seen.columns.setdefault(ref)
    return column(source.alias, col.name), col.label


def sources_named(node: exp.Column, scope: Scope, context: Context) -> Source | None:
    """Return the source that a qualified name starts with, the innermost first."""
    table = key(node.args["table"], context.dialect)
    db = key(node.args["db"], context.dialect) if node.args.get("db") else None
    at: Scope | None = scope
    while at:
        found = [s for s in at.group.sources if s.key == table and (db is None or s.schema == db)]
        if found:
            return found[0] if len(found) == 1 else None
        at = at.parent
    return None


def _qualified(node: exp.Column, scope: Scope, context: Context) -> Bind | None:
    source = sources_named(node, scope, context)
    if source is None:
        return None
    found = source.find(key(node.this, context.dialect))
    if found:
        return use(source, found, context, node)
    return (column(source.alias, node.name), UNKNOWN) if source.unknown else None


def _plain(node: exp.Column, scope: Scope, context: Context) -> Bind | None:
    wanted = key(node.this, context.dialect)
    at: Scope | None = scope
    while at:
        found = at.group.named(wanted)
        if len(found) > 1:
            hint = "put the table's alias before it"
            context.problem("G09", f"column {node.name!r} is ambiguous", hint, node)
            return node, UNKNOWN
        if found:
            return read(found[0], context, node)
        if wanted in at.aliases:
            expression, label = at.aliases[wanted]
            return exp.Paren(this=expression.copy()), label
        if any(s.unknown for s in at.group.sources):
            return node, UNKNOWN
        rows = [s for s in at.group.sources if s.key == wanted]
        if len(rows) == 1 and rows[0].scalar:
            return use(rows[0], rows[0].columns[0], context, node)
        at = at.parent
    return None


def _why(node: exp.Column, scope: Scope, context: Context) -> str:
    first = key(node.args.get("table") or node.this, context.dialect)
    names = {s.key for s in scope.group.sources}
    if not node.table and first in names:
        return f"{node.name!r} means a whole row of a table"
    if node.table and scope.group.named(first):
        return f"a field inside column {node.table!r}"
    return f"no column {node.name!r} in sight"


def _unresolved(node: exp.Column, context: Context, why: str) -> Bind:
    if not context.guessing:
        hint = "name existing columns one by one, with their table's alias"
        context.problem("G09", why, hint, node)
    return node, UNKNOWN
