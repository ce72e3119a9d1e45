"""The characters that are meant by those that look like them, or like nothing.

For explanations alone, and so independent of how the scan takes disguises off. Source of the rule:
Unicode Standard Annex 15 (compatibility forms), annex 44 (general categories).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

_MINUS = "\N{MINUS SIGN}"


class Meant(NamedTuple):
    """A text as it is meant, and where each of its bytes stands in the original."""

    text: bytes
    starts: list[int]
    """First byte in the original, per byte."""
    ends: list[int]
    """First byte after it."""


def meant(text: bytes) -> Meant:
    """Write a text with plain characters; bytes that are not UTF-8 stay as they are."""
    plain, starts, ends, place = bytearray(), list[int](), list[int](), 0
    for character in text.decode("utf-8", "surrogateescape"):
        raw = character.encode("utf-8", "surrogateescape")
        written = _written(character)
        if written is None:
            starts += range(place, place + len(raw))
            ends += range(place + 1, place + len(raw) + 1)
        else:
            starts += [place] * len(written)
            ends += [place + len(raw)] * len(written)
        plain += raw if written is None else written
        place += len(raw)
    return Meant(bytes(plain), starts, ends)


@cache
def _written(character: str) -> bytes | None:
    """Return what is meant by a character; ``None`` if it is meant itself."""
    if character.isascii():
        return None
    category = unicodedata.category(character)
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return b""
    if category == "Zs":
        return b" "
    if category == "Pd" or character == _MINUS:
        return b"-"
    if category == "Nd":
        return str(unicodedata.digit(character)).encode()
    form = unicodedata.normalize("NFKC", character)
    return form.encode() if form.isascii() else None
