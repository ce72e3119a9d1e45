"""A table on its way into a database."""

from __future__ import annotations

import base64
import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import pyarrow as pa

from sluicegate.errors import SinkError
from sluicegate.model.outcome import OutputFile
from sluicegate.sinks.durable import write_private
from sluicegate.sinks.failure import attempt
from sluicegate.sinks.local import ATTESTATION, LocalSink
from sluicegate.sinks.location import local_path
from sluicegate.sinks.stored import StoredTable
from sluicegate.sinks.table_location import STAGED, TableLocation
from sluicegate.sinks.table_store import TableStore, exists, full

T = TypeVar("T")

_PENDING_ROWS: Final = 131_072
_PENDING_BYTES: Final = 64 * 1024 * 1024


class TableStaging:
    """Rows in a table that only this transaction sees, until it is committed under its name.

    Failure mode: closed. After any error the transaction is undone.
    """

    def __init__(self, location: TableLocation, store: TableStore, replaced: str) -> None:
        self._location = location
        self._store = store
        self._replaced = replaced
        self._staged = f"{STAGED}{secrets.token_hex(16)}"
        self._schema: pa.Schema | None = None
        self._created = False
        self._pending: list[pa.RecordBatch] = []
        self._rows = 0
        self._finished: tuple[OutputFile, ...] | None = None
        self._over = False

    def write(self, batch: pa.RecordBatch) -> None:
        """Append masked rows. All batches have one schema.

        Raises:
            SinkUnavailable: the database failed.
            SinkError: the batch does not fit, or staging has ended.
        """
        self._check_open()
        if self._finished is not None:
            raise SinkError("the staged table is finished already")
        self._attempt(lambda: self._write(batch))

    def finish(self) -> tuple[OutputFile, ...]:
        """Write what is pending, read the table back and return it as one file with its digest.

        Raises:
            SinkUnavailable: the database failed.
            SinkError: no batch was ever written.
        """
        self._check_open()
        if self._finished is None:
            self._finished = self._attempt(self._finish)
        return self._finished

    def stored(self) -> StoredTable:
        """Return the table, which only this transaction sees, to be read.

        Raises:
            SinkUnavailable: the database failed.
        """
        (told,) = self.finish()
        return StoredTable(rows=told.rows, missing=self._missing, trial=self._trial)

    def publish(self, extra: Mapping[str, bytes]) -> None:
        """Give the table its name and store its attestation, in one commit.

        Raises:
            OutputExists: something stands there, or what should be replaced has changed.
            SinkUnavailable: the database failed.
            SinkError: an extra file is no attestation; a table has no place for others.
        """
        self.finish()
        if set(extra) - {ATTESTATION}:
            raise SinkError("a table has no place for other files than its attestation")
        self._attempt(
            lambda: self._store.publish(
                self._staged, self._location, extra.get(ATTESTATION), self._replaced
            )
        )
        self._over = True
        self._store.close()

    def quarantine(self, folder: str, extra: Mapping[str, bytes]) -> None:
        """Undo what was staged, and write the extra files to the local ``folder``.

        Raises:
            OutputExists: something stands at the folder.
            SinkUnavailable: no space is left.
        """
        self._check_open()
        path = Path(local_path(folder))
        LocalSink().check(folder)
        self.discard()
        attempt(path, lambda: write_private(path, extra))

    def discard(self) -> None:
        """Undo what was staged; safe to call more than once, and after ``publish``."""
        if not self._over:
            self._over = True
            self._store.close()

    def _trial(self, rows: pa.Table) -> pa.Table:
        """Read rows back in the types of the database from a table of their own."""

        def read() -> pa.Table:
            with self._apart(rows) as table:
                query = f"SELECT * FROM {full(self._location.schema, table)}"  # noqa: S608 - quoted names
                return pa.Table.from_batches(self._store.read(query))

        return self._attempt(read)

    def _missing(self, rows: pa.Table) -> int:
        """Count which of the rows the staged table lacks, by the database's own text of them."""

        def count() -> int:
            schema, column = self._location.schema, _most_various(rows)
            with self._apart(rows) as table:
                wanted = Counter(self._store.alike(schema, table, table, column))
                wanted -= Counter(self._store.alike(schema, self._staged, table, column))
            return wanted.total()

        return self._attempt(count)

    @contextmanager
    def _apart(self, rows: pa.Table) -> Iterator[str]:
        """Write rows as all others to a table of their own, and drop it in the end."""
        table = f"{STAGED}{secrets.token_hex(16)}"
        self._store.ingest(self._location.schema, table, rows, create=True)
        yield table
        self._store.execute(f"DROP TABLE {full(self._location.schema, table)}")

    def _write(self, batch: pa.RecordBatch) -> None:
        schema = batch.schema.remove_metadata()
        if self._schema is not None and not schema.equals(self._schema):
            raise SinkError("a batch has another schema than the first")
        self._schema = schema
        self._pending.append(batch)
        self._rows += batch.num_rows
        rows = sum(b.num_rows for b in self._pending)
        if rows >= _PENDING_ROWS or sum(b.nbytes for b in self._pending) >= _PENDING_BYTES:
            self._flush()

    def _flush(self) -> None:
        rows = pa.Table.from_batches(self._pending, self._schema).replace_schema_metadata(None)
        create, self._created = not self._created, True
        self._store.ingest(self._location.schema, self._staged, rows, create=create)
        self._pending = []

    def _finish(self) -> tuple[OutputFile, ...]:
        if self._schema is None:
            raise SinkError("no batch was written", hint="an empty result has one empty batch")
        if self._pending:
            self._flush()
        content = self._store.content(self._location.schema, self._staged)
        if content.rows != self._rows:
            raise SinkError("the database does not hold the rows that were written")
        return (
            OutputFile(
                name=self._location.name,
                sha256=content.sha256,
                bytes=content.bytes,
                rows=content.rows,
            ),
        )

    def _check_open(self) -> None:
        if self._over:
            raise SinkError("the staged table is published or discarded already")

    def _attempt(self, action: Callable[[], T]) -> T:
        try:
            return action()
        except BaseException:
            self.discard()
            raise


def _most_various(rows: pa.Table) -> str:
    """Name the column with most values among few rows."""
    values = [len(set(map(repr, column.to_pylist()))) for column in rows.columns]
    return str(rows.schema.names[values.index(max(values))])


def attested_content(attestation: bytes, location: TableLocation) -> str:
    """Return the digest of the content that an attestation is about.

    Its signature is for the gate to check, before anything is staged.

    Raises:
        OutputExists: it is about something else.
    """
    try:
        statement = json.loads(base64.b64decode(json.loads(attestation)["payload"]))
        (file,) = statement["predicate"]["files"]
        if file["name"] == location.name:
            return str(file["sha256"])
    except (ValueError, KeyError, TypeError):
        pass
    raise exists(location)
