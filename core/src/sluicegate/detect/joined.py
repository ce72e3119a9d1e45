"""The look for values that a line's end cuts in two.

Lines that only stand below each other must not become a value. So a joint is looked at only if
what stands beside it can be parts of one value, lists are left alone, and a finding counts only
if it crosses the joint, is sure, and covers nothing that was found without joining.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sluicegate.detect.digits import Bytes
from sluicegate.detect.joints import joint
from sluicegate.detect.prefilter import Expression
from sluicegate.detect.rewrite import Edit, Places, Rule, Snippet, by_row, snippets_of
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_RULE = Rule(least=0.8, alone=True)
_MARGIN = 128
_NEWLINE, _RETURN, _DASH = (ord(sign) for sign in "\n\r-")
_STEPS = 4
"""Bytes by which the next line may be indented, or marked as quoted."""
_NEAR = 64
"""Bytes between an at sign and the end of its line."""
_DIGIT, _CAPITAL, _SMALL, _SIGN, _BLANK = 1, 2, 4, 8, 16
_PART = _DIGIT | _CAPITAL | _SMALL | _SIGN
_KINDS = np.zeros(256, dtype=np.uint8)
_KINDS[48:58], _KINDS[65:91], _KINDS[97:123] = _DIGIT, _CAPITAL, _SMALL
_KINDS[[*b"@._+/=-"]], _KINDS[[*b" \t>"]] = _SIGN, _BLANK


class Joined:
    """Line ends between what may be two parts of one value."""

    expressions: tuple[Expression, ...] = ((b"@", False),)

    def snippets(self, text: Text, hits: Sequence[Ints]) -> Iterator[Snippet]:
        """Write the lines as one, once with nothing at the joints and once with their sign."""
        for places in by_row(text, [_candidates(text.buffer, hits[0])]):
            edits = [edit for end in places.ends if (edit := joint(places.cell, end))]
            if not edits:
                continue
            yield from snippets_of(places.row, places.cell, edits, _RULE, _MARGIN)
            signs = [Edit(e.start, e.end, _sign(places.cell, e)) for e in edits]
            yield from snippets_of(places.row, places.cell, signs, _RULE, _MARGIN)


def _candidates(buffer: Bytes, ats: Ints) -> Ints:
    """Return the positions after line ends that may be joints, told by the bytes around them."""
    at = np.flatnonzero(buffer == _NEWLINE)
    if not len(at):
        return at
    last = len(buffer) - 1
    before = at - 1
    before = before - (buffer[before.clip(0)] == _RETURN)
    glued = _KINDS[buffer[before.clip(0)]]
    before = np.where((glued & _BLANK > 0) | (buffer[before.clip(0)] == _DASH), before - 1, before)
    after = at + 1
    for _ in range(_STEPS):
        after = after + (_KINDS[buffer[after.clip(0, last)]] & _BLANK > 0)
    left, right = _KINDS[buffer[before.clip(0)]], _KINDS[buffer[after.clip(0, last)]]
    digits = left & right & _DIGIT > 0
    code = (left & (_CAPITAL | _DIGIT) > 0) & (right & (_CAPITAL | _DIGIT) > 0)
    parts = (left & _PART > 0) & (right & _PART > 0)
    mail = np.searchsorted(ats, at - _NEAR) < np.searchsorted(ats, after + 2)
    token = parts.copy()
    for back in (3, 6, 9, 11):
        token &= _KINDS[buffer[(before - back).clip(0)]] & _PART > 0
    return at[digits | code | (parts & mail) | token] + 1


def _sign(cell: bytes, edit: Edit) -> bytes:
    return b"-" if cell[edit.start : edit.start + 1] == b"-" else b" "
