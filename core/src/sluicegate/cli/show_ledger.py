"""Shows records and the result of verifying them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sluicegate.model.canonical import plain

if TYPE_CHECKING:
    from sluicegate.ledger import LedgerReport
    from sluicegate.model.events import Record


def record_document(record: Record) -> dict[str, Any]:
    """Build the JSON document of a record."""
    return {
        "sequence": record.sequence,
        "time": record.time.isoformat(),
        "kind": record.kind,
        "subject": record.subject,
        "previous": record.previous,
        "hash": record.hash,
        "key_id": record.key_id,
        "signature": record.signature,
        "body": plain(record.body),
    }


def report_document(report: LedgerReport) -> dict[str, Any]:
    """Build the JSON document of a verification."""
    return {
        "ok": report.ok,
        "records": report.records,
        "head": list(report.head) if report.head else None,
        "fault": plain(report.fault),
        "notes": list(report.notes),
    }


def report_lines(report: LedgerReport, *, anchored: bool) -> Iterator[str]:
    """Tell a verification to a person.

    Args:
        report: The result.
        anchored: Whether records that attestations name were asked for.
    """
    if report.fault:
        yield f"broken: {report.fault} [{report.fault.code}]"
        yield f"  {report.records:,} record(s) before it hold"
    else:
        yield f"whole: {report.records:,} record(s), chained and signed"
    if report.head:
        yield f"  last  {report.head[0]} {report.head[1]}"
    for remark in report.notes:
        yield f"  note  {remark}"
    if report.ok and not anchored:
        yield "  a chain cannot show that its end was cut off; pass --attestation for that"
