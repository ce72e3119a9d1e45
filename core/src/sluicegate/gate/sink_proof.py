"""Proves that a sink holds what the chamber passed, before it is published (promise P9).

Rows are compared with what was noted of them when they were handed to the sink, canaries with what
the masks made of them. What is read comes from where consumers will read it, by other code than
what wrote it: a sink that loses rows, mixes columns up or writes other values fails the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import pyarrow as pa

from sluicegate.sinks.comparable import comparable
from sluicegate.sinks.intake import Intake
from sluicegate.sinks.json_text import json_rows
from sluicegate.sinks.read_files import differs, read_files
from sluicegate.sinks.stored import StoredFiles, StoredTable

if TYPE_CHECKING:
    from sluicegate.model.outcome import OutputFile
    from sluicegate.model.output_options import OutputOptions
    from sluicegate.sinks.port import Staging
    from sluicegate.sinks.stored import Stored, StoredFile

_DAY_NANOSECONDS: Final = 86_400 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What was read back from a sink, and was what it should be."""

    rows: int
    """Of the output; all were counted."""
    compared: int
    """Rows of the output whose values were compared."""
    canaries: int
    """Canaries that were seen at the sink as the masks had left them."""

    def facts(self) -> dict[str, int]:
        """Return the counts as an attestation states them."""
        return {
            "seen_at_sink": self.canaries,
            "rows_written": self.rows,
            "rows_read_back": self.compared,
        }


class ProvenStaging:
    """A staging that notes what it is given, and can prove that it holds just that.

    Failure mode: closed. What differs, or cannot be read back, is never published.

    Args:
        staging: Of the sink.
        options: How it writes.
        intake: Notes what it is given.
    """

    def __init__(
        self, staging: Staging, options: OutputOptions, intake: Intake | None = None
    ) -> None:
        self._staging = staging
        self._options = options
        self._intake = intake or Intake(options)

    def write(self, batch: pa.RecordBatch) -> None:
        """Note masked rows, and append them."""
        self._intake.note(batch)
        self._staging.write(batch)

    def finish(self) -> tuple[OutputFile, ...]:
        """Close the files and return them.

        Raises:
            OutputDiffers: the sink tells of more or fewer rows than it was handed.
        """
        files = self._staging.finish()
        self._intake.finish()
        told = sum(file.rows for file in files)
        if told != self._intake.rows:
            raise differs(f"{told:,} rows instead of {self._intake.rows:,}")
        return files

    def stored(self) -> Stored:
        """Return what lies at the sink."""
        return self._staging.stored()

    def prove(self, canaries: pa.RecordBatch | None) -> ReadBack:
        """Read back what the sink holds, and canaries that it writes in the same way.

        Args:
            canaries: As the masks left them, with the rows' columns, none of them encoded;
                ``None`` if no row came.

        Raises:
            OutputDiffers: the sink does not hold what it was given.
            SinkError: it could not be read.
        """
        stored = self._staging.stored()
        if isinstance(stored, StoredTable):
            return self._prove_table(stored, canaries)
        return self._prove_files(stored, canaries)

    def publish(self, extra: Mapping[str, bytes]) -> None:
        """Move all into place."""
        self._staging.publish(extra)

    def quarantine(self, folder: str, extra: Mapping[str, bytes]) -> None:
        """Move what was staged out of the way."""
        self._staging.quarantine(folder, extra)

    def discard(self) -> None:
        """Remove what was staged."""
        self._staging.discard()

    def _prove_files(self, stored: StoredFiles, canaries: pa.RecordBatch | None) -> ReadBack:
        by_folder: dict[str, list[StoredFile]] = {}
        for file in stored.files:
            by_folder.setdefault(file.folder, []).append(file)
        lanes, inner = self._intake.lanes, self._intake.inner
        told = {folder: sum(f.rows for f in files) for folder, files in by_folder.items()}
        if lanes and told != {folder: lane.rows for folder, lane in lanes.items()}:
            raise differs("other rows in a partition")
        compared = 0
        for folder, files in by_folder.items():
            stretches = lanes[folder].stretches if lanes else []
            spans = [(s.first, s.first + s.rows) for s in stretches]
            found = read_files(files, self._options, inner, spans)
            for stretch, rows in zip(stretches, found, strict=True):
                self._compare(stretch.digests, rows)
                compared += rows.num_rows
        seen = self._tried(stored, canaries) if canaries is not None else 0
        return ReadBack(rows=self._intake.rows, compared=compared, canaries=seen)

    def _tried(self, stored: StoredFiles, canaries: pa.RecordBatch) -> int:
        """Have canaries written and read back; return how many."""
        inner = without_dictionaries(self._intake.inner)
        with stored.trial(canaries) as files:
            told = sum(file.rows for file in files)
            if told != canaries.num_rows:
                raise differs(f"{told:,} canaries instead of {canaries.num_rows:,}")
            (found,) = read_files(files, self._options, inner, [(0, told)])
        rows = pa.Table.from_batches([canaries.drop_columns(list(self._options.partition_by))])
        self._compare(self._intake.digests(comparable(rows, self._options)), found)
        return told

    def _compare(self, expected: tuple[bytes, ...], rows: pa.Table) -> None:
        digests = self._intake.digests(rows)
        names = rows.schema.names
        wrong = [n for n, a, b in zip(names, digests, expected, strict=True) if a != b]
        if wrong:
            raise differs(f"the values of {', '.join(map(repr, wrong))}")

    def _prove_table(self, stored: StoredTable, canaries: pa.RecordBatch | None) -> ReadBack:
        sample = self._intake.sample
        if canaries is not None:
            plain = without_dictionaries(sample.schema)
            rows = pa.concat_tables([sample.cast(plain), pa.Table.from_batches([canaries])])
            _compare_sets(rows, stored.trial(rows))
        if sample.num_rows and (lost := stored.missing(sample)):
            raise differs(f"{lost:,} of {sample.num_rows:,} rows are not there")
        return ReadBack(
            rows=self._intake.rows,
            compared=sample.num_rows,
            canaries=canaries.num_rows if canaries is not None else 0,
        )


