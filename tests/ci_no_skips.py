"""A pytest plugin for CI: a test that was skipped did not pass.

Loaded with ``-p ci_no_skips``. A skip is accepted only when its reason names something that the
machine cannot have, by starting with one of ``ALLOWED``; a missing service, tool or library is not
among them, because ``make setup`` brings them all.
"""

from __future__ import annotations

from typing import Final

import pytest

ALLOWED: Final = ("needs root", "only root ", "root may ", "needs an unprivileged user", "only on ")

_refused: list[str] = []


@pytest.hookimpl
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember each test that was skipped for a reason that is not allowed."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _judge(report.nodeid, report.longrepr)


@pytest.hookimpl
def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember each file that was skipped as a whole."""
    if report.skipped:
        _judge(report.nodeid, report.longrepr)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that would have passed."""
    if _refused and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which skips failed the run."""
    if _refused:
        terminalreporter.section("skipped, which CI does not accept")
        for line in _refused:
            terminalreporter.write_line(line)


def _judge(node: str, details: object) -> None:
    reason = str(details[2] if isinstance(details, tuple) else details).removeprefix("Skipped: ")
    if not reason.startswith(ALLOWED):
        _refused.append(f"{node}: {reason}")
