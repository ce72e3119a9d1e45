"""What only PostgreSQL has: its types, rights, search path, encodings, and ways to fail."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from sluicegate.errors import (
    BudgetExceeded,
    MissingDependencyError,
    SluicegateError,
    SourceError,
    SourceUnavailable,
)
from sluicegate.model.data import Relation, TypeFamily
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources import PostgresSource
from sluicegate.testing.sources import collect, read

pytestmark = pytest.mark.postgres

_ROWS = "SELECT i, repeat('x', 200) AS r FROM generate_series(1, 3000000) AS s (i)"


@pytest.fixture(scope="module")
def uri(postgres: Any) -> str:
    uri: str = postgres.database()
    with psycopg.connect(uri) as connection:
        connection.execute(
            """
            CREATE SCHEMA shop; CREATE SCHEMA "Odd""Name";
            CREATE TYPE mood AS ENUM ('calm', 'wild');
            CREATE DOMAIN positive AS int CHECK (value > 0);
            CREATE DOMAIN verypositive AS positive;
            CREATE TABLE shop.things (
                small smallint, big bigint NOT NULL, price numeric(10,2), free numeric,
                hundreds numeric(3,-2), wide numeric(60,10), fixed char(5), zoned timestamptz,
                at time, span interval, key uuid, doc jsonb, raw bytea, ip inet, cash money,
                number oid, tags text[], sums numeric[], period int4range, feeling mood,
                keys uuid[], yes boolean, f4 real, f8 double precision, level verypositive,
                gone int, twice int GENERATED ALWAYS AS (small * 2) STORED, sign "char", zt timetz
            );
            ALTER TABLE shop.things DROP COLUMN gone;
            INSERT INTO shop.things VALUES (
                1, 2, 4.5, 5.125, 100, 1.5, 'ab', '2020-01-02 03:04:05+02', '01:02:03', '1 day',
                'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{"a": 1}', '\\x00ff', '192.0.2.1', '$1.00',
                3000000000, '{a,NULL}', '{1.5}', '[1,2)', 'calm',
                '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', true, 1.5, 2.5, 7, DEFAULT, 'c', '01:02+00'
            );
            CREATE TABLE "Odd""Name"."Mixed Case" ("A" int);
            CREATE TABLE mixed (a int); CREATE TABLE "Mixed" (b int);
            CREATE VIEW a_view AS SELECT 1 AS n; CREATE MATERIALIZED VIEW a_matview AS SELECT 1 AS n;
            CREATE TABLE parts (i int) PARTITION BY RANGE (i);
            CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (9);
            CREATE SEQUENCE a_sequence; CREATE INDEX an_index ON mixed (a);
            """
        )
    return uri


@pytest.fixture(scope="module")
def reader(postgres: Any, uri: str) -> Iterator[PostgresSource]:
    """A login with the rights a guard should have, and one column less."""
    name = f"reader_{os.getpid()}"
    database = uri.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(
            f"CREATE ROLE {name} LOGIN; GRANT SELECT (small, big) ON shop.things TO {name};"
            f"CREATE SCHEMA closed; CREATE TABLE closed.t (i int); CREATE TABLE hidden (i int);"
            f"GRANT SELECT ON closed.t TO {name}; GRANT USAGE ON SCHEMA shop TO {name};"
        )
    yield PostgresSource("shop", Sensitive(postgres.uri_of(database, user=name)))
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.fixture
def source(uri: str) -> PostgresSource:
    return PostgresSource("shop", Sensitive(uri))


def _find(
    source: PostgresSource, schema: str | None, name: str, *, quoted: bool = False
) -> Relation | None:
    with source.connect() as session:
        return session.relation(schema, name, quoted=quoted)


def _fails(source: PostgresSource, sql: str, **values: Scalar) -> SluicegateError:
    with pytest.raises(SluicegateError) as caught:
        read(source, sql, values)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value


def test_repr_and_errors_never_show_the_uri() -> None:
    secret = f"secret{os.getpid()}"
    source = PostgresSource("shop", Sensitive(f"postgresql://u:{secret}@127.0.0.1:1/db"))
    assert secret not in repr(source)
    with pytest.raises(SourceUnavailable) as caught, source.connect():
        pass
    assert secret not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)
    assert caught.value.__context__ is None


def test_types_are_kept_or_named(source: PostgresSource) -> None:
    with source.connect() as session:
        rows = collect(session, "SELECT * FROM shop.things")
        notes = "\n".join(session.notes)
    kinds = dict(zip(rows.schema.names, rows.schema.types, strict=True))
    (row,) = rows.to_pylist()
    assert "gone" not in row
    assert (kinds["price"], row["price"]) == (pa.decimal128(10, 2), Decimal("4.50"))
    assert (kinds["hundreds"], row["hundreds"]) == (pa.decimal128(3, -2), Decimal(100))
    assert (kinds["wide"], row["wide"]) == (pa.decimal256(60, 10), Decimal("1.5"))
    assert (kinds["free"], row["free"]) == (pa.string(), "5.125")
    assert kinds["zoned"] == pa.timestamp("us", tz="UTC")
    assert row["zoned"] == datetime(2020, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert row["key"] == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    assert row["keys"] == ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]
    assert (kinds["doc"], row["doc"]) == (pa.string(), '{"a": 1}')
    assert row["raw"] == b"\x00\xff"
    assert row["ip"] == "192.0.2.1/32"
    assert row["number"] == 3_000_000_000
    assert (row["tags"], row["sums"]) == (["a", None], ["1.5"])
    assert (row["period"], row["span"], row["feeling"]) == ("[1,2)", "1 day", "calm")
    assert (row["fixed"], row["twice"], row["level"], row["sign"]) == ("ab   ", 2, 7, "c")
    for name in ("free", "ip", "cash", "span", "period", "zt", "sums"):
        assert f"'{name}'" in notes
    for name in ("price", "key", "doc", "feeling", "zoned", "number"):
        assert f"'{name}'" not in notes


def test_wire_formats_never_leave_as_bytes(source: PostgresSource) -> None:
    sql = "SELECT '192.0.2.7'::inet, ROW(1, 'a'), '101'::bit(3), '(1,2)'::point, ARRAY['192.0.2.7'::inet]"
    kinds = read(source, sql).schema.types
    assert kinds == [*[pa.string()] * 4, pa.list_(pa.string())]


def test_columns_keep_their_names_when_the_server_casts(source: PostgresSource) -> None:
    rows = read(source, 'SELECT \'1 day\'::interval AS same, 2 AS same, 3 AS "odd "" name" -- end')
    assert rows.schema.names == ["same", "same", 'odd " name']
    assert [c[0].as_py() for c in rows.columns] == ["1 day", 2, 3]


@pytest.mark.parametrize(
    "expression",
    [
        "'infinity'::timestamptz",
        "'-infinity'::timestamp",
        "'infinity'::date",
        "ARRAY['-infinity'::date]",
    ],
)
def test_infinity_is_an_error_and_not_a_wrong_date(source: PostgresSource, expression: str) -> None:
    error = _fails(source, f"SELECT {expression} AS until UNION ALL SELECT NULL")
    assert "'until'" in str(error)
    assert "infinity" in str(error)


def test_the_ends_of_time_are_kept(source: PostgresSource) -> None:
    sql = "SELECT '4713-01-01 BC'::date AS a, '5874897-12-31'::date AS b, '294246-12-31'::timestamp AS c"
    assert read(source, sql).num_rows == 1


def test_nan_in_a_decimal_is_an_error(source: PostgresSource) -> None:
    assert "'n'" in str(_fails(source, "SELECT 'NaN'::numeric(10,2) AS n"))
    assert read(source, "SELECT 'NaN'::numeric AS n")["n"].to_pylist() == ["NaN"]


@pytest.mark.parametrize(
    ("schema", "name", "quoted", "found"),
    [
        ("shop", "things", False, "shop.things"),
        ("SHOP", "Things", False, "shop.things"),
        ("SHOP", "Things", True, None),
        (None, "things", False, None),
        (None, "MIXED", False, "public.mixed"),
        (None, "Mixed", True, "public.Mixed"),
        ('Odd"Name', "Mixed Case", True, 'Odd"Name.Mixed Case'),
        (None, "a_sequence", False, None),
        (None, "an_index", False, None),
        (None, "pg_class", False, "pg_catalog.pg_class"),
        ("public", "mixed' OR 'a'='a", False, None),
        (None, 'mixed" --', True, None),
        (None, "public.mixed", False, None),
        (None, "Kelvin", False, None),
    ],
)
def test_names_resolve_as_the_server_resolves_them(
    source: PostgresSource, schema: str | None, name: str, quoted: bool, found: str | None
) -> None:
    relation = _find(source, schema, name, quoted=quoted)
    assert (str(relation.name) if relation else None) == found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a_view", "view"),
        ("a_matview", "materialized_view"),
        ("parts", "partitioned_table"),
        ("part", "table"),
    ],
)
def test_kinds(source: PostgresSource, name: str, kind: str) -> None:
    relation = _find(source, None, name)
    assert relation is not None
    assert relation.kind == kind


def test_columns_of_the_catalogue(source: PostgresSource) -> None:
    relation = _find(source, "shop", "things")
    assert relation is not None
    column = relation.column("price")
    assert column is not None
    assert (column.native_type, column.family, column.nullable) == (
        "numeric(10,2)",
        TypeFamily.DECIMAL,
        True,
    )
    families = {c.name: c.family.value for c in relation.columns}
    assert "gone" not in families
    assert families["level"] == "integer"
    assert families["feeling"] == "text"
    assert families["tags"] == "array"
    assert (families["doc"], families["raw"], families["key"]) == ("json", "binary", "uuid")
    assert (families["ip"], families["span"]) == ("other", "other")


def test_a_temporary_table_never_stands_in_front(source: PostgresSource) -> None:
    with source.connect() as session:
        # A pooled connection can carry one; here it is made the only way a session of ours can.
        session._run("ROLLBACK")
        session._run("SET default_transaction_read_only = off")
        session._run("CREATE TEMP TABLE mixed (secret text)")
        assert session.relation(None, "mixed") is None
        assert session.relation("pg_temp", "mixed") is None
        found = session.relation("public", "mixed")
        assert found is not None
        assert [c.name for c in found.columns] == ["a"]


def test_the_search_path_of_the_login_decides(postgres: Any, uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE TABLE shop.mixed (in_shop int)")
    try:
        options = "options=-csearch_path%3Dshop%2Cpublic"
        relation = _find(PostgresSource("shop", Sensitive(f"{uri}&{options}")), None, "mixed")
        assert relation is not None
        assert str(relation.name) == "shop.mixed"
    finally:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("DROP TABLE shop.mixed")


def test_what_the_login_may_not_read_is_not_there(reader: PostgresSource) -> None:
    with reader.connect() as session:
        assert session.login.startswith("reader_")
        assert session.notes == ()
        relation = session.relation("shop", "things")
        assert relation is not None
        assert [c.name for c in relation.columns] == ["small", "big"]
        assert session.relation("closed", "t") is None
        assert session.relation(None, "hidden") is None
        assert session.notes == ()
    error = _fails(reader, "SELECT price FROM shop.things")
    assert "42501" in str(error)
    assert not error.retryable


def test_rights_beyond_reading_are_noted(source: PostgresSource) -> None:
    with source.connect() as session:
        session.relation(None, "mixed")
        assert any("superuser" in note for note in session.notes)
        assert "the login may write to public.mixed" in session.notes


def test_settings_of_the_uri_cannot_open_the_transaction(uri: str) -> None:
    options = "options=-cdefault_transaction_read_only%3Doff%20-cstandard_conforming_strings%3Doff%20-cTimeZone%3DAsia/Tokyo%20-cDateStyle%3DGerman"
    source = PostgresSource("shop", Sensitive(f"{uri}&{options}"))
    assert "25006" in str(_fails(source, "DELETE FROM mixed RETURNING a"))
    got = read(
        source,
        "SELECT '\\' AS backslash, '2020-01-02'::date::text AS day, current_setting('TimeZone') AS zone",
    )
    assert got.to_pylist() == [{"backslash": "\\", "day": "2020-01-02", "zone": "UTC"}]


def test_the_transaction_sees_one_state(uri: str, source: PostgresSource) -> None:
    with source.connect() as session:
        before = collect(session, "SELECT count(*) AS n FROM mixed").to_pylist()
        with psycopg.connect(uri, autocommit=True) as other:
            other.execute("INSERT INTO mixed VALUES (1)")
        assert collect(session, "SELECT count(*) AS n FROM mixed").to_pylist() == before


@pytest.mark.parametrize(
    ("sql", "values", "rows"),
    [
        ("SELECT big FROM shop.things WHERE zoned = $1", ["2020-01-02 03:04:05+02"], 1),
        (
            "SELECT big FROM shop.things WHERE zoned = $1",
            [datetime(2020, 1, 2, 10, 4, 5, tzinfo=timezone(timedelta(hours=9)))],
            1,
        ),
        ("SELECT big FROM shop.things WHERE zoned > $1", [date(2019, 1, 1)], 1),
        ("SELECT big FROM shop.things WHERE zoned > $1", [None], 0),
        ("SELECT big FROM shop.things WHERE key = $1", ["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"], 1),
        ("SELECT big FROM shop.things WHERE feeling = $1", ["calm"], 1),
        ("SELECT big FROM shop.things WHERE fixed = $1", ["ab"], 1),
        ("SELECT big FROM shop.things WHERE small = $1", ["1"], 1),
        ("SELECT big FROM shop.things WHERE f8 = $1 AND price = $2", [2.5, Decimal("4.5")], 1),
        ("SELECT big FROM shop.things WHERE yes = $1", [True], 1),
        ("SELECT big FROM shop.things WHERE $2 = $1 AND small = $3", ["a", "a", 1], 1),
        ("SELECT big FROM shop.things WHERE '$1' = $1", ["$1"], 1),
        (
            'SELECT E\'\\\'$1\' AS q, $$ $1 $$ AS d, "$1".n FROM (SELECT $1::int AS n) AS "$1"',
            [5],
            1,
        ),
        ("SELECT big FROM shop.things ORDER BY big LIMIT $1", [1], 1),
        ("SELECT $1 AS x", ["it's \\ $1 %s"], 1),
    ],
)
def test_parameters_take_the_type_of_their_place(
    source: PostgresSource, sql: str, values: list[Scalar], rows: int
) -> None:
    with source.connect() as session:
        given = {f"p{n}": v for n, v in enumerate(values)}
        got = collect(session, sql, given)
    assert got.num_rows == rows
    if sql == "SELECT $1 AS x":
        assert got["x"].to_pylist() == values


def test_a_parameter_of_the_wrong_type_is_named_without_its_value(source: PostgresSource) -> None:
    error = _fails(source, "SELECT big FROM shop.things WHERE small = $1", since="marker-4711")
    assert "'since'" in str(error)
    assert "smallint" in str(error)
    assert "marker" not in str(error)


def test_values_never_stand_in_sql_text(uri: str, source: PostgresSource) -> None:
    with source.connect() as session:
        statement = Statement(
            sql=f"SELECT q.*, $1::text AS v FROM ({_ROWS}) AS q", parameters=("v",)
        )
        stream = session.stream(statement, {"v": "marker-4711"})
        next(stream)
        with psycopg.connect(uri) as other:
            running = other.execute(
                "SELECT query FROM pg_stat_activity WHERE application_name = 'sluicegate'"
            ).fetchall()
        stream.close()  # type: ignore[attr-defined]  # streams are generators here
    assert len(running) == 1
    assert "current_setting" in running[0][0]
    assert "marker" not in running[0][0]


def test_the_number_of_parameters_must_fit(source: PostgresSource) -> None:
    assert "0 parameters" in str(_fails(source, "SELECT 1", extra=1))
    with source.connect() as session, pytest.raises(SourceError):
        list(session.stream(Statement(sql="SELECT $1::int"), {}))


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT * FROM nope", "42P01"),
        ("SELECT nope FROM mixed", "42703"),
        ("SELECT 1 / 0", "22012"),
        (
            "SELECT 1 / (500000 - i) AS d, repeat('x', 100) AS r FROM generate_series(1, 1000000) AS s (i)",
            "22012",
        ),
        ("SELECT feeling::text::int FROM shop.things", "22P02"),
        ("SELEC", "42601"),
    ],
)
def test_errors_carry_the_sqlstate_and_nothing_more(
    source: PostgresSource, sql: str, code: str
) -> None:
    error = _fails(source, sql)
    assert type(error) is SourceError
    assert f"SQLSTATE {code}" in str(error)
    assert "calm" not in str(error)


def test_a_statement_timeout_is_a_budget(source: PostgresSource) -> None:
    begin = time.monotonic()
    with source.connect() as session:
        session.limit(Limits(seconds=0.2))
        with pytest.raises(BudgetExceeded):
            collect(session, "SELECT pg_sleep(30) IS NULL AS slept")
    assert time.monotonic() - begin < 10


def test_no_limit_lifts_the_default(source: PostgresSource) -> None:
    show = "SELECT current_setting('statement_timeout') AS t"
    with source.connect() as session:
        assert collect(session, show).to_pylist() == [{"t": "1h"}]
        session.limit(Limits())
        assert collect(session, show).to_pylist() == [{"t": "0"}]
        session.limit(Limits(seconds=1e12))
        assert collect(session, show).num_rows == 1


def test_a_killed_connection_can_be_tried_again(uri: str, source: PostgresSource) -> None:
    with source.connect() as session:
        stream = session.stream(Statement(sql=_ROWS), {})
        next(stream)
        with psycopg.connect(uri, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluicegate'"
            )
        with pytest.raises(SourceUnavailable):
            list(stream)
        with pytest.raises(SourceUnavailable):
            session.relation(None, "mixed")


def test_a_lock_is_not_waited_for_without_end(uri: str, source: PostgresSource) -> None:
    with psycopg.connect(uri) as other, source.connect() as session:
        other.execute("LOCK TABLE mixed IN ACCESS EXCLUSIVE MODE")
        session._run("SET LOCAL lock_timeout = '100ms'")
        with pytest.raises(SourceUnavailable, match="55P03"):
            collect(session, "SELECT a FROM mixed")


def test_leaving_a_stream_stops_the_server(uri: str, source: PostgresSource) -> None:
    with source.connect() as session:
        next(session.stream(Statement(sql=_ROWS), {}))
    deadline = time.monotonic() + 5
    with psycopg.connect(uri, autocommit=True) as other:
        while other.execute(
            "SELECT 1 FROM pg_stat_activity WHERE application_name = 'sluicegate'"
        ).fetchall():
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_an_error_in_the_block_closes_the_connection(uri: str, source: PostgresSource) -> None:
    with pytest.raises(ZeroDivisionError), source.connect():
        raise ZeroDivisionError
    with psycopg.connect(uri) as other:
        assert (
            other.execute(
                "SELECT 1 FROM pg_stat_activity WHERE application_name = 'sluicegate'"
            ).fetchall()
            == []
        )


def test_memory_does_not_grow_with_the_result(source: PostgresSource) -> None:
    # About 620 MB pass; with parameters too, which the driver by itself would hold as a whole.
    before, resident = pa.total_allocated_bytes(), _resident()
    most = 0
    with source.connect() as session:
        statement = Statement(sql=f"SELECT q.* FROM ({_ROWS}) AS q WHERE i > $1", parameters=("i",))
        for _ in session.stream(statement, {"i": 0}):
            most = max(most, pa.total_allocated_bytes() - before, _resident() - resident)
    assert most < 400_000_000


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    ("database", "user", "code"),
    [("nope", "postgres", "3D000"), ("postgres", "nobody_here", "28000")],
)
def test_refused_logins(postgres: Any, database: str, user: str, code: str) -> None:
    source = PostgresSource("shop", Sensitive(postgres.uri_of(database, user=user)))
    with pytest.raises(SourceError, match=code) as caught, source.connect():
        pass
    assert not caught.value.retryable
    assert user not in str(caught.value)


def test_a_wrong_password(postgres: Any, uri: str) -> None:
    hba = postgres.data_folder / "pg_hba.conf"
    original = hba.read_text(encoding="utf-8")
    right, wrong = f"right{os.getpid()}", f"wrong{os.getpid()}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE with_password LOGIN PASSWORD '{right}'")
        hba.write_text(f"local all with_password scram-sha-256\n{original}", encoding="utf-8")
        connection.execute("SELECT pg_reload_conf()")
    try:
        good = PostgresSource(
            "shop", Sensitive(postgres.uri_of("postgres", user="with_password", password=right))
        )
        with good.connect() as session:
            assert session.login == "with_password"
        for given in (wrong, ""):
            bad = PostgresSource(
                "shop", Sensitive(postgres.uri_of("postgres", user="with_password", password=given))
            )
            with pytest.raises(SourceError, match="28P01") as caught, bad.connect():
                pass
            assert not caught.value.retryable
            assert wrong not in str(caught.value)
    finally:
        hba.write_text(original, encoding="utf-8")
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("DROP ROLE with_password")


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://u@127.0.0.1:1/db",
        "postgresql://u@nowhere.invalid/db",
        "postgresql://u@/db?host=/nonexistent",
    ],
)
def test_nobody_answers(uri: str) -> None:
    with (
        pytest.raises(SourceUnavailable) as caught,
        PostgresSource("shop", Sensitive(uri)).connect(),
    ):
        pass
    assert caught.value.retryable


@pytest.mark.parametrize("uri", ["postgresql://u@h/db?nope=1", "postgresql://%zz"])
def test_a_uri_that_does_not_parse(uri: str) -> None:
    with pytest.raises(SourceError) as caught, PostgresSource("shop", Sensitive(uri)).connect():
        pass
    assert not caught.value.retryable


def test_a_server_that_accepts_and_says_nothing_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        uri = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/db?connect_timeout=2"
        begin = time.monotonic()
        with pytest.raises(SourceUnavailable), PostgresSource("shop", Sensitive(uri)).connect():
            pass
    assert time.monotonic() - begin < 8


@pytest.fixture(scope="module")
def foreign(postgres: Any) -> dict[str, str]:
    uris = {}
    with psycopg.connect(postgres.uri, autocommit=True) as connection:
        for encoding in ("SQL_ASCII", "LATIN1"):
            name = f"enc_{encoding.lower()}_{os.getpid()}"
            connection.execute(
                f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
            )
            uris[encoding] = postgres.uri_of(name)
    with psycopg.connect(uris["SQL_ASCII"], autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE t AS SELECT convert_from('\\x61ff62'::bytea, 'SQL_ASCII') AS bad, 'fine'::text AS good"
        )
    return uris


def test_bytes_that_are_not_utf8_are_a_clear_error(foreign: dict[str, str]) -> None:
    source = PostgresSource("old", Sensitive(foreign["SQL_ASCII"]))
    error = _fails(source, "SELECT good, bad FROM t")
    assert type(error) is SourceError
    assert "22021" in str(error)
    assert "UTF-8" in str(error)
    assert read(source, "SELECT good FROM t").to_pylist() == [{"good": "fine"}]


def test_other_encodings_are_converted(foreign: dict[str, str]) -> None:
    source = PostgresSource("old", Sensitive(foreign["LATIN1"]))
    assert read(source, "SELECT chr(233) AS e").to_pylist() == [{"e": "é"}]
    assert read(source, "SELECT $1::text AS e", {"e": "é"}).to_pylist() == [{"e": "é"}]
    error = _fails(source, "SELECT $1::text AS e", e="日")
    assert "日" not in str(error)


def test_cancel_before_the_stream_begins(source: PostgresSource) -> None:
    with source.connect() as session:
        session.cancel()
        with pytest.raises(SourceError, match="cancel"):
            collect(session, "SELECT 1 AS n")


def test_cancel_while_rows_flow(source: PostgresSource) -> None:
    with source.connect() as session:
        stream = session.stream(Statement(sql=_ROWS), {})
        next(stream)
        threading.Thread(target=session.cancel).start()
        with pytest.raises(SourceError, match="cancel"):
            list(stream)


def test_a_missing_driver_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, source: PostgresSource
) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    with (
        pytest.raises(MissingDependencyError, match=r"sluicegate\[postgres\]") as caught,
        source.connect(),
    ):
        pass
    assert caught.value.__context__ is None
