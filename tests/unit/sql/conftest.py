"""A small world to guard: a catalogue, a policy, and the same tables in real engines."""

from __future__ import annotations

import atexit
import hashlib
import os
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pymysql
import pytest
import sqlglot

from sluicegate.errors import SqlError
from sluicegate.model.data import (
    CatalogColumn,
    ColumnRef,
    DataClass,
    Relation,
    RelationName,
    TypeFamily,
)
from sluicegate.model.decision import ColumnRule, Obligations
from sluicegate.model.masks import (
    GeneralizeDate,
    GeneralizeNumber,
    Keep,
    Mask,
    Partial,
    Pseudonymize,
    Redact,
    Suppress,
)
from sluicegate.sql import Rewritten, gather, parse, reasons_of, rewrite

SCHEMAS = {
    "postgres": "public", "duckdb": "main", "sqlite": "main", "mysql": "shop", "snowflake": "PUBLIC",
    "bigquery": "shop", "redshift": "public", "trino": "public", "tsql": "dbo",
}  # fmt: skip

MYSQL_HOST, MYSQL_PORT = "127.0.0.1", 3306
SQL_MODE = (
    "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,PIPES_AS_CONCAT,"
    "NO_ZERO_IN_DATE"
)
"""What the MariaDB source pins for its session."""

COLUMNS: dict[str, list[tuple[str, str, str, str, Mask | None]]] = {
    "customers": [
        ("id", "INTEGER", "integer", "public", Keep()),
        ("email", "VARCHAR", "text", "email", Pseudonymize()),
        ("name", "VARCHAR", "text", "person", Suppress()),
        ("phone", "VARCHAR", "text", "phone", Partial(keep_first=1, keep_last=2)),
        ("plan", "VARCHAR", "text", "public", Keep()),
        ("region", "VARCHAR", "text", "public", Keep()),
        ("notes", "VARCHAR", "text", "free_text", Redact()),
        ("born", "DATE", "date", "birth_date", GeneralizeDate(unit="year")),
        ("created_at", "TIMESTAMP", "timestamp", "public", Keep()),
        ("score", "INTEGER", "integer", "score", GeneralizeNumber(width=10)),
        ("national_id", "BIGINT", "integer", "national_id", Pseudonymize()),
        ("token", "VARCHAR", "text", "secret", None),
    ],
    "orders": [
        ("id", "INTEGER", "integer", "public", Keep()),
        ("customer_id", "INTEGER", "integer", "public", Keep()),
        ("contact", "VARCHAR", "text", "email", Pseudonymize()),
        ("total", "DECIMAL(10,2)", "decimal", "public", Keep()),
        ("placed", "TIMESTAMP", "timestamp", "public", Keep()),
        ("remark", "VARCHAR", "text", "free_text", Redact()),
    ],
    "regions": [
        ("region", "VARCHAR", "text", "public", Keep()),
        ("country", "VARCHAR", "text", "public", Keep()),
    ],
}

PLANS = ("free", "pro", "team")


def marker(column: str, row: int) -> str:
    return f"zq{column}{row}xw@example.com"


def customers() -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for n in range(1, 13):
        missing = n % 6 == 0
        rows.append((
            n,
            None if missing else marker("email", n if n != 11 else 1),
            marker("name", n),
            None if missing else f"+1555010{n:04d}",
            PLANS[n % 3],
            None if n == 7 else f"r{n % 4}",
            marker("notes", n),
            date(1960 + n, n, n),
            datetime(2026, 1 + n % 3, n, 10, n, tzinfo=UTC).replace(tzinfo=None),
            n * 7 - 30,
            900_000_000 + n,
            marker("token", n),
        ))  # fmt: skip
    return rows


def orders() -> list[tuple[Any, ...]]:
    return [
        (
            100 + n,
            1 + n % 9,
            marker("email", 1 + n % 9) if n % 5 else marker("stranger", n),
            Decimal(n * 1275) / 100,
            datetime(2026, 2, 1 + n, 12, tzinfo=UTC).replace(tzinfo=None),
            marker("remark", n),
        )
        for n in range(20)
    ]


REGIONS = [("r0", "AA"), ("r1", "AA"), ("r2", "BB"), ("r9", "ZZ")]
ROWS: dict[str, Callable[[], list[tuple[Any, ...]]]] = {
    "customers": customers,
    "orders": orders,
    "regions": lambda: list(REGIONS),
}


