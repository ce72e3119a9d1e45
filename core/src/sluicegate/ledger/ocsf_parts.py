"""Objects that events of several OCSF classes have, made of a record's body.

A body is what a record holds, of whatever version: what is not of the expected shape is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sluicegate.ledger.ocsf_kinds import reason_codes

_PERSON, _UNKNOWN = 1, 0
_TABLE, _DATABASE = 3, 1
_SCHEME: Final = "table://"


def actor(body: Mapping[str, Any]) -> dict[str, Any]:
    """Say who acted: the person if one is known, and the work."""
    identity = mapping(body.get("identity")) or body
    person = identity.get("triggered_by") or body.get("person") or body.get("by")
    told: dict[str, Any] = {"app_name": str(identity.get("orchestrator") or "sluicegate")}
    if work := work_name(body):
        told["app_uid"] = work
    if isinstance(run := identity.get("run"), str) and run:
        told["session"] = {"uid": run}
    if person:
        told["user"] = {"name": str(person), "type_id": _PERSON}
    return told


def work_name(body: Mapping[str, Any]) -> str:
    """Name pipeline and task, as far as they are known."""
    identity = mapping(body.get("identity")) or body
    return ".".join(str(identity[n]) for n in ("pipeline", "task") if identity.get(n))


def endpoint(body: Mapping[str, Any]) -> dict[str, Any]:
    """Say where it ran."""
    host = mapping(body.get("identity")).get("host")
    return {"hostname": str(host)} if host else {"name": "sluicegate"}


def device(body: Mapping[str, Any]) -> dict[str, Any]:
    """Say where it ran, as a device."""
    return endpoint(body) | {"type_id": _UNKNOWN}


def data_source(body: Mapping[str, Any]) -> dict[str, Any]:
    """Name the source, and the table if there is one only."""
    plan = mapping(body.get("plan"))
    source, tables = plan.get("source") or body.get("source"), texts(body.get("tables"))
    relations = texts(plan.get("relations")) or texts(body.get("relations"))
    if not source and tables:  # of a scan: table://source/schema.table
        named = [t.removeprefix(_SCHEME).partition("/") for t in tables]
        relations = [relation for _, _, relation in named]
        source = ", ".join(dict.fromkeys(name for name, _, _ in named))
    database = {"name": str(source or "unknown"), "type_id": _UNKNOWN}
    return {"database": database} | (
        {"table": {"name": relations[0]}} if len(relations) == 1 else {}
    )


def datastore_type(told: Mapping[str, Any]) -> int:
    """Tell which kind of datastore an event names."""
    return _TABLE if "table" in told else _DATABASE


def detail(body: Mapping[str, Any]) -> dict[str, Any]:
    """Say why: codes of reasons or of an error, never their texts' data, of which there is none."""
    codes = reason_codes(body) + ([str(body["error"])] if body.get("error") else [])
    return {"status_detail": ", ".join(dict.fromkeys(codes))} if codes else {}


def masks(body: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what was done to each column, as enrichments of the query."""
    columns = mapping(mapping(body.get("plan")).get("columns")) or mapping(body.get("columns"))
    found = [
        {"name": "column", "value": str(name), "type": "mask", "data": {"mask": mask}}
        for name, mask in columns.items()
    ]
    return {"enrichments": found} if found else {}


def counts(body: Mapping[str, Any]) -> dict[str, int]:
    """Return how many findings there are of each data class."""
    found = mapping(body.get("findings"))
    return {str(n): c for n, c in sorted(found.items()) if is_number(c)}


def is_number(value: object) -> bool:
    """Tell whether a value is an integer; a truth value is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def mapping(value: object) -> Mapping[str, Any]:
    """Return the value if it is a mapping, and an empty one if not."""
    return value if isinstance(value, Mapping) else {}


def texts(value: object) -> list[str]:
    """Return the items of a list as texts; none if it is no list."""
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else []