def without_dictionaries(schema: pa.Schema) -> pa.Schema:
    """Return the types of the values themselves: canaries have more than a small dictionary."""
    return pa.schema(
        [
            field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
            for field in schema
        ]
    )


def _compare_sets(expected: pa.Table, found: pa.Table) -> None:
    """Compare rows in any order, whose types may have become those of a database."""
    if found.schema.names != expected.schema.names:
        raise differs("other columns")
    try:
        columns = [
            _given_type(column, field.type)
            for column, field in zip(found.columns, expected.schema, strict=True)
        ]
    except (pa.ArrowException, ValueError):
        columns = None
    if columns is None:
        raise differs("columns of other types")
    if _lines(pa.table(columns, expected.schema.names)) != _lines(expected):
        raise differs("the values of some rows")


def _given_type(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Turn what a database made of a column back; of some types it has none."""
    if pa.types.is_null(kind) and column.null_count == len(column):
        return pa.chunked_array([pa.nulls(len(column))])
    if pa.types.is_duration(kind) and pa.types.is_interval(column.type):
        spans = [
            None if span is None else span.days * _DAY_NANOSECONDS + span.nanoseconds
            for span in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(spans, pa.int64())]).cast(pa.duration("ns")).cast(kind)
    if kind == pa.uuid() and not isinstance(column.type, pa.BaseExtensionType):
        keys = [None if key is None else UUID(str(key)).bytes for key in column.to_pylist()]
        return pa.chunked_array([pa.array(keys, pa.binary(16)).cast(kind)])
    return column.cast(kind)


def _lines(rows: pa.Table) -> Counter[bytes]:
    batch = rows.combine_chunks().to_batches()
    return Counter(line for b in batch for line in json_rows(b).split(b"\n"))
