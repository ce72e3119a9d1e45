"""Mail addresses: what the form alone lets through.

Source of the rule: RFC 5321 §4.1.2 and §4.5.3.1 (form and lengths), RFC 1035 §2.3.1 (labels).
"""

from __future__ import annotations

import re

from sluicegate.detect.detector import Verdict

_ESCAPED_AT = re.compile(rb"%40|&#64;|&#x40;|\\u0040", re.IGNORECASE)
_LETTER = re.compile(rb"[A-Za-z0-9\x80-\xff]")
_EDGE_DASH = re.compile(rb"(?:^|\.)-|-(?:\.|$)")
_FILE_ENDINGS = frozenset(
    b"png jpg jpeg gif svg webp ico bmp css js mjs ts jsx tsx map html htm php json xml yml yaml"
    b" woff woff2 ttf pdf txt log csv".split()
)
_ORDINARY = re.compile(
    rb"[A-Za-z0-9][A-Za-z0-9._+-]*@(?:[A-Za-z0-9]+\.)+(?!(?i:%s)\Z)[A-Za-z]+"
    % b"|".join(sorted(_FILE_ENDINGS))
)
"""What most addresses look like, and nothing below drops."""


def email_international(value: bytes) -> Verdict | None:
    """Judge an address that is not all ASCII."""
    return None if value.isascii() else email(value)


def email(value: bytes) -> Verdict | None:
    """Drop file names such as ``logo@2x.png`` and domains whose labels cannot be."""
    if _ORDINARY.fullmatch(value):
        return Verdict(0.0, len(value))
    domain = value.rpartition(b"@")[2]
    if len(domain) == len(value):
        domain = _ESCAPED_AT.split(value)[-1]
    if not _LETTER.search(value[: len(value) - len(domain)]):
        return None
    if domain.rpartition(b".")[2].lower() in _FILE_ENDINGS:
        return None
    if b"-" in domain and _EDGE_DASH.search(domain):
        return None
    return Verdict(0.0, len(value))
