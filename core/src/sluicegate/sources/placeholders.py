"""Finds the ``$n`` of a PostgreSQL statement, and nothing that only looks like one.

Source of the rules: PostgreSQL manual, 4.1 Lexical Structure, with standard_conforming_strings on.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_WORD = r"[A-Za-z_\x80-\U0010ffff][0-9A-Za-z_\x80-\U0010ffff]*"
_TOKEN = re.compile(
    rf"""
      [eE]'(?:[^'\\]|\\.|'')*'                    # string with escapes,
      (?:\s*[\r\n]\s*'(?:[^'\\]|\\.|'')*')*       # and its continuation on later lines
    | '(?:[^']|'')*'                              # string
    | "(?:[^"]|"")*"                              # quoted name
    | \$(?P<tag>(?:{_WORD})?)\$.*?\$(?P=tag)\$    # dollar-quoted string
    | --[^\r\n]*                                  # comment
    | (?P<open>/\*)                               # comment; may nest
    | {_WORD}(?:\$|{_WORD}|[0-9])*                # word; may hold a dollar sign
    | \$(?P<number>[0-9]+)
    """,
    re.VERBOSE | re.DOTALL,
)


def replace_placeholders(sql: str, replacement: Callable[[int], str]) -> tuple[str, set[int]]:
    """Replace each ``$n`` by ``replacement(n)``; return the text and the numbers that were found.

    An open string or comment is left as it is: the source refuses the statement.
    """
    parts: list[str] = []
    found: set[int] = set()
    position = 0
    for start, end, number in _tokens(sql):
        parts.append(sql[position:start])
        if number:
            found.add(number)
            parts.append(replacement(number))
        else:
            parts.append(sql[start:end])
        position = end
    parts.append(sql[position:])
    return "".join(parts), found


def _tokens(sql: str) -> list[tuple[int, int, int]]:
    tokens = []
    position = 0
    while match := _TOKEN.search(sql, position):
        end = _comment_end(sql, match.end()) if match["open"] else match.end()
        tokens.append((match.start(), end, int(match["number"] or 0)))
        position = end
    return tokens


def _comment_end(sql: str, position: int) -> int:
    depth = 1
    for match in re.compile(r"/\*|\*/").finditer(sql, position):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return match.end()
    return len(sql)
