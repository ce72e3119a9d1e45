"""The public conformance kit: contracts as pytest-style classes, for our plugins and others."""

from sluicegate.testing.detectors import DetectorContract
from sluicegate.testing.sinks import SinkContract
from sluicegate.testing.source_kit import KIT_COLUMNS, KIT_ROWS, KIT_TABLE
from sluicegate.testing.sources import SourceContract

__all__ = [
    "KIT_COLUMNS",
    "KIT_ROWS",
    "KIT_TABLE",
    "DetectorContract",
    "SinkContract",
    "SourceContract",
]
