"""Mail addresses: what the form alone lets through.

Source of the rule: RFC 5321 §4.1.2 and §4.5.3.1 (form and lengths), RFC 1035 §2.3.1 (labels).
"""

from __future__ import annotations

import re

from sluicegate.detect.detector import Verdict

_AT = re.compile(rb"@|%40|&#64;|&#x40;|\\u0040", re.IGNORECASE)
_FILE_ENDINGS = frozenset(
    b"png jpg jpeg gif svg webp ico bmp css js mjs ts jsx tsx map html htm php json xml yml yaml"
    b" woff woff2 ttf pdf txt log csv".split()
)


def email(value: bytes) -> Verdict | None:
    """Drop file names such as ``logo@2x.png`` and domains whose labels cannot be."""
    found = _AT.search(value)
    if found is None:
        return None
    labels = value[found.end() :].lower().split(b".")
    if labels[-1] in _FILE_ENDINGS:
        return None
    if any(not label or label[:1] == b"-" or label[-1:] == b"-" for label in labels):
        return None
    return Verdict(0.0, len(value))
