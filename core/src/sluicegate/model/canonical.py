"""Canonical bytes and digests: one way to turn a value into bytes, so that equal things sign equal.

Source of the rule: RFC 8785 (JSON Canonicalization Scheme).
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785


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
    """Return the RFC 8785 form of ``value``. Integers beyond 2**53 are refused by the RFC."""
    return rfc8785.dumps(plain(value))


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical form, as ``sha256:<64 hex>``."""
    return "sha256:" + hashlib.sha256(canonical_bytes(value)).hexdigest()
