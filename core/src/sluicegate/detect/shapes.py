"""Shapes of digits in a text, and windows around them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from sluicegate.detect.detector import Detector, Shape
from sluicegate.detect.digits import Digits, chains, country_checks, dotted, spaced
from sluicegate.detect.lead import lead_starts
from sluicegate.detect.marks import Marks
from sluicegate.detect.runs import Runs, find_runs
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows, windows_around

_NONE: Ints = np.zeros(0, dtype=np.int64)


class Shapes:
    """Windows of the shapes of digits; what several detectors need is computed once."""

    def __init__(self, text: Text, marks: Marks, farthest: int) -> None:
        self._text = text
        self.marks = marks
        self._farthest = farthest
        self._known: dict[tuple[int, int, int], Windows] = {}

    def most_digits(self, shape: Shape) -> int:
        """Return how many digits the longest chain has, or 1 for a shape of another kind, or 0."""
        if shape is Shape.DIGITS:
            return int(self._chains[2].max(initial=0))
        return min(len(self._dotted if shape is Shape.DOTTED else self._country_checks), 1)

    def windows(self, detector: Detector) -> Windows:
        """Return where a detector has to look whose anchor is a shape."""
        anchor = detector.anchor
        if anchor.shape is Shape.DIGITS:
            kind = (anchor.digits, anchor.before, anchor.after)
            windows = self._known.get(kind)
            if windows is None:
                starts, ends = self.bounds(*kind)
                rows = self._rows[self._chains[2] >= anchor.digits]
                windows = windows_around(
                    self._text, starts, ends + self._farthest, ends - anchor.after, rows
                )
                self._known[kind] = windows
            return windows
        ends = self._dotted if anchor.shape is Shape.DOTTED else self._country_checks
        return around(self._text, detector, ends)

    def bounds(self, digits: int, before: int, after: int) -> tuple[Ints, Ints]:
        """Return where chains of so many digits begin and end, with what may stand around them."""
        starts, ends, counts = self._chains
        long = counts >= digits
        return starts[long] - before, ends[long] + after

    @property
    def digits(self) -> tuple[Ints, Ints]:
        """Where chains of digits begin and end, dates left out."""
        starts, ends, _ = self._chains
        return starts, ends

    def spaced(self) -> Ints:
        """Return the positions after digits that stand one by one."""
        return spaced(self._digits)

    @cached_property
    def runs(self) -> Runs:
        """Long runs."""
        return find_runs(self._text.buffer, self._text.starts)

    @cached_property
    def _digits(self) -> Digits:
        return Digits.of(self._text.buffer, self.marks.digits, self._text.starts)

    @cached_property
    def _dotted(self) -> Ints:
        return dotted(self._digits)

    @cached_property
    def _country_checks(self) -> Ints:
        return country_checks(self._digits)

    @cached_property
    def _chains(self) -> tuple[Ints, Ints, Ints]:
        return chains(self._digits)

    @cached_property
    def _rows(self) -> Ints:
        return self._text.rows_of(self._chains[1])


def around(
    text: Text, detector: Detector, ends: Ints, lead: npt.NDArray[np.bool_] | None = None
) -> Windows:
    """Return the windows around anchors of ``detector`` that end at ``ends``.

    Args:
        text: Where.
        detector: Whose.
        ends: Positions after its anchors, ascending.
        lead: For each byte whether it may stand in a match before the anchor, which is one sign.
    """
    anchor = detector.anchor
    low, high = ends - anchor.before, ends + anchor.after + detector.lookahead
    # Where signs stand close, rows or other windows bound the windows already.
    if lead is not None and len(ends) * anchor.before < len(text.buffer):
        low = np.maximum(low, lead_starts(text.buffer, ends, lead, anchor.before))
    return windows_around(text, low, high, ends)
