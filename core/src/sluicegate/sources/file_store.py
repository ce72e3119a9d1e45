"""Where the files of a source lie: listed once, then pinned, so that a read sees one state.

A store lists what is there with a stamp of each file. Whoever opens a file gets the one that was
listed, or ``SourceUnavailable``: a file that was replaced or written to in between is never read
as if it were the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from sluicegate.errors import SourceError, SourceUnavailable
from sluicegate.sources.file_reader import PositionedFile

MOST_FILES: Final = 100_000
"""Files of a source; more are refused, since listing and pinning them takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stored:
    """A file of a store."""

    path: str
    """Below the root of the store, with ``/`` between its parts."""
    size: int
    """Bytes."""
    stamp: str
    """Changes whenever the content may have changed."""


class Store(Protocol):
    """Files that can be read. Never writes. Failure mode: closed."""

    @property
    def login(self) -> str:
        """What stands for a login in records."""

    def listed(self) -> tuple[list[Stored], list[str]]:
        """Return the files below the root, and notes on what was left out.

        Raises:
            SourceUnavailable: the store cannot answer now.
            SourceError: it refused, or there is nothing there.
        """

    def open(self, file: Stored) -> PositionedFile:
        """Open the file that was listed.

        Raises:
            SourceUnavailable: it is not the one that was listed any more.
        """

    def check(self, file: Stored) -> None:
        """Raise ``SourceUnavailable`` if the file is not the one that was listed any more."""


def changed(source: str, path: str) -> SourceUnavailable:
    """Build the error for a file that is no longer what was listed."""
    return SourceUnavailable(
        f"{source!r}: the file {shown(path)} was changed while it was read",
        hint="run it again when nobody writes there; writers should rename a finished file",
    )


def shown(path: str) -> str:
    """Return a path as errors tell it: what follows ``=`` in a folder's name is data."""
    *folders, name = path.split("/")
    told = [f"{f.partition('=')[0]}=…" if "=" in f else f for f in folders]
    return repr("/".join([*told, name]))


def check_number(source: str, number: int) -> None:
    """Refuse more files than a source may have.

    Raises:
        SourceError: there are too many.
    """
    if number > MOST_FILES:
        raise SourceError(
            f"{source!r}: there are more than {MOST_FILES:,} files",
            hint="let the source's URL name a folder further down",
        )
