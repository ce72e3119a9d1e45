"""Statements that change a source: granted, bounded, masked, recorded, once over all tries."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from sluicegate.errors import (
    ConfigurationError,
    LedgerUnavailable,
    OutcomeUnknown,
    SourceError,
    SourceUnavailable,
)
from sluicegate.gate import Gate
from sluicegate.gate.statement_record import Told
from sluicegate.model.decision import ApprovalTerms
from sluicegate.model.statement import StatementOutcome, StatementRequest

CANARY = "zq7canary"
POLICY = """
version: 1
name: changes
sources:
  shop:
    tables:
      {s}.people: {{columns: {{id: public, plan: public, email: email, notes: free_text, age: age}}}}
      {s}.archive: {{columns: {{id: public, plan: public, email: email, age: age}}}}
      {s}.flat: {{columns: {{id: public, plan: public, email: public, age: public}}}}
      {s}.hidden: {{columns: {{id: public, email: email}}}}
      {s}.filtered: {{columns: {{id: public, plan: public}}}}
      {s}.made: {{columns: {{id: public, email: email, age: public}}}}
      {s}.seen: {{columns: {{id: public, plan: public}}}}
      {s}.child: {{columns: {{id: public, person: public}}}}
      {s}.guarded: {{columns: {{id: public}}}}
classes:
  email: {{mask: pseudonymize}}
  age: {{mask: generalize_number, width: 10}}
rules:
  - id: read
    effect: permit
    principals: [{{pipeline: tests}}]
    purposes: [upkeep]
    sources: [shop]
    tables: [{s}.people, {s}.archive, {s}.flat]
  - id: read-filtered
    effect: permit
    principals: [{{pipeline: tests}}]
    purposes: [upkeep]
    sources: [shop]
    tables: [{s}.filtered]
    row_filters: {{{s}.filtered: "plan = 'pro'"}}
  - id: write
    effect: execute
    principals: [{{pipeline: tests}}]
    purposes: [upkeep]
    sources: [shop]
    tables: [{s}.people, {s}.archive, {s}.flat, {s}.made, {s}.seen, {s}.child]
    statements: [insert, update, delete, merge, create_table, create_index, alter_table]
    max_affected_rows: 5
  - id: empty
    effect: execute
    principals: [{{pipeline: tests}}]
    purposes: [upkeep]
    sources: [shop]
    tables: [{s}.archive, {s}.made]
    statements: [truncate, drop_table]
    max_affected_rows: 3
  - id: asked
    effect: execute
    principals: [{{pipeline: tests}}]
    purposes: [upkeep]
    sources: [shop]
    tables: [{s}.guarded]
    statements: [insert]
    approval: {{approvers: [dana]}}
