"""What a line of a statement says without its literals: remarks are known again by it."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from sqlglot.tokenizer_core import TokenType

from sluicegate.errors import SqlError
from sluicegate.sql.lexical import STRINGS, tokenize

_WITHHELD: Final = STRINGS | {TokenType.NUMBER, TokenType.IDENTIFIER}


def context_of(sql: str, dialect: str) -> dict[int, str]:
    """Return line → its tokens, ``?`` for each literal and quoted name; empty if it has none.

    Line numbers are those of the SQL. Comments are no tokens, so they stay out.
    """
    try:
        tokens = tokenize(sql, dialect)
    except SqlError:
        return {}
    lines: defaultdict[int, list[str]] = defaultdict(list)
    line, at = 1, 0
    for token in tokens:
        line += sql.count("\n", at, token.start)
        at = token.start
        withheld = token.token_type in _WITHHELD
        lines[line].append("?" if withheld else token.text.lower())
    return {number: " ".join(words) for number, words in lines.items()}
