"""PEP 249 and SQLAlchemy over the gate: masked rows, errors without values, changes by grant."""

from __future__ import annotations

import pickle
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

from sluicegate.gate import dbapi
from sluicegate.gate.dbapi.markers import named
from sluicegate.gate.dbapi.verbs import writes

CANARY = "zq7canary"
POLICY = """
version: 1
name: hooks
sources:
  shop:
    tables:
      {s}.people: {{columns: {{id: public, plan: public, email: email, born: birth_date, paid: public, note: public}}}}
classes:
  email: {{mask: pseudonymize}}
  birth_date: {{mask: generalize_date, unit: year}}
rules:
  - id: read
    effect: permit
    principals: [{{pipeline: tests}}]
    purposes: [report]
    sources: [shop]
    tables: ["*"]
  - id: write
    effect: execute
    principals: [{{pipeline: tests}}]
    purposes: [report]
    sources: [shop]
    tables: ["*"]
    statements: [insert, update, delete]
    max_affected_rows: 2
"""
MANY = 10_000
TABLE = (
    "CREATE TABLE people (id INTEGER, plan {t}, email {t}, born DATE, paid DECIMAL(9, 2), note {t})"
)
ROW = f"(1, 'pro', '{CANARY}@example.com', '1990-05-17', 12.50, NULL)"


def _postgres(postgres: Any, _: Path) -> tuple[str, str]:
    url = str(postgres.database())
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(TABLE.format(t="text"))
        db.execute(f"INSERT INTO people VALUES {ROW}")
        db.execute(
            "INSERT INTO people SELECT g, 'free', NULL, '2000-01-02', g, NULL"
            f" FROM generate_series(2, {MANY}) AS g"
        )
    return url, "public"


def _sqlite(_: Any, folder: Path) -> tuple[str, str]:
    with closing(sqlite3.connect(folder / "p.db")) as db:
        db.execute(TABLE.format(t="TEXT"))
        db.execute(f"INSERT INTO people VALUES {ROW}")
        db.execute("INSERT INTO people VALUES (2, 'free', NULL, '2000-01-02', 2, NULL)")
        db.commit()
    return f"sqlite:///{folder / 'p.db'}", "main"


def _duckdb(_: Any, folder: Path) -> tuple[str, str]:
    with duckdb.connect(str(folder / "p.duckdb")) as db:
        db.execute(TABLE.format(t="VARCHAR"))
        db.execute(f"INSERT INTO people VALUES {ROW}")
        db.execute("INSERT INTO people VALUES (2, 'free', NULL, '2000-01-02', 2, NULL)")
    return f"duckdb:///{folder / 'p.duckdb'}", "main"


@pytest.fixture
def connected(
    request: pytest.FixtureRequest, make_bench: Callable[..., Any], tmp_path: Path
) -> Iterator[Callable[..., dict[str, Any]]]:
    gates: list[Any] = []

    def build(kind: str, policy: str = POLICY) -> dict[str, Any]:
        server = request.getfixturevalue("postgres") if kind == "postgres" else None
        make = {"postgres": _postgres, "sqlite": _sqlite, "duckdb": _duckdb}[kind]
        url, schema = make(server, tmp_path)
        bench = make_bench({"shop": url}, policy.format(s=schema))
        gates.append(bench.gate())
        return {
            "gate": gates[-1],
            "source": "shop",
            "purpose": "report",
            "identity": bench.identity(),
        }

    yield build
    for gate in gates:
        gate.close()


@pytest.mark.parametrize("kind", ["postgres", "sqlite", "duckdb"])
def test_rows_are_typed_masked_and_on_record(
    connected: Callable[..., dict[str, Any]], kind: str
) -> None:
    given = connected(kind)
    with dbapi.connect(**given) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, email, born, paid, note FROM people WHERE id <= %(top)s ORDER BY id",
            {"top": 2},
        )
        assert cursor.description is not None
        assert [d[0] for d in cursor.description] == ["id", "email", "born", "paid", "note"]
        assert cursor.description[0][1] is dbapi.NUMBER
        assert cursor.description[1][1] is dbapi.STRING
        assert cursor.rowcount == 2
        first = cursor.fetchone()
        assert first is not None
        assert first[0] == 1
        assert len(first[1]) == 32
        assert CANARY not in repr(first)
        if kind != "sqlite":
            assert cursor.description[2][1] is dbapi.DATETIME
            assert first[2] == date(1990, 1, 1)
            assert first[3] == Decimal("12.50")
        assert [row[0] for row in cursor.fetchmany(9)] == [2]
        assert cursor.fetchone() is None
        assert cursor.fetchall() == []
        assert cursor.outcome is not None
    kinds = [r.kind for r in given["gate"].ledger.records() if r.kind.startswith("read")]
    assert kinds == ["read.intent", "read.outcome"]
    with pytest.raises(dbapi.InterfaceError):
        cursor.fetchone()
    with pytest.raises(dbapi.InterfaceError):
        connection.cursor()


