"""Where findings come from: our scanner, or anything else that finds spans in texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa

from sluicegate.detect.evaluation.sample import Found
from sluicegate.detect.scanner import Scanner


class Finder(Protocol):
    """Finds spans in texts; what is evaluated."""

    def __call__(self, texts: Sequence[str]) -> list[list[Found]]:
        """Return the findings of each text, places in characters."""


def scanner_finder(scanner: Scanner) -> Finder:
    """Scan texts as the gate does: all of them in one Arrow array."""

    def find(texts: Sequence[str]) -> list[list[Found]]:
        rows = [text.encode("utf-8", "surrogatepass") for text in texts]
        spans = scanner.spans(pa.array(rows, pa.large_binary()), advisory=True)
        found: list[list[Found]] = [[] for _ in texts]
        for row, start, end, number, score in zip(
            spans.row.tolist(),
            spans.start.tolist(),
            spans.end.tolist(),
            spans.detector.tolist(),
            spans.score.tolist(),
            strict=True,
        ):
            detector = scanner.detectors[number]
            first = _characters(rows[row], 0, start)
            found[row].append(
                Found(
                    start=first,
                    end=first + _characters(rows[row], start, end),
                    data_class=str(detector.data_class),
                    detector=detector.id,
                    score=round(score, 4),
                )
            )
        return found

    return find


def _characters(text: bytes, start: int, end: int) -> int:
    """Count the characters that begin in ``text[start:end]``."""
    piece = np.frombuffer(text, dtype=np.uint8)[start:end]
    return int(np.count_nonzero((piece & 0xC0) != 0x80))  # noqa: PLR2004  # UTF-8's followers
