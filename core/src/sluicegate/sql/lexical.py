"""Checks of the text before it is parsed: what a parser and a database may read differently.

The guard never runs the user's text, only text generated from the tree, so a difference in reading
cannot leak by itself. These checks keep that promise from being the only one, and keep people from
approving a statement that looks like another.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from sluicegate.model.findings import Reason
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import SqlSyntaxRefused

MAX_BYTES = 1_000_000
"""Longest statement that is read, in bytes of UTF-8."""

MAX_DEPTH = 100
"""Deepest nesting of brackets that is read."""

_OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
_CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}
_WITHOUT_CONDITION = {TokenType.CROSS, TokenType.NATURAL}
_JOINS = {TokenType.JOIN, TokenType.STRAIGHT_JOIN}
_CONDITIONS = {TokenType.ON, TokenType.USING}
_RECURRING = {
    TokenType.FROM,
    TokenType.UNION,
    TokenType.ARRAY,
    TokenType.STRUCT,
    TokenType.MAP,
    TokenType.LIST,
}

STRINGS = frozenset(
    getattr(TokenType, name)
    for name in (
        "STRING", "HEREDOC_STRING", "RAW_STRING", "BYTE_STRING", "NATIONAL_STRING",
        "UNICODE_STRING", "HEX_STRING", "BIT_STRING",
    )
)  # fmt: skip
"""Kinds of token that hold text."""

_EXECUTABLE_COMMENT = re.compile(r"/\*M?!", re.IGNORECASE)
_UNICODE_ESCAPE = re.compile(r"[uU]&\s*[\"']")
_DOLLAR_TAG = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)?\$")
_FORMATTING = {"Zs", "Zl", "Zp", "Cf", "Cc", "Co", "Cs", "Cn"}


def tokenize(sql: str, dialect: str) -> list[Token]:
    """Return the tokens of ``sql`` once nothing in it can be read in two ways.

    Raises:
        SqlSyntaxRefused: with line and column; the message never quotes the text.
    """
    _check_size(sql)
    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
    except (SqlglotError, ValueError, IndexError):
        raise _refused("a string, name or comment is not closed", "close the quote") from None
    _check_depth(sql, tokens)
    spans = [(t.start, t.end) for t in tokens if t.token_type in STRINGS]
    _check_dollar_tags(sql, spans)
    _check_characters(sql, spans)
    outside = _outside(sql, spans)
    _check_pattern(sql, outside, _EXECUTABLE_COMMENT, "a comment that some databases execute")
    _check_pattern(sql, outside, _UNICODE_ESCAPE, 'a U&"…" name or string')
    _check_ambiguous(sql, tokens, dialect)
    return tokens


def _check_depth(sql: str, tokens: list[Token]) -> None:
    """Refuse what is nested so deep that the parser would run out of stack.

    It is compiled: where it calls itself without Python between, it ends the process instead of
    raising. Brackets, ``FROM FROM``, ``ARRAY<ARRAY<`` and joins that wait for their ON do so.
    """
    depth, joins, before = 0, 0, None
    for token in tokens:
        kind = token.token_type
        if kind in _OPENING or (kind is before and kind in _RECURRING):
            depth += 1
        elif kind in _CLOSING:
            depth = max(0, depth - 1)
        elif kind in _JOINS:
            joins += before not in _WITHOUT_CONDITION
        elif kind in _CONDITIONS:
            joins = max(0, joins - 1)
        if depth + joins > MAX_DEPTH:
            place = position(sql, token.start)
            raise _refused("the statement is nested too deep", "split it into CTEs", place)
        if kind is not TokenType.LT:
            before = kind


def _check_size(sql: str) -> None:
    if not sql.strip():
        raise _refused("the statement is empty", "write one SELECT")
    try:
        size = len(sql.encode())
    except UnicodeEncodeError:
        raise _refused("the statement is not valid Unicode", "save it as UTF-8") from None
    if size > MAX_BYTES:
        raise _refused(f"the statement is longer than {MAX_BYTES} bytes", "bind long lists")
    if "\0" in sql:
        raise _refused("a NUL character", "remove it", position(sql, sql.index("\0")))


def _check_dollar_tags(sql: str, spans: list[tuple[int, int]]) -> None:
    for start, _ in spans:
        if sql[start] == "$" and not _DOLLAR_TAG.match(sql, start):
            raise _refused(
                "a dollar quote whose tag is not plain ASCII",
                "quote the text with '…'",
                position(sql, start),
            )


def _check_characters(sql: str, spans: list[tuple[int, int]]) -> None:
    starts = [start for start, _ in spans]
    for index, char in enumerate(sql):
        if (char.isascii() and char.isprintable()) or char in "\t\n\r":
            continue
        if unicodedata.category(char) in _FORMATTING and not _within(index, starts, spans):
            raise _refused(
                "a space or invisible character that is not plain ASCII, outside a string",
                "retype the line with plain spaces",
                position(sql, index),
            )


def _within(index: int, starts: list[int], spans: list[tuple[int, int]]) -> bool:
    found = bisect_right(starts, index) - 1
    return found >= 0 and index <= spans[found][1]


def _outside(sql: str, spans: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        # The quote stays, so that what stands before it can be seen.
        parts += [sql[at : start + 1], "·" * (end - start)]
        at = end + 1
    return "".join([*parts, sql[at:]])


def _check_pattern(sql: str, outside: str, pattern: re.Pattern[str], what: str) -> None:
    if found := pattern.search(outside):
        raise _refused(what, "remove it", position(sql, found.start()))


def _check_ambiguous(sql: str, tokens: list[Token], dialect: str) -> None:
    refused = profile(dialect).ambiguous
    for token in tokens if refused else ():
        if token.token_type.name in refused:
            raise _refused(
                f"{token.text!r}, which means one thing or another by a setting of the session",
                "write OR, or CONCAT(…)",
                position(sql, token.start),
            )


def position(sql: str, index: int) -> str:
    """Return ``line L, column C`` of a character, both from 1."""
    line = sql.count("\n", 0, index) + 1
    return f"line {line}, column {index - sql.rfind(chr(10), 0, index)}"


def positions(sql: str) -> Callable[[int], str]:
    """Return ``position`` for many characters of one text."""
    starts = [0, *(found.end() for found in re.finditer("\n", sql))]

    def at(index: int) -> str:
        line = bisect_right(starts, index)
        return f"line {line}, column {index - starts[line - 1] + 1}"

    return at


def _refused(what: str, hint: str, place: str = "") -> SqlSyntaxRefused:
    return SqlSyntaxRefused(Reason(code="G09", message=what, hint=hint, place=place))
