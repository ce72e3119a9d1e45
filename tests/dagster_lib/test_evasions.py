"""Tries to get values out of a guarded pipeline, and searches all that Dagster keeps for them."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

import dagster_evasions as evasions
from folder_content import contents

pytestmark = [pytest.mark.dagster, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "how-to" / "dagster-evasions.md"
STORAGE = """\
      module: dagster._core.storage.sqlite_storage
      class: DagsterSqliteStorage
      config: {{base_dir: {home}/storage}}
"""
LOGS = """\
      module: dagster._core.storage.local_compute_log_manager
      class: LocalComputeLogManager
      config: {{base_dir: {home}/logs}}
"""
GUARDED = f"""\
telemetry: {{{{enabled: false}}}}
storage:
  custom:
    module: dagster_sluicegate.storage
    class: RedactingStorage
    config:
      inner:
{STORAGE.replace("      ", "        ")}
compute_logs:
  module: dagster_sluicegate.compute_logs
  class: RedactingComputeLogManager
  config:
    inner:
{LOGS}
"""
PLAIN = f"""\
telemetry: {{{{enabled: false}}}}
storage:
  custom:
{STORAGE}
compute_logs:
{LOGS.replace("      ", "  ")}
"""


@dataclass(frozen=True)
class Left:
    """What stands in the home of an instance after all ways were tried."""

    files: dict[str, bytes]

    def of(self, way: str) -> list[str]:
        """Files that hold the value of a way, in any form."""
        forms = evasions.forms_of(way).values()
        return [n for n, content in self.files.items() if any(form in content for form in forms)]


def run(home: Path, config: str, *arguments: str) -> Left:
    (home / "logs").mkdir(parents=True)
    (home / "dagster.yaml").write_text(config.format(home=home))
    environment = {n: v for n, v in os.environ.items() if not n.startswith("SLUICEGATE_S")}
    environment |= {
        "DAGSTER_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), *sys.path]),
    }
    with (home.parent / f"{home.name}.console").open("wb") as console:
        subprocess.run(
            [sys.executable, "-m", "dagster_evasions", *arguments],
            cwd=home, env=environment, stdout=console, stderr=console, check=True,
        )  # fmt: skip
    files = {str(p.relative_to(home)): content for p, content in contents(home).items()}
    for database in home.rglob("*.db"):
        files[f"{database.name}, unpacked"] = unpacked(database)
    return Left(files=files)


def unpacked(database: Path) -> bytes:
    """Return what stands compressed in a database: Dagster keeps definitions so."""
    with closing(sqlite3.connect(database)) as connection:
        tables = [
            n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        rows = [row for n in tables for row in connection.execute(f'SELECT * FROM "{n}"')]
    parts = []
    for cell in (cell for row in rows for cell in row if isinstance(cell, bytes)):
        with suppress(zlib.error):
            parts.append(zlib.decompress(cell))
    return b"\n".join(parts)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Left:
    return run(tmp_path_factory.mktemp("lab") / "guarded", GUARDED)


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory: pytest.TempPathFactory) -> Left:
    return run(tmp_path_factory.mktemp("lab") / "plain", PLAIN, "unguarded")


STOPPED = [way for way in evasions.WAYS if way not in evasions.OUT_OF_REACH]


@pytest.mark.parametrize("way", STOPPED)
def test_nothing_of_it_is_kept(guarded: Left, way: str) -> None:
    assert guarded.of(way) == []


@pytest.mark.parametrize("way", evasions.OUT_OF_REACH)
def test_what_is_said_to_be_out_of_reach_is(guarded: Left, way: str) -> None:
    """Should one be stopped some day, the document must not say that it is open."""
    assert guarded.of(way) != []


def test_without_the_guard_the_same_steps_leave_their_values(unguarded: Left) -> None:
    """The search finds what there is: nearly every way of a step is open in plain Dagster."""
    closed = {way for way in evasions.steps.found if not unguarded.of(way)}
    assert closed == {"context.log with extra", "group of exceptions"}


def test_what_was_clean_or_made_clean_is_stored_and_all_else_refused(guarded: Left) -> None:
    ends = json.loads(guarded.files["stored.json"])
    names = list(evasions.stored.found)
    cleaned = ("rows that an Arrow slice left out", "what stands below an Arrow NULL")
    stored = {f"asset_{names.index(name)}" for name in cleaned} | {"clean"}
    assert {step for step, end in ends.items() if end == "stored"} == stored
    assert {end for step, end in ends.items() if step not in stored} == {"SG-VALUE", "SG-DETECT"}
    assert len(ends) == len(names) + 1


def test_a_run_with_a_value_in_its_configuration_is_not_created(guarded: Left) -> None:
    told = guarded.files["refused.txt"].decode()
    assert "ops.configured.config.customer" in told


def test_the_document_lists_every_way_and_no_other() -> None:
    text = DOCUMENT.read_text("utf-8")
    stopped, _, open_ways = text.partition("## Out of reach")
    rows = re.compile(r"^\| (?!way |---)([^|]+?) \|", re.MULTILINE)
    assert rows.findall(open_ways) == evasions.OUT_OF_REACH
    assert sorted(rows.findall(stopped)) == sorted(STOPPED)
