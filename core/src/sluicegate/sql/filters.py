"""Row filters of the policy: conditions over one relation's own columns."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sluicegate.model.data import ColumnRef, Relation
from sluicegate.model.findings import Reason
from sluicegate.sql.context import Context, Treatment
from sluicegate.sql.labels import Label
from sluicegate.sql.lexical import tokenize
from sluicegate.sql.names import catalogue_key
from sluicegate.sql.query import Binder
from sluicegate.sql.refusal import SqlRefused, SqlSyntaxRefused
from sluicegate.sql.scope import Column, Group, Scope, Source

_HINT = "write a condition over the relation's own columns, without queries or parameters"


def row_filter(condition: str, relation: Relation, dialect: str) -> exp.Expr:
    """Return ``condition`` with each name resolved to a raw column of ``relation``.

    Raises:
        SqlRefused: it does not parse, holds a query, parameter or unlisted function, or names a
            column that the relation does not have. The code is ``POLICY-ROW-FILTER``.
    """
    node = _parse(condition, relation, dialect)
    if node.find(exp.Query, exp.Placeholder, exp.Parameter, exp.Window, exp.AggFunc):
        raise _refused(relation, "holds a query, aggregate or parameter")
    context = Context(
        dialect=dialect,
        lookup=lambda *_: None,
        treat=lambda *_: Treatment(label=None),
        filters=lambda _: [],
    )
    scope = Scope(parent=None, ctes={}, group=Group.of(_raw_source(relation, dialect)))
    try:
        bound, _ = Binder(context).expressions.value(node, scope)
    except SqlRefused as refused:
        raise _refused(relation, refused.reasons[0].message) from None
    if context.problems:
        raise _refused(relation, context.problems[0].message)
    return bound


def _parse(condition: str, relation: Relation, dialect: str) -> exp.Expr:
    try:
        tokenize(condition, dialect)
        found = sqlglot.parse(condition, read=dialect)
    except (SqlglotError, SqlSyntaxRefused, ValueError, RecursionError):
        raise _refused(relation, "does not parse") from None
    node = found[0] if len(found) == 1 else None
    if not isinstance(node, exp.Condition):
        raise _refused(relation, "is not one condition")
    return node


def _raw_source(relation: Relation, dialect: str) -> Source:
    columns = [
        Column(
            name=c.name,
            key=catalogue_key(c.name, dialect),
            label=Label(origins=frozenset({ColumnRef(relation=relation.name, column=c.name)})),
        )
        for c in relation.columns
    ]
    name = relation.name.name
    return Source(key=catalogue_key(name, dialect), alias=name, columns=columns)


def _refused(relation: Relation, what: str) -> SqlRefused:
    message = f"the row filter of {relation.name} {what}"
    return SqlRefused((Reason(code="POLICY-ROW-FILTER", message=message, hint=_HINT),))
