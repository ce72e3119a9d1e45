"""Window functions and FILTER: they carry what the function in them carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.labels import Label, computed
from sluicegate.sql.leaves import check_text_arguments
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.resolve import Bind
from sluicegate.sql.scope import Scope

if TYPE_CHECKING:
    from sluicegate.sql.expressions import Expressions


def filtered(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """An aggregate with FILTER carries what the aggregate carries."""
    if not profile(expressions.context.dialect).has("filter"):
        hint = "write the condition as CASE inside of the aggregate"
        raise refuse("G09", "FILTER is not of this dialect", hint, place_of(node))
    only(node, "this", "expression")
    inner, label = expressions.bind(node.this, scope)
    where = node.expression
    condition, seen = expressions.value(where.this, scope)
    where.set("this", condition)
    node.set("this", inner)
    return node, _also(label, [seen])


def window_parts(expressions: Expressions, node: exp.Expr, scope: Scope) -> list[Label]:
    """Bind PARTITION BY, ORDER BY and the frame of a window."""
    keys = [expressions.key(item, scope) for item in node.args.get("partition_by") or []]
    node.set("partition_by", [item for item, _ in keys])
    labels = [label for _, label in keys]
    if isinstance(order := node.args.get("order"), exp.Order):
        # The rank of a digest would tell its first bits, so windows sort finished values only.
        labels.append(expressions.pure(order, scope)[1])
    if isinstance(spec := node.args.get("spec"), exp.WindowSpec):
        check_text_arguments(spec)
        labels.append(expressions.pure(spec, scope)[1])
    if isinstance(name := node.args.get("alias"), exp.Identifier):
        node.set("alias", expressions.binder.window_name(name))
    return labels


def window(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """A window function carries what the function carries."""
    only(node, "this", "partition_by", "order", "spec", "alias", "over")
    inner, label = expressions.bind(node.this, scope)
    node.set("this", inner)
    parts = window_parts(expressions, node, scope)
    expressions.context.influence("window", computed(parts))
    return node, _also(label, parts)


def _also(label: Label, others: Sequence[Label]) -> Label:
    """A carried digest keeps its own origin; a computed value came from all of them."""
    return computed([label, *others]) if label.finished else label
