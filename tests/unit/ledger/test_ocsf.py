"""Each kind of record is an event that the schema of OCSF 1.8.0 takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ledger.kinds_in_code import Code
from tests.unit.ledger.ocsf_schema import SCHEMA, not_given, violations

from sluicegate.ledger.ocsf import VERSION, ocsf_event, ocsf_line
from sluicegate.ledger.ocsf_kinds import known_ends, known_kinds, shape_of
from sluicegate.model.events import Record
from sluicegate.model.outcome import Status
from sluicegate.model.statement import StatementStatus

SOURCES = Path(__file__).parents[3] / "core" / "src" / "sluicegate"
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
    "key.root_replaced": {"by": "ann", "signer_before": "ed25519-1", "signer": "ed25519-2"},
    "login.revoked": {"identity": IDENTITY, "source": "shop", "login": "sg_1", "status": "revoked"},
    "scan.intent": {
        "identity": IDENTITY,
        "tables": ["table://shop/public.t"],
        "policy": "sha256:p",
    },
}
OUTCOMES = [kind for kind in sorted(known_kinds()) if kind.endswith(".outcome")]


def record(kind: str, body: Mapping[str, Any], *, dropped: bool = False) -> Record:
    return Record(
        sequence=7, time=datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), kind=kind,
        subject="sha256:" + "0" * 64, body=body, previous="sha256:a", hash="sha256:b",
        key_id="ed25519-x", signature="sig", dropped=dropped,
    )  # fmt: skip


@pytest.mark.parametrize("kind", sorted(known_kinds()))
@pytest.mark.parametrize("full", [True, False])
def test_every_kind_is_valid(kind: str, full: bool) -> None:
    """Without its body too: it may have been dropped."""
    body = BODIES.get(kind, {"identity": IDENTITY, "reason": "r", "purpose": "p"}) if full else {}
    event = ocsf_event(record(kind, body, dropped=not full))
    assert violations(event) == []
    assert event["class_uid"] != 0


@pytest.mark.parametrize("kind", OUTCOMES)
@pytest.mark.parametrize("status", [*sorted(known_ends()), "new"])
@pytest.mark.parametrize("code", ["LEAK", "RISK-K"])
def test_every_outcome_is_valid(kind: str, status: str, code: str) -> None:
    body = {
        "status": status, "source": "shop", "relations": ["public.t", "public.u"], "rows": 3,
        "findings": {"email": 2}, "reasons": [{**REASON, "code": code, "hint": "leave it out"}],
        "error": "SG-SOURCE", "login": "sg_1", "expires": "2026-01-02T04:00:00+00:00",
    }  # fmt: skip
    event = ocsf_event(record(kind, body))
    assert violations(event) == []
    if event["class_uid"] != 3003:
        assert event["status_detail"] == f"{code}, SG-SOURCE"


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


def test_a_leak_is_a_finding_and_a_failed_check_is_one_of_compliance() -> None:
    body = {"status": "quarantined", "findings": {"email": 2}, "source": "shop", "output": "out"}
    leak = ocsf_event(record("extract.outcome", {**body, "reasons": [{**REASON, "code": "LEAK"}]}))
    assert (leak["class_uid"], leak["is_alert"], leak["finding_info"]["types"]) == (
        2006, True, ["email"],
    )  # fmt: skip
    assert leak["data_security"]["discovery_details"] == [{"type": "email", "count": 2}]
    checks = [{**REASON, "code": c, "hint": f"mind {c}"} for c in ("RISK-K", "QUALITY", "RISK-K")]
    event = ocsf_event(record("extract.outcome", {**body, "reasons": checks}))
    assert (event["class_uid"], event["action_id"], event["disposition_id"]) == (2003, 2, 3)
    assert event["compliance"]["control"] == "RISK-K, QUALITY"
    assert [check["uid"] for check in event["compliance"]["checks"]] == ["RISK-K", "QUALITY"]
    assert {check["status_id"] for check in event["compliance"]["checks"]} == {3}
    assert event["remediation"]["desc"] == "mind RISK-K; mind QUALITY"
    assert event["resources"] == [{"name": "out"}]
    both = [*checks, {**REASON, "code": "LEAK"}]
    for doubtful in ({**body, "reasons": both}, body):
        event = ocsf_event(record("extract.outcome", doubtful))
        assert event["class_uid"] == 2006, "whatever else failed: data would have leaked"


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("read.outcome", "released", (6005, 4, 1, 4, 11)),
        ("statement.outcome", "executed", (6005, 2, 1, 1, 1)),
        ("statement.outcome", "refused", (6005, 2, 2, 2, 2)),
        ("unmask.outcome", "unmasked", (6005, 10, 1, 1, 1)),
        ("login.outcome", "lent", (3003, 1, 1, 1, 8)),
        ("login.outcome", "failed", (6005, 3, 2, 0, 27)),
        ("scan.outcome", "clean", (6007, 2, 1, None, None)),
        ("scan.outcome", "findings", (2006, 1, 1, 3, 15)),
        ("scan.outcome", "failed", (6007, 6, 2, None, None)),
        ("subject.outcome", "searched", (6005, 1, 1, 1, 1)),
        ("extract.outcome", "later", (6005, 4, 2, 0, 27)),
    ],
)
def test_how_an_outcome_is_told(kind: str, status: str, expected: tuple[int, ...]) -> None:
    """Class, activity, status, action and disposition: numbers of the schema."""
    event = ocsf_event(record(kind, {"status": status}))
    names = ("class_uid", "activity_id", "status_id", "action_id", "disposition_id")
    assert tuple(event.get(name) for name in names) == expected


def test_a_login_that_was_lent_says_until_when() -> None:
    body = {
        "status": "lent",
        "login": "sg_1",
        "source": "shop",
        "expires": "2026-01-02T04:00:00+00:00",
    }
    event = ocsf_event(record("login.outcome", body))
    assert event["user"]["name"] == "sg_1"
    assert event["session"] == {"uid": "sg_1", "expiration_time": 1767326400000}
    assert event["privileges"] == ["masked views of shop"]


def test_a_scan_names_the_table() -> None:
    body = {**BODIES["scan.intent"], "status": "findings", "rows": 9, "findings": {"iban": 4}}
    event = ocsf_event(record("scan.outcome", body))
    assert (event["database"]["name"], event["table"]) == ("shop", {"name": "public.t"})
    assert event["data_security"]["total"] == 4
    clean = ocsf_event(record("scan.outcome", {**body, "status": "clean", "findings": {}}))
    assert (clean["total"], clean["num_detections"]) == (9, 0)


def test_a_kind_of_later_is_a_base_event() -> None:
    event = ocsf_event(record("something.new", {"x": 1}))
    assert violations(event) == []
    assert (event["class_uid"], event["type_uid"]) == (0, 99)


@pytest.mark.parametrize(
    "body",
    [
        {"plan": 3, "identity": [], "reasons": [1], "relations": ["a"]},
        {"findings": 7, "status": []},
        {"findings": {"email": True, "iban": "2"}, "rows": False},
    ],
)
def test_a_body_of_another_shape_is_no_error(body: dict[str, Any]) -> None:
    for kind in known_kinds():
        assert violations(ocsf_event(record(kind, body))) == []


WORDS = st.text("a:/.é0", max_size=6)
FLAT = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS
JSON = FLAT | st.lists(FLAT | st.dictionaries(WORDS, FLAT, max_size=2), max_size=3)
NAMES = st.sampled_from(
    [
        "identity", "plan", "source", "tables", "relations", "columns", "reasons", "findings", "error",
        "status", "rows", "output", "purpose", "reason", "work", "login", "expires", "policy", "person",
        "by", "manifest", "pipeline", "task", "run", "shape", "statement", "triggered_by", "host", "code",
        "hint",
    ]
)  # fmt: skip


@given(
    kind=st.sampled_from([*sorted(known_kinds()), "x.outcome", "later"]),
    body=st.dictionaries(NAMES, JSON | st.dictionaries(NAMES, JSON, max_size=3), max_size=4),
)
def test_no_body_makes_an_event_that_is_not_valid(kind: str, body: dict[str, Any]) -> None:
    assert violations(ocsf_event(record(kind, body))) == []


def test_a_line_is_one_line() -> None:
    line = ocsf_line(record("k", {"text": "a\nb ü"}))
    assert b"\n" not in line
    assert json.loads(line)["unmapped"]["sluicegate"]["body"] == {"text": "a\nb ü"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("activity_id", 42),
        ("type_uid", 600599),
        ("severity_id", 7),
        ("disposition_id", 28),
        ("more", 1),
        ("src_endpoint", None),
        ("database", {"name": "x"}),
        ("status_id", "1"),
        ("type_id", 4),
        ("metadata.version", "1.7.0"),
        ("metadata.profiles", []),
        ("metadata.extension", {"name": "x", "uid": "1", "version": "1"}),
        ("actor", {}),
        ("actor.user", {"type_id": 1}),
        ("query_info", {"uid": "x"}),
        ("policy", {"is_applied": True}),
        ("enrichments", [{"name": "x", "value": "y"}]),
    ],
)
def test_the_check_itself_finds_what_is_wrong(path: str, value: object) -> None:
    """Unknown and missing attributes, numbers, types, constraints, profiles, what is deprecated."""
    event = ocsf_event(record("extract.refused", {**BODIES["extract.refused"], "plan": PLAN}))
    assert violations(event) == []
    *parents, name = path.split(".")
    place = event
    for parent in parents:
        place = place[parent]
    place[name] = value
    assert violations(event) != []


def test_the_check_wants_one_of_several() -> None:
    event = ocsf_event(record("extract.refused", BODIES["extract.refused"]))
    for name in ("database", "table"):
        event.pop(name, None)
    assert violations(event) != []
    event = ocsf_event(record("approval.used", BODIES["approval.used"]))
    assert violations({**event, "group": {"name": "x"}}) != [], "privileges or a group, not both"


NOT_KNOWN_HERE = {
    "observables", "status_code", "status_detail", "dst_endpoint", "http_request", "http_response",
    "databucket", "confidence_id", "file", "ai_model",
}  # fmt: skip
"""Recommended attributes that a ledger's record cannot fill, or only for some outcomes."""


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("task.failed", set()),
        ("extract.refused", set()),
        ("extract.outcome", {"resources"}),
        ("extract.verified", {
            "num_folders", "num_files", "num_processes", "num_network_items", "num_registry_items",
            "num_skipped_items", "num_trusted_items", "num_resolutions", "num_detections", "total",
            "schedule_uid", "start_time", "end_time", "duration", "policy",
        }),
        ("approval.used", {"group", "src_endpoint"}),
        ("approval.approved", {"resources", "src_endpoint"}),
        ("key.created", {"src_endpoint", "entity_result", "comment"}),
    ],
)  # fmt: skip
def test_recommended_attributes_are_given_where_they_are_known(
    kind: str, missing: set[str]
) -> None:
    outcome = {"status": "quarantined", "source": "shop", "relations": ["public.t"]}
    body = {**BODIES, "extract.outcome": outcome}[kind]
    body = {**body, "plan": PLAN} if kind == "extract.refused" else body
    assert not_given(ocsf_event(record(kind, body))) - NOT_KNOWN_HERE <= missing


