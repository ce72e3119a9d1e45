"""``COLUMNS(…)`` of DuckDB: which of the columns in sight it means."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from sluicegate.sql.names import fold
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.scope import Visible

_PLAIN = re.compile(r"[A-Za-z0-9_^$|().*+?\[\]-]{1,200}")
_NAME = "_name"
_REPEATED_GROUP = re.compile(r"\)[*+?]")
_MOST_STEPS = 20_000_000
"""A search tries about length ** (repeats + 1) ways; more could take minutes."""


def matching(
    pattern: exp.Columns, visible: list[Visible], names: Callable[[object, exp.Expr], set[str]]
) -> list[Visible]:
    """Return the columns that a pattern, a list of names or ``*`` means, in their order.

    A pattern that Python reads otherwise than DuckDB would only choose other columns: each of them
    is bound like one that was named.

    Raises:
        SqlRefused: for a test or a pattern beyond the plain ones.
    """
    only(pattern, "this")
    this = pattern.this
    if isinstance(this, exp.Star):
        only(this, "except_")
        left_out = names(this.args.get("except_"), pattern)
        found = [v for v in visible if v.key not in left_out]
    elif isinstance(this, exp.Literal) and this.is_string:
        compiled = _compiled(this, max((len(v.name) for v in visible), default=0))
        found = [v for v in visible if compiled.search(v.name)]
    elif isinstance(this, exp.Array) and all(isinstance(e, exp.Literal) for e in this.expressions):
        wanted = {fold(e.name) for e in this.expressions}
        found = [v for v in visible if v.key in wanted]
    elif isinstance(this, exp.Lambda) and len(this.expressions) == 1:
        test = this.this
        found = [v for v in visible if _holds(test, this.expressions[0].name, v.name)]
    else:
        hint = "use COLUMNS('pattern') or COLUMNS(* EXCLUDE (…))"
        raise refuse("G09", "COLUMNS of this form", hint, place_of(pattern))
    return found


def title(alias: str, pattern: exp.Columns, name: str) -> str:
    r"""Return an alias with ``\0`` as the column's name, and ``\1`` as what a group matched."""
    this = pattern.this
    found = None
    if isinstance(this, exp.Literal) and this.is_string:
        found = _compiled(this, len(name)).search(name)

    def part(sign: re.Match[str]) -> str:
        group = int(sign[1])
        if group == 0:
            return name
        return (found[group] or "") if found and group <= found.re.groups else ""

    return re.sub(r"\\([0-9])", part, alias)


def of_star(node: exp.Expr) -> exp.Columns | None:
    """Return ``* LIKE 'a%'`` and its kin as the COLUMNS that they are short for."""
    if isinstance(node, exp.Star) and (pattern := node.args.get("ilike")):
        only(node, "ilike")
        test: exp.Expr = exp.ILike(this=exp.to_identifier(_NAME), expression=pattern.copy())
    elif isinstance(node, (exp.Like, exp.ILike)) and isinstance(node.this, exp.Star):
        only(node.this)
        test = node.copy()
        test.set("this", exp.to_identifier(_NAME))
    else:
        return None
    return exp.Columns(this=exp.Lambda(this=test, expressions=[exp.to_identifier(_NAME)]))


def _holds(test: exp.Expr, parameter: str, name: str) -> bool:
    """Tell whether a test of a lambda holds for the name of a column."""
    if isinstance(test, (exp.And, exp.Or)):
        sides = [_holds(side, parameter, name) for side in (test.this, test.expression)]
        return all(sides) if isinstance(test, exp.And) else any(sides)
    if isinstance(test, (exp.Not, exp.Paren)):
        return _holds(test.this, parameter, name) is not isinstance(test, exp.Not)
    subject, literal = test.this, test.args.get("expression")
    named = isinstance(subject, (exp.Identifier, exp.Column))
    plain = named and fold(subject.name) == fold(parameter)
    if not plain or not isinstance(literal, exp.Literal) or not literal.is_string:
        hint = "test the name itself with LIKE, ILIKE, =, starts_with, ends_with or contains"
        raise refuse("G09", "COLUMNS with this test", hint, place_of(test))
    check = _TESTS.get(type(test).__name__)
    if check is None:
        raise refuse("G09", "COLUMNS with this test", "use LIKE", place_of(test))
    return check(name, literal.name) is not bool(test.args.get("negate"))


def _like(name: str, pattern: str) -> bool:
    """Match without a regular expression: its time would grow with each ``%``."""
    states = {0}  # how much of the pattern may be behind us
    for letter in name:
        states = _through(states, pattern)
        stays = {at for at in states if pattern[at : at + 1] == "%"}
        moves = {at + 1 for at in states - stays if pattern[at : at + 1] in {"_", letter}}
        states = stays | moves
    return len(pattern) in _through(states, pattern)


def _through(states: set[int], pattern: str) -> set[int]:
    """Add what ``%`` reaches by standing for nothing."""
    found = set(states)
    for start in states:
        at = start
        while pattern[at : at + 1] == "%":
            at += 1
            found.add(at)
    return found


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "Like": _like,
    "ILike": lambda name, pattern: _like(fold(name), fold(pattern)),
    "EQ": lambda name, text: name == text,
    "NEQ": lambda name, text: name != text,
    "StartsWith": lambda name, text: name.startswith(text),
    "EndsWith": lambda name, text: name.endswith(text),
    "Contains": lambda name, text: text in name,
}


def _compiled(literal: exp.Literal, longest: int) -> re.Pattern[str]:
    text = literal.name
    steps = longest ** (1 + sum(text.count(sign) for sign in "*+?"))
    if _PLAIN.fullmatch(text) and not _REPEATED_GROUP.search(text) and steps <= _MOST_STEPS:
        try:
            return re.compile(text)
        except re.error:
            pass
    raise refuse("G09", "a pattern of COLUMNS", "use a plain one, such as ^id$", place_of(literal))
