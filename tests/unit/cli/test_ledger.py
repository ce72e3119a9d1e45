from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

SQL = "SELECT id, email FROM customers"


@pytest.fixture
def released(project: Project) -> Project:
    assert project.ask("extract", SQL, "-o", "out").exit_code == 0
    return project


def test_a_whole_ledger_ends_with_zero(released: Project) -> None:
    result = released.run("ledger", "verify")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("whole: ")
    assert "--attestation" in result.stdout, "what a chain cannot show is said"


def test_an_attestation_anchors_it(released: Project) -> None:
    for path in ("out", "out/_SLUICEGATE/attestation.json"):
        result = released.run("ledger", "verify", "--attestation", path)
        assert result.exit_code == 0
        assert "cannot show" not in result.stdout


def forget(released: Project, condition: str) -> None:
    """Do what an intruder with the file can do: the triggers go first, and come back."""
    with sqlite3.connect(released.folder / ".sluicegate" / "ledger.db") as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        kept = triggers.fetchall()
        for name, _ in kept:
            connection.execute(f'DROP TRIGGER "{name}"')
        (table,) = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%previous%'"
        ).fetchone()
        connection.execute(f'DELETE FROM "{table}" WHERE {condition}')
        for _, sql in kept:
            connection.execute(sql)
    connection.close()


def test_a_removed_record_is_named(released: Project) -> None:
    forget(released, "sequence = 2")
    result = released.run("ledger", "verify")
    assert result.exit_code == 1
    assert "record 2" in result.stdout


def test_an_end_that_was_cut_off_is_found_by_the_attestation(released: Project) -> None:
    records = released.json("ledger", "list")["records"]
    forget(released, "sequence > 1")
    assert len(records) > 2
    document = released.json("ledger", "verify", "--attestation", "out", code=1)
    assert document["fault"]["code"] in {"truncated", "schema", "storage"}


def test_an_attestation_of_a_stranger_anchors_nothing(released: Project) -> None:
    other = released.folder / "other"
    released.run("init", str(other))
    keys = str(other / ".sluicegate" / "public_keys")
    result = released.run("ledger", "verify", "--attestation", "out", "--public-keys", keys)
    assert result.exit_code == 1
    assert "SG-SIGNATURE" in result.stderr


def test_records_are_listed_and_shown(released: Project) -> None:
    records = released.json("ledger", "list", "--kind", "extract.intent")["records"]
    (intent,) = records
    shown = released.json("ledger", "show", str(intent["sequence"]))
    assert shown == intent
    text = released.run("ledger", "show", str(intent["sequence"])).stdout
    assert intent["hash"] in text
    assert "extract.intent" in released.run("ledger", "list").stdout
    newest = released.json("ledger", "list", "--limit", "1")["records"]
    assert newest[0]["kind"] == "extract.baseline"


def test_a_record_that_is_not_there_is_a_usage_error(released: Project) -> None:
    assert released.run("ledger", "show", "999").exit_code == 2


@pytest.mark.parametrize("command", ["verify", "list", "show"])
def test_reading_never_makes_a_ledger(project: Project, command: str) -> None:
    more = ("1",) if command == "show" else ()
    result = project.run("ledger", command, *more)
    assert result.exit_code == 2, result.output
    assert not (project.folder / ".sluicegate" / "ledger.db").exists()
