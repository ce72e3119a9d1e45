"""Redaction with numbered placeholders: what is the same in a cell can be seen to be the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from sluicegate.mask.redact import Redactions, Spans, redact
from sluicegate.mask.textbytes import TextBytes

_PLACEHOLDER: Final = re.compile(rb"\{[^{}]*_[1-9][0-9]*\}")


def redact_numbered(texts: pa.Array, spans: Spans, labels: Sequence[bytes]) -> pa.Array:
    """Replace every span by the label of its detector with a number: ``{EMAIL_1}``.

    Numbers begin at 1 in each cell and for each label. Spans of the same bytes under one label have
    the same number within a cell; between cells the numbers say nothing. A placeholder that already
    stands in the cell is passed over, whether an earlier round of redaction or the writer of the
    text put it there: so no two values seem one, though one may have two numbers after two rounds.

    Args:
        texts: A string-like array.
        spans: Where, in bytes.
        labels: Replacement for each detector index, ending in a brace: ``{EMAIL}``.

    Returns:
        A ``large_string`` array; NULL stays NULL.
    """
    look = TextBytes.of(texts)
    numbered: dict[bytes, int] = {}
    which = np.zeros(len(spans.row), np.int32)
    begins, data, cell = look.offsets, look.data, _Cell(b"")
    last = -1
    places = zip(
        spans.row.tolist(),
        spans.start.tolist(),
        spans.end.tolist(),
        spans.detector.tolist(),
        strict=True,
    )
    for index, (row, start, end, detector) in enumerate(places):
        if row != last:
            cell, last = _Cell(data[begins[row] : begins[row + 1]].tobytes()), row
        label = cell.label(labels[detector], start, end)
        which[index] = numbered.setdefault(label, len(numbered))
    return redact(texts, Redactions(spans.row, spans.start, spans.end, which), list(numbered))


class _Cell:
    """Numbers what is found in one cell."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._known: dict[tuple[bytes, bytes], bytes] = {}
        self._last: defaultdict[bytes, int] = defaultdict(int)
        self._taken = set(_PLACEHOLDER.findall(text)) if b"{" in text else set()

    def label(self, label: bytes, start: int, end: int) -> bytes:
        value = (label, self._text[start:end])
        if value not in self._known:
            self._known[value] = self._next(label.removesuffix(b"}"))
        return self._known[value]

    def _next(self, name: bytes) -> bytes:
        while True:
            self._last[name] += 1
            label = b"%s_%d}" % (name, self._last[name])
            if label not in self._taken:
                return label