"""
ROWS = [
    (n, "pro" if n % 2 else "free", f"{CANARY}{n}@example.com", None, 30 + n) for n in range(1, 11)
]
TABLES = (
    "CREATE TABLE people (id INTEGER PRIMARY KEY, plan {t}, email {t}, notes {t}, age INTEGER)",
    "CREATE TABLE archive (id INTEGER, plan {t}, email {t}, age INTEGER)",
    "CREATE TABLE flat (id INTEGER, plan {t}, email {t}, age INTEGER)",
    "CREATE TABLE hidden (id INTEGER, email {t})",
    "CREATE TABLE filtered (id INTEGER, plan {t})",
    "CREATE TABLE guarded (id INTEGER)",
    "CREATE VIEW seen AS SELECT id, plan FROM people",
)


@dataclass(kw_only=True)
class Shop:
    """A source that may be written to, and a gate before it."""

    kind: str
    schema: str
    bench: Any
    query: Callable[[str], list[tuple[Any, ...]]]
    gate: Gate

    def ask(self, sql: str, **changes: Any) -> StatementOutcome:
        identity = changes.pop("identity", None) or self.bench.identity()
        request = StatementRequest(**{"source": "shop", "sql": sql, "purpose": "upkeep", **changes})
        outcome = self.gate.execute(request, identity)
        assert CANARY not in repr(outcome)
        return outcome

    def codes(self, sql: str, **changes: Any) -> list[str]:
        outcome = self.ask(sql, **changes)
        assert outcome.status == "refused"
        return [reason.code for reason in outcome.reasons]

    def last(self) -> Any:
        return list(self.gate.ledger.records())[-1]


_NUMBERS = itertools.count()


def _postgres(postgres: Any, _: Path) -> tuple[str, str, Any]:
    url = str(postgres.database())

    def query(sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(url, autocommit=True) as db:
            done = db.execute(sql)
            return list(done.fetchall()) if done.description else []

    return url, "public", query


def _sqlite(_: Any, folder: Path) -> tuple[str, str, Any]:
    path = folder / f"s{next(_NUMBERS)}.db"

    def query(sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            return list(db.execute(sql).fetchall())

    return f"sqlite:///{path}", "main", query


def _duckdb(_: Any, folder: Path) -> tuple[str, str, Any]:
    path = folder / f"s{next(_NUMBERS)}.duckdb"

    def query(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(path)) as db:
            return list(db.execute(sql).fetchall())

    return f"duckdb:///{path}", "main", query


def _mysql(request: pytest.FixtureRequest) -> tuple[str, str, Any]:
    server = request.getfixturevalue("mariadb")
    name = server.database()

    def query(sql: str) -> list[tuple[Any, ...]]:
        with server.connect(name) as db, db.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    return str(server.url_of(name)), name, query


KINDS = ["postgres", "sqlite", "duckdb", "mysql"]


@pytest.fixture
def open_shop(
    request: pytest.FixtureRequest, make_bench: Callable[..., Any], tmp_path: Path
) -> Iterator[Callable[[str], Shop]]:
    opened: list[Gate] = []

    def build(kind: str) -> Shop:
        if kind == "mysql":
            url, schema, query = _mysql(request)
        else:
            make = {"postgres": _postgres, "sqlite": _sqlite, "duckdb": _duckdb}[kind]
            server = request.getfixturevalue("postgres") if kind == "postgres" else None
            url, schema, query = make(server, tmp_path)
        for table in TABLES:
            query(table.format(t="VARCHAR(200)"))
        rows = ", ".join(f"({i}, '{p}', '{e}', NULL, {a})" for i, p, e, _, a in ROWS)
        query(f"INSERT INTO people VALUES {rows}")
        query("INSERT INTO archive VALUES (0, 'pro', 'x', 1)")
        bench = make_bench({"shop": url}, POLICY.format(s=schema))
        gate = bench.gate()
        opened.append(gate)
        return Shop(kind=kind, schema=schema, bench=bench, query=query, gate=gate)

    yield build
    for gate in opened:
        gate.close()


@pytest.mark.parametrize("kind", KINDS)
def test_statements_run_in_every_dialect(open_shop: Callable[[str], Shop], kind: str) -> None:
    shop = open_shop(kind)
    done = shop.ask(
        "UPDATE people SET plan = :p WHERE id <= :top", parameters={"p": "gold", "top": 3}
    )
    assert (done.status, done.affected_rows) == ("executed", 3)
    assert shop.query("SELECT count(*) FROM people WHERE plan = 'gold'") == [(3,)]
    assert done.plan is not None
    assert (done.plan.kind, done.plan.shape.count(":")) == ("update", 2)
    tried = shop.ask("DELETE FROM people WHERE id IN (1, 2)", dry_run=True)
    assert (tried.status, tried.affected_rows) == ("dry_run", 2)
    assert shop.query("SELECT count(*) FROM people") == [(10,)]
    assert (
        shop.ask(
            "INSERT INTO flat (id, plan) VALUES (1, 'a'), (2, :b)", parameters={"b": "it's"}
        ).affected_rows
        == 2
    )
    assert shop.query("SELECT plan FROM flat ORDER BY id") == [("a",), ("it's",)]
    deleted = shop.ask("DELETE FROM people WHERE plan = 'gold'")
    assert deleted.affected_rows == 3
    kinds = [r.kind for r in shop.gate.ledger.records()]
    assert kinds[:3] == ["statement.intent", "statement.changed", "statement.outcome"]
    assert kinds[3:5] == ["statement.intent", "statement.outcome"]
    assert CANARY not in repr(list(shop.gate.ledger.records()))


@pytest.mark.parametrize("kind", KINDS)
def test_more_rows_than_allowed_are_taken_back(open_shop: Callable[[str], Shop], kind: str) -> None:
    shop = open_shop(kind)
    outcome = shop.ask("UPDATE people SET plan = 'x' WHERE id > 0")
    assert (outcome.status, outcome.affected_rows) == ("refused", 10)
    assert [r.code for r in outcome.reasons] == ["STATEMENT-ROWS"]
    assert shop.query("SELECT count(*) FROM people WHERE plan = 'x'") == [(0,)]
    assert shop.codes("DELETE FROM people WHERE id < 4", max_affected_rows=2) == ["STATEMENT-ROWS"]
    assert shop.query("SELECT count(*) FROM people") == [(10,)]
    assert shop.last().body["status"] == "refused"


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_stays_in_its_class_or_is_masked(
    open_shop: Callable[[str], Shop], kind: str
) -> None:
    shop = open_shop(kind)
    copied = shop.ask(
        "INSERT INTO archive (id, email, age) SELECT id, email, age FROM people WHERE id = 2"
    )
    assert copied.executed
    assert shop.query("SELECT email, age FROM archive WHERE id = 2") == [
        (f"{CANARY}2@example.com", 32)
    ]
    # an age into a public column is masked; an address cannot be, in the source
    masked = shop.ask("INSERT INTO flat (id, age) SELECT id, age FROM people WHERE id = 4")
    assert masked.executed
    assert shop.query("SELECT age FROM flat") == [(30,)]
    for sql in (
        "INSERT INTO flat (id, email) SELECT id, email FROM people WHERE id = 4",
        "INSERT INTO archive (id, email, plan) SELECT id, email, email AS again FROM people WHERE id = 4",
        "INSERT INTO flat (id, email) SELECT id, upper(email) FROM people WHERE id = 4",
        "INSERT INTO flat (id, email) SELECT 1, max(email) FROM people",
        "UPDATE people SET plan = email WHERE id = 1",
        "UPDATE people SET plan = (SELECT max(p.email) FROM people p) WHERE id = 1",
        "UPDATE people SET email = notes WHERE id = 1",
        "UPDATE people SET plan = CASE WHEN id = 1 THEN email ELSE plan END WHERE id = 1",
    ):
        found = shop.codes(sql)
        assert set(found) <= {"STATEMENT-FLOW", "G13"}, (sql, found)
    assert shop.ask("UPDATE people SET email = lower(email) WHERE id = 1").executed
    assert shop.query(f"SELECT count(*) FROM flat WHERE email LIKE '%{CANARY}%'") == [(0,)]


@pytest.mark.parametrize("kind", ["postgres", "sqlite", "duckdb", "mysql"])
def test_objects_are_made_altered_and_emptied(open_shop: Callable[[str], Shop], kind: str) -> None:
    shop = open_shop(kind)
    s = shop.schema
    made = shop.ask(f"CREATE TABLE {s}.made AS SELECT id, email, age FROM people WHERE id < 3")
    assert made.executed
    rows = shop.query("SELECT id, email, age FROM made ORDER BY id")
    # the address keeps its class, the age comes to lie in a public column
    assert rows == [(1, f"{CANARY}1@example.com", 30), (2, f"{CANARY}2@example.com", 30)]
    assert shop.ask("ALTER TABLE made ADD COLUMN extra INTEGER").executed
    assert shop.ask("CREATE INDEX made_id ON made (id)").executed
    assert shop.codes("ALTER TABLE people RENAME COLUMN email TO plan") == ["STATEMENT-RENAME"]
    if kind != "sqlite":
        emptied = shop.ask("TRUNCATE TABLE made")
        assert (emptied.status, emptied.affected_rows) == ("executed", 2)
        assert shop.query("SELECT count(*) FROM made") == [(0,)]
    shop.query("INSERT INTO archive VALUES (1, 'a', 'b', 1), (2, 'a', 'b', 1), (3, 'a', 'b', 1)")
    over = shop.ask("DROP TABLE archive")
    assert [r.code for r in over.reasons] == ["STATEMENT-ROWS"]
    assert shop.query("SELECT count(*) FROM archive") == [(4,)]
    if kind == "mysql":
        assert shop.codes("DROP TABLE made", dry_run=True) == ["STATEMENT-DRY-RUN"]
    else:
        assert shop.ask("DROP TABLE made", dry_run=True).status == "dry_run"
        assert shop.query("SELECT count(*) FROM made")
    assert shop.ask("DROP TABLE made").executed


REFUSED = {
    "UPDATE people SET plan = 'x'": "STATEMENT-WHOLE-TABLE",
    "DELETE FROM people": "STATEMENT-WHOLE-TABLE",
    "UPDATE people SET plan = 'x' WHERE true": "STATEMENT-WHOLE-TABLE",
    "UPDATE people SET plan = 'x' WHERE 1 = 1": "STATEMENT-WHOLE-TABLE",
    "UPDATE people SET plan = 'x' WHERE id = id": "STATEMENT-WHOLE-TABLE",
    "UPDATE people SET plan = 'x' WHERE ((id)) = (id) OR id = 3": "STATEMENT-WHOLE-TABLE",
    "UPDATE people SET plan = 'x' WHERE NOT (1 = 2)": "STATEMENT-WHOLE-TABLE",
    "UPDATE people SET plan = 'x' WHERE NOT id <> id": "STATEMENT-WHOLE-TABLE",
    "UPDATE people SET plan = 'x' WHERE plan LIKE '%'": "STATEMENT-WHOLE-TABLE",
    "UPDATE people SET plan = 'x' -- WHERE id = 1": "STATEMENT-WHOLE-TABLE",
    "UPDATE people SET plan = 'x' WHERE /* id = 1 AND */ true": "STATEMENT-WHOLE-TABLE",
    "DELETE FROM people WHERE id = 1; DELETE FROM people WHERE id = 2": "G01",
    "DELETE FROM people WHERE id = 1 RETURNING email": "STATEMENT-RETURNING",
    "UPDATE people SET plan = 'x' WHERE id = 1 RETURNING *": "STATEMENT-RETURNING",
    "INSERT INTO people (id) VALUES (11) RETURNING id": "STATEMENT-RETURNING",
    "WITH d AS (DELETE FROM people WHERE id = 1 RETURNING *) INSERT INTO archive SELECT id, plan, email, age FROM d": "STATEMENT-RETURNING",
    "WITH d AS (DELETE FROM people WHERE id = 1) UPDATE archive SET id = 1 WHERE id = 2": "G02",
    "SELECT 1": "STATEMENT-READS",
    "WITH x AS (SELECT 1 AS a) SELECT * FROM x": "STATEMENT-READS",
    "COPY people TO '/tmp/x'": "G05",
    "DO $$ BEGIN DELETE FROM people; END $$": "G06",
    "CALL wipe()": "G06",
    "GRANT ALL ON people TO public": "G08",
    "ALTER TABLE people OWNER TO postgres": "G03",
    "ALTER TABLE people DISABLE TRIGGER ALL": "G03",
    "CREATE VIEW public.seen2 AS SELECT * FROM people": "G03",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'": "G03",
    "CREATE RULE r AS ON DELETE TO people DO INSTEAD NOTHING": "G03",
    "DROP VIEW seen": "G03",
    "DROP TABLE archive CASCADE": "STATEMENT-CASCADE",
    "TRUNCATE archive CASCADE": "STATEMENT-CASCADE",
    "TRUNCATE people": "POLICY-EXECUTE",
    "DROP TABLE people": "POLICY-EXECUTE",
    "DELETE FROM hidden WHERE id = 1": "POLICY-EXECUTE",
    "DELETE FROM other WHERE id = 1": "G09",
    "DELETE FROM pg_catalog.pg_class WHERE relname = 'x'": "POLICY-RELATION-UNKNOWN",
    "UPDATE seen SET plan = 'x' WHERE id = 1": "STATEMENT-VIEW",
    "DELETE FROM shop.public.people WHERE id = 1": "STATEMENT-OTHER-DATABASE",
    "UPDATE people SET plan = pg_read_file('/etc/passwd') WHERE id = 1": "G07",
    "UPDATE people SET plan = (SELECT query_to_xml('x', true, true, '')::text) WHERE id = 1": "G07",
    "DELETE FROM people WHERE id = 1 AND pg_sleep(9) IS NULL": "G07",
    "UPDATE people SET plan = (SELECT email FROM hidden LIMIT 1) WHERE id = 1": "POLICY-NO-RULE",
    "DELETE FROM people WHERE EXISTS (SELECT 1 FROM hidden)": "POLICY-NO-RULE",
    "DELETE FROM people WHERE id IN (SELECT id FROM filtered)": "STATEMENT-ROW-FILTER",
    "UPDATE people SET plan = (SELECT rolpassword FROM pg_authid LIMIT 1) WHERE id = 1": "G15",
    "UPDATE people SET (plan, email) = ('a', 'b') WHERE id = 1": "G09",
    "UPDATE people SET plan = 'x' WHERE email(people) = 'x'": "G07",
    'UPDATE people SET U&"\\0065mail" = 1 WHERE id = 1': "G09",
    "INSERT INTO flat (id, plan) SELECT id, (SELECT current_setting('x')) FROM people": "G07",
    "INSERT INTO flat (id, email) VALUES (1, (SELECT max(email) FROM people))": "STATEMENT-FLOW",
    "INSERT INTO archive (id, email) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET plan = excluded.email": "STATEMENT-FLOW",
    "INSERT INTO flat (id, email) SELECT id, plan FROM archive ON CONFLICT (id) DO UPDATE SET id = :x": "G09",
    "MERGE INTO flat AS f USING people AS p ON f.id = p.id WHEN MATCHED THEN UPDATE SET email = p.email": "STATEMENT-FLOW",
    "MERGE INTO flat AS f USING people AS p ON f.id = p.id WHEN NOT MATCHED THEN INSERT (id, email) VALUES (p.id, p.email)": "STATEMENT-FLOW",
    "MERGE INTO flat AS f USING people AS p ON true WHEN MATCHED THEN DELETE": "STATEMENT-WHOLE-TABLE",
    "CREATE TABLE made AS SELECT id FROM people": "STATEMENT-SCHEMA",
    "CREATE TABLE IF NOT EXISTS public.made AS SELECT id FROM people": "G09",
    "MERGE INTO flat AS f USING people AS p ON f.id = p.id WHEN NOT MATCHED THEN INSERT VALUES (p.id)": "G09",
    "CREATE TABLE public.made (id int DEFAULT nextval('s'))": "G03",
    "CREATE TABLE public.made (id int CHECK (id > pg_backend_pid()))": "G03",
    "CREATE TABLE public.made (id evil_type)": "G03",
    "CREATE INDEX i ON people (lower(email))": "G03",
    "CREATE INDEX CONCURRENTLY i ON people (id)": "G09",
    "ALTER TABLE people ALTER COLUMN age TYPE text USING email": "G03",
    "ALTER TABLE people RENAME TO flat": "G03",
    "UPDATE people SET plan = :a WHERE id = 1": "SG-PARAMETER",
    "UPDATE people SET plan = 'ann@' || 'example.com', email = 'bob@example.com' WHERE id = 1": "G12",
    "DELETE FROM people WHERE email = 'bob@example.com'": "G12",
    "DELETE FROM people WHERE": "G09",
    "LOCK TABLE people": "G08",
    "EXPLAIN ANALYZE DELETE FROM people WHERE id = 1": "G06",
    "PREPARE x AS DELETE FROM people": "G06",
}  # fmt: skip


def test_attacks_are_refused_and_change_nothing(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop("postgres")
    before = shop.query("SELECT * FROM people ORDER BY id")
    wrong = {}
    for sql, code in REFUSED.items():
        outcome = shop.ask(sql)
        found = [reason.code for reason in outcome.reasons]
        if outcome.status != "refused" or code not in found:
            wrong[sql] = (str(outcome.status), found)
    assert wrong == {}
    assert shop.query("SELECT * FROM people ORDER BY id") == before
    assert {r.kind for r in shop.gate.ledger.records()} == {"statement.refused"}
    assert CANARY not in repr(list(shop.gate.ledger.records()))


def test_nobody_else_and_no_other_purpose(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop("sqlite")
    sql = "DELETE FROM people WHERE id = 1"
    assert shop.codes(sql, identity=shop.bench.identity(pipeline="other")) == ["POLICY-EXECUTE"]
    assert shop.codes(sql, purpose="play") == ["POLICY-EXECUTE"]
    plain = shop.gate.plan_statement(
        StatementRequest(source="shop", sql=sql, purpose="upkeep"), shop.bench.identity()
    )
    assert plain.status == "planned"
    assert shop.query("SELECT count(*) FROM people") == [(10,)]


def test_rows_of_triggers_and_cascades_count(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop("postgres")
    shop.query(
        "CREATE TABLE child (id int, person int REFERENCES people ON DELETE CASCADE);"
        "INSERT INTO child SELECT g, 1 FROM generate_series(1, 9) AS g;"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO flat SELECT g FROM generate_series(1, 20) AS g; RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER t AFTER UPDATE ON people DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION f()"
    )
    cascaded = shop.ask("DELETE FROM people WHERE id = 1")
    assert (cascaded.status, cascaded.affected_rows, cascaded.affected_with_others) == (
        "refused",
        1,
        10,
    )
    put_off = shop.ask("UPDATE people SET plan = 'x' WHERE id = 2")
    assert (put_off.affected_rows, put_off.affected_with_others) == (1, 21)
    assert any("triggers" in spot for spot in put_off.blind_spots)
    assert shop.query("SELECT (SELECT count(*) FROM child), (SELECT count(*) FROM flat)") == [
        (9, 0)
    ]

    lite = open_shop("sqlite")
    lite.query(
        "CREATE TRIGGER t AFTER UPDATE ON people BEGIN"
        " INSERT INTO flat SELECT id, plan, '', 1 FROM people; END"
    )
    seen = lite.ask("UPDATE people SET plan = 'x' WHERE id = 2")
    assert (seen.status, seen.affected_rows, seen.affected_with_others) == ("refused", 1, 11)


def test_a_run_executes_once_over_its_tries(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop("postgres")
    identity = shop.bench.identity()
    sql = "UPDATE people SET age = age + 1 WHERE id = 1"
    first = shop.ask(sql, identity=identity)
    again = shop.ask(sql, identity=replace(identity, try_number=2))
    assert (first.replayed, again.replayed, again.affected_rows) == (False, True, 1)
    assert again.outcome_sequence == first.outcome_sequence
    assert shop.query("SELECT age FROM people WHERE id = 1") == [(32,)]
    assert not shop.ask(sql, identity=identity, occurrence=2).replayed
    assert not shop.ask(sql).replayed  # another run
    assert shop.query("SELECT age FROM people WHERE id = 1") == [(34,)]


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_a_crash_after_the_commit_is_found_by_the_next_try(
    open_shop: Callable[[str], Shop], kind: str
) -> None:
    """The process dies between commit and outcome, by a real exit."""
    shop = open_shop(kind)
    identity = shop.bench.identity()
    sql = "UPDATE people SET age = age + 1 WHERE id = 1"

    def die() -> None:
        Told.outcome = lambda *_args, **_more: os._exit(9)  # type: ignore[method-assign]
        with shop.bench.gate() as gate:
            gate.execute(StatementRequest(source="shop", sql=sql, purpose="upkeep"), identity)

    child = multiprocessing.get_context("fork").Process(target=die)
    child.start()
    child.join(60)
    assert child.exitcode == 9
    assert shop.query("SELECT age FROM people WHERE id = 1") == [(32,)]
    retry = shop.ask(sql, identity=identity)
    if kind == "postgres":
        assert (retry.status, retry.replayed, retry.affected_rows) == ("executed", True, 1)
        assert shop.ask(sql, identity=identity).replayed
    else:
        assert [r.code for r in retry.reasons] == ["STATEMENT-UNKNOWN"]
    assert shop.query("SELECT age FROM people WHERE id = 1") == [(32,)]


@pytest.mark.parametrize("before", [True, False])
def test_a_crash_before_the_commit_leaves_nothing_and_can_be_repeated(
    open_shop: Callable[[str], Shop], before: bool
) -> None:
    shop = open_shop("postgres")
    identity = shop.bench.identity()
    sql = "UPDATE people SET age = age + 1 WHERE id = 1"

    def die() -> None:
        from sluicegate.sources.postgres_changing import PostgresChangingSession as Session

        name = "change" if before else "commit"
        setattr(Session, name, lambda *_: os._exit(9))
        with shop.bench.gate() as gate:
            gate.execute(StatementRequest(source="shop", sql=sql, purpose="upkeep"), identity)

    child = multiprocessing.get_context("fork").Process(target=die)
    child.start()
    child.join(60)
    assert child.exitcode == 9
    retry = shop.ask(sql, identity=identity)
    assert (retry.status, retry.replayed) == ("executed", False)
    assert shop.query("SELECT age FROM people WHERE id = 1") == [(32,)]


def test_a_commit_without_an_answer(
    open_shop: Callable[[str], Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit took place and its answer was lost: asked of the server, or told as unknown."""
    from sluicegate.sources.postgres_changing import PostgresChangingSession
    from sluicegate.sources.sqlite_changing import SQLiteChangingSession

    for kind, session in (("postgres", PostgresChangingSession), ("sqlite", SQLiteChangingSession)):
        shop = open_shop(kind)
        commit = session.commit

        def lost(self: Any, commit: Any = commit) -> None:
            commit(self)
            raise SourceUnavailable("the line broke")

        monkeypatch.setattr(session, "commit", lost)
        sql = "UPDATE people SET plan = 'z' WHERE id = 1"
        identity = shop.bench.identity()
        if kind == "postgres":
            assert shop.ask(sql, identity=identity).executed
        else:
            with pytest.raises(OutcomeUnknown):
                shop.ask(sql, identity=identity)
            assert shop.codes(sql, identity=identity) == ["STATEMENT-UNKNOWN"]
        assert shop.query("SELECT plan FROM people WHERE id = 1") == [("z",)]


