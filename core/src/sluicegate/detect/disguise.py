"""The look for characters that are written as others, or that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from sluicegate.detect.characters import HOMOGLYPHS, by_lead
from sluicegate.detect.characters import SIGNS as CHARACTERS
from sluicegate.detect.context import AFTER, BEFORE
from sluicegate.detect.escapes import SIGNS as ESCAPES
from sluicegate.detect.escapes import SPLIT, Shown
from sluicegate.detect.prefilter import Expression, Prefilter
from sluicegate.detect.rewrite import Rule, Snippet, by_row, regions
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_LETTER = b"(?:" + b"|".join(by_lead(c.encode() for c in HOMOGLYPHS).values()) + b")"
_MIXED = (rb"[A-Za-z@]" + _LETTER, _LETTER + rb"[A-Za-z@]")
"""Letters of two scripts in one word: what nobody writes who means no harm."""
_DOT = rb"[A-Za-z0-9](?:\xe3\x80\x82|\xef\xbd\xa1)[A-Za-z0-9]"
"""Full stops of Chinese and Japanese, which separate the labels of a domain too (RFC 3490)."""
_MARGIN = 512
"""Bytes around a sign that are read again."""
# Not less sure: of a name that is disguised in part, the longer finding is the right one.
_RULE = Rule(before=BEFORE, after=AFTER, less=0.0)


_LAST_OF_ASCII = 127
_SELDOM = 64
"""Bytes for each disguise; where there are more of them, not each is told on its own."""
_PIECE = 256
_LONGEST = 8
"""Bytes that a disguised character takes with those beside it, at most."""


@cache
def _characters() -> Prefilter:
    """Find characters that are no ASCII: apart, since most texts hold none and need no look."""
    return Prefilter(tuple((text, False) for text in (*CHARACTERS, *_MIXED, _DOT)), Shelf())


def _disguised(buffer: npt.NDArray[np.uint8]) -> list[Ints]:
    """Return the positions after disguised characters, in no order.

    Of characters that are no ASCII, all of a piece where so many are disguised that to tell which
    costs more than to look at all of them.
    """
    characters = _characters()
    hits = characters.few_hits(buffer, len(buffer) // _SELDOM)
    if hits is not None:
        return list(hits.values())
    count = -(-len(buffer) // _PIECE)
    held = np.zeros(count + 1, dtype=np.bool_)
    for piece, first in enumerate(range(0, len(buffer), _PIECE)):
        held[piece] = characters.any_hit(buffer[max(first - _LONGEST, 0) : first + _PIECE])
    at = np.flatnonzero(buffer > _LAST_OF_ASCII)
    # What ends in a piece may have its bytes in the one before.
    return [at[(held[:-1] | held[1:])[at // _PIECE]] + 1]


class Disguises:
    """Escapes, characters that look like others, characters that look like nothing."""

    expressions: tuple[Expression, ...] = tuple((text, False) for text in ESCAPES)

    def snippets(self, text: Text, hits: Sequence[Ints]) -> Iterator[Snippet]:
        """Write each escape and disguise as the character that is meant."""
        shown = Shown()
        if text.buffer.size and text.buffer.max() > _LAST_OF_ASCII:
            hits = [*hits, *_disguised(text.buffer)]
        for places in by_row(text, hits):
            for low, high in regions(places, _MARGIN):
                parts = SPLIT.split(places.cell[low:high])
                meant = map(shown.__getitem__, parts[1::2])
                yield Snippet(places.row, low, parts, meant, _RULE)
