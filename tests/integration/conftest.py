"""A small shop in PostgreSQL and a gate before it."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings, Trust

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

ROOT_KEY = base64.b64encode(bytes(range(32))).decode()
SQL = "SELECT id, email, plan, phone, birth_date, card_number, ssn, notes FROM customers ORDER BY created_at, id"


@dataclass(frozen=True, kw_only=True)
class ShopDatabase:
    """A loaded shop."""

    reader: str
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


@pytest.fixture
def shop_bench(make_bench: Callable[..., Bench], shop_database: ShopDatabase) -> Bench:
    policy = ROOT / "example_dags/policies/shop.yaml"
    return make_bench({"shop_prod": shop_database.reader}, policy)
