"""Scans files that others wrote: the gate's eyes without its hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sluicegate.detect import ScanTotals
from sluicegate.gate.files import find_files, read_batches
from sluicegate.mask import is_hex
from sluicegate.model.findings import ScanSummary

if TYPE_CHECKING:
    from sluicegate.detect import BatchFindings, Scanner


_DIGEST_DIGITS: Final = (32, 40, 64)


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
    row, skipped = 0, set[str]()
    for path in files:
        totals.add(_names(scanner, "file name", [path.name, path.stem]))
        seen: list[str] | None = None
        for batch in read_batches(path):
            if batch.schema.names != seen:
                seen = batch.schema.names
                totals.add(_names(scanner, "column name", seen))
            digests = _digests(batch)
            skipped |= {f"column {n!r}: only digests or pseudonyms, not scanned" for n in digests}
            totals.add(scanner.scan(batch.drop_columns(digests), first_row=row))
            row += batch.num_rows
        row = 0
    return ScanReport(files=tuple(map(str, files)), scan=totals.summary(sorted(skipped)))


def _digests(batch: pa.RecordBatch) -> list[str]:
    """Columns of nothing but hex digits of a digest's length: by chance some look like cards."""
    columns = zip(batch.schema.names, batch.columns, strict=True)
    return [
        name
        for name, column in columns
        if pa.types.is_string(column.type)
        and column.null_count < len(column)
        and any(is_hex(column, digits) for digits in _DIGEST_DIGITS)
    ]


def _names(scanner: Scanner, what: str, names: Sequence[str]) -> BatchFindings:
    """Scan names; they are no rows."""
    batch = pa.RecordBatch.from_arrays([pa.array(names, pa.string())], names=[f"({what})"])
    return replace(scanner.scan(batch), rows=0)
