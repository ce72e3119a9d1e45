"""Why a finding scored as it did: one finding replayed, step by step.

A slow path beside the scan, which keeps nothing of its steps. The replay runs the same pattern,
validator and context words over the text around the finding; a test compares its score with the
engine's for every example of every detector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sluicegate.detect.context import words
from sluicegate.detect.detector import Detector
from sluicegate.detect.explanation import Contribution, Explanation, Overcome, Part
from sluicegate.detect.replay import Place, Replay, replays, undisguised

_SAME = 1e-3
"""Scores that differ by less are one: the engine keeps them in single precision."""


class Explainer:
    """Explains findings of a set of detectors. Holds no state between calls.

    Args:
        detectors: Those of the scanner.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = {detector.id: detector for detector in detectors}

    def explain(
        self, cell: bytes, *, start: int, length: int, detector: str, score: float, column: str = ""
    ) -> Explanation:
        """Replay one finding.

        Args:
            cell: The whole text it stands in, as UTF-8.
            start: First byte of the finding, as the scan told it.
            length: In bytes.
            detector: Id.
            score: As the scan told it.
            column: Name of the column and path in it, whose words counted as context.
        """
        found, end = self._detectors[detector], start + length
        place = Place(cell, start, end, words(column.encode("utf-8", "surrogatepass")))
        best, disguised = _best(replays(found, place), place, score), False
        if best is None:
            disguised = True
            best = _best(undisguised(found, place), place, score)
        return Explanation(
            detector=detector,
            data_class=found.data_class,
            start=start,
            length=length,
            score=score,
            threshold=found.threshold,
            contributions=best.parts if best else (_unknown(score),),
            overcame=tuple(self._overcome(found, place, score)),
            disguised=disguised and best is not None,
            rest=best is not None and (best.start, best.end) != (start, end),
        )

    def _overcome(self, winner: Detector, place: Place, score: float) -> list[Overcome]:
        """Find what other detectors say of the same text, the best of each."""
        found: list[Overcome] = []
        for other in self._detectors.values():
            if other is winner:
                continue
            scores = [r.score for r in replays(other, place) if r.score <= score + _SAME]
            if scores:
                best = max(scores)
                found.append(Overcome(detector=other.id, data_class=other.data_class, score=best))
        return sorted(found, key=lambda one: (-one.score, one.detector))


def _best(candidates: Iterator[Replay], place: Place, score: float) -> Replay | None:
    """Choose the replay that the finding is, or is a part of."""
    same = [
        r
        for r in candidates
        if r.start <= place.start and r.end >= place.end and abs(r.score - score) < _SAME
    ]
    return min(same, key=lambda r: r.end - r.start, default=None)


def _unknown(score: float) -> Contribution:
    return Contribution(part=Part.UNKNOWN, amount=score)
