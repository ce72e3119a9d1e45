"""Uses of guarded connections in the syntax tree of a DAG file or of a module that it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from sluicegate.lint.dag_calls import CONN_KEY, Calls
from sluicegate.lint.dag_facts import Place, Uses
from sluicegate.lint.guarded import Guarded, shown
from sluicegate.lint.python_constants import Constants, Known
from sluicegate.lint.python_methods import is_text
from sluicegate.lint.python_origins import Origins

_LABELS: Final = frozenset(
    {
        "dag_display_name", "dag_id", "description", "doc", "doc_md", "group_id", "owner",
        "prefix_group_id", "tags", "task_display_name", "task_id", "tooltip",
    }
)  # fmt: skip
"""Arguments that name or describe, and open nothing."""


class ConnectionReader:
    """Reads one syntax tree."""

    def __init__(
        self,
        tree: ast.Module,
        nodes: Sequence[ast.AST],
        constants: Constants,
        origins: Origins,
        guarded: Guarded,
    ) -> None:
        self._nodes = nodes
        self._constants = constants
        self._guarded = guarded
        self._calls = Calls(tree, origins)
        self._free: set[int] = set()
        """Nodes whose texts are labels, or are read by the gate."""
        self.uses = Uses()

    def read(self) -> Uses:
        """Return what the file does with guarded connections."""
        for node in self._nodes:
            self._set_free(node)
        self._free_names()
        told: set[int] = set()
        for node in self._nodes:
            if isinstance(node, ast.Call):
                self._call(node)
            if isinstance(node, ast.expr) and id(node) not in told and is_text(node):
                told.update(self._text(node))
        self.uses.certain = sorted(set(self.uses.certain))
        return self.uses

    def _set_free(self, node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                name = keyword.arg or ""
                if name in _LABELS or self._calls.is_gate_argument(node, name):
                    self._release(keyword.value)
        elif isinstance(node, ast.Expr):
            self._release_docstring(node.value)

    def _release_docstring(self, node: ast.expr) -> None:
        if isinstance(node, ast.Constant):
            self._free.add(id(node))

    def _release(self, value: ast.expr) -> None:
        self._free.update(id(part) for part in ast.walk(value))

    def _free_names(self) -> None:
        """Free what is given to a name that only the gate and labels use."""
        loads: dict[str, list[bool]] = {}
        for node in self._nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                loads.setdefault(node.id, []).append(id(node) in self._free)
        for node in self._nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target = node.targets[0]
                if isinstance(target, ast.Name) and all(loads.get(target.id, [False])):
                    self._release(node.value)

    def _call(self, call: ast.Call) -> None:
        if self._calls.is_gate(call):
            return
        for value in self._calls.handed_on(call):
            self._opened(value, self._constants.of(value), told=True)
        opener, opened = self._calls.opener(call.func), False
        for keyword in call.keywords:
            if keyword.arg and CONN_KEY.search(keyword.arg) and id(keyword.value) not in self._free:
                known = self._constants.of(keyword.value)
                self._opened(keyword.value, known, told=opener is not None)
                opened = True
        if opener is None or opened:
            return
        if call.args:
            first = call.args[0]
            known = self._constants.of(first)
            self._opened(first, known, told=True)
        elif any(keyword.arg is None for keyword in call.keywords):
            self._unseen(call)
        elif self._guarded.connection(opener):
            self._certain(call, opener)

    def _opened(self, value: ast.expr, known: Known, *, told: bool) -> None:
        names = [name for name in sorted(known.texts) if self._guarded.connection(name)]
        for name in names:
            self._certain(value, name)
        if not names and not known.whole:
            self._unseen(value, told=told)

    def _text(self, node: ast.expr) -> Iterator[int]:
        """Look at the texts that a node may be; yield its parts if it is known as a whole."""
        free = id(node) in self._free
        known = self._constants.of(node)
        for text in known.texts:
            for name in self._guarded.connections_in(text):
                self._certain(node, name)
            if not free and self._guarded.host_in(text):
                self.uses.certain.append(self._place(node, "A103"))
            if not free and self._guarded.connection(text):
                self.uses.loose.append(self._place(node, "A101", shown(text)))
        if known.texts:
            yield from map(id, ast.walk(node))

    def _certain(self, node: ast.expr, name: str) -> None:
        self.uses.certain.append(self._place(node, "A101", shown(name)))

    def _unseen(self, node: ast.expr, *, told: bool = True) -> None:
        self.uses.unseen.append(self._place(node, "A104", "" if told else "passed on"))

    def _place(self, node: ast.expr, rule: str, detail: str = "") -> Place:
        return Place(line=node.lineno, column=node.col_offset + 1, rule=rule, detail=detail)
