"""Characters that look like others, or like nothing, and what they stand for.

Sources of the rules: Unicode Standard Annex 15 (compatibility forms), chapter 23 (format
characters), section 4.6 (decimal digits), Technical Standard 39 (confusables; here only the
letters of Cyrillic and Greek that are drawn like those of the Latin script).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_NOTHING = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u3164\ufeff\uffa0"
    + "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))))
    + "".join(map(chr, (*range(0x300, 0x370), *range(0xFE00, 0xFE10))))
)
"""Zero width, joiners, direction marks, soft hyphens, fillers, combining marks, variants."""

_SPACES = "\xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"

_ZEROS = (
    *(0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6),
    *(0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50),
    *(0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10),
    *(0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650),
    *(0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50),
    *(0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0),
)
"""The zero of every script that has decimal digits of its own; the other nine follow it."""

_FORMS = (
    *range(0x2070, 0x208F),  # raised and lowered digits and letters
    *range(0x2460, 0x2500),  # in circles and brackets
    *range(0xFE50, 0xFE6C),  # small
    *range(0xFF0B, 0xFF5B),  # full width
    *range(0x1D400, 0x1D800),  # mathematical
    *range(0x1F110, 0x1F16A),  # in squares
)
_FORMS_LEFT = "\uff0c\uff1a\uff1b\uff1c\uff1e\uff1f"
"""Full-width punctuation: too many texts are written with it, and no value holds it."""

HOMOGLYPHS: Mapping[str, str] = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0405\u0406\u0408"
        "\u03bf\u03b1\u03bd\u03b9\u03c1\u03c5\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d"
        "\u039f\u03a1\u03a4\u03a5\u03a7",
        "aeopcxyijshdqwABEKMHOPCTXYSIJoavipuABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Letters drawn like a Latin one. Plain only where they stand next to Latin letters or an ``@``."""


def _table() -> dict[bytes, bytes]:
    """Return what each character that never is what it seems stands for, both as UTF-8."""
    plain = dict.fromkeys(_NOTHING, "") | dict.fromkeys(_SPACES, " ")
    for code in _FORMS:
        form = unicodedata.normalize("NFKC", chr(code))
        if form.isascii() and form.isprintable() and chr(code) not in _FORMS_LEFT:
            plain[chr(code)] = form
    plain |= {chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)}
    plain |= dict.fromkeys(_DASHES, "-")
    return {character.encode(): form.encode() for character, form in plain.items()}


def by_lead(characters: Iterable[bytes]) -> dict[bytes, bytes]:
    """Write regular expressions of characters, one for each first byte of theirs."""
    lasts: dict[bytes, set[int]] = {}
    for character in characters:
        lasts.setdefault(character[:-1], set()).add(character[-1])
    leads: dict[bytes, list[bytes]] = {}
    for prefix, last in sorted(lasts.items()):
        text = b"".join(b"\\x%02x" % byte for byte in prefix)
        some = b"".join(b"\\x%02x" % byte for byte in sorted(last))
        leads.setdefault(text[:4], []).append(text[4:] + b"[" + some + b"]")
    return {lead: lead + b"(?:" + b"|".join(rest) + b")" for lead, rest in leads.items()}


_ALWAYS = _table()
PLAIN: Mapping[bytes, bytes] = _ALWAYS | {
    c.encode(): p.encode() for c, p in (*HOMOGLYPHS.items(), ("\u3002", "."), ("\uff61", "."))
}
"""Every disguise and what it stands for."""

_BESIDE = {sign.encode() for sign in _SPACES + _DASHES}
SIGNS: tuple[bytes, ...] = (
    *by_lead(_ALWAYS.keys() - _BESIDE).values(),
    # Typography is full of these; in a value they stand before a digit or a capital.
    rb"[0-9A-Za-z):](?:" + b"|".join(by_lead(_BESIDE).values()) + rb")[0-9A-Z(+]",
)
"""Expressions of the characters that are worth a second look wherever they stand."""

ALTERNATIVES: bytes = b"|".join(by_lead(PLAIN).values())
"""An expression of any of them."""

_ANY = re.compile(ALTERNATIVES)


def plain(text: bytes) -> bytes:
    """Take every disguise off ``text``."""
    return _ANY.sub(lambda match: PLAIN[match.group()], text)
