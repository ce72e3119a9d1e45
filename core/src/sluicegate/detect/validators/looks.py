"""How a value looks: drawn at random, or written by a person.

A key is drawn, a word, a path or an identifier of code is written. Three cheap measures tell them
apart: entropy, how common its pairs of letters are in English and in code, and whether it runs
along the alphabet or a keyboard.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter

# One row per first letter, one digit per second: how much more often than by chance a pair stands
# in words, 5 is as often, three digits are a factor of four. Counted over the distinct words of
# Python's manual and library.
_PAIRS = (
    b"07871260604988070989544350",
    b"62325000530710520441500040",
    b"80428107507731920648510020",
    b"62259310800412620563510020",
    b"83896752403879474999365840",
    b"50225600800510600533500020",
    b"40108034500425310552400000",
    b"70017000600120600324200000",
    b"65866660001879960689060406",
    b"10002000000000100000200000",
    b"20016010400301100040102000",
    b"81359200901712830166510070",
    b"84039000700341770153400020",
    b"81788692704425740189550020",
    b"45772440404779570976756200",
    b"80228303600701760857401040",
    b"00000000000000000000600000",
    b"92669350904465940787532050",
    b"60629236803533661389722050",
    b"92549408900543850876613061",
    b"55435330500768260767000000",
    b"60008000500000300000000000",
    b"50015003500103400430000000",
    b"20404100400100040015000110",
    b"00103100200224160144000000",
    b"10006000300000100000000000",
)
_LIKELY = {
    (97 + first, 97 + second): level - 48
    for first, row in enumerate(_PAIRS)
    for second, level in enumerate(row)
}
_WORD_LEVEL = 5.0
"""Mean level of a word's pairs. Of 13,000 words 5 % lie below; of drawn ones of 12 letters, 5 %
lie above."""
_SHORT = 4
"""Letters up to which a run says nothing."""
_SEGMENTS = re.compile(rb"[^A-Za-z0-9]+")
_HUMPS = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]")
_PLAIN = re.compile(rb"[0-9]+(?:[Tt][0-9]+[Zz]?)?|[A-Za-z]+[0-9]{0,4}|v?[0-9]+[a-z]{0,2}")
_RUNS = (
    b"abcdefghijklmnopqrstuvwxyz",
    b"0123456789012345678901234567890",
    b"1234567890abcdefghijklmnopqrstuvwxyz1234567890",
    b"qwertyuiopasdfghjklzxcvbnm",
)
_RUN = 12
"""Characters in a row of an alphabet that nobody draws: fewer than one value in 10**15."""
_STRETCHES = frozenset(run[at : at + _RUN] for run in _RUNS for at in range(len(run) - _RUN + 1))
_HALF = _RUN // 2
_HALVES = frozenset(run[at : at + _HALF] for run in _RUNS for at in range(len(run) - _HALF + 1))
"""Every stretch holds one that begins at a multiple of seven, wherever it begins itself."""
_LOWER = re.compile(rb"[a-z\xaa\xb5\xba\xdf-\xf6\xf8-\xff]")
_UPPER = re.compile(rb"[A-Z\xc0-\xd6\xd8-\xde]")
_DIGIT = re.compile(rb"[0-9]")
_UUID = re.compile(rb"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


LOOKED_AT = 128
"""Bytes in which a value shows how it looks: a cell may hold a value of a kilobyte at each byte."""


def entropy(value: bytes) -> float:
    """Return bits per byte of the value's own distribution (Shannon)."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values())


def relative_entropy(value: bytes) -> float:
    """Return ``entropy`` as a share of what a drawn value of that length and alphabet has.

    A drawn value lies near 1, whatever its length: 16 hexadecimal digits hold fewer bits than 40
    letters, and are no less drawn.
    """
    value = value[:LOOKED_AT]
    alphabet = _alphabet(value)
    most = math.log2(min(alphabet, len(value))) if len(value) > 1 else 1.0
    return entropy(value) / max(most, 1.0)


def is_uuid(value: bytes) -> bool:
    """Tell whether the whole value is a UUID in its usual form."""
    return _UUID.fullmatch(value) is not None


def is_word(letters: bytes) -> bool:
    """Tell whether a run of ASCII letters reads like a word; one that is short always does."""
    if len(letters) < _SHORT:
        return True
    levels = sum(map(_LIKELY.__getitem__, itertools.pairwise(letters.lower())))
    return levels / (len(letters) - 1) >= _WORD_LEVEL


def is_written(value: bytes) -> bool:
    """Tell whether words, numbers and short pieces make up most of ``value``."""
    segments = [segment for segment in _SEGMENTS.split(value[:LOOKED_AT]) if segment]
    size = sum(map(len, segments))
    known = {segment: _is_plain(segment) for segment in set(segments)}
    plain = sum(len(segment) for segment in segments if known[segment])
    return not size or plain / size >= 0.75  # noqa: PLR2004  # three quarters


def has_run(value: bytes) -> bool:
    """Tell whether a long piece of an alphabet or of a keyboard's row stands in ``value``."""
    low = value[:LOOKED_AT].lower()
    halves = (low[at : at + _HALF] for at in range(0, len(low) - _HALF + 1, _HALF + 1))
    if _HALVES.isdisjoint(halves):
        return False
    return any(low[at : at + _RUN] in _STRETCHES for at in range(len(low) - _RUN + 1))


def _is_plain(segment: bytes) -> bool:
    if len(segment) <= _SHORT:
        return True
    if not _PLAIN.fullmatch(segment):
        return False
    humps = _HUMPS.findall(segment)
    letters = sum(map(len, humps))
    if len(humps) > 1 and letters < 3 * len(humps):
        return False  # case changes too often for words
    return sum(len(hump) for hump in humps if is_word(hump)) >= 0.7 * letters


def _alphabet(value: bytes) -> int:
    """Estimate how many characters ``value`` was drawn from."""
    if not value.strip(b"0123456789"):
        return 10
    if not value.lower().strip(b"0123456789abcdef-"):
        return 16
    size = 26 * bool(_LOWER.search(value)) + 26 * bool(_UPPER.search(value))
    return size + 10 * bool(_DIGIT.search(value)) + 2 * (not value.isalnum())
