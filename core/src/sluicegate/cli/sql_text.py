"""SQL for a terminal: pretty, or pointed at, and without the values that stand in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from sluicegate.errors import SqlError
from sluicegate.sql.lexical import STRINGS, tokenize

if TYPE_CHECKING:
    from sluicegate.detect import Scanner

_PLACE: Final = re.compile(r"line (\d+), column (\d+)")
_NUMBERED: Final = re.compile(r"\?(\d+)")
_NAMED: Final = re.compile(r":_sluicegate_(\d+)")
"""SQLite's numbered parameters, which the parser does not read, and what stands for them."""
_PLAIN: Final = re.compile(r"[\w.\s]+|\W+")
"""A name or a sign. What mixes both may be a text to another dialect."""
_DOT: Final = "·"
_BEFORE: Final = 60
_SHOWN: Final = 100
"""Characters of a line that an excerpt shows, and how many of them before the place."""


def withheld(sql: str, dialect: str, scanner: Scanner) -> str:
    """Return ``sql`` with each finding as ``‹class›``: what a detector knows is not shown.

    Literals are looked at whole, as ``G12`` does, and the text as one, for comments and names.
    """
    spans = [(s.start, s.end, str(s.data_class)) for s in scanner.scan_text(sql, advisory=False)]
    spans += _literals(sql, dialect, scanner)
    shown, at = [], 0
    for start, end, data_class in sorted(spans):
        if start >= at:
            shown += [sql[at:start], f"‹{data_class}›"]
        at = max(at, end)
    return "".join([*shown, sql[at:]])


def _literals(sql: str, dialect: str, scanner: Scanner) -> Iterator[tuple[int, int, str]]:
    from sqlglot.tokenizer_core import TokenType

    kinds = STRINGS | {TokenType.NUMBER, TokenType.IDENTIFIER}
    try:
        tokens = tokenize(sql, dialect)
    except SqlError:
        return
    for token in tokens:
        if token.token_type in kinds and (found := scanner.scan_text(token.text, advisory=False)):
            quotes = 0 if token.token_type is TokenType.NUMBER else 1
            yield token.start + quotes, token.end + 1 - quotes, str(found[0].data_class)


def pretty(sql: str, dialect: str) -> str:
    """Return generated SQL over several lines, for reading; as it is if that does not work."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        readable = _NUMBERED.sub(r":_sluicegate_\1", sql)
        tokenize(readable, dialect)  # refuses what is nested too deep for the parser
        tree = sqlglot.parse_one(readable, read=dialect)
        return _NAMED.sub(r"?\1", tree.sql(dialect=dialect, pretty=True))
    except (
        SqlError,
        SqlglotError,
        RecursionError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
    ):
        return sql


def excerpt(sql: str, place: str, dialect: str, scanner: Scanner) -> tuple[str, str] | None:
    """Return the line of a place, and a line with a caret under its column.

    Every literal and comment in it is dotted out: a refused statement may be anything.
    """
    found = _PLACE.fullmatch(place)
    lines = dotted(sql, dialect, scanner).split("\n")
    if not found or int(found[1]) > len(lines):
        return None
    line = lines[int(found[1]) - 1].rstrip("\r").replace("\t", " ")
    column = min(int(found[2]) - 1, len(line))
    first = max(0, column - _BEFORE)
    from rich.cells import cell_len

    ahead = "… " if first else ""
    shown = ahead + line[first : first + _SHOWN]
    return shown, " " * cell_len(ahead + line[first:column]) + "^"


def dotted(sql: str, dialect: str, scanner: Scanner) -> str:
    """Return ``sql``, as long as it is, with dots in place of literals and comments."""
    try:
        kept = _kept(sql, dialect)
    except SqlError:
        kept = _outside_quotes(sql)
    for span in scanner.scan_text(sql, advisory=False):
        kept[span.start : span.end] = [False] * (span.end - span.start)
    return "".join(c if keep or c.isspace() else _DOT for c, keep in zip(sql, kept, strict=True))


def _kept(sql: str, dialect: str) -> list[bool]:
    from sqlglot.tokenizer_core import TokenType

    kept = [False] * len(sql)
    for token in tokenize(sql, dialect):
        first, last = token.start, token.end
        literal = token.token_type in STRINGS or token.token_type is TokenType.NUMBER
        literal = literal or not _PLAIN.fullmatch(token.text)
        if not literal:
            kept[first : last + 1] = [True] * (last + 1 - first)
        elif sql[first] in "'\"":
            kept[first] = kept[last] = True
    return kept


_UNSURE: Final = re.compile(r"['\"`$].*|--.*|/\*.*|\d+", re.DOTALL)


def _outside_quotes(sql: str) -> list[bool]:
    """Keep what stands before the first quote or comment, where nothing can be told for sure."""
    kept = [True] * len(sql)
    for found in _UNSURE.finditer(sql):
        kept[found.start() : found.end()] = [False] * (found.end() - found.start())
    return kept


Pointer = Callable[[str], Sequence[str] | None]
"""A reason's place → the lines that point at it."""
