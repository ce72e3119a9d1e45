"""One state of a folder, read through an engine that sees only its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlglot import tokenize

from sluicegate.errors import SluicegateError, SourceError
from sluicegate.model.data import Estimate, Relation, RelationName
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources.duckdb_session import DuckDBSession, catalog_column
from sluicegate.sources.file_options import FileOptions
from sluicegate.sources.file_relations import FileRelation, fold, group
from sluicegate.sources.file_store import Store, Stored
from sluicegate.sources.file_system import PinnedFiles
from sluicegate.sources.file_types import MISFIT
from sluicegate.sources.file_views import Views, scan_name
from sluicegate.sources.inventory import Inventory, Listed, assemble
from sluicegate.sources.port import Wanted

_SCHEMA = "main"
_PART = 4 << 20
"""Bytes that are read at once of a whole file."""
_BAD_CSV = re.compile(r"CSV (?:parse|conversion) error|straddling|Row #([0-9]+):|invalid UTF-?8")
_CSV_HINT = (
    "each row needs as many fields as the first line, at most 8 MiB, and text in UTF-8 unless"
    " ?encoding=… says another"
)


class FileSession(DuckDBSession):
    """The files as they were when the session began.

    A relation gets its view when it is first asked for, so that a folder of many is not read whole.

    Failure mode: closed. When a stream has ended, every file that it may have read is looked at
    again: one that was changed meanwhile is ``SourceUnavailable``.
    """

    def __init__(  # the parts of an opened source
        self,
        source: str,
        connection: Any,
        module: Any,
        store: Store,
        pinned: PinnedFiles,
        system: Any,
        options: FileOptions,
    ) -> None:
        super().__init__(source, connection, module)
        self._store = store
        self._pinned = pinned
        self._views = Views(source, options, pinned, system, self._rows)
        self.attested = options.attested
        self._listed: dict[str, Stored] = {}
        self._relations: dict[str, FileRelation] = {}
        self._made: dict[str, Relation] = {}

    @property
    def login(self) -> str:
        """What the store reads as: ``files``, or ``s3``."""
        return self._store.login

    def begin(self) -> None:
        """List the files. The engine needs no transaction: it holds nothing but their views."""
        files, notes = self._store.listed()
        self._listed = {file.path: file for file in files}
        self._relations, more = group(files)
        self._note(*notes, *more)

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:  # noqa: ARG002  # DuckDB ignores case in quotes too
        """Look a relation up by the stem of its file or folder, without regard to case.

        Raises:
            SourceUnavailable: a file was changed meanwhile.
            SourceError: its files cannot be read, or two relations are called so.
        """
        found = self._relations.get(fold(name))
        if found is None or fold(schema or _SCHEMA) != _SCHEMA:
            return None
        return self._ready(found)

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look many relations up."""
        return tuple(self.relation(schema, name, quoted=q) for schema, name, q in wanted)

    def listed(self) -> frozenset[str]:
        """Return all files below the root; see ``ReadsFiles``."""
        return frozenset(self._listed)

    def files_of(self, relations: Sequence[RelationName]) -> tuple[str, ...]:
        """Return the files that these relations are; see ``ReadsFiles``."""
        found = (self._relations.get(fold(relation.name)) for relation in relations)
        return tuple(file.path for relation in found if relation for file in relation.files)

    def content(self, path: str) -> Iterator[bytes]:
        """Yield a file as it was listed, in parts; see ``ReadsFiles``."""
        file = self._listed[path]
        opened = self._store.open(file)
        try:
            for start in range(0, file.size, _PART):
                yield opened.part(start, min(start + _PART, file.size))
        finally:
            opened.close()

    def inventory(self) -> Inventory:
        """Return the relations whose files can be read; a note tells of the others."""
        listed = []
        for relation in self._relations.values():
            try:
                self._ready(relation)
            except SourceError as error:
                if error.retryable:
                    raise
                self._note(f"{relation.name} cannot be read: {error.message}")
            else:
                name = RelationName(schema=_SCHEMA, name=relation.name)
                listed.append(Listed(name=name, kind="table"))
        return assemble(listed, iter(()))

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Run ``statement`` and yield its rows; see ``DuckDBSession.stream``.

        Raises:
            SourceUnavailable: a file was changed while it was read.
        """
        self._ready_for(statement.sql)
        for batch in super().stream(statement, parameters, batch_rows=batch_rows):
            self._pinned.raise_failure()
            yield batch
        self._pinned.check()

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """Ask the planner; see ``DuckDBSession.estimate``."""
        self._ready_for(statement.sql)
        return super().estimate(statement, parameters)

    def _ready_for(self, sql: str) -> None:
        """Make the views that a statement needs; what it names besides is not there."""
        tokens = self._attempt(lambda: tokenize(sql, read="duckdb"))
        for name in dict.fromkeys(fold(token.text) for token in tokens):
            if (relation := self._relations.get(name)) is not None:
                self._ready(relation)

    def _ready(self, relation: FileRelation) -> Relation:
        key = fold(relation.name)
        if key not in self._made:
            self._make(relation)
            self._pinned.raise_failure()
            rows = self._rows(f"DESCRIBE SELECT * FROM {_SCHEMA}.{_quote(relation.name)}")  # noqa: S608  # quoted
            columns = tuple(catalog_column((row[0], row[1], True)) for row in rows)
            name = RelationName(schema=_SCHEMA, name=relation.name)
            self._made[key] = Relation(name=name, kind="table", columns=columns)
        return self._made[key]

    def _make(self, relation: FileRelation) -> None:
        view = self._attempt(lambda: self._views.make(relation))
        self._note(*view.notes)
        if view.data is not None:
            name = scan_name(relation.name)
            self._attempt(lambda: self._connection.register(name, view.data))
        self._rows(f"CREATE VIEW {_SCHEMA}.{_quote(relation.name)} AS {view.sql}")

    def _translate(self, error: Exception) -> SluicegateError:
        if self._pinned.failure is not None:
            return self._pinned.failure
        if MISFIT in str(error):
            return SourceError(
                f"{self._source!r}: a value has not the form of the type that the schema gives it",
                hint="correct the file, or call the column text in the schema",
            )
        if match := _BAD_CSV.search(str(error)):
            row = f" in row {match[1]}" if match[1] else ""
            return SourceError(f"{self._source!r}: a CSV is not well formed{row}", hint=_CSV_HINT)
        if isinstance(error, self._module.IOException):  # the store's own errors came first
            return SourceError(f"{self._source!r}: a file is not what its name says, or is broken")
        return super()._translate(error)


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
