"""Snippets: stretches of a row written anew, each with the way back to the original."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which findings of a snippet count. The rest stands in the original as well, or is chance."""

    before: int = 0
    """A finding counts if something was rewritten at most so many bytes before it, inside it …"""
    after: int = 0
    """… or at most so many bytes after it."""
    least: float = 0.0
    """Lowest score that counts."""
    less: float = 0.01
    """What it scores less than one in plain sight, so that the plain one wins where both are."""
    alone: bool = False
    """Whether a finding gives way to what was found in the original, unless it is far surer."""


class Snippet:
    """A stretch of a row, some of it replaced.

    Args:
        row: Of the text.
        base: Where the stretch begins in the row.
        parts: Its bytes: kept, replaced, kept, replaced, …, kept.
        shown: What stands for each of the replaced parts, perhaps nothing.
        rule: Which findings in it count.
    """

    __slots__ = ("_base", "_bounds", "_parts", "row", "rule", "text")

    def __init__(
        self, row: int, base: int, parts: Sequence[bytes], shown: Iterable[bytes], rule: Rule
    ) -> None:
        pieces = list(parts)
        pieces[1::2] = shown
        self.row = row
        self.rule = rule
        self.text = b"".join(pieces)
        self._base = base
        self._parts = (pieces, parts)
        self._bounds: tuple[list[int], list[int]] | None = None

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a finding stands in the row; ``None`` if nothing rewritten is near it."""
        new, old = self._known_bounds()
        low, high = max(0, start - self.rule.before), end + self.rule.after
        first = bisect_right(new, low) - 1
        if first % 2 == 0 and bisect_left(new, high, first) - 1 <= first:
            return None
        head, tail = bisect_right(new, start) - 1, bisect_right(new, end - 1) - 1
        return (
            old[head] + (0 if head % 2 else start - new[head]),
            old[tail + 1] if tail % 2 else old[tail] + end - new[tail],
        )

    def _known_bounds(self) -> tuple[list[int], list[int]]:
        """Return where each part begins, written anew and in the row: most hold no finding."""
        if self._bounds is None:
            new, old = (map(len, parts) for parts in self._parts)
            self._bounds = (
                list(accumulate(new, initial=0)),
                list(accumulate(old, initial=self._base)),
            )
        return self._bounds


@dataclass(frozen=True, slots=True)
class Places:
    """Where in one row a look has to look."""

    row: int
    cell: bytes = field(repr=False)
    ends: Ints
    """Positions in the row, ascending: each is the first byte after a hit."""


def by_row(text: Text, hits: Iterable[Ints]) -> Iterator[Places]:
    """Sort hits, positions in the buffer, into the rows that they end in."""
    found = [places for places in hits if len(places)]
    if not found:
        return
    ends = np.sort(np.concatenate(found)) if len(found) > 1 else found[0]
    rows = text.rows_of(ends)
    inside = ends <= text.ends[rows]
    ends, rows = ends[inside], rows[inside]
    if not len(rows):
        return
    firsts = np.concatenate([[0], np.flatnonzero(np.diff(rows)) + 1, [len(rows)]]).tolist()
    own = rows[firsts[:-1]]
    starts, row_ends = text.starts[own], text.ends[own]
    ends -= np.repeat(starts, np.diff(firsts))
    memory = text.buffer.data
    for row, start, end, first, last in zip(
        own.tolist(), starts.tolist(), row_ends.tolist(), firsts, firsts[1:], strict=False
    ):
        yield Places(row, memory[start:end].tobytes(), ends[first:last])


def regions(places: Places, margin: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a row around its hits, disjoint and ascending."""
    ends, size = places.ends, len(places.cell)
    if len(ends) == 1:  # as in most rows
        yield max(int(ends[0]) - margin, 0), min(int(ends[0]) + margin, size)
        return
    apart = np.flatnonzero(np.diff(ends) > 2 * margin)
    lows = ends[np.concatenate([[0], apart + 1])] - margin
    highs = ends[np.concatenate([apart, [len(ends) - 1]])] + margin
    yield from zip(np.maximum(lows, 0).tolist(), np.minimum(highs, size).tolist(), strict=True)


@dataclass(frozen=True, slots=True)
class Edit:
    """One stretch of a row, and what it stands for."""

    start: int
    end: int
    shown: bytes = field(repr=False)


_FAR = 1024
"""Two edits so far apart are two snippets: what lies between them is not scanned again."""


def snippets_of(
    row: int, cell: bytes, edits: Sequence[Edit], rule: Rule, margin: int
) -> Iterator[Snippet]:
    """Write a row anew around ``edits``, which ascend and do not overlap."""
    first = 0
    for last in range(1, len(edits) + 1):
        if last == len(edits) or edits[last].start - edits[last - 1].end > _FAR:
            yield _snippet(row, cell, edits[first:last], rule, margin)
            first = last


def _snippet(row: int, cell: bytes, edits: Sequence[Edit], rule: Rule, margin: int) -> Snippet:
    base = place = max(0, edits[0].start - margin)
    parts: list[bytes] = []
    for edit in edits:
        parts += (cell[place : edit.start], cell[edit.start : edit.end])
        place = edit.end
    parts.append(cell[place : place + margin])
    return Snippet(row, base, parts, (edit.shown for edit in edits), rule)
