"""The scan engine: anchors, windows, confirmation, over the blocks of a text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt

from sluicegate.detect.anchors import Anchors, Found
from sluicegate.detect.at_once import ENOUGH, Hearing, confirm_at_once
from sluicegate.detect.budget import UNREAD, Budget
from sluicegate.detect.bulk import MANY, likely, take_whole, worth_it
from sluicegate.detect.confirm import confirm
from sluicegate.detect.context import AFTER, BEFORE, WordPlaces
from sluicegate.detect.detector import Detector, Shape
from sluicegate.detect.looks import second_look
from sluicegate.detect.narrow import begin_seldom, narrowed, worth
from sluicegate.detect.nearby import Hits, Nearby, together
from sluicegate.detect.resolve import resolve
from sluicegate.detect.shapes import around
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Ints, Raw, Spans, spans_of
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows, near, whole_rows

_FEW = 32
"""Windows up to which it costs less to look for words at each match."""


class Engine:
    """All detectors, ready to scan. Holds no state between scans; safe for several threads.

    Args:
        detectors: In the order in which findings name them.
        shelf: Where compiled anchors are kept.

    Raises:
        DetectionError: an anchor does not compile.
    """

    def __init__(self, detectors: Sequence[Detector], shelf: Shelf | None = None) -> None:
        shelf = Shelf() if shelf is None else shelf
        self.detectors = tuple(detectors)
        self._unread = next((n for n, d in enumerate(detectors) if d is UNREAD), None)
        self._anchors = Anchors(self.detectors, shelf)
        # Without some words there is no finding; others only make one more or less sure.
        self._asking = frozenset(n for n, d in enumerate(detectors) if d.context_required)
        self._nearby = Nearby(
            [d.context if d.context_required else d.context | d.against for d in detectors], shelf
        )
        self._shaped: dict[tuple[Shape | None, int, int], list[int]] = {}
        for number, detector in enumerate(detectors):
            anchor = detector.anchor
            if anchor.shape is not None:
                kind = anchor.shape, anchor.digits, anchor.run
                self._shaped.setdefault(kind, []).append(number)
        self._holders: dict[int, list[int]] = {}
        for number, used in enumerate(self._anchors.users):
            for expression in used:
                self._holders.setdefault(expression, []).append(number)

    def find(self, text: Text, column: frozenset[str] = frozenset()) -> Spans:
        """Return the findings of ``text``, resolved."""
        return resolve(self.raw(text, column))

    def raw(self, text: Text, column: frozenset[str] = frozenset(), *, looks: bool = True) -> Spans:
        """Return what each detector found on its own, before overlaps are resolved.

        Args:
            text: What to scan.
            column: Words of the column's name.
            looks: Whether to look a second time at what may be disguised or encoded.
        """
        parts: list[Spans] = []
        for first, block in text.blocks():
            anchored = self._anchors.find(block)
            taken = _Taken(block)
            budget = self._budget(block)
            found = [*self._scan(anchored, column, taken, budget=budget), *taken.spans]
            again = second_look(block, self._anchors.signs(anchored)) if looks else None
            if again is not None:
                second = self._budget(again.text)
                seen = self._scan(self._anchors.find(again.text), column, budget=second)
                found.append(spans_of(list(again.originals(_each(seen), _each(found)))))
                if budget and second:
                    budget.unread.update(map(again.row, second.unread))
            if budget and budget.unread and self._unread is not None:
                found.append(budget.findings(self._unread))
            parts += [spans.moved(first) for spans in found if len(spans)]
        return Spans.joined(parts or [spans_of([])])

    def exhaustive(self, text: Text, column: frozenset[str] = frozenset()) -> Spans:
        """Return what every pattern finds when it runs over every whole row.

        Slow; what ``raw`` is compared with. Disguised characters are left as they are.
        """
        found: list[Raw] = []
        windows = whole_rows(text)
        for number, detector in enumerate(self.detectors):
            found += confirm(detector, number, text, windows, column)
        return spans_of(found)

    def seen(self, text: Text) -> str:
        """Digest which anchors are seen where: the same on every processor, unless one is blind."""
        anchored = self._anchors.find(text)
        hits = [sorted(h.items()) for h in (anchored.hits, self._anchors.signs(anchored))]
        places = [[(number, at.tolist()) for number, at in part] for part in hits]
        return hashlib.sha256(repr(places).encode()).hexdigest()

    def _scan(
        self,
        anchored: Found,
        column: frozenset[str],
        taken: _Taken | None = None,
        *,
        budget: Budget | None = None,
    ) -> list[Spans]:
        """Return the findings; whole cells go to ``taken`` instead, if it is given."""
        called, left = self._called(anchored), dict[int, Windows]()
        if taken is not None and len(anchored.text.starts) >= MANY:
            # First, so that no other detector looks at a cell that is taken.
            left = self._take(anchored, called, column, taken)
            if taken.spans:
                called = [n for n in called if not taken.hides(n, self.detectors[n], column)]
        found: list[Spans] = []
        alone: list[Raw] = []
        for number, windows, hearing in self._ready(anchored, called, column, taken, left):
            detector, text = self.detectors[number], anchored.text
            near_words, rest = None if hearing is None else hearing.near, windows
            if len(windows.starts) >= ENOUGH:
                spans, undone = confirm_at_once(
                    detector, number, text, windows, column, budget, hearing
                )
                found += [spans] * bool(len(spans))
                rest = windows.where(undone)
                near_words = None if near_words is None else near_words[undone]
            alone += confirm(detector, number, text, rest, column, budget, near=near_words)
        return [*found, spans_of(alone)] if alone else found

    def _ready(
        self,
        anchored: Found,
        called: list[int],
        column: frozenset[str],
        taken: _Taken | None,
        left: dict[int, Windows],
    ) -> Iterator[tuple[int, Windows, Hearing | None]]:
        """Yield the detectors that have to look, where, and what words are near."""
        known: dict[int, Windows | None] = dict(left)
        # The name of the column may have said enough.
        listening = {
            n
            for n in self._nearby.users & set(called)
            if self.detectors[n].context.isdisjoint(column)
        }
        asking = self._asking.intersection(listening)
        stretches = list(self._stretches(anchored, listening, known))
        words: Hits = {}
        if asking or sum(len(starts) for starts, _ in stretches) >= _FEW:
            words = self._nearby.hits(anchored.text, stretches)
        else:
            listening = set(asking)
        silent = asking - self._nearby.heard(words)
        for number in called:
            if number in silent:
                continue
            if number not in known:
                known[number] = self._windows(anchored, number)
            windows, detector = known[number], self.detectors[number]
            if windows is None:
                continue
            places = self._nearby.places(words, number) if number in listening else None
            wanted = places if number in asking else None
            if wanted is not None:
                windows = windows.where(near(windows, wanted, BEFORE, AFTER))
            if taken is not None:
                windows = taken.rest(number, detector, windows, column)
            windows = _thinned(detector, anchored.text, windows, wanted)
            if len(windows.starts):
                hearing = None
                if places is not None:
                    flags = near(windows, places, BEFORE, AFTER)
                    hearing = Hearing(flags, self._sure(anchored.text, words, detector, flags))
                yield number, windows, hearing

    def _sure(
        self, text: Text, words: Hits, detector: Detector, near_words: npt.NDArray[np.bool_]
    ) -> WordPlaces | None:
        """Return where words surely count for a detector; ``None`` if few windows ask for them."""
        if np.count_nonzero(near_words) < ENOUGH:
            return None
        return self._nearby.sure(text, words, detector.context)

    def _take(
        self, anchored: Found, called: list[int], column: frozenset[str], taken: _Taken
    ) -> dict[int, Windows]:
        """Take whole cells; return the windows that are left to the detectors which know them."""
        left: dict[int, Windows] = {}
        for number in called:
            detector = self.detectors[number]
            if detector.whole and not taken.hides(number, detector, column):
                windows = self._windows(anchored, number)
                if windows is not None:
                    left[number] = taken.take(number, detector, windows, column)
        return left

    def _budget(self, text: Text) -> Budget | None:
        """Bound the work for each row, if what is left unread can be told."""
        return None if self._unread is None else Budget(text)

    def _called(self, anchored: Found) -> list[int]:
        """Return the detectors that may find something, in order."""
        called = {n for expression in anchored.hits for n in self._holders.get(expression, ())}
        for numbers in self._shaped.values():
            if anchored.shapes.holds(self.detectors[numbers[0]].anchor):
                called.update(numbers)
        return sorted(called)

    def _stretches(
        self, anchored: Found, listening: AbstractSet[int], known: dict[int, Windows | None]
    ) -> Iterator[tuple[Ints, Ints]]:
        """Yield where what needs words might be, the rest needs no look; note windows as known."""
        anchors = {number: self.detectors[number].anchor for number in listening}
        # Chains of digits are looked up once for all.
        chained = [a for a in anchors.values() if a.shape is Shape.DIGITS]
        if chained:
            yield anchored.shapes.bounds(chained)
        for number, anchor in anchors.items():
            if anchor.shape is not Shape.DIGITS:
                if number not in known:
                    known[number] = self._windows(anchored, number)
                windows = known[number]
                if windows is not None:
                    yield windows.starts, windows.ends

    def _windows(self, anchored: Found, number: int) -> Windows | None:
        """Return where detector ``number`` has to look; ``None`` if nowhere."""
        if self.detectors[number].anchor.shape is not None:
            return anchored.shapes.windows(self.detectors[number])
        ends = together(anchored.hits, self._anchors.users[number])
        if not len(ends):
            return None
        lead = self._anchors.leads.get(number)
        return around(anchored.text, self.detectors[number], ends, lead)


def _each(spans: list[Spans]) -> list[Raw]:
    return [raw for part in spans for raw in part.raw()]


class _Taken:
    """Whole cells that were taken many at once, by the score with which each was.

    Where one finding covers all of a cell, a weaker one covers nothing that it would be told for.
    """

    def __init__(self, text: Text) -> None:
        self._text = text
        self._scores: npt.NDArray[np.float32] | None = None
        self._least = np.full(1, -1, dtype=np.float32)
        self._last = 0
        self.spans: list[Spans] = []

    def take(
        self, number: int, detector: Detector, windows: Windows, column: frozenset[str]
    ) -> Windows:
        """Take what ``detector`` takes as a whole; return the windows that are left to it."""
        for form in detector.whole:
            windows, spans = take_whole(detector, number, form, self._text, windows, column)
            if len(spans):
                self._add(number, spans)
        return windows

    def rest(
        self, number: int, detector: Detector, windows: Windows, column: frozenset[str]
    ) -> Windows:
        """Drop the windows in cells that were taken before ``detector`` by all it can give."""
        if self._scores is None:
            return windows
        scores = self._scores[windows.rows]
        beaten = self._beats(scores, number, detector, column)
        # Of two that are as sure, the longer one wins.
        sizes = self._text.ends[windows.rows] - self._text.starts[windows.rows]
        beaten |= (sizes > detector.longest) & (scores == np.float32(detector.highest(column)))
        return windows.where(~beaten)

    def hides(self, number: int, detector: Detector, column: frozenset[str]) -> bool:
        """Tell whether all cells were taken before ``detector`` by all it can give."""
        if self._scores is None:
            return False
        return bool(self._beats(self._least, number, detector, column).all())

    def _beats(
        self,
        scores: npt.NDArray[np.float32],
        number: int,
        detector: Detector,
        column: frozenset[str],
    ) -> npt.NDArray[np.bool_]:
        """Tell which scores win; of findings alike, that of the first detector does."""
        highest = np.float32(detector.highest(column))
        return np.greater_equal(scores, highest) if number > self._last else scores > highest

    def _add(self, number: int, spans: Spans) -> None:
        if self._scores is None:
            # An empty cell has nothing that anybody could find.
            empty = self._text.starts == self._text.ends
            self._scores = np.where(empty, np.float32(np.inf), np.float32(-1))
        self._scores[spans.row] = np.maximum(self._scores[spans.row], spans.score)
        self._least = self._scores.min(keepdims=True)
        self._last = max(self._last, number)
        self.spans.append(spans)


def _thinned(detector: Detector, text: Text, windows: Windows, places: Ints | None) -> Windows:
    """Drop what the outline of a detector does not match, where that costs less than to search it.

    Args:
        detector: Whose windows.
        text: Where.
        windows: Each with a word near it, if words are needed.
        places: Of the words that are needed.
    """
    if worth(detector, windows):
        if begin_seldom(detector, text, windows):
            return windows
        windows = narrowed(detector, text, windows)
        if places is None:
            return windows
        return windows.where(near(windows, places, BEFORE, AFTER))
    return likely(detector, text, windows) if worth_it(windows) else windows
