"""Numbers for Airflow's own metrics: statsd, Datadog or OpenTelemetry, whichever it is given.

Names and tags are few: no DAG, task, run, column or output among them, and no value. Each number
goes out twice where it has a kind: with a tag, and with the kind in its name for servers that know
no tags.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from airflow.providers.common.compat.sdk import Stats

if TYPE_CHECKING:
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.statement import StatementOutcome

_log: Final = logging.getLogger(__name__)


def tell_outcome(outcome: Outcome) -> None:
    """Count an extract: how it ended, and what it read and wrote. Never raises."""
    _quietly(lambda: _tell_outcome(outcome))


def tell_statement(outcome: StatementOutcome) -> None:
    """Count a statement that changes data: how it ended, and the rows it changed. Never raises."""
    _quietly(lambda: _tell_statement(outcome))


def approval_waited() -> None:
    """Count a task that waits for an approval. Never raises."""
    _count("sluicegate.approvals.waited")


def record_lost(number: int) -> None:
    """Count records of runs that could not be written. Never raises."""
    _count("sluicegate.records.lost", number)


def lines_redacted(number: int = 1) -> None:
    """Count lines of task logs in which something was redacted. Never raises."""
    _count("sluicegate.log_lines.redacted", number)


def _tell_statement(outcome: StatementOutcome) -> None:
    _tell_status("statements", outcome.status.value)
    if outcome.replayed:
        return
    if outcome.seconds:
        Stats.timing("sluicegate.statement.duration", timedelta(seconds=outcome.seconds))
    if outcome.executed and outcome.affected_rows:
        Stats.incr("sluicegate.statement.rows", outcome.affected_rows)


def _tell_outcome(outcome: Outcome) -> None:
    _tell_status("extracts", outcome.status.value)
    if outcome.replayed:
        return
    if outcome.seconds:
        Stats.timing("sluicegate.extract.duration", timedelta(seconds=outcome.seconds))
    for name, number in (("rows", outcome.rows), ("bytes", outcome.bytes)):
        if outcome.released and number:
            Stats.incr(f"sluicegate.extract.{name}", number)
    found = outcome.scan.by_class() if outcome.scan else {}
    for data_class, number in found.items():
        Stats.incr("sluicegate.findings", number, tags={"data_class": str(data_class)})
        Stats.incr(f"sluicegate.findings.{data_class}", number)


def _tell_status(what: str, status: str) -> None:
    Stats.incr(f"sluicegate.{what}", tags={"status": status})
    Stats.incr(f"sluicegate.{what}.{status}")


def _count(name: str, number: int = 1) -> None:
    _quietly(lambda: Stats.incr(name, number))


def _quietly(tell: Callable[[], None]) -> None:
    try:
        tell()
    except Exception as error:  # noqa: BLE001 - a number must not fail what it counts
        _log.warning("sluicegate: a metric was not sent: %s", type(error).__name__)
