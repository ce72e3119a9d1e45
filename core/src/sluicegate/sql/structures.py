"""Lists, structs, lambdas and JSON arrows: each computes from finished parts only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from sluicegate.sql.context import Used
from sluicegate.sql.labels import Label, computed
from sluicegate.sql.names import check_identifier, key, quoted
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.resolve import Bind
from sluicegate.sql.scope import Scope

if TYPE_CHECKING:
    from sluicegate.sql.expressions import Expressions

_INTERVAL_PARTS = frozenset({"years", "months", "weeks", "days", "hours", "mins", "secs"})

_QUANTILES = {"PercentileCont": "quantile_cont", "PercentileDisc": "quantile_disc"}


def all_of_array(node: exp.Expr) -> exp.All | None:
    """Return ``ALL (array)``, which the parser takes for a call, as what it is."""
    arguments = node.expressions if isinstance(node, exp.Anonymous) else []
    if len(arguments) != 1 or str(node.this).upper() != "ALL":
        return None
    return exp.All(this=arguments[0])


def bracket(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``list[1]``, ``list[1:2]``, ``struct['field']``; the parser's offset is the dialect's own."""
    only(node, "this", "expressions", "offset", "safe", "returns_list_for_maps")
    inner, label = expressions.value(node.this, scope)
    keys = [expressions.value(item, scope) for item in node.expressions]
    node.set("this", inner)
    node.set("expressions", [item for item, _ in keys])
    return node, computed([label, *(seen for _, seen in keys)])


