"""Which connections a task uses, and whether it is one of our operators."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from sluicegate.lint.dag_calls import CONN_KEY
from sluicegate.lint.guarded import Guarded, shown

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
        if not set(vars(base)) <= _MAY_BE_OWN:
            return False
    return False


def guarded_uses(task: Any, guarded: Guarded) -> list[str]:
    """Return what a task uses of guarded connections, as an attribute and a name each.

    Values are looked at where they stand in the task: arguments of operators, of mapped ones, of
    Python functions, and templates. No method or property of the task is called.
    """
    found = dict.fromkeys(_uses(task, guarded)) if guarded else {}
    seen = {name for place, name in found if place != _GIVEN}
    return [f"{p} {shown(name)}" for p, name in found if p != _GIVEN or name not in seen]


def _uses(task: Any, guarded: Guarded) -> Iterator[tuple[str, str]]:
    for place, key, text in _texts(task):
        named = CONN_KEY.search(key) or place.startswith(("op_args", "op_kwargs"))
        if named and guarded.connection(text):
            yield place, text
        for name in guarded.connections_in(text):
            yield place, name
        if guarded.host_in(text):
            yield place, text


def _texts(task: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the attribute, the nearest key and each text that a task holds, within bounds."""
    kind: Any = getattr(task, "operator_class", None) or type(task)
    held = {**_class_level(kind), **_attributes(task)}
    waiting = [(str(name), str(name), value, 0) for name, value in held.items()]
    for _ in range(_MOST):
        if not waiting:
            return
        place, key, value, depth = waiting.pop()
        if isinstance(value, str):
            yield place, key, str.__str__(value)
        elif key not in _NOT_ENTERED and depth < _DEEPEST:
            waiting += ((place, k or key, v, depth + 1) for k, v in _parts(value))


@lru_cache(maxsize=256)
def _class_level(kind: Any) -> dict[str, Any]:
    """Return ids of connections that stand in the classes themselves."""
    return {
        name: value
        for base in reversed(kind.__mro__)
        for name, value in vars(base).items()
        if isinstance(value, str) and CONN_KEY.search(name) and not name.startswith("_")
    }


@lru_cache(maxsize=256)
def _slots(kind: Any) -> tuple[str, ...]:
    names = [name for base in kind.__mro__ for name in getattr(base, "__slots__", ())]
    return tuple(name for name in names if name.startswith(("partial", "expand")))


def _kind(task: Any) -> Any:
    return type(task)


def _attributes(task: Any) -> Mapping[str, Any]:
    own = getattr(task, "__dict__", {})
    slots = {name: getattr(task, name, None) for name in _slots(_kind(task))}
    return {n: v for n, v in {**slots, **own}.items() if n not in _NOT_ENTERED}


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield key and value of what ``value`` holds."""
    if isinstance(value, dict):
        yield from ((k if isinstance(k, str) else "", v) for k, v in dict.items(value))
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from (("", part) for part in value)
    elif not isinstance(value, type) and not callable(value):
        yield from getattr(value, "__dict__", {}).items()


def _is_ours(kind: type) -> bool:
    """Tell whether a class stands in one of our modules under its own name.

    Decorators do not count: what they make runs its author's code.
    """
    if not kind.__module__.startswith(_HOMES):
        return False
    module = sys.modules.get(kind.__module__)
    return getattr(module, kind.__name__, None) is kind
