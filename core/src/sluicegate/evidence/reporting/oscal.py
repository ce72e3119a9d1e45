"""Evidence as OSCAL assessment results, which tools for governance and audit read.

There are observations and no findings: a finding must say that an objective is satisfied or not,
and that is for an assessor to say. An observation a topic lists its records; an observation a
control links to those of its topics, or says that the period holds none.

Source of the form: NIST OSCAL 1.2, assessment-results model.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from sluicegate.model.canonical import canonical_bytes

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.dossier import Dossier
    from sluicegate.evidence.reporting.entry import Entry
    from sluicegate.evidence.reporting.framework import Control
    from sluicegate.evidence.reporting.topic import Topic

OSCAL_VERSION: Final = "1.2.1"
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sluicegate:evidence:v1")
_PROPERTIES: Final = "urn:sluicegate:oscal"
_NO_PLAN: Final = (
    "No assessment plan was written: the records are those that the gate keeps all the time."
)
_CLAIM: Final = (
    "Records of the ledger that support evidence for the controls. No control is said to be met."
)


def assessment_results(dossier: Dossier) -> dict[str, Any]:
    """Write the document.

    Identifiers are UUIDs of version 5 over what they name, and times are those of the records:
    the same records make the same document.

    Returns:
        JSON types, valid by the schema of OSCAL 1.2.
    """
    plan = _resource("assessment-plan", "Assessment plan", _NO_PLAN)
    content = {
        "metadata": _metadata(dossier),
        "import-ap": {"href": f"#{plan['uuid']}"},
        "results": [_result(dossier)],
        "back-matter": {"resources": [plan]},
    }
    return {"assessment-results": {"uuid": _uuid("document", content), **content}}


def _metadata(dossier: Dossier) -> dict[str, Any]:
    return {
        "title": f"Evidence for {dossier.framework.title}",
        "last-modified": _time(dossier.end),
        "version": "1",
        "oscal-version": OSCAL_VERSION,
        "props": [_property("tool", f"sluicegate {_version()}")],
        "remarks": f"{dossier.framework.source} {dossier.framework.review}",
    }


def _result(dossier: Dossier) -> dict[str, Any]:
    topics = {t.name: _of_topic(dossier, t) for t in dossier.topics() if dossier.shown[t.name]}
    controls = [_of_control(dossier, control, topics) for control in dossier.framework.controls]
    named = [{"control-id": control.token} for control in dossier.framework.controls]
    told = {
        "title": "Records of the period",
        "description": _CLAIM,
        "start": _time(dossier.start),
        "end": _time(dossier.end),
        "props": list(_scope(dossier)),
        "reviewed-controls": {"control-selections": [{"include-controls": named}]},
        "observations": [*topics.values(), *controls],
    }
    return {"uuid": _uuid("result", told), **told}


def _scope(dossier: Dossier) -> Iterator[dict[str, str]]:
    yield _property("framework", dossier.framework.id)
    yield _property("records", str(len(dossier.entries)))
    for name, value in dossier.scope.told():
        yield _property(f"asked-{name}", value)
    if dossier.checkpoint is not None:
        yield _property("ledger", dossier.checkpoint.origin)
        yield _property("checkpoint-size", str(dossier.checkpoint.size))
        yield _property("checkpoint-root", dossier.checkpoint.root.hex())
    for digest in dossier.policies:
        yield _property("policy", digest)


def _of_topic(dossier: Dossier, topic: Topic) -> dict[str, Any]:
    entries = dossier.shown[topic.name]
    told = {
        "title": topic.title,
        "description": topic.shows,
        "props": [_property("topic", topic.name)],
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "relevant-evidence": [_evidence(entry) for entry in entries],
        "collected": _time(max(entry.record.time for entry in entries)),
    }
    return {"uuid": _uuid("topic", told), **told}


def _of_control(
    dossier: Dossier, control: Control, topics: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    number = len(dossier.of_control(control))
    links = [
        {"href": f"#{topics[name]['uuid']}", "rel": "evidence"}
        for name in control.topics
        if name in topics
    ]
    said = f"{number:,} records support evidence for {control.id}, {control.title}."
    none = f"The period holds no record that supports evidence for {control.id}, {control.title}."
    told = {
        "title": control.id,
        "description": said if number else none,
        "props": [_property("control-id", control.token), _property("records", str(number))],
        **({"links": links} if links else {}),
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "collected": _time(dossier.end),
    }
    return {"uuid": _uuid("control", told), **told}


def _evidence(entry: Entry) -> dict[str, Any]:
    facts = entry.facts
    ended = f", {facts.status}" if facts.status else ""
    return {
        "href": entry.proof_name,
        "description": f"Record {entry.sequence}: {facts.kind}{ended}",
        "props": [_property("record-hash", entry.record.hash)],
    }


def _resource(name: str, title: str, description: str) -> dict[str, Any]:
    told = {"title": title, "description": description}
    return {"uuid": _uuid(name, told), **told}


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": _PROPERTIES, "value": _one_line(value)}


def _one_line(value: str) -> str:
    """OSCAL wants no white space around a value and none but blanks in it; nor an empty one."""
    if not value.isprintable():
        value = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in value)
    return value.strip() or "-"


def _uuid(kind: str, content: Mapping[str, Any]) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{kind}\n{canonical_bytes(content).decode()}"))


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()


def _version() -> str:
    try:
        return version("sluicegate")
    except PackageNotFoundError:
        return "0"
