"""A small shop in PostgreSQL, a project around it, and a Dagster instance on disk."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import psycopg
import pytest

from dagster_sluicegate import SluicegateResource
from folder_content import contents

if TYPE_CHECKING:
    from tests.conftest import Postgres

MARKER = "marker7f3a"
"""Part of every value that must never be shown."""
TOKEN = "gh" + "p_" + "Zk3Jv9Qw7Lx2Rt8Bn4Mc6Yd1Hs5Gp0Fa3UeW"
"""Looks like a token; built here so that no file holds one."""

POLICY = """\
version: 1
name: shop
sources:
  shop:
    tables:
      public.customers:
        columns: {id: customer_id, email: email, plan: public, notes: free_text, ref: public}
classes:
  customer_id: {mask: pseudonymize}
  email: {mask: pseudonymize}
rules:
  - id: training
    effect: permit
    principals: [{orchestrator: dagster}, {orchestrator: cli}]
    purposes: [training]
    sources: [shop]
    tables: [public.customers]
  - id: quality
    effect: permit
    principals: [{orchestrator: dagster}]
    purposes: [quality]
    sources: [shop]
    tables: [public.customers]
    approval: {required: 1, approvers: [dana], expires: 24h}
"""


@pytest.fixture(scope="module")
def shop_url(postgres: Postgres) -> str:
    """A database of this module with 50 customers."""
    url = postgres.database()
    with psycopg.connect(url) as connection:
        connection.execute(
            "CREATE TABLE customers (id bigint, email text, plan text, notes text, ref text)"
        )
        connection.cursor().executemany(
            "INSERT INTO customers VALUES (%s, %s, %s, %s, %s)",
            [
                (
                    i,
                    f"{MARKER}.{i}@example.com",
                    "basic" if i % 2 else "pro",
                    f"write to {MARKER}.{i}@example.com",
                    TOKEN if i == 3 else f"order {i}",
                )
                for i in range(50)
            ],
        )
    return url


@dataclass(frozen=True, kw_only=True)
class Lab:
    """Where a test works."""

    folder: Path
    instance: dg.DagsterInstance
    resource: SluicegateResource

    def materialize(self, *assets: Any, **more: Any) -> dg.ExecuteInProcessResult:
        """Materialize on the instance; failures are results."""
        more = {"resources": {"sluicegate": self.resource}, "raise_on_error": False, **more}
        return dg.materialize(list(assets), instance=self.instance, **more)

    def output(self, name: str = "out") -> Path:
        """A folder for a release."""
        return self.folder / name

    def left_behind(self) -> dict[str, bytes]:
        """Everything that Dagster and Sluicegate wrote."""
        return {str(path): content for path, content in contents(self.folder).items()}

    def assert_nothing_left(self, *secret: str) -> None:
        """No marked value and no token stands in any file: databases, logs, outputs, ledger."""
        files = self.left_behind()
        assert any(name.endswith(".db") for name in files), "Dagster's storage is on disk"
        for text in (MARKER, "Zk3Jv9", *secret):
            found = [name for name, content in files.items() if text.encode() in content]
            assert not found


@pytest.fixture
def lab(tmp_path: Path, shop_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    for name in [n for n in os.environ if n.startswith("SLUICEGATE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_URL", shop_url)
    monkeypatch.setenv("ROOT_KEY", base64.b64encode(secrets.token_bytes(32)).decode())
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "dagster").mkdir()
    resource = SluicegateResource(
        policy=str(tmp_path / "policy.yaml"),
        home=str(tmp_path / "guard"),
        key="env:ROOT_KEY",
        environment="test",
        sources={"shop": "env:SHOP_URL"},
    )
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        yield Lab(folder=tmp_path, instance=instance, resource=resource)
