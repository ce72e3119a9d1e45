"""Placeholders: what stands where a secret would stand."""

from __future__ import annotations

import re

_REFERENCE = re.compile(
    rb"\$\{|\$\(|\{\{|<[A-Za-z_ ]|%\(|%[A-Za-z_]+%$|\$[A-Za-z_]{2,}$|\$env:|#\{"
    rb"|\{[A-Za-z_.]+\}?$|process\.env|os\.(?:environ|getenv)|System\.getenv"
    rb"|ENV\[|env\.|secrets\.|var\.|vault:|ref\+|arn:aws:"
)
_LABELS = re.compile(rb"(?:\[[A-Za-z_ -]{1,40}\]){1,9}[.,;:)\]}!?\\\"]*$")
"""What redaction leaves behind, so that a masked text is not found again."""
_WORDS = frozenset(
    b"changeme change_me change-me changeit example sample placeholder redacted masked hidden"
    b" todo tbd none null nil undefined true false yes no string str int bool required optional"
    b" password passwd secret token value default empty unknown secretkey apikey api_key"
    b" yourpassword your_password mypassword my_password supersecret removed filtered omitted"
    b" protected private public".split()
)
_MARK = re.compile(
    rb"(?i)(?:^|[^a-z])(?:example|placeholder|changeme|dummy|redacted|your|insert|replace)(?:[^a-z]|$)"
)
_FILLER = re.compile(rb"(?i)x{5,}|\*{3,}|\.{3,}|(.)\1{7,}")


def is_placeholder(value: bytes) -> bool:
    """Tell whether ``value`` only keeps the place of a secret.

    Such are references to variables, words such as ``changeme``, and filler such as ``xxxx``.
    """
    if _REFERENCE.match(value) or _LABELS.match(value) or value.lower() in _WORDS:
        return True
    solid = {byte for byte in value.lower() if chr(byte).isalnum()}
    if len(solid) < 2:  # noqa: PLR2004  # one character over and over
        return True
    return bool(_MARK.search(value) or _FILLER.search(value))
