"""A small project on disk, and the command line run inside it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sluicegate.cli.app import app

MARKER = "marker7f3a"
"""Part of every value that must never be shown."""
TOKEN = "gh" + "p_" + "Zk3Jv9Qw7Lx2Rt8Bn4Mc6Yd1Hs5Gp0Fa3UeW"
"""Looks like a token; built here so that no file holds one."""
CUSTOMERS = "SELECT id, email, plan, notes FROM customers"

POLICY = """\
version: 1
name: shop
sources:
  shop:
    tables:
      main.customers:
        columns: {id: customer_id, email: email, plan: public, notes: free_text, ref: public}
classes:
  customer_id: {mask: pseudonymize}
  email: {mask: pseudonymize}
rules:
  - id: training
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [training]
    sources: [shop]
    tables: [main.customers]
  - id: quality
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [quality]
    sources: [shop]
    tables: [main.customers]
    approval: {required: 1, approvers: [daemon], expires: 24h}
"""


@dataclass(frozen=True, kw_only=True)
class Project:
    """A folder with settings, policy, keys and a database."""

    folder: Path

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        """Run a command in this process."""
        return CliRunner().invoke(app, list(arguments), input=stdin, prog_name="sluicegate")

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Run a command and read the document on stdout."""
        result = self.run(*arguments, "--format", "json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def ask(self, verb: str, sql: str = CUSTOMERS, *more: str, purpose: str = "training") -> Result:
        """Run plan, extract or preview."""
        return self.run(verb, "-s", "shop", "-p", purpose, "--sql", sql, *more)

    def process(
        self, *arguments: str, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own."""
        return subprocess.run(
            [sys.executable, "-c", "from sluicegate.cli import main; main()", *arguments],
            cwd=self.folder,
            env={**os.environ, **(environ or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def _forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("SLUICEGATE_")]:
        monkeypatch.delenv(name)


def make_database(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(
            "CREATE TABLE customers (id INTEGER, email TEXT, plan TEXT, notes TEXT, ref TEXT)"
        )
        connection.executemany(
            "INSERT INTO customers VALUES (?, ?, ?, ?, ?)",
            [
                (
                    i,
                    f"{MARKER}.{i}@example.com",
                    "basic" if i % 2 else "pro",
                    f"write to {MARKER}.{i}@example.com",
                    TOKEN if i == 3 else f"order {i}",
                )
                for i in range(20)
            ],
        )
    connection.close()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A folder without anything, and the working folder."""
    _forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return Project(folder=tmp_path)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose policy permits something, and the working folder."""
    _forget_settings(monkeypatch)
    folder = tmp_path / "shop_project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    made = Project(folder=folder)
    result = made.run("init")
    assert result.exit_code == 0, result.output
    make_database(folder / "shop.db")
    (folder / "policy.yaml").write_text(POLICY)
    settings = folder / "sluicegate.toml"
    settings.write_text(settings.read_text() + f'shop = "sqlite:///{folder}/shop.db"\n')
    return made
