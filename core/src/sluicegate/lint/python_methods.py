"""What methods of ``str`` give for texts that are known, within bounds on work and size.

A file's author chooses all arguments, so nothing here may grow or run for long.
"""

from __future__ import annotations

import ast
import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

LONGEST: Final = 20_000
"""Characters of a text that is worked out."""
PURE: Final = frozenset(
    {
        "capitalize", "casefold", "format", "lower", "lstrip", "removeprefix", "removesuffix",
        "replace", "rstrip", "strip", "swapcase", "title", "upper",
    }
)  # fmt: skip
"""Methods whose result depends on their arguments alone."""
DECODERS: Final[Mapping[str, Callable[[str], bytes]]] = MappingProxyType(
    {
        "a2b_base64": binascii.a2b_base64,
        "a85decode": base64.a85decode,
        "b16decode": base64.b16decode,
        "b32decode": base64.b32decode,
        "b64decode": base64.b64decode,
        "b85decode": base64.b85decode,
        "fromhex": bytes.fromhex,
        "standard_b64decode": base64.b64decode,
        "unhexlify": binascii.unhexlify,
        "urlsafe_b64decode": base64.urlsafe_b64decode,
    }
)
_GROWTH: Final = 50
"""Times that a text may grow when parts of it are replaced."""
_FAULTS: Final = (TypeError, ValueError, LookupError, AttributeError)
_PLAIN_FIELDS: Final = re.compile(r"(?:[^{}]|\{\{|\}\}|\{\w*\})*")
_PLAIN_PERCENT: Final = re.compile(r"(?:[^%]|%%|%[sd])*")


def method(name: str, texts: Sequence[str], named: Mapping[str, str]) -> str | None:
    """Return what the method ``name`` of the first text gives; ``None`` if it is not worked out."""
    if sum(map(len, texts)) + sum(map(len, named.values())) > LONGEST:
        return None
    if name == "format" and not _PLAIN_FIELDS.fullmatch(texts[0]):
        return None
    if name == "replace" and (not texts[1:2] or len(texts[-1]) > len(texts[1]) * _GROWTH):
        return None
    try:
        result = getattr(texts[0], name)(*texts[1:], **named)
    except _FAULTS:
        return None
    return result if isinstance(result, str) else None


def percent(template: str, texts: Sequence[str]) -> str | None:
    """Return ``template % texts`` for a template with plain places."""
    if not _PLAIN_PERCENT.fullmatch(template):
        return None
    try:
        return template.replace("%d", "%s") % tuple(texts)
    except _FAULTS:
        return None


def decoded(name: str, text: str) -> str | None:
    """Return what the decoder ``name`` makes of a text, byte by byte."""
    try:
        return DECODERS[name](text).decode("latin-1")
    except (ValueError, TypeError):
        return None


def is_text(node: ast.expr) -> bool:
    """Tell whether an expression is a text, or puts one together."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (str, bytes))
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name in PURE or name in DECODERS or name in {"join", "reversed"}
    return isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Subscript))
