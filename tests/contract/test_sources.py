"""The three sources under one contract, and their values side by side."""

from __future__ import annotations

import sqlite3
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pytest

from sluicegate.model.plan import Statement
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources import (
    DuckDBSource,
    MySQLSource,
    PostgresSource,
    Source,
    SQLiteSource,
    open_source,
)
from sluicegate.testing import KIT_COLUMNS, KIT_ROWS, KIT_TABLE, SourceContract
from sluicegate.testing.sources import read

_TYPES = {
    "postgres": {"binary": "bytea", "decimal": "numeric(10,2)"},
    "mysql": {
        "binary": "longblob",
        "decimal": "decimal(10,2)",
        "text": "longtext",
        "timestamp": "datetime(6)",
        "boolean": "boolean",
    },
    "duckdb": {"binary": "blob", "decimal": "decimal(10,2)"},
    "sqlite": {"binary": "blob", "decimal": "decimal(10,2)"},
}


def _create(dialect: str) -> str:
    columns = ", ".join(f"{n} {_TYPES[dialect].get(t, t)}" for n, t in KIT_COLUMNS)
    return f"CREATE TABLE {KIT_TABLE} ({columns})"


def _insert(sign: str) -> str:
    return f"INSERT INTO {KIT_TABLE} VALUES ({', '.join([sign] * len(KIT_COLUMNS))})"


