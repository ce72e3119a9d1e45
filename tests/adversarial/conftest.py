"""A shop whose every sensitive cell holds a value of its own, in real databases, behind a real gate.

Statements stand in ``attacks/*.sql`` and ``benign/*.sql``; each begins with a line ``--@`` that tells
dialects and expected end. A dialect is one entry of ``DIALECTS`` and one loader.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import random
import re
import sqlite3
import string
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings, SluicegateError, Trust
from sluicegate.mask import Pseudonymizer
from sluicegate.model.plan import Carries

HERE = Path(__file__).parent
DIALECTS = ("postgres", "duckdb", "sqlite", "mysql")
SCHEMA = {"postgres": "public", "duckdb": "main", "sqlite": "main"}
ROOT_KEY = base64.b64encode(bytes(range(32))).decode()
PURPOSE = "churn_training"

# ---------------------------------------------------------------- statements


@dataclass(frozen=True, kw_only=True)
class Case:
    """One statement of a file, for one dialect."""

    file: str
    number: int
    dialect: str
    expected: str
    code: str
    sql: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}-{self.number}-{self.dialect}"


def cases(folder: str) -> list[Case]:
    """Read every statement below ``folder``, once per dialect it is for."""
    return [case for path in sorted((HERE / folder).glob("*.sql")) for case in _cases(path)]


def _cases(path: Path) -> Iterator[Case]:
    heads = re.split(r"^--@", path.read_text(), flags=re.MULTILINE)[1:]
    for number, block in enumerate(heads, 1):
        head, _, text = block.partition("\n")
        head, _, bound = head.partition("|")
        words = head.split()
        dialects, expected, rest = words[0], words[1], words[2:]
        if "escaped" in rest:
            text = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)
        for dialect in DIALECTS if dialects == "all" else dialects.split(","):
            yield Case(
                file=path.stem,
                number=number,
                dialect=dialect,
                expected=expected,
                code=rest[0] if rest and rest[0] != "escaped" else "",
                sql=text.rstrip("\n"),
                parameters=json.loads(bound) if bound.strip() else {},
            )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name, folder in {"attack": "attacks", "benign": "benign"}.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases(folder), ids=str)


# ---------------------------------------------------------------- the shop

# name, type in postgres / duckdb / sqlite, data class
COLUMNS: dict[str, list[tuple[str, str, str, str, str]]] = {
    "customers": [
        ("id", "integer", "INTEGER", "INTEGER", "public"),
        ("email", "text", "VARCHAR", "TEXT", "email"),
        ("full_name", "varchar(80)", "VARCHAR", "TEXT", "person_name"),
        ("phone", "text", "VARCHAR", "TEXT", "phone"),
        ("birth_date", "date", "DATE", "DATE", "birth_date"),
        ("score", "integer", "INTEGER", "INTEGER", "score"),
        ("national_id", "bigint", "BIGINT", "BIGINT", "national_id"),
        ("iban", "text", "VARCHAR", "TEXT", "iban"),
        ("notes", "text", "VARCHAR", "TEXT", "free_text"),
        ("api_token", "text", "VARCHAR", "TEXT", "secret"),
        ("profile", "jsonb", "JSON", "TEXT", "profile"),
        ("aliases", "text[]", "VARCHAR[]", "TEXT", "profile"),
        ("plan", "text", "VARCHAR", "TEXT", "public"),
        ("region", "text", "VARCHAR", "TEXT", "public"),
        ("country", "char(2)", "VARCHAR", "TEXT", "public"),
        ("active", "boolean", "BOOLEAN", "BOOLEAN", "public"),
        ("created_at", "timestamp", "TIMESTAMP", "TIMESTAMP", "public"),
        ("balance", "numeric(10,2)", "DECIMAL(10,2)", "DECIMAL(10,2)", "public"),
        ("referrer_id", "integer", "INTEGER", "INTEGER", "public"),
        ("tags", "text[]", "VARCHAR[]", "TEXT", "public"),
        ("attrs", "jsonb", "JSON", "TEXT", "public"),
    ],
    "orders": [
        ("id", "integer", "INTEGER", "INTEGER", "public"),
        ("customer_id", "integer", "INTEGER", "INTEGER", "public"),
        ("contact_email", "text", "VARCHAR", "TEXT", "email"),
        ("ip", "text", "VARCHAR", "TEXT", "ip"),
        ("amount", "numeric(10,2)", "DECIMAL(10,2)", "DECIMAL(10,2)", "public"),
        ("status", "text", "VARCHAR", "TEXT", "public"),
        ("placed_at", "timestamp", "TIMESTAMP", "TIMESTAMP", "public"),
        ("ship_note", "text", "VARCHAR", "TEXT", "free_text"),
        ("items", "jsonb", "JSON", "TEXT", "public"),
    ],
    "events": [
        ("id", "bigint", "BIGINT", "BIGINT", "public"),
        ("customer_id", "integer", "INTEGER", "INTEGER", "public"),
        ("kind", "text", "VARCHAR", "TEXT", "public"),
        ("occurred_at", "timestamp", "TIMESTAMP", "TIMESTAMP", "public"),
        ("actor_email", "text", "VARCHAR", "TEXT", "email"),
        ("payload", "json", "JSON", "TEXT", "public"),
    ],
    "regions": [
        ("region", "text", "VARCHAR", "TEXT", "public"),
        ("title", "text", "VARCHAR", "TEXT", "public"),
        ("manager_email", "text", "VARCHAR", "TEXT", "email"),
    ],
    "Campaigns": [
        ("Id", "integer", "INTEGER", "INTEGER", "public"),
        ("Title", "text", "VARCHAR", "TEXT", "public"),
        ("ownerEmail", "text", "VARCHAR", "TEXT", "email"),
    ],
    "staff": [
        ("id", "integer", "INTEGER", "INTEGER", "public"),
        ("full_name", "text", "VARCHAR", "TEXT", "person_name"),
        ("badge", "text", "VARCHAR", "TEXT", ""),
    ],
    "vault": [
        ("id", "integer", "INTEGER", "INTEGER", ""),
        ("combination", "text", "VARCHAR", "TEXT", ""),
    ],
}  # fmt: skip
UNLISTED = ("vault",)
MASKS = {
    "email": "{mask: pseudonymize}",
    "person_name": "{mask: pseudonymize}",
    "national_id": "{mask: pseudonymize}",
    "ip": "{mask: pseudonymize}",
    "phone": "{mask: partial, keep_last: 2}",
    "birth_date": "{mask: generalize_date, unit: year}",
    "score": "{mask: generalize_number, width: 10}",
    "iban": "{mask: suppress}",
    "profile": "{mask: suppress}",
}
VIEW = "SELECT id, email, phone, plan, region, balance FROM customers WHERE active"


def policy(dialect: str, database: str = "") -> str:
    schema = SCHEMA.get(dialect, database)
    listed = {name: columns for name, columns in COLUMNS.items() if name not in UNLISTED}
    listed["active_customers"] = [
        c
        for c in COLUMNS["customers"]
        if c[0] in {"id", "email", "phone", "plan", "region", "balance"}
    ]
    listed["plan_totals"] = [
        ("plan", "", "", "", "public"), ("n", "", "", "", "public"), ("sample", "", "", "", "email"),
    ]  # fmt: skip
    tables = ""
    for name, columns in listed.items():
        classes = ", ".join(f'"{c[0]}": {c[4]}' for c in columns if c[4])
        tables += f'      "{schema}.{name}":\n        columns: {{{classes}}}\n'
    masks = "".join(f"  {name}: {mask}\n" for name, mask in MASKS.items())
    return (
        "version: 1\nname: shop\nsources:\n  shop_db:\n    unclassified: refuse\n    tables:\n"
        f"{tables}classes:\n{masks}rules:\n  - id: tests\n    effect: permit\n"
        "    principals: [{orchestrator: cli}]\n"
        f'    purposes: [{PURPOSE}]\n    sources: [shop_db]\n    tables: ["{schema}.*"]\n'
        f"    row_filters: {{{schema}.orders: \"status <> 'test'\"}}\n"
    )


# SHA-256, 32 digits of it or of a MAC, UUID; not where more hex digits stand beside it
_DRAWN = re.compile(
    r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"(?![0-9a-f])"
)


@dataclass(kw_only=True)
class Canaries:
    """Every sensitive value, and the forms in which it must not be seen.

    A form counts wherever it stands, so none may come about by chance. Most cannot: 8 characters of
    a value are letters and digits of 62, and in hex they are 16 digits, which no run of the tests
    draws (about 14,000 forms among 16^16). The 40 numbers are the exception: they make 160 forms of
    8 decimal digits, and the guard itself writes digits that differ from run to run.

    - ``Outcome.seconds`` is the difference of two clock readings: 15 or more digits, of which the
      last tend to be 0 or 9. It holds one of the forms in 1 of 8,000 extracts, most often 93199998
      (2 million simulated differences, 10 to 50 minutes after the start of a machine). Over the
      1,400 extracts of a run that are not refused that is every sixth run. It is a duration and
      nothing else, so ``Target.extract`` leaves it out of what was said.
    - Eight digits of a digest are one of the forms in 160 of 16^8 cases, and what all extracts
      leave behind holds up to 3 million such places: every tenth run. Digests and UUIDs that stand
      alone are therefore not searched for numbers; for every other form they are.
    """

    pieces: dict[int, set[str]] = field(default_factory=dict)
    """Length → pieces of it: 8 characters of a value, or what they are in hex or base64."""
    numbers: set[str] = field(default_factory=set)
    """Pieces of 8 characters that are all digits."""
    whole: set[str] = field(default_factory=set)
    raw: list[str] = field(default_factory=list)

    def add(self, value: object, *, cut: bool = True) -> None:
        text = str(value)
        self.raw.append(text)
        if not cut:
            self.whole |= {text, text[::-1], text.encode().hex()}
            return
        for form in (text, text[::-1]):
            self._cut(form, 8)
            self._cut(form.encode().hex(), 16)
            for pad in range(3):
                code = base64.b64encode(b"\0" * pad + form.encode()).decode().rstrip("=")
                # The characters that the neighbours share in are left off.
                self._cut(code[4 if pad else 0 : len(code) // 4 * 4], 10)

    def _cut(self, form: str, length: int) -> None:
        low = form.lower()
        for piece in _pieces(low, length):
            drawn = length == 8 and piece.isdecimal()
            (self.numbers if drawn else self.pieces.setdefault(length, set())).add(piece)

    def found_in(self, content: str | bytes) -> list[str]:
        """Return what is seen."""
        text = (content if isinstance(content, str) else content.decode("latin-1")).lower()
        hits = [w for w in self.whole if w in text]
        for length, pieces in self.pieces.items():
            hits += _pieces(text, length) & pieces
        return [*hits, *(_pieces(_DRAWN.sub(" ", text), 8) & self.numbers)]


def _pieces(text: str, length: int) -> set[str]:
    return {text[i : i + length] for i in range(len(text) - length + 1)}


@dataclass(frozen=True, kw_only=True)
class Shop:
    """Raw rows, the same rows masked by the reference, and the canaries among them."""

    rows: dict[str, list[tuple[Any, ...]]]
    masked: dict[str, list[tuple[Any, ...]]]
    canaries: Canaries


def make_shop() -> Shop:
    rng = random.Random(20261124)
    canaries = Canaries()

    def word(length: int) -> str:
        return "".join(rng.choice(string.ascii_letters + string.digits) for _ in range(length))

    def mail() -> str:
        name = word(14)
        canaries.add(name)
        return f"{name}@example.com"

    def secret(length: int = 20) -> str:
        text = word(length)
        canaries.add(text)
        return text

    mails = [mail() for _ in range(30)]
    rows: dict[str, list[tuple[Any, ...]]] = {
        "regions": [(r, t, mail()) for r, t in [("north", "North"), ("south", "South"), ("west", "West"), ("east", "East")]],
        "Campaigns": [(n, f"Campaign {n}", mails[n]) for n in range(1, 6)],
        "staff": [(n, secret(16), secret(12)) for n in range(1, 6)],
        "vault": [(n, secret(24)) for n in range(1, 4)],
    }  # fmt: skip
    customers = []
    for n in range(1, 41):
        phone = "+1-" + "-".join(
            "".join(rng.choice("0123456789") for _ in range(k)) for k in (3, 3, 4)
        )
        born = date(1950, 1, 2) + timedelta(days=rng.randrange(20_000))
        number = rng.randrange(900_000_000, 999_999_999)
        canaries.add(phone)
        canaries.add(number)
        canaries.add(born.isoformat(), cut=False)
        hidden = mail()
        customers.append(
            (
                n,
                mails[n % 25] if n % 9 else None,
                secret(16),
                phone if n % 7 else None,
                born,
                rng.randrange(1, 100),
                number,
                f"GB00{secret(18)}",
                f"wrote from {hidden} on Monday" if n % 5 else None,
                secret(32),
                json.dumps({"nick": secret(12), "n": n}),
                [secret(12)],
                ("free", "pro", "team")[n % 3],
                ("north", "south", "west")[n % 3] if n % 11 else None,
                ("DE", "FR", "US", "GB")[n % 4],
                n % 4 != 0,
                datetime(2026, 1 + n % 6, 1 + n % 27, n % 24, n % 60, tzinfo=UTC).replace(tzinfo=None),
                Decimal(rng.randrange(0, 100_000)) / 100,
                n // 2 or None,
                [["new", "vip", "eu"][i] for i in range(n % 4) if i < 3],
                json.dumps({"tier": n % 3, "flags": {"beta": n % 2 == 0}, "langs": ["en", "de"][: 1 + n % 2]}),
            )
        )  # fmt: skip
    rows["customers"] = customers
    rows["orders"] = [
        (
            100 + n,
            1 + n % 37,
            mails[n % 25] if n % 6 else mail(),
            f"203.0.113.{n}",
            Decimal(n * 1275 % 30_000) / 100,
            ("paid", "open", "refunded", "test")[n % 4 if n % 5 else 0],
            datetime(2026, 2 + n % 4, 1 + n % 28, 12, n % 60, tzinfo=UTC).replace(tzinfo=None),
            f"please write to {mail()} first" if n % 3 else None,
            json.dumps([{"sku": f"S{n % 7}", "qty": 1 + n % 3}, {"sku": f"S{n % 5}", "qty": 2}][: 1 + n % 2]),
        )
        for n in range(80)
    ]  # fmt: skip
    rows["events"] = [
        (
            1000 + n,
            1 + n % 33,
            ("view", "click", "buy")[n % 3],
            datetime(2026, 3, 1 + n % 28, n % 24, n % 60, n % 59, tzinfo=UTC).replace(tzinfo=None),
            mails[n % 20],
            json.dumps({"page": f"/p/{n % 6}", "ms": n * 7, "tags": ["a", "b"][: n % 3]}),
        )
        for n in range(120)
    ]
    masked = {
        table: [
            tuple(_masked(v, c[4], c[1]) for v, c in zip(row, COLUMNS[table], strict=True))
            for row in found
            if table != "orders" or row[5] != "test"  # the policy's row filter
        ]
        for table, found in rows.items()
    }
    return Shop(rows=rows, masked=masked, canaries=canaries)


def _masked(value: Any, data_class: str, native: str) -> Any:
    """The reference: what each mask makes of a value, before the guard's keyed step."""
    mask = MASKS.get(data_class, "")
    if value is None or "suppress" in mask or data_class == "secret":
        return None
    if "pseudonymize" in mask:
        kind = "int" if "int" in native else "text"
        return hashlib.sha256(f"sluicegate:1:{data_class}:{kind}:{value}".encode()).hexdigest()
    if "partial" in mask:
        return "*" * (len(value) - 2) + value[-2:]
    if "generalize_date" in mask:
        return value.replace(month=1, day=1)
    if "generalize_number" in mask:
        return value // 10 * 10
    return value


