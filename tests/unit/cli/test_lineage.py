"""Lineage of an extract through OpenLineage's own client, configured by its own file."""

from __future__ import annotations

import json
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from tests.lineage_servers import drain, hanging, listening
from tests.unit.cli.conftest import MARKER

from sluicegate.lineage.client_transport import MOST_SECONDS, client_transport

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project


def configure(project: Project, url: str) -> None:
    settings = project.folder / "sluicegate.toml"
    lines = 'openlineage = true\nlineage = "lineage.jsonl"\n'
    settings.write_text(lines + settings.read_text())
    retry = "retry: {total: 0}"
    text = f"transport: {{type: http, url: '{url}', timeout: 60, {retry}}}\n"
    (project.folder / "openlineage.yml").write_text(text)


@pytest.fixture(autouse=True)
def _only_our_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENLINEAGE_URL", raising=False)
    monkeypatch.delenv("OPENLINEAGE_CONFIG", raising=False)


def test_events_go_through_the_client_beside_the_file_and_hold_no_value(project: Project) -> None:
    with listening() as (url, received):
        configure(project, url)
        assert (
            project.ask("extract", "SELECT id, email, notes FROM customers", "-o", "out").exit_code
            == 0
        )
    assert [event["eventType"] for event in received] == ["START", "COMPLETE"]
    text = json.dumps(received)
    assert MARKER not in text
    assert "example.com" not in text
    facets = received[1]["outputs"][0]["facets"]
    assert {f["name"]: f["type"] for f in facets["schema"]["fields"]}["email"] == "string"
    tags = {(t["field"], t["key"], t["value"]) for t in facets["tags"]["tags"]}
    assert tags == {
        ("id", "mask", "pseudonymize"), ("email", "mask", "pseudonymize"),
        ("notes", "mask", "redact"),
    }  # fmt: skip
    read = {(t["field"], t["value"]) for t in received[1]["inputs"][0]["facets"]["tags"]["tags"]}
    assert ("email", "email") in read
    tests = received[1]["run"]["facets"]["test"]["tests"]
    gates = {t["name"]: t["status"] for t in tests if t["severity"] == "error"}
    assert gates == {
        "policy": "pass", "guardrails": "pass", "leak_scan": "pass", "canaries": "pass",
    }  # fmt: skip
    lines = (project.folder / "lineage.jsonl").read_text().splitlines()
    assert [json.loads(line)["eventType"] for line in lines] == ["START", "COMPLETE"]


def test_a_leak_is_told_as_a_gate_that_failed(project: Project) -> None:
    with listening() as (url, received):
        configure(project, url)
        result = project.ask("extract", "SELECT ref FROM customers", "-o", "out")
    assert result.exit_code == 1
    assert received[-1]["eventType"] == "FAIL"
    assert received[-1]["outputs"] == []
    facets = received[-1]["run"]["facets"]
    assert facets["errorMessage"]["message"] == "not released: LEAK"
    (scan,) = [t for t in facets["test"]["tests"] if t["name"] == "leak_scan"]
    assert (scan["status"], scan["params"]["findings"]) == ("fail", {"secret": 1})
    assert "gh" + "p_" not in json.dumps(received)


def test_a_refusal_is_told_by_its_codes(project: Project) -> None:
    with listening() as (url, received):
        configure(project, url)
        sql = f"DELETE FROM customers WHERE email = '{MARKER}@example.com'"
        assert project.ask("extract", sql, "-o", "out").exit_code == 1
        assert project.ask("preview", sql).exit_code == 1, "and of a look nothing is told"
    (event,) = received
    assert (event["eventType"], event["inputs"], event["outputs"]) == ("FAIL", [], [])
    gates = {t["name"]: t["status"] for t in event["run"]["facets"]["test"]["tests"]}
    assert (gates["guardrails"], gates["G02"], gates["leak_scan"]) == ("fail", "fail", "skip")
    assert MARKER not in json.dumps(event)


def test_a_server_that_hangs_does_not_fail_the_extract(project: Project) -> None:
    began = monotonic()
    assert project.ask("extract", "SELECT id FROM customers", "-o", "before").exit_code == 0
    without = monotonic() - began
    with hanging() as url:
        configure(project, url)
        began = monotonic()
        result = project.ask("extract", "SELECT id FROM customers", "-o", "out")
        took = monotonic() - began
    assert result.exit_code == 0, result.output
    assert (project.folder / "out" / "_SLUICEGATE" / "attestation.json").is_file()
    drain(client_transport())
    assert took < without + MOST_SECONDS + 8
