"""Functions whose result grows with a number in the query: only up to a size that is harmless."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.labels import Label
from sluicegate.sql.leaves import function_name
from sluicegate.sql.resolve import Bind
from sluicegate.sql.scope import UNKNOWN, Scope

if TYPE_CHECKING:
    from sluicegate.sql.expressions import Expressions

_MOST_COPIES = 1_000
_MOST_PADDED = 10_000
_MOST_GROWTH = 100_000
"""What the numbers of nested calls may multiply to."""
_MOST_ITEMS = 100_000
_HOURS = {"HOUR": 1, "DAY": 24, "WEEK": 168, "MONTH": 672, "QUARTER": 2016, "YEAR": 8760}
"""Hours that a step of each unit takes at least."""


def repetition(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``repeat(x, 3)`` and ``space(3)``, with a number of at most 1,000 and not of each other."""
    times = _times(node)
    nested = isinstance(node, exp.Repeat) and node.this.find(exp.Repeat, exp.Space)
    if times is None or times > _MOST_COPIES or nested:
        hint = f"give a number of at most {_MOST_COPIES}"
        return _too_large(expressions, node, "this number of copies", hint)
    return growing(expressions, node, scope)


def padding(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``lpad(x, 6, '0')``, to a literal length of at most 10,000."""
    times = _times(node)
    if times is None or times > _MOST_PADDED:
        hint = f"give a number of at most {_MOST_PADDED:,}"
        return _too_large(expressions, node, "this length", hint)
    return growing(expressions, node, scope)


def growing(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``replace(…)`` and the like multiply what the calls inside them make."""
    growth = math.prod(max(_times(part) or 1, 1) for part in node.find_all(*_COPIES))
    if growth > _MOST_GROWTH:
        hint = f"nest them so that they make at most {_MOST_GROWTH:,} characters of one"
        return _too_large(expressions, node, "calls nested so deep", hint)
    return expressions.pure(node, scope)


def series(expressions: Expressions, node: exp.Expr, _scope: Scope) -> Bind:
    """``range(3)`` and ``generate_series`` as a list, of at most 100,000 items between literals."""
    bounds = [node.args.get(part) for part in ("start", "end", "step")]
    if not 0 <= _items(*bounds) <= _MOST_ITEMS:
        hint = f"write literals as bounds, for at most {_MOST_ITEMS:,} items; or read it in FROM"
        return _too_large(expressions, node, "these bounds", hint)
    return node, Label()


BOUNDED: dict[str, Callable[[Expressions, exp.Expr, Scope], Bind]] = {
    "Repeat": repetition,
    "Space": repetition,
    "Pad": padding,
    "Replace": growing,
    "RegexpReplace": growing,
    "GenerateSeries": series,
}
"""Node type → how it is bound where its dialect has it."""


_COPIES = (exp.Repeat, exp.Space, exp.Pad)


def _times(node: exp.Expr) -> int | None:
    """Return the literal number that a call copies or fills up to."""
    part = "times" if isinstance(node, exp.Repeat) else "this"
    return _integer(node.args.get("expression" if isinstance(node, exp.Pad) else part))


def _too_large(expressions: Expressions, node: exp.Expr, what: str, hint: str) -> Bind:
    message = f"function {function_name(node)!r} is not on the list for {what}"
    expressions.context.problem("G07", message, hint, node)
    return node, UNKNOWN


def _items(start: exp.Expr | None, end: exp.Expr | None, step: exp.Expr | None) -> float:
    """Return an upper bound of the number of items; -1 if it is not known."""
    first, last, width = _integer(start), _integer(end), _integer(step) if step else 1
    if first is not None and last is not None:
        return abs(last - first) // width + 1 if width else -1
    begin, until = _moment(start), _moment(end)
    if begin is None or until is None or not isinstance(step, exp.Interval):
        return -1
    hours = _HOURS.get(step.text("unit").upper().rstrip("S"), 0)
    width = hours * (_integer(step.this) or 0)
    return abs((until - begin).total_seconds()) / 3600 / width + 1 if width else -1


def _integer(node: object) -> int | None:
    if isinstance(node, exp.Neg):
        inner = _integer(node.this)
        return None if inner is None else -inner
    if not isinstance(node, exp.Literal):
        return None
    return int(node.name) if node.name.isdecimal() and len(node.name) < 19 else None  # noqa: PLR2004 - digits of 64 bits


def _moment(node: exp.Expr | None) -> datetime | None:
    """Read ``DATE '2026-01-31'`` and ``TIMESTAMP '…'`` without a zone."""
    literal = node.this if isinstance(node, exp.Cast) else None
    if not isinstance(literal, exp.Literal) or not literal.is_string:
        return None
    assert isinstance(node, exp.Cast)
    if not node.to.is_type("date", "timestamp", "timestampntz"):
        return None
    try:
        return datetime.fromisoformat(literal.name).replace(tzinfo=None)
    except ValueError:
        return None
