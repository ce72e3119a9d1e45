"""A small shop in PostgreSQL and a gate before it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings, Trust
from sluicegate.gate.keys import opened_keys
from sluicegate.mask.keys import PurposeKey
from sluicegate.model.sensitive import Sensitive

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

BIN = Path(sys.executable).parent
ROOT_KEY = base64.b64encode(bytes(range(32))).decode()
SQL = "SELECT id, email, plan, phone, birth_date, card_number, ssn, notes FROM customers ORDER BY created_at, id"


@dataclass(frozen=True, kw_only=True)
class ShopDatabase:
    """A loaded shop."""

    reader: str = field(repr=False)
    """URL of the login that may only read."""
    admin: str
    shop: Any
    planted: Any


@pytest.fixture(scope="session")
def shop_database(postgres: Any) -> ShopDatabase:
    from example_dags import shop

    data = shop.generate(customers=400, orders=900, notes=300)
    admin = postgres.database("gate_shop")
    return ShopDatabase(
        reader=shop.load(admin, data), admin=admin, shop=data, planted=shop.planted(data)
    )


@dataclass(kw_only=True)
class Bench:
    """A gate in a folder of its own."""

    folder: Path
    settings: Settings
    runs: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def identity(self, **changes: Any) -> RunIdentity:
        given: dict[str, Any] = {
            "orchestrator": "cli",
            "pipeline": "tests",
            "task": "extract",
            "run": f"run-{next(self.runs)}",
            "triggered_by": "ann",
            "trust": Trust.AUTHENTICATED,
        }
        return RunIdentity(**(given | changes))

    def request(self, **changes: Any) -> ExtractRequest:
        given: dict[str, Any] = {
            "source": "shop_prod",
            "sql": SQL,
            "purpose": "churn_training",
            "output": str(self.folder / "out"),
        }
        return ExtractRequest(**(given | changes))

    def pin_key(self, purpose: str) -> None:
        """Give a purpose a first key that is the same in every test; keys are drawn at random."""
        material = Sensitive(hashlib.sha256(f"key of {purpose}".encode()).digest())
        key = PurposeKey(purpose=purpose, epoch=1, material=material)
        with opened_keys(self.settings, change=True) as (keys, _):
            keys._begin(keys.history(purpose), key, "tests")

    def gate(self) -> Gate:
        return Gate.open(self.settings)

    def leftovers(self) -> list[str]:
        """Everything in the folder but the state of the gate itself."""
        return sorted(
            str(p.relative_to(self.folder))
            for p in self.folder.rglob("*")
            if p.is_file() and "state" not in p.relative_to(self.folder).parts
        )


@pytest.fixture
def make_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    def make(sources: dict[str, str], policy: Path | str) -> Bench:
        monkeypatch.setenv("SLUICEGATE_ROOT_KEY", ROOT_KEY)
        if isinstance(policy, str):
            (tmp_path / "state").mkdir(exist_ok=True)
            path = tmp_path / "state" / "policy.yaml"
            path.write_text(policy)
            policy = path
        settings = Settings.load(
            home=tmp_path / "state",
            policy=policy,
            lineage=tmp_path / "state" / "lineage.jsonl",
        ).with_sources(sources)
        return Bench(folder=tmp_path, settings=settings)

    return make


ORDERS_POLICY = """\
version: 1
name: shop
sources:
  shop:
    tables:
      main.orders: {columns: {id: public, ref: public, customer: customer_id, note: free_text}}
classes:
  customer_id: {mask: pseudonymize}
rules:
  - id: all
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [training]
    sources: [shop]
    tables: [main.orders]
"""


@pytest.fixture
def make_orders(make_bench: Callable[..., Bench], tmp_path: Path) -> Callable[..., Bench]:
    """Make a bench over a table of orders (id, ref, customer, note) in SQLite."""

    def make(rows: Sequence[tuple[int, str, str, str]]) -> Bench:
        with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
            connection.execute(
                "CREATE TABLE orders (id INTEGER, ref TEXT, customer TEXT, note TEXT)"
            )
            connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
        return make_bench({"shop": f"sqlite:///{tmp_path}/shop.db"}, ORDERS_POLICY)

    return make


@pytest.fixture
def shop_bench(make_bench: Callable[..., Bench], shop_database: ShopDatabase) -> Bench:
    policy = ROOT / "example_dags/policies/shop.yaml"
    return make_bench({"shop_prod": shop_database.reader}, policy)


def environment(home: Path, reader: str) -> dict[str, str]:
    parts = urlsplit(reader)
    connection = {
        "conn_type": "postgres",
        "host": parse_qs(parts.query)["host"][0],
        "login": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "schema": unquote(parts.path.removeprefix("/")),
    }
    foreign = ("AIRFLOW", "DAGSTER", "SLUICEGATE", "PYTHONPATH")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    return kept | {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW_CONN_SHOP_PROD": json.dumps(connection),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "example_dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__OPENLINEAGE__DISABLED": "True",
        "AIRFLOW__SLUICEGATE__CONFIG_FILE": str(home / "sluicegate.toml"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "SCARF_ANALYTICS": "false",
        "PYTHONWARNINGS": "ignore",
        "DAGSTER_HOME": str(home / "dagster"),
        "SLUICEGATE_CONFIG": str(home / "sluicegate.toml"),
        "SLUICEGATE_DEMO_LAKE": str(home / "lake"),
        "SLUICEGATE_ROOT_KEY": ROOT_KEY,
        "SHOP_PROD_URL": reader,
        "NO_COLOR": "1",
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    policy = ROOT / "example_dags" / "policies" / "shop.yaml"
    (tmp_path / "sluicegate.toml").write_text(
        f'policy = "{policy}"\nkey = "env:SLUICEGATE_ROOT_KEY"\nlineage = "lineage.jsonl"\n'
        '[sources]\nshop_prod = "env:SHOP_PROD_URL"\n'
    )
    return tmp_path


@pytest.fixture
def run(home: Path, shop_database: ShopDatabase) -> Callable[..., tuple[int, str]]:
    """Run a program of the environment in ``home``; gives its exit code and all it printed."""

    def start(*command: str, dags: Path = ROOT / "example_dags") -> tuple[int, str]:
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=home,
            env=environment(home, shop_database.reader) | {"AIRFLOW__CORE__DAGS_FOLDER": str(dags)},
            capture_output=True,
            text=True,
            timeout=280,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return start
