"""Marked values go in; every public path runs; none may be in anything that is left behind (P1).

The paths: extract, refused extract, failing extract, preview, scan, command line, an Airflow run and a
Dagster run. What is searched: every file, decoded where it is compressed, every table of every SQLite
database, everything printed, and every exception.
"""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate import Gate, Settings, SluicegateError

ROOT = Path(__file__).parents[2]

LEAK = "SELECT id, status, gateway_ref FROM orders"
FAILING = "SELECT CAST(gateway_ref AS INTEGER) AS n FROM orders"
REFUSED = "SELECT upper(email) AS e FROM customers WHERE notes LIKE '%555%'"
RECORD = (
    "ledger checkpoint",
    "ledger prove 1 --output proof.json",
    "ledger query --save queried.parquet",
    "ledger export --to file:events.jsonl",
    "evidence report --framework soc2 --html soc2.html --oscal soc2.json --bundle soc2.zip",
    "evidence passport out0 --html sheet.html --croissant card.json",
    "doctor",
)
"""What is made of the record for others: proofs, exports, reports."""
GOOD = "SELECT id, email, phone, card_number, notes, referral_url FROM customers"


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder as it stands, and as a reader would decode it."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        yield str(path), raw
        if path.suffix == ".parquet":
            yield f"{path} (rows)", str(pq.read_table(path).to_pylist()).encode()
        elif path.suffix == ".json" and b'"payload"' in raw:
            yield f"{path} (payload)", base64.b64decode(json.loads(raw)["payload"])
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield from ((f"{path} ({name})", packed.read(name)) for name in packed.namelist())
        elif raw.startswith(b"SQLite format 3"):
            yield f"{path} (tables)", b"\n".join(cells(path))


def cells(path: Path) -> Iterator[bytes]:
    """Every cell of a database; what Airflow and Dagster compress is decompressed."""
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            for row in database.execute(f'SELECT * FROM "{name}"'):
                for cell in row:
                    raw = cell if isinstance(cell, bytes) else str(cell).encode()
                    yield raw
                    if raw[:1] == b"\x78":
                        with suppress(zlib.error):  # an x, and no compressed cell
                            yield zlib.decompress(raw)


def found(planted: Any, folder: Path, *texts: str) -> dict[str, Any]:
    """Where a marked value stands: place → class and number, never the value."""
    places = [*contents(folder), ("printed", "\n".join(texts).encode())]
    hits = {place: planted.found_in(content) for place, content in places}
    return {place: hit for place, hit in hits.items() if hit}


def test_the_search_finds_a_planted_value(tmp_path: Path, shop_database: Any) -> None:
    planted, shop = shop_database.planted, shop_database.shop
    email = next(filter(None, shop.customers["email"].to_pylist()))
    pq.write_table(pa.table({"a": [email]}), tmp_path / "x.parquet", compression="zstd")
    with closing(sqlite3.connect(tmp_path / "x.db")) as database:
        database.execute("CREATE TABLE t (a BLOB)")
        database.execute("INSERT INTO t VALUES (?)", (zlib.compress(email.encode()),))
        database.commit()
    hits = found(planted, tmp_path, f"log: {email}")
    assert len([p for p in hits if "rows" in p or "tables" in p or p == "printed"]) == 3


@pytest.mark.postgres
def test_the_core_leaves_no_marked_value(
    shop_bench: Any, shop_database: Any, caplog: pytest.LogCaptureFixture
) -> None:
    texts: list[str] = []
    with shop_bench.gate() as gate, caplog.at_level("DEBUG"):
        for number, sql in enumerate([GOOD, LEAK, FAILING, REFUSED]):
            request = shop_bench.request(sql=sql, output=str(shop_bench.folder / f"out{number}"))
            for act in (gate.plan, gate.extract, gate.preview):
                try:
                    texts.append(repr(act(request, shop_bench.identity())))
                except SluicegateError as error:
                    texts += [repr(error), str(error), repr(error.__dict__)]
                    texts += [repr(error.__cause__), repr(error.__context__)]
        leaky = shop_bench.folder / "leaky"
        leaky.mkdir()
        pq.write_table(shop_database.shop.customers, leaky / "raw.parquet")
        report = gate.scan([leaky])
        assert report.scan.total > 100
        texts.append(repr(report))
        (leaky / "raw.parquet").unlink()
    texts += [record.getMessage() for record in caplog.records]
    assert found(shop_database.planted, shop_bench.folder, *texts) == {}