def test_an_event_of_a_run_names_its_job() -> None:
    event = ocsf_event(record("task.failed", BODIES["task.failed"]))
    assert event["job"]["name"] == "dag.t"
    assert (event["activity_id"], event["activity_name"], event["status_id"]) == (99, "End", 2)
    assert event["status_detail"] == "ValueError"


def test_all_kinds_that_the_code_writes_have_a_class_and_no_others() -> None:
    """Whoever adds a kind gives it a class; whoever takes one away takes it out here too."""
    written = Code(SOURCES).kinds()
    assert written == known_kinds()
    assert not any(shape_of(kind, {}).class_uid == 0 for kind in written)


def test_all_ends_that_the_code_writes_have_a_meaning() -> None:
    own = {"lent", "searched", "unmasked", "clean", "findings", "failed"}
    planned = {Status.PLANNED.value}  # is never on record
    assert {*Status, *StatementStatus, *own} - planned == known_ends()


def test_the_schema_is_of_the_version_that_events_name() -> None:
    assert SCHEMA["version"] == VERSION == "1.8.0"


def test_the_reader_of_the_code_finds_a_new_kind_and_refuses_what_it_cannot_follow(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.py").write_text(
        "from b import NEW\n"
        "def write(log, verb, what):\n"
        '    log.append(Event(kind=f"{verb}.{what}", subject="s", body={}))\n'
        'def all(log):\n    write(log, "x", what="y")\n    write(log, "x", NEW)\n'
    )
    (tmp_path / "b.py").write_text('NEW: Final = "z"\n')
    assert Code(tmp_path).kinds() == {"x.y", "x.z"}
    (tmp_path / "c.py").write_text('Event(kind="k".upper(), subject="s", body={})')
    with pytest.raises(AssertionError, match="cannot be followed"):
        Code(tmp_path).kinds()
