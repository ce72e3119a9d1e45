"""OpenLineage events, built from the plan that ran."""

from sluicegate.lineage.columns import column_lineage
from sluicegate.lineage.events import EventType, run_event
from sluicegate.lineage.transport import FileTransport, Transport

__all__ = ["EventType", "FileTransport", "Transport", "column_lineage", "run_event"]
