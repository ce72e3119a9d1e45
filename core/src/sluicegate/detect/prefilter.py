"""Finds anchors in a buffer: one Hyperscan pass for all expressions of all detectors.

Failure mode: closed. An expression that does not compile, or a scan that returns an error, raises
``DetectionError``; nothing is retried.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import hyperscan
import numpy as np
import numpy.typing as npt

from sluicegate.detect.finite import texts_of
from sluicegate.detect.pattern import literal_expression
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Ints
from sluicegate.errors import DetectionError

Expression = tuple[bytes, bool]
"""A pattern and whether it ignores case."""

_PLACE_BITS = 40
"""Of a hit: the number of its expression stands above its place."""


class Prefilter:
    """A compiled set of expressions. Safe to use from several threads.

    Args:
        expressions: Each is found independent of the others; assertions are not allowed, so that
            what stands before and after a row in the buffer cannot hide a hit.
        shelf: Where compiled expressions are kept.
    """

    def __init__(self, expressions: Sequence[Expression], shelf: Shelf) -> None:
        self.count = len(expressions)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        if not expressions:
            return
        try:
            kept = shelf.get_bytes("anchors", expressions, lambda: _compiled(expressions))
            self._database = hyperscan.loadb(kept, mode=hyperscan.HS_MODE_BLOCK)
            self._scratch = hyperscan.Scratch(self._database)
        except (hyperscan.error, ValueError):
            raise DetectionError(
                "the anchors of the catalogue do not compile",
                hint="anchors allow no assertion, group reference or empty match",
            ) from None

    def hits(self, buffer: npt.NDArray[np.uint8]) -> Mapping[int, Ints]:
        """Return, per expression that was found, the positions after its matches, ascending."""
        found = array("q")
        add = found.append

        def on_match(number: int, _from: int, to: int, _flags: int, _context: object) -> None:
            add(number << _PLACE_BITS | to)

        self._scan(buffer, on_match)
        return _by_number(found)

    def few_hits(self, buffer: npt.NDArray[np.uint8], most: int) -> Mapping[int, Ints] | None:
        """Return the same; ``None`` if there are more than ``most`` of them."""
        found = array("q")
        add = found.append

        def on_match(number: int, _from: int, to: int, _flags: int, _context: object) -> bool:
            add(number << _PLACE_BITS | to)
            return len(found) > most

        return None if self._scan(buffer, on_match) else _by_number(found)

    def any_hit(self, buffer: npt.NDArray[np.uint8]) -> bool:
        """Tell whether anything matches, and no more than that."""
        return self._scan(buffer, lambda *_: True)

    def _scan(self, buffer: npt.NDArray[np.uint8], on_match: Callable[..., bool | None]) -> bool:
        """Call a function for each match; tell whether it ended the scan by returning true."""
        if not self.count or not len(buffer):
            return False
        try:
            self._database.scan(  # type: ignore[type-var]  # the stub knows str and bytes only
                buffer, match_event_handler=on_match, scratch=self._own_scratch()
            )
        except hyperscan.ScanTerminated:
            return True
        except hyperscan.error:
            raise DetectionError("the scan engine returned an error") from None
        return False

    def _own_scratch(self) -> hyperscan.Scratch:
        """Return this thread's scratch space: two scans must not share one."""
        scratch = getattr(self._local, "scratch", None)
        if scratch is None:
            with self._lock:
                scratch = self._scratch.clone()
            self._local.scratch = scratch
        return scratch


def _by_number(found: array[int]) -> Mapping[int, Ints]:
    """Sort hits by the number of the expression, and by place."""
    if not found:
        return {}
    packed = np.sort(np.frombuffer(found, dtype=np.int64))
    numbers, places = packed >> _PLACE_BITS, packed & ((1 << _PLACE_BITS) - 1)
    first = [0, *(np.flatnonzero(numbers[1:] != numbers[:-1]) + 1).tolist(), len(packed)]
    present = numbers[first[:-1]].tolist()
    return {n: places[a:b] for n, (a, b) in zip(present, pairwise(first), strict=True)}


def _compiled(expressions: Sequence[Expression]) -> bytes:
    written = [
        (text, number, _flags(caseless=caseless))
        for number, (expression, caseless) in enumerate(expressions)
        for text in _texts(expression, caseless=caseless)
    ]
    texts, numbers, flags = zip(*written, strict=True)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=texts, ids=numbers, elements=len(texts), flags=flags)
    return bytes(hyperscan.dumpb(database))


def _texts(expression: bytes, *, caseless: bool) -> Iterator[bytes]:
    """Write an expression as literals, if it stands for a few texts only."""
    texts = texts_of(expression, caseless=caseless)
    yield from map(literal_expression, texts) if texts else (expression,)


def _flags(*, caseless: bool) -> int:
    flags = int(hyperscan.HS_FLAG_DOTALL)
    return flags | int(hyperscan.HS_FLAG_CASELESS) if caseless else flags
