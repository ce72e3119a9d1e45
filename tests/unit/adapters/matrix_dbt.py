"""The example project under a real dbt, which cannot stand beside our pins: ``make matrix ARGS=dbt``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sluicegate.dbt import compare, propose, read_manifest, trace
from sluicegate.policy import parse_policy

EXAMPLE = Path(__file__).parents[3] / "example_dags/dbt"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the example over an empty warehouse."""
    folder = tmp_path_factory.mktemp("dbt") / "shop"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("manifest.json"))
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute(
            "CREATE TABLE raw.customers (id BIGINT, email VARCHAR, phone VARCHAR, birth_date DATE,"
            " plan VARCHAR, notes VARCHAR)"
        )
        connection.execute("CREATE TABLE raw.orders (id BIGINT, customer_id BIGINT, amount BIGINT)")
    done = subprocess.run(
        ["dbt", "build", "--profiles-dir", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
    )
    assert done.returncode == 0, done.stdout[-2000:]
    return folder


def proposal(manifest: Path) -> str:
    return propose(trace(read_manifest(manifest)), source="wh", manifest="manifest.json")


def test_the_manifest_that_is_kept_says_what_dbt_writes(project: Path) -> None:
    fresh = project / "target/manifest.json"
    assert proposal(fresh) == proposal(EXAMPLE / "manifest.json")
    policy = parse_policy(proposal(fresh))
    assert compare(trace(read_manifest(fresh)), policy, source="wh") == ()


def test_every_column_that_dbt_built_is_known(project: Path) -> None:
    manifest: Any = json.loads((project / "target/manifest.json").read_text())
    assert manifest["metadata"]["adapter_type"] == "duckdb"
    traced = trace(read_manifest(project / "target/manifest.json"))
    known = {(c.relation.name.schema, c.relation.name.name, c.name) for c in traced.columns}
    with duckdb.connect(str(project / "shop.duckdb")) as connection:
        built = connection.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns"
        ).fetchall()
    assert known == set(built)
