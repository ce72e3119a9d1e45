"""Binding of queries: WITH, SELECT, set operations and brackets."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from sluicegate.model.plan import Carries
from sluicegate.sql.context import Context
from sluicegate.sql.ctes import bind_with
from sluicegate.sql.expressions import Expressions
from sluicegate.sql.labels import Label, merge
from sluicegate.sql.names import check_identifier, quoted, written
from sluicegate.sql.outputs import check_distinct_names
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.scope import UNKNOWN, Bound, Cte, Output, Scope
from sluicegate.sql.select import SelectBinder

_TAIL = ("order", "limit", "offset")


class Binder:
    """Binds one statement: resolves each name, labels each value, replaces each scan."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.expressions = Expressions(self)
        self.selects = SelectBinder(self)

    def query(self, node: exp.Expr, parent: Scope | None, ctes: Mapping[str, Cte]) -> Bound:
        """Bind any query.

        Raises:
            SqlRefused: for a query of a form that is not modelled.
        """
        if isinstance(node, exp.Subquery):
            return self._bracketed(node, parent, ctes)
        if isinstance(node, exp.SetOperation):
            return self._set_operation(node, parent, ctes)
        if isinstance(node, exp.Select):
            known = bind_with(self, node, parent, ctes)
            return self.selects.bind(node, Scope(parent=parent, ctes=known))
        what = f"{type(node).__name__} in the place of a query"
        raise refuse("G09", what, "write a SELECT", place_of(node))

    def window_name(self, name: exp.Identifier) -> exp.Identifier:
        """Return the name of a window, quoted as the source would fold it."""
        check_identifier(name, self.context.dialect)
        return quoted(written(name, self.context.dialect))

    def _bracketed(
        self, node: exp.Subquery, parent: Scope | None, ctes: Mapping[str, Cte]
    ) -> Bound:
        only(node, "this", "with_", "alias", *_TAIL)
        known = bind_with(self, node, parent, ctes)
        inner = self.query(node.this, parent, known)
        result = exp.Subquery(this=inner.node, with_=node.args.get("with_"))
        return self._tail(node, result, inner.outputs, Scope(parent=parent, ctes=known))

    def _set_operation(
        self, node: exp.SetOperation, parent: Scope | None, ctes: Mapping[str, Cte]
    ) -> Bound:
        only(node, "with_", "this", "expression", "distinct", "by_name", *_TAIL)
        known = bind_with(self, node, parent, ctes)
        left = self.query(node.this, parent, known)
        right = self.query(node.expression, parent, known)
        return self.combine(node, left, right, Scope(parent=parent, ctes=known))

    def combine(self, node: exp.SetOperation, left: Bound, right: Bound, scope: Scope) -> Bound:
        """Return the set operation of two bound queries."""
        if node.args.get("by_name"):
            outputs = self._by_name(node, left, right)
            node.set("this", left.node)
            node.set("expression", right.node)
            return self._tail(node, node, outputs, scope)
        if len(left.outputs) != len(right.outputs):
            hint = "select as many columns on both sides"
            raise refuse("G09", "a set operation of unequal width", hint, place_of(node))
        pairs = zip(left.outputs, right.outputs, strict=True)
        outputs = [
            Output(name=a.name, key=a.key, label=self._either(node, a.label, b.label))
            for a, b in pairs
        ]
        node.set("this", left.node)
        node.set("expression", right.node)
        return self._tail(node, node, outputs, scope)

    def _by_name(self, node: exp.SetOperation, left: Bound, right: Bound) -> list[Output]:
        """``UNION BY NAME``: columns of one name are one; what a side lacks is NULL there."""
        for bound in (left, right):
            check_distinct_names(bound.outputs, self.context, node)
        if self.context.dialect != "duckdb":
            raise refuse("G09", "BY NAME is not of this dialect", "list columns", place_of(node))
        there = {output.key: output for output in right.outputs}
        outputs = []
        for own in left.outputs:
            other = there.pop(own.key, None)
            label = other.label if other else Label(null=True)
            merged = self._either(node, own.label, label)
            outputs.append(Output(name=own.name, key=own.key, label=merged))
        for own in there.values():
            merged = self._either(node, Label(null=True), own.label)
            outputs.append(Output(name=own.name, key=own.key, label=merged))
        return outputs

    def _either(self, node: exp.SetOperation, left: Label, right: Label) -> Label:
        merged = merge(left, right)
        if merged is None:
            hint = "give the branches columns of one data class and mask, or NULL"
            self.context.problem("G13", "the branches are masked differently", hint, node)
            return UNKNOWN
        keeps_all = isinstance(node, exp.Union) and not node.args.get("distinct")
        if merged.carries is Carries.RAW_TEXT and not keeps_all:
            hint = "use UNION ALL"
            self.context.problem("G13", "raw text is compared by a set operation", hint, node)
            return UNKNOWN
        return merged

    def _tail(
        self, source: exp.Query, target: exp.Query, outputs: list[Output], scope: Scope
    ) -> Bound:
        """Bind ORDER BY, LIMIT and OFFSET that follow a set operation or brackets."""
        self.selects.order(source, outputs, None)
        target.set("order", source.args.get("order"))
        self.selects.limits(source, target, scope)
        return Bound(node=target, outputs=outputs)
