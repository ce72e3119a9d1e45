"""Numbers of a real run, as a statsd server receives them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from airflow_version import AIRFLOW

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]


@dataclass(frozen=True, kw_only=True)
class Statsd:
    """A UDP socket that Airflow's own statsd client sends to."""

    socket: socket.socket

    def received(self) -> dict[str, str]:
        """Name (without the prefix) → the last value, of what is ours."""
        found: dict[str, str] = {}
        end = time.monotonic() + 2
        while time.monotonic() < end:
            try:
                text = self.socket.recv(65536).decode()
            except TimeoutError:
                break
            for line in text.splitlines():
                name, _, value = line.partition(":")
                if name.startswith("airflow.sluicegate."):
                    found[name.removeprefix("airflow.sluicegate.")] = value
        return found


class Client:
    """Speaks the statsd protocol; Airflow's own logger of numbers stands before it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def incr(self, name: str, count: int = 1, _rate: float = 1) -> None:
        """Send a counter."""
        self._send(f"{name}:{count}|c")

    def timing(self, name: str, delta: Any) -> None:
        """Send a duration, which is a number of milliseconds or a timedelta."""
        spent = delta.total_seconds() * 1000 if hasattr(delta, "total_seconds") else delta
        self._send(f"{name}:{spent:.6f}|ms")

    def _send(self, text: str) -> None:
        self._socket.sendto(f"airflow.{text}".encode(), self._address)


@pytest.fixture
def statsd(airflow: Airflow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Statsd]:
    from airflow.providers.common.compat.sdk import Stats

    from airflow_provider_sluicegate import metrics

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.5)
        client = Client(server.getsockname())
        try:
            package = import_module("airflow.sdk._shared.observability.metrics")
        except ModuleNotFoundError:  # Airflow 3.1
            logger = import_module("airflow.metrics.statsd_logger").SafeStatsdLogger
            monkeypatch.setattr(metrics, "Stats", logger(client))
            yield Statsd(socket=server)
            return
        logger = import_module(f"{package.__name__}.statsd_logger").SafeStatsdLogger
        nothing = import_module(f"{package.__name__}.base_stats_logger").NoStatsLogger
        import_module("airflow.sdk.serde")  # on 3.2 this sets the logger anew
        stats: Any = Stats
        options = {} if AIRFLOW < (3, 3) else {"export_legacy_names": False}
        stats.initialize(factory=lambda: logger(client), **options)
        yield Statsd(socket=server)
        stats.initialize(factory=nothing, **options)


def dag_of(dag_id: str, deployment: Deployment) -> DAG:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator

    with DAG(dag_id, schedule=None) as dag:
        for task_id, purpose in (("good", "churn_training"), ("bad", "unheard_of")):
            GuardedExtractOperator(
                task_id=task_id,
                conn_id="shop_prod",
                sql="SELECT id, email, notes FROM customers",
                output=str(deployment.lake / dag_id),
                purpose=purpose,
            )
    return dag


def test_a_release_and_a_refusal_are_counted(
    airflow: Airflow, deployment: Deployment, statsd: Statsd
) -> None:
    run = airflow.run(dag_of("t_counted", deployment))
    got = statsd.received()
    assert got["extracts.released"] == "1|c", run.why
    assert got["extracts.refused"] == "1|c"
    assert got["extract.rows"] == "60|c"
    assert int(got["extract.bytes"].removesuffix("|c")) > 0
    assert got["extract.duration"].endswith("|ms")
    assert 0 < float(got["extract.duration"].removesuffix("|ms")) < 600_000
    names = {"t_counted", "good", "bad", "churn_training", "shop_prod"}
    assert not [n for n in got if names & set(n.split("."))], "few names, whatever runs"


def test_a_statement_is_counted(airflow: Airflow, statsd: Statsd) -> None:
    from airflow_provider_sluicegate.metrics import tell_statement
    from sluicegate.model.statement import StatementOutcome, StatementStatus

    executed, taken_back = StatementStatus.EXECUTED, StatementStatus.DRY_RUN
    tell_statement(StatementOutcome(status=executed, run_key="r", affected_rows=7, seconds=1.5))
    assert statsd.received() == {
        "statements": "1|c",
        "statements.executed": "1|c",
        "statement.duration": "1500.000000|ms",
        "statement.rows": "7|c",
    }
    tell_statement(StatementOutcome(status=executed, run_key="r", affected_rows=7, replayed=True))
    tell_statement(StatementOutcome(status=taken_back, run_key="r", affected_rows=7))
    assert "statement.rows" not in statsd.received(), "nothing more was changed"


def test_a_leak_is_counted_by_class(airflow: Airflow, statsd: Statsd) -> None:
    from airflow_provider_sluicegate.metrics import approval_waited, lines_redacted, tell_outcome
    from sluicegate import Outcome, Status
    from sluicegate.model.data import DataClass
    from sluicegate.model.findings import FindingCount, ScanSummary

    count = FindingCount(column="notes", data_class=DataClass("email"), detector="email", count=3)
    tell_outcome(
        Outcome(
            status=Status.QUARANTINED,
            run_key="r",
            scan=ScanSummary(rows=9, bytes=9, counts=(count,)),
            rows=9,
        )
    )
    approval_waited()
    lines_redacted(4)
    got = statsd.received()
    assert got["extracts.quarantined"] == "1|c"
    assert got["findings.email"] == "3|c"
    assert "extract.rows" not in got, "nothing left"
    assert got["approvals.waited"] == "1|c"
    assert got["log_lines.redacted"] == "4|c"


def test_a_line_that_was_redacted_is_counted(deployment: Deployment, statsd: Statsd) -> None:
    import structlog

    from airflow_provider_sluicegate import logs_redact

    lines = {"event": "loaded 60 rows"}, {"event": "write to jane.roe@example.com"}
    shown = [logs_redact.redact_event(structlog.WriteLogger(), "info", line) for line in lines]
    assert "jane.roe" not in str(shown)
    assert statsd.received() == {"log_lines.redacted": "1|c"}


def test_a_server_that_is_gone_fails_nothing(
    airflow: Airflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_provider_sluicegate import metrics

    class Gone:
        @staticmethod
        def incr(*_: object, **__: object) -> None:
            raise OSError("gone")

    monkeypatch.setattr(metrics, "Stats", Gone)
    metrics.approval_waited()
