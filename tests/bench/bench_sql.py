"""What the masked rewrite costs: planning it, and running it in PostgreSQL.

Usage: ``python tests/bench/bench_sql.py [--rows N] [--repeat N]``

Planning: a query of 101 lines over 50 tables of 40 columns, from its text to the text that runs; and
a whole plan of the gate in PostgreSQL, the first one and those that remember the catalogue.
Running: the source's own execution time (``EXPLAIN (ANALYZE, TIMING OFF)``) of each query as written
and as rewritten, in turns, best of the repeats. Ratios are what to compare.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # run as a script, the repository is not on the path

import psycopg  # noqa: E402 - after the path
from example_dags.demo_steps.server import running_postgres  # noqa: E402 - after the path

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings  # noqa: E402 - after the path
from sluicegate.model.data import (  # noqa: E402 - after the path
    CatalogColumn,
    ColumnRef,
    DataClass,
    Relation,
    RelationName,
    TypeFamily,
)
from sluicegate.model.decision import ColumnRule, Obligations  # noqa: E402 - after the path
from sluicegate.model.masks import (  # noqa: E402 - after the path
    Keep,
    Mask,
    Partial,
    Pseudonymize,
    Redact,
    Suppress,
)
from sluicegate.sql import check, gather, parse, rewrite  # noqa: E402 - after the path

MASKS: dict[str, Mask] = {
    "public": Keep(),
    "email": Pseudonymize(),
    "phone": Partial(keep_last=2),
    "free_text": Redact(),
    "person": Suppress(),
}
TABLES, COLUMNS = 50, 40
EVENTS = {"id": "public", "plan": "public", "amount": "public", "day": "public"} | {
    "email": "email",
    "phone": "phone",
}
TYPES = {"id": TypeFamily.INTEGER, "amount": TypeFamily.DECIMAL, "day": TypeFamily.DATE}
NATIVE = {"id": "integer", "amount": "numeric", "day": "date"}

QUERIES = {
    "no masked column: aggregate": "SELECT plan, count(*) AS n, sum(amount) AS s FROM events"
    " WHERE day >= DATE '2024-06-01' GROUP BY plan",
    "no masked column: join": "SELECT a.plan, count(*) AS n FROM events a JOIN events b"
    " ON b.id = a.id + 1 WHERE a.amount > 50 GROUP BY a.plan",
    "no masked column: rows": "SELECT id, plan, amount, day FROM events WHERE amount > 10",
    "partial phone leaves": "SELECT id, phone FROM events WHERE amount > 10",
    "digest of email leaves": "SELECT id, email FROM events WHERE amount > 10",
    "digest in a predicate": "SELECT count(DISTINCT email) AS n FROM events WHERE amount > 90",
}


def relation(name: str, columns: dict[str, str]) -> tuple[Relation, dict[ColumnRef, ColumnRule]]:
    own = RelationName(schema="public", name=name)
    listed = tuple(
        CatalogColumn(
            name=c, native_type=NATIVE.get(c, "text"), family=TYPES.get(c, TypeFamily.TEXT)
        )
        for c in columns
    )
    rules = {
        ColumnRef(relation=own, column=c): ColumnRule(
            column=ColumnRef(relation=own, column=c),
            data_class=DataClass(data_class),
            mask=MASKS[data_class],
            rule="bench",
        )
        for c, data_class in columns.items()
    }
    return Relation(name=own, kind="table", columns=listed), rules


def wide() -> tuple[str, dict[str, Relation], Obligations]:
    classes = list(MASKS)
    relations: dict[str, Relation] = {}
    rules: dict[ColumnRef, ColumnRule] = {}
    for n in range(TABLES):
        columns = {"id": "public"} | {f"c{i}": classes[i % 5] for i in range(COLUMNS - 1)}
        relations[f"t{n}"], own = relation(f"t{n}", columns)
        rules |= own
    lines = ["SELECT"]
    lines += [f"  t{n}.c0 AS c0_{n}, t{n}.c6 AS c6_{n}, t{n}.c2 AS c2_{n}," for n in range(48)]
    lines += ["  t0.id", "FROM t0"]
    lines += [f"JOIN t{n} ON t{n}.id = t{n - 1}.id AND t{n}.c5 = 'x'" for n in range(1, TABLES)]
    return "\n".join([*lines, "WHERE t0.id > 5"]), relations, Obligations(columns=rules)


def planned(sql: str, relations: dict[str, Relation], obligations: Obligations) -> str:
    parsed = parse(sql, "postgres")
    facts = gather(parsed, lambda _schema, name, _exact: relations.get(name))
    assert not check(facts) or not facts.problems
    return rewrite(parsed, facts, obligations).statement.sql


def best(repeat: int, act: Callable[[], object]) -> float:
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return min(times)


def planning(repeat: int) -> None:
    sql, relations, obligations = wide()
    lines = len(sql.splitlines())
    seconds = best(repeat, lambda: planned(sql, relations, obligations))
    print(
        f"planning {lines} lines over {TABLES} tables of {COLUMNS} columns: {seconds * 1e3:.0f} ms"
    )


def planning_in_the_gate(repeat: int) -> None:
    """Plan the same query in a database that has its tables: first look, and remembered."""
    sql, relations, obligations = wide()
    with (
        running_postgres() as url,
        psycopg.connect(url, autocommit=True) as connection,
        tempfile.TemporaryDirectory() as folder,
    ):
        for name, found in relations.items():
            columns = ", ".join(
                f"{c.name} {'integer' if c.name == 'id' else c.native_type}" for c in found.columns
            )
            connection.execute(f"CREATE TABLE {name} ({columns})".encode())
        policy = Path(folder) / "policy.json"  # which is YAML too
        policy.write_text(json.dumps(_policy(relations, obligations)))
        os.environ["SLUICEGATE_ROOT_KEY"] = base64.b64encode(os.urandom(32)).decode()
        settings = Settings.load(home=Path(folder), policy=policy).with_sources({"shop": url})
        request = ExtractRequest(source="shop", sql=sql, purpose="bench", output="")
        identity = RunIdentity(orchestrator="cli", pipeline="bench", task="plan", run="1")
        with Gate.open(settings) as gate:
            times: list[tuple[float, float]] = []
            for _ in range(repeat + 1):
                began = time.perf_counter(), time.process_time()
                outcome = gate.plan(request, identity)
                wall, own = time.perf_counter() - began[0], time.process_time() - began[1]
                times.append((wall * 1e3, own * 1e3))
                assert outcome.plan is not None, outcome.reasons
    print(
        "  a whole plan, ms with connecting and PostgreSQL's own planning (CPU of the guard alone)"
    )
    first, *later = times
    print(f"    the first time             {first[0]:5.0f}  ({first[1]:.0f})")
    wall, own = (statistics.median(each) for each in zip(*later, strict=True))
    print(f"    with the catalogue known   {wall:5.0f}  ({own:.0f})")


def _policy(relations: dict[str, Relation], obligations: Obligations) -> dict[str, object]:
    tables: dict[str, object] = {
        str(found.name): {
            "columns": {
                c.name: obligations.columns[
                    ColumnRef(relation=found.name, column=c.name)
                ].data_class
                for c in found.columns
            }
        }
        for found in relations.values()
    }
    return {
        "version": 1,
        "name": "bench",
        "sources": {"shop": {"tables": tables}},
        "classes": {
            "email": {"mask": "pseudonymize"},
            "phone": {"mask": "partial", "keep_last": 2},
            "free_text": {"mask": "redact"},
            "person": {"mask": "suppress"},
        },
        "rules": [
            {
                "id": "all",
                "effect": "permit",
                "principals": [{"pipeline": "*"}],
                "purposes": ["bench"],
                "sources": ["shop"],
                "tables": ["*"],
            }
        ],
    }


def execution(connection: psycopg.Connection, sql: str) -> float:
    explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}"
    (found,) = connection.execute(explain.encode()).fetchone() or ("",)
    document = found if isinstance(found, list) else json.loads(found)
    return float(document[0]["Execution Time"])


def running(rows: int, repeat: int) -> None:
    events, rules = relation("events", EVENTS)
    with running_postgres() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute(
            "CREATE TABLE events AS SELECT g AS id, 'plan' || g %% 5 AS plan,"
            " (g::bigint * 7919 %% 10000)::numeric / 100 AS amount, DATE '2024-01-01' + g %% 366 AS day,"
            " 'person' || g || '@example.com' AS email, '+1555' || g AS phone"
            " FROM generate_series(1, %s::int) AS g",
            [rows],
        )
        connection.execute("ALTER TABLE events ADD PRIMARY KEY (id)")
        connection.execute("VACUUM ANALYZE events")
        print(f"running over {rows:,} rows, ms as written → as rewritten (ratio)")
        for name, sql in QUERIES.items():
            rewritten = planned(sql, {"events": events}, Obligations(columns=rules))
            pairs = [
                (execution(connection, sql), execution(connection, rewritten))
                for _ in range(repeat)
            ]
            raw, masked = min(a for a, _ in pairs), min(b for _, b in pairs)
            print(f"  {name:<28} {raw:9.0f} → {masked:9.0f}  ({masked / raw:.2f}×)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    planning(options.repeat)
    planning_in_the_gate(options.repeat)
    running(options.rows, options.repeat)


if __name__ == "__main__":
    main()
