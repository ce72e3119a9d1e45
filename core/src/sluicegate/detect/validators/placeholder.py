"""Placeholders: what stands where a secret would stand."""

from __future__ import annotations

import itertools
import re
import string

from sluicegate.detect.validators.looks import LOOKED_AT

_REFERENCE = re.compile(
    rb"\$\{|\$\(|\{\{|\$\{\{|<[A-Za-z_ %$]|%\(|%[A-Za-z_]+%$|%[sdvq]$|\$[A-Za-z_]{2,}-?$|\$env:|#\{"
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
    b" username object number boolean text varchar bytes auth credentials"
    b" latin1 latin-1 ascii utf8 utf-8 await async function".split()
)
_MARK = re.compile(
    rb"(?:^|[^a-z])(?:example|placeholder|changeme|dummy|redacted|your|insert|replace)(?:[^a-z]|$)"
)
_WEAK_MARK = re.compile(
    rb"(?:^|[^a-z])(?:change[_-]?(?:me|this)|fake|sample|my[_-](?:secret|token|password|key|api)"
    rb"|goes[_-]here|(?:token|key)[_-]?here|todo|fixme)(?:[^a-z]|$)"
)
"""Words that a drawn token may hold by chance, or a test's token on purpose. Over small letters."""
_MARKS = (
    b"example",
    b"placeholder",
    b"change",
    b"dummy",
    b"redacted",
    b"your",
    b"insert",
    b"replace",
)
_WEAK_MARKS = (b"change", b"fake", b"sample", b"my", b"here", b"todo", b"fixme")
"""One of these stands in every mark. Looked for first: most values hold none."""
_BULLETS = tuple(
    b"\xe2\x80%c\xe2\x80%c" % pair for pair in itertools.product(b"\xa2\xa6", repeat=2)
)
_BLANKS = (b"xxxxx", b"***", b"...", b"####", b"______", *_BULLETS)
_SOLID = frozenset(string.ascii_lowercase.encode() + string.digits.encode())
_REPEATED = re.compile(rb"(.)\1{7,}")


def is_blank(value: bytes) -> bool:
    """Tell whether a token of a sure form is filled with what documentation fills in.

    Repeated letters alone are no sign: tests and manuals use them in tokens that work.
    """
    head = value[:LOOKED_AT].lower()
    return _is_marked(head) or _holds(head, _BLANKS) or len(set(head)) < 4  # noqa: PLR2004


def is_placeholder(value: bytes) -> bool:
    """Tell whether ``value`` only keeps the place of a secret.

    Such are references to variables, words such as ``changeme``, and filler such as ``xxxx``.
    """
    if _REFERENCE.match(value) or _LABELS.match(value) or value.lower() in _WORDS:
        return True
    head = value[:LOOKED_AT].lower()
    if len(set(head) & _SOLID) < 2:  # noqa: PLR2004  # one character over and over
        return True
    weak = _holds(head, _WEAK_MARKS) and _WEAK_MARK.search(head)
    return bool(weak or _is_marked(head) or _holds(head, _BLANKS) or _REPEATED.search(head))


def _is_marked(head: bytes) -> bool:
    return _holds(head, _MARKS) and _MARK.search(head) is not None


def _holds(head: bytes, words: tuple[bytes, ...]) -> bool:
    return any(word in head for word in words)
