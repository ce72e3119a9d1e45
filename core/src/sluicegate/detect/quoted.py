"""The look for text that a mail program wrapped: quoted-printable (RFC 2045 §6.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sluicegate.detect.context import AFTER, BEFORE
from sluicegate.detect.prefilter import Expression
from sluicegate.detect.rewrite import Rule, Snippet, by_row, regions
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_SPLIT = re.compile(rb"(=(?:[0-9A-F]{2}|\r?\n))")
_MARGIN = 512
# Not less sure: of a name that is disguised in part, the longer finding is the right one.
_RULE = Rule(before=BEFORE, after=AFTER, less=0.0)


class Quoted:
    """Equals signs before two digits, or at the end of a line."""

    # Apart from all other escapes: ``page=40`` of an address must stay what it is.
    expressions: tuple[Expression, ...] = (
        (rb"[A-Za-z0-9._+-]=40[A-Za-z0-9-]{1,40}(?:\.|=2E)", False),
        (rb"=[0-9A-F]{2}=[0-9A-F]{2}", False),
        (rb"=\r?\n[^\r\n]", False),
    )

    def snippets(self, text: Text, hits: Sequence[Ints]) -> Iterator[Snippet]:
        """Write each as the byte that is meant, and join what was one line."""
        for places in by_row(text, hits):
            for low, high in regions(places, _MARGIN):
                parts = _SPLIT.split(places.cell[low:high])
                yield Snippet(places.row, low, parts, map(_meant, parts[1::2]), _RULE)


def _meant(form: bytes) -> bytes:
    digits = form[1:].strip()
    return bytes.fromhex(digits.decode())
