"""Reads files that others wrote, as Arrow batches, whatever their format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from sluicegate.errors import SourceError

_BATCH_ROWS: Final = 32_768
_TEXT_BYTES: Final = 8 << 20
_OVERLAP_BYTES: Final = 16 << 10
_FOLLOWERS: Final = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that begin no character."""
_IPC: Final = frozenset({".arrow", ".feather", ".ipc"})
_CSV: Final = frozenset({".csv", ".tsv"})
_PARQUET: Final = frozenset({".parquet", ".pq"})
_TABLES: Final = _IPC | _CSV | _PARQUET
_PACKED: Final = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}
SKIPPED_FOLDER: Final = "_SLUICEGATE"
"""Where attestations lie: they hold no rows."""

Opened = Callable[[], Any]
"""Opens a file for reading, each time anew."""


def find_files(paths: Iterable[Path]) -> list[Path]:
    """List the files at ``paths``; folders are walked, attestations left out, in name order.

    Raises:
        SourceError: a path does not exist.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file())
            files += [p for p in found if SKIPPED_FOLDER not in p.relative_to(path).parts]
        elif path.is_file():
            files.append(path)
        else:
            raise SourceError(f"there is no file or folder {path}")
    return files


def read_batches(path: Path, opened: Opened | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file. What is no table is read as text, a line a row.

    What ends in ``.gz``, ``.zst`` or ``.bz2`` is unpacked as it is read.

    Args:
        path: Its name, which tells the format.
        opened: Opens it, if it is not on this machine.

    Raises:
        SourceError: the file cannot be read, or is not what its ending says.
    """
    try:
        yield from _reader(path, opened or partial(pa.OSFile, str(path)))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        # Arrow's messages quote the cell that they could not read
        raise SourceError(f"{path} is not a readable {path.suffix or 'text'} file") from None
    except OSError as error:
        reason = error.strerror or "it is damaged"
        raise SourceError(f"{path} cannot be read: {reason}") from None


def text_places(path: Path, places: Mapping[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Tell line and column, from 1, of places in a file that is read as text.

    Args:
        path: The file.
        places: Row and byte in it, as the batches of ``read_batches`` count, under any numbers.

    Returns:
        Nothing for a file that is a table or cannot be read any more.
    """
    if path.suffix.lower() in _TABLES | _PACKED.keys() or not path.is_file():
        return {}
    found: dict[int, tuple[int, int]] = {}
    line, begin, done = 1, 0, 0
    with path.open("rb") as file:
        for offset, number in sorted((_offset(*place), n) for n, place in places.items()):
            while done < offset and (piece := file.read(min(_TEXT_BYTES, offset - done))):
                line += piece.count(b"\n")
                begin = done + piece.rfind(b"\n") + 1 if b"\n" in piece else begin
                done += len(piece)
            file.seek(begin)
            found[number] = line, _characters(file, offset - begin) + 1
    return found


def _characters(file: BinaryIO, size: int) -> int:
    """Count the characters that begin in the next ``size`` bytes; a line may be long."""
    count = 0
    while size and (piece := file.read(min(_TEXT_BYTES, size))):
        count += len(piece.translate(None, _FOLLOWERS))
        size -= len(piece)
    return count


def _offset(row: int, start: int) -> int:
    """Return the byte of a file at which a place in one of its overlapping blocks is."""
    return row * _TEXT_BYTES - (_OVERLAP_BYTES if row else 0) + start


def _reader(path: Path, opened: Opened) -> Iterator[pa.RecordBatch]:
    suffix = path.suffix.lower()
    if codec := _PACKED.get(suffix):
        suffix = Path(path.stem).suffix.lower()
        opened = partial(_unpacked, opened, codec)
    if suffix in _PARQUET:
        with pq.ParquetFile(opened()) as file:
            yield from file.iter_batches(batch_size=_BATCH_ROWS)
    elif suffix in _IPC:
        with opened() as mapped, pa.ipc.open_file(mapped) as reader:
            yield from (reader.get_batch(i) for i in range(reader.num_record_batches))
    elif suffix in _CSV:
        yield from _csv(opened, "\t" if suffix == ".tsv" else ",")
    else:
        yield from _lines(opened)


def _unpacked(opened: Opened, codec: str) -> Any:
    return pa.CompressedInputStream(opened(), codec)


def _csv(opened: Opened, delimiter: str) -> Iterator[pa.RecordBatch]:
    """Read every column as it stands: types that Arrow guesses would hide what was written."""
    parse = pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    with pa.csv.open_csv(opened(), parse_options=parse) as reader:
        names = reader.schema.names
    types = dict.fromkeys(names, pa.binary())
    convert = pa.csv.ConvertOptions(column_types=types)
    with pa.csv.open_csv(opened(), parse_options=parse, convert_options=convert) as reader:
        yield from reader


def _lines(opened: Opened) -> Iterator[pa.RecordBatch]:
    """Read text in blocks that overlap: what lies over a border is found, at worst twice."""
    with opened() as file:
        kept = b""
        while block := file.read(_TEXT_BYTES):
            yield _text_batch(kept + block)
            kept = block[-_OVERLAP_BYTES:]


def _text_batch(block: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([block], pa.large_binary())], names=["text"])
