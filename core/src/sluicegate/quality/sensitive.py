"""Counts rows that hold sensitive data, for checks of other libraries. Counts only, no value."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np
import pyarrow as pa

from sluicegate.detect import open_scanner
from sluicegate.errors import DetectionError

if TYPE_CHECKING:
    from sluicegate.detect import LeafFindings

_KNOWN: Final = (bool, int, float, Decimal, date, datetime, time, timedelta, UUID)
"""Types whose text is what it seems: none of them can hold more than it shows."""
_NUMBERS: Final = frozenset(
    {"numpy", "pandas._libs.tslibs.timestamps", "pandas._libs.tslibs.timedeltas"}
)
"""Where other such types live."""
_MISSING: Final = frozenset({"NAType", "NaTType"})
_NESTED: Final[tuple[Any, ...]] = (list, tuple, set, frozenset)
_DEEPEST: Final = 20


@dataclass(slots=True)
class SensitiveCount:
    """What was found in one column, over all of its batches."""

    allowed: frozenset[str]
    """Data classes that may be there."""
    rows: int = 0
    missing: int = 0
    unexpected: int = 0
    """Rows with a finding that is not allowed. Of nested values and of columns of several leaves
    the most that it can be."""
    classes: Counter[str] = field(default_factory=Counter)
    """Findings that are not allowed, by data class."""
    unread: dict[str, None] = field(default_factory=dict)
    """What could not be scanned."""

    def add(self, array: pa.Array, column: str) -> None:
        """Scan a part of the column.

        Raises:
            DetectionError: the engine failed.
        """
        scanner = open_scanner()
        found = scanner.scan(pa.record_batch([array], names=[column]))
        self.rows += len(array)
        self.missing += array.null_count
        self.unread |= dict.fromkeys(found.blind_spots)
        self.unexpected += min(len(array), sum(self._rows_of(leaf) for leaf in found.leaves))

    def _rows_of(self, leaf: LeafFindings) -> int:
        detectors = open_scanner().detectors
        counted = np.array(
            [
                detectors[number].data_class not in self.allowed and not detectors[number].advisory
                for number in leaf.spans.detector.tolist()
            ],
            dtype=bool,
        )
        for number, weight in zip(
            leaf.spans.detector[counted].tolist(), leaf.weights[counted].tolist(), strict=True
        ):
            self.classes[str(detectors[number].data_class)] += weight
        _, firsts = np.unique(leaf.spans.row[counted], return_index=True)
        return int(leaf.weights[counted][firsts].sum())

    def facts(self) -> dict[str, Any]:
        """Return the counts as JSON types."""
        return {
            "element_count": self.rows,
            "missing_count": self.missing,
            "unexpected_count": self.unexpected,
            "data_classes": dict(sorted(self.classes.items())),
            "not_scanned": list(self.unread),
        }


def arrow_of(values: Iterable[Any]) -> pa.Array:
    """Turn values of any library into an Arrow array that shows all that is in them.

    An object may tell another text of itself than it holds, so only known types are taken.

    Raises:
        DetectionError: a value is of another type.
    """
    if str(getattr(values, "dtype", "object")) != "object":
        return _quick(values)
    return pa.array([_text(value, 0) for value in values], pa.large_string())


def _quick(series: Any) -> pa.Array:
    try:
        array = pa.array(series, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError):
        array = None
    if array is None:
        return pa.array([_text(value, 0) for value in series], pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _text(value: Any, depth: int) -> str | None:
    """Write a value out. A text of a subclass is taken as it is, whatever it says of itself."""
    if value is None or _is_missing(value):
        return None
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if type(value) in _KNOWN or type(value).__module__ in _NUMBERS:
        return str(value)
    return " ".join(_text(part, depth + 1) or "" for part in _parts(value, depth))


def _parts(value: Any, depth: int) -> Iterable[Any]:
    """Take a nested value apart, by what it holds and not by what it shows."""
    if depth > _DEEPEST:
        raise DetectionError("a value is nested too deeply to be scanned")
    if isinstance(value, dict):
        return (part for pair in dict.items(value) for part in pair)
    for kind in _NESTED:
        if isinstance(value, kind):
            parts: Iterable[Any] = kind.__iter__(value)
            return parts
    if type(value) is np.ndarray:
        return list(value.tolist())
    raise DetectionError(
        f"values of the type {type(value).__name__} cannot be scanned",
        hint="turn the column into text first",
    )


def _is_missing(value: Any) -> bool:
    return (type(value) is float and math.isnan(value)) or type(value).__name__ in _MISSING
