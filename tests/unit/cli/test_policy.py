from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sluicegate.policy import load_policy

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

SQL = "SELECT id, email FROM customers"


def explain(project: Project, *more: str, purpose: str = "training", code: int = 0) -> str:
    result = project.run("policy", "explain", "-s", "shop", "-p", purpose, "--sql", SQL, *more)
    assert result.exit_code == code, result.output
    return result.stdout


def test_a_valid_policy_has_its_digest(project: Project) -> None:
    document = project.json("policy", "check")
    assert document["digest"] == load_policy(project.folder / "policy.yaml").digest
    assert project.run("policy", "check", "policy.yaml").exit_code == 0


def test_every_fault_is_told_with_line_and_column(project: Project) -> None:
    file = project.folder / "policy.yaml"
    file.write_text(
        file.read_text()
        .replace("email: {mask: pseudonymize}", "email: {mask: pseudonymise}")
        .replace("effect: permit", "effct: permit", 1)
    )
    result = project.run("policy", "check")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert len(set(re.findall(r"policy\.yaml:(\d+):\d+", result.stderr))) >= 2


def test_a_missing_policy_is_a_configuration_error(project: Project) -> None:
    assert project.run("policy", "check", "other.yaml").exit_code == 2


def test_the_schema_is_json_schema(project: Project) -> None:
    schema = json.loads(project.run("policy", "schema").stdout)
    assert schema["$schema"].endswith("2020-12/schema")


def test_it_tells_which_rule_decided_and_what_each_column_gets(project: Project) -> None:
    text = explain(project)
    assert text.startswith("permit: training\n")
    assert "training (permit): matched" in text
    assert "quality (permit): no match" in text
    assert re.search(r"customers\.email: email, pseudonymize", text)


def test_json_holds_the_same(project: Project) -> None:
    document = json.loads(explain(project, "-f", "json"))
    assert (document["effect"], document["decided_by"]) == ("permit", ["training"])
    masks = {c["column"]: c["mask"] for c in document["columns"]}
    assert masks["main.customers.email"] == "pseudonymize"
    assert {r["rule"]: r["matched"] for r in document["rules"]} == {
        "training": True,
        "quality": False,
    }


def test_a_denial_ends_with_one_and_says_why(project: Project) -> None:
    assert "POLICY-" in explain(project, purpose="marketing", code=1)


def test_one_may_ask_for_a_run_of_another_orchestrator(project: Project) -> None:
    text = explain(project, "--orchestrator", "airflow", "--pipeline", "nightly", code=1)
    assert text.startswith("deny: ")


def test_an_approval_that_is_asked_for_is_told(project: Project) -> None:
    assert "approval     1 of daemon" in explain(project, purpose="quality")


def test_it_agrees_with_the_gate(project: Project) -> None:
    for purpose in ("training", "marketing"):
        planned = project.ask("plan", SQL, purpose=purpose).exit_code
        explain(project, purpose=purpose, code=planned)
