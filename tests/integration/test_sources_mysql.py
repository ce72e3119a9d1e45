"""What only MySQL and MariaDB have: their types, rights, names, dates, and ways to fail."""

# ruff: noqa: DTZ001 - DATETIME has no zone

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sluicegate.errors import (
    BudgetExceeded,
    ConfigurationError,
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
from sluicegate.sources import MySQLSource, mysql_settings
from sluicegate.testing.sources import collect, read

_DIGITS = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)"
_ROWS = f"SELECT a.d AS i, REPEAT('x', 200) AS r FROM {', '.join(f'{_DIGITS} AS {n}' for n in 'abcdef')}"
"""A million rows."""


@pytest.fixture(scope="module")
def database(mariadb: Any) -> str:
    name: str = mariadb.database()
    mariadb.run(
        """CREATE TABLE things (
            tiny tinyint, flag tinyint(1), small smallint unsigned, medium mediumint,
            whole int unsigned, big bigint, ubig bigint unsigned, price decimal(10,2),
            uprice decimal(10,2) unsigned, wide decimal(60,10), f4 float, f8 double,
            born date, seen datetime(6), stamped timestamp(3) NULL, coarse datetime, at time(6),
            y year, code char(5), label varchar(40), notes longtext, feeling enum('calm','wild'),
            tags set('a','b'), doc json, raw varbinary(8), fixed binary(3), pic blob, bits bit(10),
            spot point, nothing int, twice int AS (tiny * 2) STORED, latin varchar(10) CHARACTER SET latin1
        )""",
        """INSERT INTO things (tiny, flag, small, medium, whole, big, ubig, price, uprice, wide, f4, f8,
            born, seen, stamped, coarse, at, y, code, label, notes, feeling, tags, doc, raw, fixed,
            pic, bits, spot, latin)
        VALUES (-5, 1, 65535, -8388608, 4294967295, -9223372036854775808, 18446744073709551615, -4.5,
            4.5, 1.5, 1.5, 2.5, '2024-02-29', '2024-02-29 23:59:59.123456', '2024-02-29 01:02:03.125',
            '1969-12-31', '23:59:59.000001', 2155, 'ab', 'Ž🦦', 'long', 'wild', 'a,b', '{"a": 1}',
            x'00ff', x'01', x'ffd8', b'1000000001', POINT(1, 2), 'é')""",
        "INSERT INTO things () VALUES ()",
        "CREATE TABLE `Odd``Name é` (`A ``col` int, `select` int)",
        "CREATE TABLE mixed (a int PRIMARY KEY, b varchar(10))",
        "INSERT INTO mixed VALUES (1, 'one'), (2, 'two')",
        "CREATE TABLE Mixed (c int)",
        "CREATE TABLE cafe (i int)",
        "CREATE TABLE old (i int) ENGINE=MyISAM",
        "CREATE VIEW a_view AS SELECT a AS n FROM mixed",
        "CREATE TABLE parts (i int) PARTITION BY HASH (i) PARTITIONS 2",
        database=name,
    )  # fmt: skip
    return name


@pytest.fixture
def source(mariadb: Any, database: str) -> MySQLSource:
    return MySQLSource("shop", Sensitive(mariadb.url_of(database)))


@pytest.fixture(scope="module")
def reader(mariadb: Any, database: str) -> MySQLSource:
    """A login with the rights a guard should have, on two columns and a view."""
    password = f"pä'ss:@/{os.getpid()}"
    user = mariadb.login(
        password, f"SELECT (tiny, big) ON {database}.things", f"SELECT ON {database}.a_view"
    )
    return MySQLSource("shop", Sensitive(mariadb.url_of(database, user=user, password=password)))


def _find(source: MySQLSource, schema: str | None, name: str) -> Relation | None:
    with source.connect() as session:
        return session.relation(schema, name)


def _fails(source: MySQLSource, sql: str, **values: Scalar) -> SluicegateError:
    with pytest.raises(SluicegateError) as caught:
        read(source, sql, values)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value


def _sessions(mariadb: Any, database: str) -> int:
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.processlist WHERE db = %s", (database,)
        )
        return int(cursor.fetchone()[0])


def _gone(mariadb: Any, database: str) -> None:
    deadline = time.monotonic() + 5
    while _sessions(mariadb, database):
        assert time.monotonic() < deadline, "a connection was left behind"
        time.sleep(0.05)


