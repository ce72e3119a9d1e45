"""Shows records and the result of verifying them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from sluicegate.model.canonical import plain

if TYPE_CHECKING:
    from sluicegate.ledger import Checkpoint, LedgerReport
    from sluicegate.ledger.proof import Proven
    from sluicegate.model.events import Record


_CUT_OFF: Final = "cannot show that its end was cut off; pass --attestation or --witness for that"


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
    } | ({"dropped": True} if record.dropped else {})


def newest_stamp(checkpoints: Iterable[Checkpoint]) -> Checkpoint | None:
    """Return the largest of those that a time stamp authority saw; ``None`` if it saw none."""
    seen = (one for one in checkpoints if one.seen is not None)
    return max(seen, key=lambda one: one.size, default=None)


def report_document(report: LedgerReport, stamped: Checkpoint | None = None) -> dict[str, Any]:
    """Build the JSON document of a verification."""
    return {
        "ok": report.ok,
        "records": report.records,
        "head": list(report.head) if report.head else None,
        "fault": plain(report.fault),
        "notes": list(report.notes),
        "root": report.root,
        "checkpoints": report.checkpoints,
        "dropped": report.dropped,
        "stamped": None
        if stamped is None or stamped.seen is None
        else {"records": stamped.size, "time": stamped.seen.isoformat()},
    }


def report_lines(
    report: LedgerReport, *, anchored: bool, stamped: Checkpoint | None = None
) -> Iterator[str]:
    """Tell a verification to a person.

    Args:
        report: The result.
        anchored: Whether records that attestations name were asked for.
        stamped: The largest checkpoint that a time stamp authority saw.
    """
    if report.fault:
        yield f"broken: {report.fault} [{report.fault.code}]"
        yield f"  {report.records:,} record(s) before it hold"
    else:
        yield f"whole: {report.records:,} record(s), chained and signed"
    if report.head:
        yield f"  last  {report.head[0]} {report.head[1]}"
    if report.root:
        yield f"  root  {report.root}"
    if report.checkpoints:
        yield f"  {report.checkpoints:,} checkpoint(s) agree with the records"
    if report.ok and stamped is not None and stamped.seen is not None:
        when = f"{stamped.seen:%Y-%m-%d %H:%M:%S} UTC"
        yield f"  the first {stamped.size:,} were there at {when}, as a time stamp authority says"
    if report.dropped:
        yield f"  {report.dropped:,} record(s) without their body: its retention ended, on record"
    for remark in report.notes:
        yield f"  note  {remark}"
    if report.ok and not anchored:
        yield f"  a chain {_CUT_OFF}"


def checkpoint_document(checkpoint: Checkpoint) -> dict[str, Any]:
    """Build the JSON document of a checkpoint."""
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "time": checkpoint.time.isoformat(),
        "key_id": checkpoint.key_id,
        "note": checkpoint.note,
    }


def proven_document(proven: Proven) -> dict[str, Any]:
    """Build the JSON document of a proof that was checked."""
    document: dict[str, Any] = {
        "ok": True,
        "proves": proven.kind,
        "checkpoint": checkpoint_document(proven.checkpoint),
    }
    if proven.row is not None:
        document["record"] = record_document(proven.row.record())
    if proven.older is not None:
        document["older"] = checkpoint_document(proven.older)
    return document


def proven_lines(proven: Proven) -> Iterator[str]:
    """Tell a person what a proof shows."""
    signed = proven.checkpoint
    if proven.row is not None:
        row = proven.row
        yield f"proven: record {row.sequence} is among the first {signed.size:,} of the ledger"
        yield f"  kind      {row.kind}"
        yield f"  subject   {row.subject}"
        yield f"  time      {row.time}"
    if proven.older is not None:
        older = proven.older
        older = proven.older
        yield (
            f"proven: the {older.size:,} records of {older.time:%Y-%m-%d %H:%M:%S} are the first of"
            f" the {signed.size:,} of {signed.time:%Y-%m-%d %H:%M:%S}"
        )
    yield f"  ledger    {signed.origin}"
    yield f"  signed by {signed.key_id} at {signed.time:%Y-%m-%d %H:%M:%S} UTC"
