"""Shows the records of a run and its seal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluicegate.gate.seals import SealReport


def report_facts(report: SealReport) -> dict[str, Any]:
    """Build what a document tells of a seal."""
    return {
        "ok": report.ok,
        "sealed": report.seal.sequence if report.seal else None,
        "fault": report.fault,
        "late": list(report.late),
    }


def report_lines(report: SealReport) -> Iterator[str]:
    """Tell the records and the seal of a run to a person."""
    for record in report.records:
        task = record.body.get("task") or ""
        state = record.body.get("state") or record.body.get("status") or ""
        when = f"{record.time:%Y-%m-%d %H:%M:%S}"
        yield f"{record.sequence:>8}  {when}  {record.kind:<18} {task} {state}".rstrip()
    if report.seal is None:
        yield "not sealed: it has not ended, or nobody told of its end"
        return
    if report.fault:
        yield f"broken: {report.fault}"
    if report.late:
        yield f"added after the seal: record(s) {', '.join(map(str, report.late))}"
    if report.ok:
        covered = report.seal.body["records"]
        yield f"whole: {covered} record(s), sealed by record {report.seal.sequence}"
    if report.seal.body["open"]:
        yield f"  {report.seal.body['open']} try or tries had not told their end"
