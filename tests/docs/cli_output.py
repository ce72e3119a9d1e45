"""Runs the commands whose output the how-to of the command line shows."""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from typer.testing import CliRunner

from sluicegate.cli.app import app

DOCUMENT = Path(__file__).parents[2] / "docs" / "how-to" / "cli.md"
_POLICY = """\
version: 1
name: shop
sources:
  shop_prod:
    tables:
      main.customers:
        columns: {id: customer_id, email: email, plan: public, notes: free_text, created_at: public}
classes:
  customer_id: {mask: pseudonymize}
  email: {mask: pseudonymize}
rules:
  - id: churn-training
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [churn_training]
    sources: [shop_prod]
    tables: [main.customers]
    limits: {rows: 1000000}
"""
_SQL = """\
SELECT id, email, upper(plan) AS plan, notes
FROM customers
WHERE created_at >= '2026-01-01'
"""
_REFUSED = """\
SELECT id, lower(email) AS email
FROM customers
WHERE pg_read_file('/etc/passwd') <> ''
"""


def block(mark: str) -> re.Match[str]:
    """Find the block behind a mark."""
    text = DOCUMENT.read_text("utf-8")
    found = re.search(rf"<!-- test: {mark} -->\n```\w+\n(.*?)```", text, re.DOTALL)
    assert found, mark
    return found


def shown(mark: str) -> str:
    """Return what the document shows."""
    return block(mark)[1]


def _run(*arguments: str) -> str:
    environ = {n: None for n in os.environ if n.startswith("SLUICEGATE_") or n == "FORCE_COLOR"}
    result = CliRunner(env=environ).invoke(app, list(arguments), prog_name="sluicegate")
    return "\n".join(line.rstrip() for line in result.stdout.rstrip().splitlines()) + "\n"


def _plan(folder: Path, sql: str) -> str:
    _run("init", str(folder))
    with sqlite3.connect(folder / "shop.db") as connection:
        connection.execute("CREATE TABLE customers (id INTEGER, email TEXT, plan TEXT, notes TEXT, created_at TEXT)")  # fmt: skip
    connection.close()
    (folder / "policy.yaml").write_text(_POLICY)
    settings = folder / "sluicegate.toml"
    settings.write_text(settings.read_text() + f'shop_prod = "sqlite:///{folder}/shop.db"\n')
    (folder / "customers.sql").write_text(sql)
    return _run("plan", "-s", "shop_prod", "-p", "churn_training", "--sql-file", "customers.sql")


def _lint(folder: Path) -> str:
    (folder / "dags").mkdir()
    (folder / "dags" / "shop.py").write_text(shown("lint-file"))
    return _run("lint", "dags/")


OUTPUTS: dict[str, Callable[[Path], str]] = {
    "plan": lambda folder: _plan(folder, _SQL),
    "refusal": lambda folder: _plan(folder, _REFUSED),
    "lint": _lint,
}
"""Mark in the document → what makes the output, in a working folder."""


def main() -> None:
    """Write the outputs into the document."""
    for mark, run in OUTPUTS.items():
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            output = run(Path(folder))
            os.chdir("/")
        found = block(mark)
        text = found.string
        DOCUMENT.write_text(text[: found.start(1)] + output + text[found.end(1) :], "utf-8")


if __name__ == "__main__":
    main()