def test_many_rows_come_in_parts(connected: Callable[..., dict[str, Any]]) -> None:
    with dbapi.connect(**connected("postgres")) as connection:
        cursor = connection.cursor().execute("SELECT id, paid FROM people ORDER BY id")
        sizes = []
        while rows := cursor.fetchmany(3000):
            sizes.append(len(rows))
            assert len(cursor._rows) <= 4096
        assert sizes == [3000, 3000, 3000, 1000]
        cursor.execute("SELECT id FROM people WHERE id > :n", {"n": MANY})
        assert cursor.fetchall() == []
        assert cursor.description is not None


def test_a_refusal_is_an_error_with_its_reasons(connected: Callable[..., dict[str, Any]]) -> None:
    given = connected("sqlite")
    connection = dbapi.connect(**given)
    cursor = connection.cursor()
    for sql, code in (
        ("SELECT load_extension('x')", "G07"),
        ("SELECT * FROM sqlite_master", "G15"),
        ("SELECT email || 'x' FROM people", "G13"),
        ("PRAGMA table_info(people)", "G08"),
        ("ATTACH 'x' AS y", "G05"),
        ("SELECT 1; SELECT 2", "G01"),
        (f"SELECT id FROM people WHERE email = '{CANARY}@example.com'", "G12"),
        ("BEGIN", "G08"),
    ):
        with pytest.raises(dbapi.ProgrammingError) as caught:
            cursor.execute(sql)
        assert caught.value.code == code, sql
        assert CANARY not in repr(caught.value)
        assert caught.value.__cause__ is caught.value.__context__ is None
        again = pickle.loads(pickle.dumps(caught.value))
        assert (again.code, again.reasons) == (code, caught.value.reasons)
    with pytest.raises(dbapi.ProgrammingError, match="places"):
        cursor.execute("SELECT id FROM people WHERE id = ?", (1, 2))
    with pytest.raises(connection.ProgrammingError):
        dbapi.connect(**{**given, "source": "gone"})


def test_a_leak_hands_out_no_row(connected: Callable[..., dict[str, Any]]) -> None:
    leaky = POLICY.replace("email: email", "email: public")
    connection = dbapi.connect(**connected("postgres", leaky))
    cursor = connection.cursor()
    with pytest.raises(dbapi.DataError) as caught:
        # the value comes last, behind whole batches of harmless rows
        cursor.execute("SELECT id, email FROM people ORDER BY id DESC")
    assert caught.value.code == "LEAK"
    assert CANARY not in repr(caught.value)
    assert cursor.description is None
    with pytest.raises(dbapi.InterfaceError):
        cursor.fetchone()


