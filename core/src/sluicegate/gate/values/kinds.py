"""Which type is gone through in which way. Exact types first; of a subclass, its base's way.

A method of the value itself is never asked: it may lie, or do something. Where a subclass gives
out other data than it holds, by methods of its own, it is unread besides.
"""

from __future__ import annotations

import array
import collections
import datetime as dt
import enum
import fractions
import ipaddress
import pathlib
import re
import types
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sluicegate.gate.values import state
from sluicegate.gate.values.foreign import foreign_handler
from sluicegate.gate.values.step import Step

if TYPE_CHECKING:
    from sluicegate.gate.values.walk import Walk

Handler = Callable[["Walk", Any, Step], Any]

_SPEAKING: Final = frozenset(
    {
        "__class__", "__getattribute__", "__getitem__", "__getstate__", "__iter__",
        "__reduce__", "__reduce_ex__", "__str__", "get", "items", "keys", "values",
    }
)  # fmt: skip
"""Methods by which a subclass may give out other data than it holds."""


def _nothing(_: Walk, value: object, __: Step) -> object:
    return value


def _text(walk: Walk, value: str, step: Step) -> object:
    plain = str.__str__(value)
    walk.coded(plain, step)
    changed = walk.text(plain, step)
    return value if changed is plain else changed


def _integer(walk: Walk, value: int, step: Step) -> object:
    plain = int.__int__(value)
    changed = walk.number(plain, step)
    return value if changed is plain else changed


def _float(walk: Walk, value: float, step: Step) -> object:
    plain = float.__float__(value)
    changed = walk.real(plain, step)
    return value if changed is plain else changed


def _complex(walk: Walk, value: complex, step: Step) -> object:
    walk.real(complex.__complex__(value).real, step)
    walk.real(complex.__complex__(value).imag, step)
    return value


def _decimal(walk: Walk, value: Decimal, step: Step) -> object:
    if not Decimal.is_finite(value):
        return value
    if not -1000 < Decimal.adjusted(value) < 1000:  # noqa: PLR2004
        return walk.cannot(value, step, "size")
    text = Decimal.__format__(value, "f")
    changed = walk.text(text, step)
    return value if changed is text else changed


def _bytes(walk: Walk, value: bytes, step: Step) -> object:
    plain = bytes.__getitem__(value, slice(None))
    changed = walk.octets(plain, step)
    return value if changed == plain else changed


def _bytearray(walk: Walk, value: bytearray, step: Step) -> object:
    plain = bytes(bytearray.__getitem__(value, slice(None)))
    changed = walk.octets(plain, step)
    return value if changed == plain else bytearray(changed)


def _memory(walk: Walk, value: memoryview, step: Step) -> object:
    plain = value.tobytes()
    changed = walk.octets(plain, step)
    return value if changed == plain else memoryview(changed)


def _list(walk: Walk, value: list[object], step: Step) -> object:
    def go() -> object:
        new, changed = walk.each(list.__iter__(value), step)
        return new if changed else value

    return walk.inside(value, step, go)


def _deque(walk: Walk, value: collections.deque[object], step: Step) -> object:
    def go() -> object:
        new, changed = walk.each(collections.deque.__iter__(value), step)
        return collections.deque(new, value.maxlen) if changed else value

    return walk.inside(value, step, go)


def _tuple(walk: Walk, value: tuple[object, ...], step: Step) -> object:
    def go() -> object:
        new, changed = walk.each(tuple.__iter__(value), step)
        # A named tuple stays one; no method of its own is called.
        return tuple.__new__(type(value), new) if changed else value

    return walk.inside(value, step, go)


def _set(walk: Walk, value: set[object], step: Step) -> object:
    new, changed = walk.each(set.__iter__(value), step)
    return set(new) if changed else value


def _frozenset(walk: Walk, value: frozenset[object], step: Step) -> object:
    new, changed = walk.each(frozenset.__iter__(value), step)
    return frozenset(new) if changed else value


def _dict(walk: Walk, value: dict[object, object], step: Step) -> object:
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


def _proxy(walk: Walk, value: types.MappingProxyType[object, object], step: Step) -> object:
    copy = types.MappingProxyType.copy(value)
    if not issubclass(type(copy), dict):
        return walk.cannot(value, step, "type")
    changed = walk.visit(copy, step)
    return value if changed is copy else types.MappingProxyType(changed)


def _view(walk: Walk, value: Any, step: Step) -> object:
    new, changed = walk.each(list(value), step)
    return new if changed else value


def _spoken(walk: Walk, value: object, step: Step) -> object:
    """Go through what the type's own ``str`` gives: paths, addresses, patterns."""
    text = type(value).__str__(value)
    changed = walk.text(text, step)
    if changed is text:
        return value
    return type(value)(changed) if isinstance(value, pathlib.PurePath) else changed


def _pattern(walk: Walk, value: re.Pattern[Any], step: Step) -> object:
    return _unchanged(walk, value, value.pattern, step)


def _uuid(walk: Walk, value: uuid.UUID, step: Step) -> object:
    # Digits and letters of chance; but sixteen bytes may be text as well.
    data = value.bytes
    return _unchanged(walk, value, data, step) if data.isascii() else value


def _range(walk: Walk, value: range, step: Step) -> object:
    return _unchanged(walk, value, [value.start, value.stop], step)


def _enum(walk: Walk, value: enum.Enum, step: Step) -> object:
    held = [v for name, v in state.state(value) if name not in {"__objclass__", "_sort_order_"}]
    return _unchanged(walk, value, held, step)