def _as_sqlite(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


@pytest.fixture(scope="module")
def postgres_source(postgres: Any) -> PostgresSource:
    uri = postgres.database()
    with psycopg.connect(uri) as connection:
        connection.execute(_create("postgres"))
        connection.cursor().executemany(_insert("%s"), KIT_ROWS)
    return PostgresSource("kit", Sensitive(uri))


@pytest.fixture(scope="module")
def mysql_source(mariadb: Any) -> MySQLSource:
    database = mariadb.database()
    with mariadb.connect(database) as connection:
        cursor = connection.cursor()
        cursor.execute("SET sql_mode = ''")
        cursor.execute(_create("mysql"))
        for row in KIT_ROWS:
            cursor.execute(_insert("%s"), row)
    return MySQLSource("kit", Sensitive(mariadb.url_of(database)))


@pytest.fixture(scope="module")
def duckdb_source(tmp_path_factory: pytest.TempPathFactory) -> DuckDBSource:
    path = tmp_path_factory.mktemp("duckdb") / "kit.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(_create("duckdb"))
        connection.executemany(_insert("?"), [list(row) for row in KIT_ROWS])
    return DuckDBSource("kit", path)


@pytest.fixture(scope="module")
def sqlite_source(tmp_path_factory: pytest.TempPathFactory) -> SQLiteSource:
    path = tmp_path_factory.mktemp("sqlite") / "kit.sqlite"
    connection = sqlite3.connect(path)
    connection.execute(_create("sqlite"))
    connection.executemany(_insert("?"), [[_as_sqlite(v) for v in row] for row in KIT_ROWS])
    connection.commit()
    connection.close()
    return SQLiteSource("kit", path)


@pytest.mark.postgres
class TestPostgres(SourceContract):
    endless = "SELECT count(*) AS n FROM generate_series(1, 100000000000) AS s (i)"
    failing = "SELECT CAST(CAST({} AS text) AS integer) AS n"
    writes = (
        f"INSERT INTO {KIT_TABLE} (id) VALUES (9)",
        f"DELETE FROM {KIT_TABLE} RETURNING id",
        f"WITH d AS (DELETE FROM {KIT_TABLE} RETURNING id) SELECT * FROM d",
        f"DROP TABLE {KIT_TABLE}",
        f"SELECT 1) TO PROGRAM 'true' -- {KIT_TABLE}",
        f"COPY {KIT_TABLE} TO STDOUT",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT pg_catalog.lo_create(0)",
        "SET default_transaction_read_only = off",
        "COMMIT",
        "ROLLBACK",
        "CREATE TEMP TABLE t (i int)",
        "DO $$ BEGIN END $$",
    )

    @pytest.fixture
    def source(self, postgres_source: PostgresSource) -> Source:
        return postgres_source


class TestDuckDB(SourceContract):
    endless = "SELECT count(*) AS n FROM range(1000000000000) AS s (i) WHERE i % 7 = 3"
    failing = "SELECT CAST(CAST({} AS varchar) AS integer) AS n"
    writes = (
        f"INSERT INTO {KIT_TABLE} (id) VALUES (9)",
        f"DELETE FROM {KIT_TABLE} RETURNING id",
        f"DROP TABLE {KIT_TABLE}",
        f"COPY {KIT_TABLE} TO 'out.csv'",
        "CREATE TEMP TABLE t AS SELECT 1",
        "SET threads = 1",
        "PRAGMA enable_profiling",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "COMMIT",
    )

    @pytest.fixture
    def source(self, duckdb_source: DuckDBSource) -> Source:
        return duckdb_source


class TestSQLite(SourceContract):
    position = "?{}"
    endless = (
        "WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT max(i) FROM r"
    )
    failing = "SELECT json_extract('{{}}', {}) AS n"
    writes = (
        f"INSERT INTO {KIT_TABLE} (id) VALUES (9)",
        f"DELETE FROM {KIT_TABLE} RETURNING id",
        f"DROP TABLE {KIT_TABLE}",
        "CREATE TEMP TABLE t (i)",
        "ATTACH 'other.sqlite' AS other",
        "PRAGMA query_only = OFF",
        "VACUUM INTO 'copy.sqlite'",
        "SELECT load_extension('x')",
        "COMMIT",
    )

    @pytest.fixture
    def source(self, sqlite_source: SQLiteSource) -> Source:
        return sqlite_source


class TestMySQL(SourceContract):
    position = "?"
    folds = False
    booleans = False
    endless = "SELECT BENCHMARK(1000000000000, SHA2('a', 512)) AS n"
    failing = "SELECT EXTRACTVALUE('<a/>', CONCAT('/', CHAR(1), {})) AS n"
    writes = (
        f"INSERT INTO {KIT_TABLE} (id) VALUES (9)",
        f"INSERT INTO {KIT_TABLE} (id) VALUES (9) RETURNING id",
        f"DELETE FROM {KIT_TABLE} RETURNING id",
        f"DROP TABLE {KIT_TABLE}",
        f"SELECT id FROM {KIT_TABLE} FOR UPDATE",
        f"SELECT label INTO OUTFILE '/tmp/out.csv' FROM {KIT_TABLE}",
        "SELECT 1 INTO @v",
        "SELECT 1) OR EXISTS (SELECT 2",
        "CREATE TEMPORARY TABLE t (i int)",
        "SET SESSION TRANSACTION READ WRITE",
        "SET @@session.sql_mode = ''",
        "COMMIT",
        "ROLLBACK",
        f"ANALYZE TABLE {KIT_TABLE}",
        f"LOCK TABLES {KIT_TABLE} WRITE",
        "FLUSH TABLES",
        "SHOW GRANTS",
        "DO RELEASE_ALL_LOCKS()",
        "CALL nope()",
        "HANDLER x OPEN",
        f"LOAD DATA LOCAL INFILE 'x' INTO TABLE {KIT_TABLE}",
        "EXECUTE IMMEDIATE 'COMMIT'",
        "/*M! COMMIT */",
        "BEGIN NOT ATOMIC COMMIT; END",
    )

    @pytest.fixture
    def source(self, mysql_source: MySQLSource) -> Source:
        return mysql_source


@pytest.mark.postgres
class TestPortablePostgres(TestPostgres):
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, postgres: Any) -> Source:
        uri = postgres.database()
        with psycopg.connect(uri) as connection:
            connection.execute(_create("postgres"))
            connection.cursor().executemany(_insert("%s"), KIT_ROWS)
        return open_source("kit", f"sqlalchemy+postgresql+psycopg://{uri.partition('://')[2]}")

    def test_the_same_values_as_from_our_own_source(self, source: Source) -> None:
        uri = "postgresql://" + source.url.reveal().partition("://")[2]  # type: ignore[attr-defined]
        own = PostgresSource("kit", Sensitive(uri))
        sql = f"SELECT * FROM {KIT_TABLE} ORDER BY id"
        assert read(source, sql).equals(read(own, sql))
        kinds = (
            "SELECT 1::int2 AS a, 1::int4 AS b, 1::int8 AS c, 1.5::float4 AS d, 'x'::char(3) AS e,"
            " '1.50'::numeric(5,2) AS f, '2024-01-01 00:00+02'::timestamptz AS g,"
            " '{\"b\": [1.10]}'::json AS h, '{\"b\": [1.10]}'::jsonb AS i, '12:00'::time AS j,"
            " '6F9619FF-8B86-D011-B42D-00CF4FC964FF'::uuid AS k, '[1,2)'::int4range AS l,"
            " '1 day'::interval AS m, '10.0.0.1'::inet AS n, '1.5'::numeric AS o, true AS p"
        )
        assert read(source, kinds).equals(read(own, kinds))


