"""The scan engine: anchors, windows, confirmation, over the blocks of a text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sluicegate.detect.anchors import Anchors, Found
from sluicegate.detect.bulk import MANY, likely, take_whole
from sluicegate.detect.confirm import confirm
from sluicegate.detect.context import AFTER, BEFORE
from sluicegate.detect.detector import Detector, Shape
from sluicegate.detect.looks import second_look
from sluicegate.detect.pattern import literal_expression
from sluicegate.detect.prefilter import Expression, Prefilter
from sluicegate.detect.resolve import resolve
from sluicegate.detect.shapes import around
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Ints, Raw, Spans, spans_of
from sluicegate.detect.stretches import hits_between
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows, near, whole_rows

_NONE: Ints = np.zeros(0, dtype=np.int64)


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
        self._anchors = Anchors(self.detectors, shelf)
        words: dict[Expression, int] = {}
        self._words: list[tuple[int, ...]] = []
        for detector in detectors:
            needed = sorted(detector.context) if detector.context_required else []
            expressions = ((literal_expression(word), True) for word in needed)
            self._words.append(tuple(words.setdefault(e, len(words)) for e in expressions))
        self._word_filter = Prefilter(tuple(words), shelf)
        self._shaped: dict[Shape, list[tuple[int, int]]] = {}
        for number, detector in enumerate(detectors):
            if detector.anchor.shape is not None:
                shaped = self._shaped.setdefault(detector.anchor.shape, [])
                shaped.append((detector.anchor.digits, number))
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
        found: list[Raw] = []
        parts: list[Spans] = []
        for first, block in text.blocks():
            anchored = self._anchors.find(block)
            taken = _Taken(block)
            direct = list(self._scan(anchored, column, taken))
            found += _shifted(direct, first)
            parts += [spans.moved(first) for spans in taken.spans]
            again = second_look(block, self._anchors.signs(anchored)) if looks else None
            if again is not None:
                seen = self._scan(self._anchors.find(again.text), column)
                everything = [*direct, *(raw for spans in taken.spans for raw in spans.raw())]
                found += _shifted(again.originals(seen, everything), first)
        return Spans.joined([*parts, spans_of(found)])

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
        self, anchored: Found, column: frozenset[str], taken: _Taken | None = None
    ) -> Iterator[Raw]:
        """Yield findings one by one; whole cells go to ``taken`` many at once, if it is given."""
        words: Mapping[int, Ints] | None = None
        called = self._called(anchored)
        for number in called:
            detector = self.detectors[number]
            places = None
            if self._words[number] and detector.context.isdisjoint(column):
                words = self._word_hits(anchored, called) if words is None else words
                places = _together(words, self._words[number])
                if not len(places):
                    continue
            windows = self._windows(anchored, number)
            if windows is not None and places is not None:
                windows = near(windows, places, BEFORE, AFTER)
            if windows is None:
                continue
            if taken is not None:
                windows = taken.by(number, detector, windows, column)
            elif len(windows.starts) >= MANY:
                windows = likely(detector, anchored.text, windows)
            if len(windows.starts):
                yield from confirm(detector, number, anchored.text, windows, column)

    def _called(self, anchored: Found) -> list[int]:
        """Return the detectors that may find something; first those that take whole cells."""
        called = {n for expression in anchored.hits for n in self._holders.get(expression, ())}
        for shape, shaped in self._shaped.items():
            most = anchored.shapes.most_digits(shape)
            called.update(number for digits, number in shaped if digits <= most)
        return sorted(called, key=lambda n: (not self.detectors[n].whole, n))

    def _word_hits(self, anchored: Found, called: Sequence[int]) -> Mapping[int, Ints]:
        """Find required words, but only near what might be a match: the rest needs no look."""
        asking = [number for number in called if self._words[number]]
        anchors = {number: self.detectors[number].anchor for number in asking}
        # Chains of digits are looked up once for all: they differ in their fewest digits only.
        chained = [a for a in anchors.values() if a.shape is Shape.DIGITS]
        bounds: list[tuple[Ints, Ints]] = []
        if chained:
            widest = [max(a.before for a in chained), max(a.after for a in chained)]
            bounds.append(anchored.shapes.bounds(min(a.digits for a in chained), *widest))
        for number in asking:
            if anchors[number].shape is not Shape.DIGITS:
                windows = self._windows(anchored, number)
                bounds += [(windows.starts, windows.ends)] if windows is not None else []
        starts = np.concatenate([_NONE, *(low for low, _ in bounds)])
        ends = np.concatenate([_NONE, *(high for _, high in bounds)])
        return hits_between(self._word_filter, anchored.text, starts - BEFORE, ends + AFTER)

    def _windows(self, anchored: Found, number: int) -> Windows | None:
        """Return where detector ``number`` has to look; ``None`` if nowhere."""
        if self.detectors[number].anchor.shape is not None:
            return anchored.shapes.windows(self.detectors[number])
        ends = _together(anchored.hits, self._anchors.users[number])
        return around(anchored.text, self.detectors[number], ends) if len(ends) else None


class _Taken:
    """Whole cells that were taken many at once, by the score with which each was.

    Where one finding covers all of a cell, a weaker one covers nothing that it would be told for.
    """

    def __init__(self, text: Text) -> None:
        self._text = text
        self._scores: npt.NDArray[np.float32] | None = None
        self.spans: list[Spans] = []

    def by(
        self, number: int, detector: Detector, windows: Windows, column: frozenset[str]
    ) -> Windows:
        """Take what ``detector`` takes as a whole; return the windows that are left to it."""
        if self._scores is not None:
            windows = windows.where(self._scores[windows.rows] <= detector.highest(column))
        if len(windows.starts) < MANY:
            return windows
        windows = likely(detector, self._text, windows)
        for form in detector.whole:
            windows, spans = take_whole(detector, number, form, self._text, windows, column)
            self._take(spans)
        return windows

    def _take(self, spans: Spans) -> None:
        if len(spans):
            if self._scores is None:
                self._scores = np.zeros(len(self._text.starts), dtype=np.float32)
            self._scores[spans.row] = np.maximum(self._scores[spans.row], spans.score)
            self.spans.append(spans)


def _together(hits: Mapping[int, Ints], users: tuple[int, ...]) -> Ints:
    """Merge the places of several expressions, ascending."""
    places = [hits[user] for user in users if user in hits]
    if len(places) < 2:  # noqa: PLR2004  # nothing to merge
        return places[0] if places else _NONE
    return np.sort(np.concatenate(places))


def _shifted(found: Iterable[Raw], rows: int) -> list[Raw]:
    return [(row + rows, *rest) for row, *rest in found]  # type: ignore[misc]  # five items
