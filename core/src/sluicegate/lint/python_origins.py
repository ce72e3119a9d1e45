"""What the names of a Python file are, by the dotted names that its imports tell."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sluicegate.lint.python_constants import Constants

_IMPORTERS: Final = frozenset(
    {"import_module", "__import__", "import_string", "locate", "resolve_name"}
)
_DEEPEST: Final = 12


class Origins:
    """Resolves names and attributes of one file, through imports, aliases and ``getattr``."""

    def __init__(self, nodes: Iterable[ast.AST], constants: Constants) -> None:
        self._constants = constants
        self._imported: defaultdict[str, set[str]] = defaultdict(set)
        self._given: defaultdict[str, list[ast.expr]] = defaultdict(list)
        self._bases: dict[str, list[ast.expr]] = {}
        self.modules: set[str] = set()
        """Every module that the file imports, as it is written; relative ones with their dots."""
        for node in nodes:
            self._note(node)

    def of(self, node: ast.expr) -> frozenset[str]:
        """Return the dotted names that ``node`` may stand for; the bare name if nothing tells."""
        return frozenset(self._of(node, _DEEPEST, frozenset()))

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for name in node.names:
                self.modules.add(name.name)
                short = name.name.partition(".")[0]
                self._imported[name.asname or short].add(name.name if name.asname else short)
        elif isinstance(node, ast.ImportFrom):
            self._from(node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            self._bind(node.target, node.value)
        elif isinstance(node, ast.ClassDef):
            self._bases[node.name] = node.bases
        elif isinstance(node, ast.Call) and _last(node.func) in _IMPORTERS and node.args:
            self.modules.update(self._constants.of(node.args[0]).texts)

    def _from(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        self.modules.add(module)
        for name in node.names:
            dotted = f"{module}.{name.name}" if node.module else f"{module}{name.name}"
            self.modules.add(dotted)
            self._imported[name.asname or name.name].add(dotted)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._given[target.id].append(value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            for part, given in zip(target.elts, values, strict=False):
                self._bind(part, given)

    def _of(self, node: ast.expr, depth: int, seen: frozenset[str]) -> set[str]:  # noqa: PLR0911 - one a kind of node
        if depth <= 0:
            return set()
        if isinstance(node, ast.Name):
            return self._name(node.id, depth, seen)
        if isinstance(node, ast.Attribute):
            return {f"{o}.{node.attr}" for o in self._of(node.value, depth - 1, seen) or {""}}
        if isinstance(node, ast.Call):
            return self._call(node, depth, seen)
        if isinstance(node, ast.NamedExpr):
            return self._of(node.value, depth - 1, seen)
        if isinstance(node, ast.Subscript):
            # `vars(module)["Hook"]`, `globals()["Hook"]`, `{"a": Hook}["a"]`
            held = node.value
            values = held.values if isinstance(held, ast.Dict) else []
            found = set().union(*(self._of(v, depth - 1, seen) for v in values), set())
            return found | {f".{name}" for name in self._constants.of(node.slice).texts}
        if isinstance(node, ast.IfExp):
            return self._of(node.body, depth - 1, seen) | self._of(node.orelse, depth - 1, seen)
        return set()

    def _name(self, name: str, depth: int, seen: frozenset[str]) -> set[str]:
        found = set(self._imported.get(name, ()))
        if name not in seen:
            for value in [*self._given.get(name, ()), *self._bases.get(name, ())]:
                found |= self._of(value, depth - 1, seen | {name})
        return found | {name} if name in self._bases or not found else found

    def _call(self, node: ast.Call, depth: int, seen: frozenset[str]) -> set[str]:
        function, name = node.func, _last(node.func)
        if name in _IMPORTERS and node.args:
            return set(self._constants.of(node.args[0]).texts)
        if name == "getattr" and len(node.args) > 1:
            owner = self._of(node.args[0], depth - 1, seen) or {""}
            return {f"{o}.{n}" for o in owner for n in self._constants.of(node.args[1]).texts}
        if name in {"partial", "partialmethod"} and node.args and not _is_method(function):
            return self._of(node.args[0], depth - 1, seen)
        return {f"{o}()" for o in self._of(function, depth - 1, seen)}


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_method(function: ast.expr) -> bool:
    """Tell ``Operator.partial(…)`` from ``functools.partial(…)``."""
    owner = function.value if isinstance(function, ast.Attribute) else None
    return owner is not None and _last(owner) != "functools"
