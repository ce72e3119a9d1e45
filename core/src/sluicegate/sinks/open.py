"""Finds the sink for an output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.sinks.local_parquet import LocalParquetSink

if TYPE_CHECKING:
    from sluicegate.sinks.port import Sink


def open_sink(output: str) -> Sink:
    """Return the sink that writes to ``output``: a path of a local folder.

    Raises:
        ConfigurationError: it is an address of a kind that this release cannot write to.
    """
    scheme, separator, _ = output.partition("://")
    if not separator:
        return LocalParquetSink()
    if scheme in {"s3", "gs", "abfs", "file"}:
        raise ConfigurationError(
            f"this release writes to local folders, not to {scheme}://",
            hint="give the path of a folder, and copy the released folder as a whole",
        )
    raise UnknownNameError.of("kind of output", scheme, ["a path of a local folder"])
