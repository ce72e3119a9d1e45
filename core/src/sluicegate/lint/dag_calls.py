"""What a call in a DAG file does: asks the gate, opens a connection, or neither."""

from __future__ import annotations

import ast
import re
from typing import Final

from sluicegate.lint.python_names import Kind, Names
from sluicegate.lint.python_origins import Origins

_OURS: Final = ("airflow_provider_sluicegate.", "dagster_sluicegate.", "sluicegate.")
_HOOK: Final = re.compile(r"(\w*?)(?:Sql|SQL)?Hook(?:Async)?$")
_GETTERS: Final = frozenset(
    {
        "aget_connection", "aget_hook", "get_connection", "get_connection_from_secrets",
        "get_connections", "get_hook",
    }
)  # fmt: skip
_OF_CONNECTION: Final = frozenset({"async_get", "get"})
_FOREIGN: Final = re.compile(r"\..*(?:Operator|Sensor|Hook|Transfer)$")
CONN_KEY: Final = re.compile(r"conn(?:ection)?_?(?:id|name)s?$", re.IGNORECASE)
"""Arguments and attributes that hold the id of a connection."""
_NAMES: Final = (ast.Name, ast.Attribute)
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")


class Calls:
    """Tells calls of one file apart."""

    def __init__(self, tree: ast.Module, origins: Origins) -> None:
        self._names = Names(tree)
        self._origins = origins

    def is_gate(self, call: ast.Call) -> bool:
        """Tell whether a call asks the gate, or makes one of our operators."""
        return self._names.kind(call) is Kind.METHOD or self._is_ours(_operator(call))

    def is_gate_argument(self, call: ast.Call, name: str) -> bool:
        """Tell whether a call asks the gate, and does so by the argument ``name``."""
        if name == "source":
            return self.is_gate(call)
        return CONN_KEY.search(name) is not None and self._is_ours(_operator(call))

    def handed_on(self, call: ast.Call) -> list[ast.expr]:
        """Return what is handed on together with something that opens connections.

        As ``partial(PostgresHook, "shop_prod")``, ``map(PostgresHook, ids)`` and ``submit`` do.
        """
        if len(call.args) < 2:  # noqa: PLR2004 - what opens, and what it is given
            return []
        opening = [a for a in call.args if isinstance(a, _NAMES) and self.opener(a) is not None]
        return [a for a in call.args if a not in opening] if opening else []

    def opener(self, function: ast.expr) -> str | None:
        """Return the id of the connection that a function opens if it is given none.

        Returns:
            ``None`` if the function opens no connection; empty if there is no id by default.
        """
        for origin in sorted(self._origins.of(function)):
            owner, _, name = origin.rpartition(".")
            if name in _GETTERS or (name in _OF_CONNECTION and owner.endswith("Connection")):
                return ""
            if found := _HOOK.fullmatch(name):
                return f"{'_'.join(_WORDS.findall(found[1])).lower()}_default" if found[1] else ""
        return None

    def _is_ours(self, operator: ast.expr) -> bool:
        """Tell whether something that is called comes from this project, or is derived from it."""
        found = self._origins.of(operator)
        ours = [o for o in found if o.startswith(_OURS)]
        foreign = [o for o in found if o not in ours and _FOREIGN.search(o)]
        return bool(ours) and not foreign


def _operator(call: ast.Call) -> ast.expr:
    """Return the class in ``Class(…)``, ``Class.partial(…)`` and ``Class.partial(…).expand(…)``."""
    function = call.func
    while isinstance(function, ast.Attribute) and function.attr in {
        "partial",
        "expand",
        "expand_kwargs",
    }:
        inner = function.value
        function = inner.func if isinstance(inner, ast.Call) else inner
    return function
