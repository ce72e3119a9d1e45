"""What the guard costs: the same orders from PostgreSQL to Parquet, guarded and not.

Usage: ``python tests/bench/bench_extract.py [--orders N] [--repeat N]``

Three ways in one run, on one server, best of the repeats: the gate (masks, scan, ledger,
attestation), ADBC straight to Parquet, and pandas. Absolute numbers are the machine's; the ratios
are what to compare. CPU time is of this process; the server's own work is not in it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # run as a script, the repository is not on the path

import pandas as pd  # noqa: E402 - after the path
import pyarrow.parquet as pq  # noqa: E402 - after the path
from adbc_driver_postgresql import dbapi  # noqa: E402 - after the path
from example_dags.demo_steps.server import running_postgres  # noqa: E402 - after the path
from example_dags.shop import generate, load  # noqa: E402 - after the path
from sqlalchemy import create_engine  # noqa: E402 - after the path

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings  # noqa: E402 - after the path
from sluicegate.cli.scaffold import write_scaffold  # noqa: E402 - after the path

PLAIN = "SELECT id, customer_id, placed_at, amount, status FROM orders"
TEXT = (
    "SELECT o.id, o.customer_id, o.placed_at, o.amount, o.status, o.ip_address, o.shipping_note,"
    " c.email, c.notes FROM orders AS o JOIN customers AS c ON c.id = o.customer_id"
)


@dataclass(frozen=True)
class Way:
    name: str
    run: Callable[[str, Path], int]


def by_gate(settings: Settings, sql: str, output: Path) -> int:
    identity = RunIdentity(
        orchestrator="cli", pipeline="bench", task="extract", run=uuid.uuid4().hex
    )
    request = ExtractRequest(
        source="shop_prod", sql=sql, purpose="churn_training", output=str(output)
    )
    with Gate.open(settings) as gate:
        outcome = gate.extract(request, identity)
    assert outcome.released, outcome.reasons
    return outcome.rows


def by_adbc(uri: str, sql: str, output: Path) -> int:
    output.mkdir()
    rows = 0
    with dbapi.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        reader = cursor.fetch_record_batch()
        with pq.ParquetWriter(output / "part.parquet", reader.schema, compression="zstd") as sink:
            for batch in reader:
                rows += batch.num_rows
                sink.write_batch(batch)
    return rows


def by_pandas(uri: str, sql: str, output: Path) -> int:
    output.mkdir()
    engine = create_engine(uri.replace("postgresql://", "postgresql+psycopg://", 1))
    frame = pd.read_sql(sql, engine)
    frame.to_parquet(output / "part.parquet", compression="zstd")
    engine.dispose()
    return len(frame)


def best(way: Way, sql: str, folder: Path, repeat: int) -> tuple[int, float, float]:
    """Return rows, and wall and CPU seconds of the fastest repeat."""
    times = []
    for _ in range(repeat):
        output = folder / uuid.uuid4().hex
        wall, cpu = time.perf_counter(), time.process_time()
        rows = way.run(sql, output)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
        shutil.rmtree(output)
    return rows, *min(times)


def measure(ways: list[Way], sql: str, folder: Path, repeat: int) -> None:
    results = {way.name: best(way, sql, folder, repeat) for way in ways}
    guarded = results[ways[0].name]
    print(f"{'':<28}{'rows/s':>12}{'wall s':>9}{'CPU s':>8}{'guarded takes':>16}")
    for name, (rows, wall, cpu) in results.items():
        ratio = guarded[1] / wall
        print(f"{name:<28}{rows / wall:>12,.0f}{wall:>9.2f}{cpu:>8.2f}{ratio:>14.2f} ×")


def prepare(folder: Path, uri: str) -> Settings:
    write_scaffold(folder)
    shutil.copyfile(ROOT / "example_dags" / "policies" / "shop.yaml", folder / "policy.yaml")
    settings = Settings.load(folder / "sluicegate.toml", environ={})
    return settings.with_sources({"shop_prod": uri})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sgbench-"))
    try:
        with running_postgres() as uri:
            shop = generate(customers=20_000, orders=arguments.orders, notes=10)
            reader = load(uri, shop)
            ways = [
                Way("guarded", partial(by_gate, prepare(folder / "settings", reader))),
                Way("ADBC to Parquet", partial(by_adbc, reader)),
                Way("pandas.read_sql to Parquet", partial(by_pandas, reader)),
            ]
            for title, sql in (("no free text, 5 columns", PLAIN), ("two texts, join", TEXT)):
                print(f"\n{arguments.orders:,} orders, {title}, best of {arguments.repeat}")
                measure(ways, sql, folder, arguments.repeat)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
