"""Files and folders as a source: Parquet, CSV, JSONL and Arrow, local or on S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sluicegate.errors import SluicegateError, SourceError
from sluicegate.sources.duckdb import engine_module, lock_engine
from sluicegate.sources.failure import attempt
from sluicegate.sources.file_options import FileOptions
from sluicegate.sources.file_session import FileSession
from sluicegate.sources.file_store import Store
from sluicegate.sources.file_system import PROTOCOL, PinnedFiles, file_system

_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    # Without a folder to spill to, a big sort fails instead of leaving raw values on disk.
    "temp_directory": "",
    "preserve_insertion_order": "true",
}
_SETTINGS = (
    f"SET allowed_directories = ['{PROTOCOL}://']",
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET TimeZone = 'UTC'",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesSource:
    """A folder, or one file. Each file or sub-folder of it is a relation named by its stem.

    The files are read by a DuckDB engine in memory that can open these files and nothing else, so
    the masks are done before rows reach the guard.

    Args:
        name: Name in policy and settings.
        place: What the URL says, to tell sources apart.
        store: Opens the place.
        options: How text files are read.

    Failure mode: closed. Files are pinned when the session begins; one that is changed before the
    stream has ended is ``SourceUnavailable``.
    """

    name: str
    place: str
    store: Callable[[], Store] = field(repr=False, compare=False)
    options: FileOptions = field(default_factory=FileOptions)

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect: that of the engine."""
        return "duckdb"

    @contextmanager
    def connect(self) -> Iterator[FileSession]:
        """List the files and open an engine that sees only them.

        Raises:
            MissingDependencyError: DuckDB, or what S3 needs, is not installed.
            SourceUnavailable: the store cannot answer now.
            SourceError: there is no such folder, or it may not be read.
        """
        module = engine_module("files")
        store = self.store()
        pinned = PinnedFiles(store)
        system = file_system(pinned)
        connection = attempt(lambda: _engine(module, system), self._translate)
        session = FileSession(self.name, connection, module, store, pinned, system, self.options)
        try:
            session.begin()
            yield session
        finally:
            session.close()

    def _translate(self, error: Exception) -> SluicegateError:
        return SourceError(f"{self.name!r}: the engine cannot be set up ({type(error).__name__})")


def _engine(module: Any, system: Any) -> Any:
    connection = module.connect(":memory:", config=_CONFIG)
    connection.register_filesystem(system)
    lock_engine(connection, _SETTINGS)
    return connection
