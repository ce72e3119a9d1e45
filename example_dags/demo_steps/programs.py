"""Starts Airflow, Dagster and the command line, each as a process of its own."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from example_dags.demo_steps.failed import DemoFailed
from example_dags.demo_steps.place import ROOT, Place

_LIMIT: Final = 300
"""Seconds after which a program is taken for stuck."""
_BIN: Final = Path(sys.executable).parent
_DAGSTER_FILE: Final = ROOT / "example_dags" / "dagster" / "guarded_customers.py"
_OWN_LINE: Final = re.compile(
    r"(sluicegate (?:released|refused|quarantined)\b.*?"
    r"|  (?:reason|finding|redacted|output|attestation|quarantine|ledger|blind spot) .*?)"
    r"(?: *\[[\w.]+\](?: loc=\S+)?)?$"
)
"""A line of ``outcome_lines``, between the columns that Airflow's logger puts around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended."""

    code: int
    log: Path

    @property
    def lines(self) -> list[str]:
        """What it printed."""
        return self.log.read_text("utf-8", errors="replace").splitlines()

    @property
    def told(self) -> list[str]:
        """The lines of the outcome in a task's log, without the logger's own columns."""
        found = (_OWN_LINE.search(line) for line in self.lines)
        return list(dict.fromkeys(match[1].rstrip() for match in found if match))


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Starts programs with one environment and keeps what they print under ``place.logs``."""

    place: Place
    environment: Mapping[str, str]

    def migrate_airflow(self) -> None:
        """Create Airflow's own database, in SQLite."""
        self._must("airflow-db", ["airflow", "db", "migrate"])

    def airflow_run(self, dag: str) -> tuple[Ended, str, int]:
        """Run a DAG as Airflow runs it; return the log, the task's state and its tries."""
        ended = self._run(f"airflow-{dag}", ["airflow", "dags", "test", dag])
        with closing(sqlite3.connect(self.place.airflow_home / "airflow.db")) as database:
            row = database.execute(
                "SELECT state, try_number FROM task_instance WHERE dag_id = ?", (dag,)
            ).fetchone()
        if row is None:
            raise DemoFailed(f"Airflow did not run {dag}; see {ended.log}")
        return ended, str(row[0]), int(row[1])

    def dagster_run(self) -> Ended:
        """Materialize the asset; a failure fails the demo."""
        command = ["dagster", "asset", "materialize", "--select", "customers"]
        return self._must("dagster-customers", [*command, "-f", str(_DAGSTER_FILE)])

    def sluicegate(self, *arguments: str) -> list[str]:
        """Run the command line and return what it printed; a failure fails the demo."""
        name = "sluicegate-" + "-".join(a for a in arguments[:2] if a.isalpha())
        return self._must(name, ["sluicegate", *arguments]).lines

    def _must(self, name: str, command: Sequence[str]) -> Ended:
        ended = self._run(name, command)
        if ended.code:
            shown = "\n".join(ended.lines[-5:])
            raise DemoFailed(f"{' '.join(command[:3])} ended with {ended.code}:\n{shown}")
        return ended

    def _run(self, name: str, command: Sequence[str]) -> Ended:
        log = self.place.logs / f"{name}.log"
        with log.open("wb") as sink:
            try:
                done = subprocess.run(
                    [str(_BIN / command[0]), *command[1:]], cwd=self.place.root,
                    env=dict(self.environment), stdin=subprocess.DEVNULL, stdout=sink,
                    stderr=subprocess.STDOUT, timeout=_LIMIT, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                raise DemoFailed(f"{command[0]} did not end within {_LIMIT} s; see {log}") from None
        return Ended(code=done.returncode, log=log)
