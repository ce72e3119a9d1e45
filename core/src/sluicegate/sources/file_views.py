"""The SQL of a relation of files, as the engine reads it. What files disagree on is an error.

Each function asks the engine or the files themselves what their columns are, compares the files of
a folder with each other, and gives a query. No engine guesses: the first thousand rows of a CSV say
nothing about the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as pa_fs

from sluicegate.errors import SourceError
from sluicegate.sources.file_arrow import csv_batches, ipc_batches, ipc_schema
from sluicegate.sources.file_csv import header
from sluicegate.sources.file_options import FileOptions
from sluicegate.sources.file_reader import PositionedFile
from sluicegate.sources.file_relations import FileRelation, Kind, fold
from sluicegate.sources.file_scan import BlockwiseDataset, Read
from sluicegate.sources.file_store import Stored, shown
from sluicegate.sources.file_system import PinnedFiles
from sluicegate.sources.file_types import typed

Rows = Callable[[str], list[tuple[Any, ...]]]
"""Runs a query of ours in the engine."""

_LONGEST: Final = 16 * 1024 * 1024
"""Bytes of an object of JSON: a longer one is an error, not a reason to take more memory."""
_DIGITS: Final = 38


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a relation is read."""

    sql: str
    data: ds.Dataset | None = None
    """What ``scan_name`` stands for in it."""
    notes: tuple[str, ...] = ()
    """What is not kept as it stands in the files."""


