"""The enforcement point: the only place where the domains meet.

The names here are imported when they are first used: who only looks through values, as a task does
whose result is about to be kept, waits for no SQL parser and no ledger.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sluicegate.gate.gate import Gate, Preview
    from sluicegate.gate.scan import ScanReport

__all__ = ["Gate", "Preview", "ScanReport"]

_HOMES: Final = {"Gate": "gate", "Preview": "gate", "ScanReport": "scan"}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'sluicegate.gate' has no attribute {name!r}")
    value = getattr(import_module(f"sluicegate.gate.{home}"), name)
    globals()[name] = value
    return value
