"""The README's ten-line DAG and asset do what the README shows of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DEFINITIONS = """
defs = dg.Definitions(
    assets=[customers],
    resources={"sluicegate": SluicegateResource(sources={"shop_prod": "env:SHOP_PROD_URL"})},
)
"""


def block(mark: str) -> tuple[str, list[str]]:
    """The code behind a mark, and the lines of the output that the README shows below it."""
    found = re.search(
        rf"<!-- test: {mark} -->\n```python\n(.*?)```.*?```text\n(.*?)```", README, re.DOTALL
    )
    assert found
    return found[1], found[2].splitlines()


def shape(line: str) -> str:
    """A line without what differs between two runs: numbers, digests, paths and times."""
    return re.sub(r"[\d,.:+T-]+|\S*/\S*", "#", line.strip())


@pytest.mark.postgres
@pytest.mark.airflow
@pytest.mark.slow
def test_the_dag(home: Path, run: Any) -> None:
    code, shown = block("run-airflow")
    dags = home / "dags"
    dags.mkdir()
    (dags / "readme.py").write_text(code)
    assert run("airflow", "db", "migrate", dags=dags)[0] == 0
    _, text = run("airflow", "dags", "test", "guarded_customers", dags=dags)
    printed = [shape(line) for line in text.splitlines()]
    for line in shown:
        assert any(shape(line) in p for p in printed), f"{line}\n{text[-3000:]}"


@pytest.mark.postgres
@pytest.mark.dagster
@pytest.mark.slow
def test_the_asset(home: Path, run: Any) -> None:
    code, shown = block("run-dagster")
    file = home / "readme.py"
    file.write_text(code + DEFINITIONS)
    ended, text = run("dagster", "asset", "materialize", "--select", "customers", "-f", str(file))
    assert ended == 0, text[-3000:]
    printed = [shape(line) for line in text.splitlines()]
    for line in shown:
        assert any(shape(line) in p for p in printed), f"{line}\n{text[-3000:]}"