def digest(data_class: str, kind: str, value: object) -> str:
    return hashlib.sha256(f"sluicegate:1:{data_class}:{kind}:{value}".encode()).hexdigest()


def masked(  # noqa: PLR0911 - one return per mask
    value: Any, family: str, data_class: str, mask: Mask | None
) -> Any:
    """The reference: what each mask makes of a value."""
    if value is None or mask is None or isinstance(mask, Suppress):
        return None
    match mask:
        case Pseudonymize():
            return digest(data_class, {"integer": "int"}.get(family, family), value)
        case Partial():
            first, last = mask.keep_first, mask.keep_last
            if len(value) <= first + last:
                return mask.fill * len(value)
            middle = mask.fill * (len(value) - first - last)
            return value[:first] + middle + value[len(value) - last :]
        case GeneralizeDate():
            return value.replace(month=1, day=1)
        case GeneralizeNumber():
            return value // mask.width * mask.width
    return value


def spelled(name: str, dialect: str) -> str:
    """The name as the catalogue of the dialect has it."""
    return name.upper() if dialect == "snowflake" else name


def relation(table: str, dialect: str) -> Relation:
    columns = tuple(
        CatalogColumn(name=spelled(n, dialect), native_type=t, family=TypeFamily(f))
        for n, t, f, _, _ in COLUMNS[table]
    )
    name = RelationName(schema=SCHEMAS[dialect], name=spelled(table, dialect))
    return Relation(name=name, kind="table", columns=columns)


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything the guard is asked with, for one dialect."""

    dialect: str
    row_filters: Mapping[RelationName, tuple[str, ...]] = field(default_factory=dict)

    def lookup(self, schema: str | None, name: str, quoted: bool) -> Relation | None:
        if schema and schema.lower() != SCHEMAS[self.dialect].lower():
            return None
        if self.dialect == "snowflake":
            stored = name if quoted else name.upper()
            wanted = stored.lower() if stored.isupper() else stored + "?"
        else:
            exact = quoted and self.dialect == "postgres"
            wanted = name if exact else name.lower()
        return relation(wanted, self.dialect) if wanted in COLUMNS else None

    @property
    def obligations(self) -> Obligations:
        rules = {}
        for table, columns in COLUMNS.items():
            own = RelationName(schema=SCHEMAS[self.dialect], name=spelled(table, self.dialect))
            for name, _, _, data_class, mask in columns:
                ref = ColumnRef(relation=own, column=spelled(name, self.dialect))
                rules[ref] = ColumnRule(
                    column=ref, data_class=DataClass(data_class), mask=mask, rule="test"
                )
        return Obligations(columns=rules, row_filters=self.row_filters)

    def guard(self, sql: str, *, row_limit: int | None = None) -> Rewritten:
        parsed = parse(sql, self.dialect)
        return rewrite(parsed, gather(parsed, self.lookup), self.obligations, row_limit=row_limit)

    def codes(self, sql: str) -> set[str]:
        """Codes of the refusal; empty if the statement passes."""
        try:
            self.guard(sql)
        except SqlError as error:
            return {reason.code for reason in reasons_of(error)}
        return set()


@pytest.fixture
def world() -> Callable[[str], World]:
    return lambda dialect: World(dialect=dialect)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A real database in memory, with raw or with masked tables."""

    dialect: str
    connection: Any
    database: str = ""
    """What the schema ``shop`` of the tests is called in this process."""

    def _cursor(self, sql: str, parameters: list[Any]) -> Any:
        if self.dialect != "mysql":
            return self.connection.execute(sql, parameters)
        sql = sql.replace("`shop`.", f"`{self.database}`.").replace("shop.", f"{self.database}.")
        cursor = self.connection.cursor()
        cursor.execute(*bound_for_mysql(sql, parameters))
        return cursor

    def run(self, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
        cursor = self._cursor(sql, parameters)
        return [tuple(_plain(cell) for cell in row) for row in cursor.fetchall()]

    def names(self, sql: str, parameters: list[Any]) -> list[str]:
        cursor = self._cursor(sql, parameters)
        return [item[0] for item in cursor.description]


def bound_for_mysql(sql: str, parameters: list[Any]) -> tuple[str, tuple[Any, ...] | None]:
    """PyMySQL writes parameters into the text and wants them as ``%s``."""
    if not parameters:
        return sql, None
    marks = [t for t in sqlglot.tokenize(sql, read="mysql") if t.token_type.name == "PLACEHOLDER"]
    assert len(marks) == len(parameters)
    parts, at = [], 0
    for mark in marks:
        parts.append(sql[at : mark.start].replace("%", "%%"))
        at = mark.end + 1
    return "%s".join([*parts, sql[at:].replace("%", "%%")]), tuple(parameters)


def _sha256(value: str | None) -> str | None:
    return None if value is None else hashlib.sha256(value.encode()).hexdigest()


def _connect(dialect: str) -> Any:
    if dialect == "duckdb":
        return duckdb.connect(":memory:")
    connection = sqlite3.connect(":memory:")
    connection.create_function("sluicegate_sha256", 1, _sha256, deterministic=True)
    return connection


def engine(dialect: str, *, mask_first: bool) -> Engine:
    if dialect == "mysql":
        return mysql_engine(mask_first=mask_first)
    connection = _connect(dialect)
    for table, columns in COLUMNS.items():
        types = [
            (n, "VARCHAR" if mask_first and isinstance(m, Pseudonymize) else t)
            for n, t, _, _, m in columns
        ]
        connection.execute(f"CREATE TABLE {table} ({', '.join(f'{n} {t}' for n, t in types)})")
        marks = ", ".join("?" for _ in columns)
        for row in ROWS[table]():
            cells = list(row)
            if mask_first:
                cells = [
                    masked(v, f, c, m) for v, (_, _, f, c, m) in zip(row, columns, strict=True)
                ]
            values = [_sqlite_value(v) if dialect == "sqlite" else v for v in cells]
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)
    return Engine(dialect=dialect, connection=connection)


