"""The enforcement point: the only place where the domains meet."""

from sluicegate.gate.gate import Gate, Preview
from sluicegate.gate.scan import ScanReport

__all__ = ["Gate", "Preview", "ScanReport"]
