"""Our checks and schemas in pandera, for pandas and polars; no error of theirs quotes a value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pap
import pandera.polars as ppl
import polars as pl
import pyarrow as pa
import pytest
from pandera.errors import SchemaErrors
from pandera.io import pandas_io, polars_io

from sluicegate.adapters.pandera import schema_from_policy, validate
from sluicegate.errors import DetectionError, QualityError, UnknownNameError
from sluicegate.mask import transform
from sluicegate.model.masks import (
    Bucket,
    Constant,
    Mask,
    Partial,
    Suppress,
)
from sluicegate.policy import load_policy, parse_policy
from sluicegate.quality.pandera_schema import pattern_of
from sluicegate.quality.sensitive import SensitiveCount, arrow_of

EMAIL = "ann.planted" + "@example.com"
LIBRARIES = [
    pytest.param(pap, pd.DataFrame, id="pandas"),
    pytest.param(ppl, pl.DataFrame, id="polars"),
]
POLICY = """
version: 1
name: shop
sources:
  shop_db:
    tables:
      main.customers:
        columns: {email: email, phone: phone, secret: secret, note: free_text, plan: public}
classes:
  email: {mask: pseudonymize}
  phone: {mask: partial, keep_last: 2}
"""


def rejected(schema: Any, frame: Any) -> SchemaErrors:
    with pytest.raises(SchemaErrors) as caught:
        schema.validate(frame, lazy=True)
    told = [str(caught.value), repr(caught.value), str(caught.value.message)]
    told += [str(e) for e in caught.value.schema_errors] + [str(caught.value.failure_cases)]
    assert not [text for text in told if EMAIL in text]
    return caught.value


@pytest.mark.parametrize(("library", "frame"), LIBRARIES)
def test_sensitive_data_fails_and_is_not_quoted(library: Any, frame: Any) -> None:
    check = library.Check.no_sensitive_data
    schema = library.DataFrameSchema({"note": library.Column(str, check(), nullable=True)})
    schema.validate(frame({"note": ["nothing", None]}), lazy=True)
    rejected(schema, frame({"note": ["nothing", f"to {EMAIL}", None]}))
    allowing = library.DataFrameSchema({"note": library.Column(str, check(allowed=["email"]))})
    allowing.validate(frame({"note": [EMAIL]}), lazy=True)
    rejected(allowing, frame({"note": ["host 192.0.2.7", EMAIL]}))


@pytest.mark.parametrize(("library", "frame"), LIBRARIES)
def test_k_anonymity_of_a_frame(library: Any, frame: Any) -> None:
    rows = {"town": ["A"] * 3 + ["B"] * 2, "ill": ["x", "y", "x", "z", "z"], "who": list("abcde")}
    data = frame(rows)

    def schema(**given: Any) -> Any:
        check = library.Check.k_anonymous(quasi_identifiers=["town"], **given)
        return library.DataFrameSchema(checks=check)

    schema(k=2).validate(data, lazy=True)
    schema(k=2, subject="who").validate(data, lazy=True)
    for failing in ({"k": 3}, {"k": 2, "sensitive": ["ill"], "l": 2}):
        rejected(schema(**failing), data)
    rejected(schema(k=2, subject="town"), data)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_schema_follows_from_a_policy(library: Any) -> None:
    frame: Any = pd.DataFrame if library == "pandas" else pl.DataFrame
    policy = parse_policy(POLICY)
    schema = schema_from_policy(policy, source="shop_db", table="main.customers", library=library)
    good: dict[str, Any] = {
        "email": ["0123456789abcdef" * 2, None],
        "phone": ["*********99", "**"],
        "note": ["call {PHONE}", None],
        "plan": ["basic", "gold"],
    }
    validate(schema, frame(good))
    for column, value in {
        "email": EMAIL,
        "phone": "0171 496 0999",
        "note": f"to {EMAIL}",
        "plan": EMAIL,
    }.items():
        bad = {**good, column: [value, good[column][1]]}
        with pytest.raises(QualityError, match=column) as caught:
            validate(schema, frame(bad))
        assert value not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
        rejected(schema, frame(bad))
    with pytest.raises(QualityError, match="secret"):
        validate(schema, frame({**good, "secret": ["x", None]}))
    with pytest.raises(QualityError, match="more"):
        validate(schema, frame({**good, "more": [1, 2]}))


def test_names_that_the_policy_does_not_know_are_told_with_near_ones() -> None:
    policy = parse_policy(POLICY)
    with pytest.raises(UnknownNameError, match="shop_dv"):
        schema_from_policy(policy, source="shop_dv", table="main.customers")
    with pytest.raises(UnknownNameError, match="customer"):
        schema_from_policy(policy, source="shop_db", table="main.customer")


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_schemas_and_our_checks_survive_yaml(library: Any) -> None:
    schema = schema_from_policy(
        parse_policy(POLICY), source="shop_db", table="main.customers", library=library
    )
    io: Any = pandas_io if library == "pandas" else polars_io
    again = io.from_yaml(io.to_yaml(schema))
    frame: Any = pd.DataFrame if library == "pandas" else pl.DataFrame
    again.validate(frame({"email": ["0123456789abcdef" * 2]}), lazy=True)
    rejected(again, frame({"email": [EMAIL]}))


@pytest.mark.parametrize(
    ("mask", "values"),
    [
        (Constant(value="a.b|c"), ["x", "yy"]),
        (Suppress(), ["x", None]),
        (Partial(keep_first=0, keep_last=4), ["", "1", "1234", "12345", "0171 496\n0999"]),
        (Partial(keep_first=2, keep_last=1, fill="."), ["", "ab", "abc", "abcd", "ééééé"]),
        (Bucket(bounds=(18, 30.5)), [1, 18, 40]),
    ],
)
def test_the_form_of_a_mask_matches_what_the_mask_leaves(mask: Mask, values: list[Any]) -> None:
    left = transform(mask, pa.array(values))
    pattern = pattern_of(mask)
    assert pattern is not None
    schema = pap.DataFrameSchema(
        {"c": pap.Column(None, pap.Check.looks_masked(pattern=pattern), nullable=True)}
    )
    schema.validate(pd.DataFrame({"c": left.to_pandas()}), lazy=True)
    if isinstance(mask, (Suppress, Constant)):
        rejected(schema, pd.DataFrame({"c": [EMAIL]}))


class Liar(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "nothing"

    def __repr__(self) -> str:
        return "nothing"

    def __iter__(self) -> Any:
        return iter("nothing")


class Sealed:
    def __str__(self) -> str:
        return "nothing"


class Hidden(list[Any]):
    def __iter__(self) -> Any:
        return iter(())


@pytest.mark.parametrize(
    "value",
    [
        Liar(EMAIL),
        EMAIL.encode(),
        bytearray(EMAIL.encode()),
        [EMAIL],
        Hidden([EMAIL]),
        {"a": {"b": (EMAIL,)}},
        {EMAIL: 1},
        np.array([EMAIL]),
        np.str_(EMAIL),
    ],
    ids=lambda v: type(v).__name__,
)
def test_values_are_seen_whatever_they_say_of_themselves(value: Any) -> None:
    column = pd.Series([None, value, 1, 2.5, Decimal(1), dt.date(2020, 1, 1), pd.NA, pd.NaT])
    count = SensitiveCount(allowed=frozenset())
    count.add(arrow_of(column), "note")
    assert count.facts()["data_classes"] == {"email": 1}
    assert (count.rows, count.missing, count.unexpected) == (8, 3, 1)


def test_what_cannot_be_seen_is_an_error_and_not_clean() -> None:
    with pytest.raises(DetectionError, match="Sealed") as caught:
        arrow_of(pd.Series([Sealed()]))
    assert caught.value.__context__ is None
    deep: Any = EMAIL
    for _ in range(30):
        deep = [deep]
    with pytest.raises(DetectionError, match="deeply"):
        arrow_of(pd.Series([deep, 1]))


def test_categories_numbers_and_repeated_values_count_by_row() -> None:
    card = int("4111" + "1111" * 3)
    for column in (
        pd.Series([card, card, 7]),
        pd.Series([str(card), str(card), "7"], dtype="category"),
        pd.Series([str(card)] * 2 + ["x"], dtype="string"),
    ):
        count = SensitiveCount(allowed=frozenset())
        count.add(arrow_of(column), "card_number")
        assert (count.unexpected, count.classes["card"]) == (2, 2)


def test_the_policy_of_the_examples_gives_a_schema() -> None:
    policy = load_policy(Path(__file__).parents[3] / "example_dags/policies/shop.yaml")
    source, tables = next(iter(policy.sources.items()))
    for table in tables.tables:
        assert schema_from_policy(policy, source=source, table=str(table)).columns
