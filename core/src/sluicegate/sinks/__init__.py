"""Sinks: where released data goes, in one atomic step or not at all."""

from sluicegate.sinks.local import ATTESTATION, LocalSink
from sluicegate.sinks.open import open_sink
from sluicegate.sinks.port import Sink, Staging
from sluicegate.sinks.table import SourceUrl

__all__ = ["ATTESTATION", "LocalSink", "Sink", "SourceUrl", "Staging", "open_sink"]
