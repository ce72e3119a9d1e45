"""SQL in Python files, found in the syntax tree. The file is neither imported nor run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Final

from sluicegate.lint.python_names import OPERATOR, REQUEST, Kind, Names
from sluicegate.lint.python_strings import Source, Text
from sluicegate.lint.python_tree import parse_python
from sluicegate.lint.reading import MAX_SQL
from sluicegate.lint.text import Statement, Unseen

_NAMED: Final = re.compile(rf"{OPERATOR}|{REQUEST}".encode())
_CALLED: Final = re.compile(rb"\.\s*(?:extract|preview)\s*\(")
_UNWRAPPED: Final = frozenset({"dedent", "cleandoc"})
_DEEPEST: Final = 200
_MOST_PARTS: Final = 2000
_TOO_MANY: Final = "the statement is put together from too many parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFile:
    """A path of a ``.sql`` file that the operator renders."""

    path: str
    offset: int
    anchors: tuple[int, ...] = ()
    source: str | None = None


@dataclass(slots=True, kw_only=True)
class PythonSql:
    """What a Python file holds."""

    statements: list[Statement] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    files: list[TemplateFile] = field(default_factory=list)


def concerns(data: bytes) -> bool:
    """Tell whether a Python file may hold a guarded extract at all."""
    return bool(_NAMED.search(data) or (b"sql" in data and _CALLED.search(data)))


def find_sql(text: str) -> PythonSql:
    """Find the SQL of every guarded extract.

    Raises:
        Unreadable: the file is not Python that this interpreter reads.
    """
    return _Reader(text, parse_python(text)).read()


class _Reader:
    """Reads one syntax tree."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self.source = Source(text)
        self.found = PythonSql()
        self.names = Names(tree)
        self._budget = 0
        self.calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]

    def read(self) -> PythonSql:
        for call in self.calls:
            kind = self.names.kind(call)
            if kind is not None:
                self._call(call, kind)
        return self.found

    def _call(self, call: ast.Call, kind: Kind) -> None:
        given = {k.arg: k.value for k in call.keywords if k.arg}
        place = self._offset(call)
        source = _constant(given.get("source")) or _constant(given.get("conn_id"))
        if "sql" in given:
            for value in _each(given["sql"], kind):
                self._budget = _MOST_PARTS
                self._value(value, call, kind, source)
        elif (
            kind is Kind.OPERATOR
            or _given_elsewhere(call)
            or any(k.arg is None for k in call.keywords)
        ):
            why = "the statement is given elsewhere (default_args, **)"
            self._unseen(place, why, call.lineno)

    def _value(self, value: ast.expr, call: ast.Call, kind: Kind, source: str | None) -> None:
        anchors = (call.lineno, value.lineno)
        found = self._text(value, _DEEPEST)
        if isinstance(found, str):
            self._unseen(self._offset(value), found, *anchors)
            return
        rendered = kind is not Kind.METHOD
        if rendered and found.value.endswith(".sql"):
            self.found.files.append(
                TemplateFile(
                    path=found.value, offset=found.offsets[0], anchors=anchors, source=source
                )
            )
            return
        statement = Statement(
            sql=found.value,
            offsets=found.offsets,
            rendered=rendered,
            source=source,
            anchors=anchors,
        )
        self.found.statements.append(statement)

    def _text(self, node: ast.expr, depth: int) -> Text | str:
        """Return the constant text that ``node`` is, or why it is none."""
        self._budget -= 1
        if depth == 0 or self._budget < 0:
            return _TOO_MANY
        inner = self._same_text(node)
        if inner is not None:
            return self._text(inner, depth - 1)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self.source.of(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self._text(node.left, depth - 1), self._text(node.right, depth - 1)
            if isinstance(left, Text) and isinstance(right, Text):
                fits = len(left.value) + len(right.value) <= MAX_SQL
                return left + right if fits else _TOO_MANY
            return next(part for part in (left, right) if isinstance(part, str))
        return _why_not(node)

    def _same_text(self, node: ast.expr) -> ast.expr | None:
        """Return what a name stands for, or what is in a call that changes white space only."""
        if isinstance(node, ast.Name):
            return self.names.constant(node.id)
        return _unwrapped(node) if isinstance(node, ast.Call) else None

    def _unseen(self, offset: int, why: str, *anchors: int) -> None:
        self.found.unseen.append(Unseen(offset=offset, why=why, anchors=anchors))

    def _offset(self, node: ast.expr) -> int:
        return self.source.offset(node.lineno, node.col_offset)


def _given_elsewhere(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "expand_kwargs"


def _why_not(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return "the statement is a name that has no single constant in this file"
    if isinstance(node, ast.JoinedStr):
        return "the statement is an f-string, which puts values into the SQL"
    return "the statement is computed"


def _constant(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _each(node: ast.expr, kind: Kind) -> list[ast.expr]:
    """Return the statements of ``expand(sql=[…])``, else the one statement."""
    if kind is Kind.EXPANDED and isinstance(node, (ast.List, ast.Tuple)):
        return node.elts
    return [node]


def _unwrapped(call: ast.Call) -> ast.expr | None:
    """Return the text within ``dedent(…)`` and ``….strip()``: only white space is changed."""
    function = call.func
    if call.keywords:
        return None
    if isinstance(function, ast.Attribute) and function.attr == "strip" and not call.args:
        return function.value
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return call.args[0] if name in _UNWRAPPED and len(call.args) == 1 else None
