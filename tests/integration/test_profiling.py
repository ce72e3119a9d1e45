"""From a live source to a proposal that loads, and to drift, on every kind of source."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import psycopg
import pytest

from sluicegate.detect import Scanner
from sluicegate.errors import ConfigurationError
from sluicegate.gate.drift import compare
from sluicegate.gate.profiling import Scope, SourceProfile, profile_source
from sluicegate.gate.proposal import propose
from sluicegate.policy import parse_policy
from sluicegate.sources import open_source

MARKER = "marker7f3a"
TOKEN = "gh" + "p_" + "Zk3Jv9Qw7Lx2Rt8Bn4Mc6Yd1Hs5Gp0Fa3UeW"
SCOPE = Scope(rows=200)

CREATE = (
    (
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, mail {text}, full_name {text}, birth_date DATE,"
        " plan {text}, notes {text}, c7 {text}, zip {text})"
    ),
    (
        "CREATE TABLE orders (order_no INTEGER PRIMARY KEY, buyer INTEGER REFERENCES customers (id), total DECIMAL(10,2),"
        " placed_at TIMESTAMP, ref {text})"
    ),
    "CREATE VIEW mails AS SELECT id, mail FROM customers",
)


def customers(count: int = 120) -> list[tuple[Any, ...]]:
    names = ("Ann Smith", "Tom Miller", "Maria Garcia", "Peter Schmidt")
    return [
        (
            n, f"{MARKER}.{n}@example.com", f"{names[n % 4]} {MARKER[0].upper()}", f"{1940 + n % 60}-0{1 + n % 9}-1{n % 9}",
            ("basic", "pro")[n % 2], f"She wrote to {MARKER}.{n}@example.com about the bill and was pleased",
            f"{MARKER}.{n}@example.org", f"{10000 + n * 37}",
        )
        for n in range(1, count + 1)
    ]  # fmt: skip


def orders(count: int = 120) -> list[tuple[Any, ...]]:
    return [
        (5000 + n, n, f"{n * 7 % 300}.{n % 100:02d}", "2026-01-02 03:04:05", TOKEN if n == 60 else f"ok {n % 3}")
        for n in range(1, count + 1)
    ]  # fmt: skip


def fill(run: Callable[..., Any], mark: str) -> None:
    for table, rows in (("customers", customers()), ("orders", orders())):
        places = ", ".join([mark] * len(rows[0]))
        run(f"INSERT INTO {table} VALUES ({places})", rows)


def postgres_url(request: pytest.FixtureRequest, _: Path) -> str:
    url = str(request.getfixturevalue("postgres").database())
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for statement in CREATE:
            cursor.execute(statement.format(text="TEXT"))
        fill(cursor.executemany, "%s")
        cursor.execute("CREATE TEMP TABLE hidden (x int)")
    return url


def mariadb_url(request: pytest.FixtureRequest, _: Path) -> str:
    server = request.getfixturevalue("mariadb")
    name = server.database()
    server.run(*[s.format(text="VARCHAR(200)") for s in CREATE], database=name)
    with server.connect(name) as connection, connection.cursor() as cursor:
        fill(cursor.executemany, "%s")
    return str(server.url_of(name))


def duckdb_url(_: pytest.FixtureRequest, folder: Path) -> str:
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        for statement in CREATE:
            connection.execute(statement.format(text="VARCHAR"))
        fill(connection.executemany, "?")
    return f"duckdb:///{folder}/shop.duckdb"


def sqlite_url(_: pytest.FixtureRequest, folder: Path) -> str:
    with closing(sqlite3.connect(folder / "shop.sqlite")) as connection, connection:
        for statement in CREATE:
            connection.execute(statement.format(text="TEXT"))
        fill(connection.executemany, "?")
    return f"sqlite:///{folder}/shop.sqlite"


KINDS = {
    "postgres": postgres_url,
    "mariadb": mariadb_url,
    "duckdb": duckdb_url,
    "sqlite": sqlite_url,
}


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


@pytest.fixture(params=sorted(KINDS))
def profile(request: pytest.FixtureRequest, scanner: Scanner, tmp_path: Path) -> SourceProfile:
    url = KINDS[request.param](request, tmp_path)
    return profile_source(open_source("shop", url), scanner, SCOPE)


def classes(profile: SourceProfile) -> dict[str, str]:
    return {
        f"{t.relation.name.name}.{v.column}": str(v.data_class)
        for t in profile.tables
        for v in t.verdicts
    }


def test_a_source_becomes_a_policy_that_loads_and_permits_nothing(
    profile: SourceProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert classes(profile) == {
        "customers.id": "identifier", "customers.mail": "email", "customers.full_name": "person_name",
        "customers.birth_date": "birth_date", "customers.plan": "public", "customers.notes": "free_text",
        "customers.c7": "email", "customers.zip": "postcode", "mails.id": "identifier", "mails.mail": "email",
        "orders.order_no": "identifier", "orders.buyer": "identifier", "orders.total": "money",
        "orders.placed_at": "event_time", "orders.ref": "identifier",
    } | ({"orders.ref": classes(profile)["orders.ref"]})  # fmt: skip
    text = propose(profile, day=date(2026, 1, 2))
    policy = parse_policy(text)
    assert not policy.permits
    assert len(policy.sources["shop"].tables) == 3
    shown = text + repr(profile) + caplog.text
    assert MARKER not in shown
    assert TOKEN not in shown
    assert "Garcia" not in shown


def test_a_foreign_key_has_the_class_of_its_target(profile: SourceProfile) -> None:
    (orders_,) = [t for t in profile.tables if t.relation.name.name == "orders"]
    (buyer,) = [v for v in orders_.verdicts if v.column == "buyer"]
    assert "customers.id" in " ".join(r.text for r in buyer.reasons)


def test_the_proposal_shows_no_drift_against_its_own_source(profile: SourceProfile) -> None:
    policy = parse_policy(propose(profile, day=date(2026, 1, 2)))
    assert compare(policy, profile, SCOPE) == ()


def test_what_changed_is_told_and_what_is_private_in_public_columns_is_an_error(
    profile: SourceProfile,
) -> None:
    schema = profile.tables[0].relation.name.schema
    drifts = compare(parse_policy(POLICY.format(schema=schema)), profile, SCOPE)
    told = {(d.level, d.what, d.relation.name, d.column, d.found_class) for d in drifts}
    assert told == {
        ("warn", "new_table", "mails", "", ""), ("warn", "gone_table", "sessions", "", ""),
        ("warn", "gone_column", "customers", "fax", ""), ("warn", "new_column", "customers", "c7", "email"),
        ("warn", "type_changed", "customers", "birth_date", "birth_date"),
        ("error", "class_differs", "customers", "notes", "email"), ("error", "class_differs", "orders", "ref", "secret"),
        ("error", "class_differs", "customers", "full_name", "person_name"), ("warn", "class_differs", "customers", "mail", "email"),
    }  # fmt: skip
    assert MARKER not in repr(drifts)


POLICY = """
version: 1
name: shop
sources:
  shop:
    tables:
      {schema}.customers:
        columns: {{id: customer_id, mail: phone, full_name: public, birth_date: digits, plan: public, notes: public, zip: postcode, fax: phone}}
      {schema}.orders:
        columns: {{order_no: order_id, buyer: customer_id, total: money, placed_at: event_time, ref: public}}
      {schema}.sessions:
        columns: {{id: order_id}}
      elsewhere.things:
        columns: {{id: order_id}}
