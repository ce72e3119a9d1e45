"""Refuses characters that make a policy read one way and work another.

A reviewer trusts what the screen shows. Bidirectional marks and zero-width characters reorder or
hide text (the "Trojan Source" attacks, CVE-2021-42574), and YAML 1.1 takes U+0085, U+2028, U+2029
and a lone carriage return for line breaks, so that a line may begin inside what seems a comment.
"""

from __future__ import annotations

import unicodedata

from sluicegate.policy.faults import Faults, Place

_HIDDEN_BREAKS = "\x85\u2028\u2029"


def check_characters(text: str, faults: Faults) -> None:
    """Note every character of ``text`` that may not stand in a policy file, comments included."""
    for number, line in enumerate(text.split("\n"), start=1):
        body = line.removesuffix("\r")
        if body.isascii() and body.isprintable():
            continue
        for column, char in enumerate(body, start=1):
            if _is_refused(char):
                faults.add(
                    Place(number, column),
                    f"the invisible or control character U+{ord(char):04X}",
                    "remove it: the file must read as it works",
                )


def hidden_in(text: str) -> str:
    """Return the first refused character of a value, which an escape may have put there, or ``""``.

    A value may hold line feeds.
    """
    if text.isprintable():
        return ""
    return next((char for char in text if char != "\n" and _is_refused(char)), "")


def _is_refused(char: str) -> bool:
    if char == "\t":  # YAML refuses it where it would matter, and comments may hold it
        return False
    return char in _HIDDEN_BREAKS or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}
