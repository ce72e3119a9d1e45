"""Our expectations and checks on Spark. Not collected by pytest: Spark needs Java, and pins of its own.

Run it where ``pyspark`` is installed beside Great Expectations and pandera, with Java 17::

    python tests/unit/adapters/matrix_spark.py
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any, Final

import great_expectations as gx
import pandera
import pandera.pyspark as psp
import pyspark
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


def frame_of(spark: Any) -> Any:
    """Return a frame with a column whose name needs quotes."""
    text = [StructField(name, StringType()) for name in ("town", "a note")]
    return spark.createDataFrame(ROWS, StructType(text))


def expectations(frame: Any) -> None:
    """Ask Great Expectations, by its Spark engine."""
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


def checks(frame: Any) -> None:
    """Ask pandera, whose PySpark backend keeps errors at the frame instead of raising."""

    def errors_of(check: Any, judged: Any) -> str:
        columns = {name: psp.Column(StringType(), check, nullable=True) for name in judged.columns}
        found = psp.DataFrameSchema(columns).validate(judged).pandera.errors
        return json.dumps(found, default=str)

    told = errors_of(psp.Check.no_sensitive_data(), frame)
    assert "no_sensitive_data" in told
    assert EMAIL not in told
    assert errors_of(psp.Check.no_sensitive_data(), frame.select("town")) == "{}"
    assert errors_of(psp.Check.looks_masked(pattern="[A-Z][a-z]+"), frame.select("town")) == "{}"
    assert "looks_masked" in errors_of(psp.Check.looks_masked(pattern=""), frame)


def main() -> int:
    """Run both and say with which versions."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    )
    steps: tuple[Callable[[Any], None], ...] = (expectations, checks)
    try:
        for step in steps:
            step(frame_of(spark))
    finally:
        spark.stop()
    told = (("pyspark", pyspark), ("great-expectations", gx), ("pandera", pandera))
    print("ok:", ", ".join(f"{name} {module.__version__}" for name, module in told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
