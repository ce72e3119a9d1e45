"""Secrets whose structure can be opened: signed tokens and private keys.

Source of the rule: RFC 7515, RFC 7516, RFC 7519 (tokens); RFC 7468 and RFC 1421 (textual keys).
"""

from __future__ import annotations

import base64
import binascii
import json
import re

from sluicegate.detect.detector import Verdict

_BODY = re.compile(rb"[A-Za-z0-9+/]{16,}")
_ENOUGH = 6
"""Distinct characters that a key's body has at least; `xxxx` and `....` have one."""


def jwt(value: bytes) -> Verdict | None:
    """Decode the header: a token's header is a JSON object that names an algorithm."""
    header, _, rest = value.partition(b".")
    if not rest.strip(b"."):
        return None  # cut off with dots
    try:
        decoded = base64.urlsafe_b64decode(header + b"=" * (-len(header) % 4))
        claims = json.loads(decoded)
    except (binascii.Error, ValueError, RecursionError):
        # Cut, escaped or altered headers are still tokens to whoever can repair them.
        return Verdict(-0.2, len(value))
    return Verdict(0.0, len(value)) if isinstance(claims, dict) else None


def private_key(value: bytes) -> Verdict | None:
    """Drop headers without a body: documentation, error texts, placeholders."""
    after_header = value.split(b"-----", 2)[-1]
    bodies = _BODY.findall(after_header)
    if not any(len(set(body)) >= _ENOUGH for body in bodies):
        return None
    return Verdict(0.0, len(value))
