"""Paths of JSON documents: ``$`` and steps ``.name``, ``[0]`` and ``[*]``, as one tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sluicegate.errors import ConfigurationError

_STEP: Final = re.compile(r"\.([^.\[\]\s]+)|\[(0|[1-9][0-9]{0,8})\]|\[(\*)\]")


@dataclass(kw_only=True)
class Node:
    """What the paths that come this far want of a value."""

    path: str = ""
    """The path that ends here, if one does; then nothing goes further."""
    members: dict[str, Node] = field(default_factory=dict)
    items: dict[int, Node] = field(default_factory=dict)
    every: Node | None = None
    """For each item of an array."""


def read_paths(paths: Iterable[str]) -> Node:
    """Build the tree.

    Raises:
        ConfigurationError: a path cannot be read, or two of them would both decide over a value.
    """
    root = Node()
    for path in paths:
        node = root
        for name, place, every in _steps(path):
            if node.path:
                raise _contradiction(path, node.path)
            node = _next(node, path, name, place, every)
        if node.path or node.members or node.items or node.every:
            raise _contradiction(path, node.path or "another")
        node.path = path
    return root


def _steps(path: str) -> list[tuple[str, str, str]]:
    steps = _STEP.findall(path)
    if not path.startswith("$") or _STEP.sub("", path) != "$":
        raise ConfigurationError(
            f"the path {path!r} cannot be read", hint="write `$` and steps `.name`, `[0]` or `[*]`"
        )
    found: list[tuple[str, str, str]] = steps
    return found


def _next(node: Node, path: str, name: str, place: str, every: str) -> Node:
    if name:
        return node.members.setdefault(name, Node())
    if (every and node.items) or (place and node.every):
        raise _contradiction(path, "one with a place where this has `[*]`, or the other way")
    if every:
        node.every = node.every or Node()
        return node.every
    return node.items.setdefault(int(place), Node())


def _contradiction(path: str, other: str) -> ConfigurationError:
    return ConfigurationError(
        f"the path {path!r} and {other} would both decide over one value",
        hint="name each value by one path",
    )
