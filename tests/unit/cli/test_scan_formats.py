"""``sluicegate scan``: why a finding is one, and what code hosts are told of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pyarrow as pa
import pytest
from tests.unit.sarif_schema import SCHEMA

from sluicegate.detect import Scanner

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

MARKER = "marker7f3a"
EMAIL = f"{MARKER}@example.com"

_loaded = cache(Scanner.load)


@pytest.fixture(autouse=True)
def _load_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the catalogue once for all calls: it is the same in each."""
    monkeypatch.setattr(Scanner, "load", lambda *_: _loaded())


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


# ------------------------------------------------------------------------------ --explain


def test_each_finding_can_say_why(empty: Project) -> None:
    write(empty.folder / "a.csv", f"contact,note\n{EMAIL},her ssn 219-09-9998 {MARKER}\n")
    result = empty.run("scan", "a.csv", "--explain")
    assert result.exit_code == 1
    assert MARKER not in result.output
    assert "a.csv contact, row 0: email by email" in result.stdout
    assert "context beside it: ssn" in result.stdout
    document = empty.json("scan", "a.csv", "--explain", code=1)
    for why in document["files"][0]["explained"]:
        assert sum(c["amount"] for c in why["contributions"]) == pytest.approx(
            why["score"], abs=1e-3
        )
        assert "unknown" not in {c["part"] for c in why["contributions"]}
    assert MARKER not in json.dumps(document)


def test_without_the_option_nothing_is_explained(empty: Project) -> None:
    write(empty.folder / "a.csv", f"contact\n{EMAIL}\n")
    assert "explained" not in empty.json("scan", "a.csv", code=1)["files"][0]


def test_few_findings_of_a_column_are_explained(empty: Project) -> None:
    write(empty.folder / "a.csv", "contact\n" + f"{EMAIL}\n" * 100)
    (file,) = empty.json("scan", "a.csv", "--explain", code=1)["files"]
    assert [why["row"] for why in file["explained"]] == [0, 1, 2, 3, 4]


def test_nested_values_numbers_and_dictionaries_are_explained(empty: Project) -> None:
    struct = [{"tags": [{"x/y": "none"}, {"x/y": EMAIL}]}]
    columns = {
        "nested": pa.array(struct),
        "map": pa.array([[("k", EMAIL)]], pa.map_(pa.string(), pa.string())),
        "card number": pa.array([4111111111111111]),
        "card float": pa.array([4111111111111111.0]),
        "words": pa.array([EMAIL]).dictionary_encode(),
        "bytes": pa.array([EMAIL.encode()]),
        "view": pa.array([EMAIL], pa.string_view()),
    }
    table = pa.table(columns)
    with (
        pa.OSFile(str(empty.folder / "a.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as writer,
    ):
        writer.write_table(table)
    (file,) = empty.json("scan", "a.arrow", "--explain", code=1)["files"]
    parts = {why["column"]: {c["part"] for c in why["contributions"]} for why in file["explained"]}
    assert set(parts) == set(columns)
    assert all("pattern" in found for found in parts.values())
    assert {why["path"] for why in file["explained"] if why["column"] == "nested"} == {
        "/tags/1/x~1y"
    }


# ------------------------------------------------------------------------------ SARIF


def sarif(project: Project, *arguments: str) -> Any:
    result = project.run("scan", *arguments, "--format", "sarif")
    assert result.exit_code in {0, 1}, result.output
    assert MARKER not in result.output
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA)
    return document["runs"][0]


def test_a_log_has_a_rule_a_detector_and_a_place_a_finding(empty: Project) -> None:
    write(empty.folder / "out" / "a b.csv", f"id,contact\n1,none\n2,{EMAIL}\n")
    run = sarif(empty, "out")
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "email"
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "out/a%20b.csv"
    assert location["logicalLocations"] == [
        {"name": "contact", "fullyQualifiedName": "contact/1", "kind": "member"}
    ]
    assert list(result["partialFingerprints"]) == ["sluicegate/place/v1"]


def test_a_clean_scan_is_a_valid_log_too(empty: Project) -> None:
    write(empty.folder / "a.csv", "a\nb\n")
    assert sarif(empty, "a.csv")["results"] == []


def test_a_finding_in_a_text_has_its_line_and_column_in_characters(empty: Project) -> None:
    write(empty.folder / "a.log", f"first\nsecond\ngrüße an {EMAIL}\n")
    region = sarif(empty, "a.log")["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 10}


def test_lines_are_right_beyond_the_first_block_of_a_text(empty: Project) -> None:
    rows = ["x" * 99] * 100_000
    rows[90_000] = f"mail {EMAIL}"
    write(empty.folder / "a.log", "\n".join(rows))
    (result,) = sarif(empty, "a.log")["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 90_001, "startColumn": 6}


def test_with_a_root_key_equal_values_share_a_fingerprint(project: Project) -> None:
    write(project.folder / "a.csv", f"x,y\n{EMAIL},{EMAIL}\n")
    prints = [r["partialFingerprints"] for r in sarif(project, "a.csv")["results"]]
    assert len({p["sluicegate/value/v1"] for p in prints}) == 1
    assert len({p["sluicegate/place/v1"] for p in prints}) == 2


def test_the_place_is_known_again_when_rows_move(empty: Project) -> None:
    found = []
    for rows in ("", "none\n" * 7):
        write(empty.folder / "a.csv", f"contact\n{rows}{EMAIL}\n")
        found.append(sarif(empty, "a.csv")["results"][0]["partialFingerprints"])
    assert found[0] == found[1]


def test_names_that_are_data_are_told_by_number_in_a_log(empty: Project) -> None:
    write(empty.folder / f"{EMAIL} orders.csv", f"{MARKER} Roe,{EMAIL}\nJohn,x.{EMAIL}\n")
    names = {r["locations"][0]["logicalLocations"][0]["name"] for r in sarif(empty, ".")["results"]}
    assert "(column 2, name withheld)" in names


def test_an_error_is_a_document_in_every_machine_format(empty: Project) -> None:
    result = empty.run("scan", "nowhere", "--format", "sarif")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "SG-SOURCE"
