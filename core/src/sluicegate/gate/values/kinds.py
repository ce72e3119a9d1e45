"""Which type is gone through in which way. Exact types first; of a subclass, its base's way.

Where a subclass gives out other data than it holds, by methods of its own, it is unread besides.
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
import sys
import types
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from sluicegate.gate.values import state, ways
from sluicegate.gate.values.foreign import foreign_handler
from sluicegate.gate.values.step import Step
from sluicegate.gate.values.ways import Handler

if TYPE_CHECKING:
    from sluicegate.gate.values.walk import Walk

_SPEAKING: Final = frozenset(
    {
        "__class__", "__getattribute__", "__getitem__", "__getstate__", "__iter__",
        "__reduce__", "__reduce_ex__", "__str__", "get", "items", "keys", "values",
    }
)  # fmt: skip
"""Methods by which a subclass may give out other data than it holds."""


_EXACT: Final[dict[type, Handler]] = {
    type(None): ways.nothing,
    bool: ways.nothing,
    type(...): ways.nothing,
    type(NotImplemented): ways.nothing,
    str: ways.text,
    int: ways.integer,
    float: ways.real,
    complex: ways.complex_number,
    Decimal: ways.decimal,
    bytes: ways.octets,
    bytearray: ways.byte_array,
    memoryview: ways.memory,
    list: ways.list_of,
    tuple: ways.tuple_of,
    set: ways.set_of,
    frozenset: ways.frozenset_of,
    dict: ways.mapping,
    collections.deque: ways.deque_of,
    collections.OrderedDict: ways.mapping,
    collections.defaultdict: ways.mapping,
    collections.Counter: ways.mapping,
    types.MappingProxyType: ways.proxy,
    types.SimpleNamespace: ways.record,
    collections.UserDict: ways.record,
    collections.UserList: ways.record,
    collections.UserString: ways.record,
    collections.ChainMap: ways.record,
    fractions.Fraction: ways.record,
    type({}.keys()): ways.view,
    type({}.values()): ways.view,
    type({}.items()): ways.view,
    array.array: ways.view,
    uuid.UUID: ways.uuid_of,
    range: ways.range_of,
    re.Pattern: ways.pattern,
}
_BASES: Final[tuple[tuple[type, Handler], ...]] = (
    (enum.Enum, ways.member),
    (BaseException, ways.error),
    (dt.date, ways.nothing),
    (dt.time, ways.nothing),
    (dt.timedelta, ways.nothing),
    (dt.tzinfo, ways.nothing),
    (str, ways.text),
    (int, ways.integer),
    (float, ways.real),
    (complex, ways.complex_number),
    (Decimal, ways.decimal),
    (bytes, ways.octets),
    (bytearray, ways.byte_array),
    (list, ways.list_of),
    (tuple, ways.tuple_of),
    (set, ways.set_of),
    (frozenset, ways.frozenset_of),
    (dict, ways.mapping),
    (collections.deque, ways.deque_of),
)
_TEXTS: Final = (
    pathlib.PosixPath, pathlib.WindowsPath, pathlib.PurePosixPath, pathlib.PureWindowsPath,
    ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network,
    ipaddress.IPv4Interface, ipaddress.IPv6Interface,
)  # fmt: skip
_OWN_WAY: Final = (enum.Enum, BaseException)
"""Bases whose subclasses are looked at as a whole."""


_KNOWN: Final[dict[int, tuple[type, Handler]]] = {
    **{id(kind): (kind, handler) for kind, handler in _EXACT.items()},
    **{id(kind): (kind, ways.spoken) for kind in _TEXTS},
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
    return ways.record if state.is_record(kind) else _allowed_or(name, ways.unknown)


def _of_subclass(kind: type, base: type, handler: Handler) -> Handler:
    if base in _OWN_WAY:
        return handler
    found = ways.with_attributes(handler)
    if base.__module__ != "datetime" and _SPEAKING & set(state.defined_between(kind, base)):
        return _allowed_or(qualified(kind), _two_faced(found))
    return found


def _of_foreign(kind: type, base: type, handler: Handler) -> Handler:
    """Trust the library's own types, and those that its types are made of."""
    module, _, name = qualified(kind).rpartition(".")
    own = module.partition(".")[0] == base.__module__.partition(".")[0]
    if own and getattr(sys.modules.get(module), name, None) is kind:
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
    module = type.__dict__["__module__"].__get__(kind)
    return f"{module}.{type.__dict__['__qualname__'].__get__(kind)}"
