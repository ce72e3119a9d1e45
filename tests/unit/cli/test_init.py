from __future__ import annotations

import base64
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from sluicegate.policy import load_policy

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project


def test_it_writes_what_a_first_extract_needs(empty: Project) -> None:
    document = empty.json("init")
    names = [Path(entry["file"]).name for entry in document["files"]]
    assert names == ["sluicegate.toml", "policy.yaml", ".gitignore", "root.key", "public_keys"]
    assert all(entry["written"] for entry in document["files"])


def test_the_root_key_is_random_and_for_its_owner_only(empty: Project) -> None:
    empty.json("init", "a")
    empty.json("init", "b")
    files = [empty.folder / name / ".sluicegate" / "root.key" for name in "ab"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    keys = {base64.b64decode(file.read_text().strip(), validate=True) for file in files}
    assert len(keys) == 2
    assert {len(key) for key in keys} == {32}


def test_the_key_is_not_shown(empty: Project) -> None:
    result = empty.run("init")
    key = (empty.folder / ".sluicegate" / "root.key").read_text().strip()
    assert key not in result.output


def test_it_never_overwrites(empty: Project) -> None:
    empty.run("init")
    before = {p: p.read_bytes() for p in empty.folder.rglob("*") if p.is_file()}
    document = empty.json("init")
    assert not any(entry["written"] for entry in document["files"])
    assert {p: p.read_bytes() for p in empty.folder.rglob("*") if p.is_file()} == before


def test_a_link_in_the_place_of_a_file_is_not_followed(empty: Project) -> None:
    target = empty.folder / "elsewhere"
    (empty.folder / "policy.yaml").symlink_to(target)
    assert empty.run("init").exit_code == 0
    assert not target.exists()


def test_the_policy_it_writes_is_valid_and_permits_nothing(empty: Project) -> None:
    empty.run("init")
    policy = load_policy(empty.folder / "policy.yaml")
    assert not policy.permits
    assert empty.run("policy", "check").exit_code == 0


def test_the_commented_example_in_the_policy_is_valid_once_uncommented(empty: Project) -> None:
    empty.run("init")
    file = empty.folder / "policy.yaml"
    head, _, rest = file.read_text().partition("name: first\n")
    lines = [line.removeprefix("# ") for line in rest.splitlines() if not line.startswith("# 1")]
    lines = [line for line in lines if line[:2] not in {"2.", "3."}]
    file.write_text(head + "name: first\n" + "\n".join(lines) + "\n")
    result = empty.run("policy", "check")
    assert result.exit_code == 0, result.output
    assert load_policy(file).permits


def test_the_public_key_it_writes_is_that_of_the_root_key(empty: Project) -> None:
    empty.run("init")
    shown = empty.json("keys", "show")
    ((key_id, key),) = shown["signing"].items()
    assert f"{key_id} {key}\n" in (empty.folder / ".sluicegate" / "public_keys").read_text()


def test_git_would_not_take_the_root_key(empty: Project) -> None:
    empty.run("init")
    lines = (empty.folder / ".sluicegate" / ".gitignore").read_text().splitlines()
    assert "*" in lines
    assert "!root.key" not in lines


def test_a_folder_that_cannot_be_made_is_a_usage_error(empty: Project) -> None:
    (empty.folder / "file").write_text("")
    result = empty.run("init", "file/below")
    assert result.exit_code == 2
    assert "cannot be made" in result.stderr


def test_a_root_key_that_is_open_to_others_is_not_used(empty: Project) -> None:
    home = empty.folder / ".sluicegate"
    home.mkdir()
    (home / "root.key").write_text(base64.b64encode(bytes(range(32))).decode())
    (home / "root.key").chmod(0o644)
    result = empty.run("init")
    assert result.exit_code == 2
    assert "open to others" in result.stderr
