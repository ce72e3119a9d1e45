"""Tables as outputs: one commit, ours are told from others', and anybody verifies them."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pytest

from sluicegate import OutputOptions, open_dataset
from sluicegate.errors import (
    ConfigurationError,
    IntegrityError,
    OutputExists,
    SinkError,
    SinkUnavailable,
    UnknownNameError,
)
from sluicegate.evidence import ATTESTATION, verify_output
from sluicegate.model.sensitive import Sensitive
from sluicegate.sinks import open_sink
from sluicegate.sinks.table import open_store
from sluicegate.sinks.table_location import table_location
from sluicegate.testing.sinks import batch, stage

pytestmark = pytest.mark.postgres

POLICY = """
version: 1
name: outputs
sources:
  shop:
    tables:
      main.customers: {columns: {id: public, email: email, plan: public, ref: public}}
classes:
  email: {mask: pseudonymize}
rules:
  - id: permit-training
    effect: permit
    principals: [{pipeline: tests}]
    purposes: [training]
    sources: [shop]
    tables: ["main.*"]
    outputs: ["table://warehouse/train.*"]
"""
OUTPUT = "table://warehouse/train.customers"


@dataclass
class Warehouse:
    """A database that tables are released to, and a person with rights in it."""

    kind: str
    url: str

    def run(self, sql: str) -> list[Any]:
        if self.kind == "duckdb":
            with duckdb.connect(self.url.removeprefix("duckdb:///")) as connection:
                return connection.execute(sql).fetchall()
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def tables(self) -> list[str]:
        found = self.run(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'train'"
        )
        return sorted(name for (name,) in found)


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path, postgres: Any) -> Warehouse:
    if request.param == "duckdb":
        duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()
        made = Warehouse("duckdb", f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    else:
        made = Warehouse("postgres", postgres.database())
    made.run("CREATE SCHEMA train")
    return made


@pytest.fixture
def bench(make_bench: Callable[..., Any], tmp_path: Path, warehouse: Warehouse) -> Any:
    (tmp_path / "state").mkdir()
    file = tmp_path / "state" / "shop.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE customers (id INTEGER, email TEXT, plan TEXT, ref TEXT)")
        connection.executemany(
            "INSERT INTO customers VALUES (?, ?, ?, ?)",
            [
                (n, f"user{n}@example.com", f"plan {n % 3}", f"user{n}@example.org")
                for n in range(50)
            ],
        )
    return make_bench({"shop": f"sqlite:///{file}", "warehouse": warehouse.url}, POLICY)


def request(bench: Any, **changes: Any) -> Any:
    given = {
        "source": "shop", "purpose": "training", "output": OUTPUT,
        "sql": "SELECT id, email, plan FROM customers",
    }  # fmt: skip
    return bench.request(**(given | changes))


def verified(bench: Any, gate: Any) -> list[str]:
    found = verify_output(OUTPUT, gate.trusted, source_url=bench.settings.source_url)
    return [problem.code for problem in found.problems]


def test_a_table_is_released_verified_and_replayed(bench: Any, warehouse: Warehouse) -> None:
    with bench.gate() as gate:
        identity = bench.identity()
        outcome = gate.extract(request(bench), identity)
        assert outcome.released, outcome.reasons
        assert [(f.name, f.rows) for f in outcome.files] == [("train.customers", 50)]
        assert outcome.attestation == f"{OUTPUT}/{ATTESTATION}"
        assert verified(bench, gate) == []
        again = gate.extract(request(bench), identity)
        assert again.replayed
        with pytest.raises(OutputExists):
            gate.extract(request(bench), bench.identity())
    assert warehouse.tables() == ["customers", "sluicegate_attestations"]
    rows = warehouse.run(
        "SELECT count(DISTINCT email), min(length(email)), max(id) FROM train.customers"
    )
    assert rows == [(50, 32, 49)]
    with pytest.raises(ConfigurationError, match="SQL"):
        open_dataset(OUTPUT)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE train.customers SET plan = 'other' WHERE id = 7", "changed"),
        ("DELETE FROM train.customers WHERE id = 7", "changed"),
        ("INSERT INTO train.customers SELECT * FROM train.customers WHERE id = 7", "changed"),
        ("ALTER TABLE train.customers ADD COLUMN more INTEGER", "changed"),
        ("DROP TABLE train.customers", "missing-attestation"),
        ("DELETE FROM train.sluicegate_attestations", "missing-attestation"),
        ("DROP TABLE train.sluicegate_attestations", "missing-attestation"),
    ],
)
def test_what_is_changed_afterwards_is_found(
    bench: Any, warehouse: Warehouse, change: str, code: str
) -> None:
    with bench.gate() as gate:
        identity = bench.identity()
        assert gate.extract(request(bench), identity).released
        warehouse.run(change)
        assert verified(bench, gate) == [code]
        if code == "changed":
            with pytest.raises(IntegrityError):
                gate.extract(request(bench), identity)


def test_an_own_release_is_replaced_when_that_is_asked_for(
    bench: Any, warehouse: Warehouse
) -> None:
    replacing = request(
        bench, sql="SELECT id, plan FROM customers WHERE id < 5",
        output_options=OutputOptions(if_exists="replace"),
    )  # fmt: skip
    with bench.gate() as gate:
        assert gate.extract(request(bench), bench.identity()).released
        identity = bench.identity()
        outcome = gate.extract(replacing, identity)
        assert outcome.released, outcome.reasons
        assert verified(bench, gate) == []
        assert gate.extract(replacing, identity).replayed
        assert gate.extract(replacing, bench.identity()).released
    assert warehouse.run("SELECT count(*) FROM train.customers") == [(5,)]
    assert len(warehouse.run("SELECT * FROM train.sluicegate_attestations")) == 1


@pytest.mark.parametrize(
    "what",
    ["changed", "foreign", "foreign beside an old attestation", "unsigned", "view", "another's"],
)
def test_what_is_not_ours_is_never_replaced(bench: Any, warehouse: Warehouse, what: str) -> None:
    replacing = request(bench, output_options=OutputOptions(if_exists="replace"))
    with bench.gate() as gate:
        if what in {"changed", "unsigned", "foreign beside an old attestation"}:
            assert gate.extract(request(bench), bench.identity()).released
        if what == "changed":
            warehouse.run("INSERT INTO train.customers (id) VALUES (99)")
        elif what == "unsigned":
            zero = "'\\x00'::BLOB" if warehouse.kind == "duckdb" else "'\\x00'::bytea"
            warehouse.run(f"UPDATE train.sluicegate_attestations SET attestation = {zero}")
        elif what == "foreign beside an old attestation":
            warehouse.run("DROP TABLE train.customers")
            warehouse.run("CREATE TABLE train.customers (id INTEGER)")
        elif what == "view":
            warehouse.run("CREATE VIEW train.customers AS SELECT 1 AS id")
        else:
            warehouse.run("CREATE TABLE train.customers (id INTEGER)")
        before = warehouse.run("SELECT * FROM train.customers ORDER BY id")
        with pytest.raises(OutputExists):
            gate.extract(replacing, bench.identity())
    assert warehouse.run("SELECT * FROM train.customers ORDER BY id") == before


def test_a_leak_leaves_no_table(bench: Any, warehouse: Warehouse) -> None:
    with bench.gate() as gate:
        outcome = gate.extract(
            request(bench, sql="SELECT id, ref FROM customers"), bench.identity()
        )
    assert outcome.status.value == "quarantined"
    assert "customers" not in warehouse.tables()
    assert (Path(outcome.quarantine) / "_SLUICEGATE" / "findings.json").is_file()


def test_the_policy_says_which_tables(bench: Any, warehouse: Warehouse) -> None:
    warehouse.run("CREATE SCHEMA secret")
    with bench.gate() as gate:
        outcome = gate.extract(
            request(bench, output="table://warehouse/secret.customers"), bench.identity()
        )
    assert [r.code for r in outcome.reasons] == ["G18"]


# ------------------------------------------------------------------------- the sink alone


def sink_of(warehouse: Warehouse, **options: Any) -> Any:
    return open_sink(
        OUTPUT, OutputOptions(**options), source_url=lambda _: Sensitive(warehouse.url)
    )


def test_exact_types_arrive(warehouse: Warehouse) -> None:
    rows = pa.record_batch(
        {
            "n": pa.array([2**62, None]),
            "d": pa.array([Decimal("12345678901234567890.123456789"), None], pa.decimal128(38, 9)),
            "at": pa.array(
                [datetime(2026, 1, 2, 3, 4, 5, 6, UTC), None], pa.timestamp("us", "UTC")
            ),
            "day": pa.array([date(2026, 1, 2), None]),
            "b": pa.array([b"\x00\xff", None]),
            'odd "name"; --': pa.array(["é'\"\\", None]),
            "ok": pa.array([True, None]),
            "f": pa.array([0.1, float("nan")]),
        }
    )
    staging = stage(sink_of(warehouse), OUTPUT)
    staging.write(rows)
    (file,) = staging.finish()
    staging.publish({})
    assert file.rows == 2
    found = warehouse.run("SELECT * FROM train.customers WHERE n IS NOT NULL")[0]
    assert found[:2] == (2**62, Decimal("12345678901234567890.123456789"))
    assert found[2].astimezone(UTC) == datetime(2026, 1, 2, 3, 4, 5, 6, UTC)
    assert (found[3], bytes(found[4]), found[5:8]) == (
        date(2026, 1, 2), b"\x00\xff", ("é'\"\\", True, 0.1),
    )  # fmt: skip


def test_the_digest_does_not_hang_on_the_order_or_the_batches(warehouse: Warehouse) -> None:
    digests = set()
    rows = batch(1000)
    for order in (range(1000), reversed(range(1000))):
        staging = stage(sink_of(warehouse), OUTPUT)
        for start in (0, 300):
            indices = list(order)[start : start + 300] if start == 0 else []
            if indices:
                staging.write(rows.take(pa.array(indices)))
        digests.add(staging.finish()[0].sha256)
        staging.discard()
    assert len(digests) == 2, "other rows have another digest"
    digests.clear()
    for rows_in_order in (list(range(1000)), list(reversed(range(1000)))):
        staging = stage(sink_of(warehouse), OUTPUT)
        for start in range(0, 1000, 250):
            staging.write(rows.take(pa.array(rows_in_order[start : start + 250])))
        digests.add(staging.finish()[0].sha256)
        staging.discard()
    assert len(digests) == 1


def test_values_do_not_run_together(warehouse: Warehouse) -> None:
    digests = set()
    for cells in ((["a", "b"], [None, ""]), (["a", "b"], ["", None]), (["ab", ""], [None, ""])):
        staging = stage(sink_of(warehouse), OUTPUT)
        staging.write(pa.record_batch([pa.array(c, pa.string()) for c in cells], names=["x", "y"]))
        digests.add(staging.finish()[0].sha256)
        staging.discard()
    assert len(digests) == 3


_CRASH = """
import sys, time
from sluicegate.model.sensitive import Sensitive
from sluicegate.sinks import open_sink
from sluicegate.testing.sinks import batch, stage
staging = stage(open_sink(sys.argv[1], source_url=lambda _: Sensitive(sys.argv[2])), sys.argv[1])
staging.write(batch(200_000))
if sys.argv[3] == "finished": staging.finish()
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("moment", ["writing", "finished"])
def test_a_crash_leaves_nothing(warehouse: Warehouse, moment: str) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _CRASH, OUTPUT, warehouse.url, moment],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert warehouse.tables() in ([], ["sluicegate_attestations"])
    staging = stage(sink_of(warehouse), OUTPUT)
    staging.write(batch(3))
    staging.publish({})
    assert warehouse.run("SELECT count(*) FROM train.customers") == [(3,)]


