"""Digits, signs that assign, and odd signs, found in one pass of comparisons over a buffer.

An automaton that looks for "ten digits" or "a name and what assigns to it" costs more than all
literals together. Digits and signs are rarer than letters: where they are is told first, and such
expressions run only in the stretches beside them.
"""

from __future__ import annotations

import string
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.spans import Ints

_ZERO, _DIGITS = np.uint8(48), np.uint8(10)
_LOW, _LOWS = np.uint8(0x21), np.uint8(0x20)
"""``!`` to ``@``: digits and most signs."""
_CASE, _BRACE = np.uint8(0x20), np.int8(ord("{"))
"""``{|}~`` and, with the bit of the case, ``[\\]^_``: the highest of ASCII, if bytes are signed."""
_WORD = 8
_SHIFT, _WITHIN = 3, _WORD - 1
_CHUNK = 1 << 18
"""Bytes at a time: what they are compared with stays in the cache of the processor."""
_HOUR = 2
"""Digits before the sign in ``12:30``."""
_SPACES = 4
"""Between a comma and a quote that belongs to it."""
ODD = b"!#$%&*+<=@([{\\^_~"
"""Signs that stand in passwords, escapes and addresses, and seldom in a sentence."""
_DIGIT, _ASSIGNING, _COMMA, _ODD = 1, 2, 4, 8


def table(characters: bytes) -> npt.NDArray[np.bool_]:
    """Return for each byte whether it is among some."""
    flags = np.zeros(256, dtype=np.bool_)
    flags[[*characters]] = True
    return flags


_KINDS = np.zeros(256, dtype=np.uint8)
for _kind, _characters in (
    (_DIGIT, string.digits.encode()), (_ASSIGNING, b":=>?|"), (_COMMA, b","), (_ODD, ODD),
):  # fmt: skip
    _KINDS[[*_characters]] |= _kind
_KINDS_OF_BYTES = _KINDS.tobytes()
_DENSE = 3
"""Part of the words from which on to look at every byte costs less than to pick words."""
_QUOTES = table(b"\"'`")
_CLOSING, _BLANKS = table(b"\"'`])"), table(b" \t\r\n\v\f")
_NAMES = table((string.ascii_letters + string.digits + "_.-").encode())


class Marks(NamedTuple):
    """Positions in a buffer, ascending."""

    digits: tuple[Ints, Ints]
    """First byte of every unbroken run of ASCII digits, and first byte after it."""
    signs: Ints
    """After every sign that may end a name: one of ``= : > | ?``, or a comma beside a quote."""
    odd: Ints
    """Of every one of ``ODD``."""


def find_marks(buffer: npt.NDArray[np.uint8]) -> Marks:
    """Find digits and signs. The sign in ``12:30`` assigns nothing: no name stands before it."""
    words = _marked(buffer)
    if len(words) * _WORD * _DENSE > len(buffer):
        all_kinds = np.frombuffer(buffer.tobytes().translate(_KINDS_OF_BYTES), dtype=np.uint8)
        digits = _edges(buffer)
        others = np.flatnonzero(all_kinds > _DIGIT)
        kinds = all_kinds.take(others)
    else:
        some_kinds = _KINDS.take(_bytes_of(buffer, words))
        digits = _ends_of_runs(words, some_kinds == _DIGIT)
        at = np.flatnonzero(some_kinds > _DIGIT)
        others, kinds = _places(words, at), some_kinds[at]
    assigning = kinds & _ASSIGNING > 0
    commas = np.flatnonzero(kinds == _COMMA)
    if len(commas):
        assigning[commas] = _beside_a_quote(buffer, others[commas])
    signs = others[assigning]
    return Marks(digits, signs[~_hours(buffer, signs)] + 1, others[kinds & _ODD > 0])


def _edges(buffer: npt.NDArray[np.uint8]) -> tuple[Ints, Ints]:
    """Return the first byte of each run of digits, and the first one after it."""
    digits = np.zeros(len(buffer) + 2, dtype=np.bool_)
    np.less(buffer - _ZERO, _DIGITS, out=digits[1:-1])
    edges = np.flatnonzero(digits[1:] != digits[:-1])
    return edges[0::2].copy(), edges[1::2].copy()


