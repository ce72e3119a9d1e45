"""What each OCSF class has beside what all events have, made of a record's body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sluicegate.ledger.ocsf_kinds import (
    BASE,
    COMPLIANCE,
    DATASTORE,
    ENTITY,
    FINDING,
    JOB,
    SCAN,
    SESSION,
    USER_ACCESS,
    Shape,
    reason_codes,
)
from sluicegate.ledger.ocsf_parts import (
    counts,
    data_source,
    datastore_type,
    detail,
    device,
    endpoint,
    is_number,
    mapping,
    masks,
    work_name,
)

if TYPE_CHECKING:
    from sluicegate.model.events import Record

_UNKNOWN, _OTHER = 0, 99
_MANUAL, _SCHEDULED = 1, 2
_FAIL: Final = 3
_COMPLETE: Final = 1
_DLP_GATEWAY, _DISCOVERY = 2, 4
_IN_TRANSIT, _AT_REST = 2, 1


def of_class(shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the class of an event has beside what all have."""
    return _BUILDERS[shape.class_uid](shape, record, body)


def _base(_shape: Shape, _record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"device": device(body)} | detail(body)


def _datastore(_shape: Shape, _record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    told = {"src_endpoint": endpoint(body), **data_source(body)}
    told["type_id"] = datastore_type(told)
    plan = mapping(body.get("plan"))
    text = plan.get("shape") or body.get("shape")
    if text:
        digest = plan.get("digest") or body.get("plan") or body.get("statement")
        told["query_info"] = {"query_string": str(text), "uid": str(digest)}
    return told | detail(body) | masks(body)


def _finding(_shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    at_rest = record.kind == "scan.outcome"
    found = counts(body)
    title = (
        "A scan found sensitive data in a table"
        if at_rest
        else "A result was quarantined before its release"
    )
    security: dict[str, Any] = {
        "detection_system_id": _DISCOVERY if at_rest else _DLP_GATEWAY,
        "data_lifecycle_state_id": _AT_REST if at_rest else _IN_TRANSIT,
        "status_id": _COMPLETE,
        "total": sum(found.values()),
        "discovery_details": [{"type": name, "count": count} for name, count in found.items()],
    }
    told: dict[str, Any] = {
        "finding_info": _finding_info(record, title, list(found)),
        **data_source(body),
        "src_endpoint": endpoint(body),
        "device": device(body),
        "data_security": security,
        "confidence_id": _UNKNOWN,
    }
    return told | detail(body)


def _compliance(_shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    """Tell which checks of the policy a result did not pass: risk, quality, baseline, budget."""
    codes = reason_codes(body)
    reasons = [r for r in body.get("reasons") or () if isinstance(r, Mapping)]
    hints = [str(r["hint"]) for r in reasons if r.get("hint")]
    told: dict[str, Any] = {
        "finding_info": _finding_info(record, "A result did not pass the policy's checks", codes),
        "compliance": {
            "control": ", ".join(codes),
            "standards": ["policy"],
            "status_id": _FAIL,
            "status": "Fail",
            "checks": [{"uid": code, "name": code, "status_id": _FAIL} for code in codes],
        },
        "device": device(body),
        "resources": [{"name": str(body.get("output") or body.get("source") or record.subject)}],
        "confidence_id": _UNKNOWN,
    }
    if hints:
        told["remediation"] = {"desc": "; ".join(dict.fromkeys(hints))}
    return told | detail(body)


def _finding_info(record: Record, title: str, types: list[str]) -> dict[str, Any]:
    created = int(record.time.timestamp() * 1000)
    return {"uid": record.hash, "title": title, "created_time": created, "types": types}


def _job(_shape: Shape, _record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"job": {"name": work_name(body) or "unknown"}, "device": device(body)} | detail(body)


def _scan(_shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    asked = record.kind.startswith("scan.")
    name = "scan of tables" if asked else "scan of an output"
    told: dict[str, Any] = {
        "scan": {"uid": record.subject, "name": name, "type_id": _MANUAL if asked else _SCHEDULED},
        "device": device(body),
    }
    if body.get("manifest"):
        told["command_uid"] = str(body["manifest"])
    if is_number(body.get("rows")):
        told["total"] = body["rows"]
    if isinstance(body.get("findings"), Mapping):
        told["num_detections"] = sum(counts(body).values())
    return told | detail(body)


def _managed(shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    entity = {"uid": record.subject, "type": shape.entity, "type_id": _OTHER}
    if body.get("purpose"):
        entity["name"] = str(body["purpose"])
    told: dict[str, Any] = {"entity": entity}
    if body.get("reason"):
        told["comment"] = str(body["reason"])
    return told


def _access(_shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    """A consent is to a plan's digest; whoever runs that plan is who gets it."""
    login = body.get("login")
    if login:
        return {"user": {"name": str(login), "type_id": _OTHER}, "privileges": _views(body)}
    work = str(body.get("work") or record.subject)
    return {"user": {"uid": work, "type_id": _OTHER}, "privileges": [record.subject]}


def _session(shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    session: dict[str, Any] = {"uid": str(body.get("login") or body.get("work") or record.subject)}
    if (expires := _milliseconds(body.get("expires"))) is not None:
        session["expiration_time"] = expires
    return _access(shape, record, body) | {"session": session}


def _views(body: Mapping[str, Any]) -> list[str]:
    return [f"masked views of {body.get('source') or 'a source'}"]


def _milliseconds(value: object) -> int | None:
    try:
        return int(datetime.fromisoformat(str(value)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


_Builder = Callable[[Shape, "Record", Mapping[str, Any]], dict[str, Any]]
_BUILDERS: Final[Mapping[int, _Builder]] = {
    BASE: _base,
    JOB: _job,
    COMPLIANCE: _compliance,
    FINDING: _finding,
    SESSION: _session,
    ENTITY: _managed,
    USER_ACCESS: _access,
    DATASTORE: _datastore,
    SCAN: _scan,
}
