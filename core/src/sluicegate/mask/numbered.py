"""Redaction with numbered placeholders: what is the same in a cell can be seen to be the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

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
    names = sorted(set(labels))
    name = np.array([names.index(label) for label in labels], np.int64)[spans.detector]
    which = np.where(_counted(texts, spans, name, len(names)), -1, name)
    look = TextBytes.of(texts)
    numbered = {_with_number(label, 1): place for place, label in enumerate(names)}
    cell, last = _Cell(b""), -1
    for index in np.flatnonzero(which < 0).tolist():
        row = int(spans.row[index])
        if row != last:
            cell, last = _Cell(look.data[look.offsets[row] : look.offsets[row + 1]].tobytes()), row
        label = cell.label(names[name[index]], int(spans.start[index]), int(spans.end[index]))
        which[index] = numbered.setdefault(label, len(numbered))
    places = Redactions(spans.row, spans.start, spans.end, which.astype(np.int32))
    return redact(texts, places, list(numbered))


def _counted(
    texts: pa.Array, spans: Spans, name: npt.NDArray[np.int64], names: int
) -> npt.NDArray[np.bool_]:
    """Which spans have to be counted: those not alone under their label, or beside a brace."""
    _, of_span, count = np.unique(spans.row * names + name, return_inverse=True, return_counts=True)
    braces = pc.fill_null(pc.match_substring(texts.cast(pa.large_string()), "{"), fill_value=False)
    beside = braces.to_numpy(zero_copy_only=False)[spans.row]
    counted: npt.NDArray[np.bool_] = beside | (count[of_span] > 1)
    return counted


def _with_number(label: bytes, number: int) -> bytes:
    return b"%s_%d}" % (label.removesuffix(b"}"), number)


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
            self._known[value] = self._next(label)
        return self._known[value]

    def _next(self, label: bytes) -> bytes:
        while True:
            self._last[label] += 1
            numbered = _with_number(label, self._last[label])
            if numbered not in self._taken:
                return numbered