def places_of(buffer: npt.NDArray[np.uint8], byte: int) -> Ints:
    """Return the positions of one byte."""
    found: list[Ints] = [np.zeros(0, dtype=np.int64)]
    flags = np.empty(min(_CHUNK, len(buffer)), dtype=np.bool_)
    for first in range(0, len(buffer), _CHUNK):
        some = buffer[first : first + _CHUNK]
        np.equal(some, np.uint8(byte), out=flags[: len(some)])
        found.append(np.flatnonzero(flags[: len(some)]) + first)
    return np.concatenate(found)


def _marked(buffer: npt.NDArray[np.uint8]) -> Ints:
    """Return the numbers of the words of eight bytes that may hold a digit or a sign.

    Words, since most hold none: what they hold is looked up in those that do, which costs less
    than to find each byte of a date on its own.
    """
    found: list[Ints] = [np.zeros(0, dtype=np.int64)]
    space = np.empty(min(_CHUNK, len(buffer)), dtype=np.uint8)
    flags = np.zeros((2, len(space) // _WORD + 1), dtype=np.uint64)
    for first in range(0, len(buffer), _CHUNK):
        some = buffer[first : first + _CHUNK]
        size = len(some)
        shifted, (low, high) = space[:size], flags.view(np.bool_)[:, :size]
        np.bitwise_or(some, _CASE, out=shifted)
        np.greater_equal(shifted.view(np.int8), _BRACE, out=high)
        np.subtract(some, _LOW, out=shifted)
        np.less(shifted, _LOWS, out=low)
        count = -(-size // _WORD)
        if size < count * _WORD:
            flags.view(np.bool_)[:, size : count * _WORD] = False
        words = np.logical_or(flags[0, :count], flags[1, :count])
        found.append(np.flatnonzero(words) + (first >> _SHIFT))
    return np.concatenate(found)


def _bytes_of(buffer: npt.NDArray[np.uint8], words: Ints) -> npt.NDArray[np.uint8]:
    """Lay the bytes of these words side by side; what the last one lacks is zero."""
    whole = len(buffer) // _WORD
    # As bytes without a type, so that it does not matter where in memory the buffer begins.
    inner = buffer[: whole * _WORD].view("V8")
    if not len(words) or words[-1] < whole:
        return inner.take(words).view(np.uint8)
    rest = buffer[whole * _WORD :]
    laid = inner.take(words[:-1]).view(np.uint8)
    return np.concatenate([laid, rest, np.zeros(_WORD - len(rest), dtype=np.uint8)])


def _ends_of_runs(words: Ints, digits: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return the first byte of each run of digits in these words, and the first one after it."""
    joined = np.zeros(len(digits) + 1, dtype=np.bool_)
    np.logical_and(digits[1:], digits[:-1], out=joined[1:-1])
    joined[_WORD:-1:_WORD] &= words[1:] == words[:-1] + 1
    first, last = digits & ~joined[:-1], digits & ~joined[1:]
    return _places(words, np.flatnonzero(first)), _places(words, np.flatnonzero(last)) + 1


def _places(words: Ints, at: Ints) -> Ints:
    """Return the places in the buffer of bytes that are laid side by side."""
    places: Ints = (words << _SHIFT)[at >> _SHIFT] + (at & _WITHIN)
    return places


def _beside_a_quote(buffer: npt.NDArray[np.uint8], places: Ints) -> npt.NDArray[np.bool_]:
    """Tell where a quote or a closing bracket stands before, or a quote after a few spaces."""
    found = _CLOSING.take(buffer.take(places - 1))  # before the first byte stands the last one
    which = np.flatnonzero(~found)
    ahead, last = places.take(which) + 1, len(buffer) - 1
    for _ in range(_SPACES + 1):
        after = buffer.take(np.minimum(ahead, last))
        found[which[_QUOTES.take(after)]] = True
        blank = np.flatnonzero(_BLANKS.take(after))
        if not len(blank):
            break
        which, ahead = which.take(blank), ahead.take(blank) + 1
    return found


def _hours(buffer: npt.NDArray[np.uint8], signs: Ints) -> npt.NDArray[np.bool_]:
    """Tell which signs stand after two digits that nothing of a name stands before."""
    bare = np.zeros(len(signs), dtype=np.bool_)
    which = np.flatnonzero(signs > _HOUR)
    for back in (1, _HOUR):
        which = which[(buffer.take(signs.take(which) - back) - _ZERO) < _DIGITS]
    bare[which] = ~_NAMES.take(buffer.take(signs.take(which) - _HOUR - 1))
    return bare
