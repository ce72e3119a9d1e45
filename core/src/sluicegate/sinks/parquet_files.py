"""Writes a stream of record batches as Parquet files ``part-00000.parquet`` … of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sluicegate.errors import SinkError
from sluicegate.model.outcome import OutputFile
from sluicegate.sinks.durable import HashedFile

Metadata = Callable[[pa.Schema], Mapping[bytes, bytes]]

_GROUP_ROWS = 131_072
_GROUP_BYTES = 64 * 1024 * 1024


class ParquetFiles:
    """Collects batches to row groups, and row groups to files.

    Holds at most one row group in memory: 131,072 rows or about 64 MiB, whichever is less, and
    the batch that filled it.
    """

    def __init__(
        self, folder: Path, *, rows_per_file: int, compression: str, metadata: Metadata
    ) -> None:
        self._folder = folder
        self._rows_per_file = rows_per_file
        self._compression = compression
        self._metadata = metadata
        self._schema: pa.Schema | None = None
        self._plain: pa.Schema | None = None
        self._pending: list[pa.RecordBatch] = []
        self._pending_rows = 0
        self._pending_bytes = 0
        self._file: HashedFile | None = None
        self._writer: pq.ParquetWriter | None = None
        self._file_rows = 0
        self._done: list[OutputFile] = []

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch; the first one tells the schema.

        Raises:
            SinkError: another schema than the first batch's.
            OSError, pa.ArrowException: the file cannot be written.
        """
        if self._plain is None or self._schema is None:
            self._plain = batch.schema.remove_metadata()
            self._schema = self._plain.with_metadata(dict(self._metadata(self._plain)))
        if not batch.schema.remove_metadata().equals(self._plain):
            raise SinkError("a batch has another schema than the first")
        start = 0
        while start < batch.num_rows:
            part = batch.slice(start, self._room())
            self._add(part)
            start += part.num_rows

    def finish(self) -> tuple[OutputFile, ...]:
        """Write what is pending and close; a stream without rows still gives one file.

        Raises:
            SinkError: no batch was ever written, so that not even the schema is known.
            OSError, pa.ArrowException: the file cannot be written.
        """
        if self._schema is None:
            raise SinkError("no batch was written", hint="an empty result has one empty batch")
        self._flush()
        if self._writer is None and not self._done:
            self._open()
        self._close()
        return tuple(self._done)

    def abandon(self) -> None:
        """Close without caring for what was written."""
        if self._file is not None:
            self._file.abandon()
        if self._writer is not None:
            with suppress(Exception):  # its last words go nowhere
                self._writer.close()
        self._writer = self._file = None
        self._pending = []

    def _room(self) -> int:
        in_file = self._rows_per_file - self._file_rows - self._pending_rows
        return min(_GROUP_ROWS - self._pending_rows, in_file)

    def _add(self, part: pa.RecordBatch) -> None:
        self._pending.append(part)
        self._pending_rows += part.num_rows
        self._pending_bytes += part.nbytes
        if self._pending_rows >= _GROUP_ROWS or self._pending_bytes >= _GROUP_BYTES:
            self._flush()
        if self._file_rows + self._pending_rows >= self._rows_per_file:
            self._flush()
            self._close()

    def _flush(self) -> None:
        if not self._pending_rows:
            return
        writer = self._writer or self._open()
        table = pa.Table.from_batches(self._pending).replace_schema_metadata(self._metadata_now())
        writer.write_table(table, row_group_size=self._pending_rows)
        self._file_rows += self._pending_rows
        self._pending, self._pending_rows, self._pending_bytes = [], 0, 0

    def _metadata_now(self) -> dict[bytes, bytes] | None:
        return self._schema.metadata if self._schema is not None else None

    def _open(self) -> pq.ParquetWriter:
        self._file = HashedFile(self._folder / f"part-{len(self._done):05d}.parquet")
        self._writer = pq.ParquetWriter(self._file, self._schema, compression=self._compression)
        self._file_rows = 0
        return self._writer

    def _close(self) -> None:
        if self._writer is None or self._file is None:
            return
        self._writer.close()
        self._file.close()
        self._done.append(
            OutputFile(
                name=f"part-{len(self._done):05d}.parquet",
                sha256=self._file.sha256,
                bytes=self._file.bytes,
                rows=self._file_rows,
            )
        )
        self._writer = self._file = None
        self._file_rows = 0
