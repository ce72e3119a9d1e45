"""Which connections a task uses, and whether it is one of our operators."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from types import FunctionType
from typing import Any, Final

from sluicegate.lint.dag_calls import CONN_KEY
from sluicegate.lint.guarded import Guarded, shown

Classes = dict[int, tuple[tuple[str, str], ...]]
"""Ids of connections in classes, by what ``id`` says of each: a class may lie about equality.

Kept for one DAG only, whose tasks keep the classes alive: the code of the next may change them.
"""
_HOMES: Final = ("airflow_provider_sluicegate.operators.", "airflow_provider_sluicegate.sensors.")
_DEEPEST: Final = 6
_MOST: Final = 5000
_NOT_ENTERED: Final = frozenset(
    {
        "dag", "_dag", "task_group", "_task_group", "upstream_task_ids", "downstream_task_ids",
        "inlets", "outlets", "task_id", "group_id", "tags", "doc", "doc_md", "doc_json",
        "doc_yaml", "doc_rst", "owner", "pool", "queue", "_log", "logger", "output",
    }
)  # fmt: skip
"""Attributes that hold the DAG itself, other tasks, or labels."""
_HOLD_NOTHING: Final = frozenset(
    map(id, (type(None), bool, int, float, datetime, timedelta, FunctionType))
)
"""Types, by what ``id`` says of each, whose values are no text, and are not looked into."""
_GIVEN: Final = "_BaseOperator__init_kwargs"
"""Where Airflow keeps what a task was made with; told only where no attribute tells it."""
_MAY_BE_OWN: Final = frozenset(
    {
        "__abstractmethods__", "__annotations__", "__doc__", "__firstlineno__", "__init__",
        "__module__", "__orig_bases__", "__parameters__", "__qualname__", "__static_attributes__",
        "_abc_impl", "custom_operator_name", "operator_extra_links", "template_ext",
        "template_fields", "template_fields_renderers", "ui_color", "ui_fgcolor",
    }
)  # fmt: skip
"""What a class derived from one of ours may say itself, and still be ours."""


def is_gate(task: Any) -> bool:
    """Tell whether a task is one of our operators, and does what they do.

    A name proves nothing, and neither does a base class: one that overrides ``execute`` reads what
    it wants.
    """
    kind = getattr(task, "operator_class", None) or type(task)
    for base in kind.__mro__:
        if _is_ours(base):
            own = vars(task) if isinstance(task, base) else {}
            return not any(callable(getattr(base, name, None)) for name in own)
        if not vars(base).keys() <= _MAY_BE_OWN:
            return False
    return False


def guarded_uses(task: Any, guarded: Guarded, classes: Classes | None = None) -> list[str]:
    """Return what a task uses of guarded connections, as an attribute and a name each.

    Values are looked at where they stand in the task: arguments of operators, of mapped ones, of
    Python functions, and templates. No method or property of the task is called.

    Args:
        task: An operator, mapped or not.
        guarded: What may be read through the gate alone.
        classes: What was seen of the classes of other tasks of the same DAG.
    """
    if not guarded:
        return []
    found = dict.fromkeys(_uses(task, guarded, {} if classes is None else classes))
    seen = {name for place, name in found if place != _GIVEN}
    return [f"{p} {shown(name)}" for p, name in found if p != _GIVEN or name not in seen]


def _uses(task: Any, guarded: Guarded, classes: Classes) -> Iterator[tuple[str, str]]:
    for place, key, text in _texts(task, classes):
        named = _holds_id(key) or place.startswith(("op_args", "op_kwargs"))
        if named and guarded.connection(text):
            yield place, text
        for name in guarded.connections_in(text):
            yield place, name
        if guarded.host_in(text):
            yield place, text


@lru_cache(maxsize=1024)
def _holds_id(key: str) -> bool:
    return CONN_KEY.search(key) is not None


def _texts(task: Any, classes: Classes) -> Iterator[tuple[str, str, str]]:
    """Yield the attribute, the nearest key and each text that a task holds, within bounds."""
    waiting = [(name, name, value, 0) for name, value in _held(task, classes)]
    for _ in range(_MOST):
        if not waiting:
            return
        place, key, value, depth = waiting.pop()
        if isinstance(value, str):
            yield place, key, str.__str__(value)
        elif key not in _NOT_ENTERED and depth < _DEEPEST:
            for k, v in _parts(value):
                if id(type(v)) not in _HOLD_NOTHING:
                    waiting.append((place, k or key, v, depth + 1))


def _held(task: Any, classes: Classes) -> Iterator[tuple[str, Any]]:
    """Yield the attributes of a task, and ids of connections that stand in its classes."""
    kind: Any = getattr(task, "operator_class", None) or type(task)
    own = getattr(task, "__dict__", {})
    for name, value in _class_level(kind, classes).items():
        if name not in own:
            yield name, value
    for name in _slots(type(task)):
        yield name, getattr(task, name, None)
    for key, value in own.items():
        if id(type(value)) not in _HOLD_NOTHING:
            name = _plain(key)
            if name not in _NOT_ENTERED:
                yield name, value


def _class_level(kind: Any, classes: Classes) -> dict[str, Any]:
    """Return ids of connections that stand in the classes themselves."""
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        if (known := classes.get(id(base))) is None:
            known = classes[id(base)] = tuple(_ids_in(base))
        if known:
            found.update(known)
    return found


def _ids_in(base: type) -> Iterator[tuple[str, str]]:
    for name, value in vars(base).items():
        if isinstance(value, str) and not name.startswith("_") and _holds_id(name):
            yield name, value


def _slots(kind: type) -> Iterator[str]:
    """Yield where a mapped operator keeps what its tasks are made with."""
    for base in kind.__mro__:
        for name in vars(base).get("__slots__", ()):
            if name.startswith(("partial", "expand")):
                yield name


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield key and value of what ``value`` holds."""
    if isinstance(value, dict):
        yield from ((_plain(k), v) for k, v in dict.items(value))
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from (("", part) for part in value)
    elif not isinstance(value, type) and not callable(value):
        yield from ((_plain(k), v) for k, v in getattr(value, "__dict__", {}).items())


def _plain(key: Any) -> str:
    """Return a key as it is; one of a derived type may say that it equals another."""
    if type(key) is str:
        return key
    return str.__str__(key) if isinstance(key, str) else ""


def _is_ours(kind: type) -> bool:
    """Tell whether a class stands in one of our modules under its own name.

    Decorators do not count: what they make runs its author's code.
    """
    if not kind.__module__.startswith(_HOMES):
        return False
    module = sys.modules.get(kind.__module__)
    return getattr(module, kind.__name__, None) is kind