def mysql_connection(database: str | None = None, **options: Any) -> Any:
    """A session set as the MariaDB source sets its own; skips where no server answers."""
    try:
        connection = pymysql.connect(
            host=MYSQL_HOST, port=MYSQL_PORT, user="root", database=database, charset="utf8mb4",
            autocommit=True, init_command=f"SET sql_mode='{SQL_MODE}', time_zone='+00:00'",
            connect_timeout=5, read_timeout=60, **options,
        )  # fmt: skip
    except pymysql.err.OperationalError as error:
        if error.args[0] not in {2002, 2003}:
            raise
        pytest.skip(f"no MariaDB answers at {MYSQL_HOST}:{MYSQL_PORT}")
    return connection


_MYSQL_TYPES = {"VARCHAR": "VARCHAR(300)", "TIMESTAMP": "DATETIME(6)"}


def mysql_engine(*, mask_first: bool) -> Engine:
    """A database of its own, with the same tables; dropped when the process ends."""
    name = f"sg_unit_{os.getpid()}_{'masked' if mask_first else 'raw'}"
    connection = mysql_connection()
    cursor = connection.cursor()
    cursor.execute(f"DROP DATABASE IF EXISTS {name}")
    cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    atexit.register(_drop, name)
    cursor.execute(f"USE {name}")
    for table, columns in COLUMNS.items():
        types = [
            (n, "VARCHAR(64)" if mask_first and isinstance(m, Pseudonymize) else _MYSQL_TYPES.get(t, t))
            for n, t, _, _, m in columns
        ]  # fmt: skip
        cursor.execute(f"CREATE TABLE {table} ({', '.join(f'{n} {t} NULL' for n, t in types)})")
        marks = ", ".join("%s" for _ in columns)
        for row in ROWS[table]():
            cells = list(row)
            if mask_first:
                cells = [
                    masked(v, f, c, m) for v, (_, _, f, c, m) in zip(row, columns, strict=True)
                ]
            cursor.execute(f"INSERT INTO {table} VALUES ({marks})", cells)
    return Engine(dialect="mysql", connection=connection, database=name)


def _drop(name: str) -> None:
    connection = mysql_connection()
    connection.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
    connection.close()


@pytest.fixture(scope="module")
def raw_engine() -> Callable[[str], Engine]:
    cache: dict[str, Engine] = {}
    return lambda d: (
        cache.setdefault(d, engine(d, mask_first=False)) if d not in cache else cache[d]
    )


@pytest.fixture(scope="module")
def masked_engine() -> Callable[[str], Engine]:
    cache: dict[str, Engine] = {}
    return lambda d: cache.setdefault(d, engine(d, mask_first=True)) if d not in cache else cache[d]
