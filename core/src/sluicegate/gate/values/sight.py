"""Sees texts with the detectors of a process; what it saw to be clean it need not see again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sluicegate.detect import open_scanner, redaction_label
from sluicegate.gate.values.templates import LONGEST, Templates

if TYPE_CHECKING:
    from sluicegate.detect import Detector, Scanner
    from sluicegate.detect.spans import Raw

_LEARNT: Final = 64
"""Texts of one call up to which each is remembered: of more, most are seen once."""


class Sight:
    """A scanner and its memory. Safe for several threads.

    Args:
        scanner: Finds.
    """

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self._templates = Templates(self._dirty)

    def find(self, rows: Sequence[bytes]) -> list[Raw]:
        """Return what is found in some texts, sorted by row and place, without overlaps."""
        unknown = [n for n, row in enumerate(rows) if row and not self.knows(row)]
        if not unknown:
            return []
        found = self._scan([rows[n] for n in unknown])
        if len(unknown) <= _LEARNT:
            dirty = {row for row, *_ in found}
            for place, number in enumerate(unknown):
                if place not in dirty:
                    self._templates.learn(rows[number])
        return [(unknown[row], start, end, by, score) for row, start, end, by, score in found]

    def knows(self, text: bytes) -> bool:
        """Tell whether a text is known to be clean."""
        return len(text) <= LONGEST and self._templates.knows(text)

    def detector(self, number: int) -> Detector:
        """Return the detector of a finding."""
        return self.scanner.detectors[number]

    def rewritten(self, text: bytes, spans: Sequence[tuple[int, int, int]]) -> bytes:
        """Write ``{EMAIL}`` and the like where something was found.

        Args:
            text: UTF-8.
            spans: Start, end and detector, ascending.
        """
        pieces, place = [], 0
        for start, end, detector in spans:
            label = redaction_label(self.detector(detector))
            pieces += [text[place:start], b"{%s}" % label.encode()]
            place = end
        return b"".join([*pieces, text[place:]])

    def _scan(self, rows: Sequence[bytes]) -> list[Raw]:
        return list(self.scanner.spans(pa.array(rows, pa.large_binary())).raw())

    def _dirty(self, rows: Sequence[bytes]) -> list[bool]:
        dirty = {row for row, *_ in self._scan(rows)}
        return [n in dirty for n in range(len(rows))]


def open_sight(files: Sequence[Path] = ()) -> Sight:
    """Return the sight of this process: one for the same detectors.

    Raises:
        DetectionError: a file of detectors is wrong.
    """
    return _sight(open_scanner(files))


@lru_cache(maxsize=4)
def _sight(scanner: Scanner) -> Sight:
    return Sight(scanner)
