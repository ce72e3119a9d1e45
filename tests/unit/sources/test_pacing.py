"""What is read of a text file stays near what is taken of it, and nobody waits for ever."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sluicegate.sources import pacing
from sluicegate.sources.file_arrow import LONGEST_LINE, csv_batches, ipc_batches
from sluicegate.sources.pacing import Paced

NAMES = ["id", "note"]


class Counting(io.BytesIO):
    """Knows how far it was read."""

    furthest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        got = super().read(size)
        self.furthest = max(self.furthest, self.tell())
        return got


def csv_of(rows: int, note: str) -> Counting:
    lines = b"".join(f'{i},"{note}"\r\n'.encode() for i in range(rows))
    return Counting(b"id,note\r\n" + lines)


def read(file: Any, **more: Any) -> Any:
    given = {"names": NAMES, "packing": "none", "delimiter": ",", "encoding": "utf-8"}
    return csv_batches(file, NAMES, **(given | more))


def test_a_slow_reader_is_not_run_away_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "_SECONDS", 60.0)
    file = csv_of(120_000, "x" * 1_000)
    taken = 0
    for batch in read(file):
        time.sleep(0.05)
        taken += batch.nbytes
        assert file.furthest <= taken + 5 * LONGEST_LINE
    assert file.furthest > 110 * 1_000_000


def test_rows_that_reach_over_blocks_are_whole() -> None:
    file = csv_of(40, "line\n" * 400_000)
    notes = pa.Table.from_batches(read(file))["note"]
    assert len(notes) == 40
    assert pc.all(pc.equal(pc.count_substring(notes, "line\n"), 400_000)).as_py()


def test_blocks_without_rows_stop_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "_SECONDS", 0.01)
    blank = b"\r\n" * (6 * LONGEST_LINE)
    file = io.BytesIO(b"id,note\r\n1,a\r\n" + blank + b"2,b\r\n")
    assert pa.Table.from_batches(read(file))["id"].to_pylist() == ["1", "2"]


def test_whoever_leaves_in_the_middle_lets_the_reader_end() -> None:
    file = csv_of(120_000, "x" * 1_000)
    batches = read(file)
    next(batches)
    began = time.monotonic()
    batches.close()
    assert file.closed
    assert time.monotonic() - began < 3


def test_closing_wakes_whoever_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "_SECONDS", 60.0)
    paced = Paced(io.BytesIO(b"abcdef"))
    assert [paced.read(1) for _ in range(3)] == [b"a", b"b", b"c"]
    got: list[bytes] = []
    waiting = threading.Thread(target=lambda: got.append(paced.read(1)))
    waiting.start()
    paced.close()
    waiting.join(10)
    assert got == [b""]


def test_arrow_files_are_read_one_batch_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "rows.arrow"
    schema = pa.schema([("id", pa.int64()), ("note", pa.string()), ("more", pa.string())])
    with pa.ipc.new_file(path, schema) as writer:
        for start in range(0, 100, 10):
            rows = {"id": range(start, start + 10), "note": ["x"] * 10, "more": ["y"] * 10}
            writer.write_batch(pa.record_batch({n: list(v) for n, v in rows.items()}, schema))
    batches = list(ipc_batches(path.open("rb"), ["note", "id"]))
    assert [batch.num_rows for batch in batches] == [10] * 10
    assert set(batches[0].schema.names) == {"note", "id"}
    assert pa.Table.from_batches(batches)["id"].to_pylist() == list(range(100))
