"""Changes every text within a value that is about to leave, and nothing else of its shape."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final

Change = Callable[[str, str], str]
"""Gets the name of the field that a text stands in, and the text; returns what stands for it."""

_DEPTH: Final = 64
_SMALLEST: Final = 10**8
_LARGEST: Final = 10**40
WITHHELD: Final = "{UNREAD}"
"""Stands for what lies too deep to be looked at."""


def with_texts(value: Any, change: Change, name: str = "", depth: int = 0) -> Any:
    """Return ``value`` with each of its texts changed: in containers, keys, and attributes.

    Args:
        value: Containers, text, numbers, and objects of classes made with attrs; an object of any
            other class stays as it is.
        change: What is done to each text. A number of nine digits or more is changed as text.
        name: Of the field that the value stands in.
        depth: How deep it lies.
    """
    if depth > _DEPTH:
        return WITHHELD
    if isinstance(value, str):
        return _text(value, change, name)
    if isinstance(value, (int, float)):
        return _number(value, change, name)
    if isinstance(value, dict):
        return {
            change("", k) if type(k) is str else k: with_texts(v, change, str(k), depth + 1)
            for k, v in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return _like(value, [with_texts(item, change, name, depth + 1) for item in value])
    return _with_attributes(value, change, depth)


def _number(value: float, change: Change, name: str) -> Any:
    if isinstance(value, bool) or not (_SMALLEST <= abs(value) < _LARGEST) or value % 1:
        return value
    text = str(int(value))
    changed = change(name, text)
    return value if changed == text else changed


def _text(value: str, change: Change, name: str) -> str:
    """Change a text; an enum of texts stays itself, unless something stands in it."""
    plain = str.__str__(getattr(value, "value", value))
    changed = change(name, plain)
    return value if changed == plain else changed


def _like(value: Any, items: list[Any]) -> Any:
    """Put a sequence together again; a named tuple becomes a plain one."""
    kind = next(k for k in (list, tuple, set, frozenset) if isinstance(value, k))
    return kind(items)


def _with_attributes(value: Any, change: Change, depth: int) -> Any:
    if not hasattr(type(value), "__attrs_attrs__"):
        return value
    changed = copy.copy(value)
    held = {a.name for a in type(value).__attrs_attrs__} | set(getattr(value, "__dict__", ()))
    for name in held:
        old = getattr(value, name, None)
        new = with_texts(old, change, name.strip("_"), depth + 1)
        if new is not old:
            object.__setattr__(changed, name, new)
    return changed
