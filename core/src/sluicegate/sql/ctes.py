"""WITH: named queries that see those before them, and themselves only if RECURSIVE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.names import check_identifier, key, quoted, written
from sluicegate.sql.outputs import check_distinct_names, rename
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.scope import Bound, Cte, Scope

if TYPE_CHECKING:
    from sluicegate.sql.query import Binder

_ROUNDS = 8


def bind_with(
    binder: Binder, node: exp.Query, parent: Scope | None, ctes: Mapping[str, Cte]
) -> Mapping[str, Cte]:
    """Bind the WITH clause of ``node`` and return the names that its body sees."""
    clause = node.args.get("with_")
    if not isinstance(clause, exp.With):
        return ctes
    only(clause, "expressions", "recursive")
    known = dict(ctes)
    for cte in clause.expressions:
        _bind_one(binder, cte, parent, known, recursive=bool(clause.args.get("recursive")))
    return known


def _bind_one(
    binder: Binder, cte: exp.CTE, parent: Scope | None, known: dict[str, Cte], *, recursive: bool
) -> None:
    only(cte, "this", "alias", "materialized")
    alias = cte.args.get("alias")
    if not isinstance(alias, exp.TableAlias) or not isinstance(alias.this, exp.Identifier):
        raise refuse("G09", "a WITH query without a name", "name it", place_of(cte))
    for name in (alias.this, *alias.columns):
        check_identifier(name, binder.context.dialect)
    emitted = binder.context.unique(written(alias.this, binder.context.dialect))
    own = key(alias.this, binder.context.dialect)
    if recursive and isinstance(cte.this, exp.Union):
        bound = _recursive(
            binder,
            cte.this,
            parent=parent,
            known=known,
            own=own,
            emitted=emitted,
            names=alias.columns,
        )
    else:
        bound = binder.query(cte.this, parent, known)
        rename(bound, alias.columns, binder.context.dialect)
    check_distinct_names(bound.outputs, binder.context, cte)
    cte.set("this", bound.node)
    cte.set("alias", exp.TableAlias(this=quoted(emitted)))
    known[own] = Cte(name=emitted, outputs=bound.outputs)


def _recursive(
    binder: Binder,
    union: exp.Union,
    *,
    parent: Scope | None,
    known: Mapping[str, Cte],
    own: str,
    emitted: str,
    names: list[exp.Identifier],
) -> Bound:
    """Bind a query that refers to itself: repeat until its labels no longer change."""
    # SQLite ends a recursion by LIMIT; the others refuse it there or read all rows first.
    tail = ("limit", "offset") if binder.context.dialect == "sqlite" else ()
    only(union, "this", "expression", "distinct", *tail)
    anchor = binder.query(union.this, parent, known)
    rename(anchor, names, binder.context.dialect)
    outputs = anchor.outputs
    for _ in range(_ROUNDS):
        inner = {**known, own: Cte(name=emitted, outputs=outputs)}
        step = binder.query(union.expression.copy(), parent, inner)
        scope = Scope(parent=parent, ctes=known)
        left = Bound(node=anchor.node, outputs=outputs)
        bound = binder.combine(union.copy(), left, step, scope)
        if [o.label for o in bound.outputs] == [o.label for o in outputs]:
            return bound
        outputs = bound.outputs
    raise refuse("G09", "a recursion the guard cannot follow", "write it plainer", place_of(union))