# ---------------------------------------------------------------- databases


def _ddl(table: str, dialect: str, *, masked: bool) -> str:
    at = 1 + ("postgres", "duckdb", "sqlite").index("postgres" if dialect == "mysql" else dialect)
    text = {"duckdb": "VARCHAR", "sqlite": "TEXT"}.get(dialect, "text")
    parts = []
    for column in COLUMNS[table]:
        digest = masked and "pseudonymize" in MASKS.get(column[4], "")
        native = column[at]
        if dialect == "mysql":
            native = _MYSQL_TYPES.get(native, native)
        parts.append(f'"{column[0]}" {text if digest else native}')
    return f'CREATE TABLE "{table}" ({", ".join(parts)})'


_MYSQL_TYPES = {"timestamp": "datetime", "jsonb": "json", "text[]": "json", "boolean": "tinyint(1)"}


def _plain_view(masked: bool) -> str:
    del masked
    return f"CREATE VIEW active_customers AS {VIEW}"


def load_postgres(url: str, rows: dict[str, list[tuple[Any, ...]]], *, masked: bool) -> None:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, found in rows.items():
            cursor.execute(_ddl(table, "postgres", masked=masked).encode())
            marks = ", ".join(["%s"] * len(COLUMNS[table]))
            cursor.executemany(f'INSERT INTO "{table}" VALUES ({marks})'.encode(), found)
        for table in ("customers", "orders"):
            cursor.execute(f'ALTER TABLE "{table}" ADD PRIMARY KEY (id)'.encode())
        cursor.execute(_plain_view(masked).encode())
        cursor.execute(
            b"CREATE MATERIALIZED VIEW plan_totals AS"
            b" SELECT plan, count(*) AS n, min(email) AS sample FROM customers GROUP BY plan"
        )
        if masked:
            return
        cursor.execute(b"CREATE SCHEMA archive")
        cursor.execute(b"CREATE TABLE archive.customers AS SELECT * FROM public.customers")
        cursor.execute(b"CREATE SEQUENCE order_seq")
        cursor.execute(
            b"CREATE FUNCTION public.peek(i integer) RETURNS text LANGUAGE sql AS"
            b" 'SELECT email FROM public.customers WHERE id = i'"
        )
        cursor.execute(
            b"CREATE FUNCTION public.nick(c public.customers) RETURNS text LANGUAGE sql AS"
            b" 'SELECT c.email'"
        )
        cursor.execute(b"ANALYZE")


