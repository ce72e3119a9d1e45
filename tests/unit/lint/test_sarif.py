"""SARIF 2.1.0: the structure that the standard asks for, written down here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from tests.unit.sarif_schema import SCHEMA

from sluicegate.lint import ALL_RULES, sarif

if TYPE_CHECKING:
    from tests.unit.lint.conftest import LintFiles

MANY = {
    "a ü %.sql": "SELECT *, pg_sleep(1),\n 'someone7f3a@corp.de' AS e FROM a, b",
    "b.sql": "SELECT a, a FROM t -- sluicegate: ignore G30 small\n",
    "c.py": "GuardedExtractOperator(sql=f'{x}')",
    "d.sql": "SELECT a FROM {{ params.x }} WHERE b",
    "e.sql": b"\xff",
}


def log(lint: LintFiles, files: dict[str, Any]) -> Any:
    found = lint(files)
    return json.loads(json.dumps(sarif(found.report, found.folder)))


def test_a_log_has_the_structure_of_the_standard(lint: LintFiles) -> None:
    document = log(lint, MANY)
    jsonschema.validate(document, SCHEMA)
    (run,) = document["runs"]
    assert {r["level"] for r in run["results"]} == {"error", "warning", "note"}
    assert [len(r.get("suppressions", ())) for r in run["results"]].count(1) == 1
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_an_empty_log_is_valid_too(lint: LintFiles) -> None:
    document = log(lint, {})
    jsonschema.validate(document, SCHEMA)
    assert document["runs"][0]["results"] == []


def test_every_rule_brings_its_help(lint: LintFiles) -> None:
    rules = log(lint, {})["runs"][0]["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == [r.id for r in ALL_RULES]
    for told, rule in zip(rules, ALL_RULES, strict=True):
        assert rule.remedy in told["help"]["text"]
        assert rule.example in told["help"]["markdown"]


def test_a_code_that_is_no_guardrail_is_described_as_well(lint: LintFiles) -> None:
    run = log(lint, {"b.sql": "WITH t AS (SELECT 1 AS x) SELECT x, x FROM t"})["runs"][0]
    assert run["results"][0]["ruleId"] == "SQL-DUPLICATE-COLUMN"
    assert run["tool"]["driver"]["rules"][-1]["id"] == "SQL-DUPLICATE-COLUMN"


def test_places_are_relative_to_the_root_or_whole(lint: LintFiles, tmp_path: Path) -> None:
    found = lint({"x/a b.sql": "DROP TABLE t"})
    uris = [
        sarif(found.report, root)["runs"][0]["results"][0]["locations"][0]["physicalLocation"][
            "artifactLocation"
        ]["uri"]
        for root in (tmp_path, tmp_path / "elsewhere")
    ]
    assert uris[0] == "x/a%20b.sql"
    assert uris[1].startswith("file:///")


def prints(lint: LintFiles, sql: str) -> list[str]:
    results = log(lint, {"a.sql": sql})["runs"][0]["results"]
    return [r["partialFingerprints"]["sluicegate/v1"] for r in results if r["ruleId"] == "G12"]


def test_a_fingerprint_stays_when_lines_move_and_tells_equal_lines_apart(lint: LintFiles) -> None:
    one = "SELECT a FROM t\nWHERE b = 'someone@corp.de'"
    assert prints(lint, one) == prints(lint, "-- more\n\n\n" + one)
    two = prints(lint, one + "\nOR b = 'x' OR\nb = 'someone@corp.de' OR\nb = 'someone@corp.de'")
    assert len(set(two)) == 3


def test_a_fingerprint_is_the_same_for_every_value(lint: LintFiles) -> None:
    """A digest of a value could be looked up; so no value is part of it."""
    sql = "SELECT a FROM t WHERE b = '{}'"
    assert len({tuple(prints(lint, sql.format(f"{n}@corp.de"))) for n in ("ann", "bob")}) == 1


@pytest.mark.parametrize("name", sorted(MANY))
def test_no_value_is_in_a_log(lint: LintFiles, name: str) -> None:
    text = json.dumps(log(lint, {name: MANY[name]}))
    assert not re.search("7f3a|corp.de", text)
