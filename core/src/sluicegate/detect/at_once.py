"""Confirms many windows at once: one after the other each costs several times its search.

What ``confirm`` does step by step for one window is done here step by step for all of them: search,
judge, weigh, until none is left. Rows in which windows depend on each other, or whose budget could
end, are left to ``confirm``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.budget import BYTES_A_SEARCH, Budget, costs_of
from sluicegate.detect.confirm import FAR, Beginnings, context_lift, readable
from sluicegate.detect.context import WordPlaces, words_around
from sluicegate.detect.detector import Detector, Verdict
from sluicegate.detect.spans import Ints, Spans
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows

ENOUGH = 32
"""Windows from which on arrays cost less than they save."""
_ROUNDS = 16
"""Searches in one window; a window that takes more is dense, and slow in any way."""
_NO_WORDS: frozenset[str] = frozenset()
_REFUSED = Verdict(float("-inf"), 0)

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


class Hearing(NamedTuple):
    """What is known of the words near windows."""

    near: Mask
    """Which windows may have a word near them that the detector weighs."""
    places: WordPlaces | None
    """Where words stand that surely count for it; ``None`` if that was not looked up."""


class _Matches(NamedTuple):
    """The matches of one round, by place in the buffer."""

    window: Ints
    start: Ints
    end: Ints
    low: Ints
    """First byte of the value."""
    high: Ints
    values: list[bytes]

    def where(self, kept: Mask) -> _Matches:
        if kept.all():
            return self
        return _Matches(
            window=self.window[kept],
            start=self.start[kept],
            end=self.end[kept],
            low=self.low[kept],
            high=self.high[kept],
            values=[value for value, keep in zip(self.values, kept.tolist(), strict=True) if keep],
        )


def confirm_at_once(
    detector: Detector,
    number: int,
    text: Text,
    windows: Windows,
    column: frozenset[str],
    budget: Budget | None,
    hearing: Hearing | None,
) -> tuple[Spans, Mask]:
    """Return the findings of most windows, and which windows are left to ``confirm``.

    Args:
        detector: Who looks.
        number: Of the detector, for its findings.
        text: Where.
        windows: Where in it.
        column: Words of the column's name.
        budget: What is left to each row; no bound without one.
        hearing: Of the words near the windows; without it all have to be looked for.
    """
    seeker = _Seeker(detector, text, windows)
    weigher = _Weigher(detector, text, column)
    costs = 1 + (windows.last - windows.starts) // BYTES_A_SEARCH
    active, place = np.arange(len(windows.starts)), windows.starts.copy()
    listening = np.ones(len(active), np.bool_) if hearing is None else hearing.near
    words = None if hearing is None else hearing.places
    parts: list[tuple[_Matches, Floats]] = []
    for _ in range(_ROUNDS):
        found = seeker.search(active, place[active])
        scores, lengths = weigher.weigh(found, windows.rows[found.window], listening, words)
        taken = scores >= detector.threshold
        # A value that the validator cut short gives the rest back to the search.
        high = found.low + lengths
        ends = np.where(high < found.high, np.maximum(high, found.start + 1), found.end)
        place[found.window] = np.where(taken, ends, found.start + 1)
        missed = found.window[~taken]
        costs[missed] += costs_of((found.high - found.low)[~taken])
        parts.append((found._replace(high=high).where(taken), scores[taken]))
        active = found.window[place[found.window] < windows.last[found.window]]
        if len(active) < ENOUGH:
            break
    left = np.zeros(len(windows.starts), np.bool_)
    left[active] = True
    left[_overrun(windows, place)] = True
    left = _in_rows_of(windows.rows, left, costs, budget)
    return _spans(number, text, windows, parts, left), left


def _spans(
    number: int, text: Text, windows: Windows, parts: list[tuple[_Matches, Floats]], left: Mask
) -> Spans:
    """Lay the findings of all rounds in order, but for those in windows that are left."""
    window = np.concatenate([found.window for found, _ in parts])
    order = np.argsort(window, kind="stable")
    order = order[~left[window[order]]]
    rows = windows.rows[window[order]]
    starts = text.starts[rows]
    return Spans(
        row=rows,
        start=np.concatenate([found.low for found, _ in parts])[order] - starts,
        end=np.concatenate([found.high for found, _ in parts])[order] - starts,
        detector=np.full(len(rows), number, dtype=np.int32),
        score=np.minimum(np.concatenate([s for _, s in parts])[order], 1.0).astype(np.float32),
    )


def _overrun(windows: Windows, place: Ints) -> Ints:
    """Return the windows into which the last finding of the one before reaches."""
    same = windows.rows[1:] == windows.rows[:-1]
    return np.flatnonzero(same & (place[:-1] > windows.starts[1:])) + 1


def _in_rows_of(rows: Ints, some: Mask, costs: Ints, budget: Budget | None) -> Mask:
    """Return all windows in the rows of some, and in those whose budget may end; pay for others."""
    first = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    left = np.logical_or.reduceat(some, first)
    if budget is not None:
        total, own = np.add.reduceat(costs, first), rows[first]
        left |= budget.left[own] <= total
        budget.left[own[~left]] -= total[~left]
    return np.repeat(left, np.diff(np.r_[first, len(rows)]))


class _Seeker:
    """Searches windows, each from a place of its own."""

    def __init__(self, detector: Detector, text: Text, windows: Windows) -> None:
        self._text, self._windows = text, windows
        self._group = "v" if "v" in detector.pattern.groupindex else 0
        self._search = detector.pattern.search
        self._first_from, self._named = Beginnings(detector).first, detector.is_named
        self._data = readable(text, windows)
        self._bases = np.maximum(
            text.starts.take(windows.rows), windows.starts - detector.lookbehind
        )

    def search(self, active: Ints, places: Ints) -> _Matches:
        """Return the next match of each window that has one, in order."""
        bases, ends = self._bases[active], self._windows.ends[active]
        lasts = self._windows.last[active]
        found = self._matches(bases, ends, places, lasts)
        which = np.array([n for n, match in enumerate(found) if match is not None], dtype=np.int64)
        matches = [match for match in found if match is not None]
        group, bases = self._group, bases[which]
        start, end = _places(m.start() for m in matches), _places(m.end() for m in matches)
        low, high = start, end
        if group:
            low = _places(m.start(group) for m in matches)
            high = _places(m.end(group) for m in matches)
        return _Matches(
            window=active[which],
            start=start + bases,
            end=end + bases,
            low=low + bases,
            high=high + bases,
            values=[match[group] for match in matches],
        ).where(start + bases < lasts[which])

    def _matches(
        self, bases: Ints, ends: Ints, places: Ints, lasts: Ints
    ) -> list[re.Match[bytes] | None]:
        data, search, first_from = self._data, self._search, self._first_from
        far = (ends - lasts > FAR * (lasts - places)) | self._named
        bounds = zip(
            bases.tolist(), ends.tolist(), (places - bases).tolist(), (lasts - bases).tolist(),
            far.tolist(), strict=True,
        )  # fmt: skip
        if not far.any():
            return [search(data[base:end], place) for base, end, place, _, _ in bounds]
        return [
            first_from(data[base:end], place, last) if long else search(data[base:end], place)
            for base, end, place, last, long in bounds
        ]


class _Weigher:
    """Judges values, and weighs the words around them."""

    def __init__(self, detector: Detector, text: Text, column: frozenset[str]) -> None:
        self._detector, self._text, self._column = detector, text, column
        self._known: dict[bytes, Verdict | None] = {}
        self._weighs = bool(detector.context or detector.against)
        self._lifted = not detector.context.isdisjoint(column)
        self._alone = context_lift(detector, _NO_WORDS, column)

    def weigh(
        self, found: _Matches, rows: Ints, listening: Mask, words: WordPlaces | None
    ) -> tuple[Floats, Ints]:
        """Return the score of each match, -inf if it is none, and how long its value is."""
        detector = self._detector
        lifts, lengths = self._judged(found)
        scores = detector.score + lifts
        if not self._weighs:
            return scores, lengths
        near = np.full(len(rows), self._alone)
        asked = np.flatnonzero(
            (scores + detector.context_lift >= detector.threshold)
            & (listening[found.window] & (not self._lifted))
        )
        if len(asked):
            high = found.low[asked] + lengths[asked]
            near[asked] = self._near(found.low[asked], high, rows[asked], words)
        if detector.context_required:
            scores[near <= 0] = -np.inf
        return scores + near, lengths

    def _judged(self, found: _Matches) -> tuple[Floats, Ints]:
        judge, known = self._detector.validator, self._known
        if judge is None:
            return np.zeros(len(found.values)), found.high - found.low
        for value in dict.fromkeys(found.values):
            if value not in known:
                known[value] = judge(value)
        verdicts = [known[value] or _REFUSED for value in found.values]
        lifts = np.array([lift for lift, _ in verdicts], dtype=np.float64)
        return lifts, np.array([length for _, length in verdicts], dtype=np.int64)

    def _near(self, low: Ints, high: Ints, rows: Ints, words: WordPlaces | None) -> Floats:
        """Return what the words around each of some values add."""
        detector, text, column = self._detector, self._text, self._column
        lifts = np.full(len(low), detector.context_lift)
        starts, ends = text.starts[rows], text.ends[rows]
        asked = np.arange(len(low))
        if words is not None:
            asked = np.flatnonzero(~words.beside(text, low, high, starts, ends))
        bounds = (part[asked].tolist() for part in (low, high, starts, ends))
        raw = text.raw if len(asked) else b""
        for place, bound in zip(asked.tolist(), zip(*bounds, strict=True), strict=True):
            lifts[place] = context_lift(detector, words_around(raw, *bound), column)
        return lifts


def _places(places: Iterable[int]) -> Ints:
    return np.fromiter(places, dtype=np.int64)
