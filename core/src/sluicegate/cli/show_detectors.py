"""A detector as a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluicegate.detect import Detector


def detector_document(detector: Detector) -> dict[str, Any]:
    """Describe a detector in JSON types; its examples stay out, for they look like the real."""
    return {
        "id": detector.id,
        "data_class": str(detector.data_class),
        "score": detector.score,
        "threshold": detector.threshold,
        "context_lift": detector.context_lift,
        "validator": detector.validator_name,
        "context": sorted(detector.context),
        "against": sorted(detector.against),
        "source": detector.source,
        "file": detector.origin,
    }


def class_counts(detectors: Iterable[Detector]) -> dict[str, int]:
    """Count detectors by data class, most first."""
    counts = Counter(str(d.data_class) for d in detectors)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
