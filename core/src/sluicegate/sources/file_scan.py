"""Reads files for the engine a block at a time, so that what is held does not depend on their size.

Arrow's own scanner reads ahead of a slow reader until it holds 1 GiB, which nothing here can set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

Read = Callable[[str, Sequence[str]], Iterator[pa.RecordBatch]]
"""Yields the rows of the file at a path with some of its columns, at least one."""


class BlockwiseDataset(ds.FileSystemDataset):  # type: ignore[misc]  # Arrow has no types
    """A dataset whose rows come from ``read``, one file after the other."""

    read: Read

    @classmethod
    def of(cls, data: ds.FileSystemDataset, read: Read) -> BlockwiseDataset:
        """Build it from a dataset of files."""
        made = cls(list(data.get_fragments()), data.schema, data.format, data.filesystem)
        made.read = read
        return made

    def scanner(
        self,
        columns: Sequence[str] | None = None,
        filter: Any = None,  # noqa: A002 - as the engine calls it
        **_: Any,
    ) -> _Scan:
        """Begin to read; the engine asks for a scan once for each place where it stands."""
        return _Scan(self, columns, filter)


class _Scan:
    """One pass over the files."""

    def __init__(
        self, data: BlockwiseDataset, columns: Sequence[str] | None, condition: Any
    ) -> None:
        whole = data.schema
        self._data = data
        self._condition = condition
        self._read = list(whole.names if columns is None else columns)
        self.projected_schema = pa.schema([whole.field(name) for name in self._read])
        if condition is not None and not _fits(self.projected_schema, condition):
            self._read = list(whole.names)

    def to_reader(self) -> pa.RecordBatchReader:
        """Return the rows."""
        return pa.RecordBatchReader.from_batches(self.projected_schema, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for fragment in self._data.get_fragments():
            keys = ds.get_partition_keys(fragment.partition_expression)
            stored = [name for name in self._read if name not in keys]
            first = next(name for name in self._data.schema.names if name not in keys)
            for batch in self._data.read(fragment.path, stored or [first]):
                yield from self._finished(batch, keys)

    def _finished(self, batch: pa.RecordBatch, keys: dict[str, Any]) -> Iterator[pa.RecordBatch]:
        rows = pa.Table.from_batches([batch])
        for name, value in keys.items():
            kind = self._data.schema.field(name).type
            rows = rows.append_column(name, pa.repeat(pa.scalar(value, kind), batch.num_rows))
        if self._condition is not None:
            rows = rows.filter(self._condition)
        rows = rows.select(self.projected_schema.names).cast(self.projected_schema)
        yield from rows.to_batches() if self.projected_schema.names else _counted(rows)


def _counted(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Keep the number of rows that have no columns."""
    yield pa.RecordBatch.from_struct_array(pa.array([{}] * rows.num_rows, pa.struct([])))


def _fits(schema: pa.Schema, condition: Any) -> bool:
    try:
        schema.empty_table().filter(condition)
    except pa.ArrowInvalid:
        return False
    return True
