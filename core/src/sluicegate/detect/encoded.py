"""The look for whole values in base64 (RFC 4648, wrapped as in RFC 2045) and in hexadecimal.

A stretch counts only if what it stands for is text: digests, images and compressed data are none.
Lines are joined only as long as they stand for text, so that the work follows the bytes.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence

import numpy as np

from sluicegate.detect.characters import plain
from sluicegate.detect.prefilter import Expression
from sluicegate.detect.rewrite import Edit, Places, Rule, Snippet, by_row, snippets_of
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_CODE = _WORD + b"+/-_"
_IS_CODE = np.array([byte in _CODE + b"=" for byte in range(256)])
_EIGHT = 8
_REST_OF_CODE = re.compile(rb"[A-Za-z0-9+/_-]*+")
_REST_OF_WORD = re.compile(rb"[A-Za-z0-9]*+")
_NEXT_LINE = re.compile(rb"\r?\n[ \t]*([A-Za-z0-9+/_-]++)")
_PADS = re.compile(rb"={0,2}+")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_SHORTEST = 14
"""Characters of base64 that ten bytes take: no value of the catalogue is much shorter."""
_LINE = 32
"""Characters of a line that another line may carry on."""
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\r"})
_HEX = b"0123456789abcdefABCDEF"
_KEPT = 1024
"""Stretches whose text is kept, at most: in a dense cell the same ones come again."""
_MARGIN = 64
_SEPARATOR = b"\n"
"""Stands around what was decoded: no value begins outside of it and ends within."""


CODED_RUNS: Expression = (rb"[0-9A-Za-z:-@_-]{14}", False)
"""Told by the places of runs, which the engine knows: no automaton looks for it."""


class Encoded:
    """Stretches of letters and digits that stand for text."""

    expressions: tuple[Expression, ...] = (CODED_RUNS,)

    def snippets(self, text: Text, hits: Sequence[Ints]) -> Iterator[Snippet]:
        """Write each such stretch as the text it stands for."""
        for places in by_row(text, [_long_enough(text, hits[0])]):
            edits = list(_edits(places))
            if edits:
                yield from snippets_of(places.row, places.cell, edits, Rule(), _MARGIN)


def _long_enough(text: Text, ends: Ints) -> Ints:
    """Drop words of eight bytes whose run of code is too short within their row."""
    if not len(ends):
        return ends
    alone = np.ones(len(ends), dtype=np.bool_)
    joined = np.diff(ends) == _EIGHT
    alone[1:] &= ~joined
    alone[:-1] &= ~joined
    at = ends[alone]
    rows = text.rows_of(at)
    places = at[:, None] + np.arange(-_SHORTEST, _SHORTEST)
    code = _IS_CODE[text.buffer[places.clip(0, len(text.buffer) - 1)]]
    code &= (places >= text.starts[rows][:, None]) & (places < text.ends[rows][:, None])
    back = np.logical_and.accumulate(code[:, _SHORTEST - 1 :: -1], axis=1).sum(axis=1)
    ahead = np.logical_and.accumulate(code[:, _SHORTEST:], axis=1).sum(axis=1)
    kept = ~alone
    kept[alone] = back + ahead >= _SHORTEST
    return ends[kept]


class _Texts(dict[bytes, bytes]):
    """The text that each stretch of one cell stands for, nothing if it is none."""

    def __missing__(self, code: bytes) -> bytes:
        if len(self) == _KEPT:
            self.clear()
        text = self[code] = _shown(code)
        return text


def _edits(places: Places) -> Iterator[Edit]:
    cell, done, tried, texts = places.cell, 0, 0, _Texts()
    for end in places.ends.tolist():
        if end <= done:
            continue
        found, run = None, (end, end)
        if end > tried:
            run = _around(cell, done, end, _CODE, _REST_OF_CODE)
            found = _edit(cell, *run, texts)
            tried = max(run[1], end)
        start, stop = run
        if found is None and not cell[start:stop].isalnum():
            # A path, or a name with dashes, may hold the code as one of its parts.
            start, stop = _around(cell, done, end, _WORD, _REST_OF_WORD)
            found = _edit(cell, start, stop, texts) if (start, stop) != run else None
        done = max(stop, end)
        if found is not None:
            done = found.end
            yield found


def _around(
    cell: bytes, low: int, end: int, alphabet: bytes, rest: re.Pattern[bytes]
) -> tuple[int, int]:
    """Return where the run around the byte before ``end`` begins and ends."""
    head = cell[low:end].rstrip(b"=")
    stop = rest.match(cell, low + len(head))
    return low + len(head.rstrip(alphabet)), stop.end() if stop else end


def _edit(cell: bytes, start: int, stop: int, texts: _Texts) -> Edit | None:
    if stop - start < _SHORTEST or not (shown := texts[cell[start:stop]]):
        return None
    shown, stop = _with_lines(cell, start, stop, shown)
    pads = _PADS.match(cell, stop)
    shown = shown if shown.isascii() else plain(shown)
    return Edit(start, pads.end() if pads else stop, _SEPARATOR + shown + _SEPARATOR)


def _with_lines(cell: bytes, start: int, stop: int, shown: bytes) -> tuple[bytes, int]:
    """Join lines of one length, and a last one that is not longer, while they stand for text.

    Twice as many each time, so that the lines are decoded twice on average.
    """
    width, wanted = stop - start, 1
    lines = [cell[start:stop]]
    while width >= _LINE and len(lines) == wanted:
        wanted, end = 2 * wanted, stop
        while (
            len(lines) < wanted
            and len(lines[-1]) == width
            and (line := _NEXT_LINE.match(cell, end))
            and len(line[1]) <= width
        ):
            lines.append(line[1])
            end = line.end()
        if end == stop or not (more := _shown(b"".join(lines))):
            break
        shown, stop = more, end
    return shown, stop


def _shown(code: bytes) -> bytes:
    """Return the text that a stretch stands for, nothing if it is none."""
    return _text(_from_hex(code)) or _text(_from_base64(code))


def _from_hex(code: bytes) -> bytes:
    digits = code[2:] if code[:2] in (b"0x", b"0X") else code
    whole = len(digits) % 2 == 0 and not digits.translate(None, _HEX)
    return bytes.fromhex(digits.decode()) if whole else b""


def _from_base64(code: bytes) -> bytes:
    # One character alone stands for no byte; it belongs to something else.
    whole = code[: len(code) - (len(code) % 4 == 1)].translate(_STANDARD)
    try:
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    except binascii.Error:
        return b""


def _text(data: bytes) -> bytes:
    """Return ``data`` as UTF-8 if it is text, nothing otherwise."""
    if data[1::2].count(0) * 4 > len(data):
        try:
            data = data[: len(data) & ~1].decode("utf-16-le").encode()
        except UnicodeError:
            return b""
    if len(data.translate(None, _CONTROLS)) * 10 < len(data) * 9:
        return b""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        # The last character may have been cut.
        return data[: error.start] if error.start >= len(data) - 3 > 0 else b""
    return data
