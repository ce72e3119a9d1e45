"""Finds personal data and secrets in what is about to leave.

The catalogue (``catalogue/*.yaml``) is data; the engine scans Arrow buffers. A fast scan finds
exactly what the exact patterns find: anchors only tell where they have to run.
"""

from sluicegate.detect.batch import BatchFindings, LeafFindings
from sluicegate.detect.canary import canary_texts
from sluicegate.detect.detector import Detector
from sluicegate.detect.labels import redaction_label
from sluicegate.detect.opening import open_scanner
from sluicegate.detect.optional import open_recognizers
from sluicegate.detect.places import Places, places_of
from sluicegate.detect.scanner import Scanner
from sluicegate.detect.spans import Span, Spans
from sluicegate.detect.totals import ScanTotals

__all__ = [
    "BatchFindings",
    "Detector",
    "LeafFindings",
    "Places",
    "ScanTotals",
    "Scanner",
    "Span",
    "Spans",
    "canary_texts",
    "open_recognizers",
    "open_scanner",
    "places_of",
    "redaction_label",
]
