"""The redaction of log events, and the handler that brings it into Airflow's write path."""

from __future__ import annotations

import io
import logging
import logging.config
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from airflow_provider_sluicegate import logs, logs_redact
from airflow_provider_sluicegate.logs_keys import KeyBlocks
from airflow_version import skip_before

pytestmark = pytest.mark.airflow

EMAIL = "jane.roe@shop.example.com"
BEGIN, END = "-----BEGIN RSA PRIVATE " + "KEY-----", "-----END RSA PRIVATE " + "KEY-----"
BODY = "MIIEpAIBAAKCAQEA7"
TO_FILE = structlog.BytesLogger(io.BytesIO())


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIRFLOW__SLUICEGATE__HOME", str(tmp_path))


def redacted(to: Any = TO_FILE, /, **event: Any) -> dict[str, Any]:
    shown: dict[str, Any] = logs.redact_event(to, "info", {"level": "info", **event})
    return shown


class Lying:
    """Gives another text each time."""

    def __init__(self) -> None:
        self.asked = 0

    def __str__(self) -> str:
        self.asked += 1
        return "nothing" if self.asked == 1 else EMAIL

    __repr__ = __str__


class Failing:
    def __str__(self) -> str:
        raise RuntimeError(EMAIL)


def test_texts_fields_and_names_as_context_are_redacted() -> None:
    shown = redacted(
        event=f"to {EMAIL}", password="hunter2", rows=12, who=[{"a": EMAIL}], at=None, done=True,
        ssn=219099999, big=5_000_000_000.5, logger="shop", timestamp="2026-11-28T07:00:00Z",
    )  # fmt: skip
    assert shown == {
        "level": "info", "event": "to {EMAIL}", "password": "{SECRET}", "rows": 12,
        "who": [{"a": "{EMAIL}"}], "at": None, "done": True, "ssn": "{US_SSN}",
        "big": 5_000_000_000.5, "logger": "shop", "timestamp": "2026-11-28T07:00:00Z",
    }  # fmt: skip


def test_an_exception_becomes_redacted_text_before_it_is_rendered() -> None:
    error = ValueError("a row")
    error.__cause__ = KeyError(EMAIL)
    for info in (error, (type(error), error, error.__traceback__)):
        shown = redacted(event="caught", exc_info=info)
        assert "exc_info" not in shown
        assert "KeyError: '{EMAIL}'" in shown["exception"]
        assert "jane" not in str(shown)


def test_an_object_is_shown_as_the_text_that_was_looked_at() -> None:
    assert redacted(event="x", thing=Lying())["thing"] == "nothing"
    assert redacted(event=Lying())["event"] == "nothing"


def test_what_cannot_be_redacted_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    for event in ({"event": Failing()}, {"event": EMAIL, "thing": Failing()}):
        shown = redacted(**event, timestamp="2026-11-28T07:00:00Z")
        assert shown["event"].startswith("sluicegate: this line was withheld")
        assert set(shown) == {"event", "level", "timestamp"}
        assert "jane" not in str(shown)

    def broken() -> Any:
        raise OSError(EMAIL)

    monkeypatch.setattr(logs_redact, "_redactor", broken)
    assert "OSError" in redacted(event="anything")["event"]


def test_what_the_redaction_logs_itself_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    inner: list[dict[str, Any]] = []

    def logging_redactor() -> Any:
        inner.append(redacted(event=EMAIL))
        return lambda text: text

    monkeypatch.setattr(logs_redact, "_redactor", logging_redactor)
    assert redacted(event="outer")["event"] == "outer"
    assert "jane" not in str(inner)


def test_logs_of_other_components_are_left_alone() -> None:
    scheduler = SimpleNamespace(name="airflow.scheduler")
    assert redacted(scheduler, event=EMAIL)["event"] == EMAIL
    for name in ("task", "supervisor"):
        assert redacted(SimpleNamespace(name=name), event=EMAIL)["event"] == "{EMAIL}"


def test_utf_16_is_read() -> None:
    line = EMAIL.encode("utf-16-le").decode()
    assert redacted(event=line, field=line)["event"] == "{EMAIL}"
    assert redacted(event="x", field=line)["field"] == "{EMAIL}"


def test_names_of_fields_are_redacted() -> None:
    shown = redacted(event="named", rows=1, **{EMAIL: 2})
    assert shown == {"level": "info", "event": "named", "rows": 1, "{EMAIL}": 2}


