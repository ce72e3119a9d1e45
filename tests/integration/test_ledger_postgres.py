"""The ledger on a real PostgreSQL: many writers, refusals, failures."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger_kills import survive
from sluicegate.errors import ChainBroken, LedgerError, LedgerUnavailable
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.ledger.postgres_schema import EARLY_DDL
from sluicegate.ledger.proof import check_proof, prove_record
from sluicegate.ledger.retention import Retention
from sluicegate.model.events import AlreadyRecorded, Event

pytestmark = pytest.mark.postgres
FORK = multiprocessing.get_context("fork")
SIGNER = Ed25519Signer(bytes(range(32)))
TRUSTED = {SIGNER.key_id: SIGNER.public_key}
EVENT = Event(kind="k", subject="s", body={"text": "ü\x00"})


@pytest.fixture
def uri(postgres: Any) -> str:
    return str(postgres.database())


@pytest.fixture
def ledger(uri: str) -> Iterator[Ledger]:
    with closing(open_ledger(uri, SIGNER)) as opened:
        yield opened


@pytest.fixture
def raw(uri: str, ledger: Ledger) -> Iterator[psycopg.Connection]:
    with psycopg.connect(uri, autocommit=True) as connection:
        yield connection


def test_records_come_back_as_they_were_written(ledger: Ledger, uri: str) -> None:
    written = [ledger.append(EVENT, once=f"o{n}") for n in range(3)]
    assert list(ledger.records()) == written
    with closing(open_ledger(uri, None)) as reader:
        assert reader.head() == written[-1]
        assert reader.verify(TRUSTED, [(r.sequence, r.hash) for r in written]).ok
    with pytest.raises(AlreadyRecorded):
        ledger.append(EVENT, once="o1")


@pytest.mark.parametrize("scheme", ["postgresql://", "postgres://", "postgresql+psycopg://"])
def test_the_usual_addresses_name_the_same_ledger(uri: str, scheme: str) -> None:
    with closing(open_ledger(uri.replace("postgresql://", scheme), SIGNER)) as opened:
        opened.append(EVENT)


def test_reading_never_makes_a_table(uri: str) -> None:
    with pytest.raises(LedgerError, match="there is no ledger"):
        open_ledger(uri, None)


@pytest.mark.slow
def test_eight_processes_lose_double_and_fork_nothing(ledger: Ledger) -> None:
    def work(worker: int) -> None:
        for n in range(50):
            ledger.append(Event(kind="k", subject=f"worker-{worker}", body={"n": n}))

    ledger = Ledger(ledger._store, SIGNER, timeout_seconds=60)
    workers = [FORK.Process(target=work, args=(w,)) for w in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0] * 8
    report = ledger.verify(TRUSTED)
    assert report.ok, report.fault
    assert report.records == 400
    for w in range(8):
        assert [r.body["n"] for r in ledger.records(subject=f"worker-{w}")] == list(range(50))


def test_processes_that_open_a_new_ledger_at_once_make_one(uri: str) -> None:
    def work() -> None:
        open_ledger(uri, SIGNER).append(EVENT, once="only")

    workers = [FORK.Process(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(w.exitcode or 0 for w in workers) == [0, 1, 1, 1]
    assert open_ledger(uri, None).verify(TRUSTED).records == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sluicegate_ledger SET body = '{}'",
        "UPDATE sluicegate_ledger SET body = '', salt = NULL",
        "UPDATE sluicegate_ledger_nodes SET hash = 'x'",
        "DELETE FROM sluicegate_ledger_nodes",
        "DELETE FROM sluicegate_ledger",
        "TRUNCATE sluicegate_ledger",
        "INSERT INTO sluicegate_ledger SELECT * FROM sluicegate_ledger ON CONFLICT (sequence) DO UPDATE SET kind = 'x'",
        "MERGE INTO sluicegate_ledger l USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_the_database_itself_refuses_changes(
    ledger: Ledger, raw: psycopg.Connection, sql: str, role: str
) -> None:
    ledger.append_all([EVENT] * 256)  # one node of the tree
    raw.execute(f"SET session_replication_role = {role}".encode())
    with pytest.raises(psycopg.errors.RestrictViolation):
        raw.execute(sql.encode())
    assert ledger.verify(TRUSTED).records == 256


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE sluicegate_ledger DISABLE TRIGGER sluicegate_ledger_append_only",
        "DROP TRIGGER sluicegate_ledger_append_only ON sluicegate_ledger",
        "CREATE RULE evil AS ON INSERT TO sluicegate_ledger DO INSTEAD NOTHING",
        "ALTER TABLE sluicegate_ledger ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE sluicegate_ledger ADD COLUMN more text",
        "ALTER TABLE sluicegate_ledger ALTER COLUMN once TYPE varchar(9)",
        "CREATE OR REPLACE FUNCTION sluicegate_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "CREATE OR REPLACE FUNCTION sluicegate_ledger_drop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "ALTER TABLE sluicegate_ledger_nodes DISABLE TRIGGER ALL",
    ],
)
def test_a_changed_schema_is_told(
    uri: str, ledger: Ledger, raw: psycopg.Connection, sql: str
) -> None:
    raw.execute(sql.encode())
    report = ledger.verify(TRUSTED)
    assert report.fault is not None
    assert report.fault.code == "schema"
    with pytest.raises(LedgerError, match="not of this version"):
        open_ledger(uri, SIGNER)


def test_a_rule_that_swallows_records_is_noticed(ledger: Ledger, raw: psycopg.Connection) -> None:
    raw.execute("CREATE RULE evil AS ON INSERT TO sluicegate_ledger DO INSTEAD NOTHING")
    with pytest.raises(LedgerUnavailable, match="did not keep"):
        ledger.append(EVENT)


@pytest.mark.parametrize(
    "change",
    [
        "RETURN NULL",
        "NEW.body := '{}'; RETURN NEW",
        "NEW.signature := 'x'; RETURN NEW",
        "NEW.once := NEW.sequence; RETURN NEW",
        "NEW.sequence := NEW.sequence + 1; RETURN NEW",
    ],
)
def test_a_trigger_that_swallows_or_changes_records_is_noticed_before_the_commit(
    ledger: Ledger, raw: psycopg.Connection, change: str
) -> None:
    written = [ledger.append(EVENT)]
    raw.execute(
        f"CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {change}; END $$".encode()
    )
    raw.execute(
        "CREATE TRIGGER evil BEFORE INSERT ON sluicegate_ledger FOR EACH ROW EXECUTE FUNCTION evil()"
    )
    for number in (1, 300):  # 300 complete a tile of the tree, and are committed apart
        with pytest.raises(LedgerUnavailable, match="did not keep"):
            ledger.append_all([EVENT] * number)
    raw.execute("DROP TRIGGER evil ON sluicegate_ledger")
    assert list(ledger.records()) == written
    ledger.append_all([EVENT] * 300)
    assert ledger.verify(TRUSTED).records == 301


def test_forged_and_doubled_rows_are_found(ledger: Ledger, raw: psycopg.Connection) -> None:
    for _ in range(3):
        ledger.append(EVENT)
    raw.execute("ALTER TABLE sluicegate_ledger DISABLE TRIGGER ALL")
    raw.execute("UPDATE sluicegate_ledger SET subject = 'x' WHERE sequence = 2")
    report = ledger.verify(TRUSTED)
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (2, "hash")
    raw.execute("UPDATE sluicegate_ledger SET subject = 's' WHERE sequence = 2")
    raw.execute("ALTER TABLE sluicegate_ledger DROP CONSTRAINT sluicegate_ledger_pkey")
    raw.execute("ALTER TABLE sluicegate_ledger DROP CONSTRAINT sluicegate_ledger_previous_key")
    raw.execute("ALTER TABLE sluicegate_ledger DROP CONSTRAINT sluicegate_ledger_hash_key")
    raw.execute("INSERT INTO sluicegate_ledger SELECT * FROM sluicegate_ledger WHERE sequence = 3")
    report = ledger.verify(TRUSTED)
    assert report.fault is not None
    assert report.fault.code == "extra"


def test_a_lock_that_is_never_released_ends_at_the_bound(
    ledger: Ledger, raw: psycopg.Connection, uri: str
) -> None:
    impatient = Ledger(ledger._store, SIGNER, timeout_seconds=0.5)
    with psycopg.connect(uri) as holder:
        holder.execute("LOCK TABLE sluicegate_ledger IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        with pytest.raises(LedgerUnavailable, match="locked") as caught:
            impatient.append(EVENT)
        assert time.monotonic() - began < 5
    assert caught.value.retryable
    impatient.append(EVENT)


def test_a_broken_connection_is_tried_again_and_doubles_nothing(
    ledger: Ledger, raw: psycopg.Connection, uri: str
) -> None:
    """The server ends every writer's session again and again, as a failover does."""
    stop = threading.Event()
    ended: list[int] = []
    ledger = Ledger(ledger._store, SIGNER, timeout_seconds=60)

    def interrupt() -> None:
        moments = random.Random(7)
        with psycopg.connect(uri, autocommit=True) as other:
            while not stop.wait(moments.uniform(0.02, 0.3)):
                found = other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'sluicegate ledger' AND datname = current_database()"
                )
                ended.append(len(found.fetchall()))

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        written: list[object] = []
        while len(written) < 30 or (sum(ended) < 3 and len(written) < 3000):
            written.append(ledger.append(EVENT, once=f"o{len(written)}"))
    finally:
        stop.set()
        thread.join()
    assert list(ledger.records()) == written
    assert ledger.verify(TRUSTED).records == len(written)
    assert sum(ended) > 0


