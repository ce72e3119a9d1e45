"""Parquet files in a local folder."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from sluicegate.errors import OutputExists, SinkError, SinkUnavailable
from sluicegate.model.outcome import OutputFile

_ROW_GROUP_BYTES: Final = 64 << 20
_HASH_BYTES: Final = 1 << 20
_RENAME_NOREPLACE: Final = 1
_AT_FDCWD: Final = -100
_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ATTESTATION: Final = "_SLUICEGATE/attestation.json"


class LocalParquetSink:
    """Writes ``part-00000.parquet`` … into a folder that appears complete, or not at all.

    Failure mode: closed. Nothing is retried; staging of a crashed run is removed by ``sweep``.

    Args:
        rows_per_file: Rows after which the next file begins.
        compression: Of the Parquet columns.
    """

    def __init__(self, *, rows_per_file: int = 1_000_000, compression: str = "zstd") -> None:
        self._rows_per_file = rows_per_file
        self._compression = compression

    def check(self, output: str) -> None:
        """Raise if ``output`` holds something, or its nearest existing parent is not writable."""
        target = Path(output)
        if target.is_symlink():
            raise SinkError(
                f"the output {output} is a symbolic link", hint="name the folder itself"
            )
        if target.exists() and not target.is_dir():
            raise SinkError(f"the output {output} is not a folder", hint="choose a folder")
        with _told(output):
            if target.is_dir() and any(target.iterdir()):
                raise OutputExists(
                    f"the output {output} holds something that this run did not write",
                    hint="choose another folder, or move this one away",
                )
        parent = next(p for p in target.absolute().parents if p.exists())
        if not parent.is_dir():
            raise SinkError(f"the output {output} lies below {parent}, which is not a folder")
        if not os.access(parent, os.W_OK | os.X_OK):
            raise SinkError(
                f"the output {output} cannot be made: no permission to write in {parent}",
                hint="choose another folder, or ask for permission",
            )

    def attestation(self, output: str) -> bytes | None:
        """Return the attestation that stands at ``output``, if one does."""
        path = Path(output) / _ATTESTATION
        with _told(output):
            return path.read_bytes() if path.is_file() else None

    def sweep(self, output: str, *, older_than_seconds: float = 86_400) -> int:
        """Remove staging that nothing has written to for so long; return how many were removed."""
        target, removed = Path(output), 0
        if not target.parent.is_dir():
            return 0
        for stale in target.parent.glob(f".{_escape(target.name)}.sluicegate-*"):
            with contextlib.suppress(OSError):
                if stale.is_dir() and time.time() - _last_change(stale) > older_than_seconds:
                    shutil.rmtree(stale)
                    removed += 1
        return removed

    def stage(
        self, output: str, run_key: str, metadata: Callable[[pa.Schema], Mapping[bytes, bytes]]
    ) -> LocalStaging:
        """Make the staging folder beside ``output``, readable by its owner only."""
        target = Path(output).absolute()
        short = run_key.removeprefix("sha256:")[:12]
        staging = target.parent / f".{target.name}.sluicegate-{short}-{secrets.token_hex(4)}"
        with _told(output):
            target.parent.mkdir(parents=True, exist_ok=True)
            staging.mkdir(mode=0o700)
        return LocalStaging(staging, target, metadata, self._rows_per_file, self._compression)


class LocalStaging:
    """Files on their way to one folder."""

    def __init__(
        self,
        folder: Path,
        target: Path,
        metadata: Callable[[pa.Schema], Mapping[bytes, bytes]],
        rows_per_file: int,
        compression: str,
    ) -> None:
        self._folder = folder
        self._target = target
        self._metadata = metadata
        self._rows_per_file = rows_per_file
        self._compression = compression
        self._schema: pa.Schema | None = None
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes = 0
        self._rows: list[int] = []

    def write(self, batch: pa.RecordBatch) -> None:
        """Append masked rows; small batches are gathered into row groups of some 64 MB."""
        if self._schema is None:
            metadata = {**(batch.schema.metadata or {}), **self._metadata(batch.schema)}
            self._schema = batch.schema.with_metadata(metadata)
        self._waiting.append(batch)
        self._waiting_bytes += batch.nbytes
        if self._waiting_bytes >= _ROW_GROUP_BYTES:
            self._flush()

    def finish(self) -> tuple[OutputFile, ...]:
        """Close the files, make them durable, and tell their digests."""
        if self._schema is None:
            raise SinkError("nothing was written, not even a schema")
        self._flush()
        with _told(str(self._target)):
            if not self._rows:
                self._open()
            self._close()
            return tuple(
                _describe(self._folder / _name(number), rows)
                for number, rows in enumerate(self._rows)
            )

    def publish(self, extra: Mapping[str, bytes]) -> None:
        """Write the extra files and rename the folder into place."""
        with _told(str(self._target)):
            self._add(extra)
            mask = os.umask(0)
            os.umask(mask)
            for path in [self._folder, *self._folder.rglob("*")]:
                path.chmod((0o777 if path.is_dir() else 0o666) & ~mask)
            with contextlib.suppress(OSError):
                # an empty folder in the way is as good as none
                self._target.rmdir()
            _rename_to_nothing(self._folder, self._target)
            _sync(self._target.parent)

    def quarantine(self, folder: str, extra: Mapping[str, bytes]) -> None:
        """Move the staged files to ``folder``, for its owner's eyes only."""
        target = Path(folder)
        with _told(folder):
            self._close()
            self._add(extra)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _rename_to_nothing(self._folder, target)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                shutil.copytree(self._folder, target)
            target.chmod(0o700)

    def discard(self) -> None:
        """Remove what is still staged."""
        with contextlib.suppress(OSError, pa.ArrowException):
            self._close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.Table.from_batches(self._waiting)
        self._waiting, self._waiting_bytes = [], 0
        with _told(str(self._target)):
            while table.num_rows:
                if self._writer is None or self._rows[-1] >= self._rows_per_file:
                    self._open()
                assert self._writer is not None
                part = table.slice(0, self._rows_per_file - self._rows[-1])
                self._writer.write_table(part)
                self._rows[-1] += part.num_rows
                table = table.slice(part.num_rows)

    def _open(self) -> None:
        self._close()
        path = self._folder / _name(len(self._rows))
        self._writer = pq.ParquetWriter(path, self._schema, compression=self._compression)
        self._rows.append(0)

    def _close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _add(self, extra: Mapping[str, bytes]) -> None:
        for name, content in extra.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            _sync(path)
            _sync(path.parent)
        _sync(self._folder)


