"""A Git repository as witness: each checkpoint is a commit of a ref that is pushed elsewhere.

The ref has a history of its own and touches no branch. What was pushed to a server that refuses
forced pushes stays there. Every commit of the history is read, so a file that was changed later
hides nothing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sluicegate.errors import ConfigurationError, LedgerUnavailable
from sluicegate.ledger.notes import read_notes

if TYPE_CHECKING:
    from sluicegate.ledger.checkpoint import Checkpoint

REF: Final = "refs/sluicegate/checkpoints"
"""Push it with ``git push origin refs/sluicegate/checkpoints``."""
_FILE: Final = "checkpoint"
_SECONDS: Final = 30
_TRIES: Final = 5
_NOBODY: Final = "0" * 40
_AUTHOR: Final = {
    "GIT_AUTHOR_NAME": "sluicegate", "GIT_AUTHOR_EMAIL": "sluicegate@localhost",
    "GIT_COMMITTER_NAME": "sluicegate", "GIT_COMMITTER_EMAIL": "sluicegate@localhost",
}  # fmt: skip


class GitWitness:
    """Commits notes to a ref of a repository.

    Args:
        repository: A folder with a repository, bare or not.
    """

    def __init__(self, repository: Path) -> None:
        self._repository = repository

    @property
    def place(self) -> str:
        """The repository's path and the ref."""
        return f"{self._repository} {REF}"

    def keep(self, checkpoint: Checkpoint) -> None:
        """Commit the note; the one that stands there already is enough."""
        blob = self._git("hash-object", "-w", "--stdin", text=checkpoint.note)
        tree = self._git("mktree", text=f"100644 blob {blob}\t{_FILE}\n")
        for _ in range(_TRIES):
            parent = self._parent()
            if parent and self._git("rev-parse", f"{parent}^{{tree}}") == tree:
                return
            named = ("-p", parent) if parent else ()
            message = f"checkpoint of {checkpoint.size} records"
            commit = self._git("commit-tree", tree, *named, "-m", message)
            if self._moved(commit, parent):
                return
        raise LedgerUnavailable(f"others always write faster to the witness {self.place}")

    def kept(self) -> list[Checkpoint]:
        """Read the note of every commit."""
        if not self._parent():
            return []
        commits = self._git("rev-list", REF).split()
        texts = "".join(self._git("cat-file", "-p", f"{c}:{_FILE}") + "\n" for c in commits)
        return read_notes(texts, self.place)

    def _parent(self) -> str:
        return self._git("for-each-ref", "--format=%(objectname)", REF)

    def _moved(self, commit: str, parent: str) -> bool:
        """Move the ref, if nobody else did meanwhile."""
        try:
            self._git("update-ref", REF, commit, parent or _NOBODY)
        except LedgerUnavailable:
            return False
        return True

    def _git(self, *arguments: str, text: str | None = None) -> str:
        command = ["git", "-C", str(self._repository), *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - a list, and no argument comes from data
                command,
                input=text,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
                env=_environment(),
            )
        except FileNotFoundError:
            raise ConfigurationError("a witness in Git needs the program git") from None
        except subprocess.TimeoutExpired:
            raise LedgerUnavailable(f"git does not answer in {_SECONDS} s") from None
        if done.returncode:
            raise LedgerUnavailable(
                f"the witness {self.place} cannot be used: git {arguments[0]} ended with"
                f" {done.returncode}",
                hint="name a folder with a Git repository that this user may write to",
            )
        return done.stdout.strip()


def _environment() -> Mapping[str, str]:
    # GIT_DIR and the like, set by a hook that runs us, would lead to another repository
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **_AUTHOR, "LC_ALL": "C"}
