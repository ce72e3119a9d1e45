"""Examples without token-shaped strings in the repository: a tiny notation, expanded at load.

``{alnum:36}`` becomes 36 characters from letters and digits. The expansion depends only on the
text, so it is the same at every load and on every machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import string
from collections.abc import Callable

_ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "alpha": string.ascii_letters,
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "base32": string.ascii_uppercase + "234567",
    "hex": "0123456789abcdef",
    "digits": string.digits,
    "b64": string.ascii_letters + string.digits + "+/",
    "b64url": string.ascii_letters + string.digits + "-_",
    "dashes": "-",
    "x": "x",
}
_NOTATION = re.compile(r"\{(jwt|uuid|" + "|".join(_ALPHABETS) + r"):(\d{1,5})\}")


def expand(text: str) -> str:
    """Replace every ``{kind:count}`` of ``text``.

    ``{jwt:1}`` is a token that nobody signed, ``{uuid:1}`` an identifier.
    """
    count = 0

    def one(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        kind, size = match.group(1), int(match.group(2))
        seed = f"{count}:{text}"
        if kind in _MADE:
            return _MADE[kind](seed)
        return _letters(_ALPHABETS[kind], size, seed)

    return _NOTATION.sub(one, text)


def _letters(alphabet: str, size: int, seed: str) -> str:
    """Draw ``size`` characters from a stream of SHA-256 blocks."""
    drawn: list[str] = []
    block = 0
    while len(drawn) < size:
        digest = hashlib.sha256(f"{seed}:{block}".encode()).digest()
        drawn += [alphabet[byte % len(alphabet)] for byte in digest]
        block += 1
    return "".join(drawn[:size])


def _jwt(seed: str) -> str:
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": "0", "name": "example"}]
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return ".".join([*(text.decode() for text in texts), _letters(_ALPHABETS["b64url"], 43, seed)])


def _uuid(seed: str) -> str:
    digits = _letters(_ALPHABETS["hex"], 32, seed)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


_MADE: dict[str, Callable[[str], str]] = {"jwt": _jwt, "uuid": _uuid}
