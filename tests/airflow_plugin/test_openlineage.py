"""OpenLineage events are redacted by the client's own transform transport."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, Run, RunEvent, RunState
from openlineage.client.facet_v2 import error_message_run, schema_dataset, sql_job
from openlineage.client.uuid import generate_new_uuid

from airflow_provider_sluicegate.strings import with_texts
from sluicegate import Settings

pytestmark = pytest.mark.airflow

EMAIL = "jane.roe@shop.example.com"
TRANSFORMER = "airflow_provider_sluicegate.openlineage.RedactingTransformer"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIRFLOW__SLUICEGATE__HOME", str(tmp_path))


def emitted(folder: Path, event: RunEvent, **properties: str) -> list[dict[str, Any]]:
    file = folder / "events.jsonl"
    inner = {"type": "file", "log_file_path": str(file), "append": True}
    transport = {
        "type": "transform",
        "transformer_class": TRANSFORMER,
        "transformer_properties": properties,
        "transport": inner,
    }
    OpenLineageClient(config={"transport": transport}).emit(event)
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def failed() -> RunEvent:
    trace = f"Traceback …\nValueError: {EMAIL}"
    error = error_message_run.ErrorMessageRunFacet(f"row of {EMAIL}", "python", trace)
    sql = sql_job.SQLJobFacet(query=f"SELECT 1 WHERE email = '{EMAIL}' OR card = 4111111111111111")
    field = schema_dataset.SchemaDatasetFacetFields(name=EMAIL, type="text")
    schema = schema_dataset.SchemaDatasetFacet(fields=[field])
    return RunEvent(
        eventType=RunState.FAIL,
        eventTime="2026-11-28T07:00:00Z",
        run=Run(runId=str(generate_new_uuid()), facets={"errorMessage": error}),
        job=Job(namespace="shop", name="customers", facets={"sql": sql}),
        inputs=[InputDataset(namespace="db", name="people", facets={"schema": schema})],
        producer="https://example.org/producer",
    )


def test_every_text_of_an_event_is_redacted(tmp_path: Path) -> None:
    event = failed()
    (sent,) = emitted(tmp_path, event)
    facets = sent["run"]["facets"]["errorMessage"]
    assert (facets["message"], facets["programmingLanguage"]) == ("row of {EMAIL}", "python")
    assert sent["job"]["facets"]["sql"]["query"] == (
        "SELECT 1 WHERE email = '{EMAIL}' OR card = {CARD}"
    )
    assert sent["inputs"][0]["facets"]["schema"]["fields"] == [
        {"fields": [], "name": "{EMAIL}", "type": "text"}
    ]
    assert (sent["eventType"], sent["run"]["runId"]) == ("FAIL", event.run.runId)
    assert "jane" not in json.dumps(sent)
    kept: Any = event.run.facets
    assert EMAIL in kept["errorMessage"].message


def test_what_airflow_masks_is_hidden_too(tmp_path: Path) -> None:
    from airflow.sdk.log import mask_secret

    mask_secret("correct horse battery")
    event = failed()
    facets: Any = event.job.facets
    facets["sql"].query = "SET x = 'correct horse battery'"
    (sent,) = emitted(tmp_path, event)
    assert sent["job"]["facets"]["sql"]["query"] == "SET x = '***'"


def test_texts_of_errors_can_be_withheld(tmp_path: Path) -> None:
    (sent,) = emitted(tmp_path, failed(), errors="withhold")
    facet = sent["run"]["facets"]["errorMessage"]
    assert facet["message"] == "withheld"
    assert "stackTrace" not in facet


def test_an_event_that_cannot_be_redacted_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(EMAIL)

    monkeypatch.setattr("airflow_provider_sluicegate.openlineage.with_texts", broken)
    caplog.set_level(logging.DEBUG, logger="openlineage")
    assert emitted(tmp_path, failed()) == []
    assert "was not sent (RuntimeError)" in caplog.text
    assert "jane" not in caplog.text


def test_a_wrong_property_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="errors is redact or withhold"):
        emitted(tmp_path, failed(), errors="keep")


def test_texts_are_changed_wherever_they_are_and_nothing_else() -> None:
    deep: Any = EMAIL
    for _ in range(100):
        deep = [deep]
    value = {"a": (EMAIL, {1}, None, 2.5), EMAIL: 4111111111111111, "deep": deep}
    seen: list[str] = []

    def change(name: str, text: str) -> str:
        seen.append(f"{name}={text}")
        return "x" if "@" in text or text.startswith("4111") else text

    changed = with_texts(value, change)
    assert changed["a"] == ("x", {1}, None, 2.5)
    assert changed["x"] == "x"
    assert EMAIL not in str(changed)
    assert f"a={EMAIL}" in seen


def test_the_gate_leaves_sending_to_airflows_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each extract would be sent twice, under two names."""
    from airflow_provider_sluicegate.config import airflow_settings

    monkeypatch.setenv("SLUICEGATE_OPENLINEAGE", "true")
    assert Settings.load(None).openlineage
    assert not airflow_settings().openlineage
