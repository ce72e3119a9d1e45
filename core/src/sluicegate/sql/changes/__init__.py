"""Statements that change a source: what they change, what flows where, and the text that runs.

Nothing here decides; ``gate/statement_planning.py`` does. What is not modelled is refused.
"""

from sluicegate.sql.changes.change import Assignment, Change
from sluicegate.sql.changes.flows import check_flows, kept_classes
from sluicegate.sql.changes.reading import parse_change
from sluicegate.sql.changes.writing import changing_statement, filling_statement

__all__ = [
    "Assignment",
    "Change",
    "changing_statement",
    "check_flows",
    "filling_statement",
    "kept_classes",
    "parse_change",
]