classes:
  customer_id: {{mask: pseudonymize}}
  order_id: {{mask: pseudonymize}}
  phone: {{mask: partial, keep_last: 2}}
  digits: {{mask: generalize_number, width: 10}}
  postcode: {{mask: suppress}}
  money: {{mask: generalize_number, width: 10}}
  event_time: {{mask: generalize_date, unit: day}}
"""


def test_patterns_narrow_what_is_looked_at(
    request: pytest.FixtureRequest, scanner: Scanner, tmp_path: Path
) -> None:
    source = open_source("shop", sqlite_url(request, tmp_path))
    found = profile_source(source, scanner, Scope(tables="ord*", rows=0))
    assert [(t.relation.name.name, t.rows) for t in found.tables] == [("orders", 0)]
    with pytest.raises(ConfigurationError, match="no table or view"):
        profile_source(source, scanner, Scope(schema="elsewhere"))


def test_a_large_postgres_table_is_sampled_by_pages(
    request: pytest.FixtureRequest, scanner: Scanner, tmp_path: Path
) -> None:
    url = postgres_url(request, tmp_path)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE big AS SELECT n AS id, 'u' || n || '@example.com' AS c2, repeat('x', 100) AS pad"
            " FROM generate_series(1, 60000) AS n"
        )
        connection.execute("ANALYZE big")
    found = profile_source(open_source("shop", url), scanner, Scope(tables="big", rows=100))
    (table,) = found.tables
    assert (table.how, table.rows) == ("rows of random pages", 100)
    assert [str(v.data_class) for v in table.verdicts][:2] == ["identifier", "email"]


def test_rights_bind_what_is_seen(
    request: pytest.FixtureRequest, scanner: Scanner, tmp_path: Path
) -> None:
    url = postgres_url(request, tmp_path)
    name = f"narrow_{urlsplit(url).path.strip('/')}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        connection.execute(f"GRANT SELECT (id, plan) ON customers TO {name}")
    narrow = url.replace("postgres@", f"{name}@", 1)
    found = profile_source(open_source("shop", narrow), scanner, SCOPE)
    assert classes(found) == {"customers.id": "identifier", "customers.plan": "public"}


def test_odd_names_and_values_of_sqlite(scanner: Scanner, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "odd.sqlite")) as connection, connection:
        connection.execute(
            'CREATE TABLE "a.b""c" ("no" INTEGER, "x: y # z" TEXT, " pad" TEXT, "li\nne" TEXT, mail INTEGER)'
        )
        connection.execute('CREATE TABLE "bad\nname" (id INTEGER)')
        connection.executemany(
            'INSERT INTO "a.b""c" VALUES (?, ?, ?, ?, ?)',
            [("text in a number", b"\xff\xfe", None, None, f"{MARKER}{n}@example.com") for n in range(40)],
        )  # fmt: skip
    found = profile_source(open_source("odd", f"sqlite:///{tmp_path}/odd.sqlite"), scanner, SCOPE)
    text = propose(found, day=date(2026, 1, 2))
    policy = parse_policy(text)
    ((name, columns),) = policy.sources["odd"].tables.items()
    assert name.name == 'a.b"c'
    assert set(columns) == {"no", "x: y # z", "mail"}
    assert columns["mail"] == "email", "text in a column that was declared a number"
    assert text.count("left out, since a policy cannot hold its name") == 3
    assert MARKER not in text


ODD = ("cost $1?", "x:y", "Ümlaut", "select", "a b", "it's", "50%")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_odd_names_are_asked_for_as_they_are(
    request: pytest.FixtureRequest, scanner: Scanner, tmp_path: Path, kind: str
) -> None:
    mark = "`" if kind == "mariadb" else '"'
    names = (*ODD, f"qu{mark}ote")
    quoted = [mark + name.replace(mark, mark * 2) + mark for name in names]
    columns = ", ".join(f"{name} VARCHAR(80)" for name in quoted)
    table = f"{mark}odd; -- $2 ?{mark}"
    statements = [
        f"CREATE TABLE {table} ({columns})",
        f"INSERT INTO {table} SELECT " + ", ".join([f"'{MARKER}@example.com'"] * len(names)),
    ]
    url = KINDS[kind](request, tmp_path)
    if kind == "postgres":
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())
    elif kind == "mariadb":
        request.getfixturevalue("mariadb").run(*statements, database=urlsplit(url).path.strip("/"))
    elif kind == "duckdb":
        with duckdb.connect(str(tmp_path / "shop.duckdb")) as held:
            for statement in statements:
                held.execute(statement)
    else:
        with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as lite, lite:
            for statement in statements:
                lite.execute(statement)
    found = profile_source(open_source("shop", url), scanner, Scope(tables="odd*"))
    ((table_profile),) = found.tables
    assert (table_profile.rows, table_profile.note) == (1, "")
    assert {v.column for v in table_profile.verdicts} == set(names)
    assert "public" not in {str(v.data_class) for v in table_profile.verdicts}
    text = propose(found, day=date(2026, 1, 2))
    ((_, listed),) = parse_policy(text).sources["shop"].tables.items()
    assert set(listed) == set(names)
    assert MARKER not in text


def test_a_scoped_source_is_profiled_by_its_account(
    request: pytest.FixtureRequest, scanner: Scanner, tmp_path: Path
) -> None:
    url = postgres_url(request, tmp_path)
    source = open_source("shop", f"{url}&sluicegate_scoped_role=true")
    found = profile_source(source, scanner, Scope(tables="customers", rows=50))
    assert [t.rows for t in found.tables] == [50]


def test_a_large_mariadb_table_is_sampled_from_both_ends(
    request: pytest.FixtureRequest, scanner: Scanner, tmp_path: Path
) -> None:
    url = mariadb_url(request, tmp_path)
    name = urlsplit(url).path.strip("/")
    with request.getfixturevalue("mariadb").connect(name) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE big (id INT PRIMARY KEY, c2 VARCHAR(80))")
        # what the column holds changed on the way
        rows = [(n, "n/a" if n < 4000 else f"u{n}@example.com") for n in range(8000)]
        cursor.executemany("INSERT INTO big VALUES (%s, %s)", rows)
        cursor.execute("ANALYZE TABLE big")
    found = profile_source(open_source("shop", url), scanner, Scope(tables="big", rows=100))
    (table,) = found.tables
    assert (table.how, table.rows) == ("first and last rows by primary key", 100)
    assert str(table.verdicts[1].data_class) == "email"


def test_a_view_that_takes_too_long_is_judged_by_its_names(
    request: pytest.FixtureRequest,
    scanner: Scanner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = postgres_url(request, tmp_path)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE VIEW slow AS SELECT mail, pg_sleep(5)::text AS waited FROM customers"
        )
    monkeypatch.setattr("sluicegate.gate.sampling.SECONDS", 0.3)
    found = profile_source(open_source("shop", url), scanner, Scope(tables="slow"))
    (table,) = found.tables
    assert (table.rows, table.note) == (0, "could not be sampled (SG-BUDGET)")
    assert str(table.verdicts[0].data_class) == "email"
    assert "SG-BUDGET" in propose(found, day=date(2026, 1, 2))
