"""Scans the stretches of a text in which expressions can stand, instead of all of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sluicegate.detect.prefilter import Prefilter
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_PIECE = 32
"""Bytes that are copied at once; stretches begin and end at multiples of it."""


def hits_between(words: Prefilter, text: Text, starts: Ints, ends: Ints) -> Mapping[int, Ints]:
    """Scan the stretches between ``starts`` and ``ends``; places are those of the text.

    They are laid side by side, so a word may be seen across a joint. It is looked for again before
    it counts.
    """
    size = len(text.buffer)
    if not words.count or not len(starts):
        return {}
    pieces = _pieces(starts.clip(0, size) // _PIECE, -(-ends.clip(0, size) // _PIECE))
    if len(pieces) * _PIECE * 2 > size:
        return words.hits(text.buffer)
    whole = text.buffer[: size // _PIECE * _PIECE].reshape(-1, _PIECE)
    inner = pieces[: np.searchsorted(pieces, len(whole))]
    laid = whole[inner].reshape(-1)
    if len(inner) < len(pieces):
        laid = np.concatenate([laid, text.buffer[len(whole) * _PIECE :]])
    found = words.hits(laid)
    skipped = (pieces - np.arange(len(pieces))) * _PIECE
    return {number: at + skipped[(at - 1) // _PIECE] for number, at in found.items()}


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
