"""Lint: the guardrails over files of SQL and Python, for CI; no database, and nothing is run."""

from sluicegate.lint.engine import Lint
from sluicegate.lint.options import LINTED, Options
from sluicegate.lint.remark import ALL_RULES, LINT_RULES, Level, Remark, Report, Rule, Suppressed
from sluicegate.lint.sarif import sarif

__all__ = [
    "ALL_RULES",
    "LINTED",
    "LINT_RULES",
    "Level",
    "Lint",
    "Options",
    "Remark",
    "Report",
    "Rule",
    "Suppressed",
    "sarif",
]
