"""Where released data goes: a port, and one leaf file per system."""

from sluicegate.sinks.local_parquet import LocalParquetSink
from sluicegate.sinks.open import open_sink
from sluicegate.sinks.port import Sink, Staging

__all__ = ["LocalParquetSink", "Sink", "Staging", "open_sink"]
