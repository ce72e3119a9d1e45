"""What the guard costs: two million rows of ten columns from PostgreSQL to Parquet.

Usage: ``python tests/bench/bench_extract.py [--rows N] [--repeat N] [--memory]``

Three of the columns are personal and one is free text, of which every twentieth row holds an address
or a number. Guarded, once as a policy would have it (masks in the source, the free text redacted in
the guard) and once with every text column as free text; beside it what people do without a guard:
ADBC batch by batch to Parquet, ``pandas.read_sql``, and the data frame of Airflow's own hook.
Medians of the repeats, in turns, on one server. Absolute numbers are the machine's; the ratios are
what to compare. CPU seconds are of this process; the server's own work is not in them.

``--memory`` measures peak memory instead, in a process of its own for each number of rows.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import shutil
import statistics
import subprocess
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

import psycopg  # noqa: E402 - after the path
import pyarrow.parquet as pq  # noqa: E402 - after the path
from adbc_driver_postgresql import dbapi  # noqa: E402 - after the path
from example_dags.demo_steps.server import running_postgres  # noqa: E402 - after the path
from faker import Faker  # noqa: E402 - after the path

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings  # noqa: E402 - after the path
from sluicegate.cli.scaffold import write_scaffold  # noqa: E402 - after the path

SQL = "SELECT * FROM orders"
SENTENCES = 5000
POLICY = """
version: 1
name: bench
sources:
  shop:
    tables:
      public.orders:
        columns:
          id: public
          placed_at: public
          amount: public
          quantity: public
          {texts}
classes:
  email: {{mask: pseudonymize}}
  phone: {{mask: partial, keep_last: 2}}
  date_of_birth: {{mask: generalize_date, unit: year}}
  free_text: {{mask: redact}}
rules:
  - id: all
    effect: permit
    principals: [{{pipeline: "*"}}]
    purposes: [bench]
    sources: [shop]
    tables: ["*"]
