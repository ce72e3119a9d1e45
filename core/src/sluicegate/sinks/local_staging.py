"""Files on their way to a local folder."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from sluicegate.errors import OutputExists, SinkError
from sluicegate.flushing import sync_folder
from sluicegate.model.outcome import OutputFile
from sluicegate.sinks.durable import sync_tree, write_extra
from sluicegate.sinks.failure import attempt, exists
from sluicegate.sinks.location import local_path
from sluicegate.sinks.part_files import PartFiles
from sluicegate.sinks.staging_folder import StagingFolder
from sluicegate.sinks.stored import Open, StoredFile, StoredFiles

T = TypeVar("T")

_OCCUPIED = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}


class LocalStaging:
    """A private folder beside the output that becomes the output by one rename.

    Failure mode: closed. After any error but ``OutputExists`` the staged files are gone.
    """

    def __init__(self, output: Path, folder: StagingFolder, files: PartFiles) -> None:
        self._output = output
        self._folder = folder
        self._files = files
        self._finished: tuple[OutputFile, ...] | None = None
        self._over = False

    def write(self, batch: pa.RecordBatch) -> None:
        """Append masked rows. All batches have one schema.

        Raises:
            SinkUnavailable: no space is left.
            SinkError: the batch does not fit, or staging has ended.
        """
        self._check_open()
        if self._finished is not None:
            raise SinkError("the staged files are finished already")
        self._attempt(lambda: self._files.write(batch))

    def finish(self) -> tuple[OutputFile, ...]:
        """Close the files, make them durable and return them with their digests, in order.

        Raises:
            SinkUnavailable: no space is left.
        """
        self._check_open()
        if self._finished is None:
            self._finished = self._attempt(self._files.finish)
        return self._finished

    def stored(self) -> StoredFiles:
        """Return the staged files, to be read before they are published.

        Raises:
            SinkUnavailable: no space is left.
        """
        return StoredFiles(files=self._readable(self.finish()), trial=self._trial)

    def publish(self, extra: Mapping[str, bytes]) -> None:
        """Write the extra files and move all into place by one rename.

        The rename succeeds if nothing or an empty folder stands at the output. A folder that
        another run published in between is not replaced.

        Raises:
            OutputExists: something stands there; what was staged stays, for the caller to discard.
            SinkUnavailable: no space is left.
        """
        self.finish()
        self._attempt(lambda: self._publish(extra))

    def quarantine(self, folder: str, extra: Mapping[str, bytes]) -> None:
        """Move the staged files and the extra ones to ``folder``, which only its owner may enter.

        Raises:
            OutputExists: something stands there.
            SinkUnavailable: no space is left.
        """
        self._check_open()
        target = local_path(folder)
        if self._finished is None:
            self._close_early()
        self._attempt(lambda: self._quarantine(target, extra))

    def discard(self) -> None:
        """Remove what was staged; safe to call more than once, and after ``publish``."""
        self._files.abandon()
        if not self._over:
            self._over = True
            self._folder.remove()

    def _readable(self, files: Iterable[OutputFile]) -> list[StoredFile]:
        def opener(name: str) -> Open:
            return lambda: (self._folder.path / name).open("rb")

        return [StoredFile.of(file, opener(file.name)) for file in files]

    @contextmanager
    def _trial(self, batch: pa.RecordBatch) -> Iterator[Sequence[StoredFile]]:
        files = self._attempt(lambda: self._files.trial(batch))
        try:
            yield self._readable(files)
        finally:
            for file in files:
                (self._folder.path / file.name).unlink()

    def _publish(self, extra: Mapping[str, bytes]) -> None:
        write_extra(self._folder.path, extra)
        self._folder.open_to_readers()
        sync_tree(self._folder.path)
        _rename(self._folder.path, self._output)
        self._end(self._output)

    def _quarantine(self, target: Path, extra: Mapping[str, bytes]) -> None:
        write_extra(self._folder.path, extra)
        sync_tree(self._folder.path)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            _rename(self._folder.path, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(target)
        self._end(target)

    def _end(self, target: Path) -> None:
        """What was staged stands at ``target`` now: from here on nothing may remove it."""
        self._over = True
        self._folder.release()
        sync_folder(target.parent)

    def _close_early(self) -> None:
        """Close what a stream that was stopped has written, so that it can be read."""
        try:
            self._finished = self._files.finish()
        except (SinkError, OSError, pa.ArrowException):
            self._files.abandon()

    def _copy(self, target: Path) -> None:
        """Move over file systems: copy beside the target first, so that it appears at once."""
        near = StagingFolder(target, self._folder.path.name)
        try:
            shutil.copytree(self._folder.path, near.path, dirs_exist_ok=True)
            near.path.chmod(0o700)
            for path in sorted(near.path.rglob("*")):
                _sync(path)
            sync_folder(near.path)
            _rename(near.path, target)
        except BaseException:
            near.remove()
            raise
        near.release()
        shutil.rmtree(self._folder.path, ignore_errors=True)

    def _check_open(self) -> None:
        if self._over:
            raise SinkError("what was staged is published, moved or discarded already")

    def _attempt(self, action: Callable[[], T]) -> T:
        """Translate errors; whatever failed but an occupied output ends with nothing staged."""
        try:
            return attempt(self._output, action)
        except OutputExists:
            raise
        except BaseException:
            self.discard()
            raise


def _rename(source: Path, target: Path) -> None:
    """Rename a folder to ``target``, where nothing or an empty folder may stand."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno not in _OCCUPIED or not os.path.lexists(target):
            raise
    else:
        return
    raise exists(target)


def _sync(path: Path) -> None:
    if path.is_dir():
        sync_folder(path)
        return
    with path.open("rb") as file:
        os.fsync(file.fileno())
