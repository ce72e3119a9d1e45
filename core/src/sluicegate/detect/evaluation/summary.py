"""The scorecard in short: what an attestation says of how good its detectors are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sluicegate.detect.evaluation.result import CORE, OVERALL

_ROWS: Final = {"core": CORE, "all": OVERALL}


def scorecard_summary(document: Mapping[str, Any]) -> dict[str, Any]:
    """Keep precision and recall over all classes of each corpus, and over the core ones.

    Args:
        document: A scorecard, as ``scorecard_document`` builds it.
    """
    return {name: _corpus(corpus) for name, corpus in sorted(document["corpora"].items())}


def _corpus(corpus: Mapping[str, Any]) -> dict[str, Any]:
    rows = corpus["rows"]
    measured = {short: _measures(rows[name]) for short, name in _ROWS.items() if name in rows}
    return {"detectors": corpus["catalogue"], "corpus": corpus["digest"], **measured}


def _measures(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("support", "precision", "recall")}
