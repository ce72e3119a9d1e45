"""Where in long windows a pattern can begin at all, told by one pass of RE2.

A window says that an anchor is near; in dense text such windows cover everything, and a search
that begins at each of their bytes is paid for by Python. RE2 finds the stretches that the outline
of a detector matches, in linear time: no finding begins outside of them.

Why nothing is lost: the outline matches wherever the pattern does, from there or from a few bytes
before. So a match begins inside the leftmost stretch that covers it, or on the bytes behind one.

Failure mode: closed. An expression that does not compile raises ``DetectionError``.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.detect.bulk import cells_between
from sluicegate.detect.detector import Detector
from sluicegate.detect.head import AHEAD
from sluicegate.detect.outline import EDGE
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows
from sluicegate.errors import DetectionError

LONG = 2048
"""Bytes at which matches may begin, from which on the pass costs less than it saves."""
_COMPILED = 800_000
"""What is added to it, times the characters of the outline: a short one is searched quickly."""
_LONG_EACH = 64
"""The same, of one window on average: shorter ones are as narrow as they need be."""
_APART = 12_000
"""Bytes between two stretches that are searched rather than skipped, times the characters of the
outline: the longer it is, the more a search costs at each byte.
"""
_SAMPLED = 4096
"""Bytes at which matches may begin, that tell how often one does."""
_SELDOM = 64
"""Bytes that RE2 searches in the time in which one match is tried, some of which are findings."""
_MARKS = range(1, 32)
"""Bytes that texts hardly hold: one that a text does not hold at all sets off what is found."""


def worth(detector: Detector, windows: Windows) -> bool:
    """Tell whether windows are so long that they should be narrowed."""
    size = int((windows.last - windows.starts).sum())
    enough = LONG + _COMPILED // len(detector.outline)
    return 0 < size >= max(enough, _LONG_EACH * len(windows.starts))


def begin_seldom(detector: Detector, text: Text, windows: Windows) -> bool:
    """Tell whether matches can begin in so few places that to narrow windows saves nothing."""
    head = detector.head if detector.is_named else None
    if head is None:
        return False
    data, left, found = text.buffer.data, _SAMPLED, 0
    for start, last in zip(windows.starts.tolist(), windows.last.tolist(), strict=True):
        found += len(head.findall(data, start, min(last, start + left) + AHEAD))
        left -= last - start
        if left <= 0 or found * _SELDOM > _SAMPLED:
            break
    return found * _SELDOM <= _SAMPLED - max(left, 0)


def narrowed(detector: Detector, text: Text, windows: Windows) -> Windows:
    """Cut windows down to where the outline of ``detector`` matches; all, if that is not told."""
    starts, ends = _merged(windows)
    found = _stretches(text, starts, ends, detector.outline)
    if found is None:
        return windows
    lows, highs = _joined(found[0], found[1] + EDGE, _APART // len(detector.outline))
    # Both ascend and are disjoint: each stretch meets the windows between two places.
    first = np.searchsorted(windows.last, lows, side="right")
    counts = (np.searchsorted(windows.starts, highs) - first).clip(0)
    which = np.repeat(np.arange(len(lows)), counts)
    within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    window = first[which] + within
    last = np.minimum(windows.last[window], highs[which])
    some = Windows(
        np.maximum(windows.starts[window], lows[which]),
        np.minimum(windows.ends[window], last + detector.longest + detector.lookahead),
        windows.rows[window],
        last,
    )
    return some.where(some.starts < some.last)


def _joined(lows: Ints, highs: Ints, apart: int) -> tuple[Ints, Ints]:
    """Join stretches that lie so near that one search over both costs less than two."""
    if not len(lows):
        return lows, highs
    first = np.flatnonzero(np.r_[True, lows[1:] - highs[:-1] > apart])
    return lows[first], highs[np.r_[first[1:] - 1, len(lows) - 1]]


def _merged(windows: Windows) -> tuple[Ints, Ints]:
    """Join windows of one row whose ends reach into the next."""
    starts, ends = windows.starts, np.maximum.accumulate(windows.ends)
    fresh = np.r_[True, (starts[1:] >= ends[:-1]) | (windows.rows[1:] != windows.rows[:-1])]
    first = np.flatnonzero(fresh)
    return starts[first], ends[np.r_[first[1:] - 1, len(ends) - 1]]


def _stretches(text: Text, starts: Ints, ends: Ints, expression: str) -> tuple[Ints, Ints] | None:
    """Return where RE2 finds an expression, one match after the other; ``None`` if untold."""
    cells, places = cells_between(text, starts, ends)
    data = np.frombuffer(cells.buffers()[2], dtype=np.uint8)
    mark = next((m for m in _MARKS if not (data == m).any()), None)
    if mark is None:
        return None
    sign = chr(mark)
    try:
        marked = pc.replace_substring_regex(cells, expression, f"{sign}\\0{sign}")
    except pa.ArrowInvalid:
        raise DetectionError("an expression of the catalogue does not compile in RE2") from None
    shown = np.frombuffer(marked.buffers()[2] or b"", dtype=np.uint8)
    at = np.flatnonzero(shown == mark)
    at -= np.arange(len(at))
    lows, highs = at[0::2], at[1::2]
    some = lows < highs
    return places(lows[some]), places(highs[some] - 1) + 1
