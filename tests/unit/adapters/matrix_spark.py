"""Our expectations and checks on Spark, which needs Java: ``make matrix ARGS=spark``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any, Final

import great_expectations as gx
import pandera.pyspark as psp
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from sluicegate.adapters import pandera as _registers  # noqa: F401
from sluicegate.adapters.great_expectations import (
    ExpectColumnValuesToHoldNoSensitiveData,
    ExpectKAnonymity,
)

EMAIL: Final = "ann.planted" + "@example.com"
ROWS: Final = [
    ("Aalen", "nothing"), ("Aalen", f"to {EMAIL}"), ("Aalen", None), ("Bonn", EMAIL), ("Bonn", "x"),
]  # fmt: skip


@pytest.fixture(scope="module")
def frame() -> Iterator[Any]:
    """Give a frame with a column whose name needs quotes."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder: Any = SparkSession.builder
    spark = builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    text = [StructField(name, StringType()) for name in ("town", "a note")]
    yield spark.createDataFrame(ROWS, StructType(text))
    spark.stop()


def test_expectations_by_the_engine_of_spark(frame: Any) -> None:
    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_spark("spark").add_dataframe_asset("a")
    batch = asset.add_batch_definition_whole_dataframe("b").get_batch({"dataframe": frame})
    found = batch.validate(
        ExpectColumnValuesToHoldNoSensitiveData(column="a note"), result_format="COMPLETE"
    )
    assert found.success is False
    assert found.result["details"]["data_classes"] == {"email": 2}
    assert (found.result["element_count"], found.result["missing_count"]) == (5, 1)
    assert EMAIL not in json.dumps(found.to_json_dict())
    for k, success in ((2, True), (3, False)):
        asked = ExpectKAnonymity(quasi_identifiers=["town"], k=k)
        assert batch.validate(asked).success is success


def errors_of(check: Any, frame: Any) -> str:
    """Validate by pandera, whose PySpark backend keeps errors at the frame instead of raising."""
    columns = {name: psp.Column(StringType(), check, nullable=True) for name in frame.columns}
    return json.dumps(psp.DataFrameSchema(columns).validate(frame).pandera.errors, default=str)


def test_checks_by_the_backend_of_pyspark(frame: Any) -> None:
    told = errors_of(psp.Check.no_sensitive_data(), frame)
    assert "no_sensitive_data" in told
    assert EMAIL not in told
    towns = frame.select("town")
    assert errors_of(psp.Check.no_sensitive_data(), towns) == "{}"
    assert errors_of(psp.Check.looks_masked(pattern="[A-Z][a-z]+"), towns) == "{}"
    assert "looks_masked" in errors_of(psp.Check.looks_masked(pattern=""), towns)
