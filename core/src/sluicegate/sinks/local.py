"""Files in a local folder, published by one rename."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sluicegate.errors import SinkError
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks import staging_folder
from sluicegate.sinks.durable import creator
from sluicegate.sinks.failure import attempt, exists
from sluicegate.sinks.local_staging import LocalStaging
from sluicegate.sinks.location import local_path
from sluicegate.sinks.part_files import Metadata, PartFiles
from sluicegate.sinks.staging_folder import StagingFolder

ATTESTATION = "_SLUICEGATE/attestation.json"
"""Where an attestation stands, relative to the output."""

LARGEST_ATTESTATION = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LocalSink:
    """Writes folders of files.

    Failure mode: closed. Nothing is retried; the file system decides how long it blocks.
    """

    options: OutputOptions = field(default_factory=OutputOptions)

    def check(self, output: str) -> None:
        """Raise if ``output`` cannot be written or holds something already.

        Raises:
            OutputExists: a folder that is not empty stands there.
            SinkError: a file or link stands there, or the folder may not be made.
        """
        path = local_path(output)
        attempt(path, lambda: _check(path))

    def attestation(self, output: str) -> bytes | None:
        """Return the attestation that stands at ``output``, if one does.

        Raises:
            SinkError: it cannot be read, or is no plain file.
        """
        path = local_path(output) / ATTESTATION
        return attempt(path, lambda: _read(path))

    def sweep(self, output: str, *, older_than_seconds: float = 86_400) -> int:
        """Remove staging that crashed runs left beside ``output``; return how many were removed."""
        path = local_path(output)
        return attempt(
            path, lambda: staging_folder.sweep(path, older_than_seconds=older_than_seconds)
        )

    def stage(
        self,
        output: str,
        run_key: str,
        metadata: Metadata,
        labels: Mapping[str, str] | None = None,  # noqa: ARG002 - folders bear none
    ) -> LocalStaging:
        """Begin to write in a private folder beside ``output``; its parents are made.

        Raises:
            OutputExists: a folder that is not empty stands there.
            SinkUnavailable: no space is left.
            SinkError: the folder may not be made.
        """
        self.check(output)
        path = local_path(output)
        folder = attempt(path, lambda: _make(path, run_key))
        files = PartFiles(creator(folder.path), self.options, metadata)
        return LocalStaging(path, folder, files)


def _check(path: Path) -> None:
    _check_vacant(path)
    # `lexists`: a link to nowhere among the parents is in the way, not absent.
    ancestor = next(p for p in path.parents if os.path.lexists(p))
    if not ancestor.is_dir():
        raise SinkError(f"{str(ancestor)!r} is not a folder", hint="name another output")
    if not os.access(ancestor, os.W_OK | os.X_OK):
        raise SinkError(
            f"the folder {str(ancestor)!r} may not be written", hint="check who may write there"
        )


def _make(path: Path, run_key: str) -> StagingFolder:
    path.parent.mkdir(parents=True, exist_ok=True)
    return StagingFolder(path, run_key)


def _read(path: Path) -> bytes | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_ATTESTATION:
            raise SinkError("what stands at the attestation's place is not one")
        return file.read()


def _check_vacant(path: Path) -> None:
    if not path.name:
        raise SinkError("the root folder cannot be an output", hint="name a folder below it")
    if path.is_symlink():
        raise SinkError(f"the output {str(path)!r} is a link", hint="name the folder itself")
    if not os.path.lexists(path):
        return
    if not path.is_dir():
        raise SinkError(f"the output {str(path)!r} is not a folder", hint="name a folder")
    with os.scandir(path) as entries:
        if next(entries, None) is not None:
            raise exists(path)
