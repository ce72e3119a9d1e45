"""Tokens of a statement that the guard wrote, to read it back."""

from __future__ import annotations

import itertools

import sqlglot
from sqlglot.tokenizer_core import Token, TokenType


def tokens_of(sql: str, dialect: str) -> list[Token]:
    """Tokenize; the parser knows SQLite's ``?`` but not its ``?1``, so such numbers are left out.

    Raises:
        sqlglot.errors.SqlglotError: it is no text of the dialect.
    """
    found = sqlglot.tokenize(sql, read=dialect)
    numbers = {
        b.start
        for a, b in itertools.pairwise(found)
        if a.token_type is TokenType.PLACEHOLDER
        and b.token_type is TokenType.NUMBER
        and b.start == a.end + 1
    }
    return [token for token in found if token.start not in numbers]
