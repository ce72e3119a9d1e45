"""Questions, holds, and bodies that go while their records stay."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import ConfigurationError, LedgerError
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.ledger.drops import Ranges, as_ranges
from sluicegate.ledger.kinds import DROPPED, HELD
from sluicegate.ledger.proof import check_proof, prove_record
from sluicegate.ledger.question import Question, answers
from sluicegate.ledger.retention import Retention
from sluicegate.ledger.tables import facts_table, run_sql, write_table
from sluicegate.model.events import Event

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        self.now += timedelta(days=1)
        return self.now


def work(number: int, purpose: str, columns: list[str], status: str = "released") -> list[Event]:
    subject = f"sha256:{number:064x}"
    identity = {
        "orchestrator": "airflow",
        "pipeline": f"dag{number % 2}",
        "task": "t",
        "run": f"run-{number}",
        "triggered_by": "ann",
    }
    plan = {
        "digest": f"sha256:p{number}", "source": "shop", "purpose": purpose, "output": f"s3://lake/{number}",
        "relations": ["public.users"] if number % 2 else ["public.users", "public.orders"],
        "reads": columns, "columns": {"id": "pseudonymize"}, "policy": "sha256:policy-1",
    }  # fmt: skip
    return [
        Event(kind="extract.intent", subject=subject, body={"identity": identity, "plan": plan}),
        Event(
            kind="extract.outcome",
            subject=subject,
            body={
                "status": status,
                "rows": number,
                "reasons": [{"code": "LEAK"}] if status != "released" else [],
            },
        ),
    ]


@pytest.fixture
def ledger(path: Path, signer: Ed25519Signer) -> Iterator[Ledger]:
    with closing(open_ledger(str(path), signer, clock=Clock())) as opened:
        opened.append_all(work(1, "training", ["public.users.email", "public.users.id"]))
        opened.append_all(work(2, "care", ["public.users.id"]))
        opened.append_all(work(3, "training", ["public.users.Email"], "quarantined"))
        yield opened


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"column": "email"}, [1, 2, 5, 6]),
        ({"column": "public.users.email"}, [1, 2, 5, 6]),
        ({"column": "mail"}, []),
        ({"run": "run-2"}, [3, 4]),
        ({"pipeline": "DAG1"}, [1, 2, 5, 6]),
        ({"purpose": "care"}, [3, 4]),
        ({"purpose": "*a*", "kind": "extract.outcome"}, [2, 4, 6]),
        ({"table": "orders"}, [3, 4]),
        ({"status": "quarantined"}, [6]),
        ({"policy": "sha256:policy-1", "kind": "*.intent"}, [1, 3, 5]),
        ({"principal": "ann", "output": "s3://lake/3"}, [5, 6]),
        ({"since": BEGIN + timedelta(days=5)}, [5, 6]),
        ({"until": BEGIN + timedelta(days=3)}, [1, 2]),
        ({"column": "[a-z]*"}, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_questions(ledger: Ledger, question: dict[str, Any], expected: list[int]) -> None:
    asked = Question(**question)
    assert [f.sequence for f in answers(ledger, asked)] == expected
    assert Question.of(json.loads(json.dumps(asked.told()))) == asked


def test_an_outcome_tells_what_its_intent_does(ledger: Ledger) -> None:
    *_, last = answers(ledger, Question())
    assert (last.purpose, last.run, last.rows, last.codes) == ("training", "run-3", 3, ("LEAK",))


def test_sql_and_files(ledger: Ledger, tmp_path: Path) -> None:
    table = facts_table(answers(ledger, Question()))
    found = run_sql(
        table,
        "SELECT purpose, count(*) AS n FROM records WHERE 'public.orders' IN tables GROUP BY 1",
    )
    assert found.to_pylist() == [{"purpose": "care", "n": 2}]
    for name in ("a.parquet", "a.csv"):
        write_table(table, tmp_path / name)
    assert (tmp_path / "a.csv").read_text().count("public.users") >= 6
    with pytest.raises(ConfigurationError, match="there already"):
        write_table(table, tmp_path / "a.csv")
    with pytest.raises(ConfigurationError):
        write_table(table, tmp_path / "a.txt")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY records TO '/tmp/never.csv'",
        "ATTACH '/tmp/never.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SELECT * FROM table",
        "SELECT * FROM facts_table",
        "SELECT nonsense(",
        "SELECT CAST(purpose AS INTEGER) FROM records",
        "",
    ],
)
def test_sql_reaches_nothing_else(ledger: Ledger, sql: str) -> None:
    table = facts_table(answers(ledger, Question()))
    with pytest.raises(ConfigurationError) as caught:
        run_sql(table, sql)
    assert "training" not in str(caught.value)
    assert not Path("/tmp/never.csv").exists()


def test_bodies_go_and_records_stay(ledger: Ledger, signer: Ed25519Signer) -> None:
    ledger.checkpoint()
    trusted = {signer.key_id: signer.public_key}
    before = ledger.verify(trusted)
    root = ledger.tree.root(6)
    done = Retention(ledger).drop(BEGIN + timedelta(days=5), by="ann")
    assert (done.bodies, done.held) == (2, 0)
    dropped = [r for r in ledger.records() if r.dropped]
    assert [r.sequence for r in dropped] == [1, 3]
    assert [r.kind for r in dropped] == ["extract.intent"] * 2
    assert all(r.body == {} for r in dropped)
    report = ledger.verify(trusted)
    assert report.ok, report.fault
    assert (report.dropped, report.records) == (2, before.records + 1)
    assert ledger.tree.root(6) == root
    proven = check_proof(json.loads(json.dumps(prove_record(ledger, 1))), trusted)
    assert proven.row is not None
    assert proven.row.dropped
    told = next(ledger.records(kind=DROPPED))
    assert told.body["ranges"] == [[1, 1], [3, 3]]
    assert Retention(ledger).drop(BEGIN + timedelta(days=5), by="ann").bodies == 0


def test_nothing_of_a_body_is_left_in_the_file(ledger: Ledger, path: Path) -> None:
    def kept() -> bytes:
        """The file, and what SQLite writes beside it."""
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))

    assert b"run-2" in kept()
    Retention(ledger).drop(BEGIN + timedelta(days=5), by="ann")
    assert b"run-2" not in kept()


def test_a_hold_keeps_what_it_is_on(ledger: Ledger) -> None:
    retention = Retention(ledger)
    hold = retention.hold("case", Question(purpose="training"), by="ann", reason="court")
    assert retention.holds() == [hold]
    with pytest.raises(ConfigurationError, match="already"):
        retention.hold("case", Question(purpose="x"), by="ann", reason="")
    with pytest.raises(ConfigurationError, match="what it is on"):
        retention.hold("all", Question(), by="ann", reason="")
    later = BEGIN + timedelta(days=400)
    assert retention.drop(later, by="ann", dry=True).held == 2
    assert not any(r.dropped for r in ledger.records())
    done = retention.drop(later, by="ann")
    assert (done.bodies, done.held) == (1, 2)
    retention.end("case", by="ann", reason="closed")
    with pytest.raises(ConfigurationError, match="no hold"):
        retention.end("case", by="ann", reason="closed")
    assert retention.holds() == []
    assert retention.drop(later, by="ann").bodies == 2


def test_a_hold_that_cannot_be_read_keeps_everything(ledger: Ledger) -> None:
    ledger.append(
        Event(
            kind=HELD,
            subject="later",
            body={"question": {"colour": "red"}, "by": "x", "reason": ""},
        )
    )
    with pytest.raises(LedgerError, match="no hold as we write them"):
        Retention(ledger).drop(BEGIN + timedelta(days=400), by="ann")
    assert not any(r.dropped for r in ledger.records())


def test_a_drop_that_a_crash_interrupted_is_completed(
    ledger: Ledger, signer: Ed25519Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    retention = Retention(ledger)
    monkeypatch.setattr(Ledger, "drop_bodies", crash)
    with pytest.raises(KeyboardInterrupt):
        retention.drop(BEGIN + timedelta(days=5), by="ann")
    monkeypatch.undo()
    assert ledger.verify({signer.key_id: signer.public_key}).ok
    assert retention.drop(BEGIN + timedelta(days=5), by="ann").bodies == 0
    assert [r.sequence for r in ledger.records() if r.dropped] == [1, 3]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sluicegate_ledger SET body = '', salt = NULL WHERE sequence = 2",
        "UPDATE sluicegate_ledger SET body = '{}' WHERE sequence = 1",
        "UPDATE sluicegate_ledger SET body = '', salt = NULL, subject = 'x' WHERE sequence = 5",
        "UPDATE sluicegate_ledger SET body = '', salt = NULL, sequence = 99 WHERE sequence = 5",
    ],
)
def test_the_database_lets_no_body_go_that_no_record_tells_of(
    ledger: Ledger, path: Path, signer: Ed25519Signer, sql: str
) -> None:
    """Its trigger stops the careless; what gets past it, ``verify`` finds."""
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as raw,
        pytest.raises(sqlite3.IntegrityError),
    ):
        raw.execute(sql)
    Retention(ledger).drop(BEGIN + timedelta(days=2), by="ann")
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        try:
            raw.execute(sql)
        except sqlite3.IntegrityError:
            return
    report = ledger.verify({signer.key_id: signer.public_key})
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (2, "dropped")


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)).map(sorted)), st.integers(0, 61))
def test_ranges_hold_what_they_name(ranges: list[list[int]], number: int) -> None:
    assert (number in Ranges(ranges)) is any(a <= number <= b for a, b in ranges)
    numbers = sorted({n for a, b in ranges for n in range(a, b + 1)})
    assert [n for a, b in as_ranges(numbers) for n in range(a, b + 1)] == numbers
