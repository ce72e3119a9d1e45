"""Runs a detector's exact pattern inside windows, judges each match, and scores it."""

from __future__ import annotations

import re
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sluicegate.detect.budget import BYTES_A_SEARCH, SHORT, Budget, cost_of
from sluicegate.detect.context import words_around
from sluicegate.detect.detector import Detector, Verdict
from sluicegate.detect.head import AHEAD
from sluicegate.detect.spans import Raw
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows

FAR = 2
"""How many times longer than where a match may begin what follows has to be."""
_ENDLESS = 1 << 62
_BYTES_A_WINDOW = 2000
"""Bytes that are copied in the time that viewing a window takes longer than slicing bytes."""
_KEPT = 1024
"""Values whose verdict is kept, at most: in one column the same ones come again."""
_UNKNOWN = Verdict(0.0, -1)
"""Stands for a verdict that was not given yet."""
_NO_WORDS: frozenset[str] = frozenset()


def confirm(  # noqa: C901, PLR0912, PLR0915  # the innermost loop: a call costs more than a branch
    detector: Detector,
    number: int,
    text: Text,
    windows: Windows,
    column: frozenset[str] = _NO_WORDS,
    budget: Budget | None = None,
    *,
    near: npt.NDArray[np.bool_] | None = None,
) -> list[Raw]:
    """Return the findings of ``detector`` in ``windows``, positions relative to the row.

    A match that is dropped gives up one byte only, so that a false start cannot hide a real value
    that begins inside it. Where a row's ``budget`` ends, so does the search; it notes the row.

    Args:
        detector: Who looks.
        number: Of the detector, for its findings.
        text: Where.
        windows: Where in it.
        column: Words of the column's name.
        budget: What is left to each row; no bound without one.
        near: Which windows may have a word near them that the detector weighs; without it, all.
    """
    if not len(windows.starts):
        return []
    found: list[Raw] = []
    pattern, behind = detector.pattern, detector.lookbehind
    data = readable(text, windows)
    group = "v" if "v" in pattern.groupindex else 0
    judge = detector.validator or _anything
    weigh = bool(detector.context or detector.against)
    most = detector.context_lift if weigh else 0.0
    lifted = not detector.context.isdisjoint(column)
    alone = context_lift(detector, _NO_WORDS, column)
    known: dict[bytes, Verdict | None] = {}
    search, first_from, named = pattern.search, Beginnings(detector).first, detector.is_named
    row_starts, row_ends = text.starts.take(windows.rows), text.ends.take(windows.rows)
    bases = np.maximum(row_starts, windows.starts - behind)
    heard = np.full(len(bases), not lifted) if near is None or lifted else near
    free = 0  # where the last finding ended: the next begins no earlier
    current, left = -1, _ENDLESS
    bounds = (row_starts, row_ends, bases, heard)
    for start, end, row, last, row_start, row_end, base, listen in zip(
        *(part.tolist() for part in (*windows, *bounds)), strict=True
    ):
        if budget is not None:
            if row != current:
                if current >= 0:
                    budget.left[current] = left
                current, left = row, int(budget.left[row])
            left -= 1 + (last - start) // BYTES_A_SEARCH
        chunk = data[base:end]
        place = (free if free > start else start) - base  # noqa: FURB136
        last -= base  # noqa: PLW2901  # relative to the chunk, like every place below
        rest = end - base - last
        # No finding begins after the last anchor, since each holds one.
        while place < last and left > 0:
            # A search would try to begin in the rest of a match too, perhaps most of the chunk.
            apart = named or rest > FAR * (last - place)
            match = first_from(chunk, place, last) if apart else search(chunk, place)
            if match is None or match.start() >= last:
                place = last
                break
            low, high = match.span(group)
            value = match[group]
            cost = 1 if high - low < SHORT else cost_of(high - low)
            left -= cost  # given back if it is a finding
            judged = known.get(value, _UNKNOWN)
            if judged is _UNKNOWN:
                if len(known) == _KEPT:
                    known.clear()
                judged = known[value] = judge(value)
            place = match.start() + 1
            if judged is None:
                continue
            lift, length = judged
            score = detector.score + lift
            is_cut = length < high - low
            if is_cut:
                high = low + length
            if weigh and score + most >= detector.threshold:
                # The name of the column may have said enough, and there may be no word.
                lift = alone
                if listen:
                    words = words_around(text.raw, base + low, base + high, row_start, row_end)
                    lift = context_lift(detector, words, column)
                if detector.context_required and lift <= 0:
                    continue
                score += lift
            if score < detector.threshold:
                continue
            # A value that the validator cut short gives the rest back to the search.
            place = max(high, place) if is_cut else match.end()
            free = base + place
            left += cost
            first = base + low - row_start
            found.append((row, first, first + high - low, number, min(score, 1.0)))
        if budget is not None and left <= 0 and place < last:
            budget.unread.add(row)
    if budget is not None:
        budget.left[current] = left
    return found


def readable(text: Text, windows: Windows) -> bytes | memoryview:
    """Return the text to slice; as a copy where windows are so many that it costs less."""
    if text.is_copied or len(windows.starts) * _BYTES_A_WINDOW > len(text.buffer):
        return text.raw
    return text.buffer.data


class Beginnings:
    """Finds matches by where they begin. What tells that is compiled when it is first needed."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._match = detector.pattern.match

    @cached_property
    def _head(self) -> re.Pattern[bytes] | None:
        return self._detector.head

    def first(self, chunk: bytes | memoryview, place: int, last: int) -> re.Match[bytes] | None:
        """Return the first match that begins between ``place`` and ``last``."""
        match, head = self._match, self._head
        while place < last:
            if head is not None:
                begin = head.search(chunk, place, last + AHEAD)
                if begin is None or begin.start() >= last:
                    return None
                place = begin.start()
            if found := match(chunk, place):
                return found
            place += 1
        return None


def _anything(value: bytes) -> Verdict:
    return Verdict(0.0, len(value))


def context_lift(detector: Detector, near: frozenset[str], column: frozenset[str]) -> float:
    """Words beside the value, or in the column's name, count for it, or half as much against it.

    Half, because a word such as "order" beside a value that is sure by its form must not hide it.
    """
    if not detector.context.isdisjoint(near) or not detector.context.isdisjoint(column):
        return detector.context_lift
    if not detector.against.isdisjoint(near) or not detector.against.isdisjoint(column):
        return -detector.context_lift / 2
    return 0.0
