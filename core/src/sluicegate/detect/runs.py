"""Finds where long unbroken runs of letters and digits could be text in base64 or hexadecimal.

With arithmetic on eight bytes at a time: prose and log lines, which hold few such runs, cost a
small share of what their scan costs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sluicegate.detect.digits import Bytes
from sluicegate.detect.spans import Ints

_Words = npt.NDArray[np.uint64]

_WORD = 8
_TOPS, _LOWS, _TO_TOP = (np.uint64(0x0101010101010101 * byte) for byte in (0x80, 0x7F, 0x80 - 0x30))
_GATHER = np.uint64(0x0102040810204080)
_NEIGHBOURS = 6
"""Bytes that a run of fourteen has beside the eight of an aligned word."""
_LEAD = np.array([(~m & (m + 1)).bit_length() - 1 for m in range(256)], dtype=np.int64)
"""Ones at the low end of a byte: how far a run reaches on."""
_TAIL = np.array([f"{m:08b}".find("0") % 9 for m in range(256)], dtype=np.int64)
"""Ones at its high end: how far it reaches back."""
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _allowed() -> npt.NDArray[np.uint8]:
    """Return for each byte, as bits, at which places of which code it may stand for ASCII.

    Bits 0 to 3: its place in four characters of base64; no byte they stand for is above 127.
    Bits 4 and 5: its place in two hexadecimal digits; the first is 2 to 7.
    """
    bits = np.zeros(256, dtype=np.uint8)
    for value, character in enumerate(_BASE64):
        # The top bits of the three bytes are bit 5 of the first, 3 of the second, 1 of the third.
        places = (not value & 32, not value & 8, not value & 2, True)
        bits[ord(character)] = sum(1 << place for place, allowed in enumerate(places) if allowed)
    bits[[*b"-_"]] = bits[[*b"+/"]]
    bits[ord("=")] = 0b1100
    bits[[*b"234567"]] |= 16
    bits[[*b"0123456789abcdefABCDEF"]] |= 32
    return bits


_ALLOWED = _allowed()
_PHASES = np.array(
    [
        *([1 << (place - phase) % 4 for place in range(_WORD)] for phase in range(4)),
        *([16 << (place - phase) % 2 for place in range(_WORD)] for phase in range(2)),
    ],
    dtype=np.uint8,
)


def long_runs(buffer: Bytes) -> Ints:
    """Return the positions after eight bytes, inside a run of at least fourteen, that may be code.

    A run of fifteen is never overlooked; one of fourteen may be.
    """
    skipped = -buffer.ctypes.data % _WORD
    words: _Words = buffer[skipped : skipped + (len(buffer) - skipped) // _WORD * _WORD].view(
        np.uint64
    )
    if not len(words):
        return np.zeros(0, dtype=np.int64)
    # The top bit of each byte tells whether it is neither above 127 nor below "0".
    some = ((words & _LOWS) + _TO_TOP) & ~words & _TOPS
    full = np.flatnonzero(some == _TOPS)
    before, after = some[np.maximum(full - 1, 0)], some[np.minimum(full + 1, len(some) - 1)]
    run = _TAIL[_eight_bits(before)] * (full > 0)
    run += _LEAD[_eight_bits(after)] * (full + 1 < len(some))
    full = full[run >= _NEIGHBOURS]
    bits = _ALLOWED[words[full].view(np.uint8).reshape(-1, _WORD)]
    coded = np.zeros(len(full), dtype=np.bool_)
    for phase in _PHASES:
        coded |= ((bits & phase) != 0).all(axis=1)
    return full[coded] * _WORD + (_WORD + skipped)


def _eight_bits(words: _Words) -> npt.NDArray[np.uint64]:
    """Gather the top bits of eight bytes into one, the first byte lowest."""
    return ((words >> np.uint64(7)) * _GATHER) >> np.uint64(56)
