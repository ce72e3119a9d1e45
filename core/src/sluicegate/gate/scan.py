"""Scans files that others wrote: the gate's eyes without its hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from sluicegate.detect import ScanTotals
from sluicegate.gate.files import find_files, read_batches
from sluicegate.model.findings import ScanSummary

if TYPE_CHECKING:
    from sluicegate.detect import Scanner


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """What a scan of files found."""

    files: tuple[str, ...]
    scan: ScanSummary

    @property
    def clean(self) -> bool:
        """Whether nothing was found. Blind spots are in ``scan``."""
        return self.scan.total == 0


def scan_files(
    scanner: Scanner,
    paths: Sequence[Path],
    *,
    fingerprint: Callable[[bytes], str],
    key_id: str,
) -> ScanReport:
    """Scan every file at ``paths``: cells, nested values, column names and file names.

    Args:
        scanner: The scanner.
        paths: Files and folders.
        fingerprint: Keyed digest of a found value.
        key_id: Names the key of ``fingerprint``.

    Raises:
        SourceError: a path is missing or cannot be read; nothing is reported as clean then.
    """
    files = find_files(paths)
    totals = ScanTotals(scanner, fingerprint, key_id)
    row = 0
    for path in files:
        totals.add(scanner.scan(_names("file name", [path.name])))
        seen: list[str] | None = None
        for batch in read_batches(path):
            if batch.schema.names != seen:
                seen = batch.schema.names
                totals.add(scanner.scan(_names("column name", seen)))
            totals.add(scanner.scan(batch, first_row=row))
            row += batch.num_rows
        row = 0
    return ScanReport(files=tuple(map(str, files)), scan=totals.summary())


def _names(what: str, names: Sequence[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(names, pa.string())], names=[f"({what})"])