# ---------------------------------------------------------------- types


def test_types_are_kept_or_named(source: MySQLSource) -> None:
    with source.connect() as session:
        rows = collect(session, "SELECT * FROM things ORDER BY tiny DESC")
        notes = "\n".join(session.notes)
    kinds = dict(zip(rows.schema.names, rows.schema.types, strict=True))
    row, empty = rows.to_pylist()
    assert set(empty.values()) == {None}
    wanted: dict[str, tuple[Any, Any]] = {
        "tiny": (pa.int8(), -5),
        "flag": (pa.int8(), 1),
        "small": (pa.uint16(), 65535),
        "medium": (pa.int32(), -8388608),
        "whole": (pa.uint32(), 4294967295),
        "big": (pa.int64(), -(2**63)),
        "ubig": (pa.uint64(), 2**64 - 1),
        "price": (pa.decimal128(10, 2), Decimal("-4.50")),
        "uprice": (pa.decimal128(10, 2), Decimal("4.50")),
        "wide": (pa.decimal256(60, 10), Decimal("1.5")),
        "f4": (pa.float32(), 1.5),
        "f8": (pa.float64(), 2.5),
        "born": (pa.date32(), date(2024, 2, 29)),
        "seen": (pa.timestamp("us"), datetime(2024, 2, 29, 23, 59, 59, 123456)),
        "stamped": (
            pa.timestamp("us", tz="UTC"),
            datetime(2024, 2, 29, 1, 2, 3, 125000, tzinfo=UTC),
        ),
        "coarse": (pa.timestamp("us"), datetime(1969, 12, 31)),
        "at": (pa.time64("us"), clock(23, 59, 59, 1)),
        "y": (pa.int16(), 2155),
        "code": (pa.string(), "ab"),
        "label": (pa.string(), "Ž🦦"),
        "notes": (pa.string(), "long"),
        "feeling": (pa.string(), "wild"),
        "tags": (pa.string(), "a,b"),
        "doc": (pa.string(), '{"a": 1}'),
        "raw": (pa.binary(), b"\x00\xff"),
        "fixed": (pa.binary(), b"\x01\x00\x00"),
        "pic": (pa.binary(), b"\xff\xd8"),
        "bits": (pa.binary(), b"\x02\x01"),
        "nothing": (pa.int32(), None),
        "twice": (pa.int32(), -10),
        "latin": (pa.string(), "é"),
    }
    assert {n: (kinds[n], row[n]) for n in wanted} == wanted
    assert kinds["spot"] == pa.binary()
    assert "'spot'" in notes
    assert "'price'" not in notes


def test_columns_keep_their_names(source: MySQLSource) -> None:
    rows = read(source, "SELECT 1 AS same, 'a' AS same, 3 AS `odd `` \" name`, NULL AS `é`")
    assert rows.schema.names == ["same", "same", 'odd ` " name', "é"]
    assert [c[0].as_py() for c in rows.columns] == [1, "a", 3, None]
    assert rows.schema.types[3] == pa.string()


def test_a_hundred_columns_and_nulls_everywhere(source: MySQLSource) -> None:
    items = ", ".join(f"{n if n % 3 else 'NULL'} AS c{n}" for n in range(300))
    (row,) = read(source, f"SELECT {items}").to_pylist()
    assert list(row.values()) == [n if n % 3 else None for n in range(300)]


@pytest.mark.parametrize("size", [0, 250, 251, 65_535, 65_536, 2**24 - 50, 2**24 - 1, 2**24])
def test_cells_of_every_length(source: MySQLSource, size: int) -> None:
    # Around the lengths at which the protocol changes its form; beyond 16 MiB a row is split.
    sql = f"SELECT 1 AS a, REPEAT('x', 10) AS b, {_repeat(size)} AS c, 'end' AS d UNION ALL SELECT 2, 'y', 'z', 'e'"
    (one, two) = read(source, sql).to_pylist()
    assert (one["a"], one["b"], len(one["c"]), one["d"]) == (1, "x" * 10, size, "end")
    assert one["c"].strip("x") == ""
    assert list(two.values()) == [2, "y", "z", "e"]


