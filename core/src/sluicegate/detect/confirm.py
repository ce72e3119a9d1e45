"""Runs a detector's exact pattern inside windows, judges each match, and scores it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sluicegate.detect.context import words_around
from sluicegate.detect.detector import Detector
from sluicegate.detect.spans import Raw
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows

_FAR = 2
"""How many times longer than where a match may begin what follows has to be."""
_NO_WORDS: frozenset[str] = frozenset()


def confirm(
    detector: Detector,
    number: int,
    text: Text,
    windows: Windows,
    column: frozenset[str] = _NO_WORDS,
) -> Iterator[Raw]:
    """Yield the findings of ``detector`` in ``windows``, positions relative to the row.

    A match that is dropped gives up one byte only, so that a false start cannot hide a real value
    that begins inside it.
    """
    pattern, behind = detector.pattern, detector.lookbehind
    group = "v" if "v" in pattern.groupindex else 0
    row_starts, row_ends = text.starts, text.ends
    memory = text.buffer.data
    value, judged = b"", None
    free = 0  # where the last finding ended: the next begins no earlier
    for start, end, row, last in zip(*(part.tolist() for part in windows), strict=True):
        row_start = int(row_starts[row])
        base = max(row_start, start - behind)
        chunk = memory[base:end].tobytes()
        place = max(start, free) - base
        last -= base  # noqa: PLW2901  # relative to the chunk, like every place below
        # No finding begins after the last anchor, since each holds one.
        while place < last and (match := _first(pattern, chunk, place, last)):
            low, high = match.span(group)
            # Names that overlap, such as `auth_token`, lead to one value.
            if chunk[low:high] != value:
                value = chunk[low:high]
                judged = _judge(detector, value)
            place = match.start() + 1
            if judged is None:
                continue
            lift, length = judged
            high = low + min(length, high - low)
            score = detector.score + lift
            if detector.context or detector.against:
                near = words_around(memory, base + low, base + high, row_start, int(row_ends[row]))
                lift = context_lift(detector, near, column)
                if detector.context_required and lift <= 0:
                    continue
                score += lift
            if score < detector.threshold:
                continue
            # A value that the validator cut short gives the rest back to the search.
            place = match.end() if high == match.end(group) else max(high, place)
            free = base + place
            first = base + low - row_start
            yield row, first, first + high - low, number, min(score, 1.0)


def _first(
    pattern: re.Pattern[bytes], chunk: bytes, place: int, last: int
) -> re.Match[bytes] | None:
    """Return the first match that begins between ``place`` and ``last``."""
    if len(chunk) - last <= _FAR * (last - place):
        found = pattern.search(chunk, place)
        return found if found and found.start() < last else None
    # Most of the chunk can only be the rest of a match, and a search would try to begin there too.
    match = pattern.match
    for start in range(place, last):
        if found := match(chunk, start):
            return found
    return None


def _judge(detector: Detector, value: bytes) -> tuple[float, int] | None:
    if detector.validator is None:
        return 0.0, len(value)
    return detector.validator(value)


def context_lift(detector: Detector, near: frozenset[str], column: frozenset[str]) -> float:
    """Words beside the value, or in the column's name, count for it, or half as much against it.

    Half, because a word such as "order" beside a value that is sure by its form must not hide it.
    """
    if not detector.context.isdisjoint(near) or not detector.context.isdisjoint(column):
        return detector.context_lift
    if not detector.against.isdisjoint(near) or not detector.against.isdisjoint(column):
        return -detector.context_lift / 2
    return 0.0
