"""The digits of a value, without what separates them."""

from __future__ import annotations

import string

_OTHERS = bytes(byte for byte in range(256) if byte not in string.digits.encode())


def digits_of(value: bytes) -> str:
    """Return the ASCII digits of ``value`` in their order."""
    return value.translate(None, _OTHERS).decode("ascii")
