"""Scans tables that are held in memory: of Arrow, pandas or Polars, batch by batch.

A table may hold more than its rows show: what a slice left out, what stands below a NULL, and
categories that no row refers to are stored with it. So a table of Arrow is built anew from what was
scanned, and of the other libraries every category is scanned too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from sluicegate.detect import ScanTotals
from sluicegate.detect.metadata import metadata_texts
from sluicegate.errors import DetectionError
from sluicegate.mask import is_hex

if TYPE_CHECKING:
    from sluicegate.detect import Scanner
    from sluicegate.model.findings import ScanSummary

_BATCH_ROWS: Final = 32_768
_DIGEST_DIGITS: Final = (32, 40, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameScan:
    """What a scan of a table found."""

    scan: ScanSummary
    kept: Any = field(repr=False)
    """What to store: the same rows, and nothing but what was scanned."""

    @property
    def clean(self) -> bool:
        """Whether nothing was found. Blind spots are in ``scan``."""
        return self.scan.total == 0


def scan_frame(scanner: Scanner, frame: object) -> FrameScan | None:
    """Scan every cell, nested values, names, categories and metadata of a table.

    Args:
        scanner: The detectors.
        frame: A table, record batch or reader of Arrow, a data frame of pandas or Polars. A reader
            is read to its end, and what is kept is another one over the same batches in memory.

    Returns:
        ``None`` if it is no table that can be read so: a subclass, or another library's.

    Raises:
        DetectionError: a column has no type of Arrow. Nothing counts as scanned then.
    """
    try:
        opened = _open(frame)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        opened = _Unreadable
    except Exception:  # noqa: BLE001 - Polars has errors of its own, whose texts quote cells
        opened = _Unreadable
    if opened is _Unreadable:
        raise DetectionError(
            "a column of the table holds values that are of no one type",
            hint="give every column one type, or store it in another way",
        )
    if opened is None:
        return None
    table, kept = opened
    return FrameScan(scan=_scan(scanner, table), kept=kept)


class _Unreadable:
    """Stands for a table that could not be read."""


def _open(frame: object) -> Any:
    """Return the table to scan and what to keep of it."""
    kind = type(frame)
    if kind is pa.RecordBatchReader or issubclass(kind, pa.RecordBatchReader):
        table = _anew(frame.read_all())  # type: ignore[attr-defined]
        return table, table.to_reader()
    if kind is pa.Table:
        table = _anew(frame)
        return table, table
    if kind is pa.RecordBatch:
        table = _anew(pa.Table.from_batches([frame]))
        batches = table.combine_chunks().to_batches()
        return table, batches[0] if batches else frame.slice(0, 0)  # type: ignore[attr-defined]
    if _is(frame, "pandas", "DataFrame"):
        return pa.Table.from_pandas(frame), frame
    if _is(frame, "polars", "DataFrame"):
        if "Object" in repr(frame.dtypes):  # type: ignore[attr-defined] # Arrow sees an address
            return _Unreadable
        return frame.to_arrow(), frame  # type: ignore[attr-defined]
    return None


def _is(value: object, library: str, name: str) -> bool:
    """Tell whether it is of exactly this class: a subclass may carry more than its rows."""
    module = sys.modules.get(library)
    return module is not None and type(value) is getattr(module, name, None)


def _anew(table: pa.Table) -> pa.Table:
    """Build the buffers anew, from the values that the table shows."""
    columns = [_column(column) for column in table.columns]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        plain = _column(column.cast(kind.value_type))
        return plain.dictionary_encode().cast(kind)
    if pa.types.is_nested(kind) or isinstance(kind, pa.BaseExtensionType):
        # below a NULL of a nested column its children may have values; Python sees none of them
        return pa.chunked_array(
            [pa.array(chunk.to_pylist(), kind) for chunk in column.chunks], kind
        )
    every = pa.array(range(len(column)), pa.int64())
    return pa.chunked_array(column.take(every).chunks, kind)


def _scan(scanner: Scanner, table: pa.Table) -> ScanSummary:
    totals = ScanTotals(scanner, lambda _: "", "")
    labels = _names(scanner, totals, table.schema)
    table = table.rename_columns(labels)
    blind: dict[str, None] = {}
    row = 0
    for batch in table.to_batches(max_chunksize=_BATCH_ROWS):
        digests = _digests(batch)
        blind |= {f"column {n!r}: only digests or pseudonyms, not scanned": None for n in digests}
        kept = batch.drop_columns(digests)
        totals.add(scanner.scan(kept, first_row=row), kept.schema)
        row += batch.num_rows
    for name, column in zip(labels, table.columns, strict=True):
        for values in _categories(column):
            found = scanner.scan(pa.RecordBatch.from_arrays([values], names=[name]))
            if found.total:
                totals.add(replace(found, rows=0))
    return totals.summary(tuple(blind))


def _names(scanner: Scanner, totals: ScanTotals, schema: pa.Schema) -> list[str]:
    """Scan names and metadata; return the names to tell columns by."""
    names, withheld = list(schema.names), False
    for what, texts in (("metadata", metadata_texts(schema)), ("column name", names)):
        batch = pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], names=[f"({what})"])
        found = scanner.scan(batch)
        totals.add(replace(found, rows=0))
        withheld = found.total > 0
    numbered = [f"(column {n}, name withheld)" for n in range(1, len(names) + 1)]
    return numbered if withheld else names


def _categories(column: pa.ChunkedArray) -> Iterator[pa.Array]:
    """Yield the values of dictionaries that no row may refer to."""
    if pa.types.is_dictionary(column.type) and not pa.types.is_nested(column.type.value_type):
        for chunk in column.chunks:
            used = set(chunk.indices.drop_null().unique().to_pylist())
            unused = [n for n in range(len(chunk.dictionary)) if n not in used]
            yield chunk.dictionary.take(pa.array(unused, pa.int64()))


def _digests(batch: pa.RecordBatch) -> list[str]:
    """Columns of nothing but hex digits of a digest's length: by chance some look like cards."""
    return [
        name
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if (pa.types.is_string(column.type) or pa.types.is_large_string(column.type))
        and column.null_count < len(column)
        and any(is_hex(column, digits) for digits in _DIGEST_DIGITS)
    ]
