"""Sluicegate guards the moment data leaves a database and enters a pipeline.

The names here are the public interface; each is imported when it is first used, so that
``import sluicegate`` costs nothing in a process that only parses DAGs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluicegate.errors import SluicegateError
    from sluicegate.evidence.demands import Demands
    from sluicegate.gate.dataset import open_dataset
    from sluicegate.gate.gate import Gate, Preview
    from sluicegate.gate.scan import ScanReport
    from sluicegate.model.findings import Finding, Reason
    from sluicegate.model.identity import RunIdentity, Trust
    from sluicegate.model.outcome import Outcome, Status
    from sluicegate.model.output_options import OutputOptions
    from sluicegate.model.plan import Plan
    from sluicegate.model.request import ExtractRequest
    from sluicegate.settings import Settings
    from sluicegate.sources.open import open_source

__version__ = "0.1.0"

__all__ = [
    "Demands",
    "ExtractRequest",
    "Finding",
    "Gate",
    "Outcome",
    "OutputOptions",
    "Plan",
    "Preview",
    "Reason",
    "RunIdentity",
    "ScanReport",
    "Settings",
    "SluicegateError",
    "Status",
    "Trust",
    "__version__",
    "open_dataset",
    "open_source",
]

_HOMES = {
    "Demands": "evidence.demands",
    "ExtractRequest": "model.request",
    "Finding": "model.findings",
    "Gate": "gate.gate",
    "Outcome": "model.outcome",
    "OutputOptions": "model.output_options",
    "Plan": "model.plan",
    "Preview": "gate.gate",
    "Reason": "model.findings",
    "RunIdentity": "model.identity",
    "ScanReport": "gate.scan",
    "Settings": "settings",
    "SluicegateError": "errors",
    "Status": "model.outcome",
    "Trust": "model.identity",
    "open_dataset": "gate.dataset",
    "open_source": "sources.open",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'sluicegate' has no attribute {name!r}")
    value = getattr(import_module(f"sluicegate.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
