"""What a lineage event tells is redacted before any transport gets it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sluicegate import Settings
from sluicegate.errors import ConfigurationError
from sluicegate.gate.lineage import emit, event_of, redacted
from sluicegate.gate.values.text import TextRedactor
from sluicegate.lineage import run_event
from sluicegate.model.canonical import digest
from sluicegate.model.data import ColumnRef, DataClass, RelationName
from sluicegate.model.decision import ColumnRule, Decision, Effect, Obligations
from sluicegate.model.findings import FindingCount, Reason, ScanSummary
from sluicegate.model.identity import RunIdentity
from sluicegate.model.masks import Keep, Pseudonymize
from sluicegate.model.outcome import Outcome, OutputFile, Status
from sluicegate.model.plan import Carries, OutputColumn, Plan, Statement

EMAIL = "jane.roe@shop.example.com"
CARD = "4111111111111111"
CUSTOMERS = RelationName(schema="public", name="customers")
MAIL = ColumnRef(relation=CUSTOMERS, column="email")
IDENTITY = RunIdentity(
    orchestrator="airflow",
    pipeline="daily_customers",
    task="extract_2026",
    run="manual__1",
    owner="x",
)
OUTCOME = Outcome(
    status=Status.RELEASED,
    run_key=digest("run"),
    rows=1234567890,
    files=(OutputFile(name="part-00000.parquet", sha256="0" * 64, bytes=1 << 33, rows=7),),
    types={"email": "string", "id": "int64"},
    scan=ScanSummary(
        rows=7,
        bytes=70,
        counts=(FindingCount(column="x", data_class=DataClass("iban"), detector="d", count=3),),
    ),
)


def plan(**changes: Any) -> Plan:
    rule = ColumnRule(column=MAIL, data_class=DataClass("email"), mask=Pseudonymize(), rule="r")
    given: dict[str, Any] = {
        "source": "shop_prod",
        "dialect": "postgres",
        "purpose": "churn_training",
        "output": "s3://lake/train/customers/2026-11-28/manual__2026-11-28T00:11:39.625651+00:00/",
        "statement": Statement(sql="SELECT 1"),
        "shape": "SELECT id, email FROM customers WHERE created_at >= :since AND plan = ?",
        "columns": (
            OutputColumn(
                name="email", carries=Carries.DIGEST, origins=(MAIL,), masks={MAIL: Pseudonymize()}
            ),
            OutputColumn(name="passport_number", carries=Carries.FINISHED, origins=(MAIL,), masks={MAIL: Keep()}),
        ),
        "relations": (CUSTOMERS,),
        "influences": {"filter": (MAIL,)},
        "decision": Decision(
            effect=Effect.PERMIT,
            policy_digest=digest("policy"),
            obligations=Obligations(columns={MAIL: rule}),
        ),
    }  # fmt: skip
    return Plan(**{**given, **changes})


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.load(None, home=tmp_path_factory.mktemp("home"), environ={})


@pytest.mark.parametrize("kind", ["START", "COMPLETE", "FAIL"])
def test_what_holds_no_value_stays_as_it_is(settings: Settings, kind: Any) -> None:
    """No digest, path, time or name of a column is taken for a secret."""
    now = datetime.now(UTC)
    told = run_event(kind, plan=plan(), identity=IDENTITY, outcome=OUTCOME, time=now)
    assert redacted(told, TextRedactor.open(settings)) == told


@pytest.mark.parametrize(
    ("changed", "identity"),
    [
        ({"output": f"s3://lake/{EMAIL}/"}, {}),
        ({"source": EMAIL}, {}),
        ({"purpose": f"for {EMAIL}"}, {}),
        ({"shape": f'SELECT "{EMAIL}" FROM t'}, {}),
        ({"relations": (RelationName(schema="public", name=EMAIL),)}, {}),
        (
            {"columns": (OutputColumn(name=EMAIL, carries=Carries.FINISHED, origins=(MAIL,)),)},
            {},
        ),
        (
            {
                "columns": (
                    OutputColumn(
                        name="x",
                        carries=Carries.FINISHED,
                        origins=(ColumnRef(relation=CUSTOMERS, column=EMAIL),),
                    ),
                )
            },
            {},
        ),
        ({"warnings": (Reason(code="G31", message=EMAIL, hint=EMAIL, place=EMAIL),)}, {}),
        ({}, {"pipeline": f"of {EMAIL}"}),
        ({}, {"task": f"card {CARD}"}),
        ({}, {"owner": EMAIL}),
    ],
)
def test_a_value_in_any_name_is_redacted(
    settings: Settings, changed: dict[str, Any], identity: dict[str, Any]
) -> None:
    who = replace(IDENTITY, **identity)
    for kind in ("START", "COMPLETE", "FAIL"):
        told = json.dumps(event_of(settings, kind, plan(**changed), who, OUTCOME))
        assert "jane" not in told
        assert CARD not in told
        assert "errorMessage" in told or kind != "FAIL"


def test_an_event_that_cannot_be_redacted_is_not_sent(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "lineage.jsonl"
    broken = tmp_path / "detectors.yaml"
    broken.write_text(f"detectors: {EMAIL}")
    unreadable = replace(settings, detectors=(broken,), lineage=file)
    emit(unreadable, "COMPLETE", plan(), IDENTITY, OUTCOME)
    assert not file.exists()
    assert "dropped" in caplog.text
    assert "jane" not in caplog.text
    emit(replace(settings, lineage=file), "COMPLETE", plan(), IDENTITY, OUTCOME)
    assert len(file.read_text().splitlines()) == 1


def test_nothing_is_told_unless_settings_ask_for_it(settings: Settings, tmp_path: Path) -> None:
    emit(settings, "COMPLETE", plan(), IDENTITY, OUTCOME)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "on"),
    [(True, True), (False, False), ("on", True), ("TRUE", True), ("1", True), ("off", False)],
)
def test_the_client_is_a_switch(tmp_path: Path, said: Any, on: bool) -> None:
    assert Settings.load(None, environ={}, openlineage=said).openlineage is on
    file = tmp_path / "sluicegate.toml"
    file.write_text(f"openlineage = {json.dumps(said)}\n")
    assert Settings.load(file, environ={}).openlineage is on


def test_a_switch_that_is_neither_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="openlineage"):
        Settings.load(None, environ={"SLUICEGATE_OPENLINEAGE": "https://lineage.example.org"})
