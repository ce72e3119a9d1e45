"""Tables of PostgreSQL and DuckDB, released in one transaction with their attestation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

from sluicegate.errors import ConfigurationError, SinkError, UnknownNameError
from sluicegate.model.output_options import OutputOptions
from sluicegate.model.sensitive import Sensitive
from sluicegate.sinks.part_files import Metadata
from sluicegate.sinks.table_location import TableLocation, table_location
from sluicegate.sinks.table_staging import TableStaging, attested_content
from sluicegate.sinks.table_store import TableStore, exists

SourceUrl = Callable[[str], Sensitive[str]]
"""Name of a source → its URL."""


@dataclass(frozen=True, slots=True)
class TableSink:
    """Writes a new table, or replaces an unchanged release of ours if that is asked for.

    Failure mode: closed. Nothing is retried; a crash leaves nothing, since nothing was committed.
    """

    options: OutputOptions
    source_url: SourceUrl

    def __post_init__(self) -> None:
        """Refuse options that only files have."""
        if self.options not in {OutputOptions(), OutputOptions(if_exists="replace")}:
            raise ConfigurationError("a table has no output option but if_exists")

    def check(self, output: str) -> None:
        """Raise if ``output`` cannot be written or holds what may not be replaced.

        Raises:
            OutputExists: something stands there that is no release of ours, or is not asked to go.
            SinkUnavailable: the database does not answer.
            SinkError: the schema is missing, or the login may not write there.
        """
        location = table_location(output)
        with closing(open_store(location, self.source_url)) as store:
            self._replaced(store, location)

    def attestation(self, output: str) -> bytes | None:
        """Return the attestation of the table that stands at ``output``, if it has one.

        Raises:
            SinkUnavailable: the database does not answer.
        """
        location = table_location(output)
        with closing(open_store(location, self.source_url)) as store:
            return store.attestation(location)

    def sweep(self, output: str, *, older_than_seconds: float = 86_400) -> int:  # noqa: ARG002 - as the port
        """Nothing is left behind: the database undid what was not committed."""
        return 0

    def stage(
        self,
        output: str,
        run_key: str,  # noqa: ARG002 - nothing bears it
        metadata: Metadata,  # noqa: ARG002 - tables have no place for it
        labels: Mapping[str, str] | None = None,  # noqa: ARG002 - as above
    ) -> TableStaging:
        """Begin to write a table that only its own transaction sees.

        Raises:
            OutputExists, SinkUnavailable, SinkError: as for ``check``.
        """
        location = table_location(output)
        store = open_store(location, self.source_url)
        try:
            replaced = self._replaced(store, location)
            store.prepare(location)
        except BaseException:
            store.close()
            raise
        return TableStaging(location, store, replaced)

    def _replaced(self, store: TableStore, location: TableLocation) -> str:
        """Return the digest of the content that will be replaced; empty if nothing stands there."""
        if not store.relation(location.schema, location.table):
            return ""
        attestation = store.attestation(location)
        if self.options.if_exists != "replace" or attestation is None:
            raise exists(location)
        replaced = attested_content(attestation, location)
        if store.content(location.schema, location.table).sha256 != replaced:
            raise exists(location)
        return replaced


def open_store(location: TableLocation, source_url: SourceUrl) -> TableStore:
    """Connect to the database of a location.

    Raises:
        UnknownNameError: no source has its name, or it is of a kind that holds no tables of ours.
        SinkUnavailable, SinkError: it cannot be reached.
    """
    url = source_url(location.source).reveal()
    match = re.match(r"([A-Za-z]+)(?:\+[A-Za-z0-9_]+)?://", url)
    scheme = match[1].lower() if match else ""
    if match and scheme in {"postgres", "postgresql"}:
        from sluicegate.sinks.table_postgres import PostgresStore  # noqa: PLC0415 - what is used

        return PostgresStore(location, f"postgresql://{url[match.end() :]}")
    if match and scheme == "duckdb":
        from sluicegate.sinks.table_duckdb import DuckDBStore, duckdb_path  # noqa: PLC0415 - as above

        return DuckDBStore(location, duckdb_path(location, url[match.end() :]))
    if not scheme:
        raise SinkError(f"the source {location.source!r} has no URL", hint="set it in the settings")
    raise UnknownNameError.of("kind of database for tables", scheme, ("duckdb", "postgresql"))
