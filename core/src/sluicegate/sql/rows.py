"""Whole rows: ``row_to_json(t)`` and its kin, over the masked row (PostgreSQL only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.context import Used
from sluicegate.sql.labels import computed
from sluicegate.sql.leaves import function_name
from sluicegate.sql.names import key, quoted
from sluicegate.sql.refusal import place_of
from sluicegate.sql.resolve import Bind, use
from sluicegate.sql.scope import UNKNOWN, Scope, Source

if TYPE_CHECKING:
    from sluicegate.sql.expressions import Expressions

_TAKERS = frozenset({"row_to_json", "to_json", "to_jsonb", "json_agg", "jsonb_agg"})


def whole_row(node: exp.Column, scope: Scope, expressions: Expressions) -> Bind | None:
    """Return the masked row of the source that ``t`` or ``t.*`` means; ``None`` if it means none.

    In the finished statement the row is that of the masked sub-select, so it holds nothing else.
    Every column has to be finished, since all of them are computed with.
    """
    if expressions.context.dialect != "postgres" or not _is_taken(node):
        return None
    source = _source(node, scope, expressions.context.dialect)
    if source is None:
        return None
    source.whole = True
    labels = [use(source, col, expressions.context, node)[1] for col in source.columns]
    for label in labels:
        if not label.finished:
            expressions.unusable(label, node)
            return node, UNKNOWN
    known = computed(labels)
    star = Used(name=f"{source.key}.*", place=place_of(node), columns=tuple(sorted(known.origins)))
    expressions.context.seen.stars.append(star)
    # `t.*` cannot be mistaken for a column that is called t.
    return exp.Column(this=exp.Star(), table=quoted(source.alias)), known


def _is_taken(node: exp.Column) -> bool:
    parent = node.parent
    if isinstance(parent, exp.Order) and parent.this is node:
        parent = parent.parent
    if isinstance(parent, exp.JSONArrayAgg):
        return True
    return isinstance(parent, exp.Anonymous) and function_name(parent) in _TAKERS


def _source(node: exp.Column, scope: Scope, dialect: str) -> Source | None:
    """Return the source of the query itself that is meant; a column of that name comes first."""
    starred = isinstance(node.this, exp.Star)
    identifier = node.args.get("table") if starred else node.this
    if not isinstance(identifier, exp.Identifier) or bool(node.table) is not starred:
        return None
    wanted = key(identifier, dialect)
    found = [s for s in scope.group.sources if s.key == wanted and not (s.unknown or s.scalar)]
    at: Scope | None = None if starred else scope
    while at:
        if at.group.named(wanted):
            return None
        at = at.parent
    keys = [c.key for c in found[0].columns] if len(found) == 1 else []
    return found[0] if keys and len(set(keys)) == len(keys) else None
