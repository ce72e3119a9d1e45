"""What is hidden stays hidden in every way that Airflow shows, copies and stores a field."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_sluicegate.rendering import (
    _BY_OTHERS,
    RenderedStatement,
    brought_by_others,
    hide,
    reveal,
)
from sluicegate.lint import template

pytestmark = pytest.mark.airflow
MARK = "marked-" + "parameter"
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.dates()
    | st.decimals(allow_nan=False)
)


@given(st.dictionaries(st.text(), SCALARS))
def test_what_is_hidden_comes_back_as_it_was(parameters: dict[str, Any]) -> None:
    assert reveal(hide(parameters)) == parameters
    assert reveal(copy.deepcopy(hide(hide(parameters)))) == parameters


@pytest.mark.parametrize("value", [MARK, [MARK], {"a": MARK}, Path(MARK), (MARK, {MARK})])
def test_no_kind_of_value_shows(airflow: object, value: Any) -> None:
    from airflow.serialization.helpers import serialize_template_field

    hidden = hide({"name": value})
    shown = serialize_template_field(hidden, "parameters")
    assert shown in ({"name": "***"}, "{'name': ***}")  # Airflow 3.1 stores a text
    assert MARK not in f"{hidden} {hidden!r} {hidden['name']:>20}" + str(vars(type(hidden["name"])))
    with pytest.raises(TypeError):
        pickle.dumps(hidden)


def test_values_that_are_not_a_mapping_are_hidden_whole(airflow: object) -> None:
    from airflow.serialization.helpers import serialize_template_field

    assert serialize_template_field(hide([MARK]), "parameters") == "***"
    assert reveal(hide([MARK])) == [MARK]
    assert hide(None) is None


def test_a_statement_shows_as_its_template(airflow: object) -> None:
    from airflow.serialization.helpers import serialize_template_field

    statement = RenderedStatement("SELECT '{{ x }}'", f"SELECT '{MARK}'")
    assert json.dumps(serialize_template_field(statement, "sql")) == "\"SELECT '{{ x }}'\""
    assert reveal(statement) == f"SELECT '{MARK}'"


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("SELECT id FROM t WHERE day = '{{ ds }}'", ()),
        ("SELECT {{ dag_run.conf['x'] }}, {{ params.y }}", ("dag_run", "params")),
        ("{% for t in ti.xcom_pull('a') %}{{ t }}{% endfor %}", ("ti",)),
        ("{{ var.value.get('a') | upper }}", ("var",)),
        ("{{ not closed", ()),
    ],
)
def test_text_that_others_bring_is_named(template: str, names: tuple[str, ...]) -> None:
    assert brought_by_others(template) == names


def test_lint_and_the_operator_warn_of_the_same_names() -> None:
    assert template.BROUGHT_BY_OTHERS == _BY_OTHERS
