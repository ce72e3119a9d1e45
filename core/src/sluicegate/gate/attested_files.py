"""A file system for pyarrow that holds the verified files of one release and nothing else."""

from __future__ import annotations

import atexit
import io
import time
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pyarrow as pa
import pyarrow.fs as pafs

from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from sluicegate.evidence.place import Place
    from sluicegate.model.outcome import OutputFile


_PATIENCE: Final = 2.0
"""Seconds that the end of the process waits for files that are still read."""
_OPENED: Final[weakref.WeakSet[io.IOBase]] = weakref.WeakSet()


@atexit.register
def _let_go() -> None:
    """Wait until Arrow's threads have let go of our files, shortly after their last read.

    One that asks for the interpreter's lock while the interpreter ends brings the process down.
    """
    end = time.monotonic() + _PATIENCE
    while _OPENED and time.monotonic() < end:
        time.sleep(0.001)


_CODECS: Final = {".jsonl.gz": "gzip", ".jsonl.zst": "zstd"}


class AttestedFiles(pafs.FileSystemHandler):  # type: ignore[misc] # pyarrow ships no types
    """Names are relative to the output; every read is of the file that was hashed."""

    def __init__(self, place: Place, files: Sequence[OutputFile]) -> None:
        self._place = place
        self._files = {file.name: file for file in files}

    def get_type_name(self) -> str:
        """Name the kind of file system."""
        return "sluicegate"

    def normalize_path(self, path: str) -> str:
        """Names are looked up as they are."""
        return path

    def get_file_info(self, paths: Sequence[str]) -> list[pafs.FileInfo]:
        """Tell which of the paths are attested files."""
        return [self._info(path) for path in paths]

    def get_file_info_selector(self, selector: pafs.FileSelector) -> list[pafs.FileInfo]:
        """Tell the attested files below a folder."""
        return [self._info(name) for name in self._files if name.startswith(selector.base_dir)]

    def open_input_file(self, path: str) -> pa.PythonFile:
        """Open an attested file.

        Raises:
            FileNotFoundError: the name is not attested.
            IntegrityError: the file is not the one that was verified.
        """
        if path not in self._files:
            raise FileNotFoundError(path)
        opened = self._place.open(self._files[path])
        _OPENED.add(opened)
        file = pa.PythonFile(opened, mode="r")
        if codec := _unpacked_here(path):
            with pa.CompressedInputStream(file, codec) as stream:
                return pa.PythonFile(io.BytesIO(stream.read()), mode="r")
        return file

    open_input_stream = open_input_file

    def _info(self, path: str) -> pafs.FileInfo:
        if path not in self._files:
            return pafs.FileInfo(path, pafs.FileType.NotFound)
        return pafs.FileInfo(path, pafs.FileType.File, size=self._files[path].bytes)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ConfigurationError("a release is for reading only")

    create_dir = delete_dir = delete_dir_contents = delete_root_dir_contents = _refuse
    delete_file = move = copy_file = open_output_stream = open_append_stream = _refuse


def _unpacked_here(path: str) -> str:
    """Return the compression that pyarrow's JSON reader does not undo; a file is held in memory."""
    return next((codec for end, codec in _CODECS.items() if path.endswith(end)), "")
