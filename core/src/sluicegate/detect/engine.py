"""The scan engine: anchors, windows, confirmation, over the blocks of a text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.bulk import MANY, likely, take_whole
from sluicegate.detect.confirm import confirm
from sluicegate.detect.context import AFTER, BEFORE, whole_words
from sluicegate.detect.detector import Detector, Shape
from sluicegate.detect.digits import Digits, chains, country_checks, dotted, spaced
from sluicegate.detect.looks import EXPRESSIONS as SIGNS
from sluicegate.detect.looks import SPACED_DIGITS, second_look
from sluicegate.detect.marks import Marks, find_marks
from sluicegate.detect.pattern import holds_digit, literal_expression
from sluicegate.detect.prefilter import Expression, Prefilter
from sluicegate.detect.resolve import resolve
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Ints, Raw, Spans, spans_of
from sluicegate.detect.text import Text
from sluicegate.detect.windows import Windows, near, rows_of, whole_rows, windows_around

_LONGEST_NAME = 64
"""Bytes of an expression that is looked for before signs."""
_LONGEST_DIGITAL = 32
"""Bytes of an expression that is looked for beside digits."""
_LITERAL = re.compile(rb"(?:[A-Za-z0-9]|\\x..)+")
_ASSIGNED, _DIGITAL = 1 << 20, 1 << 21
"""Added to the numbers of expressions that are looked for before signs only, and beside digits."""
_LARGEST = np.iinfo(np.int32).max
_NONE: Ints = np.zeros(0, dtype=np.int64)


class _Expressions(dict[Expression, int]):
    """Numbers expressions, equal ones once."""

    def number(self, expression: Expression) -> int:
        return self.setdefault(expression, len(self))


def _is_digital(expression: Expression) -> bool:
    """Tell whether an expression is looked for beside digits only; literals cost nothing anyway."""
    text, _ = expression
    return not _LITERAL.fullmatch(text) and holds_digit(text, _LONGEST_DIGITAL)


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
        plain, assigned, digital, words = (_Expressions() for _ in range(4))
        self._users: list[tuple[int, ...]] = []
        self._words: list[tuple[int, ...]] = []
        self._sizes: dict[int, int] = {}
        for detector in detectors:
            anchor = detector.anchor
            self._users.append(
                tuple(
                    _ASSIGNED + assigned.number(expression)
                    if anchor.assigned
                    else _DIGITAL + digital.number(expression)
                    if _is_digital(expression)
                    else plain.number(expression)
                    for expression in ((text, anchor.caseless) for text in anchor.expressions)
                )
            )
            needed = sorted(detector.context) if detector.context_required else []
            numbers = [words.number((literal_expression(word), True)) for word in needed]
            self._words.append(tuple(numbers))
            self._sizes.update(zip(numbers, (len(word.encode()) for word in needed), strict=True))
        self._prefilter = Prefilter(tuple(plain), shelf)
        self._assigned = Prefilter(tuple(assigned), shelf)
        self._digital = Prefilter(tuple(digital), shelf)
        self._word_filter = Prefilter(tuple(words), shelf)
        self._shared_signs = {n: plain[sign] for n, sign in enumerate(SIGNS) if sign in plain}
        own_signs = [n for n in range(len(SIGNS)) if n not in {*self._shared_signs, SPACED_DIGITS}]
        self._own_signs = dict(enumerate(own_signs))
        self._signs = Prefilter(tuple(SIGNS[n] for n in own_signs), shelf)
        self._name_reach = max((d.anchor.assigned for d in detectors), default=0) + _LONGEST_NAME
        shaped = [d for d in detectors if d.anchor.shape is Shape.DIGITS]
        self._farthest = max((d.lookahead for d in shaped), default=0)
        self._shaped = [
            (d.anchor.digits if d.anchor.shape is Shape.DIGITS else 0, n)
            for n, d in enumerate(detectors)
            if d.anchor.shape is not None
        ]
        self._asking = frozenset(n for n, needed in enumerate(self._words) if needed)
        self._word_users: dict[int, list[int]] = {}
        for number in sorted(self._asking):
            for word in self._words[number]:
                self._word_users.setdefault(word, []).append(number)
        self._holders: dict[int, list[int]] = {}
        for number, used in enumerate(self._users):
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
            anchored = self._anchored(block)
            taken = _Taken(block)
            direct = self._scan(anchored, column, taken)
            found = taken.spans + [spans_of(direct)] * bool(direct)
            again = second_look(block, self._signs_in(anchored)) if looks else None
            if again is not None:
                seen = self._scan(self._anchored(again.text), column)
                everything = [*direct, *(raw for spans in taken.spans for raw in spans.raw())]
                found.append(spans_of(list(again.originals(seen, everything))))
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
        anchored = self._anchored(text)
        hits = [sorted(h.items()) for h in (anchored.hits, self._signs_in(anchored))]
        places = [[(number, at.tolist()) for number, at in part] for part in hits]
        return hashlib.sha256(repr(places).encode()).hexdigest()

    def _anchored(self, text: Text) -> _Anchored:
        """Find every anchor in ``text``."""
        marks = find_marks(text.buffer)
        shapes = _Shapes(text, marks, self._farthest)
        hits = dict(self._prefilter.hits(text.buffer))
        names = (marks.signs - self._name_reach, marks.signs)
        for words, (starts, ends), first in (
            (self._assigned, names, _ASSIGNED),
            (self._digital, shapes.beside_digits(_LONGEST_DIGITAL), _DIGITAL),
        ):
            found = _hits_between(words, text, starts, ends)
            hits.update((first + number, places) for number, places in found.items())
        return _Anchored(text, hits, shapes)

    def _signs_in(self, anchored: _Anchored) -> Mapping[int, Ints]:
        """Return the positions after each sign that a value may be wrapped in something."""
        own = self._signs.hits(anchored.text.buffer).items()
        hits = {self._own_signs[number]: places for number, places in own}
        for sign, number in self._shared_signs.items():
            if number in anchored.hits:
                hits[sign] = anchored.hits[number]
        return {**hits, SPACED_DIGITS: anchored.shapes.spaced()}

    def _scan(
        self, anchored: _Anchored, column: frozenset[str], taken: _Taken | None = None
    ) -> list[Raw]:
        """Return findings one by one; whole cells go to ``taken`` many at once, if it is given."""
        called, left = self._called(anchored), dict[int, Windows]()
        if taken is not None and len(anchored.text.starts) >= MANY:
            # First, so that no other detector looks at a cell that is taken.
            left = self._take(anchored, called, column, taken)
            if taken.spans:
                called = [n for n in called if not taken.hides(n, self.detectors[n], column)]
        asking = set(called) & self._asking
        if column:
            asking = {n for n in asking if self.detectors[n].context.isdisjoint(column)}
        words = self._word_hits(anchored) if asking else {}
        silent = asking - {n for word in words for n in self._word_users[word]}
        found: list[Raw] = []
        for number in called:
            if number in silent:
                continue
            detector = self.detectors[number]
            windows = left.get(number) or self._windows(anchored, number)
            if windows is None:
                continue
            if number in asking:
                places = _together(words, self._words[number])
                windows = near(windows, places, BEFORE, AFTER)
            if taken is not None:
                windows = taken.rest(number, detector, windows, column)
            if len(windows.starts) >= MANY:
                windows = likely(detector, anchored.text, windows)
            found += confirm(detector, number, anchored.text, windows, column)
        return found

    def _take(
        self, anchored: _Anchored, called: list[int], column: frozenset[str], taken: _Taken
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

    def _called(self, anchored: _Anchored) -> list[int]:
        """Return the detectors that may find something, in order."""
        called = {n for expression in anchored.hits for n in self._holders.get(expression, ())}
        most = anchored.shapes.most
        return sorted(called.union(n for digits, n in self._shaped if digits <= most))

    def _word_hits(self, anchored: _Anchored) -> Mapping[int, Ints]:
        """Find required words, but only near what might be a match: the rest needs no look."""
        anchors = {number: self.detectors[number].anchor for number in sorted(self._asking)}
        # Chains of digits are looked up once for all: they differ in their fewest digits only.
        chained = [a for a in anchors.values() if a.shape is Shape.DIGITS]
        bounds: list[tuple[Ints, Ints]] = []
        if chained:
            widest = [max(a.before for a in chained), max(a.after for a in chained)]
            bounds.append(anchored.shapes.bounds(min(a.digits for a in chained), *widest))
        for number, anchor in anchors.items():
            if anchor.shape is not Shape.DIGITS:
                windows = self._windows(anchored, number)
                bounds += [(windows.starts, windows.ends)] if windows is not None else []
        starts = np.concatenate([_NONE, *(low for low, _ in bounds)])
        ends = np.concatenate([_NONE, *(high for _, high in bounds)])
        found = _hits_between(self._word_filter, anchored.text, starts - BEFORE, ends + AFTER)
        sizes = self._sizes
        whole = {n: whole_words(anchored.text, at, sizes[n]) for n, at in found.items()}
        return {n: at for n, at in whole.items() if len(at)}

    def _windows(self, anchored: _Anchored, number: int) -> Windows | None:
        """Return where detector ``number`` has to look; ``None`` if nowhere."""
        if self.detectors[number].anchor.shape is not None:
            return anchored.shapes.windows(self.detectors[number])
        ends = _together(anchored.hits, self._users[number])
        return _around(anchored.text, self.detectors[number], ends) if len(ends) else None


class _Anchored(NamedTuple):
    """A text, and the anchors in it."""

    text: Text
    hits: Mapping[int, Ints]
    """Positions after each expression that was found."""
    shapes: _Shapes


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
        return windows.where(~self._beats(self._scores[windows.rows], number, detector, column))

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
            self._scores = np.where(empty, np.float32(np.inf), np.float32(0))
        self._scores[spans.row] = np.maximum(self._scores[spans.row], spans.score)
        self._least = self._scores.min(keepdims=True)
        self._last = max(self._last, number)
        self.spans.append(spans)


class _Shapes:
    """Windows of the shapes of digits; what several detectors need is computed once."""

    def __init__(self, text: Text, marks: Marks, farthest: int) -> None:
        self._text = text
        self._marks = marks
        self._farthest = farthest
        self._known: dict[tuple[int, int, int], Windows] = {}

    def windows(self, detector: Detector) -> Windows:
        anchor = detector.anchor
        if anchor.shape is Shape.DIGITS:
            kind = (anchor.digits, anchor.before, anchor.after)
            windows = self._known.get(kind)
            if windows is None:
                starts, ends = self.bounds(*kind)
                rows = self._rows[self._chains[2] >= anchor.digits]
                windows = windows_around(
                    self._text, starts, ends + self._farthest, ends - anchor.after, rows
                )
                self._known[kind] = windows
            return windows
        find = dotted if anchor.shape is Shape.DOTTED else country_checks
        return _around(self._text, detector, find(self._digits))

    def bounds(self, digits: int, before: int, after: int) -> tuple[Ints, Ints]:
        """Return where chains of so many digits begin and end, with what may stand around them."""
        starts, ends, counts = self._chains
        long = counts >= digits
        return starts[long] - before, ends[long] + after

    def beside_digits(self, reach: int) -> tuple[Ints, Ints]:
        """Return the stretches around runs of digits."""
        places, cuts = self._digits.places, self._digits.breaks
        if not len(places):
            return _NONE, _NONE
        firsts = np.concatenate([places[:1], places[cuts + 1]])
        lasts = np.concatenate([places[cuts], places[-1:]])
        return firsts - reach, lasts + 1 + reach

    def spaced(self) -> Ints:
        """Return the positions after digits that stand one by one."""
        return spaced(self._digits)

    @cached_property
    def _digits(self) -> Digits:
        return Digits.of(self._text.buffer, self._marks.digits, self._text.starts)

    @cached_property
    def _chains(self) -> tuple[Ints, Ints, Ints]:
        return chains(self._digits)

    @cached_property
    def most(self) -> int:
        """Digits of the longest chain; none if there is not one digit."""
        return int(self._chains[2].max(initial=0))

    @cached_property
    def _rows(self) -> Ints:
        return rows_of(self._text, self._chains[1])


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
    order = np.argsort(starts)
    starts, ends = starts[order].clip(0, size), np.maximum.accumulate(ends[order]).clip(0, size)
    # Stretches that touch are one: the first of each, and the farthest end before the next.
    first = np.concatenate([[0], np.flatnonzero(starts[1:] > ends[:-1]) + 1])
    lows, highs = starts[first], ends[np.append(first[1:] - 1, len(ends) - 1)]
    lengths = highs - lows
    if lengths.sum() * 2 > size or size > _LARGEST:
        return words.hits(text.buffer)
    index = np.repeat((lows - (np.cumsum(lengths) - lengths)).astype(np.int32), lengths)
    index += np.arange(len(index), dtype=np.int32)
    found = words.hits(text.buffer[index])
    return {number: index[places - 1] + 1 for number, places in found.items()}


def _around(text: Text, detector: Detector, ends: Ints) -> Windows:
    anchor = detector.anchor
    low, high = ends - anchor.before, ends + anchor.after + detector.lookahead
    return windows_around(text, low, high, ends)
