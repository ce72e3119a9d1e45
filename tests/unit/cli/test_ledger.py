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
        assert "1 checkpoint(s) agree" in result.stdout, "the attestation is a witness"


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


def test_a_record_is_proven_to_somebody_without_the_ledger(released: Project) -> None:
    note = released.run("ledger", "checkpoint", "--witness", "file:witness")
    assert note.exit_code == 0, note.output
    assert (released.folder / "witness").read_text() == note.stdout
    assert released.run("ledger", "prove", "2", "-o", "proof.json").exit_code == 0
    assert released.run("ledger", "prove", "2", "-o", "proof.json").exit_code == 2, "never replaced"
    (released.folder / ".sluicegate" / "ledger.db").unlink()
    result = released.run("ledger", "check", "proof.json")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("proven: record 2 is among the first ")
    text = (released.folder / "proof.json").read_text()
    (released.folder / "changed.json").write_text(text.replace('"index": 1', '"index": 0'))
    assert released.run("ledger", "check", "changed.json").exit_code == 1
    assert released.run("ledger", "check", "witness").exit_code == 1


def test_the_witnesses_of_the_settings_are_asked_if_none_is_named(
    released: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICEGATE_WITNESSES", "file:one, file:two")
    notes = released.run("ledger", "checkpoint").stdout
    assert [(released.folder / name).read_text() for name in ("one", "two")] == [notes, notes]
    assert released.run("ledger", "checkpoint", "-w", "file:three").exit_code == 0
    assert (released.folder / "one").read_text() == notes


def test_a_witness_that_is_not_there_keeps_no_other_from_its_checkpoint(released: Project) -> None:
    result = released.run("ledger", "checkpoint", "-w", "file:no/folder", "-w", "file:there")
    assert result.exit_code == 3
    assert "no/folder" in result.output
    assert (released.folder / "there").read_text() in result.output


def test_growth_is_proven_since_a_checkpoint(released: Project) -> None:
    released.run("ledger", "checkpoint", "-o", "old.note")
    released.run("ledger", "checkpoint")
    assert released.run("ledger", "prove", "--since", "old.note", "-o", "grown.json").exit_code == 0
    assert "are the first of" in released.run("ledger", "check", "grown.json").stdout
    assert released.json("ledger", "check", "grown.json")["proves"] == "consistency"
    assert released.run("ledger", "prove").exit_code == 2
    assert released.run("ledger", "prove", "1", "--since", "old.note").exit_code == 2
    assert released.run("ledger", "prove", "999").exit_code == 2


def test_a_witness_finds_an_end_that_was_cut_off(released: Project) -> None:
    released.run("ledger", "checkpoint", "--witness", "file:witness")
    fine = released.run("ledger", "verify", "--witness", "file:witness")
    assert fine.exit_code == 0, fine.output
    assert "checkpoint(s) agree" in fine.stdout
    assert "cannot show" not in fine.stdout
    forget(released, "sequence > 1")
    assert released.run("ledger", "verify").exit_code == 0
    found = released.json("ledger", "verify", "--witness", "file:witness", code=1)
    assert found["fault"]["code"] == "truncated"
    (released.folder / "witness").write_text("")
    assert released.run("ledger", "verify", "--witness", "file:witness").exit_code == 1
    assert released.run("ledger", "verify", "--witness", "file:nowhere").exit_code == 3


def test_the_record_is_asked(released: Project) -> None:
    found = released.json("ledger", "query", "--column", "customers.email")["records"]
    assert {"extract.intent", "extract.outcome"} <= {r["kind"] for r in found}
    assert released.json("ledger", "query", "--column", "notes")["records"] == []
    assert "extract.outcome" in released.run("ledger", "query", "--status", "released").stdout
    rows = released.json("ledger", "query", "--sql", "SELECT count(*) AS n FROM records")["rows"]
    assert rows[0]["n"] > 3
    assert released.run("ledger", "query", "--save", "all.parquet").exit_code == 0
    assert (released.folder / "all.parquet").stat().st_size > 500
    assert released.run("ledger", "query", "--sql", "SELECT nonsense").exit_code == 2


def test_records_are_exported_once(released: Project) -> None:
    first = released.json("ledger", "export", "--to", "file:events.jsonl")
    assert first["events"] == first["through"] > 3
    assert released.json("ledger", "export", "--to", "file:events.jsonl")["events"] == 0
    lines = (released.folder / "events.jsonl").read_text().splitlines()
    assert len(lines) == first["events"]
    assert released.run("ledger", "export", "--to", "nowhere").exit_code == 2


def test_bodies_are_held_and_dropped(released: Project) -> None:
    assert released.run("ledger", "hold", "case", "--reason", "r").exit_code == 2
    held = released.run("ledger", "hold", "case", "--purpose", "training", "--reason", "r")
    assert held.exit_code == 0, held.output
    assert released.json("ledger", "holds")["holds"][0]["on"] == {"purpose": "training"}
    assert "case" in released.run("ledger", "holds").stdout
    answer = released.json("ledger", "drop", "--older-than", "1", "--dry-run")
    assert answer == {"bodies": 0, "held": 0, "dry_run": True}, "nothing is a day old"
    assert released.run("ledger", "unhold", "case", "--reason", "done").exit_code == 0
    assert released.json("ledger", "holds")["holds"] == []
    assert "0 bodies dropped" in released.run("ledger", "drop", "--older-than", "1").stdout


@pytest.mark.parametrize(
    "command",
    [("checkpoint",), ("export", "--to", "file:x"), ("drop", "--older-than", "1"), ("query",)],
)
def test_no_command_makes_a_ledger(project: Project, command: tuple[str, ...]) -> None:
    assert project.run("ledger", *command).exit_code == 2
    assert not (project.folder / ".sluicegate" / "ledger.db").exists()
