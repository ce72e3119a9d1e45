"""Statements of the guard as a DB-API driver wants them, and a last look that they only read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from sluicegate.errors import SourceError

_FORBIDDEN = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock, exp.Set, exp.Use)


def check_reads(source: str, sql: str, dialect: str) -> None:
    """Refuse what is not one query: not every database has transactions that only read.

    The guard has proven the statement; this does not hang on it.

    Raises:
        SourceError: it is something else.
    """
    try:
        trees = sqlglot.parse(_without_positions(sql, dialect), read=dialect)
    except (SqlglotError, RecursionError):
        trees = []
    tree = trees[0] if len(trees) == 1 else None
    reads = isinstance(tree, exp.Query) and not any(tree.find(kind) for kind in _FORBIDDEN)
    if not reads or (isinstance(tree, exp.Query) and tree.args.get("into")):
        raise SourceError(
            f"{source!r}: the statement is not one that can be read from",
            hint="ask with one SELECT",
        )


def bind(sql: str, values: Sequence[Any], *, dialect: str, style: str) -> tuple[str, Any]:
    """Write positions as the driver does; return the text and its parameters.

    Args:
        sql: With ``$n``, ``?n`` or ``?``.
        values: One per position.
        dialect: sqlglot's name.
        style: PEP 249's ``paramstyle``.

    Raises:
        SourceError: there are more positions than values.
    """
    parts: list[str] = []
    used: list[Any] = []
    place = 0
    for start, end, number in _positions(sql, dialect):
        index = len(used) if number is None else number - 1
        if not 0 <= index < len(values):
            raise SourceError("the statement's parameters cannot be told apart")
        used.append(values[index])
        parts += [_escaped(sql[place:start], style), _mark(style, len(used))]
        place = end
    parts.append(_escaped(sql[place:], style))
    if style == "named":
        return "".join(parts), {f"p{n}": v for n, v in enumerate(used, 1)}
    return "".join(parts), tuple(used)


def _without_positions(sql: str, dialect: str) -> str:
    """Put NULL for each position: not every parser reads what every driver does."""
    parts, place = [], 0
    for start, end, _ in _positions(sql, dialect):
        parts += [sql[place:start], "NULL"]
        place = end
    return "".join([*parts, sql[place:]])


def _positions(sql: str, dialect: str) -> list[tuple[int, int, int | None]]:
    tokens = sqlglot.tokenize(sql, read=dialect)
    found: list[tuple[int, int, int | None]] = []
    for token, after in zip_longest(tokens, tokens[1:]):
        if token.token_type not in {TokenType.PARAMETER, TokenType.PLACEHOLDER}:
            continue
        numbered = _number(token, after)
        if numbered is not None and after is not None:
            found.append((token.start, after.end + 1, numbered))
        elif token.token_type is TokenType.PLACEHOLDER:
            found.append((token.start, token.end + 1, None))
    return found


def _number(token: Token, after: Token | None) -> int | None:
    if after is None or after.token_type is not TokenType.NUMBER:
        return None
    adjacent = after.start == token.end + 1 and token.text in {"$", "?"}
    return int(after.text) if adjacent and after.text.isdigit() else None


def _escaped(text: str, style: str) -> str:
    return text.replace("%", "%%") if style in {"format", "pyformat"} else text


def _mark(style: str, number: int) -> str:
    marks = {"qmark": "?", "format": "%s", "pyformat": "%s"}
    return marks.get(style, f":{number}" if style == "numeric" else f":p{number}")
