"""Data classes travel along the columns, and stop at a mask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sluicegate.lineage.tags import input_tags, output_tags
from sluicegate.model.data import PUBLIC, ColumnRef, DataClass, RelationName
from sluicegate.model.decision import ColumnRule, Decision, Effect, Obligations
from sluicegate.model.masks import Keep, Mask, MaskJson, Partial, Pseudonymize, Redact
from sluicegate.model.plan import Plan, PlanFacts

CUSTOMERS = RelationName(schema="public", name="customers")
CLASSES = {
    "id": PUBLIC, "email": DataClass("email"), "city": DataClass("city"), "notes": None,
    "phone": DataClass("phone"),
}  # fmt: skip


def ref(column: str) -> ColumnRef:
    return ColumnRef(relation=CUSTOMERS, column=column)


@pytest.fixture
def plan(make_plan: Callable[..., Plan], make_column: Any) -> Callable[..., Plan]:
    def build(*columns: tuple[str, str, Mask], **more: Any) -> Plan:
        rules = {
            ref(c): ColumnRule(column=ref(c), data_class=k, mask=Keep(), rule="r")
            for c, k in CLASSES.items()
        }
        decision = Decision(
            effect=Effect.PERMIT,
            policy_digest="sha256:0",
            obligations=Obligations(columns=rules),
        )
        made = tuple(make_column(name, (origin, mask)) for name, origin, mask in columns)
        return make_plan(columns=made, decision=decision, **more)

    return build


def told(tags: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    assert {t["source"] for t in tags} <= {"SLUICEGATE"}
    return {(t["field"], t["key"], t["value"]) for t in tags}


def test_a_class_stops_at_a_mask(plan: Callable[..., Plan]) -> None:
    made = plan(
        ("id", "id", Keep()), ("mail", "email", Pseudonymize()), ("town", "city", Keep()),
        ("tel", "phone", Partial()), ("notes", "notes", Redact()),
    )  # fmt: skip
    assert told(output_tags(made)) == {
        ("mail", "mask", "pseudonymize"), ("town", "data_class", "city"),
        ("tel", "mask", "partial"), ("notes", "mask", "redact"),
    }  # fmt: skip


def test_what_is_read_is_tagged_though_it_only_filters(plan: Callable[..., Plan]) -> None:
    made = plan(
        ("id", "id", Keep()),
        influences={"filter": (ref("email"),)},
        facts=PlanFacts(columns=(ref("id"), ref("city"))),
    )
    assert told(input_tags(made, CUSTOMERS)) == {
        ("email", "data_class", "email"), ("city", "data_class", "city"),
    }  # fmt: skip
    assert input_tags(made, RelationName(schema="public", name="orders")) == []
    assert output_tags(made) == []


@pytest.mark.parametrize(
    ("others", "inner", "goes_on"),
    [
        ("suppress", Redact(), False),
        ("suppress", Keep(), True),
        ("keep", Redact(), True),
    ],
)
def test_a_document_of_which_a_part_is_kept_carries_its_class_on(
    plan: Callable[..., Plan], others: Any, inner: Any, goes_on: bool
) -> None:
    mask = MaskJson(paths=(("$.a", inner),), others=others)
    found = told(output_tags(plan(("doc", "phone", mask))))
    assert found == {("doc", "data_class", "phone") if goes_on else ("doc", "mask", "mask_json")}
