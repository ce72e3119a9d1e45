"""Keeps masked, verified batches until all of them were seen, and gives them back.

The file has no name, so that nobody else can open it and no crash leaves it behind.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pyarrow as pa

from sluicegate.errors import SinkError, SinkUnavailable


class Spool:
    """Batches on disk, written once and then read as often as need be. A context manager.

    Failure mode: closed. What cannot be written or read back is an error.

    Args:
        folder: Where there is room for the whole result; it is made if need be.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - `__exit__` closes it
        self._writer: pa.RecordBatchStreamWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, and so of what is in it; safe to call twice."""
        self._file.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch.

        Raises:
            SinkUnavailable: no space is left.
        """
        try:
            if self._writer is None:
                self._writer = pa.ipc.new_stream(self._file, batch.schema)
            self._writer.write_batch(batch)
        except OSError as error:
            raise _failure(error) from None

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield all batches; nothing may be written afterwards.

        Raises:
            SinkError: they cannot be read back.
        """
        if self._writer is None:
            return
        try:
            self._writer.close()
            self._file.seek(0)
            with pa.ipc.open_stream(self._file) as reader:
                yield from reader
        except OSError as error:
            raise _failure(error) from None


def _failure(error: OSError) -> SinkError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return SinkUnavailable(
            "no space is left to keep the result until its risk is measured",
            hint="free some space beside the quarantine, or let the policy refuse",
        )
    return SinkError("the result could not be kept until its risk was measured")