"""
MASKED_IN_SOURCE = (
    "email: email, phone: phone, birth_date: date_of_birth, status: public, country: public,"
    " notes: free_text"
)
ALL_FREE_TEXT = (
    "email: free_text, phone: free_text, birth_date: date_of_birth, status: free_text,"
    " country: free_text, notes: free_text"
)


@dataclass(frozen=True)
class Way:
    name: str
    run: Callable[[Path], int]


def by_gate(settings: Settings, output: Path) -> int:
    identity = RunIdentity(
        orchestrator="cli", pipeline="bench", task="extract", run=uuid.uuid4().hex
    )
    request = ExtractRequest(source="shop", sql=SQL, purpose="bench", output=str(output))
    with Gate.open(settings) as gate:
        outcome = gate.extract(request, identity)
    assert outcome.released, outcome.reasons
    return outcome.rows


def by_adbc(uri: str, output: Path) -> int:
    output.mkdir()
    rows = 0
    with dbapi.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(SQL)
        reader = cursor.fetch_record_batch()
        with pq.ParquetWriter(output / "part.parquet", reader.schema, compression="zstd") as sink:
            for batch in reader:
                rows += batch.num_rows
                sink.write_batch(batch)
    return rows


def by_pandas(uri: str, output: Path) -> int:
    import pandas as pd
    from sqlalchemy import create_engine

    output.mkdir()
    engine = create_engine(uri.replace("postgresql://", "postgresql+psycopg://", 1))
    frame = pd.read_sql(SQL, engine)
    frame.to_parquet(output / "part.parquet", compression="zstd")
    engine.dispose()
    return len(frame)


def by_airflow(uri: str, output: Path) -> int:
    os.environ["AIRFLOW_CONN_BENCH"] = json.dumps({"conn_type": "postgres", **_connection(uri)})
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    output.mkdir()
    frame = PostgresHook(postgres_conn_id="bench").get_df(SQL)
    frame.to_parquet(output / "part.parquet", compression="zstd")
    return len(frame)


def _connection(uri: str) -> dict[str, object]:
    parts = psycopg.conninfo.conninfo_to_dict(uri)
    return {
        "host": parts.get("host"),
        "login": parts.get("user"),
        "password": parts.get("password"),
        "schema": parts.get("dbname"),
        "port": int(str(parts["port"])) if "port" in parts else None,
    }


def load(uri: str, rows: int) -> None:
    """Make the orders in the server: sentences of its own, in pairs that differ from row to row."""
    fake = Faker("en_US")
    fake.seed_instance(7)
    sentences = [fake.sentence(nb_words=9) for _ in range(SENTENCES)]
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE TABLE sentences (n int PRIMARY KEY, s text)")
        with connection.cursor().copy("COPY sentences FROM STDIN") as copy:
            for number, sentence in enumerate(sentences):
                copy.write_row((number, sentence))
        connection.execute(
            f"""
            CREATE TABLE orders AS
            SELECT g::bigint AS id,
                   'user' || (g::bigint * 7919 % 1000003) || '@example.com' AS email,
                   '+1 202-555-' || lpad((g % 10000)::text, 4, '0') AS phone,
                   DATE '1950-01-01' + g % 20000 AS birth_date,
                   TIMESTAMPTZ '2024-01-01' + g * INTERVAL '7 seconds' AS placed_at,
                   ((g::bigint * 7919 % 100000)::numeric / 100)::numeric(12, 2) AS amount,
                   g % 9 AS quantity,
                   (ARRAY['open', 'paid', 'sent', 'returned'])[g % 4 + 1] AS status,
                   (ARRAY['DE', 'FR', 'US', 'NL', 'IT'])[g % 5 + 1] AS country,
                   a.s || ' ' || b.s || CASE g % 40
                       WHEN 7 THEN ' Write to kunde' || g || '@example.org please.'
                       WHEN 23 THEN ' Call +1 202-555-01' || lpad((g % 100)::text, 2, '0') || '.'
                       ELSE '' END AS notes
            FROM generate_series(1, {rows:d}) AS g
            JOIN sentences AS a ON a.n = g % {SENTENCES}
            JOIN sentences AS b ON b.n = g::bigint * 7919 % {SENTENCES - 1}
            """.encode()
        )
        connection.execute("VACUUM ANALYZE orders")


def prepare(folder: Path, uri: str, texts: str) -> Settings:
    write_scaffold(folder)
    columns = texts.replace(", ", "\n          ")
    (folder / "policy.yaml").write_text(POLICY.format(texts=columns))
    settings = Settings.load(folder / "sluicegate.toml", environ={})
    return settings.with_sources({"shop": uri})


def measure(ways: list[Way], folder: Path, repeat: int) -> None:
    times: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    rows = 0
    for _ in range(repeat):
        for way in ways:
            output = folder / uuid.uuid4().hex
            wall, cpu = time.perf_counter(), time.process_time()
            rows = way.run(output)
            times[way.name].append((time.perf_counter() - wall, time.process_time() - cpu))
            shutil.rmtree(output)
    medians = {
        name: [statistics.median(each) for each in zip(*found, strict=True)]
        for name, found in times.items()
    }
    serial = medians["ADBC to Parquet"][0]
    print(f"{rows:,} rows, medians of {repeat}")
    print(f"{'':<34}{'rows/s':>12}{'wall s':>9}{'CPU s':>8}{'× ADBC':>9}")
    for name, (wall, cpu) in medians.items():
        print(f"{name:<34}{rows / wall:>12,.0f}{wall:>9.2f}{cpu:>8.2f}{wall / serial:>9.2f}")
    guarded = medians[ways[0].name][0]
    for name in [way.name for way in ways[3:]]:
        print(f"guarded is {medians[name][0] / guarded:.2f} × as fast as {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help="measure peak memory instead")
    parser.add_argument("--guarded-only", nargs=2, metavar=("URI", "TEXTS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    folder = Path(tempfile.mkdtemp(prefix="sgbench-"))
    try:
        if arguments.guarded_only:
            uri, texts = arguments.guarded_only
            by_gate(prepare(folder / "settings", uri, texts), folder / "out")
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        elif arguments.memory:
            memory()
        else:
            compare(folder, arguments.rows, arguments.repeat)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(folder: Path, rows: int, repeat: int) -> None:
    with running_postgres() as uri:
        load(uri, rows)
        structured = prepare(folder / "structured", uri, MASKED_IN_SOURCE)
        texts = prepare(folder / "texts", uri, ALL_FREE_TEXT)
        ways = [
            Way("guarded, one free text", partial(by_gate, structured)),
            Way("guarded, every text free text", partial(by_gate, texts)),
            Way("ADBC to Parquet", partial(by_adbc, uri)),
            Way("pandas.read_sql to Parquet", partial(by_pandas, uri)),
            Way("Airflow's get_df to Parquet", partial(by_airflow, uri)),
        ]
        measure(ways, folder, repeat)


def memory() -> None:
    for rows in (500_000, 2_000_000, 8_000_000):
        with running_postgres() as uri:
            load(uri, rows)
            for name, texts in (("one free text", MASKED_IN_SOURCE), ("all texts", ALL_FREE_TEXT)):
                command = [sys.executable, __file__, "--guarded-only", uri, texts]
                peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                print(f"{rows:>10,} rows, {name:<14} peak {int(peak.split()[-1]):>5} MB")


if __name__ == "__main__":
    main()