class TestPortableMySQL(TestMySQL):
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, mariadb: Any) -> Source:
        database = mariadb.database()
        with mariadb.connect(database) as connection:
            cursor = connection.cursor()
            cursor.execute("SET sql_mode = ''")
            cursor.execute(_create("mysql"))
            for row in KIT_ROWS:
                cursor.execute(_insert("%s"), row)
        rest = mariadb.url_of(database).partition("://")[2]
        return open_source("kit", f"sqlalchemy+mysql+pymysql://{rest}")

    def test_the_same_values_as_from_our_own_source(self, source: Source) -> None:
        rest = source.url.reveal().partition("://")[2]  # type: ignore[attr-defined]
        sql = f"SELECT * FROM {KIT_TABLE} ORDER BY id"
        assert read(source, sql).equals(read(open_source("own", f"mysql://{rest}"), sql))


class TestPortableSQLite(TestSQLite):
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, tmp_path_factory: pytest.TempPathFactory) -> Source:
        path = Path(tmp_path_factory.mktemp("sqlite")) / "kit.sqlite"
        connection = sqlite3.connect(path)
        connection.execute(_create("sqlite"))
        connection.executemany(_insert("?"), [[_as_sqlite(v) for v in row] for row in KIT_ROWS])
        connection.commit()
        connection.close()
        return open_source("kit", f"sqlalchemy+sqlite:///{path}")

    def test_reads_every_value_as_it_is(self, source: Source) -> None:
        table = read(source, f"SELECT id, label, photo FROM {KIT_TABLE} ORDER BY id")
        got = [tuple(row.values()) for row in table.to_pylist()]
        assert got == [(row[0], row[1], row[7]) for row in KIT_ROWS]

    def test_gives_the_types_that_leave(self, source: Source) -> None:
        with source.connect() as session:
            list(session.stream(Statement(sql=f"SELECT * FROM {KIT_TABLE}"), {}))
            assert any("first values" in note for note in session.notes)

    def test_an_empty_result_has_one_batch_with_the_schema(self, source: Source) -> None:
        table = read(source, f"SELECT * FROM {KIT_TABLE} WHERE id < 0")
        assert table.num_rows == 0
        assert table.num_columns == len(KIT_ROWS[0])


@pytest.mark.postgres
def test_the_same_rows_are_the_same_values_from_every_source(
    postgres_source: PostgresSource,
    mysql_source: MySQLSource,
    duckdb_source: DuckDBSource,
    sqlite_source: SQLiteSource,
) -> None:
    tables = []
    for source in (postgres_source, mysql_source, duckdb_source, sqlite_source):
        table = read(source, f"SELECT * FROM {KIT_TABLE} ORDER BY id")
        for name, kind in (("id", pa.int64()), ("active", pa.bool_())):
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, table[name].cast(kind))
        tables.append(table)
    for table in tables[1:]:
        assert tables[0].equals(table)


def test_no_test_left_a_connection_to_mysql_open(mariadb: Any, mysql_source: MySQLSource) -> None:
    database = mysql_source.uri.reveal().rpartition("/")[2]
    sql = "SELECT count(*) FROM information_schema.processlist WHERE db = %s"
    deadline = time.monotonic() + 10
    left = (1,)
    while left != (0,) and time.monotonic() < deadline:
        with mariadb.connect() as connection, connection.cursor() as cursor:
            cursor.execute(sql, (database,))
            left = cursor.fetchone()
    assert left == (0,)


@pytest.mark.postgres
def test_no_test_left_a_connection_open(postgres_source: PostgresSource) -> None:
    with psycopg.connect(postgres_source.uri.reveal()) as connection:
        left = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sluicegate'"
        ).fetchone()
    assert left == (0,)


def test_no_source_wrote_a_file(duckdb_source: DuckDBSource, sqlite_source: SQLiteSource) -> None:
    for source in (duckdb_source, sqlite_source):
        path = Path(source.path)
        assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert not Path("out.csv").exists()
