"""The look for hexadecimal bytes written one by one: ``6a 61 6e``, ``6a:61:6e``, ``0x6a, 0x61``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sluicegate.detect.prefilter import Expression
from sluicegate.detect.rewrite import Edit, Places, Rule, Snippet, by_row, snippets_of
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_FIRST = rb"[2-7][0-9A-Fa-f]"
_PAIRS = re.compile(
    rb"(?<![0-9A-Za-z])(?:0[xX])?[0-9A-Fa-f]{2}"
    rb"(?:(?:[:-]|[,;]? |[ ,]?\r?\n[ \t]*)(?:0[xX])?[0-9A-Fa-f]{2}(?![0-9A-Fa-f])){5,}+"
)
_PAIR = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}(?![0-9A-Fa-fxX])")
_REACH = 64
"""Bytes before a hit in which the row of pairs has begun."""
_MARGIN = 64
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\r"})


class HexPairs:
    """Pairs of hexadecimal digits with something between them."""

    expressions: tuple[Expression, ...] = (
        (rb"(?:" + _FIRST + rb"[ :-]){8}", False),
        (rb"(?:0[xX]" + _FIRST + rb"[,;] ?){6}", False),
    )

    def snippets(self, text: Text, hits: Sequence[Ints]) -> Iterator[Snippet]:
        """Write the bytes as text."""
        for places in by_row(text, hits):
            edits = list(_edits(places))
            if edits:
                yield from snippets_of(places.row, places.cell, edits, Rule(), _MARGIN)


def _edits(places: Places) -> Iterator[Edit]:
    cell, done = places.cell, 0
    for end in places.ends.tolist():
        if end <= done:
            continue
        begun = _PAIRS.search(cell, max(done, end - _REACH), end)
        whole = _PAIRS.match(cell, begun.start()) if begun else None
        done = max(end, whole.end()) if whole else end
        if whole is None:
            continue
        shown = bytes.fromhex(b"".join(_PAIR.findall(whole[0])).decode())
        if shown.isascii() and len(shown.translate(None, _CONTROLS)) == len(shown):
            yield Edit(whole.start(), whole.end(), b"\n" + shown + b"\n")