def test_a_ledger_that_fails_before_the_commit_changes_nothing(
    open_shop: Callable[[str], Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop("postgres")

    def full(*_: Any, **__: Any) -> Any:
        raise LedgerUnavailable("no space")

    for name in ("intent", "changed"):
        with monkeypatch.context() as patch:
            patch.setattr(Told, name, full)
            with pytest.raises(LedgerUnavailable):
                shop.ask("DELETE FROM people WHERE id = 1")
    assert shop.query("SELECT count(*) FROM people") == [(10,)]


def test_a_second_writer_waits_and_is_told(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop("sqlite")
    path = shop.bench.settings.source_url("shop").reveal().removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SourceUnavailable):
            shop.ask("DELETE FROM people WHERE id = 1")
        other.execute("ROLLBACK")
    assert shop.ask("DELETE FROM people WHERE id = 1").executed


def test_consent_is_for_these_very_parameters(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop("postgres")
    sql, identity = "INSERT INTO guarded (id) VALUES (:n)", shop.bench.identity()
    asked = shop.ask(sql, parameters={"n": 7}, identity=identity)
    assert [r.code for r in asked.reasons] == ["APPROVAL-MISSING"]
    assert shop.ask(sql, parameters={"n": 7}, dry_run=True).status == "dry_run"
    shop.gate.approvals.approve(asked.approval, person="dana")
    assert shop.codes(sql, parameters={"n": 8}, identity=identity) == ["APPROVAL-MISSING"]
    assert shop.ask(sql, parameters={"n": 7}, identity=identity).executed
    own = ApprovalTerms(approvers=("lee",))
    assert shop.codes("DELETE FROM people WHERE id = 1", approval=own) == ["APPROVAL-MISSING"]


def test_errors_of_the_source_tell_no_value(open_shop: Callable[[str], Shop]) -> None:
    for kind in ("postgres", "sqlite", "duckdb", "mysql"):
        shop = open_shop(kind)
        with pytest.raises(SourceError) as caught:
            shop.ask(
                "INSERT INTO people (id, email) VALUES (:n, :e)", parameters={"n": 1, "e": CANARY}
            )
        assert CANARY not in str(caught.value)
        assert caught.value.__cause__ is caught.value.__context__ is None
        assert shop.last().body["status"] == "failed"
        assert CANARY not in repr(shop.last())


def test_time_limits_hold(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop("postgres")
    shop.query(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$;"
        "CREATE TRIGGER t BEFORE UPDATE ON flat FOR EACH ROW EXECUTE FUNCTION slow();"
        "INSERT INTO flat (id) VALUES (1)"
    )
    policy = POLICY.replace("max_affected_rows: 5", "max_affected_rows: 5\n    seconds: 0.5")
    bench = shop.bench
    (bench.folder / "state" / "policy.yaml").write_text(policy.format(s="public"))
    with bench.gate() as gate, pytest.raises(SourceError, match="time limit"):
        gate.execute(
            StatementRequest(
                source="shop", sql="UPDATE flat SET id = 2 WHERE id = 1", purpose="upkeep"
            ),
            bench.identity(),
        )
    assert shop.query("SELECT id FROM flat") == [(1,)]


def test_sources_that_cannot_be_changed(make_bench: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id\n1\n")
    bench = make_bench({"shop": f"files:///{tmp_path}"}, POLICY.format(s="main"))
    with bench.gate() as gate, pytest.raises(ConfigurationError):
        gate.execute(
            StatementRequest(
                source="shop", sql="DELETE FROM people WHERE id = 1", purpose="upkeep"
            ),
            bench.identity(),
        )


def test_a_column_that_the_login_does_not_see_moves_no_other(
    open_shop: Callable[[str], Shop], postgres: Any, make_bench: Callable[..., Any]
) -> None:
    """Without a list of columns, places would be counted over those that the login may read."""
    shop = open_shop("postgres")
    url = shop.bench.settings.source_url("shop").reveal()
    name = url.partition("?")[0].rpartition("/")[2]
    login = f"writer_{os.getpid()}"
    shop.query(
        f"CREATE ROLE {login} LOGIN; GRANT SELECT (plan, email, age), INSERT ON flat TO {login};"
        f" GRANT SELECT ON people TO {login}"
    )
    bench = make_bench({"shop": postgres.uri_of(name, user=login)}, POLICY.format(s="public"))
    try:
        with bench.gate() as gate:
            for sql, row in (
                ("INSERT INTO flat VALUES ('a', 'b')", (None, "a", "b", None)),
                (
                    "INSERT INTO flat SELECT plan FROM people WHERE id = 1",
                    (None, "pro", None, None),
                ),
            ):
                shop.query("DELETE FROM flat")
                request = StatementRequest(source="shop", sql=sql, purpose="upkeep")
                assert gate.execute(request, bench.identity()).executed
                assert shop.query("SELECT * FROM flat") == [row]
    finally:
        shop.query(f"DROP OWNED BY {login}; DROP ROLE {login}")


def test_a_commit_that_readers_hold_up_is_known_to_have_failed(
    open_shop: Callable[[str], Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluicegate.sources.sqlite._BUSY_SECONDS", 0.2)
    shop = open_shop("sqlite")
    path = shop.bench.settings.source_url("shop").reveal().removeprefix("sqlite:///")
    identity = shop.bench.identity()
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM people").fetchone()
        with pytest.raises(SourceUnavailable):
            shop.ask("DELETE FROM people WHERE id = 1", identity=identity)
        reader.execute("COMMIT")
    retry = shop.ask("DELETE FROM people WHERE id = 1", identity=identity)
    assert (retry.status, retry.replayed) == ("executed", False)


class _Any(int):
    """Compares as it likes."""

    def __lt__(self, _: object) -> bool:
        return True

    def __gt__(self, _: object) -> bool:
        return False


@pytest.mark.parametrize("most", [_Any(9), 1.5, float("nan"), True, -1])
def test_a_budget_is_an_integer(open_shop: Callable[[str], Shop], most: Any) -> None:
    shop = open_shop("sqlite")
    with pytest.raises(ConfigurationError):
        shop.ask("DELETE FROM people WHERE id > 0", max_affected_rows=most)
    assert shop.query("SELECT count(*) FROM people") == [(10,)]
