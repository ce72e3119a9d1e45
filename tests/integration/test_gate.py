"""The eight steps on a real PostgreSQL: what is released, refused, quarantined, and left behind."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from sluicegate import Status
from sluicegate.errors import (
    BudgetExceeded,
    ConfigurationError,
    IntegrityError,
    KeyUnavailable,
    OutputExists,
    SinkError,
    SluicegateError,
    SourceError,
    SourceUnavailable,
    UnknownNameError,
)
from sluicegate.evidence import verify_output
from sluicegate.mask import Pseudonymizer, inner_digest
from sluicegate.model.data import DataClass

pytestmark = pytest.mark.postgres


def released(folder: Path) -> pa.Table:
    return pa.concat_tables(pq.read_table(p) for p in sorted(folder.glob("*.parquet")))


def codes(outcome: Any) -> set[str]:
    return {r.code for r in outcome.reasons}


def test_an_extract_is_masked_attested_and_recorded(shop_bench: Any, shop_database: Any) -> None:
    with shop_bench.gate() as gate:
        outcome = gate.extract(shop_bench.request(), shop_bench.identity())
        assert outcome.status is Status.RELEASED, outcome.reasons
        assert gate.ledger.verify(gate.trusted).ok
        kinds = [r.kind for r in gate.ledger.records()]
        assert kinds[:2] == ["key.created", "extract.intent"]
        assert kinds[2:] == ["extract.verified", "extract.outcome", "extract.baseline"]
        assert verify_output(Path(outcome.output), gate.trusted).ok
    table = released(Path(outcome.output))
    assert table.num_rows == outcome.rows == 400
    assert table["ssn"].null_count == 400
    assert pc.all(pc.match_substring_regex(table["email"].drop_null(), "^[0-9a-f]{32}$")).as_py()
    assert {d.month for d in table["birth_date"].to_pylist() if d} == {1}
    raw = b"".join(p.read_bytes() for p in Path(outcome.output).rglob("*") if p.is_file())
    plain = "\n".join(str(row) for row in table.to_pylist()).encode()
    assert not shop_database.planted.found_in(raw + plain)
    assert outcome.scan is not None
    assert outcome.scan.total == 0
    assert sum(r.count for r in outcome.redactions) > 0
    assert any("names of people" in spot for spot in outcome.blind_spots)


def test_pseudonyms_are_what_the_promise_says(shop_bench: Any, shop_database: Any) -> None:
    with shop_bench.gate() as gate:
        outcome = gate.extract(shop_bench.request(), shop_bench.identity())
        services = gate._services.for_purpose("churn_training", by="test")
    key = services.keyring.derive("pseudonym", "churn_training")
    emails = shop_database.shop.customers["email"].combine_chunks()
    expected = Pseudonymizer(key).apply(inner_digest(emails, DataClass("email")), 32)
    given = released(Path(outcome.output))["email"]
    assert sorted(filter(None, given.to_pylist())) == sorted(filter(None, expected.to_pylist()))


def test_masked_tables_join_like_the_raw_ones(shop_bench: Any, shop_database: Any) -> None:
    def extract(sql: str, output: str) -> pa.Table:
        request = shop_bench.request(sql=sql, output=str(shop_bench.folder / output))
        with shop_bench.gate() as gate:
            outcome = gate.extract(request, shop_bench.identity())
        assert outcome.released, outcome.reasons
        return released(Path(outcome.output))

    customers = extract("SELECT id, plan FROM customers", "customers")
    orders = extract("SELECT id, customer_id, amount FROM orders", "orders")
    joined = orders.join(customers, "customer_id", "id", join_type="inner")
    inside = extract(
        "SELECT o.id, c.plan FROM orders o JOIN customers c ON c.id = o.customer_id", "joined"
    )
    with psycopg.connect(shop_database.admin) as connection:
        row = connection.execute(
            "SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE status <> 'test'"
        ).fetchone()
    assert row
    assert joined.num_rows == inside.num_rows == row[0]


def test_a_bound_parameter_finds_its_pseudonym(shop_bench: Any, shop_database: Any) -> None:
    email = next(filter(None, shop_database.shop.customers["email"].to_pylist()))
    request = shop_bench.request(
        sql="SELECT plan FROM customers WHERE email = :email", parameters={"email": email}
    )
    with shop_bench.gate() as gate:
        outcome = gate.extract(request, shop_bench.identity())
    assert outcome.released, outcome.reasons
    assert outcome.rows >= 1
    state = b"".join(p.read_bytes() for p in shop_bench.folder.rglob("*") if p.is_file())
    assert email.encode() not in state


def test_typed_parameters(shop_bench: Any) -> None:
    request = shop_bench.request(
        sql="SELECT plan FROM customers WHERE created_at >= :since AND plan <> :plan",
        parameters={"since": "2000-01-01", "plan": "none"},
    )
    with shop_bench.gate() as gate:
        assert gate.extract(request, shop_bench.identity()).rows == 400


def test_a_leak_is_quarantined_without_the_leak(shop_bench: Any, shop_database: Any) -> None:
    request = shop_bench.request(sql="SELECT id, status, gateway_ref FROM orders")
    with shop_bench.gate() as gate:
        outcome = gate.extract(request, shop_bench.identity())
        assert gate.ledger.verify(gate.trusted).ok
    assert outcome.status is Status.QUARANTINED
    assert codes(outcome) == {"LEAK"}
    assert not Path(request.output).exists()
    quarantined = b"".join(
        p.read_bytes() for p in Path(outcome.quarantine).rglob("*") if p.is_file()
    )
    table = released(Path(outcome.quarantine))
    text = "\n".join(str(row) for row in table.to_pylist()).encode()
    assert b"{SECRET}" in text
    assert not shop_database.planted.found_in(quarantined + text)
    assert not shop_database.planted.found_in(repr(outcome).encode())
    assert shop_bench.leftovers() == []


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("DROP TABLE customers", "G03"),
        ("SELECT 1; SELECT 2", "G01"),
        ("WITH x AS (DELETE FROM customers RETURNING *) SELECT * FROM x", "G02"),
        ("SELECT * FROM nowhere", "G09"),
        ("SELECT nothing FROM customers", "G09"),
        ("SELECT pg_read_file('/etc/passwd')", "G07"),
        ("SELECT passwd FROM pg_shadow", "G15"),
        ("SELECT upper(email) FROM customers", "G13"),
        ("SELECT plan FROM customers WHERE notes LIKE '%a%'", "G13"),
        ("SELEC plan FROM customers", "G09"),
        ("SELECT plan FROM customers WHERE email = 'a" + "@example.com'", "G12"),
        ("SELECT plan FROM customers WHERE id = :id", "SG-PARAMETER"),
        ("SELECT body FROM support_notes", "POLICY-NO-RULE"),
    ],
)
def test_a_refusal_has_a_code_and_reads_nothing(shop_bench: Any, sql: str, code: str) -> None:
    with shop_bench.gate() as gate:
        outcome = gate.extract(shop_bench.request(sql=sql), shop_bench.identity())
        assert [r.kind for r in gate.ledger.records()] == ["extract.refused"]
    assert outcome.status is Status.REFUSED
    assert code in codes(outcome), outcome.reasons
    assert shop_bench.leftovers() == []


def test_another_purpose_or_pipeline_is_refused(shop_bench: Any) -> None:
    with shop_bench.gate() as gate:
        for request, identity in [
            (shop_bench.request(purpose="marketing"), shop_bench.identity()),
            (shop_bench.request(), shop_bench.identity(orchestrator="airflow", pipeline="other")),
        ]:
            outcome = gate.extract(request, identity)
            assert outcome.status is Status.REFUSED
            assert all(c.startswith("POLICY-") for c in codes(outcome))


def test_a_plan_and_a_preview_tell_and_write_nothing(shop_bench: Any, shop_database: Any) -> None:
    with shop_bench.gate() as gate:
        planned = gate.plan(shop_bench.request(), shop_bench.identity())
        assert planned.status is Status.PLANNED
        assert planned.plan
        assert "SHA256" in planned.plan.statement.sql.upper()
        assert list(gate.ledger.records()) == []
        preview = gate.preview(shop_bench.request(), shop_bench.identity(), rows=7)
        assert preview.table is not None
        assert preview.table.num_rows == 7
        text = str(preview.table.to_pylist()).encode()
        assert not shop_database.planted.found_in(text)
        leak = gate.preview(
            shop_bench.request(sql="SELECT gateway_ref FROM orders ORDER BY gateway_ref"),
            shop_bench.identity(),
            rows=900,
        )
        assert leak.outcome.status is Status.QUARANTINED
        assert leak.table is None
        with pytest.raises(ConfigurationError):
            gate.preview(shop_bench.request(), shop_bench.identity(), rows=10_000)
    assert shop_bench.leftovers() == []


def test_a_retry_replays_and_another_run_is_refused(shop_bench: Any) -> None:
    identity = shop_bench.identity()
    with shop_bench.gate() as gate:
        first = gate.extract(shop_bench.request(), identity)
        before = {p: p.stat().st_mtime_ns for p in Path(first.output).rglob("*")}
        again = gate.extract(shop_bench.request(), replace(identity, try_number=2))
        assert again.replayed
        assert again.files == first.files
        assert {p: p.stat().st_mtime_ns for p in Path(first.output).rglob("*")} == before
        with pytest.raises(OutputExists, match="another run"):
            gate.extract(shop_bench.request(), shop_bench.identity())
        with pytest.raises(OutputExists, match="another plan"):
            gate.extract(shop_bench.request(sql="SELECT plan FROM customers"), identity)
        Path(first.output, "part-00000.parquet").write_bytes(b"other")
        with pytest.raises(IntegrityError, match="part-00000"):
            gate.extract(shop_bench.request(), identity)


def test_approvals_bind_one_run_of_one_plan(shop_bench: Any) -> None:
    request = shop_bench.request(
        sql="SELECT customer_id, body FROM support_notes", purpose="support_quality"
    )
    identity = shop_bench.identity()
    with shop_bench.gate() as gate:
        refused = gate.extract(request, identity)
        assert codes(refused) == {"APPROVAL-MISSING"}
        with pytest.raises(Exception, match="nobody approves"):
            gate.approvals.approve(refused.approval, person="Ann")
        gate.approvals.approve(refused.approval, person="dana")
        changed = gate.extract(
            replace(request, sql=request.sql + " LIMIT 5"), replace(identity, try_number=2)
        )
        assert codes(changed) == {"APPROVAL-MISSING"}
        passed = gate.extract(request, replace(identity, try_number=2))
        assert passed.released, passed.reasons
        elsewhere = replace(request, output=str(shop_bench.folder / "elsewhere"))
        assert codes(gate.extract(elsewhere, shop_bench.identity())) == {"APPROVAL-MISSING"}
        assert gate.ledger.verify(gate.trusted).ok
    envelope = json.loads(Path(passed.attestation).read_text())
    assert envelope["payloadType"] == "application/vnd.in-toto+json"


def test_budgets_stop_the_extract_and_leave_nothing(shop_bench: Any) -> None:
    text = (shop_bench.settings.policy).read_text()
    policy = shop_bench.folder / "state" / "p.yaml"
    policy.parent.mkdir(exist_ok=True)
    policy.write_text(text.replace("rows: 1000000", "rows: 100"))
    shop_bench.settings = replace(shop_bench.settings, policy=policy)
    with shop_bench.gate() as gate:
        with pytest.raises(BudgetExceeded, match="100 rows"):
            gate.extract(shop_bench.request(), shop_bench.identity())
        last = list(gate.ledger.records())[-1]
        assert last.body["status"] == "failed"
    assert shop_bench.leftovers() == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"output": "/proc/nowhere/out"}, SinkError),
        ({"output": "s3://bucket"}, ConfigurationError),
        ({"output": ""}, ConfigurationError),
        ({"source": "shop_prd"}, UnknownNameError),
    ],
)
def test_what_cannot_be_done_says_so(
    shop_bench: Any, change: dict[str, str], error: type[Exception]
) -> None:
    with shop_bench.gate() as gate, pytest.raises(error) as caught:
        gate.extract(shop_bench.request(**change), shop_bench.identity())
    assert getattr(caught.value, "hint", "")


def test_a_database_that_cannot_be_reached_is_retryable(shop_bench: Any) -> None:
    shop_bench.settings = shop_bench.settings.with_sources(
        {"shop_prod": "postgresql://u:secret-word@127.0.0.1:9/x"}
    )
    with shop_bench.gate() as gate, pytest.raises(SourceUnavailable) as caught:
        gate.extract(shop_bench.request(), shop_bench.identity())
    assert caught.value.retryable
    assert "secret-word" not in repr(caught.value) + str(caught.value)


def test_a_missing_key_is_an_error(shop_bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLUICEGATE_ROOT_KEY")
    with pytest.raises(KeyUnavailable, match="SLUICEGATE_ROOT_KEY"):
        shop_bench.gate()


def test_an_error_of_the_database_shows_no_value(shop_bench: Any, shop_database: Any) -> None:
    request = shop_bench.request(sql="SELECT CAST(plan AS INTEGER) AS n FROM customers")
    with shop_bench.gate() as gate, pytest.raises(SourceError) as caught:
        gate.extract(request, shop_bench.identity())
    plans = set(shop_database.shop.customers["plan"].to_pylist())
    assert not any(p and p in str(caught.value) for p in plans)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert shop_bench.leftovers() == []


def test_a_strangers_error_is_told_by_its_type_only(
    shop_bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sluicegate.gate.chamber import Chamber

    def broken(_: Any, masked: Any, *_rest: Any) -> pa.RecordBatch:
        raise ValueError(str(masked.batch.to_pylist()[:3]))

    monkeypatch.setattr(Chamber, "_verify", broken)
    with shop_bench.gate() as gate:
        with pytest.raises(SluicegateError, match="ValueError in") as caught:
            gate.extract(shop_bench.request(), shop_bench.identity())
        assert list(gate.ledger.records())[-1].body["error"] == "ValueError"
    assert caught.value.__cause__ is caught.value.__context__ is None
    names = [frame.name for frame in caught.traceback]
    assert "broken" not in names
    assert "[{" not in str(caught.value)
    assert shop_bench.leftovers() == []


def test_what_breaks_the_guard_is_refused_and_not_quoted(
    shop_bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(sql: str, dialect: str) -> None:
        raise TypeError(f"{dialect}: {sql}")

    monkeypatch.setattr("sluicegate.gate.planning.parse", broken)
    with shop_bench.gate() as gate:
        outcome = gate.extract(shop_bench.request(), shop_bench.identity())
    assert codes(outcome) == {"G09"}
    assert "SELECT" not in repr(outcome.reasons)


KILLED = """
import sys, time
from pathlib import Path
from sluicegate import ExtractRequest, Gate, RunIdentity, Settings
from sluicegate.gate.chamber import Chamber
inner = Chamber._verify
def slow(self, *batch):
    Path(sys.argv[4]).touch(); time.sleep(60)
    return inner(self, *batch)
