"""Changes to a finished tree where sqlglot would write what the source does not read.

Its generators are compiled, so they cannot be derived from: the tree is changed instead.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sluicegate.sql.functions import call
from sluicegate.sql.refusal import refuse


def _mysql(tree: exp.Expr) -> exp.Expr:
    # MariaDB has neither REGEXP_LIKE nor the arrows of JSON.
    for node in list(tree.find_all(exp.RegexpLike, exp.JSONExtractScalar, exp.Log, exp.Median)):
        if isinstance(node, exp.JSONExtractScalar):
            inner = exp.JSONExtract(this=node.this, expression=node.expression)
            node.replace(call("json_unquote", inner))
        elif isinstance(node, exp.Median):
            # MariaDB has MEDIAN, and no PERCENTILE_CONT of two arguments.
            node.replace(call("median", node.this))
        elif isinstance(node, exp.Log):
            # LOG(10, x) differs from LOG10(x) in the last digits.
            if isinstance(node.this, exp.Literal) and node.name in {"2", "10"} and node.expression:
                node.replace(call(f"log{node.name}", node.expression))
        elif not node.args.get("flag"):
            node.replace(_infix(node.this, "REGEXP", node.expression))
    return tree


def _postgres(tree: exp.Expr) -> exp.Expr:
    for node in list(tree.find_all(exp.Hex, exp.Log, exp.JSONObject)):
        if isinstance(node, exp.Hex):
            node.replace(call("to_hex", node.this))
        elif isinstance(node, exp.JSONObject):
            # Of two arrays it is the old function, which knows no colon.
            pairs = node.args.get("expressions")
            pair = pairs[0] if isinstance(pairs, list) and len(pairs) == 1 else None
            if isinstance(pair, exp.JSONKeyValue) and _is_list(pair.this):
                node.replace(call("json_object", pair.this, pair.expression))
        elif node.expression and node.this == exp.Literal.number(10):
            # LOG(10, x) takes numerics only; LOG(x) is of base 10 for every type.
            node.replace(call("log", node.expression))
    return tree


def _is_list(node: exp.Expr) -> bool:
    kind = node.to.this if isinstance(node, exp.Cast) else None
    made = isinstance(node, (exp.Array, exp.ArrayAgg, exp.StringToArray, exp.Split))
    return made or kind is exp.DataType.Type.ARRAY


def _infix(left: exp.Expr, word: str, right: exp.Expr) -> exp.Expr:
    # An introducer is written as its two parts side by side, which makes an operator of a word.
    tail = exp.Introducer(this=exp.Var(this=word), expression=_closed(right))
    return exp.Paren(this=exp.Introducer(this=_closed(left), expression=tail))


def _closed(part: exp.Expr) -> exp.Expr:
    return exp.Paren(this=part) if isinstance(part, (exp.Binary, exp.Not, exp.Unary)) else part


def _bigquery(tree: exp.Expr) -> exp.Expr:
    # The generator writes a grouped column as the bare alias of the result, which names no source.
    for select in tree.find_all(exp.Select):
        group = select.args.get("group")
        if not isinstance(group, exp.Group) or not select.args.get("order"):
            continue
        shown = [item.unalias() for item in select.expressions]
        for item in list(group.expressions):
            if isinstance(item, exp.Column) and item in shown:
                item.replace(exp.Literal.number(shown.index(item) + 1))
    return tree


_CHANGES: dict[str, Callable[[exp.Expr], exp.Expr]] = {
    "mysql": _mysql,
    "postgres": _postgres,
    "bigquery": _bigquery,
}


def ready(tree: exp.Expr, dialect: str) -> exp.Expr:
    """Change ``tree`` in place so that what is written of it is read by the source.

    Raises:
        SqlRefused: a node lacks a part that the parser lets it lack.
    """
    change = _CHANGES.get(dialect)
    try:
        return change(tree) if change else tree
    except (AttributeError, KeyError, TypeError, ValueError):
        hint = "use functions and types of the dialect"
        raise refuse("G09", f"a part that cannot be written in {dialect} SQL", hint) from None
