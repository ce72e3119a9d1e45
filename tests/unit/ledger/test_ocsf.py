"""Each kind of record is an event that OCSF 1.8 knows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sluicegate.ledger.ocsf import ocsf_event, ocsf_line
from sluicegate.ledger.ocsf_kinds import known_kinds
from sluicegate.model.events import Record

SCHEMA = json.loads(Path(__file__).with_name("ocsf_1_8.json").read_text("utf-8"))
IDENTITY = {
    "orchestrator": "airflow", "pipeline": "dag", "task": "t", "run": "r1", "host": "worker-1",
    "triggered_by": "ann",
}  # fmt: skip
PLAN = {
    "digest": "sha256:" + "1" * 64, "source": "shop", "purpose": "training", "output": "out",
    "shape": "SELECT id FROM t WHERE x = ?", "relations": ["public.t"], "policy": "sha256:" + "2" * 64,
    "columns": {"id": "pseudonymize"}, "reads": ["public.t.id", "public.t.x"],
}  # fmt: skip
REASON = {"code": "G02", "message": "a write", "hint": "", "place": ""}
BODIES: dict[str, dict[str, Any]] = {
    "extract.intent": {"identity": IDENTITY, "plan": PLAN},
    "extract.refused": {
        "identity": IDENTITY,
        "source": "shop",
        "statement": "d",
        "reasons": [REASON],
    },
    "extract.verified": {
        "plan": PLAN["digest"],
        "manifest": "sha256:m",
        "source": "shop",
        "output": "out",
    },
    "unmask.intent": {"identity": IDENTITY, "purpose": "care", "policy": "sha256:p", "count": 3},
    "unmask.refused": {
        "identity": IDENTITY,
        "purpose": "care",
        "policy": "sha256:p",
        "reasons": [REASON],
    },
    "approval.approved": {"person": "bob", "reason": "agreed", "round": 1},
    "approval.used": {"work": "sha256:w", "round": 1},
    "run.ended": {"orchestrator": "airflow", "pipeline": "dag", "run": "r1", "state": "failed"},
    "task.failed": {
        "orchestrator": "airflow",
        "pipeline": "dag",
        "run": "r1",
        "task": "t",
        "error": "ValueError",
    },
    "key.created": {"purpose": "training", "by": "ann", "change": 1},
}


def record(kind: str, body: Mapping[str, Any], *, dropped: bool = False) -> Record:
    return Record(
        sequence=7, time=datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), kind=kind,
        subject="sha256:" + "0" * 64, body=body, previous="sha256:a", hash="sha256:b",
        key_id="ed25519-x", signature="sig", dropped=dropped,
    )  # fmt: skip


def violations(event: Mapping[str, Any]) -> list[str]:
    """Hold an event against the facts of the schema."""
    every, known = SCHEMA["every"], SCHEMA["classes"][str(event["class_uid"])]
    wrong = [
        f"{name} is missing"
        for name in [*every["required"], *known["required"]]
        if name not in event
    ]
    allowed = {*every["required"], *every["optional"], *known["required"], *known["optional"]}
    if "security_control" in event["metadata"].get("profiles", ()):
        allowed |= set(SCHEMA["security_control"]["attributes"])
        for name in ("action_id", "disposition_id"):
            wrong += [f"{name}"] if event[name] not in SCHEMA["security_control"][name] else []
    wrong += [f"{name} is not of the class" for name in set(event) - allowed]
    one = known.get("at_least_one")
    wrong += [f"none of {one}"] if one and not set(one) & set(event) else []
    for name in ("activity_id", "status_id"):
        wrong += [name] if event.get(name, 0) not in known[name] else []
    wrong += ["severity_id"] if event["severity_id"] not in every["severity_id"] else []
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        wrong.append("type_uid")
    if event["category_uid"] != event["class_uid"] // 1000:
        wrong.append("category_uid")
    for path, facts in SCHEMA["objects"].items():
        wrong += [f"{path}: {text}" for found in _at(event, path) for text in _object(found, facts)]
    return wrong


def _at(event: Any, path: str) -> list[Mapping[str, Any]]:
    for name in path.split("."):
        if not isinstance(event, Mapping) or name not in event:
            return []
        event = event[name]
    return event if isinstance(event, list) else [event]


def _object(found: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    wrong = [f"{name} is missing" for name in facts["required"] if name not in found]
    wrong += [f"{name} is not known" for name in set(found) - set(facts["known"])]
    one = facts.get("at_least_one")
    return wrong + ([f"none of {one}"] if one and not set(one) & set(found) else [])


@pytest.mark.parametrize("kind", sorted(known_kinds()))
@pytest.mark.parametrize("full", [True, False])
def test_every_kind_is_valid(kind: str, full: bool) -> None:
    """Without its body too: it may have been dropped."""
    body = BODIES.get(kind, {"identity": IDENTITY, "reason": "r", "purpose": "p"}) if full else {}
    event = ocsf_event(record(kind, body, dropped=not full))
    assert violations(event) == []
    assert event["class_uid"] != 0


@pytest.mark.parametrize("verb", ["extract", "preview", "unmask", "statement", "login"])
@pytest.mark.parametrize(
    "status", ["released", "refused", "quarantined", "failed", "unmasked", "executed", "new"]
)
def test_every_outcome_is_valid(verb: str, status: str) -> None:
    body = {
        "status": status, "source": "shop", "relations": ["public.t", "public.u"], "rows": 3,
        "findings": {"email": 2}, "reasons": [REASON], "error": "SG-SOURCE",
    }  # fmt: skip
    event = ocsf_event(record(f"{verb}.outcome", body))
    assert violations(event) == []
    assert event["status_detail"] == "G02, SG-SOURCE"


def test_what_is_asked_of_an_event_is_there() -> None:
    event = ocsf_event(record("extract.refused", {**BODIES["extract.refused"], "plan": PLAN}))
    assert (event["class_uid"], event["action_id"], event["disposition_id"]) == (6005, 2, 2)
    assert event["query_info"] == {"query_string": PLAN["shape"], "uid": PLAN["digest"]}
    assert event["actor"]["user"]["name"] == "ann"
    assert event["actor"]["session"] == {"uid": "r1"}
    assert event["database"]["name"] == "shop"
    assert event["table"] == {"name": "public.t"}
    assert event["policy"]["uid"] == PLAN["policy"]
    assert event["time"] == 1767323045678
    assert event["metadata"]["sequence"] == 7
    assert event["unmapped"]["sluicegate"]["chain"]["signature"] == "sig"
    leak = ocsf_event(
        record("extract.outcome", {"status": "quarantined", "findings": {"email": 2}})
    )
    assert (leak["class_uid"], leak["is_alert"], leak["finding_info"]["types"]) == (
        2006,
        True,
        ["email"],
    )


def test_a_kind_of_later_is_a_base_event() -> None:
    event = ocsf_event(record("something.new", {"x": 1}))
    assert violations(event) == []
    assert (event["class_uid"], event["type_uid"]) == (0, 99)


@pytest.mark.parametrize(
    "body",
    [
        {"plan": 3, "identity": [], "reasons": [1], "relations": ["a"]},
        {"findings": 7, "status": []},
    ],
)
def test_a_body_of_another_shape_is_no_error(body: dict[str, Any]) -> None:
    for kind in (*sorted(known_kinds()), "extract.outcome"):
        assert violations(ocsf_event(record(kind, body))) == []


def test_a_line_is_one_line() -> None:
    line = ocsf_line(record("k", {"text": "a\nb ü"}))
    assert b"\n" not in line
    assert json.loads(line)["unmapped"]["sluicegate"]["body"] == {"text": "a\nb ü"}


def test_the_check_itself_finds_what_is_wrong() -> None:
    event = ocsf_event(record("extract.refused", BODIES["extract.refused"]))
    for broken in (
        {**event, "activity_id": 42},
        {**event, "more": 1},
        {k: v for k, v in event.items() if k != "src_endpoint"},
        {**event, "database": {"name": "x"}},
    ):
        assert violations(broken) != []


def test_an_event_of_a_run_names_its_job() -> None:
    event = ocsf_event(record("task.failed", BODIES["task.failed"]))
    assert event["job"]["name"] == "dag.t"
    assert (event["activity_id"], event["activity_name"], event["status_id"]) == (99, "End", 2)
    assert event["status_detail"] == "ValueError"


def test_all_kinds_that_the_code_writes_have_a_class() -> None:
    """Whoever adds a kind gives it a class: a literal in the code that ends up as a kind."""
    source = Path(__file__).parents[3] / "core" / "src" / "sluicegate"
    text = "\n".join(p.read_text("utf-8") for p in source.rglob("*.py") if p.parent.name != "cli")
    verbs = "extract|preview|unmask|approval|key|ledger|run|statement|login"
    found = set(re.findall(rf'"((?:{verbs})\.[a-z_]+)"', text))
    written = {k for k in found if not k.endswith(".outcome") and "." in k}
    assert written - known_kinds() <= {"ledger.db"}
