"""Confirms many windows at once: one after the other each costs several times its search.

What ``confirm`` does step by step for one window is done here step by step for all of them: search,
judge, weigh, until none is left. Windows into which a finding of the one before reaches are
confirmed again behind it, and those with many matches in turn. Rows in which that comes to no end,
or whose budget could end, are left to ``confirm``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.budget import BYTES_A_SEARCH, Budget, cost_of
from sluicegate.detect.confirm import confirm, context_lift
from sluicegate.detect.context import WordPlaces, words_around
from sluicegate.detect.detector import Detector, Verdict
from sluicegate.detect.seek import Matches, Seeker
from sluicegate.detect.spans import Ints, Spans, spans_of
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows

ENOUGH = 32
"""Windows from which on arrays cost less than they save."""
_ROUNDS = 8
"""Searches in one window; a window that takes more is dense, and slow in any way."""
_REPAIRS = 4
"""Times that windows are confirmed anew, since a finding of the one before reaches into them."""
_NO_WORDS: frozenset[str] = frozenset()
_NEVER = 1 << 62
_REFUSED = Verdict(float("-inf"), 0)

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


class Hearing(NamedTuple):
    """What is known of the words near windows."""

    near: Mask
    """Which windows may have a word near them that the detector weighs."""
    places: WordPlaces | None
    """Where words stand that surely count for it; ``None`` if that was not looked up."""


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
    run = _Run(detector, text, windows, column, hearing, budget)
    none = np.zeros(len(windows.starts), np.bool_)
    # What would be read for nothing is not even begun.
    poor = none if budget is None else _poor(windows.rows, run.costs, budget)
    again = np.flatnonzero(~poor)
    for _ in range(_REPAIRS):
        run.confirm(again)
        again = run.overrun()
        if not len(again):
            break
    left = poor | np.isin(windows.rows, windows.rows[again])
    if budget is not None:
        left |= _poor(windows.rows, run.costs, budget)
        np.subtract.at(budget.left, windows.rows[~left], run.costs[~left])
    return run.spans(number, left), left


class _Run:
    """Confirms windows, and remembers for each what the next one may depend on."""

    def __init__(
        self,
        detector: Detector,
        text: Text,
        windows: Windows,
        column: frozenset[str],
        hearing: Hearing | None,
        budget: Budget | None,
    ) -> None:
        count = len(windows.starts)
        self._text, self._windows = text, windows
        self._detector, self._column, self._budget = detector, column, budget
        self._seeker = Seeker(detector, text, windows)
        self._weigher = _Weigher(detector, text, column)
        self._listening = np.ones(count, np.bool_) if hearing is None else hearing.near
        self._words = None if hearing is None else hearing.places
        self._parts: list[tuple[Matches, Floats]] = []
        self._place = windows.starts.copy()
        self._begins = np.full(count, _NEVER)
        """Of the first match in each window, be it taken or not."""
        self._free = np.zeros(count, np.int64)
        """Where the last finding in each ended: the next one begins no earlier."""
        self._base_costs = 1 + (windows.last - windows.starts) // BYTES_A_SEARCH
        self.costs = self._base_costs.copy()
        """Steps that each window took."""

    def confirm(self, again: Ints) -> None:
        """Confirm windows, each from where the findings before it ended."""
        self._forget(again)
        active = self._begin(again)
        for _ in range(_ROUNDS):
            if not len(active):
                return
            active = self._round(active)
        self._forget(active)
        self._begin(active)
        self._in_turn(active)

    def _begin(self, again: Ints) -> Ints:
        """Place windows behind the findings before them; return those with something to search."""
        rows, free = self._windows.rows, np.maximum.accumulate(self._free)
        before = np.where((rows[again] == rows[again - 1]) & (again > 0), free[again - 1], 0)
        self._place[again] = np.maximum(self._windows.starts[again], before)
        return again[self._place[again] < self._windows.last[again]]

    def _in_turn(self, dense: Ints) -> None:
        """Confirm windows with many matches one after the other."""
        starts, place = self._windows.starts[dense], self._place[dense]
        some = Windows(*(part[dense] for part in self._windows))._replace(starts=place)
        steps = Budget(self._text)
        steps.left[:] = _NEVER if self._budget is None else self._budget.left
        paid = steps.left.copy()
        found = confirm(
            self._detector, 0, self._text, some, self._column, steps, near=self._listening[dense]
        )
        # Of the steps of several windows in one row it does not matter whose they are.
        rows, first = np.unique(some.rows, return_index=True)
        self.costs[dense] = 0
        self.costs[dense[first]] = paid[rows] - steps.left[rows]
        self.costs[dense] += (some.last - starts) // BYTES_A_SEARCH
        self.costs[dense] -= (some.last - place) // BYTES_A_SEARCH
        spans = spans_of(found)
        low, high = (self._text.starts[spans.row] + part for part in (spans.start, spans.end))
        window = dense[np.searchsorted(place, low, side="right") - 1]
        np.maximum.at(self._free, window, high)
        self._begins[dense] = place
        self._parts.append((Matches.of(window, low, high), spans.score.astype(np.float64)))

    def _round(self, active: Ints) -> Ints:
        """Take the next match of each window, or pass over it."""
        place, last = self._place, self._windows.last
        found = self._seeker.search(active, place[active])
        window = found.window
        rows = self._windows.rows[window]
        scores, lengths = self._weigher.weigh(found, rows, self._listening, self._words)
        taken = scores >= self._detector.threshold
        # A value that the validator cut short gives the rest back to the search.
        high = found.low + lengths
        ends = np.where(high < found.high, np.maximum(high, found.start + 1), found.end)
        place[window] = np.where(taken, ends, found.start + 1)
        self._begins[window] = np.minimum(self._begins[window], found.start)
        self._free[window[taken]] = ends[taken]
        self.costs[window[~taken]] += cost_of((found.high - found.low)[~taken])
        self._parts.append((found._replace(high=high).where(taken), scores[taken]))
        return window[place[window] < last[window]]

    def _forget(self, again: Ints) -> None:
        """Take back what was found in windows."""
        if self._parts:
            self._parts = [_without(part, again) for part in self._parts]
        self._begins[again], self._free[again] = _NEVER, 0
        self.costs[again] = self._base_costs[again]

    def overrun(self) -> Ints:
        """Return the windows with a match that begins in a finding of one before."""
        rows, free = self._windows.rows, np.maximum.accumulate(self._free)
        inside: Mask = (rows[1:] == rows[:-1]) & (self._begins[1:] < free[:-1])
        return np.flatnonzero(inside) + 1

    def spans(self, number: int, left: Mask) -> Spans:
        """Lay the findings in order, but for those in windows that are left."""
        if not self._parts:
            return spans_of([])
        window = np.concatenate([found.window for found, _ in self._parts])
        order = np.argsort(window, kind="stable")
        order = order[~left[window[order]]]
        rows = self._windows.rows[window[order]]
        starts = self._text.starts[rows]
        scores = np.concatenate([score for _, score in self._parts])[order]
        return Spans(
            row=rows,
            start=np.concatenate([found.low for found, _ in self._parts])[order] - starts,
            end=np.concatenate([found.high for found, _ in self._parts])[order] - starts,
            detector=np.full(len(rows), number, dtype=np.int32),
            score=np.minimum(scores, 1.0).astype(np.float32),
        )


def _without(part: tuple[Matches, Floats], windows: Ints) -> tuple[Matches, Floats]:
    found, scores = part
    kept = ~np.isin(found.window, windows)
    return found.where(kept), scores[kept]


def _poor(rows: Ints, costs: Ints, budget: Budget) -> Mask:
    """Return the windows in rows whose budget may end."""
    first = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    poor = budget.left[rows[first]] <= np.add.reduceat(costs, first)
    found: Mask = np.repeat(poor, np.diff(np.r_[first, len(rows)]))
    return found


class _Weigher:
    """Judges values, and weighs the words around them."""

    def __init__(self, detector: Detector, text: Text, column: frozenset[str]) -> None:
        self._detector, self._text, self._column = detector, text, column
        self._known: dict[bytes, Verdict | None] = {}
        self._weighs = bool(detector.context or detector.against)
        self._lifted = not detector.context.isdisjoint(column)
        self._alone = context_lift(detector, _NO_WORDS, column)

    def weigh(
        self, found: Matches, rows: Ints, listening: Mask, words: WordPlaces | None
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

    def _judged(self, found: Matches) -> tuple[Floats, Ints]:
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
