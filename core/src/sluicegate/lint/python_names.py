"""Which calls of a Python file are guarded extracts, and which names in it are constants."""

from __future__ import annotations

import ast
from collections import Counter
from enum import Enum
from typing import Final

OPERATOR: Final = "GuardedExtractOperator"
REQUEST: Final = "ExtractRequest"
_METHODS: Final = frozenset({"extract", "preview"})


class Kind(Enum):
    """Ways to ask for an extract."""

    OPERATOR = "operator"
    """Airflow's, which renders its SQL."""
    PARTIAL = "partial"
    """Airflow's, with arguments that may come later."""
    EXPANDED = "expanded"
    """Airflow's, with a list for each argument."""
    METHOD = "method"
    """Dagster's resource, the gate itself."""


class Names:
    """The names of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self._operators = {OPERATOR}
        self._requests = {REQUEST}
        bound: Counter[str] = Counter()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                bound[node.id] += 1
            elif isinstance(node, ast.arg):
                bound[node.arg] += 1
            elif isinstance(node, ast.alias):
                self._import(node)
            elif isinstance(node, ast.ClassDef) and any(map(self._is_operator, node.bases)):
                self._operators.add(node.name)
        self._constants = dict(_assigned(tree, bound))

    def kind(self, call: ast.Call) -> Kind | None:
        """Tell what kind of extract a call is, ``None`` for any other call."""
        function = call.func
        if self._is_operator(function):
            return Kind.OPERATOR
        if isinstance(function, ast.Attribute):
            if function.attr == "partial" and self._is_operator(function.value):
                return Kind.PARTIAL
            if function.attr in {"expand", "expand_kwargs"} and isinstance(
                function.value, ast.Call
            ):
                inner = self.kind(function.value)
                return Kind.EXPANDED if inner is Kind.PARTIAL else None
            named = {k.arg for k in call.keywords}
            if function.attr in _METHODS and "sql" in named and named & {"purpose", "source", None}:
                return Kind.METHOD
        return Kind.METHOD if _name(function) in self._requests else None

    def constant(self, name: str) -> ast.expr | None:
        """Return what the module gives a name, if nothing in the file gives it anything else."""
        return self._constants.get(name)

    def _is_operator(self, node: ast.expr) -> bool:
        return _name(node) in self._operators

    def _import(self, name: ast.alias) -> None:
        if name.name == OPERATOR:
            self._operators.add(name.asname or name.name)
        elif name.name == REQUEST:
            self._requests.add(name.asname or name.name)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _assigned(tree: ast.Module, bound: Counter[str]) -> list[tuple[str, ast.expr]]:
    found = []
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            target, value = statement.target, statement.value
        else:
            continue
        if isinstance(target, ast.Name) and bound[target.id] == 1:
            found.append((target.id, value))
    return found
