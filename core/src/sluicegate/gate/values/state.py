"""The state of an object as Python keeps it, asked of the slots themselves and of no method.

A class may override ``__dict__``, ``__getattribute__``, ``__repr__`` or ``items``; the descriptors
that CPython made for it tell the truth nevertheless.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Final

_HEAP: Final = 1 << 9
"""``Py_TPFLAGS_HEAPTYPE``: classes that are made while the program runs, all of Python's own."""
_WORD: Final = 8
_MARKS: Final = ("__dataclass_fields__", "__attrs_attrs__", "__pydantic_fields__")
"""What the classes of dataclasses, attrs and pydantic have."""


def state(value: object) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of all attributes that the instance itself holds."""
    for owner in _mro(type(value)):
        for name, descriptor in type.__dict__["__dict__"].__get__(owner).items():
            kind = type(descriptor)
            if kind is types.MemberDescriptorType:
                try:
                    yield name, descriptor.__get__(value)
                except AttributeError:
                    continue
            elif kind is types.GetSetDescriptorType and name == "__dict__":
                yield from _pairs(descriptor.__get__(value))


def is_record(kind: type) -> bool:
    """Tell whether instances are dataclasses or models of attrs or pydantic, and no more.

    All they hold is in their state: nothing below the root of their class tree is written in C.
    """
    spaces = [type.__dict__["__dict__"].__get__(owner) for owner in _mro(kind)[:-1]]
    if not any(mark in space for mark in _MARKS for space in spaces):
        return False
    return is_plain(kind)


def is_plain(kind: type) -> bool:
    """Tell whether all that an instance holds is in its state."""
    owners = _mro(kind)[:-1]
    if not all(type.__dict__["__flags__"].__get__(owner) & _HEAP for owner in owners):
        return False
    spaces = [type.__dict__["__dict__"].__get__(owner) for owner in owners]
    slots = sum(type(d) is types.MemberDescriptorType for s in spaces for d in s.values())
    # A word for each slot, one for the dictionary, one for weak references.
    most = object.__basicsize__ + _WORD * (slots + 2)
    return bool(type.__dict__["__basicsize__"].__get__(kind) <= most)


def defined_between(kind: type, base: type) -> Iterator[str]:
    """Yield the names that the classes from ``kind`` up to ``base`` define."""
    for owner in _mro(kind):
        if owner is base:
            return
        yield from type.__dict__["__dict__"].__get__(owner)


def _mro(kind: type) -> tuple[type, ...]:
    found: tuple[type, ...] = type.__dict__["__mro__"].__get__(kind)
    return found


def _pairs(attributes: Any) -> Iterator[tuple[str, Any]]:
    if issubclass(type(attributes), dict):
        for name, value in list(dict.items(attributes)):
            yield (name if type(name) is str else ""), value
