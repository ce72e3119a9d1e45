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
from sluicegate.sql.vocabulary import ROW_FUNCTIONS

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
    inner, label = expressions.value(_operand(node.this), scope)
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


_OVER_LISTS = frozenset(
    f"{kind}_{word}"
    for kind in ("list", "array")
    for word in ("transform", "apply", "filter", "reduce")
)
_REDUCES = frozenset({"list_reduce", "array_reduce"})
_STEADY = (
    exp.Add, exp.Sub, exp.Mul, exp.Case, exp.If, exp.Greatest, exp.Least, exp.Coalesce, exp.Paren,
    exp.Predicate, exp.Connector, exp.Not, exp.Literal, exp.Column, exp.Identifier,
)  # fmt: skip
"""What makes no longer value of two."""


def takes_lambda(node: exp.Expr) -> bool:
    """Tell whether ``node`` is a call of DuckDB's with a lambda that has no node of its own."""
    arguments = node.expressions if isinstance(node, exp.Anonymous) else []
    return len(arguments) > 1 and isinstance(arguments[1], exp.Lambda)


def with_lambda(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``list_reduce(list, lambda a, b: …, start)`` and other names of what ``over_list`` binds."""
    name = str(node.this).lower()
    if name not in _OVER_LISTS:
        raise refuse("G07", f"function {name!r} is not on the list", "use SQL", place_of(node))
    first, body, *rest = node.expressions
    expressions.context.seen.functions.append(Used(name=name, place=place_of(node)))
    pairs = [expressions.value(item, scope) for item in (first, *rest)]
    label = computed(seen for _, seen in pairs)
    inner, names = _parameters(expressions, body.expressions, scope, label, exp.Identifier)
    _as_columns(body)
    if name in _REDUCES:
        _check_steady(body)
    bound, seen = expressions.value(body.this, inner)
    body.set("this", bound)
    body.set("expressions", names)
    node.set("expressions", [pairs[0][0], body, *(item for item, _ in pairs[1:])])
    return node, computed([label, seen])


def _check_steady(body: exp.Lambda) -> None:
    """Refuse a step that doubles what was gathered: it would be too large after few items."""
    gathered = body.expressions[0].name if body.expressions else ""
    uses = sum(c.name == gathered for c in body.this.find_all(exp.Column))
    if uses > 1 and not all(isinstance(part, _STEADY) for part in body.this.walk()):
        hint = "name the first parameter once, or add, multiply or choose only"
        raise refuse("G09", "a list_reduce that doubles its value", hint, place_of(body))


def method(left: exp.Expr, call: exp.Expr) -> exp.Expr | None:
    """``(a || b).upper()`` and ``list(x).list_sort()`` of DuckDB are calls with what is before."""
    if not isinstance(call, exp.Anonymous) or not isinstance(call.this, str):
        return None
    first = _operand(left.copy())
    return exp.func(call.this, first, *(e.copy() for e in call.expressions), dialect="duckdb")


_HOLDERS = (
    exp.Func, exp.Binary, exp.Unary, exp.Is, exp.Ordered, exp.Order, exp.Distinct, exp.Between,
)  # fmt: skip
"""Nodes in which a bare name is a column."""


def _operand(left: exp.Expr) -> exp.Expr:
    """Make columns of the bare names that the parser leaves before the dot of a call."""
    if isinstance(left, exp.Dot) and isinstance(left.expression, exp.Identifier):
        table = left.this
        plain = isinstance(table, exp.Identifier)
        return exp.Column(this=left.expression.copy(), table=table.copy()) if plain else left
    for name in list(left.find_all(exp.Identifier)):
        if _is_bare(name):
            name.replace(exp.Column(this=name.copy()))
    return left


def _is_bare(name: exp.Identifier) -> bool:
    """Tell whether an identifier stands where a value does, and not as a key or a field."""
    parent = name.parent
    if isinstance(parent, exp.Dot):
        return name.arg_key == "this" and not isinstance(parent.expression, exp.Identifier)
    is_name = isinstance(parent, (exp.Anonymous, exp.PropertyEQ)) and name.arg_key == "this"
    return isinstance(parent, _HOLDERS) and not is_name


def row_part(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind | None:
    """``(jsonb_each(x)).key`` is a part of the rows that a listed function makes (PostgreSQL)."""
    inner, name = node.this, node.expression
    function = inner.this if isinstance(inner, exp.Paren) else None
    if expressions.context.dialect != "postgres" or not isinstance(function, exp.Anonymous):
        return None
    own = str(function.this).lower()
    names = ROW_FUNCTIONS["postgres"].get(own, "").split()
    if not isinstance(name, exp.Identifier) or key(name, "postgres") not in names:
        return None
    only(function, "this", "expressions")
    expressions.context.seen.functions.append(Used(name=own, place=place_of(function)))
    pairs = [expressions.value(item, scope) for item in function.expressions]
    call = exp.Anonymous(this=own, expressions=[bound for bound, _ in pairs])
    part = exp.Dot(this=exp.Paren(this=call), expression=quoted(key(name, "postgres")))
    return part, computed(label for _, label in pairs)


def arrow(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``f(doc -> 'a' = b)`` is read as a lambda: put the arrow where databases see it."""
    names, body = node.expressions, node.this
    leaf = body
    while isinstance(leaf, exp.Binary) and not isinstance(leaf, exp.Dot):
        leaf = leaf.this
    if len(names) != 1 or not isinstance(names[0], exp.Identifier):
        raise refuse("G09", "a lambda in this place", "write it another way", place_of(node))
    dialect = expressions.context.dialect
    path: exp.Expr
    if isinstance(leaf, exp.Literal):
        path = Dialect.get_or_raise(dialect).to_json_path(leaf.copy()) or leaf
    elif dialect == "postgres" and isinstance(leaf, (exp.Identifier, exp.Column)):
        # There are no lambdas in it.
        path = exp.Column(this=leaf.copy()) if isinstance(leaf, exp.Identifier) else leaf.copy()
    else:
        raise refuse("G09", "an arrow to no literal key", "put brackets around it", place_of(node))
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
