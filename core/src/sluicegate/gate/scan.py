"""Scans files that others wrote: the gate's eyes without its hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sluicegate.detect import ScanTotals
from sluicegate.detect.metadata import metadata_texts
from sluicegate.gate.files import find_files, read_batches
from sluicegate.mask import is_hex
from sluicegate.model.findings import ScanSummary

if TYPE_CHECKING:
    from sluicegate.detect import Scanner


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
    first_number: int = 1,
) -> ScanReport:
    """Scan every file at ``paths``: cells, nested values, column names, file names and metadata.

    A name that holds a finding is data itself: a table without a header gives its first row as
    names, and a file may be named after a person. Such a file, and every column of such a table, is
    told by its number.

    Args:
        scanner: The scanner.
        paths: Files and folders.
        fingerprint: Keyed digest of a found value.
        key_id: Names the key of ``fingerprint``.
        first_number: Number of the first file, where its name is withheld.

    Raises:
        SourceError: a path is missing or cannot be read; nothing is reported as clean then.
    """
    scan = _Scan(scanner, ScanTotals(scanner, fingerprint, key_id))
    files = find_files(paths)
    names = [scan.file(path, number) for number, path in enumerate(files, first_number)]
    return ScanReport(files=tuple(names), scan=scan.totals.summary(scan.skipped))


class _Scan:
    """Collects while the files of one call are scanned."""

    def __init__(self, scanner: Scanner, totals: ScanTotals) -> None:
        self._scanner = scanner
        self.totals = totals
        self.skipped: dict[str, None] = {}

    def file(self, path: Path, number: int) -> str:
        """Scan one file; return the name to tell it by."""
        # an ending such as `.csv` may read as the end of an address, so the stem counts too
        self._tells("file name", [path.name]) or self._tells("file name", [path.stem])
        row, names, labels = 0, list[str](), list[str]()
        for batch in read_batches(path):
            if batch.schema.names != names:
                names = labels = batch.schema.names
                self._tells("metadata", metadata_texts(batch.schema))
                if self._tells("column name", names):
                    labels = [f"(column {n}, name withheld)" for n in range(1, len(names) + 1)]
            self._rows(batch.rename_columns(labels), row)
            row += batch.num_rows
        withheld = bool(self._scanner.scan_text(str(path)) or self._scanner.scan_text(path.stem))
        return f"(file {number}, name withheld)" if withheld else str(path)

    def _rows(self, batch: pa.RecordBatch, row: int) -> None:
        digests = _digests(batch)
        for name in digests:
            self.skipped[f"column {name!r}: only digests or pseudonyms, not scanned"] = None
        self.totals.add(self._scanner.scan(batch.drop_columns(digests), first_row=row))

    def _tells(self, what: str, names: Sequence[str]) -> bool:
        """Scan names, which are no rows, and say whether any holds a finding."""
        batch = pa.RecordBatch.from_arrays([pa.array(names, pa.string())], names=[f"({what})"])
        found = self._scanner.scan(batch)
        self.totals.add(replace(found, rows=0))
        return found.total > 0


def _digests(batch: pa.RecordBatch) -> list[str]:
    """Columns of nothing but hex digits of a digest's length: by chance some look like cards."""
    columns = zip(batch.schema.names, batch.columns, strict=True)
    return [
        name
        for name, column in columns
        if (pa.types.is_string(column.type) or pa.types.is_large_string(column.type))
        and column.null_count < len(column)
        and any(is_hex(column, digits) for digits in _DIGEST_DIGITS)
    ]
