"""The database as second line: a login that can read nothing but the masked views of one run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sluicegate.cli.app import app
from sluicegate.errors import ConfigurationError, SourceError
from sluicegate.evidence import ATTESTATION
from sluicegate.model.plan import ScopedForm, Statement
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources import PostgresSource, open_source
from sluicegate.sources.postgres_scope import Scope
from sluicegate.sources.postgres_scope_sql import NAME, new_name
from sluicegate.sources.postgres_uri import take_scoped_role, with_login
from sluicegate.sources.scram import scram_verifier

pytestmark = pytest.mark.postgres

POLICY = """
version: 1
name: scoped
sources:
  shop:
    tables:
      public.people:
        columns: {id: public, plan: public, email: email, notes: free_text, secret: secret}
      public.orders:
        columns: {id: public, email: email, total: public}
classes:
  email: {mask: pseudonymize}
  free_text: {mask: redact}
rules:
  - id: all
    effect: permit
    principals: [{pipeline: "*"}]
    purposes: [p]
    sources: [shop]
    tables: ["*"]
    row_filters: {public.people: "plan <> 'hidden'"}
"""
CANARY = "zq7canary"


@dataclass(frozen=True, kw_only=True)
class Owned:
    """A database, its superuser's URI, and an account that may make scoped roles."""

    admin: str
    account: str
    name: str

    @property
    def scoped(self) -> str:
        return f"{self.account}&sluicegate_scoped_role=true"

    def names(self) -> set[str]:
        """Everything that scopes left, of roles and schemas."""
        with psycopg.connect(self.admin) as db:
            return {
                row[0]
                for row in db.execute(
                    "SELECT rolname FROM pg_roles WHERE rolname ~ '^sluicegate_[0-9a-f]{24}$'"
                    " UNION SELECT nspname FROM pg_namespace WHERE nspname ~ '^sluicegate_[0-9a-f]'"
                )
            }


@pytest.fixture(scope="module")
def server_log(postgres: Any) -> Path:
    """Have the server write down every statement, and say where."""
    with psycopg.connect(postgres.uri, autocommit=True) as db:
        for setting in ("log_statement = 'all'", "log_connections = 'on'", "log_duration = 'on'"):
            db.execute(f"ALTER SYSTEM SET {setting}")
        db.execute("SELECT pg_reload_conf()")
    folder: Path = postgres.data_folder
    return folder


@pytest.fixture(scope="module")
def owned(postgres: Any, server_log: Path) -> Iterator[Owned]:
    admin = postgres.database()
    name = f"account_{os.getpid()}"
    database = admin.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(admin, autocommit=True) as db:
        db.execute(
            f"""
            CREATE ROLE {name} LOGIN CREATEROLE; GRANT CREATE ON DATABASE "{database}" TO {name};
            CREATE TABLE people (id int, plan text, email text, notes text, secret text);
            INSERT INTO people SELECT g, CASE WHEN g % 10 = 0 THEN 'hidden' ELSE 'pro' END,
                '{CANARY}' || g || '@example.com', 'write to {CANARY}' || g || '@example.com', '{CANARY}'
            FROM generate_series(1, 500) AS g;
            CREATE TABLE orders AS SELECT id, email, id * 2 AS total FROM people;
            CREATE TABLE other (canary text); INSERT INTO other VALUES ('{CANARY}');
            CREATE MATERIALIZED VIEW copy AS SELECT * FROM people; CREATE SEQUENCE counter;
            CREATE INDEX ON people (id); ANALYZE people; ANALYZE orders; ANALYZE copy;
            GRANT SELECT ON people, orders, other TO {name};
            """
        )
    yield Owned(admin=admin, account=postgres.uri_of(database, user=name), name=name)
    with psycopg.connect(admin, autocommit=True) as db:
        db.execute(f"DROP OWNED BY {name}")


@pytest.fixture
def bench(make_bench: Callable[..., Any], owned: Owned) -> Any:
    return make_bench({"shop": owned.scoped}, POLICY)


def extract(bench: Any, sql: str, url: str | None = None, **changes: Any) -> Any:
    settings = bench.settings if url is None else bench.settings.with_sources({"shop": url})
    output = str(bench.folder / f"out{next(bench.runs)}")
    request = bench.request(source="shop", sql=sql, purpose="p", output=output, **changes)
    from sluicegate import Gate

    with Gate.open(settings) as gate:
        return gate.extract(request, bench.identity())


