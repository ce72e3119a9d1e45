"""Many windows at once, by RE2 over Arrow.

Windows in which a detector's pattern cannot match are dropped, and whole cells whose form says
everything are taken; the rest is looked at one by one.

Failure mode: closed. An expression that does not compile raises ``DetectionError``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.detect.confirm import context_lift
from sluicegate.detect.detector import Detector, Whole
from sluicegate.detect.spans import Ints, Spans, spans_of
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows
from sluicegate.errors import DetectionError

MANY = 200
"""Windows from which on compiling an expression anew costs less than it saves."""
_SEARCHED = 20
"""Bytes at which a match may begin, of one window, that are searched in that time."""
_SOME = 32
"""Windows of a sample."""
_OVERLAP = 8
"""How many times the text windows may add up to."""
_SLICED = 128
"""Bytes of a stretch from which on a slice costs less than an index of each byte."""
_LARGEST = np.iinfo(np.int32).max

Mask = npt.NDArray[np.bool_]


def worth_it(windows: Windows) -> bool:
    """Tell whether to search windows one by one, from each byte that may begin a match, costs more.

    In a window of few such bytes a search ends soon.
    """
    begins = int((windows.last - windows.starts).sum())
    return len(windows.starts) >= MANY and begins >= _SEARCHED * MANY


def likely(detector: Detector, text: Text, windows: Windows) -> Windows:
    """Drop the windows that the outline of ``detector`` does not match; begin others where it does.

    Where windows overlap so much that they would be read many times over, all are kept; and where
    most of some match, so that few would be dropped.
    """
    if int((windows.ends - windows.starts).sum()) > _OVERLAP * len(text.buffer):
        return windows
    if _mostly_match(detector, text, windows):
        return windows
    # With what stands before a match, which may be what must not.
    bases = np.maximum(text.starts.take(windows.rows), windows.starts - detector.lookbehind)
    place = _told(pc.find_substring_regex, text, bases, windows.ends, detector.outline)
    later = windows._replace(starts=np.maximum(windows.starts, bases + place))
    return later.where((place >= 0) & (later.starts < later.last))


def _mostly_match(detector: Detector, text: Text, windows: Windows) -> bool:
    """Tell whether a match is in most windows of a sample."""
    search, buffer = detector.pattern.search, text.buffer
    some = slice(None, None, -(-len(windows.starts) // _SOME))
    bounds = zip(windows.starts[some].tolist(), windows.ends[some].tolist(), strict=True)
    found = [search(buffer[low:high].tobytes()) is not None for low, high in bounds]
    return 2 * sum(found) > len(found)


def take_whole(
    detector: Detector,
    number: int,
    whole: Whole,
    text: Text,
    windows: Windows,
    column: frozenset[str],
) -> tuple[Windows, Spans]:
    """Take the windows that are a whole cell, and which the form of a whole cell fits.

    No word stands beside such a value, so its score is the same in every row.

    Returns:
        The windows that are left, and the findings.
    """
    lift = context_lift(detector, frozenset(), column)
    score = detector.score + whole.lift + lift
    if score < detector.threshold or (detector.context_required and lift <= 0):
        return windows, spans_of([])
    if len(windows.starts) < MANY:
        return windows, spans_of([])
    full = (windows.starts == text.starts[windows.rows]) & (windows.ends == text.ends[windows.rows])
    sizes = windows.ends - windows.starts
    full &= (sizes >= whole.shortest) & (sizes <= whole.longest)
    if np.count_nonzero(full) < MANY:
        return windows, spans_of([])
    cells = windows.where(full)
    fitting = _matching(text, cells.starts, cells.ends, whole.pattern)
    if whole.check is not None:
        fitting = fitting.copy()
        fitting[fitting] = whole.check(text.buffer, cells.starts[fitting], cells.ends[fitting])
    taken = cells.where(fitting)
    gone = np.zeros(len(text.starts), dtype=np.bool_)
    gone[taken.rows] = True
    spans = Spans(
        row=taken.rows,
        start=np.zeros(len(taken.rows), dtype=np.int64),
        end=taken.ends - taken.starts,
        detector=np.full(len(taken.rows), number, dtype=np.int32),
        score=np.full(len(taken.rows), min(score, 1.0), dtype=np.float32),
    )
    return windows.where(~gone[windows.rows]), spans


def _matching(text: Text, starts: Ints, ends: Ints, expression: str) -> Mask:
    """Tell which of the stretches, in ascending order, an RE2 expression matches."""
    found: Mask = _told(pc.match_substring_regex, text, starts, ends, expression)
    return found


def _told(
    ask: Callable[[pa.Array, str], pa.Array], text: Text, starts: Ints, ends: Ints, expression: str
) -> Any:
    """Return what Arrow tells of an RE2 expression in each of the stretches, in ascending order."""
    if not len(starts):
        return np.zeros(0, dtype=np.bool_)
    cells, step, _ = _cells(text, starts, ends)
    try:
        return ask(cells, expression).to_numpy(zero_copy_only=False)[::step]
    except pa.ArrowInvalid:
        raise DetectionError("an expression of the catalogue does not compile in RE2") from None


def cells_between(text: Text, starts: Ints, ends: Ints) -> tuple[pa.Array, Callable[[Ints], Ints]]:
    """Return stretches, ascending and disjoint, as cells of an array; others may lie between.

    Returns:
        The array, and the function from places in its data to places in the text.
    """
    cells, _, places = _cells(text, starts, ends)
    return cells, places


def _cells(text: Text, starts: Ints, ends: Ints) -> tuple[pa.Array, int, Callable[[Ints], Ints]]:
    """Return stretches as every first or every second cell of an array."""
    base, top = int(starts[0]), int(ends[-1])
    if (starts[1:] == ends[:-1]).all() and top - base < _LARGEST:
        adjoining = np.append(starts - base, top - base).astype(np.int32)
        return _array(adjoining, text.buffer[base:top]), 1, lambda at: at + base
    overlap = bool((starts[1:] < ends[:-1]).any())
    if overlap or top - base > min(2 * int((ends - starts).sum()) + len(starts), _LARGEST):
        cells, bounds = _gathered(text, starts, ends)
        shifts = starts - bounds[:-1]
        return cells, 1, lambda at: at + shifts[np.searchsorted(bounds, at, side="right") - 1]
    # What lies between two stretches becomes a cell of its own, so that nothing is copied.
    between = np.empty(2 * len(starts), dtype=np.int32)
    between[0::2], between[1::2] = starts - base, ends - base
    return _array(between, text.buffer[base:top]), 2, lambda at: at + base


def _gathered(text: Text, starts: Ints, ends: Ints) -> tuple[pa.Array, Ints]:
    lengths = ends - starts
    bounds = np.zeros(len(starts) + 1, dtype=np.int64)
    np.cumsum(lengths, out=bounds[1:])
    if bounds[-1] < _SLICED * len(starts):
        index = np.repeat(starts - bounds[:-1], lengths) + np.arange(bounds[-1])
        laid = text.buffer[index]
    else:
        slices = map(slice, starts.tolist(), ends.tolist())
        laid = np.frombuffer(b"".join(map(text.raw.__getitem__, slices)), dtype=np.uint8)
    return _array(bounds.astype(np.int32), laid), bounds


def _array(bounds: npt.NDArray[np.int32], data: npt.NDArray[np.uint8]) -> pa.Array:
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(np.ascontiguousarray(data))]
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, buffers)