def test_changes_take_autocommit_and_a_grant(connected: Callable[..., dict[str, Any]]) -> None:
    given = connected("sqlite")
    sql = "INSERT INTO people (id, plan) VALUES (?, ?)"
    with dbapi.connect(**given) as connection, pytest.raises(dbapi.NotSupportedError):
        connection.cursor().execute(sql, (3, "x"))
    with dbapi.connect(**given, autocommit=True) as connection:
        cursor = connection.cursor()
        # equal statements of one try are several statements
        cursor.executemany(sql, [(3, "x"), (3, "x"), (4, "it's")])
        assert cursor.rowcount == 3
        connection.commit()
        connection.rollback()
        cursor.execute("SELECT count(*) AS n FROM people WHERE id = 3")
        assert cursor.fetchall() == [(2,)]
        with pytest.raises(dbapi.ProgrammingError) as caught:
            cursor.execute("DELETE FROM people WHERE id > 0")
        assert caught.value.code == "STATEMENT-ROWS"
    # a retry in another process finds each of them done
    dbapi.connection._SEEN.clear()
    with dbapi.connect(**given, autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.executemany(sql, [(3, "x"), (3, "x"), (4, "it's")])
        cursor.execute("SELECT count(*) AS n FROM people")
        assert cursor.fetchall() == [(5,)]


@pytest.mark.parametrize("kind", ["postgres", "sqlite", "duckdb"])
def test_pandas_and_sqlalchemy_read_through_it(
    connected: Callable[..., dict[str, Any]], kind: str
) -> None:
    engine = dbapi.guarded_engine(**connected(kind), autocommit=True)
    sql = "SELECT id, email, plan FROM people WHERE id <= :top ORDER BY id"
    frame = pd.read_sql(sa.text(sql), engine, params={"top": 2})
    assert list(frame.columns) == ["id", "email", "plan"]
    assert CANARY not in frame.to_string()
    plain = pd.read_sql(sql, engine, params={"top": 2})
    assert plain.equals(frame)
    chunks = list(pd.read_sql(sa.text(sql), engine, params={"top": 2}, chunksize=1))
    assert [len(c) for c in chunks] == [1, 1]
    people = sa.table("people", sa.column("id", sa.Integer), sa.column("plan", sa.String))
    with engine.begin() as connection:
        query = sa.select(people.c.id, people.c.plan).where(people.c.plan.in_(["pro", "x"]))
        assert connection.execute(query).all() == [(1, "pro")]
        done = connection.execute(sa.update(people).where(people.c.id == 2).values(plan="new"))
        assert done.rowcount == 1
    with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError) as caught:
        connection.execute(sa.text("SELECT * FROM secrets"))
    assert "secrets" in str(caught.value)


def test_markers_of_all_styles() -> None:
    assert named("a = %(x)s AND b = '%(x)s'", {"x": 1}) == ("a = :x AND b = '%(x)s'", {"x": 1})
    assert named("a = ? AND b = '?' -- ?", [5])[0] == "a = :p1 AND b = '?' -- ?"
    assert named("a LIKE '%%x' AND b = %s", (5,))[0] == "a LIKE '%x' AND b = :p1"
    assert named('a = "?" /* ? */ AND $q$?$q$ = ?', (5,))[0] == 'a = "?" /* ? */ AND $q$?$q$ = :p1'
    assert named("a ? 'b' AND c = %s", (5,))[0] == "a ? 'b' AND c = :p1"
    assert named("a % 2 = 1", None) == ("a % 2 = 1", {})
    with pytest.raises(dbapi.ProgrammingError):
        named("a = ?", "x")


def test_which_door_is_asked() -> None:
    reads = ("SELECT 1", "(SELECT 1)", "/* delete */ SELECT 1", "-- x\nSELECT 1", "VALUES (1)", "")
    assert not any(writes(sql, "postgres") for sql in reads)
    assert not writes("WITH d AS (SELECT 1 AS a) SELECT a FROM d", "postgres")
    for sql in (
        "/* select */ DELETE FROM t",
        "WITH d AS (SELECT 1 AS a) DELETE FROM t WHERE a IN (SELECT a FROM d)",
    ):
        assert writes(sql, "postgres")


def test_the_module_is_one_of_pep_249() -> None:
    assert (dbapi.apilevel, dbapi.threadsafety, dbapi.paramstyle) == ("2.0", 1, "named")
    assert issubclass(dbapi.DataError, dbapi.DatabaseError)
    assert issubclass(dbapi.InterfaceError, dbapi.Error)
    assert dbapi.Date(2026, 1, 2) == date(2026, 1, 2)
    assert dbapi.DateFromTicks(0).year in {1969, 1970}
    with pytest.raises(AttributeError):
        _ = dbapi.nothing


def test_threads_have_connections_of_their_own(connected: Callable[..., dict[str, Any]]) -> None:
    given = connected("postgres")
    found: list[int] = []

    def read() -> None:
        with dbapi.connect(**given) as connection:
            found.append(len(connection.cursor().execute("SELECT id FROM people").fetchall()))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [MANY] * 3
