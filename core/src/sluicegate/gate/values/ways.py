"""The ways through values of the types that Python brings along.

A method of the value itself is never asked, but for the text of an exception: it may lie, or do
something. Each way returns the value, or what stands for it where a text was changed.
"""

from __future__ import annotations

import collections
import enum
import pathlib
import re
import types
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sluicegate.gate.values import state
from sluicegate.gate.values.step import Step

if TYPE_CHECKING:
    from sluicegate.gate.values.walk import Walk

Handler = Callable[["Walk", Any, Step], Any]


def nothing(_: Walk, value: object, __: Step) -> object:
    """Look at nothing: such a value can hold no text."""
    return value


def text(walk: Walk, value: str, step: Step) -> object:
    """Look at a text, as its base type has it."""
    plain = str.__str__(value)
    walk.coded(plain, step)
    changed = walk.text(plain, step)
    return value if changed is plain else changed


def integer(walk: Walk, value: int, step: Step) -> object:
    """Look at an integer."""
    plain = int.__int__(value)
    changed = walk.number(plain, step)
    return value if changed is plain else changed


def real(walk: Walk, value: float, step: Step) -> object:
    """Look at a float."""
    plain = float.__float__(value)
    changed = walk.real(plain, step)
    return value if changed is plain else changed


def complex_number(walk: Walk, value: complex, step: Step) -> object:
    """Look at both parts."""
    walk.real(complex.__complex__(value).real, step)
    walk.real(complex.__complex__(value).imag, step)
    return value


def decimal(walk: Walk, value: Decimal, step: Step) -> object:
    """Look at a decimal, written without an exponent."""
    if not Decimal.is_finite(value):
        return value
    if not -1000 < Decimal.adjusted(value) < 1000:  # noqa: PLR2004
        return walk.cannot(value, step, "size")
    text = Decimal.__format__(value, "f")
    changed = walk.text(text, step)
    return value if changed is text else changed


def octets(walk: Walk, value: bytes, step: Step) -> object:
    """Look at what bytes stand for."""
    plain = bytes.__getitem__(value, slice(None))
    changed = walk.octets(plain, step)
    return value if changed == plain else changed


def byte_array(walk: Walk, value: bytearray, step: Step) -> object:
    """The same for bytes that can be changed."""
    plain = bytes(bytearray.__getitem__(value, slice(None)))
    changed = walk.octets(plain, step)
    return value if changed == plain else bytearray(changed)


def memory(walk: Walk, value: memoryview, step: Step) -> object:
    """The same for a view of bytes."""
    plain = value.tobytes()
    changed = walk.octets(plain, step)
    return value if changed == plain else memoryview(changed)


def list_of(walk: Walk, value: list[object], step: Step) -> object:
    """Go through a list."""

    def go() -> object:
        new, changed = walk.each(list.__iter__(value), step)
        return new if changed else value

    return walk.inside(value, step, go)


def deque_of(walk: Walk, value: collections.deque[object], step: Step) -> object:
    """Go through a deque."""

    def go() -> object:
        new, changed = walk.each(collections.deque.__iter__(value), step)
        return collections.deque(new, value.maxlen) if changed else value

    return walk.inside(value, step, go)


def tuple_of(walk: Walk, value: tuple[object, ...], step: Step) -> object:
    """Go through a tuple; a named one stays one."""

    def go() -> object:
        new, changed = walk.each(tuple.__iter__(value), step)
        # A named tuple stays one; no method of its own is called.
        return tuple.__new__(type(value), new) if changed else value

    return walk.inside(value, step, go)


def set_of(walk: Walk, value: set[object], step: Step) -> object:
    """Go through a set."""
    new, changed = walk.each(set.__iter__(value), step)
    return set(new) if changed else value


def frozenset_of(walk: Walk, value: frozenset[object], step: Step) -> object:
    """Go through a frozen set."""
    new, changed = walk.each(frozenset.__iter__(value), step)
    return frozenset(new) if changed else value


def mapping(walk: Walk, value: dict[object, object], step: Step) -> object:
    """Go through keys and values."""

    def go() -> object:
        new, changed = walk.pairs(dict.items(value), step)
        return dict(_distinct(new)) if changed else value

    return walk.inside(value, step, go)


