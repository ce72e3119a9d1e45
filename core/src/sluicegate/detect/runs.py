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
_CHUNK = 1 << 13
"""Words at a time: what they are compared with stays in the cache of the processor."""
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


def _phases() -> npt.NDArray[np.uint8]:
    """Return the same for each of eight bytes in a row, a bit for each place the first may have."""
    allowed = _allowed()
    table = np.zeros((_WORD, 256), dtype=np.uint8)
    for place in range(_WORD):
        for first, (base, size) in enumerate([(0, 4)] * 4 + [(4, 2)] * 2):
            wanted = base + (place + first) % size
            table[place] |= (allowed >> wanted & 1) << first
    return table


_PHASES = _phases()


def long_runs(buffer: Bytes) -> Ints:
    """Return the positions after eight bytes, inside a run of at least fourteen, that may be code.

    A run of fifteen is never overlooked; one of fourteen may be.
    """
    skipped = -buffer.ctypes.data % _WORD
    words: _Words = buffer[skipped : skipped + (len(buffer) - skipped) // _WORD * _WORD].view(
        np.uint64
    )
    full = _coded(words, _full(words))
    if not len(full):
        return full
    before, after = words[np.maximum(full - 1, 0)], words[np.minimum(full + 1, len(words) - 1)]
    # At the first and the last, which have bytes beside them that no word holds, it may be long.
    run = np.where(full > 0, _TAIL[_eight_bits(before)], _WORD)
    run += np.where(full + 1 < len(words), _LEAD[_eight_bits(after)], _WORD)
    full = full[run >= _NEIGHBOURS]
    return full[~_plain_numbers(words[full])] * _WORD + (_WORD + skipped)


def _plain_numbers(words: _Words) -> npt.NDArray[np.bool_]:
    """Tell which words are digits that can be nothing else.

    In hexadecimal, digits alone write no dot and few letters: of values, only numbers.
    """
    eight = words.view(np.uint8).reshape(-1, _WORD)
    digits = ((eight - np.uint8(48)) < np.uint8(10)).all(axis=1)
    lead = (eight == ord("3")) | (eight == ord("2"))
    numbers = lead[:, 0::2].all(axis=1) | lead[:, 1::2].all(axis=1)
    plain: npt.NDArray[np.bool_] = digits & ~numbers
    return plain


def _coded(words: _Words, full: Ints) -> Ints:
    """Keep the words that may stand for ASCII, with some place of theirs as the first."""
    phases = np.full(len(full), 63, dtype=np.uint8)
    for place in range(_WORD):
        eight = words[full].view(np.uint8).reshape(-1, _WORD)
        phases &= _PHASES[place][eight[:, place]]
        full, phases = full[phases > 0], phases[phases > 0]
    return full


def _full(words: _Words) -> Ints:
    """Return the words of which no byte is below "0" or above 127."""
    found: list[Ints] = [np.zeros(0, dtype=np.int64)]
    space = np.empty(min(_CHUNK, len(words)), dtype=np.uint64)
    for first in range(0, len(words), _CHUNK):
        some = words[first : first + _CHUNK]
        sums = np.bitwise_and(some, _LOWS, out=space[: len(some)])
        sums += _TO_TOP
        sums &= _TOPS
        full = np.flatnonzero(sums == _TOPS)
        found.append(full[some[full] & _TOPS == 0] + first)
    return np.concatenate(found)


def _eight_bits(words: _Words) -> npt.NDArray[np.uint64]:
    """Gather into one byte, the first lowest, which of eight are as ``_full`` wants them."""
    some = ((words & _LOWS) + _TO_TOP) & ~words & _TOPS
    return ((some >> np.uint64(7)) * _GATHER) >> np.uint64(56)
