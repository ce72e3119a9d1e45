"""Reads files that others wrote, as Arrow batches, whatever their format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from sluicegate.errors import SourceError

_BATCH_ROWS: Final = 32_768
_TEXT_BYTES: Final = 8 << 20
_OVERLAP_BYTES: Final = 16 << 10
_IPC: Final = frozenset({".arrow", ".feather", ".ipc"})
_CSV: Final = frozenset({".csv", ".tsv"})
_ATTESTATION_FOLDER: Final = "_SLUICEGATE"


def find_files(paths: Iterable[Path]) -> list[Path]:
    """List the files at ``paths``; folders are walked, attestations left out, in name order.

    Raises:
        SourceError: a path does not exist.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file())
            files += [p for p in found if _ATTESTATION_FOLDER not in p.relative_to(path).parts]
        elif path.is_file():
            files.append(path)
        else:
            raise SourceError(f"there is no file or folder {path}")
    return files


def read_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file. What is no table is read as text, a line a row.

    Raises:
        SourceError: the file cannot be read, or is not what its ending says.
    """
    try:
        yield from _reader(path)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        # Arrow's messages quote the cell that they could not read
        raise SourceError(f"{path} is not a readable {path.suffix or 'text'} file") from None
    except OSError as error:
        reason = error.strerror or "it is damaged"
        raise SourceError(f"{path} cannot be read: {reason}") from None


def _reader(path: Path) -> Iterator[pa.RecordBatch]:
    suffix = path.suffix.lower()
    if suffix in {".parquet", ".pq"}:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=_BATCH_ROWS)
    elif suffix in _IPC:
        with pa.memory_map(str(path)) as mapped, pa.ipc.open_file(mapped) as reader:
            yield from (reader.get_batch(i) for i in range(reader.num_record_batches))
    elif suffix in _CSV:
        yield from _csv(path, "\t" if suffix == ".tsv" else ",")
    else:
        yield from _lines(path)


def _csv(path: Path, delimiter: str) -> Iterator[pa.RecordBatch]:
    """Read every column as it stands: types that Arrow guesses would hide what was written."""
    parse = pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    with pa.csv.open_csv(path, parse_options=parse) as reader:
        names = reader.schema.names
    types = dict.fromkeys(names, pa.binary())
    convert = pa.csv.ConvertOptions(column_types=types)
    with pa.csv.open_csv(path, parse_options=parse, convert_options=convert) as reader:
        yield from reader


def _lines(path: Path) -> Iterator[pa.RecordBatch]:
    """Read text in blocks that overlap: what lies over a border is found, at worst twice."""
    with path.open("rb") as file:
        kept = b""
        while block := file.read(_TEXT_BYTES):
            yield _text_batch(kept + block)
            kept = block[-_OVERLAP_BYTES:]


def _text_batch(block: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([block], pa.large_binary())], names=["text"])
