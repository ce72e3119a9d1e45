"""Placeholders: what stands where a secret would stand."""

from __future__ import annotations

import re
import string

from sluicegate.detect.validators.looks import LOOKED_AT

_REFERENCE = re.compile(
    rb"\$\{|\$\(|\{\{|\$\{\{|<[A-Za-z_ %$]|%\(|%[A-Za-z_]+%$|%[sdvq]$|\$[A-Za-z_]{2,}$|\$env:|#\{"
    rb"|\{[A-Za-z_.]+\}?$|\{\d?\}$|\[[A-Za-z_ -]+\]$|\$[0-9]$|__[A-Za-z_]+__$|@[A-Za-z_]+@$"
    rb"|process\.env|os\.(?:environ|getenv)|System\.getenv|ENV\[|env\.|secrets\.|var\.|local\."
    rb"|(?i:vault:|ref\+|arn:aws|op://|ssm:|file:|secret://|env://|!(?:vault|ref|sub|secret)\b)"
)
_LABELS = re.compile(rb"(?:\[[A-Za-z_ -]{1,40}\]){1,9}[.,;:)\]}!?\\\"]*$")
"""What redaction leaves behind, so that a masked text is not found again."""
_WORDS = frozenset(
    b"changeme change_me change-me changeit changethis example sample placeholder redacted masked"
    b" hidden todo tbd none null nil undefined true false yes no string str int bool required"
    b" optional password passwd pwd secret token value default empty unknown secretkey apikey"
    b" api_key yourpassword your_password mypassword my_password supersecret removed filtered"
    b" omitted protected private public unchanged n/a test testing dummy foo bar foobar user"
    b" username object number boolean text varchar".split()
)
_MARK = re.compile(
    rb"(?i)(?:^|[^a-z])(?:example|placeholder|changeme|dummy|redacted|your|insert|replace)(?:[^a-z]|$)"
)
_WEAK_MARK = re.compile(
    rb"(?i)(?:^|[^a-z])(?:change[_-]?(?:me|this)|fake|sample|my[_-](?:secret|token|password|key|api)"
    rb"|goes[_-]here|(?:token|key)[_-]?here|todo|fixme)(?:[^a-z]|$)"
)
"""Words that a drawn token may hold by chance, or a test's token on purpose."""
_BLANK = re.compile(rb"(?i)x{5,}|\*{3,}|\.{3,}|#{4,}|_{6,}|(?:\xe2\x80[\xa2\xa6]){2}")
_SOLID = frozenset(string.ascii_lowercase.encode() + string.digits.encode())
_REPEATED = re.compile(rb"(?i)(.)\1{7,}")


def is_blank(value: bytes) -> bool:
    """Tell whether a token of a sure form is filled with what documentation fills in.

    Repeated letters alone are no sign: tests and manuals use them in tokens that work.
    """
    head = value[:LOOKED_AT]
    return bool(_MARK.search(head) or _BLANK.search(head)) or len(set(head.lower())) < 4  # noqa: PLR2004


def is_placeholder(value: bytes) -> bool:
    """Tell whether ``value`` only keeps the place of a secret.

    Such are references to variables, words such as ``changeme``, and filler such as ``xxxx``.
    """
    if _REFERENCE.match(value) or _LABELS.match(value) or value.lower() in _WORDS:
        return True
    head = value[:LOOKED_AT]
    solid = set(head.lower()) & _SOLID
    if len(solid) < 2:  # noqa: PLR2004  # one character over and over
        return True
    marked = _MARK.search(head) or _WEAK_MARK.search(head)
    return bool(marked or _BLANK.search(head) or _REPEATED.search(head))