def load_mysql(connection: Any, rows: dict[str, list[tuple[Any, ...]]], *, masked: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET sql_mode = 'ANSI_QUOTES'")
        for table, found in rows.items():
            cursor.execute(_ddl(table, "mysql", masked=masked))
            marks = ", ".join(["%s"] * len(COLUMNS[table]))
            cursor.executemany(
                f'INSERT INTO "{table}" VALUES ({marks})',
                [[json.dumps(v) if isinstance(v, list) else v for v in row] for row in found],
            )
        cursor.execute(_plain_view(masked))
        cursor.execute("SET sql_mode = DEFAULT")
        if not masked:
            cursor.execute(
                "CREATE FUNCTION peek(i INT) RETURNS TEXT READS SQL DATA"
                " RETURN (SELECT email FROM customers WHERE id = i)"
            )
    connection.commit()


def load_duckdb(path: Path, rows: dict[str, list[tuple[Any, ...]]], *, masked: bool) -> None:
    with duckdb.connect(str(path)) as connection:
        for table, found in rows.items():
            connection.execute(_ddl(table, "duckdb", masked=masked))
            marks = ", ".join("?" for _ in COLUMNS[table])
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', found)
        connection.execute(_plain_view(masked))
        if not masked:
            connection.execute("CREATE SEQUENCE order_seq")
            connection.execute("CREATE MACRO peek(i) AS (SELECT email FROM customers WHERE id = i)")
            connection.execute("CREATE MACRO all_rows() AS TABLE SELECT * FROM customers")


def load_sqlite(path: Path, rows: dict[str, list[tuple[Any, ...]]], *, masked: bool) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for table, found in rows.items():
            connection.execute(_ddl(table, "sqlite", masked=masked))
            marks = ", ".join("?" for _ in COLUMNS[table])
            values = [[_sqlite_value(v) for v in row] for row in found]
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', values)
        connection.execute(_plain_view(masked))
        connection.commit()


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return json.dumps(value) if isinstance(value, list) else value


_POSTGRES_STATE = rb"""
SELECT (SELECT string_agg(concat(relname, relkind, relacl), ',' ORDER BY oid) FROM pg_class
        WHERE relnamespace::regnamespace::text NOT LIKE 'pg\_t%'),
       (SELECT string_agg(concat(oid, proname), ',' ORDER BY oid) FROM pg_proc WHERE oid > 16383),
       (SELECT count(*) FROM pg_largeobject_metadata),
       (SELECT last_value::text || is_called::text FROM order_seq),
       (SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM customers c),
       (SELECT md5(string_agg(o::text, '' ORDER BY id)) FROM orders o),
       (SELECT md5(string_agg(e::text, '' ORDER BY id)) FROM events e),
       (SELECT md5(string_agg(v::text, '' ORDER BY id)) FROM vault v),
       (SELECT md5(string_agg(r::text, '' ORDER BY region)) FROM regions r)
"""
# What all databases of a server share. Other tests use the same server, so this is compared with
# what it was right before a statement, not with the start of the session.
_POSTGRES_SHARED = rb"""
SELECT (SELECT string_agg(a::text, ',' ORDER BY oid) FROM pg_authid a),
       (SELECT string_agg(m::text, ',' ORDER BY m::text) FROM pg_auth_members m),
       (SELECT string_agg(s::text, ',' ORDER BY s::text) FROM pg_db_role_setting s),
       (SELECT string_agg(concat(oid, datname, datdba, datacl), ',' ORDER BY oid) FROM pg_database),
       (SELECT string_agg(t::text, ',' ORDER BY oid) FROM pg_tablespace t),
       (SELECT string_agg(concat(name, setting), ',' ORDER BY name) FROM pg_file_settings)
"""
# Only names that no test gives: another run of the tests may use the same server at this moment.
_MYSQL_SHARED = r"""
SELECT (SELECT group_concat(user, '@', host, authentication_string ORDER BY user, host)
        FROM mysql.user WHERE user NOT LIKE 'sg\_login\_%'),
       (SELECT group_concat(schema_name ORDER BY schema_name) FROM information_schema.schemata
        WHERE schema_name NOT LIKE 'sg\_test\_%'),
       (SELECT group_concat(routine_name ORDER BY routine_name) FROM information_schema.routines
        WHERE routine_schema = database()),
       (SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = database()),
       (SELECT count(*) FROM information_schema.events WHERE event_schema = database()),
       @@global.general_log, @@global.local_infile, @@global.sql_mode, @@global.event_scheduler
"""


@dataclass(kw_only=True)
class Target:
    """One database behind a gate, and its masked shadow."""

    dialect: str
    shop: Shop
    folder: Path
    gate: Gate
    place: str = field(repr=False)
    shadow: Any = field(repr=False)
    """URL of the shadow in PostgreSQL; an open connection elsewhere."""
    runs: int = 0
    _places: dict[str, str] = field(default_factory=dict)
    before: object = None
    shared_before: object = None
    connect: Callable[[], Any] = field(repr=False)

    def unchanged(self, *, ran: bool) -> bool:
        """Tell whether all is as it was.

        What all databases of the server share is compared with the moment before the statement,
        every time; the rest with the start, and after a refusal each tenth time only: what one of
        the ten changed is seen then, since nobody else uses this database.
        """
        if self.shared() != self.shared_before:
            return False
        return (not ran and self.runs % 10 != 0) or self.state() == self.before

    def shared(self) -> object:
        """What a statement might change outside of its database: logins, databases, settings."""
        if self.dialect == "postgres":
            with psycopg.connect(self.place) as connection:
                return connection.execute(_POSTGRES_SHARED).fetchone()
        if self.dialect == "mysql":
            with self.connect() as connection, connection.cursor() as cursor:
                cursor.execute("SET SESSION group_concat_max_len = 1000000")
                cursor.execute(_MYSQL_SHARED)
                return cursor.fetchone()
        return None

    def as_owner(self, sql: str) -> None:
        """Run a statement past the guard (on a server)."""
        if self.dialect == "mysql":
            with self.connect() as connection, connection.cursor() as cursor:
                cursor.execute(sql)
            return
        with psycopg.connect(self.place, autocommit=True) as connection:
            connection.execute(sql.encode())

    def unguarded(self, case: Case) -> list[Any]:
        """Run a statement as it is (SQLite)."""
        with closing(sqlite3.connect(self.place)) as connection:
            return connection.execute(case.sql).fetchall()

    def state(self) -> object:
        """Everything that a write would change."""
        files = {
            str(p.relative_to(self.folder)): p.stat().st_size
            for p in (self.folder / "writable").rglob("*")
        }
        if self.dialect == "mysql":
            return files, self._mysql_state()
        if self.dialect == "postgres":
            with psycopg.connect(self.place) as connection:
                return files, connection.execute(_POSTGRES_STATE).fetchone()
        path = Path(self.place)
        beside = sorted(p.name for p in path.parent.glob(path.name + "*") if "-shm" not in p.name)
        return files, beside, hashlib.sha256(path.read_bytes()).hexdigest()

    def _mysql_state(self) -> object:
        tables = ", ".join(f"`{name}`" for name in COLUMNS)
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"CHECKSUM TABLE {tables}")
            sums = cursor.fetchall()
            cursor.execute(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = database() ORDER BY 1"
            )
            return sums, cursor.fetchall()

    def fill(self, sql: str) -> str:
        """Put paths into a statement."""
        return sql.replace("{DIR}", str(self.folder / "writable")).replace(
            "{FILE}", str(self.folder / "readable" / "secret.csv")
        )

    def extract(self, case: Case) -> tuple[Any, str]:
        """Run a statement; give the outcome, or ``None``, and everything that was said.

        But for how long it took: see ``Canaries``.
        """
        request, identity = self._asked(case)
        self.shared_before = self.shared()
        try:
            outcome = self.gate.extract(request, identity)
        except SluicegateError as error:
            told = [repr(error), str(error), str(error.hint), repr(error.__cause__)]
            return None, "\n".join([*told, repr(error.__context__), repr(error.__dict__)])
        return outcome, repr(replace(outcome, seconds=0.0))

    def plan(self, case: Case) -> Any:
        """Tell what would run, or ``None`` if that failed."""
        try:
            return self.gate.plan(*self._asked(case))
        except SluicegateError:
            return None

    def _place(self, case: Case) -> str:
        """Give each run of a case a folder of its own, whatever the order of the tests."""
        place = str(self.folder / "out" / f"{case}-{self.runs}")
        self._places[str(case)] = place
        return place

    def _asked(self, case: Case) -> tuple[ExtractRequest, RunIdentity]:
        self.runs += 1
        request = ExtractRequest(
            source="shop_db",
            sql=self.fill(case.sql),
            purpose=PURPOSE,
            output=self._place(case),
            parameters=case.parameters,
        )
        identity = RunIdentity(
            orchestrator="cli",
            pipeline="tests",
            task="extract",
            run=f"run-{self.runs}",
            triggered_by="ann",
            trust=Trust.AUTHENTICATED,
        )
        return request, identity

    def output(self, case: Case) -> pa.Table:
        """Return the released rows."""
        return pq.read_table(self._places[str(case)], partitioning=None)

    def reference(self, case: Case, outcome: Any) -> list[tuple[Any, ...]]:
        """Run the user's own statement over the masked shadow; apply the keyed step."""
        names, rows = self._over_shadow(case)
        columns = outcome.plan.columns
        assert len(names) == len(columns)
        services = self.gate._services.for_purpose(PURPOSE, by="test")
        key = services.keyring.derive("pseudonym", PURPOSE)
        pseudonymizer = Pseudonymizer(key)
        result: list[list[Any]] = []
        for index, column in enumerate(columns):
            values = [row[index] for row in rows]
            if column.carries is Carries.DIGEST:
                values = pseudonymizer.apply(pa.array(values, pa.string()), 32).to_pylist()
            elif column.carries is Carries.RAW_TEXT:
                values = [None if v is None else "text" for v in values]
            result.append(values)
        return list(zip(*result, strict=True))

    def _over_shadow(self, case: Case) -> tuple[list[str], list[tuple[Any, ...]]]:
        sql, bound = _spelled(case, self.dialect)
        if self.dialect == "postgres":
            with psycopg.connect(self.shadow) as connection:
                cursor = connection.execute(sql.encode(), bound or None)
                assert cursor.description is not None
                return [d.name for d in cursor.description], cursor.fetchall()
        if self.dialect == "mysql":
            with self.shadow.cursor() as found:
                found.execute(sql, bound or None)
                return [d[0] for d in found.description], list(found.fetchall())
        cursor = self.shadow.execute(sql, bound)
        return [d[0] for d in cursor.description], cursor.fetchall()