BENIGN = [
    "SELECT id, plan, email, notes FROM people ORDER BY id",
    "SELECT plan, count(*) AS n, count(DISTINCT email) AS e FROM people GROUP BY plan ORDER BY 1",
    "SELECT p.id, o.total FROM people p JOIN orders o ON o.email = p.email ORDER BY p.id",
    (
        "WITH scan_1 AS (SELECT id FROM people) SELECT s.id, p.email FROM scan_1 s"
        " JOIN people p USING (id) ORDER BY s.id"
    ),
    "SELECT a.id FROM people a WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = a.id) ORDER BY 1",
    "SELECT id FROM people UNION SELECT id FROM orders ORDER BY 1",
    "SELECT count(*) AS n FROM people, LATERAL (SELECT total FROM orders o WHERE o.id = people.id) t",
    "SELECT p.id, o.total FROM (people p JOIN orders o ON p.id = o.id) ORDER BY 1",
    "SELECT max(total) OVER (PARTITION BY id) AS m, id FROM orders ORDER BY id",
]


@pytest.mark.parametrize("sql", BENIGN)
def test_the_same_bytes_as_without_it(bench: Any, owned: Owned, sql: str) -> None:
    plain, scoped = extract(bench, sql, owned.account), extract(bench, sql)
    assert plain.released, plain.reasons
    assert scoped.released, scoped.reasons
    tables = [pq.read_table(o.output) for o in (plain, scoped)]
    assert tables[0].replace_schema_metadata().equals(tables[1].replace_schema_metadata())
    assert scoped.rows > 0
    assert owned.names() == set()
    assert (plain.plan.enforcement, scoped.plan.enforcement) == ("guard", "scoped_role")


GUARDED = (
    POLICY.replace("id: public, plan: public", "id: person_id, plan: plan")
    .replace("secret: secret", "secret: secret_code")
    .replace("total: public", "total: total")
    .replace(
        "classes:\n",
        "classes:\n  person_id: {mask: pseudonymize, form: integer}\n"
        "  plan: {mask: constant, value: a plan}\n  secret_code: {mask: tokenize}\n"
        "  total: {mask: noise, subject: id}\n",
    )
    .replace("email: {mask: pseudonymize}", "email: {mask: fake, kind: email}")
    .replace("{mask: redact}", "{mask: redact, labels: numbered}")
)
ALL_MASKED = [
    "SELECT p.id, p.plan, p.email, p.notes, p.secret FROM people p",
    "SELECT o.id, o.total, p.secret FROM orders o JOIN people p ON p.email = o.email",
]
NOT_BARE = [
    "SELECT id FROM people ORDER BY secret",
    "SELECT max(total) AS m FROM orders",
    "SELECT secret || '' AS s FROM people",
]


def test_what_only_the_guard_masks_is_treated_like_free_text(
    make_bench: Callable[..., Any], owned: Owned
) -> None:
    """The view shows it raw, as it shows free text: the statement may use it bare alone."""
    bench = make_bench({"shop": owned.scoped}, GUARDED)
    for sql in ALL_MASKED:
        plain, scoped = extract(bench, sql, owned.account), extract(bench, sql)
        assert scoped.released, scoped.reasons
        assert scoped.plan.enforcement == "scoped_role"
        tables = [pq.read_table(o.output).sort_by("id") for o in (plain, scoped)]
        assert tables[0].replace_schema_metadata().equals(tables[1].replace_schema_metadata())
        assert CANARY not in str(tables[1].to_pydict())
    for sql in NOT_BARE:
        for url in (None, owned.account):
            outcome = extract(bench, sql, url)
            assert {reason.code for reason in outcome.reasons} == {"G13"}, sql
    assert owned.names() == set()


