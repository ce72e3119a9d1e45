"""What a gate remembers of a catalogue, and what happens when that no longer holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from sluicegate import Status
from sluicegate.gate.catalogue import CatalogueMemory
from sluicegate.model.data import Relation, RelationName
from sluicegate.sources.open import open_source
from sluicegate.sources.port import Wanted

POLICY = """
version: 1
name: catalogue
sources:
  shop:
    tables:
      {schema}.people:
        columns: {{id: public, plan: public, email: email}}
      {schema}.staff:
        columns: {{id: public, plan: email}}
classes:
  email: {{mask: pseudonymize}}
rules:
  - id: all
    effect: permit
    principals: [{{orchestrator: cli}}]
    purposes: [churn_training]
    sources: [shop]
    tables: ["*"]
"""
RAW = "canary-7f3a"
MADE = (
    "CREATE TABLE people (id INTEGER, plan VARCHAR(40), email VARCHAR(40))",
    f"INSERT INTO people VALUES (1, 'pro', '{RAW}@example.com')",
)
EXCHANGED = (
    "ALTER TABLE people RENAME COLUMN plan TO old",
    "ALTER TABLE people RENAME COLUMN email TO plan",
    "ALTER TABLE people RENAME COLUMN old TO email",
)


class Shop:
    """A database with one table, and a gate's bench in front of it."""

    def __init__(self, bench: Any, run: Callable[[str], object]) -> None:
        self.bench, self._run = bench, run
        self.run(*MADE)

    def run(self, *statements: str) -> None:
        for statement in statements:
            self._run(statement)

    def extract(self, sql: str) -> Any:
        output = self.bench.folder / f"out{next(self.bench.runs)}"
        request = self.bench.request(source="shop", sql=sql, output=str(output))
        with self.bench.gate() as gate:
            outcome = gate.extract(request, self.bench.identity())
        written = b"".join(p.read_bytes() for p in output.rglob("*") if p.is_file())
        assert outcome.released == bool(written)
        assert RAW.encode() not in written
        return outcome


def _run_sqlite(url: str) -> Callable[[str], object]:
    def run(statement: str) -> None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db, db:
            db.execute(statement)

    return run


def _run_duckdb(url: str) -> Callable[[str], object]:
    def run(statement: str) -> None:
        with duckdb.connect(url.removeprefix("duckdb:///")) as db:
            db.execute(statement)

    return run


def _run_postgres(url: str) -> Callable[[str], object]:
    def run(statement: str) -> None:
        with psycopg.connect(url, autocommit=True) as db:
            db.execute(statement.encode())

    return run


@pytest.fixture(
    params=[
        "sqlite",
        "duckdb",
        pytest.param("postgres", marks=pytest.mark.postgres),
        "mariadb",
    ]
)
def shop(request: pytest.FixtureRequest, tmp_path: Path, make_bench: Callable[..., Any]) -> Shop:
    kind: str = request.param
    if kind == "mariadb":
        server = request.getfixturevalue("mariadb")
        schema = server.database()
        url = str(server.url_of(schema))
        return Shop(
            make_bench({"shop": url}, POLICY.format(schema=schema)),
            lambda statement: server.run(statement, database=schema),
        )
    if kind == "postgres":
        url, schema = str(request.getfixturevalue("postgres").database()), "public"
        run = _run_postgres(url)
    else:
        url, schema = f"{kind}:///{tmp_path / 'shop.db'}", "main"
        run = {"sqlite": _run_sqlite, "duckdb": _run_duckdb}[kind](url)
    return Shop(make_bench({"shop": url}, POLICY.format(schema=schema)), run)


def codes(outcome: Any) -> list[str]:
    return [reason.code for reason in outcome.reasons]


def test_a_second_plan_asks_the_catalogue_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    source = open_source("shop", shop.bench.settings.source_url("shop"))
    asked: list[int] = []
    with source.connect() as session:
        kind: Any = type(session)
    inner = kind.relations

    def counted(session: Any, wanted: Any) -> Any:
        asked.append(len(wanted))
        return inner(session, wanted)

    monkeypatch.setattr(kind, "relations", counted)
    assert shop.extract("SELECT id, email FROM people").released
    assert asked == [1, 1]
    assert shop.extract("SELECT plan FROM people").released
    assert asked == [1, 1, 1]
    shop.run("CREATE TABLE staff (id INTEGER, plan VARCHAR(40))")
    assert shop.extract("SELECT p.id FROM people p LEFT JOIN staff s ON s.id = p.id").released
    assert asked == [1, 1, 1, 1, 2]


def test_a_new_column_does_not_slip_out(shop: Shop) -> None:
    assert shop.extract("SELECT * FROM people").released
    shop.run(f"ALTER TABLE people ADD COLUMN note VARCHAR(40) DEFAULT '{RAW}'")
    outcome = shop.extract("SELECT * FROM people")
    assert outcome.status is Status.REFUSED
    assert any("note" in reason.message for reason in outcome.reasons)
    assert shop.extract("SELECT id FROM people").released
    assert shop.extract("SELECT id, email FROM people").released


