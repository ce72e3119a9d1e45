"""Characters that look like others, or like nothing: a second look at the rows that hold them.

Only such rows are rewritten; findings are reported at their place in the original.
Source of the rule: Unicode Standard Annex 15 (compatibility forms), chapter 23 (format
characters).
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from sluicegate.detect.spans import Ints, Raw
from sluicegate.detect.text import Text, of_rows

_CLASSES: tuple[tuple[bytes, bytes | int], ...] = (
    # zero-width, joiners, direction marks, soft hyphen, byte order mark: nothing
    (rb"\xe2\x80[\x8b-\x8f\xaa-\xae]", b""),
    (rb"\xe2\x81[\xa0-\xa4\xa6-\xaf]", b""),
    (rb"\xef\xbb\xbf", b""),
    (rb"\xc2\xad", b""),
    (rb"\xe1\xa0\x8e", b""),
    (rb"\xef\xb8[\x80-\x8f]", b""),
    # spaces
    (rb"\xc2\xa0", b" "),
    (rb"\xe2\x80[\x80-\x8a\xaf]", b" "),
    (rb"\xe2\x81\x9f", b" "),
    (rb"\xe3\x80\x80", b" "),
    # dashes
    (rb"\xe2\x80[\x90-\x95]", b"-"),
    (rb"\xe2\x88\x92", b"-"),
    # full-width forms: their last six bits and a base tell the character
    (rb"\xef\xbc[\x8b\x8d\x8e\x90-\x99\xa0-\xbf]", 0x20 - 0x80),
    (rb"\xef\xbd[\x80-\x9a]", 0x60 - 0x80),
    (rb"\xef\xb9\xab", b"@"),
    # digits of other scripts: Arabic-Indic, extended Arabic-Indic, Devanagari
    (rb"\xd9[\xa0-\xa9]", 0x30 - 0xA0),
    (rb"\xdb[\xb0-\xb9]", 0x30 - 0xB0),
    (rb"\xe0\xa5[\xa6-\xaf]", 0x30 - 0xA6),
)

EXPRESSIONS = tuple(pattern for pattern, _ in _CLASSES)
"""Hyperscan expressions of every disguise."""

_ANY = re.compile(b"|".join(b"(%s)" % pattern for pattern, _ in _CLASSES))


@cache
def _plain(sequence: bytes, group: int) -> bytes:
    rule = _CLASSES[group - 1][1]
    return rule if isinstance(rule, bytes) else bytes([sequence[-1] + rule])


class PlainRows:
    """Rewritten rows, and the way back."""

    def __init__(self, text: Text, rows: Ints, maps: list[tuple[Ints, Ints]]) -> None:
        self.text = text
        self._rows = rows
        self._maps = maps

    def original(self, raw: Raw) -> Raw:
        """Move a finding to where it stands in the original text."""
        row, start, end, detector, score = raw
        starts, ends = self._maps[row]
        return int(self._rows[row]), int(starts[start]), int(ends[end - 1]), detector, score


def plain_rows(text: Text, rows: Ints) -> PlainRows:
    """Rewrite ``rows`` of ``text`` with every disguise taken off."""
    pairs = [_rewrite(_row(text, int(row))) for row in rows]
    return PlainRows(of_rows([p[0] for p in pairs]), rows, [p[1] for p in pairs])


def _row(text: Text, row: int) -> bytes:
    return text.buffer[text.starts[row] : text.ends[row]].tobytes()


def _rewrite(cell: bytes) -> tuple[bytes, tuple[Ints, Ints]]:
    """Return the plain text and, per byte of it, where its original begins and ends."""
    pieces: list[bytes] = []
    bounds: list[tuple[int, int, int]] = []
    place = 0
    for match in _ANY.finditer(cell):
        start, end = match.span()
        plain = _plain(match.group(), match.lastindex or 1)
        pieces += (cell[place:start], plain)
        bounds += ((start - place, place, 0), (len(plain), start, end))
        place = end
    pieces.append(cell[place:])
    bounds.append((len(cell) - place, place, 0))
    return b"".join(pieces), _places(np.array(bounds, dtype=np.int64))


def _places(bounds: Ints) -> tuple[Ints, Ints]:
    """Spread pieces over their bytes: length, start, and end if the piece was rewritten, else 0."""
    lengths, starts, ends = bounds.T
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    kept = np.repeat(ends == 0, lengths)
    first = np.repeat(starts, lengths) + np.where(kept, within, 0)
    return first, np.where(kept, first + 1, np.repeat(ends, lengths))
