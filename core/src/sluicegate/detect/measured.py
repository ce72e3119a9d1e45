"""How good the detectors were found to be, for attestations, which are read far from here.

``measured.json`` is the summary of ``docs/detection-scorecard.json``, which is the one source:
``make scorecard-update`` writes both, and a test holds them equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

MEASURED: Final = "measured.json"


@cache
def measured_detection() -> Mapping[str, Any]:
    """Return what ``scorecard_summary`` made of the scorecard: by corpus, precision and recall.

    Each corpus names the version of the detectors that it was measured with.
    """
    text = (files("sluicegate.detect") / MEASURED).read_text("utf-8")
    summary: dict[str, Any] = json.loads(text)
    return summary