def test_an_answer_that_was_lost_after_the_commit_is_not_written_twice(ledger: Ledger) -> None:
    from sqlalchemy.exc import OperationalError

    store = ledger._store
    appending = store.appending
    broken: list[int] = []

    def losing(*asked: Any) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def block() -> Iterator[Any]:
            with appending(*asked) as opened:
                yield opened
            if not broken:
                broken.append(1)
                raise OperationalError("COMMIT", None, psycopg.OperationalError("lost"))

        return block()

    store.appending = losing  # type: ignore[method-assign,assignment]  # a fault no server can be asked for
    first = ledger.append(EVENT)
    assert broken
    assert [r.hash for r in ledger.records()] == [first.hash]


def test_nobody_at_the_address_is_unavailable_and_shows_no_password() -> None:
    password = "canary-" + "password"
    uri = f"postgresql://someone:{password}@127.0.0.1:1/none?application_name={password}"
    with pytest.raises(LedgerUnavailable) as caught:
        open_ledger(uri, SIGNER, timeout_seconds=2)
    assert caught.value.retryable
    assert password not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_unknown_database_is_unavailable(postgres: Any) -> None:
    with pytest.raises(LedgerUnavailable, match="cannot be reached"):
        open_ledger(postgres.uri_of("no_such_database"), SIGNER)


