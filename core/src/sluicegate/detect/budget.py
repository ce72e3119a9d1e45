"""The bound on the work for one cell: what is too dense to be read counts as found.

A text can be written so that a detector tries at each of its bytes and finds nothing. The work for
a cell is therefore counted in steps and stops at a number that follows its bytes alone. Steps are
counted, not timed: the same cell has the same findings on every machine.

Failure mode: closed. A cell that was not read to its end is a finding of ``UNREAD``, but for what
was found in it; so it is redacted, or leads to the quarantine. No column's class permits it.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from sluicegate.detect.detector import Anchor, Detector, Examples
from sluicegate.detect.spans import Ints, Spans
from sluicegate.detect.text import Text
from sluicegate.model.data import DataClass

Size = TypeVar("Size", int, Ints)
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
"""Stands for cells that were not read to their end. Has no pattern, and so no example."""

ALWAYS = 2048
"""Steps that any cell may take."""
BYTES_A_STEP = 2
"""Bytes of a cell for each further step. Numbers one after the other, the densest text that people
keep, take a third of that."""
BYTES_A_SEARCH = 32
"""Bytes that are searched in one step."""
SHORT, _BYTES_A_JUDGEMENT = 32, 8
"""Bytes of a value that is judged in one step, and further ones for each further step."""


def cost_of(size: Size) -> Size:
    """Return the steps that a match, or each of many, takes which turns out to be none.

    Args:
        size: Its bytes.
    """
    return 1 + (size > SHORT) * ((size - SHORT) // _BYTES_A_JUDGEMENT)


class Budget:
    """Steps that are left to each row of a text, and the rows for which there were too few.

    Args:
        text: Whose rows.
    """

    def __init__(self, text: Text) -> None:
        self._text = text
        self.left: Ints = ALWAYS + (text.ends - text.starts) // BYTES_A_STEP
        """Steps that are left to each row."""
        self.unread: set[int] = set()
        """Rows that a detector has not read to their end."""

    def findings(self, number: int) -> Spans:
        """Return each unread row, from end to end, as a finding of detector ``number``.

        As a whole: what is left of it after redaction must be quicker to read than it was.
        """
        rows = np.array(sorted(self.unread), dtype=np.int64)
        return Spans(
            row=rows,
            start=np.zeros(len(rows), dtype=np.int64),
            end=self._text.ends[rows] - self._text.starts[rows],
            detector=np.full(len(rows), number, dtype=np.int32),
            score=np.full(len(rows), SCORE, dtype=np.float32),
        )
