"""Long unbroken runs of ASCII: what tokens, keys and values in base64 or hexadecimal stand in.

Prose and log lines hold few of them, so what only stands in runs is looked for in these stretches
alone. Found with arithmetic on many bytes at once, for a small share of what a scan costs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.digits import Bytes
from sluicegate.detect.holds import RUN_BYTES
from sluicegate.detect.spans import Ints

_Words = npt.NDArray[np.uint64]

_WORD = 8
SHORTEST_RUN = 2 * _WORD - 1
"""Bytes of a run that is always found: wherever it begins, eight of them are an aligned word."""
_FIRST = np.int8(RUN_BYTES.start)
"""As signed bytes, these and all after them are of a run: those beyond ASCII are negative."""
_SHIFT = 3
_EIGHT, _FOUR = np.uint64(0x0101010101010101), np.uint32(0x01010101)
"""So many flags that are all set."""
_CHUNK = 1 << 18
"""Bytes at a time: what they are compared with stays in the cache of the processor."""
_TOPS, _LOWS, _TO_TOP = (np.uint64(0x0101010101010101 * byte) for byte in (0x80, 0x7F, 0x80 - 0x30))
_GATHER, _TO_LOW = np.uint64(0x0102040810204080), np.uint64(56)
"""What gathers the flags of eight bytes in the highest one, the first lowest."""
_EVEN, _ODD = np.uint64(0x0001000100010001), np.uint64(0x0100010001000100)
"""Flags of every other byte of eight."""
_NEIGHBOURS = 6
"""Bytes that a run of fourteen has beside the eight of an aligned word."""
_LEAD = np.array([(~m & (m + 1)).bit_length() - 1 for m in range(256)], dtype=np.int64)
"""Ones at the low end of a byte: how far a run reaches on."""
_TAIL = np.array([f"{m:08b}".find("0") % 9 for m in range(256)], dtype=np.int64)
"""Ones at its high end: how far it reaches back."""
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class Runs(NamedTuple):
    """The runs in a buffer, and the aligned words that they were found by."""

    starts: Ints
    """First byte of every run of ``SHORTEST_RUN`` bytes or more, ascending."""
    ends: Ints
    """First byte after each."""
    words: _Words
    """The buffer, eight bytes at a time."""
    full: Ints
    """Those of which every byte is of one long run."""
    skipped: int
    """Bytes before the first of them."""


def find_runs(buffer: Bytes, row_starts: Ints) -> Runs:
    """Find every long run of ``RUN_BYTES``; a few are told a little longer or that are none.

    Args:
        buffer: Where.
        row_starts: First byte of each row, not descending: what goes on from row to row is no run.
    """
    skipped = -buffer.ctypes.data % _WORD
    body = buffer[skipped : skipped + (len(buffer) - skipped) // _WORD * _WORD]
    words, full = body.view(np.uint64), _full(body, row_starts[1:] - skipped)
    if not len(full):
        return Runs(full, full, words, full, skipped)
    cuts = np.flatnonzero(np.diff(full) > 1)
    heads, tails = np.r_[0, cuts + 1], np.r_[cuts, len(full) - 1]
    firsts, lasts = full[heads], full[tails]
    before, after = words[np.maximum(firsts - 1, 0)], words[np.minimum(lasts + 1, len(words) - 1)]
    starts = firsts * _WORD + skipped - _TAIL.take(_bits(before))
    ends = (lasts + 1) * _WORD + skipped + _LEAD.take(_bits(after))
    # What stands beside the first word and the last is in no word.
    starts[firsts == 0], ends[lasts == len(words) - 1] = 0, len(buffer)
    long = ends - starts >= SHORTEST_RUN
    full = full[np.repeat(long, tails - heads + 1)]
    return Runs(starts[long], ends[long], words, full, skipped)


def _full(body: Bytes, joints: Ints) -> Ints:
    """Return the aligned words of which all bytes, and four more beside them, are of a run.

    Of fifteen bytes around eight, four stand on one side; words of prose are shorter.
    """
    full = np.empty(len(body) // _WORD, dtype=np.bool_)
    space = np.empty(min(_CHUNK, len(body)) // _WORD, dtype=np.uint64)
    for first in range(0, len(full), len(space) or 1):
        some = body[first * _WORD :][: len(space) * _WORD].view(np.int8)
        flags = space[: len(some) // _WORD]
        np.greater_equal(some, _FIRST, out=flags.view(np.bool_))
        np.equal(flags, _EIGHT, out=full[first : first + len(flags)])
    inner = joints[(joints > 0) & (joints & (_WORD - 1) > 0)] >> _SHIFT
    full[inner[inner < len(full)]] = False  # a row begins inside of it
    found = np.flatnonzero(full)
    # The first and the last may have more beside them, in no word.
    halves = body.view(np.uint32)
    before = _solid(halves[np.maximum(2 * found - 1, 0)])
    kept: Ints = found[before | _solid(halves[np.minimum(2 * found + 2, len(halves) - 1)])]
    return kept


def _solid(halves: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Tell which four bytes are all of a run."""
    solid: npt.NDArray[np.bool_] = (halves.view(np.int8) >= _FIRST).view(np.uint32) == _FOUR
    return solid


