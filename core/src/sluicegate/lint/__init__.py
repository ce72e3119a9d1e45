"""Lint: the guardrails over files of SQL and Python, for CI; no database, and nothing is run.

Each name is imported when it is first used: who looks at DAG files alone loads no SQL parser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sluicegate.lint.dag_file import DagFiles
    from sluicegate.lint.engine import Lint
    from sluicegate.lint.guarded import Guarded
    from sluicegate.lint.options import LINTED, Options
    from sluicegate.lint.remark import (
        ALL_RULES,
        DAG_RULES,
        LINT_RULES,
        Level,
        Remark,
        Report,
        Rule,
        Suppressed,
    )
    from sluicegate.lint.sarif import sarif

__all__ = [
    "ALL_RULES",
    "DAG_RULES",
    "LINTED",
    "LINT_RULES",
    "DagFiles",
    "Guarded",
    "Level",
    "Lint",
    "Options",
    "Remark",
    "Report",
    "Rule",
    "Suppressed",
    "sarif",
]

_HOMES: Final = {
    "DagFiles": "dag_file",
    "Guarded": "guarded",
    "LINTED": "options",
    "Lint": "engine",
    "Options": "options",
    "sarif": "sarif",
}
"""Homes of names that are not in ``remark``."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'sluicegate.lint' has no attribute {name!r}")
    home = import_module(f"sluicegate.lint.{_HOMES.get(name, 'remark')}")
    value = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
