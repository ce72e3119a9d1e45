"""Looks through values that an orchestrator is about to keep: results, parameters, messages, logs.

One guard per process: ``ValueGuard.open(settings)``. It needs detectors and nothing else: no
ledger, no policy, no database, no key.
"""

from sluicegate.gate.values.finding import UNREAD, ValueFinding
from sluicegate.gate.values.guard import ValueGuard
from sluicegate.gate.values.text import TextRedactor

__all__ = ["UNREAD", "TextRedactor", "ValueFinding", "ValueGuard"]
