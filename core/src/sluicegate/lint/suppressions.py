"""Comments that answer a remark: ``-- sluicegate: ignore G31 why``, and with ``#`` in Python.

They count for lint alone. The gate does not read them.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sluicegate.lint.text import Lines

_IGNORE: Final = re.compile(
    r"(?P<mark>--|#)[ \t]*sluicegate:[ \t]*ignore\b[ \t]*"
    r"(?P<ids>[A-Z]+[A-Z0-9-]*(?:[ \t]*,[ \t]*[A-Z]+[A-Z0-9-]*)*)?[ \t]*(?P<reason>[^\r\n]*)"
)
_A_REASON: Final = re.compile(r"[^\W\d_]{3,}")
_COMMENT_LINE: Final = re.compile(r"\s*(?:--|#)")


@dataclass(slots=True, kw_only=True)
class Suppression:
    """One comment."""

    line: int
    """Where it stands."""
    column: int
    counts_for: int
    """The line it answers for: its own, or the next if it stands alone."""
    ids: frozenset[str]
    reason: str = field(repr=False)
    used: bool = False

    @property
    def valid(self) -> bool:
        """Whether it names a rule and gives a reason."""
        return bool(self.ids) and _A_REASON.search(self.reason) is not None


def in_sql(text: str) -> list[Suppression]:
    """Find the suppressions of a .sql file."""
    if "sluicegate:" not in text:
        return []
    return list(_find(text, "--", None))


def in_python(text: str, statements: Iterable[tuple[int, int]]) -> list[Suppression]:
    """Find the suppressions of a Python file, those in the comments of its SQL included.

    Args:
        text: The file.
        statements: First and last character of each statement in it.
    """
    if "sluicegate:" not in text:
        return []
    lines = Lines(text)
    spans = [(lines.place(first)[0], lines.place(last)[0]) for first, last in statements]
    of_sql = [s for s in _find(text, "--", None) if any(a <= s.line <= b for a, b in spans)]
    return [*_find(text, "#", _comment_starts(text)), *of_sql]


def _comment_starts(text: str) -> set[tuple[int, int]]:
    """Return line and column of each comment; what follows broken syntax is not seen."""
    found: set[tuple[int, int]] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found.add((token.start[0], token.start[1] + 1))
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def _find(text: str, mark: str, starts: set[tuple[int, int]] | None) -> Iterator[Suppression]:
    lines = text.split("\n")
    following = _next_lines(lines)
    for number, line in enumerate(lines, 1):
        for found in _IGNORE.finditer(line):
            place = (number, found.start() + 1)
            if found["mark"] != mark or (starts is not None and place not in starts):
                continue
            alone = not line[: found.start()].strip()
            ids = (found["ids"] or "").replace(",", " ").split()
            yield Suppression(
                line=number,
                column=place[1],
                counts_for=following[number - 1] if alone else number,
                ids=frozenset(ids),
                reason=found["reason"].strip(),
            )


def _next_lines(lines: list[str]) -> list[int]:
    """Return for each line the number of the next that holds more than a comment."""
    found, following = [0] * len(lines), len(lines) + 1
    for index in range(len(lines) - 1, -1, -1):
        found[index] = following
        if lines[index].strip() and not _COMMENT_LINE.match(lines[index]):
            following = index + 1
    return found


def answer(suppressions: Iterable[Suppression], rule: str, lines: Iterable[int]) -> str | None:
    """Return the reason why a remark of ``rule`` at one of ``lines`` is fine, or ``None``."""
    at = frozenset(lines)
    for suppression in suppressions:
        if suppression.valid and rule in suppression.ids and suppression.counts_for in at:
            suppression.used = True
            return suppression.reason
    return None
