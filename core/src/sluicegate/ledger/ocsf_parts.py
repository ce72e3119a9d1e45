"""Objects of OCSF events, made of a record's body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sluicegate.ledger.ocsf_kinds import (
    DATASTORE,
    ENTITY,
    FINDING,
    JOB,
    SCAN,
    SESSION,
    USER_ACCESS,
    Shape,
)

if TYPE_CHECKING:
    from sluicegate.model.events import Record

_PERSON, _UNKNOWN, _OTHER = 1, 0, 99
_MANUAL, _SCHEDULED = 1, 2
_TABLE: Final = 3
_DATABASE: Final = 1


def of_class(shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the class of an event has beside what all have."""
    build = _BUILDERS.get(shape.class_uid)
    return build(shape, record, body) if build else {}


def actor(body: Mapping[str, Any]) -> dict[str, Any]:
    """Say who acted: the person if one is known, and the work."""
    identity = _map(body.get("identity"))
    person = identity.get("triggered_by") or body.get("person") or body.get("by")
    told: dict[str, Any] = {"app_name": str(identity.get("orchestrator") or "sluicegate")}
    if identity:
        told["app_uid"] = f"{identity.get('pipeline', '')}.{identity.get('task', '')}"
        told["session"] = {"uid": str(identity.get("run", ""))}
    if person:
        told["user"] = {"name": str(person), "type_id": _PERSON}
    return told


def endpoint(body: Mapping[str, Any]) -> dict[str, Any]:
    """Say where it ran."""
    host = _map(body.get("identity")).get("host")
    return {"hostname": str(host)} if host else {"name": "sluicegate"}


def database(body: Mapping[str, Any]) -> dict[str, Any]:
    """Name the source."""
    name = _map(body.get("plan")).get("source") or body.get("source")
    return {"name": str(name or "unknown"), "type_id": _UNKNOWN}


def _datastore(_shape: Shape, _record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    plan = _map(body.get("plan"))
    told: dict[str, Any] = {
        "src_endpoint": endpoint(body),
        "database": database(body),
        "type_id": _DATABASE,
    }
    relations = list(plan.get("relations") or body.get("relations") or ())
    if len(relations) == 1:
        told |= {"table": {"name": str(relations[0])}, "type_id": _TABLE}
    digest = plan.get("digest") or body.get("plan") or body.get("statement")
    shape_text = plan.get("shape") or body.get("shape")
    if shape_text:
        told["query_info"] = {"query_string": str(shape_text), "uid": str(digest)}
    return told | _detail(body) | _masks(body)


def _finding(_shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    classes = sorted(_map(body.get("findings")))
    told: dict[str, Any] = {
        "finding_info": {
            "uid": record.hash,
            "title": "A result was quarantined before its release",
            "created_time": int(record.time.timestamp() * 1000),
            "types": [str(name) for name in classes],
        },
        "database": database(body),
        "src_endpoint": endpoint(body),
        "data_security": {"data_type_id": _UNKNOWN, "detection_system_id": _OTHER},
        "confidence_id": _UNKNOWN,
    }
    return told | _detail(body)


def _job(_shape: Shape, _record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    identity = _map(body.get("identity")) or body
    names = [str(identity[n]) for n in ("pipeline", "task") if identity.get(n)]
    name = ".".join(names) or "unknown"
    device = {"hostname": str(identity.get("host") or "unknown"), "type_id": _UNKNOWN}
    return {"job": {"name": name}, "device": device} | _detail(body)


def _scan(_shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    scan = {"uid": record.subject, "name": "scan of an output", "type_id": _SCHEDULED}
    told: dict[str, Any] = {"scan": scan, "src_endpoint": endpoint(body)}
    if body.get("manifest"):
        told["command_uid"] = str(body["manifest"])
    return told


def _managed(shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    entity = {"uid": record.subject, "type": shape.entity}
    if body.get("purpose"):
        entity["name"] = str(body["purpose"])
    told: dict[str, Any] = {"entity": entity}
    if body.get("reason"):
        told["comment"] = str(body["reason"])
    return told


def _access(_shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    """A consent is to a plan's digest; whoever runs that plan is who gets it."""
    told: dict[str, Any] = {
        "user": {"uid": str(body.get("work") or record.subject), "type_id": _OTHER},
        "privileges": [record.subject],
    }
    return told | ({"comment": str(body["reason"])} if body.get("reason") else {})


def _session(shape: Shape, record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    told = _access(shape, record, body)
    told.pop("comment", None)
    return told | {"session": {"uid": str(body.get("work") or record.subject)}}


def _detail(body: Mapping[str, Any]) -> dict[str, Any]:
    """Say why: codes of reasons or of an error, never their texts' data, of which there is none."""
    codes = [str(r["code"]) for r in body.get("reasons") or () if isinstance(r, Mapping)]
    codes += [str(body["error"])] if body.get("error") else []
    return {"status_detail": ", ".join(dict.fromkeys(codes))} if codes else {}


def _masks(body: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what was done to each column, as enrichments of the query."""
    columns = _map(_map(body.get("plan")).get("columns")) or _map(body.get("columns"))
    found = [
        {"name": "column", "value": str(name), "type": "mask", "data": {"mask": mask}}
        for name, mask in columns.items()
    ]
    return {"enrichments": found} if found else {}


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


_Builder = Callable[[Shape, "Record", Mapping[str, Any]], dict[str, Any]]
_BUILDERS: Final[Mapping[int, _Builder]] = {
    DATASTORE: _datastore,
    FINDING: _finding,
    JOB: _job,
    SCAN: _scan,
    ENTITY: _managed,
    USER_ACCESS: _access,
    SESSION: _session,
}
