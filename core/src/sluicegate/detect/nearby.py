"""Where the words stand that detectors weigh: told for all matches of a block at once.

To split the text beside a match into words costs more than to find the match. One pass over the
stretches beside what may be matches tells where no such word stands at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt

from sluicegate.detect.context import AFTER, BEFORE, WordPlaces, are_whole, sure_places
from sluicegate.detect.pattern import literal_expression
from sluicegate.detect.prefilter import Expression, Prefilter
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Ints
from sluicegate.detect.stretches import laid_between
from sluicegate.detect.text import Text

Hits = Mapping[int, Ints]
"""Positions after each word, ascending, by the number of the word."""

_NONE: Ints = np.zeros(0, dtype=np.int64)
_PAIR = 2
"""Bytes of the shortest words. They stand in other words everywhere, and what an automaton tells
costs far more than what an array does."""
_CASE, _FIRST_LETTER = np.uint8(0x20), np.uint8(ord("A"))


class Nearby:
    """Finds the words of several detectors.

    Args:
        words: Of each detector, in their order; none if it needs no look.
        shelf: Where compiled words are kept.
    """

    def __init__(self, words: Sequence[AbstractSet[str]], shelf: Shelf) -> None:
        everything = sorted(set[str]().union(*words), key=lambda word: (not _is_pair(word), word))
        self._numbers = numbers = {word: number for number, word in enumerate(everything)}
        self._words = [tuple(numbers[word] for word in sorted(own)) for own in words]
        self._sizes = np.array([len(word.encode()) for word in everything], dtype=np.int64)
        self._pairs = np.full(1 << 16, -1, dtype=np.int16)
        for number, word in enumerate(filter(_is_pair, everything)):
            self._pairs[int.from_bytes(word.encode(), "little")] = number
        self._short = sum(map(_is_pair, everything))
        longer: tuple[Expression, ...] = tuple(
            (literal_expression(word), True) for word in everything[self._short :]
        )
        self._filter = Prefilter(longer, shelf)
        self.users = frozenset(number for number, own in enumerate(self._words) if own)
        """Detectors that have words."""
        self._holders: dict[int, list[int]] = {}
        for number, numbers_of_own in enumerate(self._words):
            for word_number in numbers_of_own:
                self._holders.setdefault(word_number, []).append(number)

    def hits(self, text: Text, stretches: Iterable[tuple[Ints, Ints]]) -> Hits:
        """Find all words near stretches, given by where they begin and end."""
        bounds = list(stretches)
        starts = np.concatenate([_NONE, *(low for low, _ in bounds)])
        if not len(starts):
            return {}
        ends = np.concatenate([high for _, high in bounds])
        laid, places = laid_between(text, starts - BEFORE, ends + AFTER)
        if not (laid >= _FIRST_LETTER).any():
            return {}  # a column of numbers
        found = {self._short + n: at for n, at in self._filter.hits(laid).items()}
        found.update(self._short_hits(laid))
        return self._whole(text, {number: places(at) for number, at in found.items()})

    def _short_hits(self, laid: npt.NDArray[np.uint8]) -> Iterator[tuple[int, Ints]]:
        """Yield the positions after each word of two letters."""
        small = laid | _CASE
        numbers = self._pairs.take(np.ndarray(max(len(laid) - 1, 0), "<u2", small, strides=(1,)))
        at = np.flatnonzero(numbers >= 0)
        numbers = numbers[at]
        for number in np.unique(numbers).tolist():
            yield number, at[numbers == number] + _PAIR

    def _whole(self, text: Text, found: Hits) -> Hits:
        """Keep what is no part of another word."""
        if not found:
            return {}
        counts = [len(at) for at in found.values()]
        at = np.concatenate(list(found.values()))
        whole = are_whole(text, at, np.repeat(self._sizes[list(found)], counts))
        parts = np.split(whole, np.cumsum(counts)[:-1])
        kept = {n: at[part] for (n, at), part in zip(found.items(), parts, strict=True)}
        return {number: at for number, at in kept.items() if len(at)}

    def heard(self, hits: Hits) -> set[int]:
        """Return the detectors that have a word among them."""
        return {number for word in hits for number in self._holders[word]}

    def places(self, hits: Hits, number: int) -> Ints:
        """Return the positions after the words of a detector, ascending."""
        return together(hits, self._words[number])

    def sure(self, text: Text, hits: Hits, among: AbstractSet[str]) -> WordPlaces:
        """Return where some words stand that are words whatever is around them."""
        numbers = [n for word in among if (n := self._numbers.get(word, -1)) in hits]
        if not numbers:
            return WordPlaces(_NONE, _NONE)
        lengths = np.repeat(self._sizes[numbers], [len(hits[n]) for n in numbers])
        return sure_places(text, np.concatenate([hits[n] for n in numbers]), lengths)


def together(hits: Hits, users: tuple[int, ...]) -> Ints:
    """Merge the places of several expressions, ascending."""
    places = [hits[user] for user in users if user in hits]
    if len(places) < 2:  # noqa: PLR2004  # nothing to merge
        return places[0] if places else _NONE
    return np.sort(np.concatenate(places))


def _is_pair(word: str) -> bool:
    return word.isascii() and len(word) == _PAIR
