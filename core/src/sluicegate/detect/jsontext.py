"""Where in a JSON document, kept as text in a cell, a finding stands.

Only the few findings that are kept as samples are located, so this costs the scan nothing.
Sources of the rules: RFC 8259 (JSON), RFC 6901 (pointers), the JSON Lines convention.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

LARGEST = 1 << 22
"""Bytes of the largest cell that is taken apart; a finding in a larger one has no such path."""

_TOKEN = re.compile(
    rb'\s*(?:(?P<string>"(?:[^"\\]++|\\.)*+")|(?P<sign>[{}\[\]:,])|(?P<bare>[^\s"{}\[\]:,]++))',
    re.DOTALL,
)
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CUT_ESCAPE = re.compile(rb"\\(?:u[0-9A-Fa-f]{0,3})?\Z")
_MARGIN = 64
"""Bytes in which a document has to begin."""
_NESTED = 1
"""Levels of JSON in a string of JSON that are taken apart."""

Shown = Callable[[int, int], bool]


@dataclass(slots=True)
class _Level:
    """An object or array that is open."""

    array: bool
    count: int = 0
    """Members that are complete."""
    step: str = field(default="", repr=False)
    """How the pointer names the member that is being read."""
    value: bool = False
    """Whether its key has been read."""


def json_path(cell: bytes, place: int, found: Sequence[tuple[int, int]]) -> str:
    """Return the JSON pointer of the value at ``place``; empty if the cell is no JSON document.

    A key is part of the pointer if it is an identifier in which nothing was found; its position
    in the object stands for any other, since such a key is data. Of several documents one below
    the other, the first step is the number of the document.

    Args:
        cell: UTF-8 text; malformed JSON is no error.
        place: First byte of a finding.
        found: Start and end of every finding of the cell.
    """

    def shown(start: int, end: int) -> bool:
        return not any(low < end and start < high for low, high in found)

    return _path(cell, place, shown, _NESTED)


def _path(cell: bytes, place: int, shown: Shown, nested: int) -> str:
    if cell[:_MARGIN].lstrip()[:1] not in (b"{", b"["):
        return ""
    levels: list[_Level] = []
    path, document, at = "", 0, 0
    while token := _TOKEN.match(cell, at):
        at = token.end()
        if path and not levels:
            return f"/0{path}"  # another document follows
        if at > place and not path and levels:
            path = _steps(levels, token, shown) + _within(token, place, shown, nested)
            if document:
                return f"/{document}{path}"
        if not _follow(levels, token, shown):
            return path
        document += not levels and not path
    return path


def _follow(levels: list[_Level], token: re.Match[bytes], shown: Shown) -> bool:
    """Take one token further; false if it cannot stand there."""
    sign = token["sign"]
    if sign in (b"{", b"["):
        levels.append(_Level(array=sign == b"["))
        return True
    if not levels:
        return False
    level = levels[-1]
    if sign in (b"}", b"]"):
        levels.pop()
    elif sign == b",":
        level.count += 1
        level.step, level.value = "", False
    elif sign == b":":
        level.value = True
    elif not level.array and not level.value:
        level.step = _key(token, level.count, shown)
    return True


def _key(token: re.Match[bytes], count: int, shown: Shown) -> str:
    """Return the step of the member whose key this token is."""
    name = (token["string"] or b"")[1:-1].decode("utf-8", "replace")
    if _IDENTIFIER.fullmatch(name) and shown(*token.span("string")):
        return name
    return str(count)


def _steps(levels: list[_Level], token: re.Match[bytes], shown: Shown) -> str:
    steps = [level.step or str(level.count) for level in levels]
    last = levels[-1]
    if not last.array and not last.value:
        steps[-1] = _key(token, last.count, shown)
    return "".join(f"/{step}" for step in steps)


def _within(token: re.Match[bytes], place: int, shown: Shown, nested: int) -> str:
    """Return the rest of the path if the value is a string that holds JSON itself."""
    text = token["string"]
    if not nested or text is None or text[1:].lstrip()[:1] not in (b"{", b"["):
        return ""
    before = _CUT_ESCAPE.sub(b"", text[1 : max(1, place - token.start("string"))])
    try:
        inner, head = (json.loads(b'"' + part + b'"') for part in (text[1:-1], before))
    except (ValueError, RecursionError):
        return ""
    cell = inner.encode("utf-8", "surrogatepass")
    start = len(head.encode("utf-8", "surrogatepass"))
    return _path(cell, start, _shown_within(token, cell, shown), nested - 1)


def _shown_within(token: re.Match[bytes], cell: bytes, shown: Shown) -> Shown:
    """Judge a key of the inner document by every place where the outer one has it written."""

    def judge(start: int, end: int) -> bool:
        key = cell[start + 1 : end - 1]
        places = re.finditer(rb'\\"' + re.escape(key) + rb'\\"', token["string"])
        first = token.start("string")
        return all(shown(first + p.start(), first + p.end()) for p in places)

    return judge
