"""Writes the summary of the scorecard that the package carries: ``python -m tests.docs.measured_detection``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from sluicegate.detect.evaluation.summary import scorecard_summary
from sluicegate.detect.measured import MEASURED

_ROOT: Final = Path(__file__).parents[2]
SCORECARD: Final = _ROOT / "docs" / "detection-scorecard.json"
SUMMARY: Final = _ROOT / "core" / "src" / "sluicegate" / "detect" / MEASURED


def summary_text() -> str:
    """Return the text of the summary of the stored scorecard."""
    document = json.loads(SCORECARD.read_text("utf-8"))
    return json.dumps(scorecard_summary(document), indent=1) + "\n"


if __name__ == "__main__":
    SUMMARY.write_text(summary_text(), "utf-8")
