"""What a database must do to hold released tables.

One transaction writes a table, reads it back, gives it its name and stores its attestation: others
see all of it or nothing, and a crash leaves nothing to sweep.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from sluicegate.errors import OutputExists, SinkError
from sluicegate.sinks.json_text import json_rows
from sluicegate.sinks.table_location import ATTESTATIONS, TableLocation

_ATTESTATIONS_SQL: Final = (
    "CREATE TABLE IF NOT EXISTS {} (output VARCHAR(127) PRIMARY KEY, relation VARCHAR(63) NOT NULL,"
    " attestation {} NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: rows as text, in one order, whatever order the database keeps."""

    sha256: str
    bytes: int
    rows: int


class TableStore(ABC):
    """One connection to a database, in a transaction. Errors are ours, without the driver's text.

    Failure mode: closed. Nothing is retried.
    """

    bytes_type: str

    @abstractmethod
    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""

    @abstractmethod
    def ingest(self, schema: str, table: str, rows: pa.Table, *, create: bool) -> None:
        """Create a table of the rows' types, or append to it."""

    @abstractmethod
    def read(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Run a query and stream its rows."""

    @abstractmethod
    def relation(self, schema: str, table: str) -> str:
        """Name what stands at a name so that another table there is told apart; empty if none."""

    @abstractmethod
    def columns(self, schema: str, table: str) -> list[str]:
        """Return the names of a table's columns, in order."""

    @abstractmethod
    def text_of(self, column: str) -> str:
        """Return the SQL of a column as text that sorts by its bytes."""

    @abstractmethod
    def commit(self) -> None:
        """End the transaction, its work done, and begin another."""

    @abstractmethod
    def close(self) -> None:
        """Undo what was not committed, and close; safe to call more than once."""

    def content(self, schema: str, table: str) -> Content:
        """Digest what a table holds; the database sorts."""
        digest, size, rows = hashlib.sha256(), 0, 0
        for text, count in self.texts(schema, table):
            digest.update(text)
            size, rows = size + len(text), rows + count
        return Content(digest.hexdigest(), size, rows)

    def texts(self, schema: str, table: str) -> Iterator[tuple[bytes, int]]:
        """Yield a table's content as bytes: its columns' names, then each row as JSON of texts."""
        names = self.columns(schema, table)
        yield json.dumps(names).encode() + b"\n", 0
        order = ", ".join(f"{n} NULLS FIRST" for n in range(1, len(names) + 1))
        query = f"SELECT * FROM ({self._as_texts(schema, table, names)}) t ORDER BY {order}"  # noqa: S608 - quoted names
        for batch in self.read(query):
            yield json_rows(batch), batch.num_rows

    def alike(self, schema: str, table: str, sample: str, column: str) -> Iterator[bytes]:
        """Yield the rows, as in ``texts``, whose value in a column the sample has too.

        Args:
            schema: Of both tables.
            table: The rows.
            sample: A small table of the same columns.
            column: One of them; the more values it has, the fewer rows are sent.
        """

        def value(of: str) -> str:
            return f"COALESCE({self.text_of(f'{of}.{quoted(column)}')}, '')"

        known = f"SELECT {value('k')} FROM {full(schema, sample)} k"  # noqa: S608 - quoted names
        rows = self._as_texts(schema, table, self.columns(schema, table))
        for batch in self.read(f"{rows} WHERE {value('s')} IN ({known})"):
            yield from json_rows(batch).split(b"\n")[:-1]

    def _as_texts(self, schema: str, table: str, names: Sequence[str]) -> str:
        chosen = ", ".join(f"{self.text_of(f's.{quoted(n)}')} AS {quoted(n)}" for n in names)
        return f"SELECT {chosen} FROM {full(schema, table)} s"  # noqa: S608 - quoted names

    def attestation(self, location: TableLocation) -> bytes | None:
        """Return the attestation of the table that stands there; none of another one's."""
        if not self.relation(location.schema, ATTESTATIONS):
            return None
        found = self.execute(
            f"SELECT attestation, relation FROM {full(location.schema, ATTESTATIONS)}"  # noqa: S608 - as above
            " WHERE output = $1",
            (location.name,),
        )
        if not found or found[0][1] != self.relation(location.schema, location.table):
            return None
        return bytes(found[0][0])

    def prepare(self, location: TableLocation) -> None:
        """Make the table of attestations, if there is none, and commit that."""
        if not self.relation(location.schema, ATTESTATIONS):
            table = full(location.schema, ATTESTATIONS)
            self.execute(_ATTESTATIONS_SQL.format(table, self.bytes_type))
            self.commit()

    def publish(
        self, staged: str, location: TableLocation, attestation: bytes | None, replaced: str
    ) -> None:
        """Give the staged table its name, store its attestation and commit.

        Args:
            staged: Its name so far.
            location: Where it goes.
            attestation: Its attestation.
            replaced: Digest of the content that may be replaced; empty: nothing may.

        Raises:
            OutputExists: something stands there that may not be replaced.
        """
        target = full(location.schema, location.table)
        if self.relation(location.schema, location.table):
            if not replaced:
                raise exists(location)
            self.lock(location)
            if self.content(location.schema, location.table).sha256 != replaced:
                raise exists(location)
            self.execute(f"DROP TABLE {target}")
        table = full(location.schema, staged)
        self.execute(f"ALTER TABLE {table} RENAME TO {quoted(location.table)}")
        if attestation is not None:
            held = full(location.schema, ATTESTATIONS)
            self.execute(f"DELETE FROM {held} WHERE output = $1", (location.name,))  # noqa: S608 - as above
            self.execute(
                f"INSERT INTO {held} VALUES ($1, $2, $3)",  # noqa: S608 - as above
                (location.name, self.relation(location.schema, location.table), attestation),
            )
        self.commit()

    @abstractmethod
    def lock(self, location: TableLocation) -> None:
        """Keep others from the table until the transaction ends."""


def quoted(name: str) -> str:
    """Quote an identifier."""
    if "\0" in name:
        raise SinkError("a column's name holds a NUL")
    return '"' + name.replace('"', '""') + '"'


def full(schema: str, table: str) -> str:
    """Quote the name of a table."""
    return f"{quoted(schema)}.{quoted(table)}"


def exists(location: TableLocation) -> OutputExists:
    """Build the error for a table that may not be replaced."""
    return OutputExists(
        f"something stands at the output {location} already",
        hint="name another table, or set if_exists=replace for an unchanged release of ours",
    )
