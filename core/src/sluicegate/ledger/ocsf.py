"""Records as events of the Open Cybersecurity Schema Framework (OCSF 1.8), which SIEMs read.

Each kind of record has its class (``ocsf_kinds``). What a class has no place for, and the chain,
stand under ``unmapped.sluicegate``: the body as it is, which holds no value from the data.
Nothing is looked up elsewhere: a record alone decides what its event says, so an export can begin
anywhere and be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from sluicegate.ledger.ocsf_classes import of_class
from sluicegate.ledger.ocsf_kinds import Shape, shape_of
from sluicegate.ledger.ocsf_parts import actor, mapping
from sluicegate.model.canonical import canonical_bytes, plain

if TYPE_CHECKING:
    from sluicegate.model.events import Record

VERSION: Final = "1.8.0"


def ocsf_event(record: Record) -> dict[str, Any]:
    """Return the OCSF event of a record; JSON types only."""
    body: Mapping[str, Any] = plain(record.body)
    shape = shape_of(record.kind, body)
    event: dict[str, Any] = {
        "activity_id": shape.activity,
        "category_uid": shape.class_uid // 1000,
        "class_uid": shape.class_uid,
        "type_uid": shape.class_uid * 100 + shape.activity,
        "severity_id": shape.severity,
        "status_id": shape.status,
        "status": shape.status_text,
        "time": int(record.time.timestamp() * 1000),
        "timezone_offset": 0,
        "message": f"{record.kind} of {_short(record.subject)}",
        "metadata": _metadata(record, shape),
        "actor": actor(body),
        "unmapped": {"sluicegate": _chain(record, body)},
    }
    if shape.name:
        event["activity_name"] = shape.name
    event |= of_class(shape, record, body)
    if shape.disposition:
        event |= _control(shape, body)
    return event


def ocsf_line(record: Record) -> bytes:
    """Return the event as one line of canonical JSON (RFC 8785), without the line's end."""
    return canonical_bytes(ocsf_event(record))


def _metadata(record: Record, shape: Shape) -> dict[str, Any]:
    metadata = {
        "version": VERSION,
        "product": {"name": "Sluicegate", "vendor_name": "Sluicegate", "version": _version()},
        "uid": record.hash,
        "sequence": record.sequence,
        "correlation_uid": record.subject,
        "event_code": record.kind,
        "log_name": "sluicegate ledger",
    }
    return metadata | ({"profiles": list(shape.profiles)} if shape.profiles else {})


def _control(shape: Shape, body: Mapping[str, Any]) -> dict[str, Any]:
    """Say what the guard did, as the profile ``security_control`` has it."""
    policy = mapping(body.get("plan")).get("policy") or body.get("policy")
    told: dict[str, Any] = {
        "action_id": shape.action,
        "disposition_id": shape.disposition,
        "is_alert": shape.is_alert,
    }
    if policy and isinstance(policy, str):
        told["policy"] = {"uid": policy, "is_applied": True}
    return told


def _chain(record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": record.kind,
        "subject": record.subject,
        "body": body,
        "body_dropped": record.dropped,
        "chain": {
            "sequence": record.sequence,
            "previous": record.previous,
            "fingerprint": record.hash,
            "key_id": record.key_id,
            "signature": record.signature,
        },
    }


def _short(text: str) -> str:
    return f"{text[:24]}…" if len(text) > 25 else text  # noqa: PLR2004 - a digest is longer


def _version() -> str:
    try:
        return version("sluicegate")
    except PackageNotFoundError:
        return "unknown"