def _spelled(case: Case, dialect: str) -> tuple[str, dict[str, Any]]:
    """Write the parameters as the driver wants them; digest those that meet a digest."""
    bound = {}
    for name, value in case.parameters.items():
        is_mail = isinstance(value, str) and "@" in value
        bound[name] = _masked(value, "email", "text") if is_mail else value
    if not bound:
        return case.sql, {}
    sign = {"duckdb": r"$\1", "sqlite": r":\1"}.get(dialect, r"%(\1)s")
    sql = case.sql.replace("%", "%%") if dialect in {"postgres", "mysql"} else case.sql
    return re.sub(r"(?<!:):([a-z_]+)\b", sign, sql), bound


@pytest.fixture(scope="session")
def shop() -> Shop:
    return make_shop()


@pytest.fixture(scope="session")
def targets(
    request: pytest.FixtureRequest,
    shop: Shop,
    postgres: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Target]]:
    known: dict[str, Target] = {}

    def target(dialect: str) -> Target:
        if dialect not in known:
            server = request.getfixturevalue("mariadb") if dialect == "mysql" else postgres
            known[dialect] = _target(dialect, shop, server, tmp_path_factory.mktemp(dialect))
        return known[dialect]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLUICEGATE_ROOT_KEY", ROOT_KEY)
        yield target
        for found in known.values():
            found.gate.close()


