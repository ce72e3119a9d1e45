"""Searches many windows at once, each from a place of its own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.confirm import FAR, Beginnings, readable
from sluicegate.detect.detector import Detector
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows

_HELD, _HELD_BY_MATCH = 1 << 21, 300
"""Bytes that matches may hold at a time, each with its window; and those of one by itself."""

Mask = npt.NDArray[np.bool_]


class Matches(NamedTuple):
    """The matches of one round, by place in the buffer."""

    window: Ints
    start: Ints
    end: Ints
    low: Ints
    """First byte of the value."""
    high: Ints
    values: list[bytes]

    @classmethod
    def of(cls, window: Ints, low: Ints, high: Ints) -> Matches:
        """Return matches that were judged already."""
        values = [b""] * len(window)
        return cls(window=window, start=low, end=high, low=low, high=high, values=values)

    def where(self, kept: Mask) -> Matches:
        """Return the matches that are ``kept``."""
        if kept.all():
            return self
        return Matches(
            window=self.window[kept],
            start=self.start[kept],
            end=self.end[kept],
            low=self.low[kept],
            high=self.high[kept],
            values=[value for value, keep in zip(self.values, kept.tolist(), strict=True) if keep],
        )


class Seeker:
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

    def search(self, active: Ints, places: Ints) -> Matches:
        """Return the next match of each window that has one, in order."""
        held = np.cumsum(self._windows.ends[active] - self._bases[active] + _HELD_BY_MATCH)
        cuts = np.flatnonzero(np.diff(held // _HELD)) + 1
        if not len(cuts):
            return self._search_some(active, places)
        parts = [
            self._search_some(some, own)
            for some, own in zip(np.split(active, cuts), np.split(places, cuts), strict=True)
        ]
        return Matches(
            window=np.concatenate([part.window for part in parts]),
            start=np.concatenate([part.start for part in parts]),
            end=np.concatenate([part.end for part in parts]),
            low=np.concatenate([part.low for part in parts]),
            high=np.concatenate([part.high for part in parts]),
            values=[value for part in parts for value in part.values],
        )

    def _search_some(self, active: Ints, places: Ints) -> Matches:
        bases, ends = self._bases[active], self._windows.ends[active]
        lasts = self._windows.last[active]
        far = (ends - lasts > FAR * (lasts - places)) | self._named
        data, search, first_from, group = self._data, self._search, self._first_from, self._group
        # Numbers only, no match is kept: thousands of them would wake the garbage collector.
        window: list[int] = []
        bounds: list[int] = []
        inner: list[int] = []
        values: list[bytes] = []
        columns = (active, bases, ends, places - bases, lasts - bases, far)
        for number, base, end, place, last, apart in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            chunk = data[base:end]
            match = first_from(chunk, place, last) if apart else search(chunk, place)
            if match is None or (start := match.start()) >= last:
                continue
            window.append(number)
            bounds += (base + start, base + match.end())
            values.append(match[group])
            if group:
                inner += (base + match.start(group), base + match.end(group))
        outer = _pairs(bounds)
        low, high = _pairs(inner) if group else outer
        return Matches(
            window=np.array(window, dtype=np.int64),
            start=outer[0],
            end=outer[1],
            low=low,
            high=high,
            values=values,
        )


def _pairs(numbers: list[int]) -> tuple[Ints, Ints]:
    """Return every first and every second one of some numbers."""
    laid = np.array(numbers, dtype=np.int64)
    return laid[0::2], laid[1::2]