def test_a_row_of_several_packets(source: MySQLSource) -> None:
    # On the wire such a row is split at 16 MiB, wherever that is.
    for sizes in ((2**24,) * 3, (2**24 - 11, 1, 2**24), (5, 2**24 - 17, 0)):
        items = ", ".join(f"{_repeat(n)} AS c{i}" for i, n in enumerate(sizes))
        sql = f"SELECT 0 AS n, 'a' AS f, '' AS g, '' AS h UNION ALL SELECT 1, {items} UNION ALL SELECT 2, 'b', '', ''"
        got = read(source, sql).to_pylist()
        assert [r["n"] for r in got] == [0, 1, 2]
        assert tuple(len(got[1][c]) for c in "fgh") == sizes
        assert (got[0]["f"], got[2]["f"]) == ("a", "b")


def test_what_the_server_cuts_is_noted(source: MySQLSource) -> None:
    with source.connect() as session:
        sql = f"SELECT {_repeat(2**25)} AS x"
        assert collect(session, sql).to_pylist() == [{"x": None}]  # beyond max_allowed_packet
        assert any("1301" in note for note in session.notes)


def _repeat(size: int) -> str:
    """Text longer than the server's packet comes as a sum of shorter ones."""
    parts = [f"REPEAT('x', {min(4_000_000, size - at)})" for at in range(0, size, 4_000_000)]
    return f"CONCAT({', '.join(parts)})" if parts else "''"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("date", "2024-00-00", "2024-00-00"),
        ("date", "2024-02-31", "calendar"),
        ("datetime", "0000-00-00 01:00:00", "calendar"),
        ("datetime", "2024-00-10 00:00:00", "calendar"),
        ("time", "24:00:00", "time of day"),
        ("time", "-00:00:01", "time of day"),
        ("time", "838:59:59", "time of day"),
    ],
)
def test_what_no_calendar_has_is_an_error_that_names_the_column(
    mariadb: Any, source: MySQLSource, database: str, kind: str, value: str, text: str
) -> None:
    mariadb.run(
        f"CREATE TABLE odd_times (i int, v {kind})",
        "SET sql_mode = 'ALLOW_INVALID_DATES'",
        f"INSERT INTO odd_times VALUES (1, NULL), (2, '{value}')",
        database=database,
    )
    try:
        error = _fails(source, "SELECT i, v AS until FROM odd_times")
        assert "'until'" in str(error)
        assert text in str(error)
        assert read(source, "SELECT CAST(v AS CHAR) AS v FROM odd_times").num_rows == 2
    finally:
        mariadb.run("DROP TABLE odd_times", database=database)


def test_zero_dates_become_null_with_a_note(
    mariadb: Any, source: MySQLSource, database: str
) -> None:
    mariadb.run(
        "CREATE TABLE zeros (d date, t datetime(6), s timestamp NULL, o time)",
        "SET sql_mode = ''",
        "INSERT INTO zeros VALUES ('0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '00:00:00'), ('0001-01-01', '9999-12-31 23:59:59.999999', NULL, NULL)",
        database=database,
    )
    with source.connect() as session:
        one, two = collect(session, "SELECT * FROM zeros ORDER BY o DESC").to_pylist()
        notes = [n for n in session.notes if "zero dates" in n]
    assert one == {"d": None, "t": None, "s": None, "o": clock(0, 0)}
    assert (two["d"], two["t"]) == (date(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999))
    assert sorted(notes) == [
        f"column '{c}': 1 zero dates (0000-00-00) were read as NULL" for c in "dst"
    ]


def test_bytes_that_are_not_utf8(source: MySQLSource) -> None:
    assert read(source, "SELECT x'61ff62' AS v")["v"].to_pylist() == [b"a\xffb"]
    # The server itself refuses or replaces them before they could leave as text.
    got = read(source, "SELECT CONVERT(x'61ff62' USING utf8mb4) AS v, CAST(x'e9' AS CHAR) AS w")
    for column in got.columns:
        assert column.type == pa.string()
        column.combine_chunks().validate(full=True)


def test_cells_that_break_off_after_many_rows(source: MySQLSource) -> None:
    error = _fails(
        source, f"SELECT i, CASE WHEN n = 999999 THEN (SELECT a FROM mixed) ELSE 1 END AS v FROM (SELECT a.i, a.r, ROW_NUMBER() OVER () AS n FROM ({_ROWS}) AS a) AS q"
    )  # fmt: skip
    assert "error 1242" in str(error)


