from __future__ import annotations

import os
from pathlib import Path

import pytest

from sluicegate.cli.checkout import find_checkout

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def make(folder: Path, head: str) -> Path:
    git = folder / ".git"
    git.mkdir(parents=True)
    (git / "HEAD").write_text(head)
    return git


def commit_of(folder: Path) -> str | None:
    checkout = find_checkout(folder)
    assert checkout is not None
    return checkout.commit


def test_outside_of_a_checkout_there_is_none(tmp_path: Path) -> None:
    assert find_checkout(tmp_path) is None


def test_it_is_found_from_below_and_named_for_its_folder(tmp_path: Path) -> None:
    make(tmp_path / "shop", COMMIT + "\n")
    below = tmp_path / "shop" / "a" / "b"
    below.mkdir(parents=True)
    checkout = find_checkout(below)
    assert checkout is not None
    assert (checkout.name, checkout.commit) == ("shop", COMMIT)


def test_a_branch_is_followed(tmp_path: Path) -> None:
    git = make(tmp_path, "ref: refs/heads/main\n")
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text(COMMIT + "\n")
    assert commit_of(tmp_path) == COMMIT


def test_a_packed_branch_is_followed(tmp_path: Path) -> None:
    git = make(tmp_path, "ref: refs/heads/main\n")
    other = "f" * 40
    (git / "packed-refs").write_text(
        f"# pack-refs with: peeled\n{other} refs/heads/other\n{COMMIT} refs/heads/main\n"
    )
    assert commit_of(tmp_path) == COMMIT


def test_a_worktree_is_followed(tmp_path: Path) -> None:
    git = make(tmp_path / "main", "ref: refs/heads/main\n")
    own = git / "worktrees" / "side"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/side\n")
    (own / "commondir").write_text("../..\n")
    (git / "packed-refs").write_text(f"{COMMIT} refs/heads/side\n")
    side = tmp_path / "side"
    side.mkdir()
    (side / ".git").write_text(f"gitdir: {own}\n")
    assert commit_of(side) == COMMIT


def test_before_the_first_commit_there_is_no_commit(tmp_path: Path) -> None:
    make(tmp_path, "ref: refs/heads/main\n")
    assert commit_of(tmp_path) is None


@pytest.mark.parametrize(
    "head",
    ["ref: ../../../secret\n", "ref: refs/../../secret\n", "ref: /etc/passwd\n", "nonsense", ""],
)
def test_a_branch_cannot_lead_out_of_the_folder(tmp_path: Path, head: str) -> None:
    make(tmp_path / "repo", head)
    (tmp_path / "secret").write_text(COMMIT)
    assert commit_of(tmp_path / "repo") is None


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    git = make(tmp_path, "ref: refs/heads/main\n")
    os.mkfifo(git / "packed-refs")
    assert commit_of(tmp_path) is None


def test_no_program_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that names a program is what an attacker would leave in a folder."""
    git = make(tmp_path, COMMIT)
    proof = tmp_path / "ran"
    (git / "config").write_text(f'[core]\n\tfsmonitor = "touch {proof}"\n')
    monkeypatch.setattr("subprocess.Popen", None)
    assert commit_of(tmp_path) == COMMIT
    assert not proof.exists()
