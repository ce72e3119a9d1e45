"""Canonical bytes and digests: one way to turn a value into bytes, so that equal things sign equal.

Source of the rule: RFC 8785 (JSON Canonicalization Scheme).
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any, Final

import rfc8785

_EXACT: Final = 1 << 53
"""From here on integers are not the same number for every reader of JSON."""


def plain(value: object) -> Any:
    """Turn a model value into JSON types: dataclasses become objects, enums their values.

    Raises:
        TypeError: for a type that has no canonical form (bytes, sets, floats that are not finite).
    """
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_bytes(value: object) -> bytes:
    """Return the RFC 8785 form of ``value``. Integers beyond 2**53 are refused by the RFC.

    Raises:
        ValueError: a number or text has no such form.
        TypeError: as ``plain``.
    """
    try:
        return _written(value).encode()
    except UnicodeEncodeError:
        pass
    # here, since the codec's error holds the text
    raise rfc8785.CanonicalizationError("text that is no Unicode has no canonical form")


def _written(value: object) -> str:
    """Write a value in one walk: records and digests are made of hundreds of small values each.

    What is rare, or where the RFC has rules of its own (floats, large integers), is left to the
    library.
    """
    if isinstance(value, (str, int, float)) and not isinstance(value, enum.Enum):
        return _written_leaf(value)
    if value is None:
        return "null"
    if isinstance(value, (tuple, list)):
        return f"[{','.join(map(_written, value))}]"
    if isinstance(value, Mapping):
        return _written_object(value)
    return _written(plain(value))


def _written_leaf(value: str | float) -> str:
    if isinstance(value, str):
        return encode_basestring(value)  # whose seven short escapes are those of the RFC
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) is int and -_EXACT < value < _EXACT:
        return str(value)
    return rfc8785.dumps(value).decode()


def _written_object(value: Mapping[object, object]) -> str:
    named = {str(key): item for key, item in value.items()}
    # the RFC sorts by units of UTF-16, which differs from code points beyond the first plane only
    order = sorted(named) if all(map(str.isascii, named)) else sorted(named, key=_units)
    return f"{{{','.join([f'{encode_basestring(k)}:{_written(named[k])}' for k in order])}}}"


def _units(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical form, as ``sha256:<64 hex>``."""
    return "sha256:" + hashlib.sha256(canonical_bytes(value)).hexdigest()
