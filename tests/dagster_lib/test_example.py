"""The example runs as it stands, with the policy that lies beside it."""

from __future__ import annotations

import base64
import importlib.util
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow.parquet as pq
import pytest
from example_dags.shop import generate, load, planted

if TYPE_CHECKING:
    from tests.conftest import Postgres

pytestmark = [pytest.mark.dagster, pytest.mark.postgres]

EXAMPLES = Path(__file__).parents[2] / "example_dags"


def definitions() -> dg.Definitions:
    file = EXAMPLES / "dagster" / "guarded_customers.py"
    spec = importlib.util.spec_from_file_location("guarded_customers_example", file)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dg.Definitions = module.defs
    return found


def test_it_loads_with_nothing_set() -> None:
    dg.Definitions.validate_loadable(definitions())


def test_it_releases_the_shops_customers_and_nothing_planted(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = generate(customers=50, orders=150, notes=20)
    uri = postgres.database()
    load(uri, shop)
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    for name, value in {
        "SHOP_PROD_URL": uri,
        "SLUICEGATE_DEMO_LAKE": str(tmp_path / "lake"),
        "SLUICEGATE_POLICY": str(EXAMPLES / "policies" / "shop.yaml"),
        "SLUICEGATE_HOME": str(tmp_path / "guard"),
        "SLUICEGATE_ROOT_KEY": key,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dagster").mkdir()
    job = definitions().resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    assert result.success
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.passed
    (part,) = (tmp_path / "lake").rglob("part-00000.parquet")
    assert pq.read_table(part).num_rows > 0
    told = planted(shop)
    for file in (p for p in tmp_path.rglob("*") if p.is_file()):
        assert told.found_in(file.read_bytes()) == {}, file
