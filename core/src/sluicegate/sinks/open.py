"""Finds the sink that an output asks for."""

from __future__ import annotations

from sluicegate.sinks.local_parquet import LocalParquetSink
from sluicegate.sinks.location import scheme_of
from sluicegate.sinks.port import Sink


def open_sink(output: str) -> Sink:
    """Build the sink for ``output``: a plain path or ``file:///…``; nothing is touched yet.

    Raises:
        ConfigurationError: the output is empty, or of a system this release cannot write to (S3).
        UnknownNameError: nothing writes to its scheme.
    """
    scheme_of(output)
    return LocalParquetSink()
