"""Guardrails that need more than the statement, and what a policy can make of each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sluicegate import Status
from sluicegate.errors import SourceUnavailable
from sluicegate.gate.outputs import lies_within
from sluicegate.policy import check_policy

POLICY = """
version: 1
name: guardrails
sources:
  shop:
    environment: prod
    tables:
      {table}:
        columns: {{id: public, plan: public, email: email}}
classes:
  email: {{mask: pseudonymize}}
{guardrails}
rules:
  - id: all
    effect: permit
    principals: [{{pipeline: "*"}}]
    purposes: [p]
    sources: [shop]
    tables: ["*"]
{rule}
"""
ASKING = "guardrails: {{severity: {{{}}}, approval: {{approvers: [zoe]}}}}"


def policy(guardrails: str = "", rule: str = "", table: str = "main.people") -> str:
    return POLICY.format(guardrails=guardrails, rule=rule, table=table)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE people (id INTEGER, plan TEXT, email TEXT)")
        rows = [(n, "pro", f"p{n}@example.com") for n in range(100)]
        db.executemany("INSERT INTO people VALUES (?, ?, ?)", rows)
    db.close()
    return path


@pytest.fixture
def bench(make_bench: Callable[..., Any], people: Path) -> Callable[..., Any]:
    def make(guardrails: str = "", rule: str = "") -> Any:
        return make_bench({"shop": f"sqlite:///{people}"}, policy(guardrails, rule))

    return make


def ask(bench: Any, sql: str = "SELECT id, email FROM people WHERE id >= 0", **changes: Any) -> Any:
    output = changes.pop("output", str(bench.folder / f"out{next(bench.runs)}"))
    request = bench.request(source="shop", sql=sql, purpose="p", output=output)
    identity = bench.identity(**({"environment": "prod"} | changes))
    with bench.gate() as gate:
        return gate.extract(request, identity)


def codes(reasons: Any) -> list[str]:
    return [r.code for r in reasons]


def test_the_first_run_of_a_task_is_told_once(bench: Callable[..., Any]) -> None:
    own = bench()
    assert codes(ask(own).plan.warnings) == ["G33"]
    assert codes(ask(own).plan.warnings) == []
    assert codes(ask(own, task="other").plan.warnings) == ["G33"]


def test_a_refused_or_failed_run_is_no_first_run(bench: Callable[..., Any]) -> None:
    own = bench()
    assert ask(own, "SELECT upper(email) AS e FROM people").status is Status.REFUSED
    assert codes(ask(own).plan.warnings) == ["G33"]


def test_a_first_run_can_need_an_approval_and_its_retry_replays(bench: Callable[..., Any]) -> None:
    own = bench(ASKING.format("G33: ask"))
    output = str(own.folder / "out")
    first = ask(own, run="r1", output=output)
    assert codes(first.reasons) == ["APPROVAL-MISSING"]
    with own.gate() as gate:
        gate.approvals.approve(first.approval, person="zoe")
    assert ask(own, run="r1", output=output).released
    again = ask(own, run="r1", output=output)
    assert again.released
    assert again.replayed
    assert ask(own, run="r2").released


def test_the_warnings_are_in_what_is_approved(bench: Callable[..., Any]) -> None:
    own = bench(ASKING.format("G31: ask, G33: ignore"))
    outcome = ask(own, "SELECT * FROM people WHERE id > 1")
    assert codes(outcome.reasons) == ["APPROVAL-MISSING"]
    with own.gate() as gate:
        (request,) = gate.approvals.list()
        assert "G31" in str(request.summary["warnings"])


@pytest.mark.parametrize(
    ("severity", "status"),
    [("ignore", Status.RELEASED), ("warn", Status.RELEASED), ("error", Status.REFUSED)],
)
def test_a_policy_gives_severities(
    bench: Callable[..., Any], severity: str, status: Status
) -> None:
    own = bench(f"guardrails: {{severity: {{G30: {severity}, G33: ignore}}}}")
    outcome = ask(own, "SELECT id FROM people")
    assert outcome.status is status
    said = outcome.reasons if status is Status.REFUSED else outcome.plan.warnings
    assert codes(said) == ([] if severity == "ignore" else ["G30"])


def test_a_new_column_at_the_source_is_told(bench: Callable[..., Any], people: Path) -> None:
    own = bench()
    ask(own)
    with sqlite3.connect(people) as db:
        db.execute("ALTER TABLE people ADD COLUMN nickname TEXT")
    db.close()
    (told,) = ask(own).plan.warnings
    assert told.code == "G35"
    assert "main.people.nickname" in told.message
    assert codes(ask(own).plan.warnings) == []


@pytest.mark.parametrize("severity", ["warn", "error"])
def test_half_the_rows_are_told_or_stopped(
    bench: Callable[..., Any], people: Path, severity: str
) -> None:
    own = bench(f"guardrails: {{severity: {{G34: {severity}}}}}")
    assert ask(own).warnings == ()
    with sqlite3.connect(people) as db:
        db.execute("DELETE FROM people WHERE id >= 40")
    db.close()
    outcome = ask(own)
    stopped = severity == "error"
    assert outcome.status is (Status.QUARANTINED if stopped else Status.RELEASED)
    (told,) = outcome.reasons if stopped else outcome.warnings
    assert (told.code, "40 after 100" in told.message) == ("G34", True)
    assert Path(outcome.output or outcome.quarantine).is_dir()
    other = ask(own, "SELECT id FROM people WHERE id < 3")
    assert other.released, "another statement has other numbers"
    assert other.warnings == ()


def test_data_of_another_environment_is_told(bench: Callable[..., Any]) -> None:
    own = bench("guardrails: {severity: {G33: ignore}}")
    (told,) = ask(own, environment="dev").plan.warnings
    assert told.code == "G37"
    assert codes(ask(own).plan.warnings) == []


def test_an_output_outside_of_the_policys_folders_is_refused(
    bench: Callable[..., Any], tmp_path: Path
) -> None:
    own = bench(rule=f"    outputs: ['{tmp_path}/lake/*']")
    (tmp_path / "lake").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "lake" / "link").symlink_to(tmp_path / "elsewhere")
    assert ask(own, output=f"{tmp_path}/lake/train/x").released
    for output in ("elsewhere/x", "lake/../elsewhere/x", "lake/link/x", "lakes/x"):
        outcome = ask(own, output=f"{tmp_path}/{output}")
        assert codes(outcome.reasons) == ["G18"], output
        assert not (tmp_path / "elsewhere" / "x").exists()


@pytest.mark.parametrize(
    ("output", "patterns", "within"),
    [
        ("lake/a", ["lake"], True),
        ("lake/a/b", ["lake/*"], True),
        ("lake", ["lake/*"], False),
        ("lakeside/a", ["lake"], False),
        ("s3://bucket/train/x", ["s3://bucket/train/*"], True),
        ("s3://bucket/test/x", ["s3://bucket/train/*"], False),
        ("s3://bucket/train/../secret", ["s3://bucket/train/*"], False),
        ("S3A://bucket/train/x", ["s3://bucket/train/*"], True),
        ("s3://bucket/train/x", ["s3a://bucket/train/"], True),
        ("table://warehouse/train.x", ["table://warehouse/train.*"], True),
        ("table://warehouse/secret.x", ["table://warehouse/train.*"], False),
        ("/lake/x", ["lake/*"], False),
    ],
)
def test_folders(
    output: str, patterns: list[str], within: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert lies_within(output, patterns) is within


@pytest.mark.parametrize(
    ("guardrails", "fault"),
    [
        ("guardrails: {severity: {G02: warn}}", "cannot be changed"),
        ("guardrails: {severity: {G99: warn}}", "G99"),
        ("guardrails: {severity: {G31: off}}", "ignore"),
        ("guardrails: {severity: {G31: ask}}", "name nobody"),
        (ASKING.format("G34: ask"), "only after the extract"),
        (
            "guardrails: {approval: {required: 2, approvers: [zoe]}}",
            "2 people must consent and 1 may",
        ),
    ],
)
def test_severities_that_would_not_hold_are_faults(guardrails: str, fault: str) -> None:
    found = check_policy(policy(guardrails))
    assert [str(f) for f in found if fault in str(f)], found


@contextmanager
def table(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE people AS SELECT g AS id, 'pro' AS plan, g::text AS email"
            " FROM generate_series(1, 10000) AS g"
        )
        owner.execute("ANALYZE people")
        yield owner


@pytest.mark.postgres
def test_the_planner_is_asked_before_a_row_is(
    make_bench: Callable[..., Any], postgres: Any
) -> None:
    url = postgres.database("guardrails_cost")
    limits = policy(rule="    limits: {cost: 5000, rows: 9000}", table="public.people")
    with table(url):
        own = make_bench({"shop": url}, limits)
        cheap = ask(own, "SELECT id FROM people WHERE id = 7")
        assert cheap.released
        assert cheap.plan.estimate.cost < 5000
        dear = ask(own, "SELECT a.id FROM people a CROSS JOIN people b WHERE a.id < b.id")
        assert codes(dear.reasons) == ["G16"]
        assert "cost" in dear.reasons[0].message
        with own.gate() as gate:
            wide = own.request(source="shop", sql="SELECT id FROM people", purpose="p")
            planned = gate.plan(wide, own.identity(environment="prod"))
        assert "G16" in codes(planned.plan.warnings)


@pytest.mark.postgres
def test_a_table_that_is_altered_while_it_is_planned_is_noticed(
    make_bench: Callable[..., Any], postgres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sluicegate.sources.postgres_session import PostgresSession

    url = postgres.database("guardrails_altered")
    with table(url) as owner:
        own = make_bench({"shop": url}, policy(table="public.people"))
        estimate = PostgresSession.estimate

        def altered_first(session: Any, statement: Any, parameters: Any) -> Any:
            owner.execute("ALTER TABLE people RENAME COLUMN plan TO tariff")
            owner.execute("ALTER TABLE people RENAME COLUMN email TO plan")
            return estimate(session, statement, parameters)

        def altered_afterwards(session: Any, statement: Any, parameters: Any) -> Any:
            found = estimate(session, statement, parameters)
            owner.execute("SET lock_timeout = '200ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                owner.execute("ALTER TABLE people RENAME COLUMN plan TO other")
            return found

        monkeypatch.setattr(PostgresSession, "estimate", altered_afterwards)
        assert ask(own, "SELECT id, plan FROM people").released
        monkeypatch.setattr(PostgresSession, "estimate", altered_first)
        with pytest.raises(SourceUnavailable, match="was altered"):
            ask(own, "SELECT id, plan FROM people")
