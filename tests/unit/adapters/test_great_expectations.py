"""Our expectations in Great Expectations: pandas and SQL; no result of any format holds a value."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
import pytest
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView

from sluicegate.adapters.great_expectations import (
    ExpectColumnValuesToHoldNoSensitiveData as HoldNoSensitiveData,
)
from sluicegate.adapters.great_expectations import (
    ExpectKAnonymity,
    ExpectTableToBeAttested,
)
from sluicegate.errors import ConfigurationError

EMAIL = "ann.planted" + "@example.com"
ROWS = {
    "id": [1, 2, 3, 4, 5, 6],
    "town": ["Aalen"] * 3 + ["Bonn"] * 3,
    "note": ["nothing", f"to {EMAIL}", None, EMAIL, "host 192.0.2.7", "x"],
    "ill": ["flu", "cold", "flu", "cold", "cold", "cold"],
}
FORMATS: list[Any] = [
    "BOOLEAN_ONLY",
    "BASIC",
    "SUMMARY",
    "COMPLETE",
    {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": ["id", "note"],
        "include_unexpected_rows": True,
        "partial_unexpected_count": 100,
        "return_unexpected_index_query": True,
    },
]


@pytest.fixture(scope="module")
def context() -> Any:
    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = ProgressBarsConfig(globally=False)
    return made


@pytest.fixture(scope="module")
def batches(context: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("gx") / "shop.db"
    frame = pd.DataFrame(ROWS)
    with closing(sqlite3.connect(file)) as connection:
        frame.to_sql("notes", connection, index=False)
    sources = context.data_sources
    table = sources.add_sqlite("lite", connection_string=f"sqlite:///{file}")
    whole = table.add_table_asset("notes", table_name="notes").add_batch_definition_whole_table("b")
    memory = (
        sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
    )
    return {
        "pandas": memory.get_batch({"dataframe": frame}),
        "sqlite": whole.get_batch(),
    }


@pytest.fixture(params=["pandas", "sqlite"])
def batch(request: pytest.FixtureRequest, batches: dict[str, Any]) -> Any:
    return batches[request.param]


def everything(result: Any) -> Iterator[str]:
    yield json.dumps(result.to_json_dict(), default=str)
    yield str(result)
    yield repr(result)


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_a_result_of_any_format_holds_no_value(batch: Any, form: Any) -> None:
    result = batch.validate(HoldNoSensitiveData(column="note"), result_format=form)
    assert result.success is False
    assert not [text for text in everything(result) if EMAIL in text or "192.0.2.7" in text]
    if form != "BOOLEAN_ONLY":
        assert result.result["unexpected_count"] == 3
        assert result.result["missing_count"] == 1
        assert result.result["details"]["data_classes"] == {"email": 2, "ip": 1}


def test_classes_that_may_be_there_and_a_share_that_must_not(batch: Any) -> None:
    for given, success in (
        ({"allowed_classes": ["email", "ip"]}, True),
        ({"allowed_classes": ["email"]}, False),
        ({"mostly": 0.4}, True),
        ({"mostly": 0.41}, False),
    ):
        result = batch.validate(HoldNoSensitiveData(column="note", **given))
        assert result.success is success, given
    assert batch.validate(HoldNoSensitiveData(column="town")).success


def test_data_docs_show_counts_and_no_value(context: Any, batches: dict[str, Any]) -> None:
    suite = gx.ExpectationSuite(
        name="docs",
        expectations=[
            HoldNoSensitiveData(column="note"),
            ExpectKAnonymity(quasi_identifiers=["note"], k=2),
            HoldNoSensitiveData(column="absent"),
        ],
    )
    for batch in batches.values():
        result = batch.validate(suite, result_format=FORMATS[-1])
        assert [r.success for r in result.results] == [False] * 3
        rendered: Any = ValidationResultsPageRenderer().render(result)
        page = str(DefaultJinjaPageView().render(rendered))  # type: ignore[no-untyped-call]
        for text in (page, *everything(result)):
            assert EMAIL not in text
        assert "2 × email" in page


def test_k_anonymity_in_frames_and_tables(batch: Any) -> None:
    for given, success in (
        ({"k": 3}, True),
        ({"k": 4}, False),
        ({"k": 2, "sensitive": ["ill"], "l": 2}, False),
        ({"k": 2, "subject": "id"}, True),
        ({"k": 2, "subject": "town"}, False),
    ):
        result = batch.validate(ExpectKAnonymity(quasi_identifiers=["town"], **given))
        assert result.success is success, given
    assert result.result["details"]["rows"] == 6


@pytest.mark.parametrize(
    "given",
    [
        {"quasi_identifiers": [], "k": 2},
        {"quasi_identifiers": ["town"], "k": 1},
        {"quasi_identifiers": ["town"], "k": 2, "l": 2},
        {"quasi_identifiers": ["town"], "k": 2, "sensitive": ["ill"]},
    ],
)
def test_what_measures_nothing_cannot_be_built(given: Any) -> None:
    with pytest.raises(ConfigurationError):
        ExpectKAnonymity(**given)


class Sealed:
    """Its text is not what it holds."""

    def __init__(self) -> None:
        self.held = EMAIL

    def __repr__(self) -> str:
        return "nothing"


def test_what_cannot_be_scanned_does_not_hold_and_quotes_nothing(context: Any) -> None:
    definition = (
        context.data_sources.add_or_update_pandas("q")
        .add_dataframe_asset("a")
        .add_batch_definition_whole_dataframe("b")
    )
    for column in ([Sealed(), "x"], ["x", {"deep": [{"er": EMAIL}]}]):
        batch = definition.get_batch({"dataframe": pd.DataFrame({"note": column})})
        result = batch.validate(HoldNoSensitiveData(column="note"), result_format="COMPLETE")
        assert result.success is False
        assert not [text for text in everything(result) if EMAIL in text]


def test_many_rows_are_read_in_batches_and_a_condition_narrows_them(context: Any) -> None:
    frame = pd.DataFrame({"n": range(25_000), "note": ["x"] * 24_999 + [EMAIL]})
    definition = (
        context.data_sources.add_or_update_pandas("r")
        .add_dataframe_asset("a")
        .add_batch_definition_whole_dataframe("b")
    )
    batch = definition.get_batch({"dataframe": frame})
    found = batch.validate(HoldNoSensitiveData(column="note")).result
    assert (found["element_count"], found["unexpected_count"]) == (25_000, 1)
    narrowed = HoldNoSensitiveData(
        column="note", row_condition="n < 20000", condition_parser="pandas"
    )
    assert batch.validate(narrowed).success


def test_an_import_is_late_and_analytics_are_off(tmp_path: Path) -> None:
    code = (
        "import sys; import sluicegate.gate.gate, sluicegate.quality;"
        "assert not {'great_expectations', 'pandera'} & set(sys.modules), 'eager';"
    )
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
    assert not [module for module in sys.modules if module.startswith("posthog")]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, timeout=120)


@pytest.mark.parametrize("extra", ["great-expectations", "pandera"])
def test_what_is_not_installed_names_the_command(extra: str, tmp_path: Path) -> None:
    module = extra.replace("-", "_")
    code = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "from sluicegate.errors import MissingDependencyError\n"
        "try:\n"
        f"    import sluicegate.adapters.{module}\n"
        "except MissingDependencyError as error:\n"
        f"    assert error.hint == 'pip install \"sluicegate[{extra}]\"', error.hint\n"
        "else:\n"
        "    raise SystemExit('imported')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, timeout=120)


def test_the_file_of_keys_is_needed_and_a_folder_without_attestation_does_not_hold(
    batches: dict[str, Any], tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.write_text("# nobody\n")
    result = batches["pandas"].validate(
        ExpectTableToBeAttested(path=str(tmp_path), public_keys=str(keys))
    )
    assert result.success is False
    assert result.result["observed_value"] == "missing-attestation"
