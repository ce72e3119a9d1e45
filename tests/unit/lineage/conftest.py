from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sluicegate.model.canonical import digest
from sluicegate.model.data import ColumnRef, RelationName
from sluicegate.model.decision import Decision, Effect
from sluicegate.model.identity import RunIdentity
from sluicegate.model.masks import Keep, Pseudonymize, Redact, Suppress
from sluicegate.model.plan import Carries, OutputColumn, Plan, Statement

CUSTOMERS = RelationName(schema="public", name="customers")


def ref(column: str) -> ColumnRef:
    return ColumnRef(relation=CUSTOMERS, column=column)


def column(name: str, *origins: tuple[str, Any], bare: bool = True) -> OutputColumn:
    return OutputColumn(
        name=name,
        carries=Carries.FINISHED,
        origins=tuple(ref(o) for o, _ in origins),
        masks={ref(o): mask for o, mask in origins if mask is not None},
        bare=bare,
    )


def plan_of(**changes: Any) -> Plan:
    given: dict[str, Any] = {
        "source": "shop_prod",
        "dialect": "postgres",
        "purpose": "churn",
        "output": "s3://lake/train/customers/",
        "statement": Statement(sql="SELECT 'canary-literal' AS x"),
        "shape": "SELECT id FROM customers WHERE plan = ?",
        "columns": (
            column("id", ("id", Keep())),
            column("email", ("email", Pseudonymize())),
            column("label", ("first", Redact()), ("last", Suppress()), ("id", Keep()), bare=False),
            column("rows", bare=False),
        ),
        "relations": (CUSTOMERS,),
        "decision": Decision(effect=Effect.PERMIT, policy_digest=digest("policy")),
    }
    return Plan(**{**given, **changes})


def identity_of(**changes: Any) -> RunIdentity:
    given: dict[str, Any] = {
        "orchestrator": "airflow",
        "pipeline": "daily",
        "task": "customers",
        "run": "manual__1",
        "owner": "owen",
    }
    return RunIdentity(**{**given, **changes})


@pytest.fixture
def make_plan() -> Callable[..., Plan]:
    return plan_of


@pytest.fixture
def make_identity() -> Callable[..., RunIdentity]:
    return identity_of


@pytest.fixture
def make_column() -> Callable[..., OutputColumn]:
    return column