def _name(number: int) -> str:
    return f"part-{number:05}.parquet"


def _describe(path: Path, rows: int) -> OutputFile:
    _sync(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_HASH_BYTES):
            digest.update(block)
    return OutputFile(
        name=path.name, sha256=digest.hexdigest(), bytes=path.stat().st_size, rows=rows
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _last_change(folder: Path) -> float:
    return max(p.stat().st_mtime for p in [folder, *folder.rglob("*")])


def _escape(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _rename_to_nothing(source: Path, target: Path) -> None:
    """Rename, but never over something, not even over an empty folder made meanwhile."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        source.rename(target)  # POSIX refuses a target folder that is not empty
        return
    arguments = (_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target))
    if library.renameat2(*arguments, _RENAME_NOREPLACE) == 0:
        return
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS):
        source.rename(target)  # a file system without the flag
        return
    raise OSError(number, os.strerror(number))


@contextlib.contextmanager
def _told(output: str) -> Iterator[None]:
    """Turn errors of the file system into ours; they hold paths and numbers, no data."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        if error.errno in _NO_SPACE:
            raise SinkUnavailable(
                f"the output {output} cannot be written: {reason}", hint="make room and run again"
            ) from None
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
            raise OutputExists(
                f"somebody else wrote to the output {output} meanwhile",
                hint="choose another folder, or move this one away",
            ) from None
        raise SinkError(f"the output {output} cannot be written: {reason}") from None
