"""Rows per second that disclosure risk is measured at. Run: python tests/bench/bench_risk.py [rows]."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from sluicegate.risk import RiskMeter, Sketch

ROUNDS = 5
BATCH = 65_536
SIZES = {"region": 12, "town": 20, "age": 20, "gender": 3}


def batches(rows: int, *, encoded: bool, towns: int) -> list[pa.RecordBatch]:
    generator = np.random.default_rng(7)
    made = []
    for start in range(0, rows, BATCH):
        count = min(BATCH, rows - start)
        columns = {
            name: pa.array([f"{name}-{n}" for n in range(towns if name == "town" else size)]).take(
                pa.array(generator.integers(0, towns if name == "town" else size, count))
            )
            for name, size in SIZES.items()
        }
        columns["illness"] = pa.array(generator.integers(0, 30, count))
        people = generator.integers(0, rows // 2 + 1, count)
        columns["person"] = pa.array(
            [f"{n * 0x9E3779B97F4A7C15 % 2**128:032x}" for n in people.tolist()]
        )
        arrays = [
            c.dictionary_encode() if encoded and n in SIZES else c for n, c in columns.items()
        ]
        made.append(pa.RecordBatch.from_arrays(arrays, list(columns)))
    return made


def rate(
    stream: Sequence[pa.RecordBatch],
    sensitive: Sequence[str] = (),
    subjects: Sequence[str] = (),
) -> float:
    """Million rows per second of CPU, the median round."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        meter = RiskMeter(quasi=list(SIZES), sensitive=sensitive, subjects=subjects, enough=5)
        for batch in stream:
            meter.add(batch)
        meter.measure()
        times.append(time.process_time() - began)
    rows: int = sum(b.num_rows for b in stream)
    return rows / statistics.median(times) / 1e6


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for encoded in (False, True):
        for towns in (20, 60):
            stream = batches(rows, encoded=encoded, towns=towns)
            kind = "dictionaries" if encoded else "plain text"
            name = f"4 columns of {kind}, {720 * towns:,} combinations"
            print(f"{name}: k and uniqueness {rate(stream):.1f} M rows/s")
            print(
                f"{name}: with l and t of a column {rate(stream, sensitive=['illness']):.1f} M rows/s"
            )
            print(f"{name}: counting people {rate(stream, subjects=['person']):.1f} M rows/s")
    meter = RiskMeter(quasi=list(SIZES))
    for batch in batches(rows, encoded=True, towns=60):
        meter.add(batch)
    began = time.process_time()
    Sketch.of(*meter.keyed(bytes(32)), 5)
    print(f"sketch of {len(meter.measure().rows):,} classes: {time.process_time() - began:.3f} s")


if __name__ == "__main__":
    main()
