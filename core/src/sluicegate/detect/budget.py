"""The bound on the work for one cell: what is too dense to be read counts as found.

A text can be written so that a detector tries at each of its bytes and finds nothing. The work for
a cell is therefore counted in steps and stops at a number that follows its bytes alone. Steps are
counted, not timed: the same cell has the same findings on every machine.

Failure mode: closed. What a detector was to read and did not is a finding of ``UNREAD``, so it is
redacted, or leads to the quarantine; no column's class permits it.
"""

from __future__ import annotations

import numpy as np

from sluicegate.detect.detector import Anchor, Detector, Examples
from sluicegate.detect.spans import Spans
from sluicegate.detect.text import Text
from sluicegate.model.data import DataClass

SCORE = 0.1
"""Lower than any other: what was found stays what it is, and only the rest is unread."""
UNREAD = Detector(
    id="unread",
    data_class=DataClass("unread"),
    expression=rb"(?!)",
    outline="",
    anchor=Anchor(),
    score=SCORE,
    threshold=SCORE,
    longest=0,
    examples=Examples(match=()),
    source="Sluicegate, bound on the work for one cell",
)
"""Stands for stretches that were not read. Has no pattern, and so no example."""

ALWAYS = 2048
"""Steps that any cell may take."""
BYTES_A_STEP = 2
"""Bytes of a cell for each further step. Numbers one after the other, the densest text that people
keep, take a third of that."""
BYTES_A_SEARCH = 32
"""Bytes that are searched in one step; a match that turns out to be none is a step too."""


class Budget:
    """Steps that are left to each row of a text, and the stretches for which none were left.

    Args:
        text: Whose rows.
    """

    def __init__(self, text: Text) -> None:
        self._text = text
        self.left = _Left(text)
        """Steps that each row may still take; who takes some writes down what is left."""
        self._unread: list[tuple[int, int, int]] = []

    def skip(self, row: int, start: int, end: int) -> None:
        """Note a stretch of the buffer that a detector does not read."""
        self._unread.append((row, start, end))

    def unread(self, number: int) -> Spans:
        """Return what was not read as findings of detector ``number``, disjoint and in order."""
        rows, starts, ends = (np.array(part, dtype=np.int64) for part in _columns(self._unread))
        order = np.lexsort((starts, rows))
        rows, starts, ends = rows[order], starts[order], np.maximum.accumulate(ends[order])
        first = np.flatnonzero(np.r_[True, (starts[1:] > ends[:-1]) | (rows[1:] != rows[:-1])])
        last = np.r_[first[1:] - 1, len(rows) - 1] if len(rows) else first[:0]
        first = first[: len(last)]
        rows = rows[first]
        shifts = self._text.starts[rows]
        return Spans(
            row=rows,
            start=starts[first] - shifts,
            end=ends[last] - shifts,
            detector=np.full(len(rows), number, dtype=np.int32),
            score=np.full(len(rows), SCORE, dtype=np.float32),
        )


class _Left(dict[int, int]):
    """Steps that are left to each row, all of them if nobody took one."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text = text

    def __missing__(self, row: int) -> int:
        """Return what a row begins with."""
        return ALWAYS + int(self._text.ends[row] - self._text.starts[row]) // BYTES_A_STEP


def _columns(stretches: list[tuple[int, int, int]]) -> list[tuple[int, ...]]:
    return list(zip(*stretches, strict=True)) if stretches else [(), (), ()]
