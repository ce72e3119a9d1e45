from __future__ import annotations

import json
import subprocess
import sys

import dagster as dg
import pytest
from dagster_shared.libraries import DagsterLibraryRegistry

import dagster_sluicegate
from dagster_sluicegate import SluicegateResource
from sluicegate.errors import ConfigurationError

pytestmark = pytest.mark.dagster

HEAVY = (
    "pyarrow", "hyperscan", "sqlglot", "pandas", "great_expectations", "sqlalchemy", "duckdb",
    "adbc_driver_postgresql", "numpy",
)  # fmt: skip


def test_importing_it_loads_nothing_heavy_that_dagster_does_not() -> None:
    code = (
        "import sys, json, dagster\n"
        f"heavy = {HEAVY!r}\n"
        "before = {m for m in heavy if m in sys.modules}\n"
        "import dagster_sluicegate\n"
        "dagster_sluicegate.SluicegateResource(sources={'shop': 'env:SHOP_URL'})\n"
        "print(json.dumps(sorted({m for m in heavy if m in sys.modules} - before)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_dagster_knows_the_library_and_its_version() -> None:
    from importlib.metadata import version

    assert DagsterLibraryRegistry.get()["dagster-sluicegate"] == dagster_sluicegate.__version__
    assert dagster_sluicegate.__version__ == version("dagster-sluicegate") == version("sluicegate")


def test_an_env_var_of_dagster_is_kept_as_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_URL", "postgresql://me:pw7f3a@db/shop")
    resource = SluicegateResource(sources={"shop": dg.EnvVar("SHOP_URL")})
    assert resource.sources == {"shop": "env:SHOP_URL"}
    assert "pw7f3a" not in repr(resource)
    assert resource.settings().source_url("shop").reveal() == "postgresql://me:pw7f3a@db/shop"


def test_what_dagster_shows_of_the_configuration_holds_no_url(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOP_URL", "postgresql://me:pw7f3a@db/shop")
    resource = SluicegateResource(sources={"shop": dg.EnvVar("SHOP_URL")})
    definitions = dg.Definitions(resources={"sluicegate": resource})
    repository = definitions.get_repository_def()
    top = repository.get_top_level_resources()["sluicegate"]
    assert "pw7f3a" not in repr(top.config_schema.default_value)
    assert "env:SHOP_URL" in repr(top.config_schema.default_value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:pw7f3a@db/shop",
        "postgresql://db/shop?user=me&password=pw7f3a",
        "postgresql://db/shop?PASSWORD=pw7f3a",
        "postgresql://db/shop?%70assword=pw7f3a",
        "postgresql://me:pw7f3a@[db/shop",
        "postgresql://me:pw7f3a@one,two/shop",
        "postgresql://db/shop?sslpassword=pw7f3a",
        "host=db dbname=shop password=pw7f3a",
    ],
)
def test_a_password_in_the_configuration_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SluicegateResource(sources={"shop": url}).settings()
    assert "pw7f3a" not in str(caught.value)
    assert "env:VARIABLE" in caught.value.hint


def test_the_ledgers_url_is_guarded_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://me:pw7f3a@db/ledger"
    with pytest.raises(ConfigurationError) as caught:
        SluicegateResource(ledger=url).settings()
    assert "pw7f3a" not in str(caught.value)
    monkeypatch.setenv("LEDGER_URL", url)
    resource = SluicegateResource(ledger=dg.EnvVar("LEDGER_URL"))
    assert resource.ledger == "env:LEDGER_URL"
    assert resource.settings().ledger == url
    assert SluicegateResource(ledger="/var/ledger.db").settings().ledger == "/var/ledger.db"


def test_the_vaults_url_is_guarded_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://me:pw7f3a@db/vault"
    with pytest.raises(ConfigurationError) as caught:
        SluicegateResource(vault=url).settings()
    assert "pw7f3a" not in str(caught.value)
    monkeypatch.setenv("VAULT_URL", url)
    vault = SluicegateResource(vault=dg.EnvVar("VAULT_URL")).settings().vault
    assert vault is not None
    assert vault.reveal() == url
    assert SluicegateResource().settings().vault is None


def test_a_url_without_a_password_is_taken() -> None:
    for url in ("duckdb:///shop.duckdb", "postgresql://me@db/shop?passfile=/run/pgpass"):
        resource = SluicegateResource(sources={"shop": url})
        assert resource.settings().source_url("shop").reveal() == url


def test_settings_that_are_given_beat_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICEGATE_ENVIRONMENT", "staging")
    assert SluicegateResource().settings().environment == "staging"
    assert SluicegateResource(environment="prod").settings().environment == "prod"


def test_the_urls_are_read_when_a_step_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = SluicegateResource(sources={"shop": "env:SHOP_URL"})
    monkeypatch.setenv("SHOP_URL", "duckdb:///a")
    assert resource.settings().source_url("shop").reveal() == "duckdb:///a"
    monkeypatch.setenv("SHOP_URL", "duckdb:///b")
    assert resource.settings().source_url("shop").reveal() == "duckdb:///b"