# ---------------------------------------------------------------- names and rights


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("mixed", ["a", "b"]),
        ("Mixed", ["c"]),
        ("MIXED", None),
        ("mixed ", None),
        ("café", None),
        ("Odd`Name é", ["A `col", "select"]),
        ("odd`name é", None),
        ("mixed' OR 'a'='a", None),
        ("mix%", None),
        ("🦦", None),
        ("x" * 70, None),
        ("things.tiny", None),
    ],
)
def test_names_resolve_as_the_server_resolves_them(
    source: MySQLSource, database: str, name: str, found: list[str] | None
) -> None:
    for schema in (None, database):
        relation = _find(source, schema, name)
        assert (relation and [c.name for c in relation.columns]) == found
    assert _find(source, database.upper(), name) is None


def test_without_a_database_names_need_a_schema(mariadb: Any, database: str) -> None:
    source = MySQLSource("shop", Sensitive(mariadb.url))
    assert _find(source, None, "mixed") is None
    assert _find(source, database, "mixed") is not None


@pytest.mark.parametrize(("name", "kind"), [("a_view", "view"), ("parts", "table"), ("mixed", "table")])  # fmt: skip
def test_kinds(source: MySQLSource, name: str, kind: str) -> None:
    relation = _find(source, None, name)
    assert relation is not None
    assert relation.kind == kind


def test_columns_of_the_catalogue(source: MySQLSource) -> None:
    relation = _find(source, None, "things")
    assert relation is not None
    column = relation.column("price")
    assert column is not None
    assert (column.native_type, column.family, column.nullable) == (
        "decimal(10,2)",
        TypeFamily.DECIMAL,
        True,
    )
    families = {c.name: c.family.value for c in relation.columns}
    assert (families["flag"], families["y"], families["twice"]) == ("integer",) * 3
    assert (families["feeling"], families["tags"], families["notes"]) == ("text",) * 3
    assert (families["raw"], families["bits"], families["pic"]) == ("binary",) * 3
    assert (families["at"], families["seen"], families["stamped"]) == ("time", *["timestamp"] * 2)
    assert families["spot"] == "other"
    assert "calm" not in repr(relation)


def test_sequences_and_temporary_tables_are_not_found(
    mariadb: Any, source: MySQLSource, database: str
) -> None:
    mariadb.run("CREATE SEQUENCE a_sequence", database=database)
    assert _find(source, None, "a_sequence") is None
    with source.connect() as session:
        session._run("ROLLBACK")
        session._run("SET SESSION TRANSACTION READ WRITE")
        session._run("CREATE TEMPORARY TABLE hidden_before (secret text)")
        assert session.relation(None, "hidden_before") is None


def test_what_the_login_may_not_read_is_not_there(reader: MySQLSource, database: str) -> None:
    with reader.connect() as session:
        assert session.login.startswith("sg_login_")
        assert session.notes == ()
        relation = session.relation(None, "things")
        assert relation is not None
        assert [c.name for c in relation.columns] == ["tiny", "big"]
        assert session.relation(None, "a_view") is not None
        assert session.relation(database, "mixed") is None
        assert session.relation("mysql", "user") is None
        assert session.notes == ()
    for sql in ("SELECT price FROM things", "SELECT * FROM mixed", "SELECT * FROM mysql.user"):
        error = _fails(reader, sql)
        assert "grant it SELECT" in str(error)
        assert not error.retryable


def test_rights_beyond_reading_are_noted(source: MySQLSource, database: str) -> None:
    with source.connect() as session:
        session.relations([(None, "mixed", False), (None, "old", False)])
        notes = session.notes
    assert any("administrator" in note for note in notes)
    assert any("files of the server" in note for note in notes)
    assert f"the login may write to {database}.mixed" in notes
    assert f"{database}.old: its engine has no transactions" in notes


def test_many_relations_are_one_query(mariadb: Any, source: MySQLSource, database: str) -> None:
    with source.connect() as session:
        before = _statements(session)
        found = session.relations([(None, n, False) for n in ("mixed", "nope", "things", "mixed")])
        assert _statements(session) - before == 2  # this one and that one
    assert [r and r.name.name for r in found] == ["mixed", None, "things", "mixed"]
    assert found[0] == found[3]


def _statements(session: Any) -> int:
    (row,) = session._rows("SHOW STATUS LIKE 'Com_stmt_execute'", [])
    return int(row["Value"])


# ---------------------------------------------------------------- the transaction


