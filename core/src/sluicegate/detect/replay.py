"""Replays a detector over the text around a finding, and keeps the steps of each score.

The same as the scan does, written for reading instead of speed: a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from sluicegate.detect.context import words_around
from sluicegate.detect.detector import Detector
from sluicegate.detect.explanation import Contribution, Part
from sluicegate.detect.meant import meant

_MATCHES = 2000
"""Matches that are tried near one finding."""
_SPREAD = 4
"""How much longer a text may be with its disguise than without."""


class Place(NamedTuple):
    """A finding in its text, and the words of its column's name."""

    cell: bytes
    start: int
    end: int
    column: frozenset[str]


class Replay(NamedTuple):
    """One judged match."""

    start: int
    end: int
    score: float
    parts: tuple[Contribution, ...]


def replays(detector: Detector, place: Place) -> Iterator[Replay]:
    """Yield every finding of ``detector`` on the text of ``place``, also those within others."""
    low = max(0, place.start - detector.longest)
    high = place.end + detector.longest + detector.lookahead
    for start, end, score, parts in islice(_matches(detector, place, low, high), _MATCHES):
        if start < place.end and end > place.start:
            yield Replay(start, end, score, parts)


def _matches(detector: Detector, place: Place, low: int, high: int) -> Iterator[Replay]:
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
            yield Replay(start, end, sum(part.amount for part in parts), parts)


def _parts(
    detector: Detector, lift: float, place: Place, start: int, end: int
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


def _context(detector: Detector, place: Place, start: int, end: int) -> Contribution | None:
    near = words_around(place.cell, start, end, 0, len(place.cell))
    for part, listed, amount in (
        (Part.CONTEXT, detector.context, detector.context_lift),
        (Part.AGAINST, detector.against, -detector.context_lift / 2),
    ):
        beside, named = sorted(listed & near), sorted(listed & place.column)
        if beside or named:
            return Contribution(part=part, amount=amount, near=tuple(beside), column=tuple(named))
    return None


def undisguised(detector: Detector, place: Place) -> Iterator[Replay]:
    """Replay on the text around the finding with its disguise taken off."""
    margin = _SPREAD * (detector.longest + detector.lookahead + detector.lookbehind + 64)
    first = max(0, place.start - margin)
    plain = meant(place.cell[first : place.end + margin])
    whole = Place(plain.text, 0, len(plain.text), place.column)
    for found in islice(_matches(detector, whole, 0, len(plain.text)), _MATCHES):
        if found.end > found.start:
            low, high = plain.starts[found.start] + first, plain.ends[found.end - 1] + first
            yield Replay(low, high, found.score, found.parts)
