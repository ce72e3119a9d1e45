"""Keeps names out of a report that are data themselves.

A table without a header gives its first row as the names of its columns, and a file may be named
after a person. Such a place is told by its number.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sluicegate.gate.files import read_batches
from sluicegate.gate.scan import ScanReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.detect import Scanner

_OWN_LABELS: Final = frozenset({"(file name)", "(column name)"})
_IN_COLUMN_NAMES: Final = "(column name)"


def without_names_that_tell(report: ScanReport, scanner: Scanner, number: int) -> ScanReport:
    """Return the report of one file with telling names replaced by positions.

    Args:
        report: Of one file.
        scanner: Looks at the path.
        number: Position of the file in the call, from 1.
    """
    path = Path(report.files[0])
    if any(count.column == _IN_COLUMN_NAMES for count in report.scan.counts):
        report = _columns_by_number(report, _names(path))
    if scanner.scan_text(str(path)):
        report = replace(report, files=(f"(file {number}, name withheld)",))
    return report


def _columns_by_number(report: ScanReport, names: Sequence[str]) -> ScanReport:
    """Name no column at all: if one name is data, the others of that row are too."""
    labels = {name: f"(column {i}, name withheld)" for i, name in enumerate(names, 1)}

    def label(column: str) -> str:
        return column if column in _OWN_LABELS else labels.get(column, "(a column)")

    scan = report.scan
    return replace(
        report,
        scan=replace(
            scan,
            counts=tuple(replace(c, column=label(c.column)) for c in scan.counts),
            samples=tuple(replace(f, column=label(f.column)) for f in scan.samples),
            blind_spots=tuple("a column could not be read as text" for _ in scan.blind_spots),
        ),
    )


def _names(path: Path) -> Sequence[str]:
    first = next(read_batches(path), None)
    return first.schema.names if first is not None else ()