def _no_connection() -> None:
    """Only MariaDB is asked for its state over a connection of its own."""


def _target(dialect: str, shop: Shop, server: Any, folder: Path) -> Target:
    for name in ("state", "writable", "readable", "data"):
        (folder / name).mkdir()
    (folder / "writable").chmod(0o777)
    leak = "a,b\n" + "\n".join(shop.canaries.raw[:20]) + "\n"
    (folder / "readable" / "secret.csv").write_text(leak)
    shadow: Any
    database = ""
    connect: Callable[[], Any] = _no_connection
    if dialect == "mysql":
        database = server.database()
        place, connect = database, partial(server.connect, database)
        with connect() as raw:
            load_mysql(raw, shop.rows, masked=False)
        shadow = server.connect(server.database())
        load_mysql(shadow, shop.masked, masked=True)
        url = server.url_of(database)
    elif dialect == "postgres":
        place, shadow = server.database(), server.database()
        load_postgres(place, shop.rows, masked=False)
        load_postgres(shadow, shop.masked, masked=True)
        url = place
    elif dialect == "duckdb":
        place, url = str(folder / "data/shop.duckdb"), f"duckdb:///{folder}/data/shop.duckdb"
        load_duckdb(Path(place), shop.rows, masked=False)
        load_duckdb(folder / "data/shadow.duckdb", shop.masked, masked=True)
        shadow = duckdb.connect(str(folder / "data/shadow.duckdb"), read_only=True)
    else:
        place, url = str(folder / "data/shop.db"), f"sqlite:///{folder}/data/shop.db"
        load_sqlite(Path(place), shop.rows, masked=False)
        load_sqlite(folder / "data/shadow.db", shop.masked, masked=True)
        shadow = sqlite3.connect(folder / "data/shadow.db")
    (folder / "state/policy.yaml").write_text(policy(dialect, database))
    settings = Settings.load(
        home=folder / "state",
        policy=folder / "state/policy.yaml",
        lineage=folder / "state/lineage.jsonl",
    ).with_sources({"shop_db": url})
    target = Target(
        dialect=dialect,
        shop=shop,
        folder=folder,
        gate=Gate.open(settings),
        place=place,
        shadow=shadow,
        connect=connect,
    )
    target.before = target.state()
    target.shared_before = target.shared()
    return target


