"""Sinks: where released data goes, in one atomic step or not at all."""

from sluicegate.sinks.local_parquet import ATTESTATION, LocalParquetSink
from sluicegate.sinks.open import open_sink
from sluicegate.sinks.port import Sink, Staging

__all__ = ["ATTESTATION", "LocalParquetSink", "Sink", "Staging", "open_sink"]
