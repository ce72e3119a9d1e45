"""What stands in a text where a span was redacted."""

from __future__ import annotations

from sluicegate.detect.detector import Detector


def redaction_label(detector: Detector) -> str:
    """Return the data class in capitals: ``EMAIL``."""
    return detector.data_class.upper()
