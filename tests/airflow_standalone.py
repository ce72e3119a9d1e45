"""Airflow's processes as a deployment has them: started for a test, and all ended after it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

import psutil

_PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")


@dataclass(frozen=True, kw_only=True)
class Standalone:
    """A running Airflow: API server, scheduler with local workers, DAG processor, triggerer."""

    home: Path
    port: int
    _token: list[str] = field(default_factory=list, repr=False)

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the API as an administrator."""
        if not self._token:
            self._token.append(self._asked("/auth/token", None)["access_token"])
        return self._asked(f"/api/v2/{path}", body, Authorization=f"Bearer {self._token[0]}")

    def _asked(self, path: str, body: dict[str, Any] | None, **headers: str) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@contextlib.contextmanager
def standalone(home: Path, environment: dict[str, str]) -> Iterator[Standalone]:
    """Start all parts on a migrated database; end them with all their children.

    Args:
        home: ``AIRFLOW_HOME``; the parts' consoles are written there, too.
        environment: What they get besides this process's environment.
    """
    port, logs, triggers, health = _free_ports(4)
    settings = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}/",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "3",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(logs),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(triggers),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health),
    }
    started: list[subprocess.Popen[bytes]] = []
    try:
        for part in _PARTS:
            with (home / f"console-{part}.txt").open("wb") as console:
                command = [sys.executable, "-W", "ignore", "-m", "airflow", part]
                started.append(
                    subprocess.Popen(
                        command,
                        cwd=home,
                        env={**os.environ, **settings, **environment},
                        stdout=console,
                        stderr=console,
                        start_new_session=True,
                    )
                )
        yield Standalone(home=home, port=port)
    finally:
        _end(started)


def until(done: Any, seconds: float, why: str) -> Any:
    """Wait until something is so; an API that does not answer yet is not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(URLError, ConnectionError, TimeoutError):
            if found := done():
                return found
        time.sleep(0.5)
    raise AssertionError(why)


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        bound = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [place.getsockname()[1] for place in bound]


def _end(started: list[subprocess.Popen[bytes]]) -> None:
    """End processes with all that they started; workers outlive a parent that is killed."""
    sessions = {process.pid for process in started}
    found = [p for p in psutil.process_iter() if _session(p.pid) in sessions]
    for one in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(found, timeout=10)
    for process in started:
        process.wait(timeout=10)


def _session(pid: int) -> int:
    """Return the session of a process, which its children have too, also once it is gone."""
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0