@pytest.mark.postgres
def test_the_command_line_leaves_no_marked_value(home: Path, run: Any, shop_database: Any) -> None:
    texts = []
    expected = {GOOD: 0, LEAK: 1, FAILING: 2, REFUSED: 1}
    for number, (sql, code) in enumerate(expected.items()):
        for verb in ("plan", "extract", "preview"):
            command = [verb, "--source", "shop_prod", "--sql", sql, "--purpose", "churn_training"]
            if verb != "preview":
                command += ["--output", str(home / f"out{number}")]
            ended, text = run("sluicegate", *command)
            texts.append(text)
            assert "Traceback" not in text
            if verb == "extract":
                assert ended == code, text
    ended, text = run("sluicegate", "verify", str(home / "out0"))
    assert ended == 0, text
    ended, listed = run("sluicegate", "ledger", "verify")
    assert ended == 0, listed
    texts += [text, listed]
    for words in RECORD:
        ended, text = run("sluicegate", *words.split())
        assert ended == 0, text
        texts.append(text)
    assert {"soc2.html", "soc2.json", "soc2.zip", "sheet.html", "card.json", "events.jsonl",
            "queried.parquet", "proof.json", "lineage.jsonl"} <= {p.name for p in home.iterdir()}  # fmt: skip
    assert found(shop_database.planted, home, *texts) == {}


@pytest.mark.postgres
@pytest.mark.airflow
@pytest.mark.slow
def test_an_airflow_run_leaves_no_marked_value(home: Path, run: Any, shop_database: Any) -> None:
    ended, text = run("airflow", "db", "migrate")
    assert ended == 0, text
    texts = [text]
    for dag, status in {
        "guarded_customers": "released",
        "leaky_orders": "quarantined",
        "drop_table_attempt": "refused",
    }.items():
        _, text = run("airflow", "dags", "test", dag)
        assert f"sluicegate {status}" in text, text[-3000:]
        texts.append(text)
    assert found(shop_database.planted, home, *texts) == {}
    password = re.search(r":([^:@/]+)@", shop_database.reader)
    assert password
    assert password[1] not in "".join(texts)


@pytest.mark.postgres
@pytest.mark.dagster
@pytest.mark.slow
def test_a_dagster_run_leaves_no_marked_value(home: Path, run: Any, shop_database: Any) -> None:
    file = ROOT / "example_dags" / "dagster" / "guarded_customers.py"
    command = ["dagster", "asset", "materialize", "--select", "customers", "-f", str(file)]
    ended, text = run(*command)
    assert ended == 0, text[-3000:]
    assert found(shop_database.planted, home, text) == {}


@pytest.mark.postgres
def test_the_same_values_on_every_path(
    home: Path, run: Any, shop_bench: Any, shop_database: Any
) -> None:
    """Core and command line; the Airflow and Dagster tests compare theirs with the core's."""
    sql = "SELECT id, email, phone, notes FROM customers"
    command = ["extract", "--source", "shop_prod", "--sql", sql, "--purpose", "churn_training"]
    ended, text = run("sluicegate", *command, "--output", str(home / "o"))
    assert ended == 0, text
    environ = {"SHOP_PROD_URL": shop_database.reader}
    with Gate.open(Settings.load(home / "sluicegate.toml", environ=environ)) as gate:
        outcome = gate.extract(replace(shop_bench.request(), sql=sql), shop_bench.identity())
    order = [("id", "ascending")]
    mine = pq.read_table(Path(outcome.output) / "part-00000.parquet").sort_by(order)
    theirs = pq.read_table(home / "o" / "part-00000.parquet").sort_by(order)
    assert mine.equals(theirs)
