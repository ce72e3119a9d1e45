"""Short-lived logins over masked views: what they can read, how long, and what a crash leaves."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from sluicegate.errors import ConfigurationError, LedgerUnavailable
from sluicegate.gate import Gate, brokering
from sluicegate.gate.doctor import examine
from sluicegate.model.login import BrokeredLogin, LoginRequest

CANARY = "zq7canary"
POLICY = """
version: 1
name: logins
sources:
  shop:
    unclassified: refuse
    tables:
      public.people: {columns: {id: public, plan: public, email: email, born: birth_date, notes: free_text, key: secret}}
      public.orders: {columns: {id: public, total: public}}
      public.limited: {columns: {id: public}}
      public.closed: {columns: {id: public}}
classes:
  email: {mask: pseudonymize}
  birth_date: {mask: generalize_date, unit: year}
rules:
  - id: read
    effect: permit
    principals: [{pipeline: tests}]
    purposes: [debugging]
    sources: [shop]
    tables: [public.people, public.orders, public.closed]
    row_filters: {public.people: "plan <> 'hidden'"}
  - id: read-limited
    effect: permit
    principals: [{pipeline: tests}]
    purposes: [debugging]
    sources: [shop]
    tables: [public.limited]
    limits: {rows: 10}
  - id: lend
    effect: login
    principals: [{pipeline: tests}]
    purposes: [debugging]
    sources: [shop]
    tables: [public.people, public.orders, public.limited]
    minutes: 30
