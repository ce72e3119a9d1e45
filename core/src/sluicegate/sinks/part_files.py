"""Writes a stream of record batches as files ``part-00000.parquet`` … of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sluicegate.errors import SinkError
from sluicegate.model.outcome import OutputFile
from sluicegate.sinks.formats import open_writer, suffix_of
from sluicegate.sinks.partitions import MAX_PARTITIONS, Partitions

if TYPE_CHECKING:
    from sluicegate.model.output_options import OutputOptions
    from sluicegate.sinks.formats import FormatWriter
    from sluicegate.sinks.outfile import Create, OutFile

Metadata = Callable[[pa.Schema], Mapping[bytes, bytes]]

TRIAL: Final = "_SLUICEGATE/trial-"
"""What the name of a file begins with that is written to be read back only."""
_PENDING_BYTES: Final = 64 * 1024 * 1024


class PartFiles:
    """Collects batches to row groups, and row groups to files.

    Holds at most about 64 MiB of rows in memory and the batch that filled it, over all partitions;
    without partitions never more than one row group.

    Args:
        create: Makes a file at the output by its name.
        options: Format, sizes, partitions.
        metadata: Gives the schema metadata that files carry, where the format has a place for it.
        folder: What their names begin with, relative to the output; empty or with ``/`` at its end.
    """

    def __init__(
        self, create: Create, options: OutputOptions, metadata: Metadata, *, folder: str = ""
    ) -> None:
        self._create = create
        self._folder = folder
        self._options = options
        self._metadata = metadata
        self._plain: pa.Schema | None = None
        self._schema = pa.schema([])
        self._partitions = Partitions(options.partition_by)
        self._lanes: dict[str, _Lane] = {}
        self._begun = 0
        self._done: dict[int, OutputFile] = {}

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch; the first one tells the schema.

        Raises:
            SinkError: another schema than the first batch's, a type that the format cannot hold, or
                more partitions than ``MAX_PARTITIONS``.
            OSError, pa.ArrowException: the file cannot be written.
        """
        if self._plain is None:
            self._plain = batch.schema.remove_metadata()
            inner = self._partitions.check(self._plain)
            self._schema = inner.with_metadata(dict(self._metadata(self._plain)))
        if not batch.schema.remove_metadata().equals(self._plain):
            raise SinkError("a batch has another schema than the first")
        for folder, rows in self._partitions.split(batch) if batch.num_rows else ():
            self._lane(folder).add(rows)
            if sum(lane.pending_bytes for lane in self._lanes.values()) >= _PENDING_BYTES:
                for lane in self._lanes.values():
                    lane.flush()

    def finish(self) -> tuple[OutputFile, ...]:
        """Write what is pending and close; a stream without rows still gives one file.

        Raises:
            SinkError: no batch was ever written, so that not even the schema is known.
            OSError, pa.ArrowException: the file cannot be written.
        """
        if self._plain is None:
            raise SinkError("no batch was written", hint="an empty result has one empty batch")
        if not self._lanes:  # no row came
            self._lane(self._partitions.of_nothing()).begin()
        for lane in self._lanes.values():
            lane.end()
        return tuple(self._done[number] for number in sorted(self._done))

    def trial(self, batch: pa.RecordBatch) -> tuple[OutputFile, ...]:
        """Write rows as all others, but without partitions, to files of their own.

        Args:
            batch: The rows, with all columns; those that name partitions are left out.

        Returns:
            The files, in order. They are no part of the output, and the caller's to remove.

        Raises:
            OSError, pa.ArrowException: a file cannot be written.
        """
        files = PartFiles(
            self._create, self._options, self._metadata, folder=f"{self._folder}{TRIAL}"
        )
        files._partitions = Partitions(())
        try:
            files.write(batch.drop_columns(list(self._options.partition_by)))
            return files.finish()
        finally:
            files.abandon()

    def abandon(self) -> None:
        """Close without caring for what was written."""
        for lane in self._lanes.values():
            lane.abandon()
        self._lanes = {}

    def _lane(self, folder: str) -> _Lane:
        if folder not in self._lanes:
            if len(self._lanes) == MAX_PARTITIONS:
                raise SinkError(
                    f"the partition columns have more than {MAX_PARTITIONS} combinations of values",
                    hint="partition by columns with fewer values, or round them in the SQL",
                )
            self._lanes[folder] = _Lane(self, folder)
        return self._lanes[folder]

    def open(self, folder: str) -> tuple[int, str, OutFile, FormatWriter]:
        """Begin the next file, in ``folder``; numbers are given once over all folders."""
        number, self._begun = self._begun, self._begun + 1
        name = f"{self._folder}{folder}part-{number:05d}{suffix_of(self._options)}"
        file = self._create(name)
        return number, name, file, open_writer(file, self._schema, self._options)

    def done(self, number: int, file: OutputFile) -> None:
        """Note a file that is complete."""
        self._done[number] = file

    @property
    def options(self) -> OutputOptions:
        """Format, sizes, partitions."""
        return self._options

    @property
    def schema(self) -> pa.Schema:
        """Of the files."""
        return self._schema


class _Lane:
    """The rows and files of one partition."""

    def __init__(self, files: PartFiles, folder: str) -> None:
        self._files = files
        self._folder = folder
        self._options = files.options
        self._pending: list[pa.RecordBatch] = []
        self._pending_rows = 0
        self.pending_bytes = 0
        self._number, self._name = -1, ""
        self._file: OutFile | None = None
        self._writer: FormatWriter | None = None
        self._rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        start = 0
        while start < batch.num_rows:
            part = batch.slice(start, self._room())
            start += part.num_rows
            self._pending.append(part)
            self._pending_rows += part.num_rows
            self.pending_bytes += part.nbytes
            full = self._pending_rows >= self._options.rows_per_group
            last = self._rows + self._pending_rows >= self._options.rows_per_file
            if full or last or self.pending_bytes >= _PENDING_BYTES:
                self.flush()
            if last:
                self._close()

    def flush(self) -> None:
        if not self._pending_rows:
            return
        writer = self._writer or self.begin()
        table = pa.Table.from_batches(self._pending)
        writer.write(table.replace_schema_metadata(self._files.schema.metadata))
        self._rows += self._pending_rows
        self._pending, self._pending_rows, self.pending_bytes = [], 0, 0
        most = self._options.bytes_per_file
        if most is not None and self._file is not None and self._file.bytes >= most:
            self._close()

    def begin(self) -> FormatWriter:
        self._number, self._name, self._file, self._writer = self._files.open(self._folder)
        self._rows = 0
        return self._writer

    def end(self) -> None:
        self.flush()
        self._close()

    def abandon(self) -> None:
        if self._file is not None:
            self._file.abandon()
        if self._writer is not None:
            with suppress(Exception):  # its last words go nowhere
                self._writer.close()
        self._writer = self._file = None
        self._pending = []

    def _room(self) -> int:
        in_file = self._options.rows_per_file - self._rows - self._pending_rows
        return min(self._options.rows_per_group - self._pending_rows, in_file)

    def _close(self) -> None:
        if self._writer is None or self._file is None:
            return
        self._writer.close()
        self._file.close()
        file = OutputFile(
            name=self._name, sha256=self._file.sha256, bytes=self._file.bytes, rows=self._rows
        )
        self._files.done(self._number, file)
        self._writer = self._file = None
        self._rows = 0
