"""Constant strings of Python source, with the place of each of their characters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_SKIP: Final = re.compile(r"(?:\s|\\\r?\n|#[^\n]*)*+")
_OPEN: Final = re.compile(r"([rRuU]?)('''|\"\"\"|'|\")")
_ESCAPE: Final = re.compile(
    r"\\(?:\r?\n|[0-7]{1,3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]*\}|.)",
    re.DOTALL,
)
_SIMPLE: Final = {
    "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r",
    "t": "\t", "v": "\v",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A string and where its characters stand in the file."""

    value: str = field(repr=False)
    offsets: tuple[int, ...] = field(repr=False)
    """One more than ``value`` has characters: the last is its end."""

    def __add__(self, other: Text) -> Text:
        return Text(value=self.value + other.value, offsets=self.offsets[:-1] + other.offsets)


class Source:
    """Python source, and characters from the places that its syntax tree gives."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        """Return the character at a line (from 1) and a column in bytes of UTF-8 (from 0)."""
        if not 1 <= line <= len(self._lines):
            return len(self.text)
        content = self._lines[line - 1]
        if not content.isascii():
            column = len(
                content.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore")
            )
        return min(self._starts[line - 1] + column, len(self.text))

    def of(self, node: ast.Constant) -> Text:
        """Return a constant with its places; with its beginning for all if they are not clear."""
        begin = self.offset(node.lineno, node.col_offset)
        end = self.offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        value = str(node.value)
        pairs = list(_characters(self.text, begin, end))
        if "".join(character for character, _ in pairs) != value:
            return Text(value=value, offsets=(begin,) * (len(value) + 1))
        return Text(value=value, offsets=(*(at for _, at in pairs), max(begin, end - 1)))


def _characters(text: str, at: int, end: int) -> Iterator[tuple[str, int]]:
    """Read the pieces of an implicit concatenation, character by character."""
    while at < end:
        skipped = _SKIP.match(text, at, end)
        at = skipped.end() if skipped else at
        opened = _OPEN.match(text, at, end)
        if opened is None:
            return
        prefix, quote = opened.groups()
        at = opened.end()
        while at < end and not text.startswith(quote, at):
            step = _ESCAPE.match(text, at, end) if text[at] == "\\" else None
            if step is None:
                yield text[at], at
                at += 1
            else:
                yield from _escaped(step.group(), at, raw=prefix in {"r", "R"})
                at = step.end()
        at += len(quote)


def _escaped(sequence: str, at: int, *, raw: bool) -> Iterator[tuple[str, int]]:
    if raw:
        yield from ((character, at + n) for n, character in enumerate(sequence))
        return
    body = sequence[1:]
    if body in {"\n", "\r\n"}:
        return
    if body in _SIMPLE:
        yield _SIMPLE[body], at
    elif body[0] in "01234567":
        yield chr(int(body, 8)), at
    elif body[0] in "xuU" and len(body) > 1:
        yield chr(int(body[1:], 16) % 0x110000), at
    elif body[0] == "N" and len(body) > 1:
        yield _named(body[2:-1]), at
    else:
        yield from (("\\", at), (body, at + 1))


def _named(name: str) -> str:
    import unicodedata  # noqa: PLC0415 - rare

    try:
        return unicodedata.lookup(name)
    except KeyError:
        return ""
