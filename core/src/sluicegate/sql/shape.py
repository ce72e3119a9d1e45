"""The shape of a statement: what may be written down about it."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import SqlglotError

from sluicegate.sql.parse import Parsed, too_deep
from sluicegate.sql.refusal import refuse
from sluicegate.sql.writers import ready

_HOLDS_TEXT = (
    exp.Literal, exp.JSONPath, exp.HexString, exp.BitString, exp.ByteString, exp.National,
    exp.RawString, exp.UnicodeString, exp.Heredoc,
)  # fmt: skip


def shape(parsed: Parsed) -> str:
    """Return the user's statement with each literal as ``?`` and without comments.

    Names and aliases remain; parameters stay ``:name``. It is for reading, not for running.
    """
    return blanked(parsed.fresh(), parsed.dialect, copy=False)


def blanked(tree: exp.Expr, dialect: str, *, copy: bool = True) -> str:
    """Return any tree as text with each literal as ``?``, without comments."""
    try:
        tree = tree.transform(_blank, copy=copy)
    except RecursionError:
        raise too_deep() from None
    return write(tree, dialect, copy=False)


def with_names(tree: exp.Expr, dialect: str) -> str:
    """Return a tree as the text that a user would have written, its parameters as ``:name``."""
    return write(tree.transform(_name), dialect, copy=False)


def write(tree: exp.Expr, dialect: str, *, copy: bool = True) -> str:
    """Return ``tree`` as the source reads it, changed where sqlglot would write another thing."""
    return generate(ready(tree, dialect), dialect, copy=copy)


def generate(tree: exp.Expr, dialect: str, *, copy: bool = True) -> str:
    """Return ``tree`` as text, without comments; without ``copy`` the generator may change it.

    Raises:
        SqlRefused: the tree is too deep, or holds what the dialect cannot say.
    """
    try:
        return tree.sql(dialect=dialect, comments=False, copy=copy)
    except RecursionError:
        raise too_deep() from None
    except (SqlglotError, AttributeError, KeyError, TypeError, ValueError):
        # The generator fails in many ways on what another dialect would say.
        hint = "use functions and types of the dialect"
        raise refuse("G09", f"a part that cannot be written in {dialect} SQL", hint) from None


def _name(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Placeholder) and isinstance(node.this, str):
        return exp.Var(this=f":{node.this}")
    return node


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
