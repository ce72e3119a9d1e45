"""Whether a condition chooses rows at all.

A hint, not a proof: ``id > 0`` passes. What bounds the damage is the budget of affected rows.
"""

from __future__ import annotations

from sqlglot import exp

_REFLEXIVE = (exp.EQ, exp.GTE, exp.LTE, exp.NullSafeEQ, exp.Is)
_LIKES = (exp.Like, exp.ILike)


def always_true(node: exp.Expr | None) -> bool:
    """Tell whether every row passes: no condition, a constant, ``x = x``, ``LIKE '%'``."""
    if node is None:
        return True
    if isinstance(node, (exp.Paren, exp.Where)):
        return always_true(node.this)
    if isinstance(node, exp.Not):
        return _never_true(node.this)
    if isinstance(node, exp.Connector):
        both = [always_true(node.this), always_true(node.expression)]
        return all(both) if isinstance(node, exp.And) else any(both)
    return _constant(node) or _reflexive(node) or _matches_all(node)


def _never_true(node: exp.Expr) -> bool:
    if isinstance(node, exp.Paren):
        return _never_true(node.this)
    if isinstance(node, exp.Not):
        return always_true(node.this)
    if _constant(node):
        return True  # nobody chooses rows by a constant, whichever it is
    return isinstance(node, (exp.NEQ, exp.GT, exp.LT)) and _same(node)


def _reflexive(node: exp.Expr) -> bool:
    return isinstance(node, _REFLEXIVE) and _same(node)


def _same(node: exp.Expr) -> bool:
    left, right = node.this.unnest(), node.expression.unnest()
    return bool(left == right)


def _matches_all(node: exp.Expr) -> bool:
    pattern = node.expression if isinstance(node, _LIKES) else None
    return isinstance(pattern, exp.Literal) and set(pattern.name) == {"%"}


def _constant(node: exp.Expr) -> bool:
    return not any(isinstance(part, (exp.Column, exp.Query)) for part in node.walk())
