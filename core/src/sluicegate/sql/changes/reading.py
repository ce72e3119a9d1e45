"""From text to one change, or a refusal. The text itself is never run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import exp

from sluicegate.sql.changes.change import Change
from sluicegate.sql.changes.objects import alteration, creation, removal, truncation
from sluicegate.sql.changes.rows import deletion, insertion, merging, updating
from sluicegate.sql.collecting import paused
from sluicegate.sql.lexical import tokenize
from sluicegate.sql.parse import check_escapes, literals_of, one, trees_of
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import SqlRefused, refuse
from sluicegate.sql.rowvalues import with_row_words
from sluicegate.sql.shape import blanked
from sluicegate.sql.verbs import by_word, effect, not_modelled

logging.getLogger("sqlglot").setLevel(logging.CRITICAL + 1)

_READERS: Final[Mapping[type[exp.Expr], Callable[[exp.Expr, str], Change]]] = {
    exp.Insert: insertion,
    exp.Update: updating,
    exp.Delete: deletion,
    exp.Merge: merging,
    exp.TruncateTable: truncation,
    exp.Create: creation,
    exp.Alter: alteration,
    exp.Drop: removal,
}
_RUN_HERE: Final = frozenset({"postgres", "mysql", "sqlite", "duckdb"})


@paused()
def parse_change(sql: str, dialect: str) -> Change:
    """Read one statement that writes.

    Args:
        sql: One statement; parameters as ``:name``.
        dialect: ``postgres``, ``mysql``, ``sqlite`` or ``duckdb``.

    Raises:
        SqlSyntaxRefused: the text does not parse; names line and column, never the text.
        SqlRefused: it is not one statement that writes, or writes in a way that is not modelled.
    """
    profile(dialect)
    if dialect not in _RUN_HERE:
        raise refuse("G09", f"statements that write are not modelled for {dialect}", "")
    tokens = tokenize(sql, dialect)
    check_escapes(sql, tokens)
    read = with_row_words(tokens) if dialect == "mysql" else tokens
    tree = one(trees_of(sql, read, dialect))
    if isinstance(tree, exp.Query):
        hint = "extract it instead: its rows leave masked"
        raise refuse("STATEMENT-READS", "the statement only reads", hint)
    reader = _READERS.get(type(tree))
    if reader is None:
        word = tokens[0].text.split(" ")[0] if tokens else ""
        raise SqlRefused((by_word(word, "") or not_modelled(tree),))
    _check_effects(tree)
    change = reader(tree, dialect)
    return _described(change, literals=literals_of(sql, tokens), shape=blanked(tree, dialect))


def _described(change: Change, **told: object) -> Change:
    from dataclasses import replace  # noqa: PLC0415

    return replace(change, **told)  # type: ignore[arg-type]  # its own fields


def _check_effects(tree: exp.Expr) -> None:
    """Refuse a second effect anywhere in the tree: a WITH that deletes, INTO, a lock, RETURNING."""
    own = {id(tree)}
    own |= {id(when.args.get("then")) for when in tree.find_all(exp.When)}
    own |= {id(action) for action in tree.args.get("actions") or ()}
    reasons = []
    for node in tree.walk():
        if isinstance(node, exp.Returning):
            hint = "run it without, then extract what you need: rows leave masked only"
            raise refuse("STATEMENT-RETURNING", "RETURNING would give out rows as they are", hint)
        if id(node) not in own and (reason := effect(node)):
            reasons.append(reason)
    if reasons:
        raise SqlRefused(tuple(dict.fromkeys(reasons)))
