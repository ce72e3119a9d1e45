"""What a task tells Airflow besides its result is looked at before it leaves the process."""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_sluicegate.dag_rules import messages
from airflow_provider_sluicegate.dag_rules.modes import Mode
from airflow_provider_sluicegate.failures import Failed

pytestmark = pytest.mark.airflow

EMAIL = "jane.roe@shop.example.com"
TOKEN = "AKIA" + "QYLPMN5HHHFPZAM2"
ID = uuid.UUID(int=7)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIRFLOW__SLUICEGATE__HOME", str(tmp_path))


def made(name: str, /, **fields: Any) -> Any:
    from airflow.sdk.execution_time import comms

    if not hasattr(comms, name):
        pytest.skip(f"this Airflow has no message {name}")
    return getattr(comms, name)(**fields)


REQUESTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SetTaskStateStore", {"ti_id": ID, "key": "k", "value": {"a": [EMAIL]}, "expires_at": None}),
    ("SetTaskStateStore", {"ti_id": ID, "key": EMAIL, "value": 1, "expires_at": None}),
    ("SetAssetStateStoreByName", {"name": "a", "key": "k", "value": EMAIL}),
    ("SetAssetStateStoreByUri", {"uri": "s3://a", "key": "k", "value": EMAIL}),
    ("CreateHITLDetailPayload", {"ti_id": ID, "options": ["Yes"], "subject": "s", "body": EMAIL}),
    ("CreateHITLDetailPayload", {"ti_id": ID, "options": ["Yes"], "subject": EMAIL}),
    ("PutVariable", {"key": "k", "value": EMAIL, "description": None}),
    ("PutVariable", {"key": EMAIL, "value": "1", "description": None}),
    ("TriggerDagRun", {"dag_id": "d", "run_id": "r", "conf": {"deep": [{"a": EMAIL}]}}),
)


@pytest.mark.parametrize(("name", "fields"), REQUESTS)
def test_a_request_is_refused_without_the_value(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(Failed) as error:
        messages.seen_by(made(name, **fields), Mode.ENFORCE)
    assert "SG-A106" in str(error.value)
    assert "jane" not in repr(error.value)
    assert error.value.__cause__ is error.value.__context__ is None


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (
            "DeferTask",
            {"classpath": "a.B", "trigger_kwargs": {"to": EMAIL}, "next_method": "m"},
        ),
        ("DeferTask", {"classpath": "a.B", "next_kwargs": {"to": EMAIL}, "next_method": "m"}),
        ("SucceedTask", {"end_date": NOW, "outlet_events": [{"extra": {"a": EMAIL}}]}),
    ],
)
def test_what_ends_a_task_becomes_its_failure(
    name: str, fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    sent = messages.seen_by(made(name, **fields), Mode.ENFORCE)
    assert (type(sent).__name__, sent.state.value) == ("TaskState", "failed")
    assert "SG-A106" in caplog.text
    assert "jane" not in caplog.text


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("PutVariable", {"key": "token", "value": TOKEN, "description": None}),
        ("SetTaskStateStore", {"ti_id": ID, "key": "job", "value": "j-12", "expires_at": None}),
        ("TriggerDagRun", {"dag_id": "d", "run_id": "r", "conf": {"day": "2026-01-01"}}),
        (
            "DeferTask",
            {
                "classpath": "a.B",
                "trigger_kwargs": {"url": "http://198.51.100.7:80", "moment": 7226582400.5},
                "next_method": "m",
            },
        ),
        ("MaskSecret", {"value": EMAIL}),
        ("GetVariable", {"key": EMAIL}),
        ("SucceedTask", {"end_date": NOW, "outlet_events": [{"extra": {"rows": 3}}]}),
    ],
)
def test_other_messages_pass_as_they_are(name: str, fields: dict[str, Any]) -> None:
    message = made(name, **fields)
    assert messages.seen_by(message, Mode.ENFORCE) is message


def test_labels_are_redacted_and_the_task_goes_on() -> None:
    ended = made("SucceedTask", end_date=NOW, rendered_map_index=EMAIL)
    assert messages.seen_by(ended, Mode.ENFORCE).rendered_map_index == "{EMAIL}"
    shown = messages.seen_by(
        made("SetRenderedMapIndex", rendered_map_index=f"of {EMAIL}"), Mode.ENFORCE
    )
    assert shown.rendered_map_index == "of {EMAIL}"


def test_a_mode_that_only_tells_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    message = made("PutVariable", key="k", value=EMAIL, description=None)
    assert messages.seen_by(message, Mode.WARN) is message
    assert "PutVariable.value: email" in caplog.text
    assert "jane" not in caplog.text


class CommsDecoder:
    """Has the name of Airflow's channel, and keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, msg: Any) -> None:
        self.sent.append(msg)


def test_the_channel_of_a_task_is_watched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    channel = CommsDecoder()
    runner = SimpleNamespace(SUPERVISOR_COMMS=channel)
    monkeypatch.setitem(sys.modules, "airflow.sdk.execution_time.task_runner", runner)
    monkeypatch.setattr(CommsDecoder, "send", CommsDecoder.send)
    monkeypatch.setattr(messages, "_mode", Mode.OFF)
    for mode in (Mode.ENFORCE, Mode.WARN):
        messages.watch_messages(mode)
    clean = made("PutVariable", key="k", value="v", description=None)
    channel.send(msg=clean)
    with pytest.raises(Failed):
        channel.send(made("PutVariable", key="k", value=EMAIL, description=None))
    messages.watch_messages(Mode.OFF, anew=True)
    channel.send(dirty := made("PutVariable", key="k", value=EMAIL, description=None))
    assert channel.sent == [clean, dirty]


def test_a_channel_of_another_airflow_is_told_or_fails_the_task(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(messages, "_mode", Mode.OFF)
    runner = SimpleNamespace(SUPERVISOR_COMMS=SimpleNamespace(send=print))
    monkeypatch.setitem(sys.modules, "airflow.sdk.execution_time.task_runner", runner)
    messages.watch_messages(Mode.WARN, anew=True)
    assert "SG-A106" in caplog.text
    with pytest.raises(Failed, match="not known"):
        messages.watch_messages(Mode.ENFORCE, anew=True)
    assert runner.SUPERVISOR_COMMS.send is print
