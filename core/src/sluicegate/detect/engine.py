"""The scan engine: anchors, windows, confirmation, over the blocks of a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from sluicegate.detect.confirm import confirm
from sluicegate.detect.context import AFTER, BEFORE
from sluicegate.detect.detector import Detector, Shape
from sluicegate.detect.digits import Digits, chains, country_checks, dotted, find_digits
from sluicegate.detect.looks import EXPRESSIONS, second_look
from sluicegate.detect.pattern import literal_expression
from sluicegate.detect.prefilter import Expression, Prefilter
from sluicegate.detect.resolve import resolve
from sluicegate.detect.spans import Ints, Raw, Spans, spans_of
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows, near, whole_rows, windows_around

_CHAIN_MARGIN = 8
"""Bytes that a match may reach beyond its chain of digits, for example for ``+(``."""
_NONE: Ints = np.zeros(0, dtype=np.int64)


class Engine:
    """All detectors, ready to scan. Holds no state between scans; safe for several threads.

    Args:
        detectors: In the order in which findings name them.

    Raises:
        DetectionError: an anchor does not compile.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = tuple(detectors)
        numbers: dict[Expression, int] = {sign: i for i, sign in enumerate(EXPRESSIONS)}
        self._users: list[tuple[int, ...]] = []
        for detector in detectors:
            anchor = detector.anchor
            wanted = [(text, anchor.caseless) for text in anchor.expressions]
            self._users.append(tuple(numbers.setdefault(e, len(numbers)) for e in wanted))
        self._prefilter = Prefilter(tuple(numbers))
        words: dict[Expression, int] = {}
        self._words: list[tuple[int, ...]] = []
        for detector in detectors:
            needed = sorted(detector.context) if detector.context_required else []
            wanted = [(literal_expression(word), True) for word in needed]
            self._words.append(tuple(words.setdefault(e, len(words)) for e in wanted))
        self._word_filter = Prefilter(tuple(words))

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
        for first, block in text.blocks():
            hits = self._prefilter.hits(block.buffer)
            direct = list(self._scan(block, hits, column))
            found += _shifted(direct, first)
            again = second_look(block, hits) if looks else None
            if again is not None:
                seen = self._scan(again.text, self._prefilter.hits(again.text.buffer), column)
                found += _shifted(again.originals(seen, direct), first)
        return spans_of(found)

    def exhaustive(self, text: Text, column: frozenset[str] = frozenset()) -> Spans:
        """Return what every pattern finds when it runs over every whole row.

        Slow; what ``raw`` is compared with. Disguised characters are left as they are.
        """
        found: list[Raw] = []
        windows = whole_rows(text)
        for number, detector in enumerate(self._detectors):
            found += confirm(detector, number, text, windows, column)
        return spans_of(found)

    def _scan(self, text: Text, hits: Mapping[int, Ints], column: frozenset[str]) -> Iterator[Raw]:
        shapes = _Shapes(text)
        words: Mapping[int, Ints] | None = None
        for number, detector in enumerate(self._detectors):
            places = None
            if self._words[number] and detector.context.isdisjoint(column):
                words = self._word_hits(text, hits, shapes) if words is None else words
                places = _together(words, self._words[number])
                if not len(places):
                    continue
            windows = self._windows(text, number, hits, shapes)
            if windows is not None and places is not None:
                windows = near(windows, places, BEFORE, AFTER)
            if windows is not None and len(windows.starts):
                yield from confirm(detector, number, text, windows, column)

    def _word_hits(
        self, text: Text, hits: Mapping[int, Ints], shapes: _Shapes
    ) -> Mapping[int, Ints]:
        """Find required words, but only near what might be a match: the rest needs no look."""
        asking = [number for number, words in enumerate(self._words) if words]
        anchors = {number: self._detectors[number].anchor for number in asking}
        # Chains of digits are looked up once for all: they differ in their fewest digits only.
        fewest = [a.digits for a in anchors.values() if a.shape is Shape.DIGITS]
        bounds = [shapes.bounds(min(fewest))] if fewest else []
        for number in asking:
            if anchors[number].shape is not Shape.DIGITS:
                windows = self._windows(text, number, hits, shapes)
                bounds += [(windows.starts, windows.ends)] if windows is not None else []
        starts = np.concatenate([_NONE, *(low for low, _ in bounds)])
        ends = np.concatenate([_NONE, *(high for _, high in bounds)])
        return _hits_between(self._word_filter, text, starts - BEFORE, ends + AFTER)

    def _windows(
        self, text: Text, number: int, hits: Mapping[int, Ints], shapes: _Shapes
    ) -> Windows | None:
        """Return where detector ``number`` has to look; ``None`` if nowhere."""
        if self._detectors[number].anchor.shape is not None:
            return shapes.windows(self._detectors[number])
        ends = _together(hits, self._users[number])
        return _around(text, self._detectors[number], ends) if len(ends) else None


class _Shapes:
    """Windows of the shapes of digits; what several detectors need is computed once."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def windows(self, detector: Detector) -> Windows:
        anchor = detector.anchor
        if anchor.shape is Shape.DIGITS:
            starts, ends = self.bounds(anchor.digits)
            inner = ends - _CHAIN_MARGIN
            return windows_around(self._text, starts, ends + detector.lookahead, inner)
        find = dotted if anchor.shape is Shape.DOTTED else country_checks
        return _around(self._text, detector, find(self._digits))

    def bounds(self, digits: int) -> tuple[Ints, Ints]:
        """Return where chains of so many digits begin and end, with what may stand around them."""
        starts, ends, counts = self._chains
        long = counts >= digits
        return starts[long] - _CHAIN_MARGIN, ends[long] + _CHAIN_MARGIN

    @cached_property
    def _digits(self) -> Digits:
        return find_digits(self._text.buffer, self._text.starts)

    @cached_property
    def _chains(self) -> tuple[Ints, Ints, Ints]:
        return chains(self._digits)


def _together(hits: Mapping[int, Ints], users: tuple[int, ...]) -> Ints:
    """Merge the places of several expressions, ascending."""
    places = [hits[user] for user in users if user in hits]
    if len(places) < 2:  # noqa: PLR2004  # nothing to merge
        return places[0] if places else _NONE
    return np.sort(np.concatenate(places))


def _hits_between(words: Prefilter, text: Text, starts: Ints, ends: Ints) -> Mapping[int, Ints]:
    """Scan the stretches between ``starts`` and ``ends`` only; places are those of the text.

    They are laid side by side, so a word may be seen across a joint. It is looked for again before
    it counts.
    """
    size = len(text.buffer)
    if not len(starts):
        return {}
    covered = np.bincount(starts.clip(0, size), minlength=size + 1)
    covered -= np.bincount(ends.clip(0, size), minlength=size + 1)
    index = np.flatnonzero(np.cumsum(covered[:-1]))
    found = words.hits(text.buffer[index])
    return {number: index[places - 1] + 1 for number, places in found.items()}


def _around(text: Text, detector: Detector, ends: Ints) -> Windows:
    anchor = detector.anchor
    low, high = ends - anchor.before, ends + anchor.after + detector.lookahead
    return windows_around(text, low, high, ends)


def _shifted(found: Iterable[Raw], rows: int) -> list[Raw]:
    return [(row + rows, *rest) for row, *rest in found]  # type: ignore[misc]  # five items
