"""The scorecard: results that are kept, so that a later evaluation can be compared with them.

It holds no date, no speed and no path: the same catalogue on the same corpus gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sluicegate.detect.evaluation.measures import Measures, Rate
from sluicegate.detect.evaluation.result import ClassScore, CorpusScore
from sluicegate.errors import ConfigurationError

TOLERANCE: Final = 0.01
"""F1 may drop by so much before it counts as a loss."""
SUPPORT: Final = 20
"""Labelled spans from which a class is compared: below, one span moves F1 by more than noise."""
_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A class that was scored better before."""

    corpus: str
    name: str
    before: float
    """F1, as is ``now``."""
    now: float

    def __str__(self) -> str:
        lost = self.before - self.now
        return f"{self.corpus}: F1 of {self.name} is {self.now:.4f}, {lost:.4f} below the scorecard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An evaluation beside a scorecard."""

    drops: tuple[Drop, ...]
    notes: tuple[str, ...]
    """What could not be compared, for a person."""


def scorecard_document(
    catalogue: str, scores: Iterable[CorpusScore], kept: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Build the document that is stored.

    Args:
        catalogue: Version of the detectors.
        scores: What was evaluated now.
        kept: An older document; corpora that were not evaluated now are taken over from it, each
            with the catalogue that it was scored with.
    """
    corpora = dict((kept or {}).get("corpora", {}))
    corpora |= {score.name: {"catalogue": catalogue, **_corpus(score)} for score in scores}
    return {"version": _VERSION, "corpora": dict(sorted(corpora.items()))}


def read_scorecard(path: Path) -> dict[str, Any]:
    """Read a stored document.

    Raises:
        ConfigurationError: it cannot be read or is no scorecard.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"the scorecard {path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise ConfigurationError(f"{path} is not a JSON document") from None
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise ConfigurationError(f"{path} is no scorecard of version {_VERSION}")
    try:
        for corpus in document["corpora"].values():
            _ = corpus["digest"], corpus["catalogue"]
            for row in corpus["rows"].values():
                _ = float(row["f1"]["value"]) if row["f1"] else 0.0, int(row["support"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ConfigurationError(f"the scorecard {path} is malformed") from None
    return document


def compare(document: Mapping[str, Any], scores: Iterable[CorpusScore]) -> Comparison:
    """Find what was scored better in ``document``; classes of little support are left out."""
    drops: list[Drop] = []
    notes: list[str] = []
    known = dict(document["corpora"])
    for score in scores:
        before = known.pop(score.name, None)
        if before is None:
            notes.append(f"{score.name}: not in the scorecard, so not compared")
            continue
        if before["digest"] != score.digest:
            notes.append(f"{score.name}: the corpus is another one than in the scorecard")
        drops += _drops(score, before["rows"])
    notes += [f"{name}: in the scorecard, but not evaluated now" for name in known]
    return Comparison(drops=tuple(drops), notes=tuple(notes))


def _drops(score: CorpusScore, before: Mapping[str, Any]) -> Iterator[Drop]:
    now = {row.name: row for row in score.rows}
    for name, old in before.items():
        row = now.get(name)
        if not old["f1"] or old["support"] < SUPPORT or row is None:
            continue
        f1 = row.measures.f1.value if row.measures.f1 else 0.0
        # a rounded 0.9 − 0.89 is a little more than 0.01
        if old["f1"]["value"] - f1 > TOLERANCE + 1e-9:
            yield Drop(corpus=score.name, name=name, before=old["f1"]["value"], now=f1)


def _corpus(score: CorpusScore) -> dict[str, Any]:
    return {
        "digest": score.digest,
        "samples": score.samples,
        "characters": score.characters,
        "rows": {row.name: row_document(row) for row in score.rows},
        "unknown_labels": dict(score.unknown_labels),
        "unlabelled": dict(score.unlabelled),
    }


def row_document(row: ClassScore) -> dict[str, Any]:
    """Describe a class in JSON types."""
    return {
        "samples": row.samples,
        "support": row.support,
        "right": row.right,
        "wrong": row.wrong,
        "missed": row.missed,
        **_measures(row.measures),
    }


def _measures(measures: Measures) -> dict[str, Any]:
    return {
        "precision": _rate(measures.precision),
        "recall": _rate(measures.recall),
        "f1": _rate(measures.f1),
        "f2": _rate(measures.f2),
        "leak": _rate(measures.leak),
        "over": _rate(measures.over),
    }


def _rate(rate: Rate | None) -> dict[str, float] | None:
    return None if rate is None else {"value": rate.value, "low": rate.low, "high": rate.high}
