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

_EXCLUDED = frozenset({"CURRENT ROW", "GROUP", "TIES", "NO OTHERS"})


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
        excluded = _excluded(spec)
        labels.append(expressions.pure(spec, scope)[1])
        spec.set("exclude", excluded)
    if isinstance(name := node.args.get("alias"), exp.Identifier):
        node.set("alias", expressions.binder.window_name(name))
    return labels


def _excluded(spec: exp.WindowSpec) -> exp.Var | None:
    """Take the words after EXCLUDE out of a frame; they name no value."""
    word = spec.args.get("exclude")
    if word is None:
        return None
    name = word.name.upper() if isinstance(word, exp.Var) else ""
    if name not in _EXCLUDED:
        hint = "exclude the current row, the group, ties or no others"
        raise refuse("G09", "EXCLUDE of this form is not modelled", hint, place_of(spec))
    spec.set("exclude", None)
    return exp.Var(this=name)


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