def _error(walk: Walk, value: BaseException, step: Step) -> object:
    def go() -> object:
        parts: list[object] = [BaseException.__dict__["args"].__get__(value)]
        parts += [BaseException.__dict__[n].__get__(value) for n in ("__cause__", "__context__")]
        parts += [v for _, v in state.state(value) if not isinstance(v, BaseException)]
        parts += getattr(value, "exceptions", ()) if isinstance(value, BaseExceptionGroup) else ()
        try:
            parts.append(str.__str__(str(value)))
        except Exception:  # noqa: BLE001  # what its text is nobody knows
            walk.cannot(value, step, "text")
        return _unchanged(walk, value, parts, step)

    return walk.inside(value, step, go)


def _record(walk: Walk, value: object, step: Step) -> object:
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


def _with_attributes(handler: Handler) -> Handler:
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


def _unread(walk: Walk, value: object, step: Step) -> object:
    """Look at the attributes of an object of a type that nobody knows; it is unread besides."""
    walk.cannot(value, step, "type")
    return _record(walk, value, step)


_EXACT: Final[dict[type, Handler]] = {
    type(None): _nothing, bool: _nothing, type(...): _nothing, type(NotImplemented): _nothing,
    str: _text, int: _integer, float: _float, complex: _complex, Decimal: _decimal,
    bytes: _bytes, bytearray: _bytearray, memoryview: _memory,
    list: _list, tuple: _tuple, set: _set, frozenset: _frozenset, dict: _dict,
    collections.deque: _deque, collections.OrderedDict: _dict, collections.defaultdict: _dict,
    collections.Counter: _dict, types.MappingProxyType: _proxy, types.SimpleNamespace: _record,
    collections.UserDict: _record, collections.UserList: _record, collections.UserString: _record,
    collections.ChainMap: _record, fractions.Fraction: _record,
    type({}.keys()): _view, type({}.values()): _view, type({}.items()): _view, array.array: _view,
    uuid.UUID: _uuid, range: _range, re.Pattern: _pattern,
}  # fmt: skip
_BASES: Final[tuple[tuple[type, Handler], ...]] = (
    (enum.Enum, _enum), (BaseException, _error), (dt.date, _nothing), (dt.time, _nothing),
    (dt.timedelta, _nothing), (dt.tzinfo, _nothing), (str, _text), (int, _integer),
    (float, _float), (complex, _complex), (Decimal, _decimal), (bytes, _bytes),
    (bytearray, _bytearray), (list, _list), (tuple, _tuple), (set, _set), (frozenset, _frozenset),
    (dict, _dict), (collections.deque, _deque),
)  # fmt: skip
_TEXTS: Final = (
    pathlib.PosixPath, pathlib.WindowsPath, pathlib.PurePosixPath, pathlib.PureWindowsPath,
    ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network,
    ipaddress.IPv4Interface, ipaddress.IPv6Interface,
)  # fmt: skip
_OWN_WAY: Final = (enum.Enum, BaseException)
"""Bases whose subclasses are looked at as a whole."""


_KNOWN: Final[dict[int, tuple[type, Handler]]] = {
    **{id(kind): (kind, handler) for kind, handler in _EXACT.items()},
    **{id(kind): (kind, _spoken) for kind in _TEXTS},
}
"""By identity: a class of classes may have a hash and an equality that lie. A type that is kept
here cannot give its identity to another."""
_MOST: Final = 4096


def handler_of(kind: type) -> Handler:
    """Return the way through values of a type; unknown types are unread."""
    known = _KNOWN.get(id(kind))
    if known is not None:
        return known[1]
    handler = _handler(kind)
    if len(_KNOWN) < _MOST:
        _KNOWN[id(kind)] = (kind, handler)
    return handler


def _handler(kind: type) -> Handler:
    foreign = foreign_handler(kind)
    if foreign is not None:
        return _of_foreign(kind, *foreign)
    for base, handler in _BASES:
        if issubclass(kind, base):
            return _of_subclass(kind, base, handler)
    name = qualified(kind)
    return _record if state.is_record(kind) else _allowed_or(name, _unread)


def _of_subclass(kind: type, base: type, handler: Handler) -> Handler:
    if base in _OWN_WAY:
        return handler
    found = _with_attributes(handler)
    if base.__module__ != "datetime" and _SPEAKING & set(state.defined_between(kind, base)):
        return _allowed_or(qualified(kind), _two_faced(found))
    return found


def _of_foreign(kind: type, base: type, handler: Handler) -> Handler:
    """Trust the library's own types, and those that its types are made of."""
    if kind.__module__.partition(".")[0] == base.__module__.partition(".")[0]:
        return handler
    return _allowed_or(qualified(kind), _two_faced(handler))


def _two_faced(handler: Handler) -> Handler:
    def handle(walk: Walk, value: object, step: Step) -> object:
        walk.cannot(value, step, "methods")
        return handler(walk, value, step)

    return handle


def _allowed_or(name: str, handler: Handler) -> Handler:
    def handle(walk: Walk, value: object, step: Step) -> object:
        return value if name in walk.allowed else handler(walk, value, step)

    return handle


def qualified(kind: type) -> str:
    """Return ``module.Class`` as the class object itself keeps it."""
    space = type.__dict__["__dict__"].__get__(kind)
    return f"{space.get('__module__', '')}.{type.__dict__['__qualname__'].__get__(kind)}"
