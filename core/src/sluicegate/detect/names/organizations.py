"""Organisations by their form: ``Contoso GmbH``, ``Harbour & Finch LLP``, ``Mercy Hospital``.

The legal forms are those of company law (for the EU: annexes I and II of Directive 2013/34/EU); the
kinds are words that say what an institution is. A name with neither (a brand) is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_FORMS: Final = (
    "Ltd", "Limited", "LLC", "LLP", "PLC", "plc", "Inc", "Incorporated", "Corp", "Corporation",
    "Pty Ltd", "GmbH", "gGmbH", "AG", "KGaA", "KG", "OHG", "SE", "eG", "e.V.", "SARL", "SAS",
    "S.A.S.", "S.A.", "S.L.", "S.r.l.", "S.p.A.", "B.V.", "BV", "N.V.", "NV", "AB", "ApS", "A/S",
    "Oy", "Oyj", "Sp. z o.o.", "s.r.o.", "a.s.", "d.o.o.", "Kft", "Ltda", "Pvt Ltd",
)  # fmt: skip
_KINDS: Final = (
    "Bank", "University", "Institute", "Hospital", "Clinic", "College", "Foundation", "Association",
    "Airlines", "Airways", "Holdings", "Partners", "Group", "Credit Union", "Council",
)  # fmt: skip
_SEATS: Final = ("University", "Ministry", "Department", "Bank", "Institute", "College", "Bureau")
"""Kinds that take their name after ``of``."""


def _any(words: tuple[str, ...]) -> str:
    both = {w for word in words for w in (word, word.upper())}
    return "|".join(re.escape(w) for w in sorted(both, key=lambda w: (-len(w), w)))


_WORD: Final = r"[^\W\d_a-z](?:[^\W\d_]|['’.\-]){0,40}"
_JOINED: Final = rf"{_WORD}(?:[ ](?:{_WORD}|&|and|und|et)){{0,4}}?"
_PATTERNS: Final = (
    (re.compile(rf"\b({_JOINED}),?[ ](?:{_any(_FORMS)})(?!\w)\.?"), 0.9),
    (re.compile(rf"\b({_JOINED})[ ](?:{_any(_KINDS)})(?!\w)"), 0.7),
    (re.compile(rf"\b((?:{_any(_SEATS)}) (?:of|OF) {_WORD}(?: {_WORD})?)"), 0.8),
)
_STOP: Final = frozenset(
    {
        "a", "an", "and", "are", "as", "at", "bei", "between", "blood", "by", "call", "contact",
        "control", "data", "dear", "employer", "every", "focus", "food", "for", "from", "has",
        "he", "her", "his", "i", "if", "in", "is", "it", "left", "met", "my", "no", "on", "or",
        "our", "power", "sales", "she", "test", "that", "the", "their", "these", "they", "this",
        "to", "user", "von", "und", "we", "with", "works", "you", "your",
    }
)  # fmt: skip
"""Words that may stand in front, in capitals too, and belong to the sentence."""


def organizations(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield place (in characters) and score of each organisation in a text."""
    for pattern, score in _PATTERNS:
        for match in pattern.finditer(text):
            start = _start(match[1])
            if start is not None:
                yield match.start(1) + start, match.end() - _trailing(match[0]), score


def _start(name: str) -> int | None:
    """Return where the name begins: behind the last small word of its sentence."""
    start: int | None = None
    for word in reversed(list(re.finditer(r"[^ ]+", name))):
        if word[0] == "OF" or word[0].lower() in _STOP - {"and", "und"}:
            break
        if word[0].lower() not in ("&", "and", "und", "et", "of"):
            start = word.start()
    return start


def _trailing(match: str) -> int:
    """Return 1 if the full stop at the end is the sentence's, not the form's."""
    abbreviated = re.search(r"(?:\b(?:Inc|Corp|Ltd|Co)|[.][a-z])\.$", match, re.IGNORECASE)
    return int(match.endswith(".") and not abbreviated)
