"""What a look through a value costs: microseconds for small ones, MB a second for large ones.

python tests/bench/bench_values.py
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sluicegate.gate.values import ValueGuard
from sluicegate.settings import Settings


def small(number: int) -> dict[str, Any]:
    """Write a result of a hundred bytes, as tasks hand them on."""
    return {
        "rows": 1000 + number % 1000,
        "output": "s3://lake/train/customers/",
        "state": "released",
        "digest": f"{random.Random(number).getrandbits(256):064x}",
    }


def main() -> None:
    """Print the table."""
    begin = time.perf_counter()
    guard = ValueGuard.open(Settings.load())
    guard.look("warm", where="v")
    print(f"open, and the first look        {time.perf_counter() - begin:8.2f} s")
    fresh = iter(f"state {n:x} of some job {n * 7919:x}" for n in range(10_000_000))
    many = [f"order {n} of shop {n % 97} was sent" for n in range(100_000)]
    prose = "the quick brown fox jumps over the lazy dog. " * 222_000
    frame = pd.DataFrame(
        {
            "id": np.arange(1_000_000),
            "plan": np.random.default_rng(1).choice(["free", "team", "pro"], 1_000_000),
            "spent": np.random.default_rng(2).random(1_000_000),
        }
    )
    rows: list[tuple[str, Callable[[], object], int]] = [
        ("100 bytes, a form that is known", lambda: small(random.randrange(1000)), 0),
        ("40 bytes, never seen before", lambda: {"state": next(fresh)}, 0),
        ("list of 100,000 short texts", lambda: many, sum(map(len, many))),
        ("text of 10 MB", lambda: prose, len(prose)),
        ("frame of 1,000,000 rows", lambda: frame, int(frame.memory_usage(deep=True).sum())),
    ]
    for name, make, size in rows:
        print(f"{name:32}{_told(guard, make, size)}")


def _told(guard: ValueGuard, make: Callable[[], object], size: int) -> str:
    guard.look(make(), where="return_value")
    values = [make() for _ in range(3 if size else 300)]
    begin = time.process_time()
    for value in values:
        guard.look(value, where="return_value")
    each = (time.process_time() - begin) / len(values)
    if size:
        return f"{size / each / 1e6:8.1f} MB/s"
    return f"{each * 1e6:8.0f} us"


if __name__ == "__main__":
    main()