def test_the_outcome_the_ledger_and_the_attestation_say_so(bench: Any, owned: Owned) -> None:
    outcome = extract(bench, BENIGN[0])
    with bench.gate() as gate:
        intent = next(iter(gate.ledger.records(kind="extract.intent")))
    assert intent.body["plan"]["enforcement"] == "scoped_role"
    assert NAME.fullmatch(intent.body["identity"]["database_login"])
    assert any("does not ask the scoped login for its password" in s for s in outcome.blind_spots)
    envelope = json.loads(Path(outcome.attestation).read_text())
    assert Path(outcome.attestation).name == Path(ATTESTATION).name
    import base64

    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert statement["predicate"]["plan"]["enforcement"] == "scoped_role"
    assert outcome.rows == 450  # the row filter of the policy stands in the view


def test_the_digest_of_a_plan_does_not_hang_on_the_random_name(bench: Any, owned: Owned) -> None:
    request = bench.request(source="shop", sql=BENIGN[0], purpose="p")
    with bench.gate() as gate:
        first, second = (gate.plan(request, bench.identity()) for _ in range(2))
    assert first.plan.digest == second.plan.digest
    assert first.plan.statement.scoped.views.keys() == {"scan_1"}


VIEWS = {
    "scan_1": 'SELECT people.id AS id, people.plan AS plan FROM "public"."people" AS people'
    " WHERE people.plan <> 'hidden'"
}


@pytest.fixture
def scope(owned: Owned) -> Iterator[Scope]:
    made = Scope("shop", Sensitive(owned.account), new_name())
    try:
        made.open(VIEWS, "sha256:run", 60)
        yield made
    finally:
        made.close()
    assert made.notes[1:] == []


@pytest.fixture
def attacker(scope: Scope, owned: Owned, postgres: Any) -> Iterator[psycopg.Connection]:
    """The scoped login itself, unlocked by the administrator, outside of every session of ours."""
    with psycopg.connect(owned.admin, autocommit=True) as admin:
        admin.execute(f"ALTER ROLE {scope.name} LOGIN")
        database = owned.account.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(
            postgres.uri_of(database, user=scope.name), autocommit=True
        ) as connection:
            yield connection


def test_the_login_can_select_from_its_views_and_nothing_else(
    attacker: psycopg.Connection, scope: Scope
) -> None:
    rows = attacker.execute(
        """
        SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n
        ON n.oid = c.relnamespace
        WHERE CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT, USAGE')
              WHEN c.relkind IN ('i', 'I', 'c') THEN false
              ELSE has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE')
                OR has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') END
          AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        """
    ).fetchall()
    assert rows == [(scope.name, "scan_1")]
    roles = attacker.execute(
        "SELECT count(*) FROM pg_roles WHERE pg_has_role(oid, 'MEMBER') AND rolname <> current_user"
    ).fetchone()
    assert roles == (0,)
    me = attacker.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolinherit, rolreplication, rolbypassrls"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert me == (False,) * 6


def test_no_catalogue_that_public_may_read_holds_a_value(attacker: psycopg.Connection) -> None:
    names = attacker.execute(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE n.nspname IN ('pg_catalog', 'information_schema')"
        " AND c.relkind IN ('r', 'v') AND has_table_privilege(c.oid, 'SELECT')"
    ).fetchall()
    assert len(names) > 100
    for (name,) in names:
        # The server shows an account's statements to itself alone; the attacker's own are no leak.
        mine = " WHERE pid <> pg_backend_pid()" if name.endswith("pg_stat_activity") else ""
        text = attacker.execute(
            f"SELECT string_agg(t::text, ' ') FROM {name} AS t{mine}"
        ).fetchone()
        assert text is not None
        assert CANARY not in (text[0] or ""), name


