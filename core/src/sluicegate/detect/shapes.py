"""Shapes of digits in a text, and windows around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from sluicegate.detect.detector import Anchor, Check, Detector, Shape
from sluicegate.detect.digits import Chains, Digits, chains, country_checks, dotted, spaced
from sluicegate.detect.lead import lead_starts
from sluicegate.detect.marks import Marks
from sluicegate.detect.runs import Runs, find_runs
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows, windows_around

_BITS = 5
_SIEVED = 2000
"""Chains from which on a sieve costs less than it saves."""
_MOST = (1 << _BITS) - 1
"""Digits of a chain that are counted; more are as many."""


class Shapes:
    """Windows of the shapes of digits; what several detectors need is computed once."""

    def __init__(self, text: Text, marks: Marks, farthest: int) -> None:
        self._text = text
        self.marks = marks
        self._farthest = farthest
        self._known: dict[tuple[int, int, Check | None, int, int], Windows] = {}

    def holds(self, anchor: Anchor) -> bool:
        """Tell whether there is such a shape as an anchor asks for."""
        if anchor.shape is Shape.DIGITS:
            return bool(self._present[_wanted(_kind(anchor))].any())
        return len(self._dotted if anchor.shape is Shape.DOTTED else self._country_checks) > 0

    def windows(self, detector: Detector) -> Windows:
        """Return where a detector has to look whose anchor is a shape."""
        anchor = detector.anchor
        if anchor.shape is Shape.DIGITS:
            kind = (anchor.digits, anchor.run, anchor.sieve, anchor.before, anchor.after)
            windows = self._known.get(kind)
            if windows is None:
                chosen = self._chosen(_kind(anchor))
                if anchor.sieve is not None and len(chosen) >= _SIEVED:
                    bounds = self._chains.starts[chosen], self._chains.ends[chosen]
                    chosen = chosen[anchor.sieve(self._text.buffer, *bounds)]
                ends = self._chains.ends[chosen]
                starts, reach = self._chains.starts[chosen] - anchor.before, anchor.after
                rows = self._rows[chosen]
                windows = windows_around(
                    self._text, starts, ends + reach + self._farthest, ends, rows
                )
                self._known[kind] = windows
            return windows
        ends = self._dotted if anchor.shape is Shape.DOTTED else self._country_checks
        return around(self._text, detector, ends)

    def bounds(self, anchors: Sequence[Anchor]) -> tuple[Ints, Ints]:
        """Return where chains that any of some anchors asks for begin and end, and what is around.

        Args:
            anchors: One at least, all of them of chains.
        """
        chosen = self._chosen(frozenset[tuple[int, int]]().union(*map(_kind, anchors)))
        before, after = max(a.before for a in anchors), max(a.after for a in anchors)
        return self._chains.starts[chosen] - before, self._chains.ends[chosen] + after

    def _chosen(self, kinds: frozenset[tuple[int, int]]) -> Ints:
        """Return the chains that are of any of some kinds: so many digits, so many side by side."""
        return np.flatnonzero(_wanted(kinds).take(self._kinds))

    @property
    def digits(self) -> tuple[Ints, Ints]:
        """Where chains of digits begin and end, dates left out."""
        return self._chains.starts, self._chains.ends

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
    def _chains(self) -> Chains:
        return chains(self._digits)

    @cached_property
    def _kinds(self) -> Ints:
        """How many digits each chain has, and how many side by side, as one number."""
        return np.minimum(self._chains.counts, _MOST) << _BITS | np.minimum(
            self._chains.runs, _MOST
        )

    @cached_property
    def _present(self) -> npt.NDArray[np.int64]:
        return np.bincount(self._kinds, minlength=1 << 2 * _BITS)

    @cached_property
    def _rows(self) -> Ints:
        return self._text.rows_of(self._chains.ends)


def _kind(anchor: Anchor) -> frozenset[tuple[int, int]]:
    return frozenset({(anchor.digits, anchor.run)})


@lru_cache(maxsize=256)
def _wanted(kinds: frozenset[tuple[int, int]]) -> npt.NDArray[np.bool_]:
    """Tell for each number of ``_kinds`` whether it has as many digits as any of some kinds."""
    wanted = np.zeros((_MOST + 1, _MOST + 1), dtype=np.bool_)
    for digits, run in kinds:
        wanted[min(digits, _MOST) :, min(run, _MOST) :] = True
    return wanted.reshape(-1)


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
