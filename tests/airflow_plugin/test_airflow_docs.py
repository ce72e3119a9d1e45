"""Every DAG in the texts about Airflow is one that Airflow takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow

pytestmark = pytest.mark.airflow

REPOSITORY = Path(__file__).parents[2]
TEXTS = (
    "airflow_plugin/README.md", "docs/how-to/airflow.md", "docs/how-to/airflow-operators.md",
    "docs/how-to/approvals-airflow.md",
)  # fmt: skip
BLOCKS = [
    pytest.param(block, id=f"{Path(text).stem}-{number}")
    for text in TEXTS
    for number, block in enumerate(
        re.findall(r"```python\n(.*?)```", (REPOSITORY / text).read_text("utf-8"), re.DOTALL)
    )
]


def test_there_are_blocks() -> None:
    assert len(BLOCKS) == 11


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_defines_a_dag_that_serializes(airflow: Airflow, block: str) -> None:
    from airflow.sdk import DAG
    from airflow.serialization import serialized_objects

    module: Any = serialized_objects
    serializer = getattr(module, "DagSerialization", module.SerializedDAG)  # the latter in 3.1
    names: dict[str, object] = {}
    exec(compile(block, "block", "exec"), names)
    dag = names["dag"]
    assert isinstance(dag, DAG)
    assert serializer.to_dict(dag)["dag"]["tasks"]