# ---------------------------------------------------------------- comparing


def plain(value: Any) -> Any:  # noqa: PLR0911 - one return per type
    """Bring a value of a driver and one of Parquet to one form; SQLite has no Booleans."""
    if value is None:
        return None
    if isinstance(value, (int, float, Decimal)):
        number = float(value)
        return number if math.isinf(number) or math.isnan(number) else float(f"{number:.9g}")
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, date):
        return f"{value.isoformat()} 00:00:00"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.6f} s"
    if isinstance(value, (list, tuple)):
        return tuple(plain(v) for v in value)
    if isinstance(value, dict):
        return tuple(sorted((k, plain(v)) for k, v in value.items()))
    return _plain_text(str(value))


# An interval as PostgreSQL and DuckDB write it; the drivers take a month for 30 days.
_INTERVAL = re.compile(
    r"(?:(-?\d+) years?)? ?(?:(-?\d+) mon(?:th)?s?)? ?(?:(-?\d+) days?)? ?"
    r"(?:([+-])?(\d+):(\d\d):(\d\d(?:\.\d+)?))?"
)


def _plain_text(text: str) -> Any:
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return plain(float(text))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text} 00:00:00"
    if text and (found := _INTERVAL.fullmatch(text)):
        parts = (float(part or 0) for part in found.group(1, 2, 3, 5, 6, 7))
        years, months, days, hours, minutes, seconds = parts
        clock = (-1 if found[4] == "-" else 1) * (hours * 3600 + minutes * 60 + seconds)
        return f"{(years * 365 + months * 30 + days) * 86400 + clock:.6f} s"
    if text[:1] in '[{"':
        try:
            return plain(json.loads(text))
        except ValueError:
            return text
    return text


@pytest.fixture(name="plain")
def _plain() -> Callable[[Any], Any]:
    return plain


@pytest.fixture
def suite() -> Callable[[str], list[Case]]:
    return cases


@pytest.fixture(name="contents")
def _contents() -> Callable[[Path], Iterator[tuple[str, str]]]:
    return contents


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder, decoded, without what only looks like hex of anything."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        text = raw.decode("latin-1")
        if path.suffix == ".parquet":
            text = repr(pq.read_table(path, partitioning=None).to_pylist())
        elif raw.startswith(b"SQLite format 3"):
            with closing(sqlite3.connect(path)) as database:
                text = "\n".join(database.iterdump())
        elif path.suffix == ".json" and b'"payload"' in raw:
            text = base64.b64decode(json.loads(raw)["payload"]).decode()
        yield str(path), text
