"""Why a finding scored as it did: one finding replayed, step by step.

A slow path beside the scan, which keeps nothing of its steps. The replay runs the same pattern,
validator and context words over the text around the finding; a test compares its score with the
engine's for every example of every detector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

import numpy as np

from sluicegate.detect.context import words, words_around
from sluicegate.detect.detector import Detector
from sluicegate.detect.disguise import plain_rows
from sluicegate.detect.text import of_rows
from sluicegate.model.data import DataClass

_SAME = 1e-3
"""Scores that differ by less are one: the engine keeps them in single precision."""
_MATCHES = 2000
"""Matches that are tried near one finding."""
_SPREAD = 4
"""How much longer a text may be with its disguise than without."""


class Part(StrEnum):
    """What a score is made of."""

    PATTERN = "pattern"
    VALIDATOR = "validator"
    CONTEXT = "context"
    AGAINST = "against"
    LIMIT = "limit"
    """No score is above 1."""
    UNKNOWN = "unknown"
    """The finding could not be replayed: it stands in a decoded form of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One step of a score. Words are those that the detector itself lists, never others."""

    part: Part
    amount: float
    name: str = ""
    """Of the validator."""
    near: tuple[str, ...] = ()
    """Listed words that stand beside the value."""
    column: tuple[str, ...] = ()
    """Listed words in the name of the column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overcome:
    """A weaker finding on the same text."""

    detector: str
    data_class: DataClass
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one finding is one. The contributions add up to its score."""

    detector: str
    data_class: DataClass
    start: int
    """First byte in the cell."""
    length: int
    score: float
    threshold: float
    contributions: tuple[Contribution, ...]
    overcame: tuple[Overcome, ...] = ()
    """Best first."""
    disguised: bool = False
    """Whether it shows only once characters that look like others are taken for those."""
    rest: bool = False
    """Whether it is what a stronger finding left of a longer one."""


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
        place = _Place(cell, start, end, words(column.encode("utf-8", "surrogatepass")))
        replays, disguised = _replays(found, place), False
        best = _best(replays, place, score)
        if best is None:
            disguised = True
            best = _best(_undisguised(found, place), place, score)
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

    def _overcome(self, winner: Detector, place: _Place, score: float) -> list[Overcome]:
        """Find what other detectors say of the same text, the best of each."""
        found: list[Overcome] = []
        for other in self._detectors.values():
            if other is not winner:
                scores = [r.score for r in _replays(other, place) if r.score <= score + _SAME]
                found += [
                    Overcome(detector=other.id, data_class=other.data_class, score=max(scores))
                    for _ in scores[:1]
                ]
        return sorted(found, key=lambda one: (-one.score, one.detector))


class _Place(NamedTuple):
    cell: bytes
    start: int
    end: int
    column: frozenset[str]


class _Replay(NamedTuple):
    start: int
    end: int
    score: float
    parts: tuple[Contribution, ...]


def _best(replays: Iterator[_Replay], place: _Place, score: float) -> _Replay | None:
    """Choose the replay that the finding is, or is a part of."""
    same = [
        r
        for r in replays
        if r.start <= place.start and r.end >= place.end and abs(r.score - score) < _SAME
    ]
    return min(same, key=lambda r: r.end - r.start, default=None)


def _replays(detector: Detector, place: _Place) -> Iterator[_Replay]:
    """Yield every finding of ``detector`` on the text of ``place``, also those within others."""
    low = max(0, place.start - detector.longest)
    high = place.end + detector.longest + detector.lookahead
    for start, end, score, parts in islice(_matches(detector, place, low, high), _MATCHES):
        if start < place.end and end > place.start:
            yield _Replay(start, end, score, parts)


def _matches(detector: Detector, place: _Place, low: int, high: int) -> Iterator[_Replay]:
    """Judge each match between ``low`` and ``high`` as the scan does, and keep the steps."""
    group = "v" if "v" in detector.pattern.groupindex else 0
    while match := detector.pattern.search(place.cell, low, high):
        low = match.start() + 1
        start, end = match.span(group)
        if start >= place.end:
            return
        verdict = (0.0, end - start)
        if detector.validator is not None:
            judged = detector.validator(place.cell[start:end])
            if judged is None:
                continue
            verdict = judged
        end = start + min(verdict[1], end - start)
        parts = _parts(detector, verdict[0], place, start, end)
        if parts is not None:
            yield _Replay(start, end, sum(part.amount for part in parts), parts)


def _parts(
    detector: Detector, lift: float, place: _Place, start: int, end: int
) -> tuple[Contribution, ...] | None:
    """Return the steps of a score, or ``None`` if it stays below the threshold."""
    parts = [Contribution(part=Part.PATTERN, amount=detector.score)]
    if detector.validator is not None:
        name = detector.validator_name
        parts.append(Contribution(part=Part.VALIDATOR, amount=lift, name=name))
    context = _context(detector, place, start, end)
    if detector.context_required and (context is None or context.amount <= 0):
        return None
    parts += [context] if context is not None else []
    total = sum(part.amount for part in parts)
    if total < detector.threshold:
        return None
    if total > 1:
        parts.append(Contribution(part=Part.LIMIT, amount=1 - total))
    return tuple(parts)


def _context(detector: Detector, place: _Place, start: int, end: int) -> Contribution | None:
    near = words_around(place.cell, start, end, 0, len(place.cell))
    for part, listed, amount in (
        (Part.CONTEXT, detector.context, detector.context_lift),
        (Part.AGAINST, detector.against, -detector.context_lift / 2),
    ):
        beside, named = sorted(listed & near), sorted(listed & place.column)
        if beside or named:
            return Contribution(part=part, amount=amount, near=tuple(beside), column=tuple(named))
    return None


def _undisguised(detector: Detector, place: _Place) -> Iterator[_Replay]:
    """Replay on the text around the finding with its disguise taken off."""
    margin = _SPREAD * (detector.longest + detector.lookahead + detector.lookbehind + 64)
    first = max(0, place.start - margin)
    piece = place.cell[first : place.end + margin]
    plain = plain_rows(of_rows([piece]), np.zeros(1, dtype=np.int64))
    text = plain.text.value(0, 0, plain.text.size)
    whole = _Place(text, 0, len(text), place.column)
    for start, end, score, parts in islice(_matches(detector, whole, 0, len(text)), _MATCHES):
        if end > start:
            _, low, high, _, _ = plain.original((0, start, end, 0, score))
            yield _Replay(low + first, high + first, score, parts)


def _unknown(score: float) -> Contribution:
    return Contribution(part=Part.UNKNOWN, amount=score)
