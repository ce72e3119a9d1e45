"""Functions whose result grows with a number in the query: only up to a size that is harmless."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.sql.labels import computed
from sluicegate.sql.leaves import function_name
from sluicegate.sql.resolve import Bind
from sluicegate.sql.scope import UNKNOWN, Scope

if TYPE_CHECKING:
    from sluicegate.sql.expressions import Expressions

_MOST_COPIES = 1_000
_MOST_PADDED = 10_000
_MOST_GROWTH = 100_000
"""What the numbers of calls over each other may multiply to, over all WITH queries."""
_MOST_ITEMS = 100_000
_HOURS = {"HOUR": 1, "DAY": 24, "WEEK": 168, "MONTH": 672, "QUARTER": 2016, "YEAR": 8760}
"""Hours that a step of each unit takes at least."""


def repetition(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``repeat(x, 3)`` and ``space(3)``, with a number of at most 1,000."""
    times = _times(node)
    if times is None or times > _MOST_COPIES:
        hint = f"give a number of at most {_MOST_COPIES}"
        return _too_large(expressions, node, "this number of copies", hint)
    return _grown(expressions, node, scope, times)


def padding(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``lpad(x, 6, '0')``, to a literal length of at most 10,000."""
    times = _times(node)
    if times is None or times > _MOST_PADDED:
        hint = f"give a number of at most {_MOST_PADDED:,}"
        return _too_large(expressions, node, "this length", hint)
    bound, label = expressions.pure(node, scope)
    return bound, replace(label, growth=max(times, 1))


def growing(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``replace(…)`` and the like put what one call makes into each place of another's."""
    old, new = node.args.get("expression"), node.args.get("replacement")
    longer = 1
    if isinstance(new, exp.Literal):
        one = len(old.name) if isinstance(node, exp.Replace) and isinstance(old, exp.Literal) else 1
        longer = math.ceil(len(new.name) / max(one, 1))
    return _grown(expressions, node, scope, longer)


def _grown(expressions: Expressions, node: exp.Expr, scope: Scope, times: int) -> Bind:
    """Bind a call that makes ``times`` characters of one, over what its arguments make."""
    labels = expressions.parts(node, scope)
    growth = math.prod(label.growth for label in labels) * max(times, 1)
    if growth > _MOST_GROWTH:
        hint = f"let all of them together make at most {_MOST_GROWTH:,} characters of one"
        return _too_large(expressions, node, "so much growth", hint)
    return node, replace(computed(labels), growth=growth)


def series(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``range(3)`` and ``generate_series`` as a list, of at most 100,000 items between literals.

    What counts parts of a value there is, or steps through a calendar by days or more, ends too.
    """
    start, end, step = (node.args.get(part) for part in ("start", "end", "step"))
    steps = _step_hours(step) >= _HOURS["DAY"] and _moment(start) is None
    counts = _counts(end) and _small(start) and (step is None or step == _ONE)
    if not (steps or counts or 0 <= _items(start, end, step) <= _MOST_ITEMS):
        hint = f"write literals as bounds, for at most {_MOST_ITEMS:,} items; or read it in FROM"
        return _too_large(expressions, node, "these bounds", hint)
    return expressions.pure(node, scope)


def rows_of_series(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``generate_series`` in the list of SELECT makes rows of PostgreSQL, which streams them."""
    if _items(*(node.args.get(part) for part in ("start", "end", "step"))) > _MOST_ITEMS:
        hint = f"make at most {_MOST_ITEMS:,} rows of one"
        return _too_large(expressions, node, "these bounds", hint)
    return expressions.pure(node, scope)


def _counts(end: exp.Expr | None) -> bool:
    """Tell whether a bound is the length of a value, give or take a literal."""
    if isinstance(end, (exp.Add, exp.Sub)) and _small(end.expression):
        end = end.this
    return isinstance(end, (exp.Length, exp.ArraySize))


def _small(start: exp.Expr | None) -> bool:
    first = 0 if start is None else _integer(start)
    return first is not None and abs(first) <= _MOST_ITEMS


def sized(expressions: Expressions, node: exp.Expr, scope: Scope) -> Bind:
    """``list_resize(list, 5)`` and ``equi_width_bins(0, 1, 10, true)``: at most 100,000 items."""
    given = node.expressions
    at = _SIZED[function_name(node)]
    items = _integer(given[at]) if len(given) > at else None
    if items is None or not 0 <= items <= _MOST_ITEMS:
        hint = f"give a number of at most {_MOST_ITEMS:,}"
        return _too_large(expressions, node, "this number of items", hint)
    return expressions.pure(node, scope)


_ONE = exp.Literal.number(1)
_SIZED = {"list_resize": 1, "array_resize": 1, "equi_width_bins": 2}
"""Which argument says how many items a list gets."""


BOUNDED: dict[str, Callable[[Expressions, exp.Expr, Scope], Bind]] = {
    "Repeat": repetition,
    "Space": repetition,
    "Pad": padding,
    "Replace": growing,
    "RegexpReplace": growing,
    "GenerateSeries": series,
    "ExplodingGenerateSeries": rows_of_series,
    **dict.fromkeys(_SIZED, sized),
}
"""Node type or name → how it is bound where its dialect has it."""


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
    if begin is None or until is None:
        return -1
    width = _step_hours(step)
    return abs((until - begin).total_seconds()) / 3600 / width + 1 if width else -1


def _step_hours(step: exp.Expr | None) -> int:
    """Return how many hours a step takes at least; 0 if it is not known."""
    if not isinstance(step, exp.Interval):
        return 0
    return _HOURS.get(step.text("unit").upper().rstrip("S"), 0) * (_integer(step.this) or 0)


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