Chamber._verify = slow
settings = Settings.load(home=sys.argv[1], policy=sys.argv[2]).with_sources({"shop_prod": sys.argv[3]})
request = ExtractRequest(source="shop_prod", sql="SELECT plan FROM customers", purpose="churn_training", output=sys.argv[5])
Gate.open(settings).extract(request, RunIdentity(orchestrator="cli", pipeline="tests", task="t", run="killed"))
"""


def test_a_kill_in_the_middle_publishes_nothing(shop_bench: Any, shop_database: Any) -> None:
    state, flag = shop_bench.folder / "state", shop_bench.folder / "flag"
    output = shop_bench.folder / "out"
    arguments = [
        str(state),
        str(shop_bench.settings.policy),
        shop_database.reader,
        str(flag),
        str(output),
    ]
    process = subprocess.Popen([sys.executable, "-c", KILLED, *arguments])
    for _ in range(600):
        if flag.exists() or process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert flag.exists()
    assert not output.exists()
    with shop_bench.gate() as gate:
        kinds = [r.kind for r in gate.ledger.records()]
        assert kinds == ["key.created", "extract.intent"]
        assert gate.ledger.verify(gate.trusted).ok
        outcome = gate.extract(
            shop_bench.request(sql="SELECT plan FROM customers"),
            shop_bench.identity(task="t", run="killed", triggered_by=None),
        )
        assert outcome.released, outcome.reasons


def test_lineage_says_what_was_masked_and_holds_no_value(
    shop_bench: Any, shop_database: Any
) -> None:
    with shop_bench.gate() as gate:
        gate.extract(shop_bench.request(), shop_bench.identity())
    content = shop_bench.settings.lineage.read_bytes()
    events = [json.loads(line) for line in content.splitlines()]
    assert [e["eventType"] for e in events] == ["START", "COMPLETE"]
    fields = events[-1]["outputs"][0]["facets"]["columnLineage"]["fields"]
    [origin] = fields["email"]["inputFields"]
    assert origin["transformations"][0] == {
        "type": "DIRECT",
        "subtype": "TRANSFORMATION",
        "description": "pseudonymize",
        "masking": True,
    }
    assert not shop_database.planted.found_in(content)
