"""A DuckDB file, opened for reading and cut off from everything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sluicegate.errors import (
    MissingDependencyError,
    SluicegateError,
    SourceError,
    SourceUnavailable,
)
from sluicegate.sources.duckdb_changing import DuckDBChangingSession
from sluicegate.sources.duckdb_session import DuckDBSession
from sluicegate.sources.failure import attempt
from sluicegate.sources.files import checked_file

_CONFIG = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    # Without a folder to spill to, a big sort fails instead of leaving raw values on disk.
    "temp_directory": "",
}
_SETTINGS = (
    # A name in FROM must never be taken for a variable of this process.
    "SET python_enable_replacements = false",
    "SET TimeZone = 'UTC'",
)
S = TypeVar("S", bound=DuckDBSession)


@dataclass(frozen=True, slots=True)
class DuckDBSource:
    """A DuckDB database file.

    Args:
        name: Name in policy and settings.
        path: The file.

    Failure mode: closed. A file that another process writes to is ``SourceUnavailable``, at once.
    """

    name: str
    path: str | Path

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect."""
        return "duckdb"

    @property
    def commits_objects(self) -> bool:
        """DuckDB takes back what changes objects, like everything else."""
        return False

    @contextmanager
    def changing(self) -> Iterator[DuckDBChangingSession]:
        """Open the file for writing; nobody else can open it meanwhile.

        Raises:
            MissingDependencyError: DuckDB is not installed.
            SourceUnavailable: another process or connection holds the file.
            SourceError: there is no such file, or it is not a DuckDB database.
        """
        with self._begun(DuckDBChangingSession, read_only=False) as session:
            yield session

    def ended(self, transaction: str) -> bool | None:
        """Nobody can tell what became of a transaction of DuckDB."""
        del transaction
        return None

    @contextmanager
    def connect(self) -> Iterator[DuckDBSession]:
        """Open the file for reading; statements reach no other file, extension or setting.

        Raises:
            MissingDependencyError: DuckDB is not installed.
            SourceUnavailable: another process holds the file.
            SourceError: there is no such file, or it is not a DuckDB database.
        """
        with self._begun(DuckDBSession, read_only=True) as session:
            yield session

    @contextmanager
    def _begun(self, kind: type[S], *, read_only: bool) -> Iterator[S]:
        module = engine_module()
        path = str(checked_file(self.name, self.path))
        connection = attempt(
            lambda: module.connect(path, read_only=read_only, config=_CONFIG), self._translate
        )
        session = kind(self.name, connection, module)
        try:
            attempt(lambda: lock_engine(connection, _SETTINGS), self._translate)
            session.begin()
            yield session
        finally:
            session.close()

    def _translate(self, error: Exception) -> SluicegateError:
        text = str(error)
        if "lock" in text or "different configuration" in text:
            return SourceUnavailable(
                f"{self.name!r}: another connection holds its file open for writing",
                hint="try again when the writer has closed it",
            )
        return SourceError(f"{self.name!r}: its file is not a DuckDB database that can be read")


def lock_engine(connection: Any, settings: Sequence[str]) -> None:
    """Make the settings and lock them: no statement changes one, but a policy's memory budget."""
    for setting in settings:
        connection.execute(setting)
    with suppress(Exception):  # older engines cannot leave one unlocked: a budget is refused there
        connection.execute("SET allowed_configs = ['memory_limit']")
    connection.execute("SET lock_configuration = true")


def engine_module(extra: str = "duckdb") -> Any:
    """Return DuckDB.

    Args:
        extra: What to install if it is not there.

    Raises:
        MissingDependencyError: it is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415  # an extra, asked for when used
    except ImportError:
        missing = MissingDependencyError.of("DuckDB", extra)
    else:
        return duckdb
    raise missing