def _bits(words: _Words) -> _Words:
    """Tell which of eight bytes are of a run, the first as the lowest bit."""
    flags: _Words = (words.view(np.int8) >= _FIRST).view(np.uint64)
    return flags * _GATHER >> _TO_LOW


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


def codes(runs: Runs) -> Ints:
    """Return the positions after eight bytes, inside a run of at least fourteen, that may be code.

    The run is one of bytes from ``0`` on: other signs of base64 part it. A run of fifteen is never
    overlooked; one of fourteen may be.
    """
    words = runs.words
    full = runs.full[_wordy(words[runs.full]) == _TOPS]
    full = _coded(words, full)
    if not len(full):
        return full
    before, after = words[np.maximum(full - 1, 0)], words[np.minimum(full + 1, len(words) - 1)]
    # At the first and the last, which have bytes beside them that no word holds, it may be long.
    run = np.where(full > 0, _TAIL.take(_eight_bits(before)), _WORD)
    run += np.where(full + 1 < len(words), _LEAD.take(_eight_bits(after)), _WORD)
    full = full[run >= _NEIGHBOURS]
    return full[~_plain_numbers(words[full])] * _WORD + (_WORD + runs.skipped)


def _plain_numbers(words: _Words) -> npt.NDArray[np.bool_]:
    """Tell which words are digits that can be nothing else.

    In hexadecimal, digits alone write no dot and few letters: of values, only numbers.
    """
    eight = words.view(np.uint8)
    digits = ((eight - np.uint8(48)) < np.uint8(10)).view(np.uint64) == _EIGHT
    lead = ((eight == ord("3")) | (eight == ord("2"))).view(np.uint64)
    numbers = (lead & _EVEN == _EVEN) | (lead & _ODD == _ODD)
    plain: npt.NDArray[np.bool_] = digits & ~numbers
    return plain


def _coded(words: _Words, full: Ints) -> Ints:
    """Keep the words that may stand for ASCII, with some place of theirs as the first."""
    phases = np.full(len(full), 63, dtype=np.uint8)
    for first in range(0, _WORD, _WORD // 2):  # half of the bytes rule most words out
        eight = words.take(full).view(np.uint8).reshape(-1, _WORD)
        for place in range(first, first + _WORD // 2):
            phases &= _PHASES[place].take(eight[:, place])
        full, phases = full[phases > 0], phases[phases > 0]
    return full


def _wordy(words: _Words) -> _Words:
    """Mark, by its highest bit, each byte from ``0`` to 127."""
    return ((words & _LOWS) + _TO_TOP) & ~words & _TOPS


def _eight_bits(words: _Words) -> npt.NDArray[np.uint64]:
    """Gather these marks into one byte, the first lowest."""
    return (_wordy(words) >> np.uint64(7)) * _GATHER >> _TO_LOW
