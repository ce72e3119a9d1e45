"""Finds every kind of event that the code can write, by reading it.

An event is made by ``Event(kind=…)``. What stands there is followed back: through names of modules,
parameters of functions to what their callers pass, and members of enumerations. What cannot be
followed raises, so that no way to make a kind goes unseen.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | None


@dataclass
class Module:
    """What one file holds, as far as kinds are made of it."""

    path: Path
    constants: dict[str, str] = field(default_factory=dict)
    """Name → text, of the module's own constants."""
    enums: dict[str, set[str]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    """Name → the module that it is imported from."""
    calls: dict[str, list[tuple[Function, ast.Call]]] = field(default_factory=dict)
    """Called name → each call, with the function it stands in."""

    @classmethod
    def read(cls, path: Path) -> Module:
        """Parse a file."""
        module = cls(path)
        module._visit(ast.parse(path.read_text("utf-8")), None)
        return module

    def takes(self, name: str, path: Path) -> bool:
        """Tell whether it imports a name from a file."""
        return self.imports.get(name, "").rpartition(".")[2] == path.stem

    def _visit(self, node: ast.AST, function: Function) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                self.calls.setdefault(_name(child.func), []).append((function, child))
            elif isinstance(child, ast.ImportFrom):
                self.imports |= {a.asname or a.name: str(child.module) for a in child.names}
            elif isinstance(child, ast.ClassDef) and "StrEnum" in map(_name, child.bases):
                self.enums[child.name] = {
                    t for one in child.body if isinstance(one, ast.Assign) and (t := _text(one))
                }
            elif isinstance(child, ast.AnnAssign) and (text := _text(child)):
                self.constants[_name(child.target)] = text
            self._visit(child, child if isinstance(child, ast.FunctionDef) else function)


class Code:
    """All modules below some folders."""

    def __init__(self, *roots: Path) -> None:
        files = [path for root in roots for path in sorted(root.rglob("*.py"))]
        self._modules = {path: Module.read(path) for path in files}

    def kinds(self) -> set[str]:
        """Return every kind of event.

        Raises:
            AssertionError: a kind is made in a way that cannot be followed.
        """
        return {
            text
            for module in self._modules.values()
            for function, call in module.calls.get("Event", ())
            for given in call.keywords
            if given.arg == "kind"
            for text in self._texts(given.value, function, module)
        }

    def _texts(self, node: ast.expr, function: Function, module: Module) -> set[str]:
        if isinstance(node, ast.Constant):
            return {str(node.value)}
        if isinstance(node, ast.FormattedValue):
            return self._texts(node.value, function, module)
        if isinstance(node, ast.JoinedStr):
            parts = (self._texts(part, function, module) for part in node.values)
            return {"".join(texts) for texts in product(*parts)}
        if isinstance(node, ast.Attribute) and node.attr == "value" and function:
            return module.enums[_name(_parameters(function)[_name(node.value)])]
        if isinstance(node, ast.Name):
            return self._named(node.id, function, module)
        raise AssertionError(f"{module.path.name}:{node.lineno}: a kind that cannot be followed")

    def _named(self, name: str, function: Function, module: Module) -> set[str]:
        if function and name in _parameters(function):
            return self._passed(function, name, module.path)
        for one in ast.walk(function) if function else ():
            if isinstance(one, ast.Assign) and [_name(t) for t in one.targets] == [name]:
                return self._texts(one.value, function, module)
        if name in module.constants:
            return {module.constants[name]}
        given = (m for path, m in self._modules.items() if module.takes(name, path))
        found = {m.constants[name] for m in given if name in m.constants}
        assert len(found) == 1, f"{module.path.name}: {name} is no text of one module"
        return found

    def _passed(self, function: ast.FunctionDef, name: str, path: Path) -> set[str]:
        """Return what callers pass: those of the same folder, and modules that import it."""
        places = [a.arg for a in function.args.args if a.arg not in {"self", "cls"}]
        found: set[str] = set()
        for other, module in self._modules.items():
            if other.parent != path.parent and not module.takes(function.name, path):
                continue
            for caller, call in module.calls.get(function.name, ()):
                given = {str(k.arg): k.value for k in call.keywords}
                given |= dict(zip(places, call.args, strict=False))
                whole = _required(function) <= set(given)  # or another function is called so
                if whole and (other == path or _may_mean(call, module, path)):
                    found |= self._texts(given[name], caller, module)
        assert found, f"nobody passes {name} to {function.name} of {path.name}"
        return found


def _may_mean(call: ast.Call, module: Module, path: Path) -> bool:
    """Tell whether a call in another module may be of a function in this file."""
    called = call.func
    if isinstance(called, ast.Name):
        return module.takes(called.id, path)
    return isinstance(called, ast.Attribute) and not (
        called.attr.startswith("_") or _name(called.value) == "self"
    )


def _required(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    positional = [a.arg for a in arguments.args][: len(arguments.args) - len(arguments.defaults)]
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {*positional, *(a.arg for a, default in named if default is None)} - {"self", "cls"}


def _parameters(function: ast.FunctionDef) -> dict[str, ast.expr | None]:
    every = (*function.args.args, *function.args.kwonlyargs)
    return {argument.arg: argument.annotation for argument in every}


def _name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.AnnAssign | ast.Assign) -> str:
    value = node.value
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
