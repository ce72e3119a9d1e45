"""Proof that detectors see: at load for all of them, and texts for the gate to plant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from weakref import WeakKeyDictionary

from sluicegate.detect.budget import UNREAD
from sluicegate.detect.detector import Detector
from sluicegate.detect.engine import Engine
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Span, Spans
from sluicegate.detect.text import Text, of_rows
from sluicegate.errors import DetectionError

_KNOWN: WeakKeyDictionary[_Scanner, tuple[tuple[str, str], ...]] = WeakKeyDictionary()


class _Scanner(Protocol):
    @property
    def detectors(self) -> tuple[Detector, ...]: ...

    def scan_text(self, text: str, *, advisory: bool = True) -> list[Span]: ...


def prove(detectors: Sequence[Detector], engine: Engine, shelf: Shelf) -> None:
    """Run every example through the engine and through the exact patterns alone.

    Each is scanned at several alignments, since a broken vector path of an engine loses matches
    without an error (seen with one build on one processor). What was proven before on this
    processor is not proven again, but that the anchors are still seen at the same places is.

    Raises:
        DetectionError: a detector misses an example, fires on a counter-example, or the engine is
            at odds with the patterns.
    """
    rows: list[bytes] = []
    wanted: list[tuple[int, int, bool]] = []
    for number, detector in enumerate(detectors):
        cases = [(text, True) for text in detector.examples.match]
        cases += [(text, False) for text in detector.examples.no_match]
        for text, fires in cases:
            wanted.append((number, len(rows), fires))
            rows.append(text.encode())
            # Changes the alignment of what follows, and keeps its content apart.
            rows.append(b"." * (len(rows) % 61))
    laid = of_rows(rows)
    claim = (b"".join(rows), [(d.id, d.expression, d.anchor, d.score) for d in detectors])
    now = engine.seen(laid)
    if now != shelf.get("proven", claim, lambda: _proven(detectors, engine, laid, wanted)):
        raise DetectionError(
            "the engine does not see the anchors that it saw before on this processor",
            hint="remove the cache folder; if it happens again, the processor is at fault",
        )


def _proven(
    detectors: Sequence[Detector], engine: Engine, laid: Text, wanted: list[tuple[int, int, bool]]
) -> str:
    fast, exact = engine.raw(laid), engine.exhaustive(laid)
    _compare(detectors, _keys(fast), _keys(exact))
    found = {(int(d), int(r)) for d, r in zip(fast.detector, fast.row, strict=True)}
    for number, row, fires in wanted:
        if ((number, row) in found) != fires:
            raise DetectionError(
                f"detector {detectors[number].id!r} "
                + ("misses an example" if fires else "fires on an example of what it must not"),
                hint=f"example {_ordinal(wanted, number, row)} of the detector, counted from 1",
            )
    return engine.seen(laid)


def canary_texts(scanner: _Scanner) -> list[tuple[str, str]]:
    """Return, for each detector, its id and one text in which it fires.

    The texts are examples of the catalogue: reserved, invalid or generated values.

    Raises:
        DetectionError: a detector wins in none of its examples, so nothing could prove it.
    """
    if scanner not in _KNOWN:
        # Found once: every run plants them, and a scanner never changes.
        _KNOWN[scanner] = tuple(_canary_texts(scanner))
    return list(_KNOWN[scanner])


def _canary_texts(scanner: _Scanner) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for detector in scanner.detectors:
        if detector.advisory or detector is UNREAD:
            continue
        for text in detector.examples.match:
            if any(
                span.detector == detector.id for span in scanner.scan_text(text, advisory=False)
            ):
                texts.append((detector.id, text))
                break
        else:
            raise DetectionError(
                f"detector {detector.id!r} wins in none of its examples",
                hint="give it an example that no stronger detector covers",
            )
    return texts


def _keys(spans: Spans) -> set[tuple[int, int, int, int]]:
    parts = (spans.detector, spans.row, spans.start, spans.end)
    return set(zip(*(part.tolist() for part in parts), strict=True))


def _compare(
    detectors: Sequence[Detector],
    fast: set[tuple[int, int, int, int]],
    exact: set[tuple[int, int, int, int]],
) -> None:
    lost = sorted({detectors[key[0]].id for key in exact - fast})
    if lost:
        raise DetectionError(
            f"the engine loses matches of {', '.join(lost)} on this processor",
            hint="an anchor that not every match holds, or a build of the engine that is broken",
        )


def _ordinal(wanted: list[tuple[int, int, bool]], number: int, row: int) -> int:
    return 1 + sum(1 for n, r, _ in wanted if n == number and r < row)