def test_the_transaction_sees_one_state(mariadb: Any, source: MySQLSource, database: str) -> None:
    with source.connect() as session:
        mariadb.run("INSERT INTO mixed VALUES (3, 'three')", database=database)
        try:
            count = "SELECT count(*) AS n FROM mixed"
            assert collect(session, count).to_pylist() == [{"n": 2}]
            assert read(source, count).to_pylist() == [{"n": 3}]
        finally:
            mariadb.run("DELETE FROM mixed WHERE a = 3", database=database)


def test_nothing_that_the_session_sends_can_write(source: MySQLSource) -> None:
    with source.connect() as session:
        for sql in ("INSERT INTO mixed VALUES (9, 'x')", "DELETE FROM old", "DROP TABLE mixed"):
            with pytest.raises(SourceError, match="1792"):
                session._run(sql)
        # Even a statement that ends the transaction leaves a session that only reads.
        session._run("ANALYZE TABLE mixed")
        with pytest.raises(SourceError, match="1792"):
            session._run("INSERT INTO mixed VALUES (9, 'x')")


def test_settings_are_pinned(source: MySQLSource) -> None:
    got = read(
        source,
        "SELECT 'a\\'b' AS quoted, 'a' || 'b' AS joined, '\\\\' AS slash, @@time_zone AS zone, @@sql_mode AS mode, @@sql_select_limit AS most",
    ).to_pylist()
    mode = got[0].pop("mode").split(",")
    assert got == [{"quoted": "a'b", "joined": "ab", "slash": "\\", "zone": "+00:00", "most": 2**64 - 1}]  # fmt: skip
    assert sorted(mode) == [
        "ERROR_FOR_DIVISION_BY_ZERO", "NO_ENGINE_SUBSTITUTION", "NO_ZERO_IN_DATE", "PIPES_AS_CONCAT",
        "STRICT_ALL_TABLES",
    ]  # fmt: skip
    # MariaDB knows no column that depends on a key; MySQL does, and keeps its own default.
    assert "ONLY_FULL_GROUP_BY" in mysql_settings.pins(mariadb=False)


def test_a_table_altered_after_the_beginning_can_be_tried_again(
    mariadb: Any, source: MySQLSource, database: str
) -> None:
    mariadb.run("CREATE TABLE moving (a int)", "INSERT INTO moving VALUES (1)", database=database)
    with source.connect() as session:
        mariadb.run("ALTER TABLE moving ADD COLUMN secret int, ALGORITHM=COPY", database=database)
        with pytest.raises(SourceUnavailable, match="1412"):
            collect(session, "SELECT * FROM moving")


def test_an_estimate_keeps_the_relation_as_it_is(
    mariadb: Any, source: MySQLSource, database: str
) -> None:
    sql = "SELECT a, b FROM mixed WHERE a > ?"
    with source.connect() as session:
        found = session.estimate(Statement(sql=sql, parameters=("a",)), {"a": 0})
        assert found is not None
        assert found.rows == 2
        with pytest.raises(Exception, match="1205"):
            mariadb.run(
                "SET lock_wait_timeout = 1", "ALTER TABLE mixed ADD COLUMN x int", database=database
            )
        assert collect(session, "SELECT * FROM mixed").num_rows == 2


@pytest.mark.parametrize(
    ("sql", "low", "high"),
    [
        ("SELECT 1 AS n", 1, 1),
        ("SELECT a FROM mixed WHERE 1 = 0", 0, 0),
        ("SELECT a FROM mixed", 2, 2),
        ("SELECT x.a FROM mixed AS x CROSS JOIN mixed AS y", 4, 4),
        ("SELECT a FROM mixed UNION ALL SELECT a FROM mixed", 4, 4),
        ("SELECT a FROM mixed WHERE a IN (SELECT c FROM Mixed)", 0, 2),
        ("SELECT b, count(*) FROM mixed GROUP BY b ORDER BY b", 1, 2),
        ("SELECT q.a FROM (SELECT a, count(*) AS n FROM mixed GROUP BY a) AS q", 1, 2),
        ("SELECT (SELECT max(a) FROM mixed) AS m", 1, 1),
        (_ROWS, 1, 10**6),
    ],
)
def test_estimates(source: MySQLSource, sql: str, low: int, high: int) -> None:
    with source.connect() as session:
        found = session.estimate(Statement(sql=sql), {})
    assert found is not None
    assert found.rows is not None
    assert low <= found.rows <= high


# ---------------------------------------------------------------- parameters


