"""The guarded XCom backend: its modes, what it wraps, and what the guard itself hands on."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from airflow_version import skip_before

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = pytest.mark.airflow

EMAIL = "jane.roe@shop.example.com"
WHOSE = {"task_id": "t", "dag_id": "d", "run_id": "r", "map_index": -1}


@pytest.fixture
def mode(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("AIRFLOW__SLUICEGATE__HOME", str(tmp_path))
    return lambda name: monkeypatch.setenv("AIRFLOW__SLUICEGATE__XCOM", name)


def serialized(value: object, key: str = "return_value") -> Any:
    from airflow_provider_sluicegate.xcom import GuardedXCom

    return GuardedXCom.serialize_value(value, key=key, **WHOSE)


class Custom:
    """An object that Airflow knows how to serialize, and nobody else how to read."""

    def __init__(self, text: str) -> None:
        self.text = text

    def serialize(self) -> dict[str, str]:
        return {"text": self.text[::-1]}


class TwoFaced:
    """Says one thing when it is looked at, and another when it is stored."""

    calls = 0

    def serialize(self) -> dict[str, str]:
        TwoFaced.calls += 1
        return {"text": "nothing" if TwoFaced.calls == 1 else EMAIL}


def test_what_is_found_is_refused_without_a_retry(mode: Any) -> None:
    from airflow.providers.common.compat.sdk import AirflowFailException

    for value in (EMAIL, {"a": [EMAIL]}, {EMAIL: 1}, Custom(EMAIL[::-1]), object(), EMAIL.encode()):
        with pytest.raises(AirflowFailException, match="SG-VALUE") as caught:
            serialized(value)
        assert "jane" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
    with pytest.raises(AirflowFailException) as caught:
        serialized(1, key=EMAIL)
    assert "jane" not in str(caught.value)


def test_what_is_stored_is_looked_at_too(mode: Any) -> None:
    from airflow.providers.common.compat.sdk import AirflowFailException

    TwoFaced.calls = 0
    with pytest.raises(AirflowFailException, match="email"):
        serialized(TwoFaced())


def test_an_object_that_only_airflow_knows_passes_if_its_form_is_clean(mode: Any) -> None:
    assert serialized(Custom("olleh"))["__data__"] == {"text": "hello"}


def test_what_airflow_itself_serializes_passes(mode: Any) -> None:
    import datetime as dt
    from decimal import Decimal

    from airflow.sdk import Asset

    for value in (
        None, 1, 1.5, "text", [1, (2,)], {"a": {3}}, dt.datetime.now(dt.UTC), dt.timedelta(1),
        Decimal("1.5"), Asset("a", uri="s3://a/b"),
    ):  # fmt: skip
        serialized(value)


def test_a_frame_that_airflow_serializes_passes(mode: Any) -> None:
    import pandas as pd

    skip_before(3, 3, "a serializer that knows pandas 3")
    serialized(pd.DataFrame({"a": ["x"] * 100}))


def test_masking_stores_the_rest(mode: Any) -> None:
    mode("mask")
    assert serialized({"a": f"to {EMAIL}", "n": 3}) == {"a": "to {EMAIL}", "n": 3}
    assert serialized(EMAIL) == "{EMAIL}"
    from airflow.providers.common.compat.sdk import AirflowFailException

    with pytest.raises(AirflowFailException, match="cannot be redacted"):
        serialized(object())


def test_observing_only_tells(mode: Any, caplog: pytest.LogCaptureFixture) -> None:
    mode("observe")
    assert serialized({"a": EMAIL}) == {"a": EMAIL}
    assert "return_value.a: email" in caplog.text
    assert "jane" not in caplog.text


def test_an_unknown_mode_stores_nothing(mode: Any) -> None:
    from airflow.providers.common.compat.sdk import AirflowFailException

    mode("off")
    with pytest.raises(AirflowFailException, match="SG-CONFIG"):
        serialized(1)


def test_links_of_operators_are_looked_at(mode: Any) -> None:
    from airflow.providers.common.compat.sdk import AirflowFailException

    from airflow_provider_sluicegate.xcom import GuardedXCom

    with pytest.raises(AirflowFailException, match="SG-VALUE"):
        GuardedXCom._set_xcom_in_db("_link_X", f"https://a.example.org/?to={EMAIL}", **WHOSE)


def test_the_address_of_airflow_itself_in_a_link_is_no_finding(
    mode: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.providers.common.compat.sdk import AirflowFailException

    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "http://198.51.100.7:8080/")
    own = "http://198.51.100.7:8080/dags/d/runs/r"
    assert serialized(own, key="_link_X") == own
    for other in (f"{own}?to={EMAIL}", "http://198.51.100.7:80801/", "http://198.51.100.8/"):
        with pytest.raises(AirflowFailException, match="SG-VALUE"):
            serialized(other, key="_link_X")


def test_the_name_of_an_xcom_is_looked_at(mode: Any) -> None:
    from airflow.providers.common.compat.sdk import AirflowFailException

    with pytest.raises(AirflowFailException, match="SG-VALUE") as error:
        serialized(1, key=EMAIL)
    assert "jane" not in str(error.value)
    assert serialized(1, key="a name, with 12 signs") is not None


def test_it_wraps_the_backend_that_is_named(
    mode: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from airflow.providers.common.compat.sdk import AirflowFailException
    from airflow.providers.common.io.xcom import backend

    import airflow_provider_sluicegate.xcom as module

    name = "airflow.providers.common.io.xcom.backend.XComObjectStorageBackend"
    monkeypatch.setenv("AIRFLOW__SLUICEGATE__XCOM_INNER", name)
    monkeypatch.setenv("AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_PATH", f"file://{tmp_path}/xcoms")
    monkeypatch.setenv("AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_THRESHOLD", "10")
    for cached in (backend._get_base_path, backend._get_threshold, backend._get_compression):
        cached.cache_clear()
    try:
        guarded = importlib.reload(module).GuardedXCom
        assert issubclass(guarded, backend.XComObjectStorageBackend)
        value = {"rows": 12, "of": "a longer value"}
        path = guarded.serialize_value(value, key="k", **WHOSE)
        assert path.startswith(f"file://{tmp_path}/xcoms/d/r/t/")
        assert guarded.deserialize_value(SimpleNamespace(value=path)) == value
        guarded.purge(SimpleNamespace(value=path))
        with pytest.raises(AirflowFailException, match="SG-VALUE"):
            guarded.serialize_value({**value, "to": EMAIL}, key="k", **WHOSE)
        assert not [p for p in tmp_path.rglob("*.json") if p.is_file()]
        monkeypatch.setenv("AIRFLOW__SLUICEGATE__XCOM_INNER", "builtins.dict")
        with pytest.raises(ValueError, match="names no XCom backend"):
            importlib.reload(module)
    finally:
        monkeypatch.delenv("AIRFLOW__SLUICEGATE__XCOM_INNER")
        importlib.reload(module)


def test_the_module_loads_nothing_heavy() -> None:
    code = (
        "import airflow.sdk.bases.xcom, sys; before = set(sys.modules)\n"
        "import airflow_provider_sluicegate.xcom\n"
        "print(','.join(set(sys.modules) - before))"
    )
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    added = set(answer.stdout.splitlines()[-1].split(","))
    assert added.isdisjoint({"pyarrow", "hyperscan", "sqlglot", "pandas", "numpy", "duckdb"})
    assert {m for m in added if m.startswith("sluicegate.")} == {"sluicegate.errors"}


@pytest.mark.postgres
@pytest.mark.slow
def test_the_facts_of_a_release_pass(
    airflow: Airflow, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator
    from airflow_provider_sluicegate.xcom import GuardedXCom

    monkeypatch.setattr("airflow.sdk.execution_time.task_runner.XCom", GuardedXCom)
    with DAG("t_guarded_xcom", schedule=None, tags=["team:growth"]) as dag:
        GuardedExtractOperator(
            task_id="extract",
            conn_id="shop_prod",
            sql="SELECT id, email, phone, plan, notes FROM customers",
            output=str(deployment.lake / "t_guarded_xcom"),
            purpose="churn_training",
        )
    run = airflow.run(dag)
    assert run.states == {"extract": ("success", 1)}, run.why
    ((value,),) = airflow.rows(
        "SELECT value FROM xcom WHERE dag_id = 't_guarded_xcom' AND key = 'return_value'"
    )
    assert json.loads(value)["rows"] > 0