def _distinct(pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Number the keys that redaction made equal, so that no value is lost."""
    seen: collections.Counter[Any] = collections.Counter()
    kept = []
    for key, value in pairs:
        seen[key] += 1
        kept.append((key if seen[key] == 1 else f"{key} {seen[key]}", value))
    return kept


def proxy(walk: Walk, value: types.MappingProxyType[object, object], step: Step) -> object:
    """Go through what a read-only view of a dictionary shows."""
    copy = types.MappingProxyType.copy(value)
    if not issubclass(type(copy), dict):
        return walk.cannot(value, step, "type")
    changed = walk.visit(copy, step)
    return value if changed is copy else types.MappingProxyType(changed)


def view(walk: Walk, value: Any, step: Step) -> object:
    """Go through the keys, values or items of a dictionary, or an array of numbers."""
    new, changed = walk.each(list(value), step)
    return new if changed else value


def spoken(walk: Walk, value: object, step: Step) -> object:
    """Go through what the type's own ``str`` gives: paths, addresses, patterns."""
    text = type(value).__str__(value)
    changed = walk.text(text, step)
    if changed is text:
        return value
    return type(value)(changed) if isinstance(value, pathlib.PurePath) else changed


def pattern(walk: Walk, value: re.Pattern[Any], step: Step) -> object:
    """Look at the text of a regular expression."""
    return _unchanged(walk, value, value.pattern, step)


def uuid_of(walk: Walk, value: uuid.UUID, step: Step) -> object:
    """Look at the bytes of a UUID if they may be text."""
    # Digits and letters of chance; but sixteen bytes may be text as well.
    data = value.bytes
    return _unchanged(walk, value, data, step) if data.isascii() else value


def range_of(walk: Walk, value: range, step: Step) -> object:
    """Look at both ends."""
    return _unchanged(walk, value, [value.start, value.stop], step)


def member(walk: Walk, value: enum.Enum, step: Step) -> object:
    """Look at what a member of an enum stands for."""
    held = [v for name, v in state.state(value) if name not in {"__objclass__", "_sort_order_"}]
    return _unchanged(walk, value, held, step)


def error(walk: Walk, value: BaseException, step: Step) -> object:
    """Go through an exception: arguments, causes, notes, attributes and its text."""

    def go() -> object:
        parts: list[object] = [BaseException.__dict__["args"].__get__(value)]
        parts += [BaseException.__dict__[n].__get__(value) for n in ("__cause__", "__context__")]
        parts += [v for _, v in state.state(value)]
        if issubclass(type(value), BaseExceptionGroup):
            parts += BaseExceptionGroup.__dict__["exceptions"].__get__(value)
        try:
            parts.append(str.__str__(str(value)))
        except Exception:  # noqa: BLE001  # what its text is nobody knows
            walk.cannot(value, step, "text")
        return _unchanged(walk, value, parts, step)

    return walk.inside(value, step, go)


def record(walk: Walk, value: object, step: Step) -> object:
    """Go through attributes; what has to be changed is changed in a copy."""

    def go() -> object:
        old = list(state.state(value))
        new, changed = walk.pairs(old, step)
        return _copied(value, old, new, walk, step) if changed else value

    return walk.inside(value, step, go)


def _copied(
    value: object,
    old: list[tuple[str, Any]],
    new: list[tuple[Any, Any]],
    walk: Walk,
    step: Step,
) -> object:
    copy = object.__new__(type(value))
    for (name, _), (changed, content) in zip(old, new, strict=True):
        if name != changed or not name:
            return walk.cannot(value, step, "type")
        object.__setattr__(copy, name, content)
    return copy


def _unchanged(walk: Walk, value: object, content: object, step: Step) -> object:
    """Look at ``content``; if it had to be changed, ``value`` cannot be had anew."""
    changed = walk.visit(content, Step(step, "", 0))
    return value if changed is content else walk.cannot(value, step, "type")


def with_attributes(handler: Handler) -> Handler:
    """Look at the attributes of a subclass's instance besides what its base holds."""

    def handle(walk: Walk, value: object, step: Step) -> object:
        changed = handler(walk, value, step)
        held = {name: item for name, item in state.state(value) if name}
        return changed if not held else _also(walk, value, changed, held, step)

    return handle


def _also(
    walk: Walk, value: object, changed: object, held: dict[str, object], step: Step
) -> object:
    """Copying the base keeps no attributes: they are looked at, and cannot be written anew."""
    if walk.visit(held, Step(step, "", 0)) is not held:
        return walk.cannot(value, step, "type")
    return changed


def unknown(walk: Walk, value: object, step: Step) -> object:
    """Look at the attributes of an object of a type that nobody knows; it is unread besides."""
    walk.cannot(value, step, "type")
    # What is written in C, such as a frame or a class, leads to all the rest of the program.
    return record(walk, value, step) if state.is_plain(type(value)) else value