def struct(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``{'a': x}`` and ``struct_pack(a := x)``."""
    only(node, "expressions")
    labels = []
    for item in node.expressions:
        name = item.this if isinstance(item, exp.PropertyEQ) else None
        if not isinstance(name, (exp.Identifier, exp.Literal)):
            raise refuse("G09", "a struct of this form", "name each field", place_of(node))
        if isinstance(name, exp.Identifier):
            check_identifier(name, expressions.context.dialect)
        bound, label = expressions.value(item.expression, scope)
        item.set("expression", bound)
        labels.append(label)
    return node, computed(labels)


def field(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``(expression).name`` is a field of a struct (DuckDB only)."""
    name = node.expression
    if not isinstance(name, exp.Identifier):
        hint = "call functions as f(x)"
        raise refuse("G09", "a call after a dot", hint, place_of(node))
    check_identifier(name, expressions.context.dialect)
    inner, label = expressions.value(node.this, scope)
    key_ = exp.Literal.string(name.name)
    return exp.Bracket(this=exp.Paren(this=inner), expressions=[key_]), computed([label])


def within_group(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``percentile_cont(0.5) WITHIN GROUP (ORDER BY x)`` is DuckDB's ``quantile_cont(x, 0.5)``."""
    kind = _QUANTILES.get(type(node.this).__name__)
    order = node.expression
    if expressions.context.dialect != "duckdb" or kind is None:
        return expressions.pure(node, scope)
    keys = order.expressions if isinstance(order, exp.Order) else []
    if len(keys) != 1 or keys[0].args.get("desc"):
        hint = "sort by one value, ascending; for the other end use 1 minus the share"
        raise refuse("G09", f"{kind} in this order", hint, place_of(node))
    expressions.context.seen.functions.append(Used(name=kind, place=place_of(node)))
    parts = [expressions.value(part, scope) for part in (keys[0].this, node.this.this)]
    call = exp.Anonymous(this=kind.upper(), expressions=[bound for bound, _ in parts])
    return call, replace(computed(label for _, label in parts), aggregated=True)


def pair(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``key: value`` of JSON_OBJECT."""
    return expressions.pure(node, scope)


def keyword(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``days => 3`` of MAKE_INTERVAL; no other function is called with names."""
    name = node.this.name.lower()
    if not isinstance(node.parent, exp.MakeInterval) or name not in _INTERVAL_PARTS:
        raise refuse("G09", "an argument by name", "pass arguments by position", place_of(node))
    bound, label = expressions.value(node.expression, scope)
    node.set("expression", bound)
    return node, computed([label])


def named_field(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``b := x`` of DuckDB's STRUCT_INSERT; no other function is called so."""
    parent, name = node.parent, node.this
    if not isinstance(parent, exp.Anonymous) or parent.name.lower() != "struct_insert":
        raise refuse("G09", "an argument by name", "pass arguments by position", place_of(node))
    if not isinstance(name, exp.Identifier):
        raise refuse("G09", "a field without a name", "name it", place_of(node))
    check_identifier(name, expressions.context.dialect)
    bound, label = expressions.value(node.expression, scope)
    return exp.PropertyEQ(this=quoted(name.name), expression=bound), label


def over_list(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``list_transform(list, x -> …)`` and ``list_filter``: the lambda sees parts of the list."""
    only(node, "this", "expression")
    body = node.expression
    name = type(node).__name__.lower()
    expressions.context.seen.functions.append(Used(name=name, place=place_of(node)))
    if expressions.context.dialect != "duckdb" or not isinstance(body, exp.Lambda):
        raise refuse("G09", "a call without a lambda", "use x -> …", place_of(node))
    source, label = expressions.value(node.this, scope)
    inner, names = _parameters(expressions, body.expressions, scope, label, exp.Identifier)
    _as_columns(body)
    bound, seen = expressions.value(body.this, inner)
    body.set("this", bound)
    body.set("expressions", names)
    node.set("this", source)
    return node, computed([label, seen])


def arrow(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``f(doc -> 'a' = b)`` is read as a lambda: put the arrow where databases see it."""
    names, body = node.expressions, node.this
    leaf = body
    while isinstance(leaf, exp.Binary) and not isinstance(leaf, exp.Dot):
        leaf = leaf.this
    if len(names) != 1 or not isinstance(names[0], exp.Identifier):
        raise refuse("G09", "a lambda in this place", "write it another way", place_of(node))
    if not isinstance(leaf, exp.Literal):
        raise refuse("G09", "an arrow to no literal key", "put brackets around it", place_of(node))
    path = Dialect.get_or_raise(expressions.context.dialect).to_json_path(leaf.copy())
    column = exp.Column(this=names[0].copy())
    found = exp.JSONExtract(this=column, expression=path, only_json_types=True)
    if leaf is body:
        return expressions.bind(found, scope)
    leaf.replace(found)
    return expressions.bind(body, scope)


def comprehension(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``[f(x) FOR x IN list IF …]``."""
    only(node, "this", "expression", "iterator", "condition")
    if expressions.context.dialect != "duckdb":
        raise refuse("G09", "a comprehension", "use a function", place_of(node))
    source, label = expressions.value(node.args["iterator"], scope)
    inner, names = _parameters(expressions, [node.expression], scope, label, exp.Column)
    body, seen = expressions.value(node.this, inner)
    labels = [label, seen]
    if condition := node.args.get("condition"):
        bound, also = expressions.value(condition, inner)
        node.set("condition", bound)
        labels.append(also)
    node.set("this", body)
    node.set("expression", names[0])
    node.set("iterator", source)
    return node, computed(labels)


def _parameters(
    expressions: Expressions,
    names: list[exp.Expr],
    scope: Scope,
    source: Label,
    form: type[exp.Expr],
) -> tuple[Scope, list[exp.Expr]]:
    """Open a scope in which the names of a lambda stand for parts of its list.

    ``form`` is how the parser reads such a name, so that the proof finds the same columns.
    """
    inner = Scope(parent=scope, ctes=scope.ctes)
    fresh: list[exp.Expr] = []
    for name in names:
        if not isinstance(name, exp.Identifier):
            raise refuse("G09", "a lambda of this form", "name its parameters", place_of(name))
        check_identifier(name, expressions.context.dialect)
        own = quoted(expressions.context.unique("_item"))
        inner.aliases[key(name, expressions.context.dialect)] = (
            exp.Column(this=own.copy()) if form is exp.Column else own.copy(),
            computed([source]),
        )
        fresh.append(own)
    return inner, fresh


def _as_columns(body: exp.Lambda) -> None:
    """Make columns of the bare identifiers that the parser leaves in a lambda."""
    for name in list(body.this.find_all(exp.Identifier)):
        if name is body.this or isinstance(name.parent, (exp.Func, exp.Binary, exp.Unary, exp.Is)):
            name.replace(exp.Column(this=name.copy()))
