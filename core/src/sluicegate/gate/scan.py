"""Scans what others wrote: the gate's eyes without its hands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sluicegate.detect import ScanTotals
from sluicegate.detect.metadata import metadata_texts
from sluicegate.detect.recognizer import Recognizer
from sluicegate.gate.answers import FileAnswers
from sluicegate.gate.explaining import Explained, Explaining
from sluicegate.gate.scan_places import Place
from sluicegate.gate.sift import Sifter
from sluicegate.mask import is_hex
from sluicegate.model.findings import ScanSummary

if TYPE_CHECKING:
    from sluicegate.detect import BatchFindings, Scanner
    from sluicegate.model.allow import Allowed
    from sluicegate.model.findings import Reason


_DIGEST_DIGITS: Final = (32, 40, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """What a scan of files found."""

    files: tuple[str, ...]
    scan: ScanSummary
    explained: tuple[Explained, ...] = ()
    """The first findings of each column and detector, if that was asked for."""
    where: tuple[str, ...] = ()
    """Each file as an entry of an allow-list tells it."""
    reasons: tuple[Reason, ...] = ()
    """Why a table may not be scanned; nothing at all was read then."""

    @property
    def clean(self) -> bool:
        """Whether nothing was found, and it was looked. Blind spots are in ``scan``."""
        return self.scan.total == 0 and not self.reasons


def scan_places(
    scanner: Scanner,
    places: Iterable[Place],
    *,
    fingerprint: Callable[[bytes], str],
    key_id: str,
    first_number: int = 1,
    explain: bool = False,
    recognizers: Sequence[Recognizer] = (),
    answers: FileAnswers | None = None,
) -> ScanReport:
    """Scan every place: cells, nested values, partitions, names of columns and files, metadata.

    A name that holds a finding is data itself: a table without a header gives its first row as
    names, and a file may be named after a person. Such a place, and every column of such a table,
    is told by its number.

    Args:
        scanner: The scanner.
        places: What to scan; read one after the other.
        fingerprint: Keyed digest of a found value.
        key_id: Names the key of ``fingerprint``.
        first_number: Number of the first place, where its name is withheld.
        explain: Whether to say why the first findings scored as they did; slow.
        recognizers: Who reads the text in cells beside the catalogue. Names of files and columns
            are not shown to them: to a model a table called ``orders_lisbon`` names a place.
        answers: An allow-list and a baseline; what they answer is no finding.

    Raises:
        SourceError: a place is missing or cannot be read; nothing is reported as clean then.
    """
    reader = scanner.with_recognizers(recognizers)
    scan = _Scan(
        scanner,
        reader,
        ScanTotals(reader, fingerprint, key_id),
        answers or FileAnswers(),
        fingerprint,
        Explaining(reader) if explain else None,
    )
    spots = tuple(s for r in recognizers for s in r.blind_spots)
    names = [scan.place(place, number) for number, place in enumerate(places, first_number)]
    summary = scan.totals.summary((*scan.skipped, *spots))
    return ScanReport(
        files=tuple(names),
        scan=replace(summary, allowed=tuple(scan.allowed)),
        explained=tuple(scan.explaining.found) if scan.explaining else (),
        where=tuple(scan.where),
    )


class _Scan:
    """Collects while the places of one call are scanned."""

    def __init__(
        self,
        scanner: Scanner,
        reader: Scanner,
        totals: ScanTotals,
        answers: FileAnswers,
        fingerprint: Callable[[bytes], str],
        explaining: Explaining | None,
    ) -> None:
        self._scanner = scanner
        self._reader = reader
        self._answers = answers
        self._fingerprint = fingerprint
        self._sifter = Sifter((), (), fingerprint)
        self.totals = totals
        self.explaining = explaining
        self.skipped: dict[str, None] = {}
        self.allowed: list[Allowed] = []
        self.where: list[str] = []

    def place(self, place: Place, number: int) -> str:
        """Scan one place; return the name to tell it by."""
        self._open(place)
        # an ending such as `.csv` may read as the end of an address, so the stem counts too
        last = place.name.rpartition("/")[2]
        self._tells("file name", [last]) or self._tells("file name", [place.stem])
        self._partitions(place)
        row, names, labels = 0, list[str](), list[str]()
        for batch in place.batches():
            if batch.schema.names != names:
                names = labels = batch.schema.names
                self._tells("metadata", metadata_texts(batch.schema))
                if self._tells("column name", names):
                    labels = [f"(column {n}, name withheld)" for n in range(1, len(names) + 1)]
            self._rows(batch.rename_columns(labels), row)
            row += batch.num_rows
        told = (place.name, place.stem)
        withheld = any(self._scanner.scan_text(name, advisory=False) for name in told)
        self.allowed += self._answers.finish_file().allowed
        return f"(file {number}, name withheld)" if withheld else place.name

    def _partitions(self, place: Place) -> None:
        """Scan what folders tell of every row below them; it stands in no file."""
        if place.partitions:
            values = {name: [value] for name, value in place.partitions.items()}
            batch = pa.RecordBatch.from_pydict(values)
            self._note(replace(self._reader.scan(batch), rows=0), batch, 0)

    def _open(self, place: Place) -> None:
        def tells(text: str) -> bool:
            return bool(self._scanner.scan_text(text, advisory=False))

        given = (self._reader.detectors, self._fingerprint, tells)
        if place.path is None:
            self._sifter = self._answers.of_place(place.name, *given)
        else:
            self._sifter = self._answers.of_file(place.path, *given)
        self.where.append(self._answers.where)

    def _rows(self, batch: pa.RecordBatch, row: int) -> None:
        digests = _digests(batch)
        for name in digests:
            self.skipped[f"column {name!r}: only digests or pseudonyms, not scanned"] = None
        kept = batch.drop_columns(digests)
        self._note(self._reader.scan(kept, first_row=row), kept, row)

    def _tells(self, what: str, names: Sequence[str]) -> bool:
        """Scan names, which are no rows, and say whether any holds a finding."""
        batch = pa.RecordBatch.from_arrays([pa.array(names, pa.string())], names=[f"({what})"])
        found = self._scanner.scan(batch)
        self._note(replace(found, rows=0), batch, 0)
        return found.total > 0

    def _note(self, found: BatchFindings, batch: pa.RecordBatch, row: int) -> None:
        found = self._sifter.sift(found, batch.schema)
        self.totals.add(found, batch.schema)
        if self.explaining is not None:
            self.explaining.watch(found, batch, row)


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