ATTACKS = [
    "SELECT * FROM public.people",
    "SELECT email FROM public.people LIMIT 1",
    "SELECT * FROM public.other",
    "SELECT * FROM public.copy",
    "SELECT * FROM public.orders",
    "SELECT nextval('public.counter')",
    "SELECT email FROM {scope}.scan_1",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_largeobject",
    "SELECT lo_get(lo_from_bytea(0, 'x'))::text FROM public.people",
    "SELECT query_to_xml('SELECT * FROM public.people', true, false, '')",
    "SELECT table_to_xml('public.people', true, false, '')",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "COPY public.people TO STDOUT",
    "COPY {scope}.scan_1 TO '/tmp/never'",
    "COPY {scope}.scan_1 TO PROGRAM 'cat'",
    "SET ROLE postgres",
    "SET ROLE {account}",
    "SET SESSION AUTHORIZATION {account}",
    "CREATE VIEW {scope}.mine AS SELECT 1",
    "CREATE OR REPLACE VIEW {scope}.scan_1 AS SELECT 1",
    "ALTER VIEW {scope}.scan_1 SET (security_barrier = false)",
    "ALTER VIEW {scope}.scan_1 RESET (security_barrier)",
    "ALTER ROLE {scope} VALID UNTIL 'infinity'",
    "ALTER ROLE {scope} CREATEROLE",
    "GRANT {account} TO {scope}",
    "CREATE SCHEMA mine",
    "CREATE TABLE public.mine (a int)",
    "CREATE EXTENSION dblink",
    "CREATE TEMP TABLE mine AS SELECT * FROM public.people",
    "DO $$ BEGIN PERFORM email FROM public.people; END $$",
    "LOCK TABLE public.people IN ACCESS SHARE MODE",
    "EXPLAIN ANALYZE SELECT * FROM public.people",
    "UPDATE {scope}.scan_1 SET plan = 'x'",
    "DELETE FROM {scope}.scan_1",
    "INSERT INTO {scope}.scan_1 VALUES (1, 'x')",
    "SELECT * FROM public.people TABLESAMPLE SYSTEM (100)",
    "SELECT pg_get_viewdef('{scope}.scan_1'::regclass), email FROM public.people",
    "DECLARE c CURSOR FOR SELECT * FROM public.people",
    "PREPARE p AS SELECT * FROM public.people; EXECUTE p",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("read_only", ["on", "off"])
def test_the_login_itself_is_held_by_the_database(
    attacker: psycopg.Connection, scope: Scope, owned: Owned, attack: str, read_only: str
) -> None:
    attacker.execute(f"SET default_transaction_read_only = {read_only}")
    text = attack.format(scope=scope.name, account=owned.name)
    with pytest.raises(psycopg.Error) as caught:
        attacker.execute(text)
    # no rights; a write in a read-only transaction; a column that the view does not have;
    # a cursor or an extension that the transaction or the server lacks
    assert caught.value.sqlstate in {"42501", "25006", "42703", "25P01", "0A000"}, caught.value
    assert CANARY not in str(caught.value)


def test_a_leaky_function_sees_only_rows_that_the_view_gives(
    attacker: psycopg.Connection, scope: Scope
) -> None:
    """Its own function, cheap and immutable, is not called for rows behind the row filter."""
    attacker.execute("SET default_transaction_read_only = off")
    seen: list[str] = []
    attacker.add_notice_handler(lambda notice: seen.append(notice.message_primary or ""))
    attacker.execute(
        "CREATE FUNCTION pg_temp.leak(v text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001"
        " IMMUTABLE AS $$ BEGIN RAISE NOTICE '%', v; RETURN true; END $$"
    )
    attacker.execute(f"SELECT count(*) FROM {scope.name}.scan_1 WHERE pg_temp.leak(plan)")
    assert set(seen) == {"pro"}
    rows = attacker.execute(
        "SELECT most_common_vals::text FROM pg_stats"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    assert rows == []


def test_after_the_login_it_is_locked_for_everybody(
    scope: Scope, owned: Owned, postgres: Any
) -> None:
    database = owned.account.partition("?")[0].rpartition("/")[2]
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(postgres.uri_of(database, user=scope.name))
    with psycopg.connect(owned.admin) as db:
        password, until = db.execute(
            "SELECT rolpassword, rolvaliduntil - now() FROM pg_authid WHERE rolname = %s",
            [scope.name],
        ).fetchone() or (None, None)
    assert password is None
    assert until is not None
    assert until.total_seconds() <= 60


def test_a_guard_that_is_wrong_is_held_by_the_database(owned: Owned) -> None:
    """What runs here would be read with the account's rights in normal mode."""
    evil = "SELECT email FROM public.people"
    with PostgresSource("shop", Sensitive(owned.account)).connect() as session:
        (batch, *_) = session.stream(Statement(sql=evil), {})
        assert CANARY in str(batch.column(0)[0])
    scoped = PostgresSource("shop", Sensitive(owned.account), scoped_role=True)
    for sql in (evil, "SELECT email FROM scan_1", "SELECT * FROM public.other"):
        statement = Statement(sql=evil, scoped=ScopedForm(views=VIEWS, sql=sql))
        with scoped.connect() as session, pytest.raises(SourceError) as caught:
            list(session.stream(statement, {}))
        assert CANARY not in str(caught.value)
    with scoped.connect() as session, pytest.raises(SourceError, match="scoped form"):
        list(session.stream(Statement(sql=evil), {}))
    assert owned.names() == set()


def test_a_stream_that_is_left_or_fails_drops_the_scope(owned: Owned) -> None:
    scoped = PostgresSource("shop", Sensitive(owned.account), scoped_role=True)
    for sql in ("SELECT id FROM scan_1", "SELECT 1 / (id - 1) AS x FROM scan_1"):
        statement = Statement(sql=sql, scoped=ScopedForm(views=VIEWS, sql=sql))
        with scoped.connect() as session:
            stream = session.stream(statement, {}, batch_rows=10)
            if "1 /" not in sql:
                next(stream)
                continue
            with pytest.raises(SourceError, match="22012"):
                list(stream)
    assert owned.names() == set()


def test_a_cancelled_stream_drops_the_scope(owned: Owned) -> None:
    scoped = PostgresSource("shop", Sensitive(owned.account), scoped_role=True)
    sql = "SELECT count(*) AS n FROM scan_1 AS a, scan_1 AS b, scan_1 AS c, scan_1 AS d"
    statement = Statement(sql=sql, scoped=ScopedForm(views=VIEWS, sql=sql))
    with scoped.connect() as session:
        timer = threading.Timer(1, session.cancel)
        timer.start()
        began = time.monotonic()
        with pytest.raises(SourceError, match="cancelled"):
            list(session.stream(statement, {}))
        assert time.monotonic() - began < 20
    assert owned.names() == set()


def test_two_at_once(bench: Any, owned: Owned) -> None:
    outcomes: list[Any] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(extract(bench, BENIGN[0])))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [o.released for o in outcomes] == [True, True]
    assert owned.names() == set()


@pytest.mark.parametrize("lacking", ["CREATEROLE", "CREATE"])
def test_an_account_without_the_rights_is_told_which(
    bench: Any, owned: Owned, postgres: Any, lacking: str
) -> None:
    name = f"poor_{lacking.lower()}_{os.getpid()}"
    database = owned.account.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(owned.admin, autocommit=True) as db:
        db.execute(f"CREATE ROLE {name} LOGIN {'CREATEROLE' if lacking == 'CREATE' else ''}")
        db.execute(f"GRANT SELECT ON people TO {name}")
        if lacking == "CREATEROLE":
            db.execute(f'GRANT CREATE ON DATABASE "{database}" TO {name}')
    url = postgres.uri_of(database, user=name) + "&sluicegate_scoped_role=true"
    with pytest.raises(ConfigurationError) as caught:
        extract(bench, "SELECT id FROM people", url)
    assert lacking in caught.value.hint
    assert not (bench.folder / "out1").exists()
    assert owned.names() == set()


HINDRANCES = {
    "row security": "ALTER TABLE people ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON people USING (true)",
    "others could read": "ALTER DEFAULT PRIVILEGES FOR ROLE {account} GRANT SELECT ON TABLES TO PUBLIC",
    "may not connect": 'REVOKE CONNECT ON DATABASE "{database}" FROM PUBLIC;'
    ' GRANT CONNECT ON DATABASE "{database}" TO {account}',
}
CURES = {
    "row security": "DROP POLICY p ON people; ALTER TABLE people DISABLE ROW LEVEL SECURITY",
    "others could read": "ALTER DEFAULT PRIVILEGES FOR ROLE {account} REVOKE SELECT ON TABLES FROM PUBLIC",
    "may not connect": 'GRANT CONNECT ON DATABASE "{database}" TO PUBLIC',
}


@pytest.mark.parametrize("told", sorted(HINDRANCES))
def test_what_would_weaken_a_scope_is_refused(bench: Any, owned: Owned, told: str) -> None:
    names = {
        "account": owned.name,
        "database": owned.account.partition("?")[0].rpartition("/")[2],
    }
    with psycopg.connect(owned.admin, autocommit=True) as db:
        db.execute(HINDRANCES[told].format(**names))
        try:
            with pytest.raises(ConfigurationError, match=told):
                extract(bench, "SELECT id FROM people")
        finally:
            db.execute(CURES[told].format(**names))
    assert owned.names() == set()


def test_what_public_may_read_is_told(bench: Any, owned: Owned) -> None:
    with psycopg.connect(owned.admin, autocommit=True) as db:
        db.execute("GRANT SELECT (id) ON orders TO PUBLIC")
        try:
            outcome = extract(bench, "SELECT id FROM people WHERE id > 3")
        finally:
            db.execute("REVOKE SELECT (id) ON orders FROM PUBLIC")
    assert any("public.orders" in s and "PUBLIC" in s for s in outcome.blind_spots)


def test_a_server_that_asks_for_passwords_gets_the_verifier(
    owned: Owned, postgres: Any, server_log: Path, bench: Any
) -> None:
    """The login's password is checked, is in no log, and a wrong one does not come in."""
    path = server_log / "pg_hba.conf"
    before = path.read_text()
    path.write_text("local all /^sluicegate_ scram-sha-256\n" + before)
    try:
        with psycopg.connect(postgres.uri, autocommit=True) as db:
            db.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)
        outcome = extract(bench, BENIGN[0])
        assert outcome.released
        assert not any("password" in s for s in outcome.blind_spots)
        password = "correct horse"
        with psycopg.connect(owned.admin, autocommit=True) as db:
            name = new_name()
            db.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{scram_verifier(password)}'")
            try:
                psycopg.connect(with_login(owned.admin, name, password, "postgres")).close()
                with pytest.raises(psycopg.OperationalError, match="password"):
                    psycopg.connect(with_login(owned.admin, name, "wrong", "postgres"))
            finally:
                db.execute(f"DROP ROLE {name}")
    finally:
        path.write_text(before)
        with psycopg.connect(postgres.uri, autocommit=True) as db:
            db.execute("SELECT pg_reload_conf()")