def test_the_screen_of_a_service_shows_task_logs_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    """An executor's copies come by a logger without a name; the service's own have one."""
    from airflow.sdk._shared.logging.structlog import NamedWriteLogger

    from airflow_provider_sluicegate import logs_console

    processors: list[Any] = [structlog.processors.add_log_level, structlog.dev.ConsoleRenderer()]
    monkeypatch.setattr(structlog, "get_config", lambda: {"processors": processors})
    monkeypatch.setattr(logs, "redacts_logs", lambda: True)
    for _ in range(2):
        logs_console.on_starting()
    assert processors[1] is logs.redact_event
    assert len(processors) == 3
    copy, own = NamedWriteLogger(None), NamedWriteLogger("airflow.scheduler")
    assert redacted(copy, event=EMAIL, logger="task.stdout")["event"] == "{EMAIL}"
    assert redacted(own, event=EMAIL)["event"] == EMAIL


def test_a_key_that_comes_line_by_line_is_withheld() -> None:
    lines = ["before", BEGIN, "Proc-Type: 4,ENCRYPTED", "", *[BODY] * 3, END, BODY]
    shown = [redacted(event=line, logger="task.stdout")["event"] for line in lines]
    assert shown == ["before", *["{SECRET}"] * 7, BODY]


def test_streams_of_keys_do_not_mix_and_are_bounded() -> None:
    blocks = KeyBlocks()
    assert blocks.redacted("a", BEGIN) == "{SECRET}"
    assert blocks.redacted("b", BODY) == BODY
    assert blocks.redacted("a", "a line between!") == "a line between!"
    assert blocks.redacted("a", BODY) == "{SECRET}"
    assert blocks.redacted("a", f"{BODY} {END}") == "{SECRET}"
    assert blocks.redacted("a", BODY) == BODY
    assert blocks.redacted("c", BEGIN) == "{SECRET}"
    assert [blocks.redacted("c", BODY) for _ in range(201)][-1] == BODY
    for stream in range(1000):
        blocks.redacted(stream, BEGIN)
    assert len(blocks.open) <= 256


class Inner:
    processors = (len,)

    def upload(self, path: str, _: Any = None) -> None:
        self.uploaded = path

    def read(self, path: str, _: Any) -> Any:
        return [path], ["x"]


class Streaming(Inner):
    def stream(self, path: str, _: Any) -> Any:
        return [path], []


def test_the_handler_does_what_the_inner_one_does() -> None:
    inner: Any = Inner()
    handler = logs.redacting(inner)
    assert handler.processors == (logs.redact_event, len)
    handler.upload("a.log")
    assert inner.uploaded == "a.log"
    assert handler.read("a", None) == (["a"], ["x"])
    assert handler.uploaded == "a.log"
    assert not hasattr(handler, "stream")
    streaming: Any = logs.redacting(Streaming())  # type: ignore[arg-type]
    assert streaming.stream("a", None) == (["a"], [])


def test_without_an_inner_handler_airflow_is_told_that_there_is_none() -> None:
    handler = logs.redacting()
    handler.upload("a.log")
    with pytest.raises(NotImplementedError):
        handler.read("a", None)
    assert not hasattr(handler, "stream")
    assert handler.processors == (logs.redact_event,)


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__SLUICEGATE__REDACT_LOGS", "False")
    assert logs.redacting().processors == ()


@pytest.mark.parametrize("ours", [True, False])
def test_the_handler_of_airflow_3_1_is_known_too(
    monkeypatch: pytest.MonkeyPatch, *, ours: bool
) -> None:
    """Its module has a plain value, and answers every name that it does not know with None."""
    from airflow import logging_config

    monkeypatch.setattr(logging_config, "get_remote_task_log", None, raising=False)
    found = logs.redacting() if ours else None
    monkeypatch.setattr(logging_config, "REMOTE_TASK_LOG", found, raising=False)
    assert logs.redacts_logs() is ours


def test_airflow_finds_the_handler_where_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    skip_before(3, 3, "this function; test_xcom_and_logs.py proves the same on all")
    from airflow._shared.logging.factory import resolve_remote_task_log
    from airflow._shared.module_loading import import_string
    from airflow.configuration import conf

    path = "airflow_provider_sluicegate.logs.LOGGING_CONFIG"
    monkeypatch.setenv("AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS", path)
    found, connection = resolve_remote_task_log(
        conf=conf,
        providers_manager=None,  # type: ignore[arg-type]  # not asked
        import_string=import_string,
    )
    assert isinstance(found, logs.RedactingLogIO)
    assert connection is None
    logging.config.dictConfig(dict(logs.LOGGING_CONFIG))