def test_of_two_runs_one_publishes(warehouse: Warehouse) -> None:
    stagings = [stage(sink_of(warehouse), OUTPUT) for _ in range(2)]
    for number, staging in enumerate(stagings, 1):
        staging.write(batch(number))
        staging.finish()
    ends: list[str] = []

    def publish(staging: Any) -> None:
        try:
            staging.publish({ATTESTATION: b"{}"})
        except OutputExists:
            ends.append("exists")
        else:
            ends.append("published")

    threads = [threading.Thread(target=publish, args=(s,)) for s in stagings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["exists", "published"]


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    gone = Warehouse("postgres", "postgresql://nobody:hunter7f3a@127.0.0.1:9/none")
    with pytest.raises(SinkUnavailable) as caught:
        sink_of(gone).check(OUTPUT)
    assert "7f3a" not in f"{caught.value}{caught.value.__context__!r}"
    with pytest.raises(SinkError, match="does not exist"):
        sink_of(Warehouse("duckdb", f"duckdb:///{tmp_path}/none.duckdb")).check(OUTPUT)


def test_a_missing_schema_and_missing_rights(warehouse: Warehouse) -> None:
    output = "table://warehouse/nowhere.customers"
    sink = sink_of(warehouse)
    with pytest.raises(SinkError):
        sink.stage(output, "run", lambda _: {}).write(batch(1))
    assert warehouse.tables() == []


@pytest.mark.parametrize(
    "output",
    [
        "table://", "table://warehouse", "table://warehouse/customers", "table://w/a.b.c",
        "table://w/a.b?x", "table:///a.b", "table://w/a.b;drop", 'table://w/a."b"', "table://w/a./b",
        "table://w/pg_catalog.x", "table://w/information_schema.x", "table://w/../a.b",
        "table://w/main.sluicegate_attestations", "table://w/main._sluicegate_x", "table://w/a.b\n",
        "table://w/a." + "b" * 64,
    ],
)  # fmt: skip
def test_odd_names_are_refused(output: str) -> None:
    with pytest.raises(ConfigurationError):
        open_sink(output, source_url=lambda _: Sensitive("duckdb:///x"))


def test_options_and_sources_that_do_not_go_with_tables() -> None:
    with pytest.raises(ConfigurationError, match="if_exists"):
        open_sink(OUTPUT, OutputOptions(format="csv"), source_url=lambda _: Sensitive(""))
    with pytest.raises(ConfigurationError, match="settings"):
        open_sink(OUTPUT)
    with pytest.raises(UnknownNameError):
        open_sink(OUTPUT, source_url=lambda _: Sensitive("sqlite:///x")).check(OUTPUT)
    url = "postgresql://localhost/x?sluicegate_scoped_role=true"
    with pytest.raises(SinkError, match="scoped"):
        open_sink(OUTPUT, source_url=lambda _: Sensitive(url)).check(OUTPUT)


def test_what_others_may_do_by_default_is_not_done_while_it_is_written(postgres: Any) -> None:
    """Default privileges would open a new table at once; nobody sees one that is not committed."""
    warehouse = Warehouse("postgres", postgres.database())
    warehouse.run("CREATE SCHEMA train")
    warehouse.run("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC")
    staging = stage(sink_of(warehouse), OUTPUT)
    staging.write(batch(200_000))
    staging.finish()
    assert warehouse.tables() == ["sluicegate_attestations"]
    staging.discard()
    location = table_location(OUTPUT)
    with closing(open_store(location, lambda _: Sensitive(warehouse.url))) as store:
        assert store.relation("train", "customers") == ""
