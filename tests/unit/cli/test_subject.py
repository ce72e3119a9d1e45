from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from tests.unit.cli.conftest import MARKER

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

SQL = "SELECT id, email FROM customers"
WHO = f"{MARKER}.7@example.com"
FIND = ("subject", "find", "-p", "training", "--class")


@pytest.fixture
def released(project: Project) -> Project:
    """The same people in two data sets, in one of them twice."""
    assert project.ask("extract", SQL, "-o", "out/a").exit_code == 0
    twice = f"{SQL} UNION ALL {SQL}"
    assert project.ask("extract", twice, "-o", "out/b", "-O", "rows_per_file=9").exit_code == 0
    return project


def find(project: Project, who: str, *arguments: str, code: int = 0) -> Any:
    result = project.run(*FIND, *arguments, "--format", "json", stdin=f"{who}\n")
    assert result.exit_code == code, result.output
    assert who not in result.output or who.isdigit()
    return json.loads(result.stdout)


def test_a_person_is_found_where_they_are(released: Project) -> None:
    found = find(released, WHO, "email", "--request", "dsr-17")
    places = {p["output"].rpartition("/")[2]: (p["column"], p["rows"]) for p in found["places"]}
    assert places == {"a": ("email", 1), "b": ("email", 2)}
    assert (found["searched"], found["unsearched"]) == (2, [])
    number = find(released, "7", "customer_id")
    assert sorted(p["rows"] for p in number["places"]) == [1, 2], "an integer in the source"


def test_others_are_not_found(released: Project) -> None:
    for who in (f"{MARKER}.70@example.com", WHO.upper(), "7"):
        found = find(released, who, "email")
        assert found["places"] == []
        assert found["searched"] == 2
    assert find(released, WHO, "customer_id")["places"] == [], "another class has another tag"


def test_the_search_is_on_record_and_the_person_is_not(released: Project) -> None:
    find(released, WHO, "email", "--request", "dsr-17")
    data = b"".join(
        p.read_bytes() for p in (released.folder / ".sluicegate").rglob("*") if p.is_file()
    )
    assert MARKER.encode() not in data
    kinds = {r["kind"]: r["body"] for r in released.json("ledger", "list")["records"]}
    assert kinds["subject.intent"]["request"] == "dsr-17"
    assert kinds["subject.intent"]["identity"]["triggered_by"]
    assert kinds["subject.outcome"]["found"] == 2
    pseudonyms = pq.read_table(released.folder / "out" / "a")["email"].to_pylist()
    assert len(pseudonyms) == 20
    for pseudonym in pseudonyms:  # it would tell the rest of the rows
        assert pseudonym.encode() not in data


def test_what_cannot_be_searched_is_told(released: Project) -> None:
    (part, *_) = sorted((released.folder / "out" / "b").glob("*.parquet"))
    part.write_bytes(part.read_bytes() + b"x")
    shutil.rmtree(released.folder / "out" / "a")
    found = find(released, WHO, "email")
    assert found["places"] == []
    assert {u["why"] for u in found["unsearched"]} == {"changed", "missing-attestation"}
    assert found["searched"] == 0


def test_a_destroyed_key_finds_nobody_and_says_so(released: Project) -> None:
    done = released.run("keys", "destroy", "--purpose", "training", "--reason", "over", "--yes")
    assert done.exit_code == 0, done.output
    found = find(released, WHO, "email")
    assert found["places"] == []
    assert {u["why"] for u in found["unsearched"]} == {"SG-KEY-DESTROYED"}


def test_a_request_must_be_clear_and_tell_nobody(released: Project) -> None:
    before = len(released.json("ledger", "list")["records"])
    for stdin, more in (
        ("", ()),
        (f"{WHO}\n{WHO}\n", ()),
        (f"{WHO}\n", ("--request", WHO)),
    ):
        result = released.run(*FIND, "email", *more, stdin=stdin)
        assert result.exit_code == 2
        assert MARKER not in result.output
    assert len(released.json("ledger", "list")["records"]) == before
