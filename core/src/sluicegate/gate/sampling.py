"""A bounded sample of a relation: few rows, few bytes, little time, in a read-only transaction.

Nothing of it is written anywhere, and nothing is on record: no row leaves the process. Failure
mode: a relation that cannot be read in time gives what came until then, or nothing and a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sluicegate.errors import BudgetExceeded, SourceError, SourceUnavailable
from sluicegate.model.data import CatalogColumn, Relation, TypeFamily
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement

if TYPE_CHECKING:
    from sluicegate.sources.inventory import Listed
    from sluicegate.sources.port import Source

SECONDS: Final = 20.0
"""Time limit of one statement, kept by the server where it can."""
BYTES: Final = 16 * 1024 * 1024
"""Arrow bytes of one relation after which no more is read."""
_CHARACTERS: Final = 8192
"""Of a text that are asked for."""
_BATCH: Final = 200
_LARGE: Final = 50
"""A table that has so many times the sampled rows is sampled by pages, or from both ends."""
_PAGED: Final = "TABLESAMPLE SYSTEM"
_PAGED_KINDS: Final = frozenset({"table", "partitioned_table", "materialized_view"})
_PAGES: Final = 3.0
"""So many times the rows are expected of the pages: rows differ in number from page to page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Rows of a relation. Only the shape is shown."""

    table: pa.Table = field(repr=False)
    how: str
    """How the rows were chosen, for people."""
    note: str = ""
    """What went wrong, without a value; empty if nothing."""


def take_sample(
    source: Source, relation: Relation, listed: Listed, *, key: Sequence[str], rows: int
) -> Sample:
    """Read at most ``rows`` rows of ``relation``, in a session of its own.

    Args:
        source: Where from.
        relation: With its columns.
        listed: What the catalogue's statistics say.
        key: Columns of the primary key.
        rows: Most rows; with 0 the source is not asked.

    Raises:
        SourceUnavailable: nobody answers; another try may help.
    """
    if rows == 0 or not relation.columns:
        return Sample(table=_nothing(relation), how="not sampled")
    if relation.kind == "foreign_table":
        note = "a foreign table: not sampled, since its server would be asked for all of it"
        return Sample(table=_nothing(relation), how="not sampled", note=note)
    note = ""
    for sql, how in _attempts(source.dialect, relation, listed, key, rows):
        try:
            table, note = _read(source, sql)
        except SourceUnavailable:
            raise
        except SourceError as error:
            note = f"could not be sampled ({error.code})"
            continue
        if table.num_rows or _PAGED not in sql:
            return Sample(table=table.rename_columns(_names(relation)), how=how, note=note)
    return Sample(table=_nothing(relation), how="not sampled", note=note)


def _attempts(
    dialect: str, relation: Relation, listed: Listed, key: Sequence[str], rows: int
) -> list[tuple[str, str]]:
    """Return the statements to try, the best first, and how each chooses."""
    # Names come from the catalogue and are quoted; nothing else is put into these texts.
    table = f"{_quote(relation.name.schema, dialect)}.{_quote(relation.name.name, dialect)}"
    columns = ", ".join(_column(c, dialect) for c in relation.columns)
    plain = f"SELECT {columns} FROM {table}"  # noqa: S608  # as above
    texts = ", ".join(_readable(c.name, dialect) for c in relation.columns)
    tries = [
        (f"{plain} LIMIT {rows}", "first rows"),
        (f"SELECT {texts} FROM {table} LIMIT {rows}", "first rows, as text"),  # noqa: S608  # as above
    ]
    if not listed.rows or listed.rows < rows * _LARGE:
        return tries
    if dialect == "postgres" and relation.kind in _PAGED_KINDS:
        percent = min(100.0, max(100 * rows * _PAGES / listed.rows, 1e-6))
        pages = f"{plain} {_PAGED} ({percent:.8f}) REPEATABLE (1) LIMIT {rows}"
        return [(pages, "rows of random pages"), *tries]
    if dialect == "mysql" and len(key) == 1:
        order, half = _quote(key[0], dialect), max(1, rows // 2)
        ends = (
            f"SELECT * FROM (({plain} ORDER BY {order} LIMIT {half}) UNION ALL"  # noqa: S608  # as above
            f" ({plain} ORDER BY {order} DESC LIMIT {half})) AS sampled LIMIT {rows}"
        )
        return [(ends, "first and last rows by primary key"), *tries]
    return tries


def _read(source: Source, sql: str) -> tuple[pa.Table, str]:
    """Read until enough; a stream that is left half-way ends with its session."""
    batches: list[pa.RecordBatch] = []
    note, size, count = "", 0, 0
    with source.connect() as session:
        session.limit(Limits(seconds=SECONDS))
        stream = session.stream(Statement(sql=sql), {}, batch_rows=_BATCH)
        with closing(stream):  # type: ignore[type-var]  # every session streams by a generator
            try:
                for batch in stream:
                    batches.append(batch)
                    size, count = size + batch.nbytes, count + batch.num_rows
                    if size >= BYTES:
                        note = "cut at 16 MiB"
                        break
            except BudgetExceeded:
                if not count:
                    raise
                note = f"cut after {SECONDS:.0f} seconds"
    return pa.Table.from_batches(batches), note


def _column(column: CatalogColumn, dialect: str) -> str:
    """Ask for the beginning of long texts only."""
    name = _quote(column.name, dialect)
    if column.family is TypeFamily.TEXT:
        return _as_text(column.name, dialect)
    if column.family is TypeFamily.BINARY and dialect in {"postgres", "mysql"}:
        return f"substring({name} FROM 1 FOR {_CHARACTERS}) AS {name}"
    return name


def _as_text(name: str, dialect: str) -> str:
    """Ask for the beginning of a value as text, whatever its type."""
    quoted = _quote(name, dialect)
    if dialect == "sqlite":
        return f"substr(CAST({quoted} AS TEXT), 1, {_CHARACTERS}) AS {quoted}"
    kind = {"mysql": "CHAR", "bigquery": "STRING"}.get(dialect, "TEXT")
    return f"left(CAST({quoted} AS {kind}), {_CHARACTERS}) AS {quoted}"


def _readable(name: str, dialect: str) -> str:
    """Do so where a value may not fit its column: bytes that are no text, in SQLite."""
    text, quoted = _as_text(name, dialect), _quote(name, dialect)
    if dialect != "sqlite":
        return text
    inner = text.removesuffix(f" AS {quoted}")
    return f"CASE WHEN typeof({quoted}) <> 'blob' THEN {inner} END AS {quoted}"


def _quote(name: str, dialect: str) -> str:
    mark = "`" if dialect in {"mysql", "bigquery"} else '"'
    return mark + name.replace(mark, mark * 2) + mark


def _names(relation: Relation) -> list[str]:
    return [c.name for c in relation.columns]


def _nothing(relation: Relation) -> pa.Table:
    return pa.table([pa.nulls(0) for _ in relation.columns], names=_names(relation))
