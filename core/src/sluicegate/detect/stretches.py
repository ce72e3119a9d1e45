"""Scans the stretches of a text in which expressions can stand, instead of all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from sluicegate.detect.prefilter import Prefilter
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_SHIFT = 5
_PIECE = 1 << _SHIFT
"""Bytes that are copied at once; stretches begin and end at multiples of it."""


def hits_between(words: Prefilter, text: Text, starts: Ints, ends: Ints) -> Mapping[int, Ints]:
    """Scan the stretches between ``starts`` and ``ends``; places are those of the text.

    A word may be seen across a joint. It is looked for again before it counts.
    """
    if not words.count or not len(starts):
        return {}
    laid, places = laid_between(text, starts, ends)
    return {number: places(at) for number, at in words.hits(laid).items()}


def laid_between(
    text: Text, starts: Ints, ends: Ints
) -> tuple[npt.NDArray[np.uint8], Callable[[Ints], Ints]]:
    """Lay stretches side by side, each byte once; all of the text if they are most of it.

    Returns:
        The bytes, and the function from positions after them to positions in the text.
    """
    size = len(text.buffer)
    if len(starts) << _SHIFT > size:
        return text.buffer, lambda at: at  # so many leave hardly a piece out
    pieces = _pieces(starts.clip(0, size) >> _SHIFT, ends.clip(0, size) + (_PIECE - 1) >> _SHIFT)
    if len(pieces) * _PIECE * 2 > size:
        return text.buffer, lambda at: at
    whole = text.buffer[: size // _PIECE * _PIECE].reshape(-1, _PIECE)
    inner = pieces[: np.searchsorted(pieces, len(whole))]
    laid = whole[inner].reshape(-1)
    if len(inner) < len(pieces):
        laid = np.concatenate([laid, text.buffer[len(whole) * _PIECE :]])
    skipped = (pieces - np.arange(len(pieces))) << _SHIFT
    return laid, lambda at: at + skipped[(at - 1) >> _SHIFT]


def _pieces(starts: Ints, ends: Ints) -> Ints:
    """Return the numbers of all pieces between ``starts`` and ``ends``, ascending, each once."""
    if (starts[1:] < starts[:-1]).any():
        order = np.argsort(starts, kind="stable")  # quick where both parts are in order
        starts, ends = starts[order], ends[order]
    ends = np.maximum.accumulate(ends)
    starts[1:] = np.maximum(starts[1:], ends[:-1])
    counts = np.maximum(ends - starts, 0)
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()))