@pytest.mark.parametrize(
    ("sql", "values", "rows"),
    [
        ("SELECT big FROM things WHERE seen = ?", ["2024-02-29 23:59:59.123456"], 1),
        ("SELECT big FROM things WHERE seen = ?", [datetime(2024, 2, 29, 23, 59, 59, 123456)], 1),
        (
            "SELECT big FROM things WHERE seen = ?",
            [datetime(2024, 3, 1, 8, 59, 59, 123456, tzinfo=timezone(timedelta(hours=9)))],
            1,
        ),
        ("SELECT big FROM things WHERE born > ?", [date(2024, 1, 1)], 1),
        ("SELECT big FROM things WHERE ubig = ?", [2**64 - 1], 1),
        ("SELECT big FROM things WHERE ubig < ?", [2**70], 1),
        ("SELECT big FROM things WHERE big = ?", [-(2**63)], 1),
        ("SELECT big FROM things WHERE tiny > ?", [None], 0),
        ("SELECT big FROM things WHERE price = ? AND f8 = ?", [Decimal("-4.5"), 2.5], 1),
        ("SELECT big FROM things WHERE wide = ?", [Decimal("15E-1")], 1),
        ("SELECT big FROM things WHERE feeling = ? AND latin = ?", ["wild", "é"], 1),
        ("SELECT big FROM things WHERE flag = ?", [True], 1),
        ("SELECT big FROM things WHERE doc = ? OR '?' = ?", ["x", "?"], 2),
        ("SELECT a FROM mixed ORDER BY a LIMIT ?", [1], 1),
        ("SELECT ? AS x, ? AS x FROM mixed WHERE ? = ?", ["a", "b", 1, 1], 2),
    ],
)
def test_parameters_compare_by_their_types(
    source: MySQLSource, sql: str, values: list[Scalar], rows: int
) -> None:
    assert read(source, sql, {f"p{n}": v for n, v in enumerate(values)}).num_rows == rows


@pytest.mark.parametrize(
    "collation",
    ["utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci", "latin1_swedish_ci"],
)
def test_a_parameter_compares_with_texts_of_every_collation(
    mariadb: Any, source: MySQLSource, database: str, collation: str
) -> None:
    mariadb.run(
        f"CREATE OR REPLACE TABLE collated (v VARCHAR(20) CHARACTER SET {collation.partition('_')[0]} COLLATE {collation})",
        "INSERT INTO collated VALUES ('zoë'), ('x')",
        database=database,
    )
    found = read(source, "SELECT v FROM collated WHERE v = ?", {"who": "zoë"})
    assert found.to_pylist() == [{"v": "zoë"}]


@pytest.mark.parametrize("size", [0, 250, 251, 70_000, 5_000_000])
def test_a_parameter_comes_back_as_it_went(source: MySQLSource, size: int) -> None:
    text = ('it\'s \\ "%s" ; -- ? 🦦 ' * (size // 20 + 1))[:size]
    assert read(source, "SELECT ? AS x", {"x": text})["x"].to_pylist() == [text]


def test_values_never_stand_in_sql_text(mariadb: Any, source: MySQLSource, database: str) -> None:
    with source.connect() as session:
        statement = Statement(sql=f"SELECT q.*, ? AS v FROM ({_ROWS}) AS q", parameters=("v",))
        stream = session.stream(statement, {"v": "marker-4711"})
        next(stream)
        with mariadb.connect() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT info FROM information_schema.processlist WHERE db = %s", (database,)
            )
            running = [str(row[0]) for row in cursor.fetchall()]
        stream.close()  # type: ignore[attr-defined]  # streams are generators here
    assert len(running) == 1
    assert "? AS v" in running[0]
    assert "marker" not in running[0]


def test_the_number_of_parameters_must_fit(source: MySQLSource) -> None:
    assert "0 parameters" in str(_fails(source, "SELECT 1", extra=1))
    assert "1 parameters" in str(_fails(source, "SELECT ?"))


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), Decimal("NaN"), Decimal("Infinity")])  # fmt: skip
def test_a_number_that_mysql_does_not_know_is_named(source: MySQLSource, value: Scalar) -> None:
    error = _fails(source, "SELECT ?", since=value)
    assert isinstance(error, ConfigurationError)
    assert "'since'" in str(error)