def test_columns_that_were_exchanged_get_their_own_masks(shop: Shop) -> None:
    assert shop.extract("SELECT id, plan FROM people").released
    shop.run(*EXCHANGED)
    outcome = shop.extract("SELECT id, plan FROM people")
    # the name is what the policy knows: what now stands under it is found by the scan
    assert outcome.status is Status.QUARANTINED


def test_a_dropped_column_is_told_as_one_that_never_was(shop: Shop) -> None:
    assert shop.extract("SELECT id, plan FROM people").released
    shop.run("ALTER TABLE people DROP COLUMN plan")
    warm = shop.extract("SELECT id, plan FROM people")
    assert warm.status is Status.REFUSED
    assert [r.message for r in warm.reasons] == [
        r.message for r in shop.extract("SELECT id, plan FROM people").reasons
    ]
    assert shop.extract("SELECT * FROM people").released


def test_a_table_that_went_and_came_back(shop: Shop) -> None:
    assert shop.extract("SELECT id, plan FROM people").released
    shop.run("DROP TABLE people")
    assert shop.extract("SELECT id, plan FROM people").status is Status.REFUSED
    shop.run(*MADE)
    assert shop.extract("SELECT id, plan FROM people").released


def test_a_table_made_after_a_refusal_is_found(shop: Shop) -> None:
    assert shop.extract("SELECT id FROM people").released
    sql = "SELECT p.id FROM people p JOIN staff s ON s.id = p.id"
    assert shop.extract(sql).status is Status.REFUSED
    shop.run("CREATE TABLE staff (id INTEGER, plan VARCHAR(40))")
    assert shop.extract(sql).released


@pytest.mark.postgres
def test_a_twin_earlier_in_the_search_path(make_bench: Callable[..., Any], postgres: Any) -> None:
    url = str(postgres.database())
    bench = make_bench({"shop": url}, POLICY.format(schema="public"))
    shop = Shop(bench, _run_postgres(url))
    shop.run(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = own, public',"
        " current_database()); END $$"
    )
    assert shop.extract("SELECT id, plan FROM people").released
    shop.run(
        "CREATE SCHEMA own",
        f"CREATE TABLE own.people AS SELECT 2 AS id, '{RAW}' AS plan, 'x' AS email",
    )
    outcome = shop.extract("SELECT id, plan FROM people")
    assert outcome.status is Status.REFUSED
    assert any("own.people" in reason.message for reason in outcome.reasons)


def test_the_memory_is_bounded_and_keeps_what_is_used() -> None:
    memory = CatalogueMemory(most=3)
    source = open_source("a", "sqlite:///a.db")

    def wanted(name: str) -> Wanted:
        return None, name, False

    def keep(name: str) -> None:
        relation = Relation(name=RelationName(schema="main", name=name), kind="table", columns=())
        memory.keep(source, "me", {wanted(name): relation})

    for name in "abc":
        keep(name)
    assert set(memory.recall(source, "me", [wanted("a")])) == {wanted("a")}
    keep("d")
    assert set(memory.recall(source, "me", map(wanted, "abcd"))) == set(map(wanted, "acd"))
    memory.forget(source, "me", [wanted("a"), wanted("z")])
    assert set(memory.recall(source, "me", map(wanted, "abcd"))) == set(map(wanted, "cd"))


def test_the_memory_keeps_sources_and_logins_apart() -> None:
    memory = CatalogueMemory()
    name = (None, "t", False)
    relation = Relation(name=RelationName(schema="main", name="t"), kind="table", columns=())
    memory.keep(open_source("a", "sqlite:///a.db"), "me", {name: relation, (None, "u", True): None})
    assert memory.recall(open_source("a", "sqlite:///a.db"), "me", [name, (None, "u", True)]) == {
        name: relation
    }
    assert not memory.recall(open_source("a", "sqlite:///a.db"), "you", [name])
    assert not memory.recall(open_source("a", "sqlite:///b.db"), "me", [name])
    assert not memory.recall(open_source("b", "sqlite:///a.db"), "me", [name])


def test_a_source_without_a_hash_is_not_remembered() -> None:
    class Mutable:
        __hash__ = None  # type: ignore[assignment]  # as of a dataclass that is not frozen

    memory, source, name = CatalogueMemory(), Mutable(), (None, "t", False)
    relation = Relation(name=RelationName(schema="main", name="t"), kind="table", columns=())
    memory.keep(source, "me", {name: relation})  # type: ignore[arg-type]  # a source as far as it goes
    assert memory.recall(source, "me", [name]) == {}  # type: ignore[arg-type]  # as above
