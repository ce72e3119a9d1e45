"""Secrets in a DAG file: in its text, comments too, and in texts that it puts together."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sluicegate.lint.dag_facts import Place
from sluicegate.lint.python_constants import Constants
from sluicegate.lint.python_methods import is_text
from sluicegate.lint.text import Lines
from sluicegate.model.data import SECRET

if TYPE_CHECKING:
    from sluicegate.detect import Scanner

_SHORTEST: Final = 8
_MOST: Final = 400
_UNREAD: Final = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A text that the file puts together, with the name that it is given to."""

    text: str = field(repr=False)
    line: int
    column: int


def secrets_in(
    text: str, nodes: Sequence[ast.AST], constants: Constants, scanner: Scanner
) -> Iterator[Place]:
    """Yield the place of each secret; the secret itself is in none of them.

    What detectors need of the words around a value is kept: ``password = "…"``.
    """
    lines = Lines(text)
    for span in scanner.scan_text(text, advisory=False):
        line, column = lines.place(span.start)
        yield from _told(span.data_class, line, column, "")
    made = list(_made(text, nodes, constants))
    joined = "\n".join(one.text.replace("\n", " ") for one in made)
    rows = Lines(joined)
    for span in scanner.scan_text(joined, advisory=False):
        one = made[rows.place(span.start)[0] - 1]
        yield from _told(span.data_class, one.line, one.column, "put together from parts")


def _told(data_class: str, line: int, column: int, detail: str) -> Iterator[Place]:
    if data_class == SECRET:
        yield Place(line=line, column=column, rule="A102", detail=detail)
    elif data_class == _UNREAD:
        detail = "a part of it is too dense to be scanned"
        yield Place(line=line, column=column, rule="A105", detail=detail)


def _made(text: str, nodes: Sequence[ast.AST], constants: Constants) -> Iterator[_Made]:
    """Yield the texts whose characters do not stand in the file as they are."""
    names = _names(nodes)
    told: set[int] = set()
    count = 0
    for node in nodes:
        if id(node) in told or not isinstance(node, ast.expr) or not is_text(node):
            continue
        if not isinstance(node, ast.Constant):
            told.update(id(part) for part in ast.walk(node))
        for value in sorted(constants.of(node).texts):
            if len(value) >= _SHORTEST and value not in text and count < _MOST:
                count += 1
                name = names.get(id(node), "")
                shown = f'{name} = "{value}"' if name else value
                yield _Made(text=shown, line=node.lineno, column=node.col_offset + 1)


def _names(nodes: Sequence[ast.AST]) -> dict[int, str]:
    """Return the name by which each value is given: an argument's, a variable's, a key's."""
    found: dict[int, str] = {}
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg:
            found[id(node.value)] = node.arg
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[id(node.value)] = node.targets[0].id
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found[id(value)] = key.value[:64].replace("\n", " ")
    return found