def test_select_and_insert_are_enough(
    postgres: Any, uri: str, ledger: Ledger, raw: psycopg.Connection
) -> None:
    name = uri.split("/")[3].split("?", maxsplit=1)[0]
    raw.execute(f"CREATE ROLE writer_{name} LOGIN".encode())
    raw.execute(f"CREATE ROLE reader_{name} LOGIN".encode())
    tables = "sluicegate_ledger, sluicegate_ledger_nodes"
    raw.execute(f"GRANT SELECT, INSERT ON {tables} TO writer_{name}".encode())
    raw.execute(f"GRANT SELECT ON {tables} TO reader_{name}".encode())
    database = raw.info.dbname
    writer = open_ledger(postgres.uri_of(database, user=f"writer_{name}"), SIGNER)
    writer.append_all([EVENT] * 300)
    writer.checkpoint()
    reader = open_ledger(postgres.uri_of(database, user=f"reader_{name}"), SIGNER)
    assert reader.verify(TRUSTED).records == 301
    with pytest.raises(LedgerUnavailable, match="42501"):
        reader.append(EVENT)


def test_a_database_that_defers_its_commits_or_pins_its_snapshots_does_not_matter(
    uri: str, raw: psycopg.Connection
) -> None:
    raw.execute(f"ALTER DATABASE {raw.info.dbname} SET synchronous_commit = off".encode())
    raw.execute(
        f"ALTER DATABASE {raw.info.dbname} SET default_transaction_isolation = 'serializable'".encode()
    )

    def work() -> None:
        mine = open_ledger(uri, SIGNER, timeout_seconds=30)
        for _ in range(10):
            mine.append(EVENT)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger = open_ledger(uri, SIGNER)
    assert ledger.verify(TRUSTED).records == 30
    with ledger._store.writing(5) as connection:
        level = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
        isolation = connection.exec_driver_sql("SHOW transaction_isolation").scalar_one()
    assert (level, isolation) == ("on", "read committed")


