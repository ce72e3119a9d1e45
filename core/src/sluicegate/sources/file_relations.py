"""Files as relations: each file, or folder of files, at the top is a relation named by its stem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sluicegate.errors import SourceError
from sluicegate.sources.file_store import Stored

_ENDINGS: Final = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".arrow": "arrow",
    ".feather": "arrow",
}
_COMPRESSED: Final = {".gz": "gzip", ".zst": "zstd"}
_PACKABLE: Final = frozenset({"csv", "tsv", "jsonl"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a file's name says of its content."""

    form: str
    """``parquet``, ``csv``, ``tsv``, ``jsonl`` or ``arrow``."""
    packing: str
    """``none``, ``gzip`` or ``zstd``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRelation:
    """Files that are one relation."""

    name: str
    files: tuple[Stored, ...]
    """In the order of their paths: the order of the rows."""
    kind: Kind | None
    """``None`` if it cannot be read; ``problem`` tells why."""
    keys: tuple[str, ...] = ()
    """Columns that stand in the names of folders: ``day=2024-01-01``."""
    problem: str = ""

    def readable(self, source: str) -> Kind:
        """Return the kind.

        Raises:
            SourceError: the relation cannot be read.
        """
        if self.kind is None:
            raise SourceError(f"{source!r}: {self.name!r} cannot be read: {self.problem}")
        return self.kind


def group(files: Sequence[Stored]) -> tuple[dict[str, FileRelation], list[str]]:
    """Group files to relations by name, in lower case; and tell in notes what was left out.

    Names that begin with ``.`` or ``_`` are no data. A name that two things answer to is a
    relation that cannot be read: which of them was meant cannot be told.
    """
    found: dict[tuple[str, bool], list[Stored]] = {}
    odd = other = 0
    for file in files:
        parts = file.path.split("/")
        if any(part.startswith((".", "_")) and part not in {".", ".."} for part in parts):
            continue
        if not _plain(parts):
            odd += 1
        elif kind_of(parts[-1]) is None:
            other += 1
        else:
            found.setdefault((parts[0], len(parts) > 1), []).append(file)
    relations: dict[str, FileRelation] = {}
    for (top, folder), members in sorted(found.items()):
        relation = _relation(top if folder else _stem(top), folder, tuple(members))
        key = fold(relation.name)
        relations[key] = _doubled(relation) if key in relations else relation
    return relations, _notes(odd, other)


def kind_of(name: str) -> Kind | None:
    """Return what a file's name says of its content; ``None`` if it is no format of ours."""
    return _parts(name)[1]


def fold(name: str) -> str:
    """Fold a name as DuckDB compares it: ASCII letters only."""
    return "".join(c.lower() if c.isascii() else c for c in name)


def _relation(name: str, folder: bool, files: tuple[Stored, ...]) -> FileRelation:  # noqa: FBT001  # private
    kinds = {kind_of(f.path) for f in files}
    levels = {_keys(f) if folder else () for f in files}
    problem = ""
    if len(kinds) > 1:
        problem = "its files are of several formats"
    elif len(levels) > 1 or None in levels:
        problem = "its folders are not of the form column=value, alike for each file"
    keys = next(iter(levels)) or ()
    kind = None if problem else next(iter(kinds))
    return FileRelation(name=name, files=files, kind=kind, keys=keys, problem=problem)


def _keys(file: Stored) -> tuple[str, ...] | None:
    """Return the columns that the folders below the relation's own stand for."""
    folders = file.path.split("/")[1:-1]
    keys = tuple(f.partition("=")[0] for f in folders)
    whole = all("=" in f and key for f, key in zip(folders, keys, strict=True))
    return keys if whole and len({fold(k) for k in keys}) == len(keys) else None


def _doubled(relation: FileRelation) -> FileRelation:
    return FileRelation(
        name=relation.name, files=(), kind=None, problem="two files or folders are called so"
    )


def _plain(parts: Sequence[str]) -> bool:
    """Tell whether a path is what it looks like."""
    return all(p.isprintable() and p not in {"", ".", ".."} and "\\" not in p for p in parts)


def _stem(name: str) -> str:
    return _parts(name)[0]


def _parts(name: str) -> tuple[str, Kind | None]:
    """Return the stem and the kind that the endings tell."""
    rest, packing = _cut(name, _COMPRESSED, "none")
    stem, form = _cut(rest, _ENDINGS, "")
    if not form or not stem or (packing != "none" and form not in _PACKABLE):
        return name, None
    return stem, Kind(form=form, packing=packing)


def _cut(name: str, endings: Mapping[str, str], default: str) -> tuple[str, str]:
    for ending, meaning in endings.items():
        if name.lower().endswith(ending):
            return name[: -len(ending)], meaning
    return name, default


def _notes(odd: int, other: int) -> list[str]:
    notes = []
    if odd:
        notes.append(f"{odd} files whose names hold control characters or dots were left out")
    if other:
        notes.append(f"{other} files that are neither Parquet, CSV, JSONL nor Arrow were left out")
    return notes
