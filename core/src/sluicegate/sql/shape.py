"""The shape of a statement: what may be written down about it."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.sql.parse import Parsed, too_deep

_HOLDS_TEXT = (
    exp.Literal, exp.JSONPath, exp.HexString, exp.BitString, exp.ByteString, exp.National,
    exp.RawString, exp.UnicodeString, exp.Heredoc,
)  # fmt: skip


def shape(parsed: Parsed) -> str:
    """Return the user's statement with each literal as ``?`` and without comments.

    Names and aliases remain; parameters stay ``:name``. It is for reading, not for running.
    """
    try:
        tree = parsed.tree.transform(_blank)
        return tree.sql(dialect=parsed.dialect, comments=False)
    except RecursionError:
        raise too_deep() from None


def _blank(node: exp.Expr) -> exp.Expr:
    if isinstance(node, _HOLDS_TEXT):
        return exp.Var(this="?")
    if isinstance(node, exp.Placeholder) and isinstance(node.this, str):
        return exp.Var(this=f":{node.this}")
    if isinstance(node, exp.Interval) and node.this:
        # The generator would pull number and unit into one literal.
        unit = node.args.get("unit")
        return exp.Var(this=f"INTERVAL ? {unit.name if unit else ''}".strip())
    return node
