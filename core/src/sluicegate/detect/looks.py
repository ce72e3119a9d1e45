"""Second looks: what a value may be wrapped in, taken off, and scanned once more.

Each look has a cheap sign by which it knows the rows it has to see; only around such signs is
text written anew. All of a block is then scanned at once, and what is found is reported where it
stands in the original. One level deep: what a look brings to light is not looked at by another,
except that characters which look like others are always plain.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from sluicegate.detect import encoded, spelled
from sluicegate.detect.disguise import Disguises
from sluicegate.detect.encoded import Encoded
from sluicegate.detect.hexpairs import HexPairs
from sluicegate.detect.joined import Joined
from sluicegate.detect.prefilter import Expression
from sluicegate.detect.quoted import Quoted
from sluicegate.detect.rewrite import Snippet
from sluicegate.detect.spans import Ints, Raw
from sluicegate.detect.spelled import Spelled
from sluicegate.detect.text import Text, of_rows

_STRONGER = 0.05
"""By how much a finding of lines made one has to be surer than what either line holds."""


class Look(Protocol):
    """One kind of wrapping."""

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Signs that are looked for together with the anchors; all looks' are different."""

    def snippets(self, text: Text, hits: Sequence[Ints]) -> Iterator[Snippet]:
        """Write anew what the wrapping hides.

        Args:
            text: A block.
            hits: For each expression, the positions after its matches.
        """


LOOKS: tuple[Look, ...] = (Disguises(), Quoted(), Encoded(), HexPairs(), Joined(), Spelled())
EXPRESSIONS: tuple[Expression, ...] = tuple(e for look in LOOKS for e in look.expressions)
"""Of all looks. The engine's prefilter numbers them first, from 0."""

SPACED_DIGITS = EXPRESSIONS.index(spelled.SPACED_DIGITS)
CODED_RUNS = EXPRESSIONS.index(encoded.CODED_RUNS)
"""Numbers of the signs that no automaton looks for."""
_NONE: Ints = np.zeros(0, dtype=np.int64)


class Again:
    """What is to be scanned a second time."""

    def __init__(self, snippets: list[Snippet]) -> None:
        self._snippets = snippets
        self.text = of_rows([snippet.text for snippet in snippets])

    def originals(self, seen: Iterable[Raw], direct: Sequence[Raw]) -> Iterator[Raw]:
        """Yield the findings that count, at their place in the block.

        Args:
            seen: Findings of ``text``.
            direct: What was found in the block itself.
        """
        plain: _Covered | None = None
        for index, start, end, detector, score in seen:
            snippet = self._snippets[index]
            place = snippet.original(start, end) if score >= snippet.rule.least else None
            if place is None:
                continue
            plain = _Covered(direct) if plain is None else plain
            if (snippet.row, *place) in plain.places:
                continue
            if snippet.rule.alone and plain.score(snippet.row, *place) > score - _STRONGER:
                continue
            yield snippet.row, *place, detector, score - snippet.rule.less

    def row(self, index: int) -> int:
        """Return the row of the block of which the text's row ``index`` is a part."""
        return self._snippets[index].row


class _Covered:
    """What the findings of a block cover, as disjoint stretches of each row."""

    def __init__(self, found: Sequence[Raw]) -> None:
        self.places = {(row, start, end) for row, start, end, _, _ in found}
        self._rows: dict[int, list[tuple[int, int, float]]] = {}
        for row, start, end, _, score in sorted(found):
            spans = self._rows.setdefault(row, [])
            if spans and start < spans[-1][1]:
                first, reach, best = spans.pop()
                spans.append((first, max(end, reach), max(score, best)))
            else:
                spans.append((start, end, score))

    def score(self, row: int, start: int, end: int) -> float:
        """Return the best score of what overlaps a stretch, 0 if nothing does."""
        spans, best = self._rows.get(row, []), 0.0
        last = bisect_left(spans, (end, 0, 0.0)) - 1
        while last >= 0 and spans[last][1] > start:
            best = max(best, spans[last][2])
            last -= 1
        return best


def second_look(block: Text, hits: Mapping[int, Ints]) -> Again | None:
    """Write anew what may hide something; ``None`` if nothing does.

    Args:
        block: Whose rows.
        hits: What the prefilter found in it; the first numbers are those of ``EXPRESSIONS``.
    """
    snippets: list[Snippet] = []
    number = 0
    for look in LOOKS:
        count = len(look.expressions)
        own = [hits.get(n, _NONE) for n in range(number, number + count)]
        number += count
        snippets += look.snippets(block, own)
    return Again(snippets) if snippets else None
