"""OpenLineage events, built from the plan that ran."""

from sluicegate.lineage.client_event import client_event
from sluicegate.lineage.client_transport import ClientTransport, client_transport
from sluicegate.lineage.columns import column_lineage
from sluicegate.lineage.events import EventType, run_event
from sluicegate.lineage.transport import FileTransport, Transport

__all__ = [
    "ClientTransport",
    "EventType",
    "FileTransport",
    "Transport",
    "client_event",
    "client_transport",
    "column_lineage",
    "run_event",
]