# ---------------------------------------------------------------- errors and limits


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("SELECT * FROM nope", 1146),
        ("SELECT nope FROM mixed", 1054),
        ("SELEC", 1064),
        ("SELECT nope(1)", 1305),
        ("SELECT (SELECT a FROM mixed) AS x", 1242),
        ("SELECT sum(count(*)) AS n FROM mixed", 1111),
        ("SELECT EXP(1000) AS x", 1690),
        ("SELECT EXTRACTVALUE('<a/>', CONCAT(CHAR(1), 'marker-4711')) AS x", 1105),
    ],
)
def test_errors_carry_the_number_and_nothing_more(
    source: MySQLSource, sql: str, number: int
) -> None:
    error = _fails(source, sql)
    assert type(error) is SourceError
    assert f"error {number}" in str(error)
    assert "marker" not in str(error)
    assert "nope" not in str(error)


def test_warnings_are_noted_by_number(source: MySQLSource) -> None:
    with source.connect() as session:
        collect(session, "SELECT CAST('marker-4711' AS SIGNED) AS n")
        (note,) = [n for n in session.notes if "warned" in n]
        assert "1292" in note
        assert "marker" not in note
        assert collect(session, "SELECT 1 AS n").num_rows == 1


def test_a_statement_timeout_is_a_budget(source: MySQLSource) -> None:
    begin = time.monotonic()
    with source.connect() as session:
        session.limit(Limits(seconds=0.2))
        with pytest.raises(BudgetExceeded):
            collect(session, "SELECT SLEEP(30), a FROM mixed")
    assert time.monotonic() - begin < 10


def test_the_server_keeps_the_limit_too(source: MySQLSource) -> None:
    begin = time.monotonic()
    with source.connect() as session:
        assert collect(session, "SELECT @@max_statement_time AS t").to_pylist() == [{"t": 3600.0}]
        session.limit(Limits(seconds=0.3))
        session._seconds = None  # only the server knows of it
        with pytest.raises(BudgetExceeded, match="1969"):
            collect(session, f"SELECT sum(SLEEP(0.01)) AS n FROM ({_ROWS}) AS q")
    assert time.monotonic() - begin < 10


def test_a_server_that_stalls_is_given_up_and_stopped(
    mariadb: Any, source: MySQLSource, database: str
) -> None:
    with source.connect() as session:
        session._run("SET SESSION max_statement_time = 0")
        session._seconds = 0.2
        begin = time.monotonic()
        with pytest.raises(BudgetExceeded):
            collect(session, "SELECT BENCHMARK(1000000000000, SHA2('a', 512)) AS n")
        assert time.monotonic() - begin < 10
        _gone(mariadb, database)


def test_cancel_before_the_stream_begins(source: MySQLSource) -> None:
    with source.connect() as session:
        session.cancel()
        with pytest.raises(SourceError, match="cancel"):
            collect(session, "SELECT 1 AS n")


def test_cancel_while_rows_flow(mariadb: Any, source: MySQLSource, database: str) -> None:
    with source.connect() as session:
        stream = session.stream(Statement(sql=_ROWS), {})
        next(stream)
        threading.Thread(target=session.cancel).start()
        with pytest.raises(SourceError, match="cancel"):
            list(stream)
        _gone(mariadb, database)


def test_cancel_stops_the_server_too(mariadb: Any, source: MySQLSource, database: str) -> None:
    with source.connect() as session:
        threading.Timer(0.3, session.cancel).start()
        with pytest.raises(SourceError, match="cancel"):
            collect(session, "SELECT BENCHMARK(1000000000000, SHA2('a', 512)) AS n")
        _gone(mariadb, database)


def test_leaving_a_stream_stops_the_server(
    mariadb: Any, source: MySQLSource, database: str
) -> None:
    with source.connect() as session:
        next(session.stream(Statement(sql=_ROWS), {}))
    _gone(mariadb, database)


def test_a_session_whose_stream_was_left_is_over(source: MySQLSource) -> None:
    with source.connect() as session:
        stream = session.stream(Statement(sql=_ROWS), {})
        next(stream)
        stream.close()  # type: ignore[attr-defined]  # streams are generators here
        for use in (lambda: session.relation(None, "mixed"), lambda: collect(session, "SELECT 1")):
            with pytest.raises(SourceError, match="over"):
                use()


