"""The look for values that a line's end cuts in two.

Lines that only stand below each other must not become a value. So a joint is looked at only if
what stands beside it can be parts of one value, lists are left alone, and a finding counts only
if it crosses the joint, is sure, and covers nothing that was found without joining.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sluicegate.detect.digits import Bytes
from sluicegate.detect.joint_filter import promising
from sluicegate.detect.joints import joint
from sluicegate.detect.marks import places_of
from sluicegate.detect.pattern import literal_expression
from sluicegate.detect.prefilter import Expression
from sluicegate.detect.rewrite import Edit, Rule, Snippet, by_row, snippets_of
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_SURE = 0.75
"""Score of what groups of digits and a check digit prove, or a form and a word beside it."""
_TOPS, _LOWS, _TO_TOP = (np.uint64(0x0101010101010101 * byte) for byte in (0x80, 0x7F, 0x80 - 0x2B))
_Flags = npt.NDArray[np.bool_]

_RULE = Rule(least=_SURE, alone=True)
_MARGIN = 128
_NEWLINE, _RETURN, _DASH = (ord(sign) for sign in "\n\r-")
_STEPS = 8
"""Bytes by which the next line may be indented, or marked as quoted."""
_COLUMN = 16
"""Bytes of a short line."""
_NEAR = 64
"""Bytes between an at sign and the end of its line."""
_TOKEN = 12
"""Letters, digits and signs that a token has before the end of its line."""
_DIGIT, _CAPITAL, _SMALL, _SIGN, _BLANK = 1, 2, 4, 8, 16
_PART = _DIGIT | _CAPITAL | _SMALL | _SIGN
_KINDS = np.zeros(256, dtype=np.uint8)
_KINDS[48:58], _KINDS[65:91], _KINDS[97:123] = _DIGIT, _CAPITAL, _SMALL
_KINDS[[*b"@._+/=-"]], _KINDS[[*b" \t>"]] = _SIGN, _BLANK


class Joined:
    """Line ends between what may be two parts of one value."""

    expressions: tuple[Expression, ...] = ((literal_expression("@"), False),)

    def snippets(self, text: Text, hits: Sequence[Ints]) -> Iterator[Snippet]:
        """Write the lines as one, once with nothing at the joints and once with their sign."""
        ends = promising(text, _candidates(text.buffer, hits[0]), hits[0])
        for places in by_row(text, [ends]):
            edits = [edit for end in places.ends.tolist() if (edit := joint(places.cell, end))]
            if not edits:
                continue
            yield from snippets_of(places.row, places.cell, edits, _RULE, _MARGIN)
            signs = [Edit(e.start, e.end, _sign(places.cell, e)) for e in edits]
            yield from snippets_of(places.row, places.cell, signs, _RULE, _MARGIN)


def _candidates(buffer: Bytes, ats: Ints) -> Ints:
    """Return the positions after line ends that may be joints, told by the bytes around them."""
    at = places_of(buffer, _NEWLINE)
    if not len(at):
        return at
    at = at[(at > 0) & (at + 1 < len(buffer))]
    last = buffer[at - 1]
    before = at - 1 - (last == _RETURN)
    before -= (_KINDS[buffer[before]] == _BLANK) | (buffer[before] == _DASH)
    left = _KINDS[buffer[before]]
    maybe = left & (_DIGIT | _CAPITAL) > 0
    token = np.zeros(len(at), dtype=np.bool_)
    token[_tokens(buffer, before)] = True
    maybe |= token
    if len(ats) and len(at):
        maybe[np.searchsorted(at, ats).clip(0, len(at) - 1)] = True
    at, left, token = at[maybe], left[maybe], token[maybe]
    return _no_columns(at[_matching(buffer, at, left, token, ats)]) + 1


def _no_columns(at: Ints) -> Ints:
    """Drop the joints that have another one close by on either side: short lines in a column."""
    if not len(at):
        return at
    close = np.diff(at) < _COLUMN
    inner: Ints = at[~(np.r_[False, close] & np.r_[close, False])]
    return inner


def _tokens(buffer: Bytes, before: Ints) -> Ints:
    """Return which of these bytes are the last of a long run of letters, digits and signs."""
    if len(buffer) < _TOKEN or not len(before):
        return np.zeros(0, dtype=np.int64)
    # Eight bytes at once: almost every line ends in a shorter word, so a space is among them.
    eights = np.ndarray(len(buffer) - 7, np.dtype("<u8"), buffer, strides=(1,))
    which = np.flatnonzero(((eights[(before - 7).clip(0)] & _LOWS) + _TO_TOP) & _TOPS == _TOPS)
    for back in range(_TOKEN):
        which = which[_KINDS[buffer[(before[which] - back).clip(0)]] & _PART > 0]
    return which


def _matching(buffer: Bytes, at: Ints, left: Bytes, token: _Flags, ats: Ints) -> _Flags:
    """Tell after which line ends something stands that can go on with what stands before."""
    after = at + 1
    for _ in range(_STEPS):
        after += _KINDS[buffer[after.clip(0, len(buffer) - 1)]] == _BLANK
    right = _KINDS[buffer[after.clip(0, len(buffer) - 1)]]
    words = _DIGIT | _CAPITAL
    mail = np.searchsorted(ats, at - _NEAR) < np.searchsorted(ats, at)
    code = (left & words > 0) & (right & words > 0)
    parts = (left & _PART > 0) & (right & _PART > 0)
    result: _Flags = code | (parts & (mail | token))
    return result


def _sign(cell: bytes, edit: Edit) -> bytes:
    return b"-" if cell[edit.start : edit.start + 1] == b"-" else b" "
