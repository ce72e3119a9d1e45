from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project


def states(project: Project) -> list[str]:
    (purpose,) = project.json("keys", "list")["purposes"]
    return [epoch["state"].split()[0] for epoch in purpose["epochs"]]


def store(project: Project) -> Path:
    return project.folder / ".sluicegate" / "keys"


def test_a_keys_life_on_the_command_line(project: Project) -> None:
    created = project.json("keys", "create", "-p", "training")
    rotated = project.json("keys", "rotate", "-p", "training")
    assert (created["key_id"][:2], rotated["key_id"][:2]) == ("1-", "2-")
    assert states(project) == ["earlier", "current"]
    destroyed = project.json("keys", "destroy", "-p", "training", "--yes", "--reason", "over")
    assert [e["state"].split()[0] for e in destroyed["epochs"]] == ["destroyed", "destroyed"]
    assert destroyed["current"] is None
    assert project.run("keys", "rotate", "-p", "training").exit_code == 1
    assert project.ask("extract", "SELECT id, email FROM customers", "-o", "out").exit_code == 1
    assert project.json("keys", "create", "-p", "training")["key_id"].startswith("3-")
    assert project.ask("extract", "SELECT id, email FROM customers", "-o", "out").exit_code == 0
    table = project.run("keys", "list").stdout
    assert "training" in table
    assert "destroyed 20" in table


def test_no_command_shows_key_material(project: Project) -> None:
    said = ""
    for arguments in (
        ("create", "-p", "training"), ("rotate", "-p", "training"), ("list",), ("show",),
        ("rekey", "-p", "training", "--plan"), ("destroy", "-p", "training", "--yes"),
    ):  # fmt: skip
        for form in ("table", "json"):
            said += project.run("keys", *arguments, "--format", form).output
            contents = [path.read_text() for path in store(project).iterdir()]
            assert not [c for c in contents if '"wrapped"' in c and c.split('"')[-2] in said]
    assert (project.folder / ".sluicegate" / "root.key").read_text().strip() not in said


@pytest.mark.parametrize("typed", ["", "\n", "trainin\n", "training2\n", "yes\n", "TRAINING\n"])
def test_a_destruction_is_confirmed_by_the_purpose_and_nothing_else(
    project: Project, typed: str
) -> None:
    project.run("keys", "create", "-p", "training")
    result = project.run("keys", "destroy", "-p", "training", stdin=typed)
    assert result.exit_code == 1
    assert states(project) == ["current"]
    result = project.run("keys", "destroy", "-p", "training", stdin="training\n")
    assert result.exit_code == 0
    assert "backups" in result.stderr
    assert states(project) == ["destroyed"]


def test_one_epoch_is_destroyed(project: Project) -> None:
    project.run("keys", "create", "-p", "training")
    project.run("keys", "rotate", "-p", "training")
    project.run("keys", "destroy", "-p", "training", "--yes", "--epoch", "1")
    assert states(project) == ["destroyed", "current"]


def test_a_rotation_says_what_does_not_join_any_more(project: Project) -> None:
    project.ask("extract", "SELECT id, email FROM customers", "-o", "out")
    result = project.run("keys", "rotate", "-p", "training")
    assert "1 dataset(s) under earlier keys do not join" in result.stderr
    document = project.json("keys", "rekey", "-p", "training", "--plan")
    (dataset,) = document["datasets"]
    assert (dataset["source"], dataset["action"]) == ("shop", "re-extract")
    assert {c["name"]: c["masks"] for c in dataset["columns"]} == {
        "id": ["pseudonymize"], "email": ["pseudonymize"],
    }  # fmt: skip
    table = project.run("keys", "rekey", "-p", "training", "--plan").stdout
    assert "re-extract" in table
    assert project.run("keys", "rekey", "-p", "training").exit_code == 2


def test_reading_commands_make_nothing(project: Project) -> None:
    for command in (("list",), ("rekey", "-p", "training", "--plan")):
        assert project.run("keys", *command).exit_code == 2
    assert not (project.folder / ".sluicegate" / "ledger.db").exists()
    assert not store(project).exists()


def test_a_new_root_takes_over_the_keys(project: Project) -> None:
    before = project.json("keys", "create", "-p", "training")["key_id"]
    home = project.folder / ".sluicegate"
    (home / "root.key").rename(home / "old.key")
    other = project.folder / "other"
    project.run("init", str(other))
    shutil.copy(other / ".sluicegate" / "root.key", home / "root.key")
    assert project.ask("extract", "SELECT id FROM customers", "-o", "a").exit_code == 2
    result = project.json("keys", "rewrap", "--from", f"file:{home}/old.key")
    assert result == {"rewrapped": 1}
    assert project.json("keys", "rewrap", "--from", f"file:{home}/old.key") == {"rewrapped": 0}
    assert project.ask("extract", "SELECT id FROM customers", "-o", "b").exit_code == 0
    (listed,) = project.json("keys", "list")["purposes"]
    assert listed["current"] == before
    told = project.json("ledger", "query", "--kind", "key.root_replaced")["records"]
    assert len(told) == 1


# doctor


def checks(project: Project, code: int) -> dict[str, tuple[str, str]]:
    found = project.json("doctor", code=code)["checks"]
    return {c["area"]: (c["health"], c["message"]) for c in found if c["area"].startswith("key")}


def test_doctor_knows_each_purposes_key(project: Project) -> None:
    assert checks(project, 0)["keys"] == ("fine", "of no purpose yet")
    project.run("keys", "create", "-p", "training")
    project.run("keys", "create", "-p", "quality")
    project.run("keys", "destroy", "-p", "quality", "--yes")
    found = checks(project, 0)
    assert found["key of training"][0] == found["key of quality"][0] == "fine"


def test_doctor_finds_what_is_open_missing_or_left(project: Project) -> None:
    project.run("keys", "create", "-p", "training")
    (entry,) = [p for p in store(project).iterdir() if p.suffix != ".mark"]
    content = entry.read_bytes()
    entry.chmod(0o644)
    assert checks(project, 2)["key of training"][1].endswith("open to others (mode 0644)")
    entry.chmod(0o600)
    store(project).chmod(0o755)
    assert "open to others" in str(checks(project, 2))
    store(project).chmod(0o700)
    entry.rename(entry.with_name(f"{'0' * 32}.1-{'0' * 16}"))
    found = checks(project, 2)
    assert "does not hold" in found["key of training"][1]
    assert "1 entries" in found["keys"][1]
    for path in store(project).glob("0*"):
        path.unlink()
    project.run("keys", "destroy", "-p", "training", "--yes")
    entry.write_bytes(content)
    entry.chmod(0o600)
    assert "holds it still or again" in checks(project, 1)["key of training"][1]
    project.run("keys", "destroy", "-p", "training", "--yes")
    assert checks(project, 0)["key of training"] == ("fine", "destroyed")


def test_doctor_tells_a_provider_that_cannot_be_reached(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "SLUICEGATE_KEY": "aws-secretsmanager:root",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    health, message = checks(project, 3)["key"]
    assert health == "unavailable"
    assert "EndpointConnectionError" in message