def test_no_log_holds_the_password(
    owned: Owned, server_log: Path, bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords: list[str] = []
    import sluicegate.sources.postgres_scope as module

    def remembering(password: str) -> str:
        passwords.append(password)
        return scram_verifier(password)

    monkeypatch.setattr(module, "scram_verifier", remembering)
    outcome = extract(bench, BENIGN[0])
    (password,) = passwords
    assert len(password) >= 43
    texts = [repr(outcome)]
    logs = [
        p for p in server_log.rglob("*") if p.is_file() and "log" in p.name and "pg_" not in p.name
    ]
    texts += [p.read_text("utf-8", "replace") for p in logs]
    assert any("CREATE ROLE sluicegate_" in t for t in texts), logs
    texts += [p.read_text("utf-8", "replace") for p in bench.folder.rglob("*") if p.is_file()]
    assert not any(password in t for t in texts)


CRASHING = """
import os, signal, sys
from sluicegate.sources import open_source
from sluicegate.model.plan import ScopedForm, Statement
views = {"scan_1": sys.argv[2]}
sql = "SELECT a.id FROM scan_1 AS a, scan_1 AS b, scan_1 AS c ORDER BY random()"
with open_source("shop", sys.argv[1]).connect() as session:
    session.label("sha256:crashed")
    print(session.scoped_login, flush=True)
    for batch in session.stream(Statement(sql="", scoped=ScopedForm(views=views, sql=sql)), {}):
        pass
"""


def crash(owned: Owned) -> str:
    """Kill a process while its scoped statement runs; return the name that it left behind."""
    process = subprocess.Popen(
        [sys.executable, "-c", CRASHING, owned.scoped, VIEWS["scan_1"]],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    running = """
        SELECT count(*) FROM pg_stat_activity
        WHERE usename = %s AND state = 'active' AND query LIKE '%%random()%%'
    """
    with psycopg.connect(owned.admin, autocommit=True) as db:
        until(lambda: db.execute(running, [name]).fetchone() != (0,))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        process.stdout.close()
        # The server notices that the peer has gone without waiting for the statement's end.
        gone = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
        until(lambda: db.execute(gone, [name]).fetchone() == (0,))
    return name


def until(done: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def expire(owned: Owned, name: str) -> None:
    """Let the time pass that the leftover's comment names."""
    with psycopg.connect(owned.admin, autocommit=True) as db:
        row = db.execute(
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", [name]
        ).fetchone()
        assert row
        text = json.dumps(json.loads(row[0]) | {"expires": int(time.time()) - 1})
        for kind in ("ROLE", "SCHEMA"):
            db.execute(f"COMMENT ON {kind} {name} IS '{text}'")


@pytest.fixture
def doctor(owned: Owned, bench: Any, tmp_path: Path) -> Callable[..., tuple[int, Any]]:
    def run(*arguments: str, url: str = owned.scoped) -> tuple[int, Any]:
        config = tmp_path / "sluicegate.toml"
        config.write_text(f'policy = "state/policy.yaml"\n[sources]\nshop = "{url}"\n')
        command = ["doctor", "--format", "json", "--config", str(config), *arguments]
        result = CliRunner().invoke(app, command)
        return result.exit_code, json.loads(result.stdout)["checks"]

    return run


def of_scopes(checks: Any) -> list[Any]:
    return [c for c in checks if "sluicegate_" in c["message"]]


def test_a_killed_run_leaves_nothing_usable_and_doctor_cleans_up(
    owned: Owned, doctor: Callable[..., tuple[int, Any]], postgres: Any
) -> None:
    name = crash(owned)
    database = owned.account.partition("?")[0].rpartition("/")[2]
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(postgres.uri_of(database, user=name))
    code, checks = doctor("--fix")
    (found,) = of_scopes(checks)
    assert (code, found["health"]) == (1, "finding")
    assert "sha256:crashed" in found["message"]
    assert "nobody can log in" in found["message"]
    assert "expired" in found["hint"]
    assert owned.names() == {name}, "a run that may still be under way is left alone"
    expire(owned, name)
    code, checks = doctor()
    assert (code, of_scopes(checks)[0]["hint"]) == (1, "sluicegate doctor --fix")
    assert owned.names() == {name}
    code, checks = doctor("--fix")
    assert (code, of_scopes(checks)[0]["health"]) == (0, "fine")
    assert owned.names() == set()
    assert doctor()[0] == 0


def test_the_next_scope_sweeps_what_has_expired(owned: Owned, bench: Any) -> None:
    name = crash(owned)
    extract(bench, "SELECT id FROM people WHERE id > 1")
    assert owned.names() == {name}
    expire(owned, name)
    extract(bench, "SELECT id FROM people WHERE id > 1")
    assert owned.names() == set()


def test_doctor_leaves_alone_what_is_not_its_own(
    owned: Owned, doctor: Callable[..., tuple[int, Any]]
) -> None:
    name = new_name()
    with psycopg.connect(owned.admin, autocommit=True) as db:
        db.execute(f"CREATE ROLE {name} LOGIN; CREATE SCHEMA {name}")
        try:
            code, checks = doctor("--fix")
            (found,) = of_scopes(checks)
            assert (code, found["health"]) == (1, "finding")
            assert "still log in" in found["message"]
            assert "administrator" in found["hint"]
            assert owned.names() == {name}
        finally:
            db.execute(f"DROP SCHEMA {name}; DROP ROLE {name}")


def test_doctor_tells_of_a_run_under_way_and_leaves_it(
    owned: Owned, doctor: Callable[..., tuple[int, Any]]
) -> None:
    made = Scope("shop", Sensitive(owned.account), new_name())
    try:
        made.open(VIEWS, "sha256:run", 60)
        code, checks = doctor("--fix")
        assert (code, of_scopes(checks)[0]["health"]) == (0, "fine")
        assert owned.names() == {made.name}
    finally:
        made.close()


def test_doctor_tells_of_rights_that_are_too_many_or_too_few(
    owned: Owned, doctor: Callable[..., tuple[int, Any]], postgres: Any
) -> None:
    code, checks = doctor(url=owned.admin)
    assert code == 1
    assert any("superuser" in c["message"] for c in checks)
    name = f"meagre_{os.getpid()}"
    database = owned.account.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(owned.admin, autocommit=True) as db:
        db.execute(f"CREATE ROLE {name} LOGIN; GRANT INSERT ON people TO {name}")
    url = postgres.uri_of(database, user=name) + "&sluicegate_scoped_role=true"
    code, checks = doctor(url=url)
    assert code == 2
    assert any("CREATEROLE" in c["message"] and c["health"] == "wrong" for c in checks)
    assert any("may write to 1" in c["message"] for c in checks)


def test_doctor_says_what_is_wrong_and_what_cannot_be_reached(
    doctor: Callable[..., tuple[int, Any]], owned: Owned, tmp_path: Path
) -> None:
    code, checks = doctor(url="postgresql://u:hidden-word@127.0.0.1:1/db")
    assert code == 3
    assert checks[-1]["health"] == "unavailable"
    assert "hidden-word" not in json.dumps(checks)
    assert doctor(url="env:NO_SUCH_VARIABLE")[0] == 2
    (tmp_path / "state" / "policy.yaml").write_text("version: 7")
    code, checks = doctor()
    assert (code, [c["area"] for c in checks if c["health"] == "wrong"]) == (2, ["policy"])


def test_doctor_notices_a_ledger_that_was_changed(
    doctor: Callable[..., tuple[int, Any]], bench: Any, tmp_path: Path
) -> None:
    import sqlite3

    extract(bench, "SELECT id FROM people WHERE id > 1")
    (tmp_path / ".sluicegate").mkdir()
    for name in ("ledger.db", "keys"):
        (tmp_path / "state" / name).rename(tmp_path / ".sluicegate" / name)
    code, checks = doctor()
    assert (code, next(c["message"] for c in checks if c["area"] == "ledger")[:5]) == (0, "whole")
    with sqlite3.connect(tmp_path / ".sluicegate" / "ledger.db") as db:
        triggers = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            db.execute(f'DROP TRIGGER "{name}"')
        (table,) = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%body%'"
        ).fetchone()
        db.execute(f"UPDATE {table} SET body = replace(body, 'shop', 'ship')")
        for _, text in triggers:
            db.execute(text)
    db.close()
    code, checks = doctor()
    (found,) = [c for c in checks if c["area"] == "ledger"]
    assert (code, found["health"]) == (1, "finding")


@pytest.mark.parametrize(
    ("uri", "rest", "scoped"),
    [
        ("postgresql://u:p@h/d", "postgresql://u:p@h/d", False),
        ("postgresql://u:p@h/d?sluicegate_scoped_role=true", "postgresql://u:p@h/d", True),
        (
            "postgresql://u:p@h/d?a=1&sluicegate_scoped_role=1&host=/x/y",
            "postgresql://u:p@h/d?a=1&host=/x/y",
            True,
        ),
        ("postgresql://u:p?x@h/d?sluicegate_scoped_role=off", "postgresql://u:p?x@h/d", False),
    ],
)
def test_the_option_never_reaches_the_client_library(uri: str, rest: str, scoped: bool) -> None:
    assert take_scoped_role(uri) == (rest, scoped)
    source = open_source("shop", uri)
    assert isinstance(source, PostgresSource)
    assert (source.uri.reveal(), source.scoped_role) == (rest, scoped)


@pytest.mark.parametrize("value", ["maybe", "true&sluicegate_scoped_role=false"])
def test_an_option_that_says_neither_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError):
        open_source("shop", f"postgresql://u@h/d?sluicegate_scoped_role={value}")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("postgresql://u:p@h:5/d?sslmode=require", "@h:5/db?sslmode=require&options="),
        ("postgresql://h1:1,h2:2", "@h1:1,h2:2/db?options="),
        (
            "postgresql:///x?host=/s&user=u&password=w&dbname=y&options=-crole%3Dx",
            "@/db?host=/s&options=",
        ),
        ("postgresql://u:a?b:c@h/d", "@h/db?options="),
    ],
)
def test_another_login_on_the_same_server(uri: str, expected: str) -> None:
    made = with_login(uri, "me", "p/w", "db")
    assert made == f"postgresql://me:p%2Fw{expected}"
    assert psycopg.conninfo.conninfo_to_dict(made)["user"] == "me"


def test_a_service_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="service"):
        with_login("postgresql:///?service=shop", "me", "pw", "db")
