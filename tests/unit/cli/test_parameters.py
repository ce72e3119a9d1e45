from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.cli.parameters import read_parameters
from sluicegate.model.request import Scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=b", "b"),
        ("a=", ""),
        ("a=b=c", "b=c"),
        ("a=5", "5"),
        ("a:text=x:y", "x:y"),
        ("a:int=5", 5),
        ("a:float=0.5", 0.5),
        ("a:decimal=1.10", Decimal("1.10")),
        ("a:bool=true", True),
        ("a:bool=false", False),
        ("a:date=2026-01-31", date(2026, 1, 31)),
        ("a:datetime=2026-01-31T10:00:00+00:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("a:null=", None),
    ],
)
def test_each_type_is_read(text: str, value: Scalar) -> None:
    read = read_parameters([text])
    assert read == {"a": value}
    assert type(read["a"]) is type(value)


def test_a_value_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHOM", "somebody")
    assert read_parameters(["a:env=WHOM"]) == {"a": "somebody"}


@pytest.mark.parametrize(
    "text",
    [
        "secretvalue",
        "=secretvalue",
        "1a=secretvalue",
        "a b=secretvalue",
        "a:int=secretvalue",
        "a:decimal=secretvalue",
        "a:bool=secretvalue",
        "a:date=secretvalue",
        "a:datetime=secretvalue",
        "a:colour=secretvalue",
        "a:env=secretvalue",
    ],
)
def test_a_fault_names_the_parameter_and_not_its_value(text: str) -> None:
    with pytest.raises(typer.BadParameter) as caught:
        read_parameters([text])
    assert "secretvalue" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_name_may_be_given_once() -> None:
    with pytest.raises(typer.BadParameter, match="twice"):
        read_parameters(["a=1", "a:int=1"])


@given(st.text(), st.text())
def test_any_text_after_the_first_equals_sign_is_the_value(name: str, value: str) -> None:
    text = f"p{'x' * (len(name) % 3)}={value}"
    assert list(read_parameters([text]).values()) == [value]
