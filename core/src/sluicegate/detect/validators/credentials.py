"""Passwords beside a user name, and those that people write to each other.

Nobody writes an equals sign in a chat. What tells a password there is the word before it, its
place in the sentence, and its own look.
"""

from __future__ import annotations

import base64
import re

from sluicegate.detect.detector import Verdict
from sluicegate.detect.validators.looks import is_written
from sluicegate.detect.validators.placeholder import is_placeholder
from sluicegate.detect.validators.secret import (
    assigned_secret,
    drawn_secret,
    strong_password,
)
from sluicegate.detect.validators.states import STATES

_PARTICIPLE = re.compile(
    rb"(?i)[a-z]{3,}(?:ed|ing|able|ible|ful|less|ly|ous|ive|ten|ise[dr]|ize[dr])$"
)
"""How a word ends that says something about the password."""
_LOOPBACK = re.compile(
    rb"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|host|hostname)(?:[:/?]|$)"
)
_SIGN = re.compile(rb"[0-9@#$%^&*_+~!]")


def prose_password(value: bytes) -> Verdict | None:
    """Judge the word after "the password is": any that does not say how the password is."""
    plain = value.rstrip(b".,;:)]}?\\'\"")
    if len(plain) < 4 or is_placeholder(value) or plain.lower() in STATES:  # noqa: PLR2004
        return None
    if not _SIGN.search(plain):
        # A word: half of a sentence more often than a password.
        return None if _PARTICIPLE.match(plain) else Verdict(0.0, len(plain))
    verdict = strong_password(plain)
    return verdict and Verdict(0.25, verdict.length)


def prose_secret(value: bytes) -> Verdict | None:
    """Judge a long value a few words behind "API key" or "token"."""
    verdict = drawn_secret(value)
    return verdict if verdict and not is_written(value) else None


def passphrase(value: bytes) -> Verdict | None:
    """Judge several words: drawn ones are nouns and names, a sentence has its small words."""
    words = value.lower().split()
    small = sum(word in STATES for word in words)
    return Verdict(0.0, len(value)) if small <= len(words) // 4 else None


def url_password(value: bytes) -> Verdict | None:
    """Judge an address with ``user:password@``.

    The default of a database on the same machine, such as ``postgres:postgres@localhost``, is no
    secret.
    """
    userinfo, _, host = value.split(b"://", 1)[-1].rpartition(b"@")
    user, colon, secret = userinfo.partition(b":")
    if not colon:
        # A user name alone is none, unless it looks drawn: some services take a token there.
        return assigned_secret(user) and Verdict(0.0, len(value))
    if not secret or is_placeholder(secret):
        return None
    local = _LOOPBACK.match(host) and secret in (user, b"pass")
    return None if local else Verdict(0.0, len(value))


def user_password(value: bytes) -> Verdict | None:
    """Judge ``user:password`` as commands take it."""
    user, _, secret = value.strip(b"\"'").partition(b":")
    user, secret = user.strip(b"\"'"), secret.strip(b"\"'")
    if user.startswith(b"$") or value.replace(b":", b"").isdigit():
        return None
    if not secret:
        return strong_password(user) and Verdict(-0.2, len(value))
    return None if is_placeholder(secret) or secret == b"pass" else Verdict(0.0, len(value))


def header_value(value: bytes) -> Verdict | None:
    """Judge what follows ``Bearer``, ``Basic`` or ``Authorization:``."""
    verdict = assigned_secret(value)
    if verdict or is_placeholder(value):
        return verdict
    user, colon, _ = _decoded(value).partition(b":")
    return Verdict(0.1, len(value)) if colon and user.isascii() else None


def _decoded(value: bytes) -> bytes:
    """Decode ``user:password`` of RFC 7617; nothing if it is no Base64."""
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return b""
