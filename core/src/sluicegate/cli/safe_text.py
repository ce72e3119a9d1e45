"""Makes text safe for a terminal."""

from __future__ import annotations

import unicodedata
from typing import Final

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def safe_text(text: str) -> str:
    """Spell out characters that a terminal would act on or hide.

    File, column and rule names come from others. Escape sequences in them could rewrite what the
    screen says, and direction marks could make one name look like another.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(c) if unicodedata.category(c) in _HIDDEN else c for c in text)


def _spelled(character: str) -> str:
    point = ord(character)
    if point <= 0xFF:  # noqa: PLR2004 - the last character of Latin-1 fits two hex digits
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"  # noqa: PLR2004 - the BMP