def test_a_read_only_server_is_unavailable(uri: str, raw: psycopg.Connection) -> None:
    raw.execute(f"ALTER DATABASE {raw.info.dbname} SET default_transaction_read_only = on".encode())
    with (
        closing(open_ledger(uri, SIGNER, timeout_seconds=0.3)) as ledger,
        pytest.raises(LedgerUnavailable, match="read-only"),
    ):
        ledger.append(EVENT)


@pytest.mark.slow
def test_eight_processes_that_are_killed_lose_and_double_nothing(uri: str, tmp_path: Path) -> None:
    found = survive(uri, each=100, kills=8, folder=tmp_path)
    assert found["kills"] == 8
    assert (found["lost"], found["doubled"], found["missing"]) == (0, 0, 0)
    assert found["records"] == 800


def test_records_are_proven_and_lies_of_the_server_are_not(
    ledger: Ledger, raw: psycopg.Connection
) -> None:
    ledger.append_all([EVENT] * 600)
    ledger.checkpoint()
    for sequence in (1, 256, 600):
        assert check_proof(prove_record(ledger, sequence), TRUSTED).row is not None
    raw.execute("ALTER TABLE sluicegate_ledger_nodes DISABLE TRIGGER ALL")
    raw.execute("UPDATE sluicegate_ledger_nodes SET hash = repeat('0', 64)")
    with pytest.raises(ChainBroken):
        prove_record(ledger, 600)
    report = ledger.verify(TRUSTED)
    assert report.fault is not None
    assert report.fault.code == "tree"


def test_bodies_are_dropped_only_after_a_record_says_so(
    ledger: Ledger, raw: psycopg.Connection
) -> None:
    ledger.append_all([Event(kind="extract.intent", subject="s", body={"text": "x"})] * 3)
    forbidden = "UPDATE sluicegate_ledger SET body = '', salt = NULL WHERE sequence = 1"
    with pytest.raises(psycopg.errors.RestrictViolation):
        raw.execute(forbidden)
    later = datetime.now(UTC) + timedelta(days=1)
    assert Retention(ledger).drop(later, by="ann").bodies == 3
    with pytest.raises(psycopg.errors.RestrictViolation):
        raw.execute("UPDATE sluicegate_ledger SET body = '', salt = NULL, subject = 'x'")
    report = ledger.verify(TRUSTED)
    assert report.ok, report.fault
    assert (report.records, report.dropped) == (4, 3)


def test_tables_of_the_first_version_are_read_and_brought_forward(postgres: Any, uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        for statement in EARLY_DDL:
            connection.execute(statement.encode())
        connection.execute(b"CREATE ROLE early_writer LOGIN")
        connection.execute(b"GRANT SELECT, INSERT ON sluicegate_ledger TO early_writer")
        database = connection.info.dbname
    with closing(open_ledger(uri, None)) as reader:
        assert reader.verify(TRUSTED).ok
    with pytest.raises(LedgerUnavailable, match="42501"):
        open_ledger(postgres.uri_of(database, user="early_writer"), SIGNER)
    with closing(open_ledger(uri, SIGNER)) as ledger:
        ledger.append(EVENT)
        assert ledger.verify(TRUSTED).ok
    with closing(open_ledger(uri, SIGNER)) as again:
        assert again.head() is not None
