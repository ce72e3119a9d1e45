"""What a sink holds of a run before it is published, for a reader that does not trust the sink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Self

import pyarrow as pa

from sluicegate.model.outcome import OutputFile

Open = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens a file where it is stored, to read its bytes and to seek in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of an output, read from where it lies."""

    name: str
    """Relative to the output."""
    folder: str
    """Of its partition, ``column=value/``; empty without partitions."""
    rows: int
    """As the sink counts them."""
    open: Open

    @classmethod
    def of(cls, file: OutputFile, opener: Open) -> Self:
        """Build it from what the sink tells of a file."""
        parts = file.name.split("/")[:-1]
        folder = "".join(f"{part}/" for part in parts if "=" in part)
        return cls(name=file.name, folder=folder, rows=file.rows, open=opener)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFiles:
    """The files of an output, before they are published."""

    files: Sequence[StoredFile]
    """In the order of their numbers: those of one folder hold its rows in order."""
    trial: Callable[[pa.RecordBatch], AbstractContextManager[Sequence[StoredFile]]]
    """Writes rows as ``write`` does, without partitions, to files of their own; removed on exit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTable:
    """A table of a database, before it is published. Rows have no order."""

    rows: int
    """As the database counts them."""
    missing: Callable[[pa.Table], int]
    """Counts the rows given that the table does not hold."""
    trial: Callable[[pa.Table], pa.Table]
    """Writes rows as ``write`` does, to a table of their own, reads them back and removes it."""


Stored = StoredFiles | StoredTable
