"""Secrets without a structure of their own: tokens, and values assigned to a telling name.

The name is half of the evidence. The other half is how the value looks: a key is drawn at random,
so words and paths are none; a password may be any word, so only code, references to variables and
placeholders are none.
"""

from __future__ import annotations

import re

from sluicegate.detect.detector import Verdict
from sluicegate.detect.validators.looks import has_run, is_uuid, is_written, relative_entropy
from sluicegate.detect.validators.placeholder import is_blank, is_placeholder
from sluicegate.detect.validators.states import STATES

_PATH = re.compile(rb"(?:~|\.{1,2})?/[\w.-]+/")
_CODE = re.compile(
    _PATH.pattern + rb"|@?[A-Za-z_][\w.]*(?:\(|\[|->|::|\{)|[A-Za-z_]+(?:\.[A-Za-z_]+)+$|\w+://"
    rb"|[A-Za-z_]\w*\.(?:\w+\.)*(?:_?[A-Z]+(?:_[A-Z]+)+|[a-z]+(?:_[a-z]+)+|(?:[A-Z][a-z]{2,}){2,})$"
    rb"|_?[A-Z]+(?:_[A-Z]+)+$|[\w.]*(?:Private|Public)Key$"
    rb"|[(\[{<]|[:@!&*?][A-Za-z_-]*$|new\s|await\s|lambda\b|-{1,2}[a-z]"
)
"""A call, an index, a dotted name, a constant, a path, a parameter or a tag: code, not a secret."""
_NAME = re.compile(
    rb"(?i)[A-Za-z_.-]*?(?:pass(?:word|wd|phrase|code)?s?|pwd?|secrets?|tokens?|key|str|string"
    rb"|field|input|value|param|arg|hash|wort|none|nil)$"
)
"""A name of code that says itself what it holds."""
_LABEL = re.compile(
    rb"(?i)(?<![a-z])(?:passwor[dt]|mot de passe|kennwort|contrase(?:n|ny|\xc3\xb1)a|senha|parola"
    rb"|wachtwoord|(?:s|\xc5\x9f|\xc5\x9e)ifre|has(?:l|\xc5\x82)o|heslo|l(?:o|\xc3\xb6)senord|adgangskode"
    rb"|passord|salasana|jelsz(?:o|\xc3\xb3)|\xd0[\x9f\xbf]\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c"
    rb"|\xe5\xaf\x86\xe7(?:\xa0\x81|\xa2\xbc)|\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf\xe3\x83\xbc\xe3\x83\x89"
    rb"|\xeb\xb9\x84\xeb\xb0\x80\xeb\xb2\x88\xed\x98\xb8)(?![a-z])"
)
"""What a password is called, in texts of an interface and their translations."""
_IDENTIFIER = re.compile(rb"[A-Za-z_]+$")
_LETTERS = rb"A-Za-z\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\xff"
_LETTER, _OTHER = re.compile(rb"[" + _LETTERS + rb"]"), re.compile(rb"[^" + _LETTERS + rb"_. -]")
"""Letters of Latin-1, and what is neither one nor joins words."""
_DIGIT = re.compile(rb"[0-9]")
_SIGNED = b"/aws4_request"
"""The end of what a request names as its credential beside its signature (AWS, version 4)."""
_LONG_VALUE = 16
_STRICT_LENGTH = 20
_TYPED_LENGTH = 10


def token(value: bytes) -> Verdict | None:
    """Drop documentation values of tokens whose form is enough otherwise."""
    return None if value.endswith(b"EXAMPLE") or is_blank(value) else Verdict(0.0, len(value))


def assigned_password(value: bytes) -> Verdict | None:
    """Judge what is assigned to a name such as ``password`` without quotes: any word may be one."""
    value, whole = _trimmed(value), value
    if _CODE.match(value) or (_IDENTIFIER.match(value) and _NAME.match(value)):
        return None
    return quoted_password(value) if not is_placeholder(whole) else None


def quoted_password(value: bytes) -> Verdict | None:
    """Judge what stands in quotes behind a name such as ``password``."""
    bare = value.strip(b" :*")
    if len(bare) < 4 or is_placeholder(bare) or bare.lower() in STATES:  # noqa: PLR2004
        return None
    if _NAME.match(value) or bare[:1] in b"({[<" or b"://" in value:
        return None
    if _PATH.match(value) or (not _DIGIT.search(value) and _LABEL.search(value)):
        return None
    words = value.lower().split()
    if len(words) > 1 and _is_sentence(words):
        return None
    return Verdict(0.1 if _mixed(value) else 0.0, len(value))


def strong_password(value: bytes) -> Verdict | None:
    """Judge a value whose place says little: only one of several kinds of characters counts."""
    verdict = None if has_run(value) else assigned_password(value)
    return verdict if verdict and _mixed(value[: verdict.length]) else None


def assigned_secret(value: bytes) -> Verdict | None:
    """Judge what is assigned to a name such as ``api_key``: it must look drawn, not written."""
    value, whole = _trimmed(value), value
    if len(value) < 8 or is_placeholder(whole) or _CODE.match(value):  # noqa: PLR2004
        return None
    if value != whole and is_placeholder(value):
        return None
    if value.isdigit() or value.endswith(_SIGNED) or has_run(value) or not _drawn(value):
        return None
    return Verdict(0.1 if len(value) >= _LONG_VALUE else 0.0, len(value))


def drawn_secret(value: bytes) -> Verdict | None:
    """Judge a value whose name says little: long, of letters and digits, and no identifier."""
    verdict = assigned_secret(value)
    if verdict is None or verdict.length < _STRICT_LENGTH or is_uuid(value[: verdict.length]):
        return None
    return verdict if _has_digit_and_letter(value[: verdict.length]) else None


def _drawn(value: bytes) -> bool:
    """Tell whether ``value`` looks drawn at random."""
    if is_uuid(value):
        return True
    # Someone may have typed a key: one piece of letters with digits at its end.
    typed = len(value) >= _TYPED_LENGTH and value.isalnum() and _has_digit_and_letter(value)
    mixed = _mixed_case(value) or _has_digit_and_letter(value) or len(value) >= _LONG_VALUE
    drawn = mixed and relative_entropy(value) > 0.6  # noqa: PLR2004  # of what it could have
    if typed == drawn:
        return drawn
    return typed if is_written(value) else drawn


def _is_sentence(words: list[bytes]) -> bool:
    """Tell whether the words belong to a sentence about passwords."""
    clean = [word.strip(b".,:;!?'\"()") for word in words]
    small = sum(word in STATES for word in clean)
    return 2 * small >= len(words) or any(b"passw" in word for word in clean)


def _trimmed(value: bytes) -> bytes:
    """Leave out the punctuation that ends a sentence or a call."""
    return value.rstrip(b".,;:)]}?\\'\"")


def _mixed(value: bytes) -> bool:
    """Tell whether letters stand together with digits or signs, or case changes inside."""
    return bool(_LETTER.search(value) and _OTHER.search(value)) or _mixed_case(value)


def _mixed_case(value: bytes) -> bool:
    inner = value[1:]
    return inner != inner.lower() and inner != inner.upper()


def _has_digit_and_letter(value: bytes) -> bool:
    return bool(_DIGIT.search(value) and _LETTER.search(value))
