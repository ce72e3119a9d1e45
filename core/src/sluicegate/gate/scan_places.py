"""What a scan may look at: files, patterns of files, prefixes on S3, tables of a source.

Every place is read as a stream of batches, so memory is bounded by a batch. Parts of a path that
are ``column=value`` are data that left the files (Hive partitions), so they are given as rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import pyarrow as pa

from sluicegate.errors import ConfigurationError, SourceError
from sluicegate.gate.files import SKIPPED_FOLDER, find_files, read_batches
from sluicegate.gate.glob import is_pattern

if TYPE_CHECKING:
    from sluicegate.sources.file_store import Stored

_TABLE: Final = re.compile(r"table://([A-Za-z0-9_.-]+)/(.+)", re.IGNORECASE | re.DOTALL)
_PART: Final = re.compile(r"([^=/]+)=([^/]*)")
_NULL: Final = "__HIVE_DEFAULT_PARTITION__"

Target = Path | str
"""A path, a pattern of paths, ``s3://bucket/prefix/``, or ``table://source/schema.table``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Something that can be scanned."""

    name: str
    """As it is told, if nothing in it is a finding."""
    stem: str
    """Its last part without an ending, which the scan looks at by itself."""
    batches: Callable[[], Iterator[pa.RecordBatch]] = field(repr=False)
    path: Path | None = None
    """Of a file on this machine; allow-lists and baselines speak of these."""
    partitions: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Column → value, from the names of the folders that it lies in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTarget:
    """A table of a source, to be read by the guard."""

    source: str
    table: str
    """``schema.table`` as a policy writes it; or a name alone, for the source's own schema."""


def split_targets(targets: Sequence[Target]) -> tuple[list[Target], list[TableTarget]]:
    """Part tables from files: tables need a grant and a record.

    Raises:
        ConfigurationError: a target has a scheme that nothing reads.
    """
    files: list[Target] = []
    tables: list[TableTarget] = []
    for target in targets:
        if isinstance(target, Path):
            files.append(target)
        elif found := _TABLE.fullmatch(target):
            tables.append(TableTarget(source=found[1], table=unquote(found[2])))
        elif "://" in target and not target.lower().startswith(("s3://", "file:///")):
            raise ConfigurationError(
                f"nothing scans {target.partition('://')[0]!r} places",
                hint="a path, s3://bucket/prefix/ or table://source/schema.table",
            )
        else:
            files.append(target)
    return files, tables


def find_places(targets: Sequence[Target]) -> Iterator[Place]:
    """Yield every file at ``targets``, each target's in the order of their names.

    Raises:
        SourceError: nothing is there, or S3 refuses.
        SourceUnavailable: S3 cannot answer now.
        MissingDependencyError: S3 needs ``sluicegate[aws]``.
    """
    for target in targets:
        if isinstance(target, str) and target.lower().startswith("s3://"):
            yield from _s3_places(target)
        else:
            yield from (_local(path) for path in _local_files(target))


def partitions_of(path: str) -> dict[str, str]:
    """Return column → value of the folders ``column=value`` in a path, NULL left out."""
    found = (_PART.fullmatch(part) for part in path.split("/")[:-1])
    pairs = ((m[1], unquote(m[2])) for m in found if m)
    return {unquote(name): value for name, value in pairs if value != _NULL}


def _local_files(target: Target) -> list[Path]:
    text = str(target)
    if isinstance(target, str) and text.lower().startswith("file:///"):
        return find_files([Path(unquote(text[len("file://") :]))])
    path = Path(text)
    if not is_pattern(text) or path.exists():  # a name may hold a star
        return find_files([path])
    anchor = Path(path.anchor or ".")
    rest = path.relative_to(path.anchor) if path.anchor else path
    hits = sorted(anchor.glob(rest.as_posix()))
    if not hits:
        raise SourceError(f"no file or folder matches {text}")
    return list(dict.fromkeys(find_files(hits)))


def _local(path: Path) -> Place:
    return Place(
        name=str(path),
        stem=path.stem,
        batches=lambda: read_batches(path),
        path=path,
        partitions=partitions_of(path.as_posix()),
    )


def _s3_places(url: str) -> Iterator[Place]:
    """List a prefix and read each object in the version that was listed."""
    from sluicegate.sources.file_urls import s3_store  # noqa: PLC0415 - it brings pandas

    store = s3_store("scan", url.partition("://")[2])
    files, _ = store.listed()
    for stored in files:
        if SKIPPED_FOLDER in stored.path.split("/"):
            continue

        def opened(stored: Stored = stored) -> pa.NativeFile:
            return pa.PythonFile(store.open(stored), mode="r")

        name = f"{store.root}{stored.path}"
        yield Place(
            name=name,
            stem=Path(stored.path).stem,
            batches=partial(read_batches, Path(name), opened),
            partitions=partitions_of(name),
        )
