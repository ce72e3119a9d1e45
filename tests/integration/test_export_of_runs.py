"""What a gate really writes, exported: every event is valid, and of the class it should be."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from tests.unit.ledger.ocsf_schema import violations

from sluicegate import Status
from sluicegate.ledger.export import export
from sluicegate.ledger.targets import open_target

POLICY = """
version: 1
name: clinic
sources:
  clinic:
    unclassified: refuse
    tables:
      main.patients: {columns: {id: patient_id, town: city, note: public}}
classes:
  patient_id: {mask: pseudonymize}
  city: {mask: partial, keep_first: 1, keep_last: 0}
rules:
  - id: research
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [churn_training, planning]
    sources: [clinic]
    tables: ["main.*"]
  - id: small-groups
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [planning]
    sources: [clinic]
    tables: ["main.*"]
    risk: {k: 2, subject: [patient_id]}
  - id: weekly-scan
    effect: scan
    principals: [{orchestrator: cli}]
    sources: [clinic]
    tables: ["main.*"]
"""


@pytest.fixture
def clinic(make_bench: Callable[..., Any], tmp_path: Any) -> Any:
    with closing(sqlite3.connect(tmp_path / "clinic.db")) as connection:
        connection.execute("CREATE TABLE patients (id INTEGER, town TEXT, note TEXT)")
        rows = [(1, "Aalen", "fine"), (2, "Aalen", "fine"), (3, "Bonn", "call ann@example.com")]
        connection.executemany("INSERT INTO patients VALUES (?, ?, ?)", rows)
        connection.commit()
    return make_bench({"clinic": f"sqlite:///{tmp_path / 'clinic.db'}"}, POLICY)


def test_what_runs_write_is_valid(clinic: Any) -> None:
    def extract(name: str, sql: str, **more: str) -> Status:
        request = clinic.request(source="clinic", sql=sql, output=str(clinic.folder / name), **more)
        status: Status = gate.extract(request, clinic.identity()).status
        return status

    with clinic.gate() as gate:
        towns = "SELECT id, town FROM patients"
        ended = [
            extract("released", towns),
            extract("leaks", "SELECT note FROM patients"),
            extract("risky", towns, purpose="planning"),
            extract("refused", "DELETE FROM patients"),
        ]
        gate.preview(clinic.request(source="clinic", sql=towns), clinic.identity())
        with gate.read(clinic.request(source="clinic", sql=towns), clinic.identity()):
            pass
        gate.scan(["table://clinic/main.patients"], clinic.identity())
        gate.ledger.checkpoint()
        file = clinic.folder / "events.jsonl"
        export(gate.ledger, open_target(f"file:{file}"))
    assert ended == [Status.RELEASED, Status.QUARANTINED, Status.QUARANTINED, Status.REFUSED]
    events = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [violations(event) for event in events] == [[]] * len(events)
    told = [
        (e["metadata"]["event_code"], e["class_uid"])
        for e in events
        if e["metadata"]["event_code"].endswith(("outcome", "refused"))
    ]
    assert told == [
        ("extract.outcome", 6005),
        ("extract.outcome", 2006),
        ("extract.outcome", 2003),
        ("extract.refused", 6005),
        ("preview.outcome", 6005),
        ("read.outcome", 6005),
        ("scan.outcome", 2006),
    ]
    assert b"ann@example.com" not in file.read_bytes()