"""


@dataclass(kw_only=True)
class Lent:
    """A database whose server asks lent logins for their passwords, and a gate before it."""

    admin: str
    bench: Any
    gate: Gate

    def broker(self, **changes: Any) -> BrokeredLogin:
        given: dict[str, Any] = {
            "source": "shop",
            "purpose": "debugging",
            "relations": ("public.people", "public.orders"),
            "minutes": 5,
        }
        login = self.gate.broker(LoginRequest(**(given | changes)), self.bench.identity())
        if login.password.reveal():
            assert login.password.reveal() not in repr(login)
            assert login.password.reveal() not in repr(list(self.gate.ledger.records()))
        return login

    def roles(self) -> list[str]:
        with psycopg.connect(self.admin) as db:
            rows = db.execute(
                "SELECT rolname FROM pg_roles WHERE rolname ~ '^sluicegate_[0-9a-f]{24}$'"
            )
            return [row[0] for row in rows]


@pytest.fixture(scope="module")
def database(postgres: Any) -> Iterator[tuple[str, str]]:
    admin = str(postgres.database())
    name = admin.partition("?")[0].rpartition("/")[2]
    account = f"lender_{os.getpid()}"
    with psycopg.connect(admin, autocommit=True) as db:
        db.execute(
            f"""
            CREATE ROLE {account} LOGIN CREATEROLE; GRANT CREATE ON DATABASE "{name}" TO {account};
            CREATE TABLE people (id int, plan text, email text, born date, notes text, key text);
            INSERT INTO people SELECT g, CASE WHEN g % 10 = 0 THEN 'hidden' ELSE 'pro' END,
                '{CANARY}' || g || '@example.com', '1990-05-17', '{CANARY}', '{CANARY}'
            FROM generate_series(1, 20) AS g;
            CREATE TABLE orders (id int, total int); INSERT INTO orders VALUES (1, 10);
            CREATE TABLE limited (id int); CREATE TABLE closed (id int);
            CREATE TABLE other AS SELECT '{CANARY}' AS x;
            GRANT SELECT ON people, orders, limited, closed, other TO {account};
            """
        )
        hba = postgres.data_folder / "pg_hba.conf"
        original = hba.read_text(encoding="utf-8")
        rule = f'local "{name}" /^sluicegate_ scram-sha-256\n'
        hba.write_text(rule + original, encoding="utf-8")
        db.execute("SELECT pg_reload_conf()")
        time.sleep(0.5)
    yield admin, postgres.uri_of(name, user=account)
    hba.write_text(original, encoding="utf-8")
    with psycopg.connect(admin, autocommit=True) as db:
        db.execute("SELECT pg_reload_conf()")
        db.execute(f"DROP OWNED BY {account}")


@pytest.fixture
def lent(database: tuple[str, str], make_bench: Callable[..., Any]) -> Iterator[Lent]:
    admin, account = database
    bench = make_bench({"shop": account}, POLICY)
    with bench.gate() as gate:
        yield Lent(admin=admin, bench=bench, gate=gate)
        for role in Lent(admin=admin, bench=bench, gate=gate).roles():
            gate.revoke(BrokeredLogin(source="shop", name=role), bench.identity())


def test_a_login_reads_masked_views_and_nothing_else(lent: Lent) -> None:
    login = lent.broker()
    assert not login.refused
    assert login.views == ("people", "orders")
    assert login.left_out == ("public.people.email", "public.people.notes")
    assert login.expires is not None
    assert 240 < (login.expires - datetime.now(UTC)).total_seconds() <= 301
    with psycopg.connect(login.url.reveal(), autocommit=True) as db:
        rows = db.execute("SELECT * FROM people ORDER BY id").fetchall()
        assert len(rows) == 18  # the row filter holds
        assert [str(v) for v in rows[0]] == ["1", "pro", "None", "1990-01-01", "None", "None"]
        assert CANARY not in repr(rows)
        assert db.execute("SELECT total FROM orders").fetchall() == [(10,)]
        for sql in (
            "SELECT * FROM public.people",
            "SELECT * FROM public.other",
            "SELECT * FROM public.closed",
            "DELETE FROM orders",
            "SET default_transaction_read_only = off; DELETE FROM orders",
            "CREATE TABLE x (a int)",
            "SET ROLE postgres",
            "SELECT pg_read_file('pg_hba.conf')",
            "COPY people TO PROGRAM 'cat'",
            f"ALTER ROLE {login.name} VALID UNTIL 'infinity'",
            f"ALTER ROLE {login.name} SUPERUSER",
        ):
            with pytest.raises(psycopg.Error):
                db.execute(sql)
    kinds = [r.kind for r in lent.gate.ledger.records()]
    assert kinds == ["login.intent", "login.outcome"]


def test_a_revoked_login_is_gone_with_its_sessions(lent: Lent) -> None:
    login = lent.broker()
    db = psycopg.connect(login.url.reveal())
    db.execute("SELECT * FROM people")  # holds locks on the views
    assert lent.gate.revoke(login, lent.bench.identity())
    with pytest.raises(psycopg.Error):
        db.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(login.url.reveal())
    assert login.name not in lent.roles()
    assert not lent.gate.revoke(login, lent.bench.identity())
    for odd in ("postgres", "x; DROP TABLE people", ""):
        assert not lent.gate.revoke(BrokeredLogin(source="shop", name=odd), lent.bench.identity())
    assert [r.body["status"] for r in lent.gate.ledger.records(kind="login.revoked")][:2] == [
        "revoked",
        "unknown",
    ]


def test_an_expired_login_is_swept_with_its_sessions(lent: Lent) -> None:
    login = lent.broker()
    session = psycopg.connect(login.url.reveal())
    with psycopg.connect(lent.admin, autocommit=True) as db:
        comment = db.execute(
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s",
            (login.name,),
        ).fetchone()
        assert comment is not None
        import json

        past = json.dumps(json.loads(comment[0]) | {"expires": 1})
        db.execute(f"COMMENT ON ROLE {login.name} IS '{past}'")
        db.execute(f"ALTER ROLE {login.name} VALID UNTIL '2020-01-01'")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(login.url.reveal())
    second = lent.broker()
    assert lent.roles() == [second.name]
    with pytest.raises(psycopg.Error):
        session.execute("SELECT 1")
    told = [c.message for c in examine(lent.bench.settings) if second.name in c.message]
    assert told == [f"role and schema {second.name} are a login that was lent and has not expired"]


def test_a_crash_leaves_what_expires(lent: Lent) -> None:
    """The process dies between login and outcome: nobody has its password, and it expires."""

    def die() -> None:
        append = brokering._Told.append

        def told(self: Any, what: str, body: dict[str, Any]) -> int:
            return os._exit(9) if what == "outcome" else append(self, what, body)

        brokering._Told.append = told  # type: ignore[method-assign]
        with lent.bench.gate() as gate:
            request = LoginRequest(source="shop", purpose="debugging", relations=("public.orders",))
            gate.broker(request, lent.bench.identity())

    child = multiprocessing.get_context("fork").Process(target=die)
    child.start()
    child.join(60)
    assert child.exitcode == 9
    (name,) = lent.roles()
    with psycopg.connect(lent.admin) as db:
        found = db.execute(
            "SELECT rolvaliduntil FROM pg_roles WHERE rolname = %s", (name,)
        ).fetchone()
    assert found is not None
    assert (found[0] - datetime.now(UTC)).total_seconds() < 3601
    last = list(lent.gate.ledger.records())[-1]
    assert (last.kind, last.body["login"]) == ("login.intent", name)


def test_a_login_that_is_not_on_record_is_taken_back(
    lent: Lent, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = brokering._Told.append

    def full(self: Any, what: str, body: dict[str, Any]) -> int:
        if what == "outcome":
            raise LedgerUnavailable("no space")
        return append(self, what, body)

    monkeypatch.setattr(brokering._Told, "append", full)
    with pytest.raises(LedgerUnavailable):
        lent.broker()
    assert lent.roles() == []


def test_who_may_not_have_one(lent: Lent) -> None:
    def codes(**changes: Any) -> list[str]:
        login = lent.broker(**changes)
        assert login.refused
        return [reason.code for reason in login.reasons]

    assert codes(relations=("public.closed",)) == ["POLICY-LOGIN"]
    assert codes(relations=("public.other",)) == ["POLICY-RELATION-UNKNOWN"]
    assert codes(relations=("public.gone",)) == ["LOGIN-NO-TABLE"]
    assert codes(relations=("pg_catalog.pg_authid",)) == ["LOGIN-NO-TABLE"]
    assert codes(relations=("pg_catalog.pg_class",)) == ["POLICY-RELATION-UNKNOWN"]
    assert codes(relations=("public.limited",)) == ["LOGIN-OBLIGATION"]
    assert codes(relations=()) == ["LOGIN-OBLIGATION"]
    assert codes(purpose="play") == ["POLICY-LOGIN", "POLICY-LOGIN"]
    assert codes(minutes=31) == ["LOGIN-MINUTES"]
    assert codes(minutes=0) == ["LOGIN-MINUTES"]
    assert lent.roles() == []
    assert {r.kind for r in lent.gate.ledger.records()} == {"login.refused"}


def test_where_no_password_is_asked_for_no_login_is_made(
    postgres: Any, make_bench: Callable[..., Any]
) -> None:
    admin = str(postgres.database())
    with psycopg.connect(admin, autocommit=True) as db:
        for table in ("people (id int)", "orders (id int, total int)"):
            db.execute(f"CREATE TABLE {table}")
    bench = make_bench({"shop": admin}, POLICY)
    with bench.gate() as gate, pytest.raises(ConfigurationError, match="password"):
        gate.broker(
            LoginRequest(source="shop", purpose="debugging", relations=("public.orders",)),
            bench.identity(),
        )
    with psycopg.connect(admin) as db:
        found = db.execute(
            "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^sluicegate_'"
        ).fetchone()
    assert found == (0,)


def test_only_postgresql_lends(make_bench: Callable[..., Any], tmp_path: Any) -> None:
    bench = make_bench({"shop": f"sqlite:///{tmp_path / 'x.db'}"}, POLICY)
    with bench.gate() as gate, pytest.raises(ConfigurationError):
        gate.broker(LoginRequest(source="shop", purpose="debugging"), bench.identity())
