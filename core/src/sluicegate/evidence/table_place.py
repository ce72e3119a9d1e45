"""Released tables, for whoever verifies them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, NoReturn

from sluicegate.errors import ConfigurationError, SinkError
from sluicegate.evidence.files import Entry
from sluicegate.sinks.table import SourceUrl, open_store
from sluicegate.sinks.table_location import table_location

if TYPE_CHECKING:
    from sluicegate.model.outcome import OutputFile


class TablePlace:
    """A table: one file, whose bytes are its rows as text in one order.

    Raises:
        SinkUnavailable: the database does not answer.
        SinkError: it refused.
    """

    def __init__(self, output: str, source_url: SourceUrl) -> None:
        self._location = table_location(output)
        self._source_url = source_url

    def attestation(self) -> bytes:
        """Return the attestation that stands beside the table; see ``Place``."""
        with closing(open_store(self._location, self._source_url)) as store:
            found = store.attestation(self._location)
        if found is None:
            raise FileNotFoundError
        return found

    def bundle(self) -> NoReturn:
        """Tables have no place for a keyless signature; see ``Place``."""
        raise FileNotFoundError

    def add_bundle(self, content: bytes) -> NoReturn:
        """Tables have no place for a keyless signature; see ``Place``."""
        del content
        raise SinkError("a table has no place for a keyless signature of its attestation")

    def walk(self) -> Iterator[Entry]:
        """Yield the table; see ``Place``."""
        with closing(open_store(self._location, self._source_url)) as store:
            if store.relation(self._location.schema, self._location.table):
                yield Entry(name=self._location.name, is_folder=False, is_link=False)

    def digest(self, file: OutputFile) -> str:
        """Digest the rows; see ``Place``."""
        if file.name != self._location.name:
            raise FileNotFoundError
        with closing(open_store(self._location, self._source_url)) as store:
            content = store.content(self._location.schema, self._location.table)
        same = (content.bytes, content.rows) == (file.bytes, file.rows)
        return content.sha256 if same else ""

    def open(self, file: OutputFile) -> NoReturn:
        """Tables are read by SQL."""
        raise ConfigurationError(f"the table {file.name} is no file: read it by SQL")