class Views:
    """Makes the views of one source.

    Args:
        source: Its name, for errors.
        options: How its text files are read.
        pinned: Its files.
        system: The same, as a file system.
        rows: The engine.
    """

    def __init__(
        self, source: str, options: FileOptions, pinned: PinnedFiles, system: Any, rows: Rows
    ) -> None:
        self._source = source
        self._options = options
        self._pinned = pinned
        self._system = system
        self._rows = rows

    def make(self, relation: FileRelation) -> View:
        """Return the view of a relation.

        Raises:
            SourceUnavailable: a file was changed meanwhile.
            SourceError: a file is not what its name says, or its columns differ from the others'.
        """
        kind = relation.readable(self._source)
        paths = self._pinned.add(relation.files)
        if kind.form == "parquet":
            return self._parquet(relation, paths)
        if kind.form == "jsonl":
            return self._jsonl(relation, kind, paths)
        if kind.form == "arrow":
            return self._arrow(relation, paths)
        return self._csv(relation, kind, paths)

    def _parquet(self, relation: FileRelation, paths: list[str]) -> View:
        columns = (
            "name, type, num_children, repetition_type, converted_type, logical_type, precision"
        )
        rows = self._rows(
            f"SELECT file_name, {columns} FROM parquet_schema({_list(paths)})"  # noqa: S608  # quoted
        )
        described: dict[str, list[tuple[Any, ...]]] = {path: [] for path in paths}
        for path, *rest in rows:
            described[path].append(tuple(rest))
        # The first entry is the root, whose name each writer chooses.
        self._alike(relation, [tuple(described[path][1:]) for path in paths])
        first = described[paths[0]][1:]
        for name, *_, precision in first:
            if precision is not None and precision > _DIGITS:
                raise self._error(f"column {name!r} has more than {_DIGITS} digits")
        tops = [name for name, *_ in first]
        self._check_keys(relation, tops)
        notes = [
            f"column {name!r}: nanoseconds of a time in UTC were cut to microseconds"
            for name, _, _, _, _, logical, _ in first
            if logical and "isAdjustedToUTC=1" in logical and "NANOS" in logical
        ]
        return View(
            sql=f"SELECT * FROM read_parquet({_list(paths)}, {_hive(relation)})",  # noqa: S608  # quoted
            notes=tuple(notes),
        )

    def _arrow(self, relation: FileRelation, paths: list[str]) -> View:
        schemas = [
            ipc_schema(partial(self._opened, path), self._place(file))
            for path, file in zip(paths, relation.files, strict=True)
        ]
        self._alike(relation, schemas)
        self._check_keys(relation, schemas[0].names)
        data = self._dataset(
            relation, paths, schemas[0], lambda path, some: ipc_batches(self._opened(path), some)
        )
        return View(sql=f"SELECT * FROM {_scan(relation)}", data=data)  # noqa: S608  # quoted

    def _csv(self, relation: FileRelation, kind: Kind, paths: list[str]) -> View:
        delimiter = self._options.delimiter or ("\t" if kind.form == "tsv" else ",")
        encoding = self._options.encoding
        headers = [
            header(
                partial(self._opened, path),
                place=self._place(file),
                packing=kind.packing,
                encoding=encoding,
                delimiter=delimiter,
            )
            for path, file in zip(paths, relation.files, strict=True)
        ]
        self._alike(relation, headers)
        names = headers[0]
        self._check_keys(relation, names)
        schema = pa.schema([(name, pa.string()) for name in names])

        def read(path: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
            return csv_batches(
                self._opened(path),
                columns,
                names=names,
                packing=kind.packing,
                delimiter=delimiter,
                encoding=encoding,
            )

        data = self._dataset(relation, paths, schema, read)
        return View(sql=self._select(relation, names, _scan(relation)), data=data)

    def _dataset(
        self, relation: FileRelation, paths: list[str], schema: pa.Schema, read: Read
    ) -> ds.Dataset:
        keys = pa.schema([(key, pa.string()) for key in relation.keys])
        whole = pa.schema([*schema, *keys])
        parts = ds.partitioning(keys, flavor="hive") if relation.keys else None
        files = pa_fs.PyFileSystem(pa_fs.FSSpecHandler(self._system))
        data = ds.dataset(paths, schema=whole, format="csv", filesystem=files, partitioning=parts)
        return BlockwiseDataset.of(data, read)

    def _opened(self, path: str) -> PositionedFile:
        opened = self._pinned.open(path)
        self._pinned.raise_failure()
        return opened

    def _place(self, file: Stored) -> str:
        return f"{self._source!r}: the file {shown(file.path)}"

    def _jsonl(self, relation: FileRelation, kind: Kind, paths: list[str]) -> View:
        reading = (
            f"format='newline_delimited', compression={_text(kind.packing)},"
            f" maximum_object_size={_LONGEST}, {_hive(relation)}"
        )
        found = self._fields(paths, reading)
        given = self._given(relation)
        fields = {
            name: ("VARCHAR", "") if name in given else _json_type(name, types)
            for name, types in found.items()
        }
        self._check_keys(relation, list(fields))
        if not fields:
            raise self._error(f"{relation.name!r} has no column: no line holds an object with one")
        columns = ", ".join(f"{_text(name)}: '{sql}'" for name, (sql, _) in fields.items())
        scan = f"read_json({_list(paths)}, columns={{{columns}}}, records=true, {reading})"
        notes = tuple(note for _, note in fields.values() if note)
        return View(sql=self._select(relation, list(fields), scan), notes=notes)

    def _fields(self, paths: list[str], reading: str) -> dict[str, frozenset[str]]:
        """Read the whole of the files for the names of their fields and the types of these."""
        rows = self._rows(
            "SELECT key, list(DISTINCT json_type(json, '/' || replace(replace(key, '~', '~0'),"  # noqa: S608  # quoted
            " '/', '~1'))) FROM (SELECT json, unnest(json_keys(json)) AS key,"
            " unnest(range(len(json_keys(json)))) AS place"
            f" FROM read_json_objects({_list(paths)}, {reading}))"
            " GROUP BY key ORDER BY min(place), key"
        )
        return {str(name): frozenset(types) for name, types in rows}

    def _select(self, relation: FileRelation, names: Sequence[str], scan: str) -> str:
        given = self._given(relation)
        if unknown := given.keys() - set(names):
            raise self._error(
                f"the schema names columns that {relation.name!r} has not: {sorted(unknown)}"
            )
        items = [
            f"{typed(_name(n), n, given[n])} AS {_name(n)}" if n in given else _name(n)
            for n in names
        ]
        items += [_name(key) for key in relation.keys]
        return f"SELECT {', '.join(items)} FROM {scan}"  # noqa: S608  # quoted

    def _given(self, relation: FileRelation) -> dict[str, str]:
        return dict(self._options.schema.get(relation.name, {}))

    def _alike(self, relation: FileRelation, columns: Sequence[Any]) -> None:
        for file, own in zip(relation.files, columns, strict=True):
            if own != columns[0]:
                raise drift(self._source, relation.files[0], file)

    def _check_keys(self, relation: FileRelation, names: Sequence[str]) -> None:
        """Refuse columns of one name: of two, one would be read and the other masked."""
        folded = [fold(n) for n in (*names, *relation.keys)]
        if len(set(folded)) != len(folded) and relation.readable(self._source).form != "parquet":
            raise self._error(f"{relation.name!r} has two columns of one name")
        if set(map(fold, relation.keys)) & set(map(fold, names)):
            raise self._error(f"a folder of {relation.name!r} is called like a column of its files")

    def _error(self, message: str) -> SourceError:
        return SourceError(f"{self._source!r}: {message}")


def drift(source: str, first: Stored, other: Stored) -> SourceError:
    """Build the error for two files of a folder whose columns differ."""
    return SourceError(
        f"{source!r}: the columns of {shown(other.path)} are not those of {shown(first.path)}",
        hint="the files of a folder need the same columns, in name, type and order",
    )


def _json_type(name: str, types: frozenset[str]) -> tuple[str, str]:
    """Return the type to read a field as, and what should be known about it."""
    held = types - {"NULL"}
    if held & {"OBJECT", "ARRAY"}:
        return "JSON", ""
    if not held or held == {"VARCHAR"}:
        return "VARCHAR", ""
    if held <= {"BIGINT", "UBIGINT"}:
        return "BIGINT", ""
    if held <= {"BIGINT", "UBIGINT", "DOUBLE", "HUGEINT", "UHUGEINT"}:
        return "DOUBLE", f"column {name!r}: numbers of JSON were read as double precision"
    if held == {"BOOLEAN"}:
        return "BOOLEAN", ""
    return "VARCHAR", f"column {name!r}: values of several types were read as text"


def scan_name(name: str) -> str:
    """Return what stands for the dataset of a relation: no name of a relation of files."""
    return f"\x1f{name}"


def _scan(relation: FileRelation) -> str:
    return _name(scan_name(relation.name))


def _hive(relation: FileRelation) -> str:
    if not relation.keys:
        return "hive_partitioning=false"
    return "hive_partitioning=true, hive_types_autocast=false"


def _list(paths: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, paths))}]"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
