"""Queries in the place of a value: IN, EXISTS, ANY, ALL and the scalar sub-select."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.compare import comparable, member
from sluicegate.sql.labels import computed
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.resolve import Bind
from sluicegate.sql.scope import UNKNOWN, Scope

if TYPE_CHECKING:
    from sluicegate.sql.expressions import Expressions


def membership(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """IN over a list or a query; in DuckDB over a column that is a list, too."""
    if node.args.get("field") and expressions.context.dialect == "duckdb":
        only(node, "this", "field")
        return expressions.pure(node, scope)
    only(node, "this", "expressions", "query")
    _values_as_list(node)
    if tests := _rows_as_tests(node):
        return expressions.bind(tests, scope)
    subject = expressions.bind(node.this, scope)
    if query := node.args.get("query"):
        return _in_query(expressions, node, subject, query, scope)
    items = [expressions.bind(item, scope) for item in node.expressions]
    node.set("expressions", member(subject, items, expressions.context, node))
    node.set("this", subject[0])
    return node, computed([subject[1], *(label for _, label in items)])


def _values_as_list(node: exp.Expr) -> None:
    """``IN (VALUES (1), (2))`` is ``IN (1, 2)``."""
    values = node.expressions[0] if len(node.expressions) == 1 else None
    if not isinstance(values, exp.Values):
        return
    only(values, "expressions")
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions]
    if all(len(row) == 1 for row in rows):
        node.set("expressions", [row[0] for row in rows])


def _rows_as_tests(node: exp.Expr) -> exp.Expr | None:
    """``(a, b) IN (VALUES (1, 2), …)`` is ``(a = 1 AND b = 2) OR …``, for NULL too."""
    values = node.expressions[0] if len(node.expressions) == 1 else None
    if not isinstance(values, exp.Values) or not isinstance(node.this, exp.Tuple):
        return None
    only(values, "expressions")
    subjects, rows = node.this.expressions, values.expressions
    if any(not isinstance(r, exp.Tuple) or len(r.expressions) != len(subjects) for r in rows):
        raise refuse("G09", "rows of another width", "compare as many values", place_of(node))
    tests = [
        exp.and_(
            *(
                exp.EQ(this=exp.Paren(this=one.copy()), expression=exp.Paren(this=two.copy()))
                for one, two in zip(subjects, row.expressions, strict=True)
            ),
            copy=False,
        )
        for row in rows
    ]
    return exp.Paren(this=exp.or_(*tests, copy=False))


def _in_query(
    expressions: Expressions, node: exp.Expr, subject: Bind, query: exp.Expr, scope: Scope
) -> Bind:
    bound = expressions.binder.query(query, scope, scope.ctes)
    labels = [output.label for output in bound.outputs]
    wide = isinstance(node.this, exp.Tuple)
    if wide and not (subject[1].finished and all(label.finished for label in labels)):
        hint = "compare columns one by one with EXISTS"
        expressions.context.problem("G13", "a row of masked columns is compared", hint, node)
    elif not wide:
        # a star over a relation that is not known gives no column; that fault is told elsewhere
        comparable(subject[1], labels[0] if labels else UNKNOWN, expressions.context, node)
    node.set("this", subject[0])
    node.set("query", _bracketed(bound.node))
    return node, computed([subject[1], *labels])


def any_member(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind | None:
    """``x = ANY (query)`` is IN, and ``x <> ALL (query)`` is NOT IN: digests stand them too."""
    other = node.expression
    pairs = ((exp.EQ, exp.Any), (exp.NEQ, exp.All))
    fits = any(isinstance(node, sign) and isinstance(other, word) for sign, word in pairs)
    query = other.this if fits else None
    if not isinstance(query, exp.Query) or isinstance(node.this, exp.Tuple):
        return None
    subject = expressions.bind(node.this, scope)
    bound = expressions.binder.query(query, scope, scope.ctes)
    label = bound.outputs[0].label if len(bound.outputs) == 1 else UNKNOWN
    comparable(subject[1], label, expressions.context, node)
    node.set("this", subject[0])
    other.set("this", _bracketed(bound.node))
    return node, computed([subject[1], label])


def exists(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """EXISTS: what the query selects is never looked at."""
    only(node, "this")
    inner = node.this
    core = inner.this if isinstance(inner, exp.Subquery) else inner
    if isinstance(core, exp.Select) and all(isinstance(e, exp.Star) for e in core.expressions):
        core.set("expressions", [exp.Literal.number(1)])
    bound = expressions.binder.query(inner, scope, scope.ctes)
    node.set("this", bound.node)
    return node, computed(output.label for output in bound.outputs)


def subquery(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """A query in the place of a value gives its one column's value, or NULL."""
    only(node, "this", "with_", "order", "limit", "offset")
    bound = expressions.binder.query(node, scope, scope.ctes)
    if len(bound.outputs) != 1:
        hint = "select one column in it"
        raise refuse("G09", "a query of several columns as a value", hint, place_of(node))
    return _bracketed(bound.node), bound.outputs[0].label


def quantified(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """ANY and ALL over a query or an array of finished values."""
    inner = node.this
    if isinstance(inner, exp.Query):
        bound = expressions.binder.query(inner, scope, scope.ctes)
        for output in bound.outputs:
            if not output.label.finished:
                expressions.unusable(output.label, node)
        node.set("this", _bracketed(bound.node))
        return node, computed(output.label for output in bound.outputs)
    return expressions.pure(node, scope)


def array(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``ARRAY[…]`` of finished values, or ``ARRAY(SELECT …)`` of one finished column."""
    inner = node.expressions[0] if len(node.expressions) == 1 else None
    if not isinstance(inner, exp.Query) or isinstance(inner, exp.Subquery):
        return expressions.pure(node, scope)
    bound = expressions.binder.query(inner, scope, scope.ctes)
    for output in bound.outputs:
        if not output.label.finished:
            expressions.unusable(output.label, node)
    if len(bound.outputs) != 1:
        raise refuse("G09", "an array of several columns", "select one in it", place_of(node))
    node.set("expressions", [bound.node])
    return node, computed(output.label for output in bound.outputs)


def _bracketed(node: exp.Query) -> exp.Subquery:
    return node if isinstance(node, exp.Subquery) else exp.Subquery(this=node)