def test_two_streams_at_once_do_not_mix(source: MySQLSource) -> None:
    with source.connect() as session:
        first = session.stream(Statement(sql=_ROWS), {}, batch_rows=10)
        next(first)
        with pytest.raises(SourceError, match="another stream"):
            collect(session, "SELECT 1 AS n")
        with pytest.raises(SourceError, match="another stream"):
            session.relation(None, "mixed")
        assert next(first).num_rows == 10


def test_an_error_in_the_block_closes_the_connection(
    mariadb: Any, source: MySQLSource, database: str
) -> None:
    with pytest.raises(ZeroDivisionError), source.connect():
        raise ZeroDivisionError
    _gone(mariadb, database)


def test_a_killed_connection_can_be_tried_again(
    mariadb: Any, source: MySQLSource, database: str
) -> None:
    with source.connect() as session:
        stream = session.stream(Statement(sql=_ROWS), {})
        next(stream)
        mariadb.run(f"KILL CONNECTION {session._number}")
        with pytest.raises(SourceUnavailable):
            list(stream)


def test_a_lock_is_not_waited_for_without_end(
    mariadb: Any, source: MySQLSource, database: str
) -> None:
    with mariadb.connect(database) as other, other.cursor() as cursor, source.connect() as session:
        cursor.execute("LOCK TABLES mixed WRITE")
        session._run("SET SESSION lock_wait_timeout = 1")
        with pytest.raises(SourceUnavailable, match="1205"):
            collect(session, "SELECT a FROM mixed")


def test_memory_does_not_grow_with_the_result(source: MySQLSource) -> None:
    # About 800 MB pass.
    before, resident = pa.total_allocated_bytes(), _resident()
    most = rows = 0
    with source.connect() as session:
        statement = Statement(
            sql=f"SELECT q.*, z.d AS j FROM ({_ROWS}) AS q, {_DIGITS} AS z WHERE z.d < ?",
            parameters=("i",),
        )
        for batch in session.stream(statement, {"i": 4}):
            rows += batch.num_rows
            most = max(most, pa.total_allocated_bytes() - before, _resident() - resident)
    assert rows == 4_000_000
    assert most < 300_000_000


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


# ---------------------------------------------------------------- connecting


def test_repr_and_errors_never_show_the_uri() -> None:
    secret = f"secret{os.getpid()}"
    source = MySQLSource("shop", Sensitive(f"mysql://u:{secret}@127.0.0.1:1/db"))
    assert secret not in repr(source)
    with pytest.raises(SourceUnavailable) as caught, source.connect():
        pass
    assert caught.value.retryable
    for hidden in (secret, "127.0.0.1"):
        assert hidden not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_wrong_password(mariadb: Any, reader: MySQLSource, database: str) -> None:
    user = reader.uri.reveal().partition("://")[2].partition(":")[0]
    for password in (f"wrong{os.getpid()}", ""):
        url = mariadb.url_of(database, user=user, password=password)
        with (
            pytest.raises(SourceError, match="1045") as caught,
            MySQLSource("shop", Sensitive(url)).connect(),
        ):
            pass
        assert not caught.value.retryable
        assert user not in str(caught.value)
        assert "wrong" not in str(caught.value).replace("password is wrong", "")


def test_a_database_that_is_not_there(mariadb: Any) -> None:
    source = MySQLSource("shop", Sensitive(mariadb.url_of("sg_no_such_database")))
    with pytest.raises(SourceError, match="1049") as caught, source.connect():
        pass
    assert not caught.value.retryable
    assert "sg_no" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u@127.0.0.1:1/db",
        "mysql://u@nowhere.invalid/db",
        "mysql://u@/db?unix_socket=/nonexistent/socket",
    ],
)
def test_nobody_answers(url: str) -> None:
    with pytest.raises(SourceUnavailable) as caught, MySQLSource("shop", Sensitive(url)).connect():
        pass
    assert caught.value.retryable


def test_a_server_that_accepts_and_says_nothing_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"mysql://u@127.0.0.1:{silent.getsockname()[1]}/db?connect_timeout=2"
        begin = time.monotonic()
        with pytest.raises(SourceUnavailable), MySQLSource("shop", Sensitive(url)).connect():
            pass
    assert time.monotonic() - begin < 8


def test_a_missing_driver_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, source: MySQLSource
) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    with (
        pytest.raises(MissingDependencyError, match=r"sluicegate\[mysql\]") as caught,
        source.connect(),
    ):
        pass
    assert caught.value.__context__ is None
