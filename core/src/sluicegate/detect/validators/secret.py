"""Secrets without a structure of their own: tokens, assigned values, passwords in prose."""

from __future__ import annotations

import math
import re
from collections import Counter

from sluicegate.detect.detector import Verdict
from sluicegate.detect.validators.placeholder import is_placeholder

_CODE = re.compile(
    rb"[A-Za-z_][\w.]*(?:\(|\[|->|::)|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|(?:~|\.{1,2})?/[\w.-]|\w+://"
)
"""A call, an index, a dotted name, a path or an address: code and configuration, not a secret."""
_TOKEN_ENTROPY = 2.8
_STATES = frozenset(
    b"required incorrect wrong invalid expired not too a an the case sensitive weak strong correct"
    b" valid missing empty being set reset changed stored hashed encrypted protected needed"
    b" also now only never always optional unknown known fine ok okay safe secure good bad short"
    b" long different same already still no longer sent hidden visible shown about to for in on"
    b" of and or if when that this it is was as by from with your my our their his her what"
    b" compromised leaked rejected accepted blank null none forgotten lost updated generated"
    b" one used unique default temporary disabled enabled mandatory checked verified there here"
    b" field prompt policy manager managers hint page link form very so must should can could"
    b" may might will would has had have does did do be been are were at you we they he she"
    b" something anything nothing everything someone unchanged available displayed"
    b" compliant important simple complex necessary obvious incorrectly supposed going".split()
)


def token(value: bytes) -> Verdict | None:
    """Drop documentation values of tokens whose form is enough otherwise."""
    if value.endswith(b"EXAMPLE") or is_placeholder(value):
        return None
    return Verdict(0.0, len(value)) if _entropy(value) > 1.5 else None  # noqa: PLR2004


def assigned_password(value: bytes) -> Verdict | None:
    """Judge what is assigned to a name such as ``password``: any word may be one."""
    value, whole = _trimmed(value), value
    if len(value) < 4 or is_placeholder(whole) or is_placeholder(value) or _CODE.match(value):  # noqa: PLR2004
        return None
    plain = value.lower() in _STATES
    return None if plain else Verdict(0.1 if _mixed(value) else 0.0, len(value))


def assigned_secret(value: bytes) -> Verdict | None:
    """Judge what is assigned to a name such as ``api_key``: it must look drawn, not written."""
    value, whole = _trimmed(value), value
    if len(value) < 8 or is_placeholder(whole) or is_placeholder(value) or _CODE.match(value):  # noqa: PLR2004
        return None
    drawn = _mixed_case(value) or any(chr(byte).isdigit() for byte in value)
    if not drawn or _entropy(value) < _TOKEN_ENTROPY:
        return None
    return Verdict(0.1 if len(value) >= 16 else 0.0, len(value))  # noqa: PLR2004


def prose_password(value: bytes) -> Verdict | None:
    """Judge the word after "the password is"."""
    value, whole = _trimmed(value), value
    if len(value) < 4 or is_placeholder(whole) or is_placeholder(value) or value.lower() in _STATES:  # noqa: PLR2004
        return None
    return Verdict(0.25 if _mixed(value) else 0.0, len(value))


def url_password(value: bytes) -> Verdict | None:
    """Judge an address with ``user:password@``; the user name and host do not matter."""
    userinfo = value.split(b"://", 1)[-1].rsplit(b"@", 1)[0]
    user, colon, secret = userinfo.partition(b":")
    if not colon:
        # A user name alone is none, unless it looks drawn: some services take a token there.
        return assigned_secret(user) and Verdict(-0.2, len(value))
    return Verdict(0.0, len(value)) if secret and not is_placeholder(secret) else None


def user_password(value: bytes) -> Verdict | None:
    """Judge ``user:password`` as commands take it."""
    user, _, secret = value.partition(b":")
    if is_placeholder(secret) or user.startswith(b"$") or value.replace(b":", b"").isdigit():
        return None
    return Verdict(0.0, len(value))


def _trimmed(value: bytes) -> bytes:
    """Leave out the punctuation that ends a sentence or a call."""
    return value.rstrip(b".,;:)]}!?\\")


def _mixed(value: bytes) -> bool:
    """Tell whether letters stand together with digits or signs, or case changes inside."""
    letters = any(chr(byte).isalpha() for byte in value)
    others = any(not chr(byte).isalpha() and byte not in b"-_." for byte in value)
    return (letters and others) or _mixed_case(value)


def _mixed_case(value: bytes) -> bool:
    inner = value[1:]
    return inner != inner.lower() and inner != inner.upper()


def _entropy(value: bytes) -> float:
    """Return bits per byte of the value's own distribution (Shannon)."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values())
