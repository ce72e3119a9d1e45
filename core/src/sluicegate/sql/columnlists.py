"""``COLUMNS(…)`` of DuckDB: which of the columns in sight it means."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from sluicegate.sql.names import fold
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.scope import Visible

_PLAIN = re.compile(r"[A-Za-z0-9_^$|().*+?\[\]-]{1,200}")
_REPEATED_GROUP = re.compile(r"\)[*+?]")


def matching(
    pattern: exp.Columns, visible: list[Visible], names: Callable[[object, exp.Expr], set[str]]
) -> list[Visible]:
    """Return the columns that a pattern, a list of names or ``*`` means, in their order.

    A pattern that Python reads otherwise than DuckDB would only choose other columns: each of them
    is bound like one that was named.

    Raises:
        SqlRefused: for a lambda, or a pattern beyond the plain ones.
    """
    this = pattern.this
    if isinstance(this, exp.Star):
        only(this, "except_")
        left_out = names(this.args.get("except_"), pattern)
        found = [v for v in visible if v.key not in left_out]
    elif isinstance(this, exp.Literal) and this.is_string:
        found = [v for v in visible if _compiled(this).search(v.name)]
    elif isinstance(this, exp.Array) and all(isinstance(e, exp.Literal) for e in this.expressions):
        wanted = {fold(e.name) for e in this.expressions}
        found = [v for v in visible if v.key in wanted]
    else:
        hint = "use COLUMNS('pattern') or COLUMNS(* EXCLUDE (…))"
        raise refuse("G09", "COLUMNS of this form", hint, place_of(pattern))
    return found


def _compiled(literal: exp.Literal) -> re.Pattern[str]:
    text = literal.name
    if _PLAIN.fullmatch(text) and not _REPEATED_GROUP.search(text):
        try:
            return re.compile(text)
        except re.error:
            pass
    raise refuse("G09", "a pattern of COLUMNS", "use a plain one, such as ^id$", place_of(literal))
