"""The code in the documents runs."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._serdes import ConfigurableClass

import dagster_sluicegate

pytestmark = pytest.mark.dagster

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = [
    pytest.param(block, id=f"{name}-{number}")
    for name in ("docs/how-to/dagster.md", "docs/how-to/dagster-values.md", "dagster_lib/README.md")
    for number, block in enumerate(BLOCK.findall((ROOT / name).read_text("utf-8")), 1)
]


def test_there_are_blocks() -> None:
    assert len(BLOCKS) == 8


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs_and_its_definitions_load(block: str) -> None:
    names: dict[str, Any] = {"__name__": "a_document"}
    exec(compile(block, "a document", "exec", dont_inherit=True), names)
    if "defs" in names:
        dg.Definitions.validate_loadable(names["defs"])
    assert all(isinstance(c, dg.AssetChecksDefinition) for c in names.get("checks", ()))
    assert {"defs", "checks", "client", "features"} & set(names), "it defines something"


CONFIGURED = re.compile(r"^ {4,6}module: (dagster_sluicegate\.\w+)\n +class: (\w+)", re.MULTILINE)


def test_the_classes_that_stand_in_dagster_yaml_are_there() -> None:
    found = CONFIGURED.findall((ROOT / "docs/how-to/dagster-values.md").read_text("utf-8"))
    assert len(found) == 1
    found += re.findall(
        r"^  module: (dagster_sluicegate\.\w+)\n  class: (\w+)",
        (ROOT / "docs/how-to/dagster-values.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert len(found) == 2
    for module, name in found:
        assert issubclass(getattr(importlib.import_module(module), name), ConfigurableClass)


def test_the_components_in_documents_are_written_as_their_schema_says() -> None:
    for name in ("docs/how-to/dagster.md",):
        for block in re.findall(
            r"^```yaml\n(type: .*?)^```", (ROOT / name).read_text("utf-8"), re.DOTALL | re.MULTILINE
        ):
            told = yaml.safe_load(block)
            kind = getattr(dagster_sluicegate, told["type"].rpartition(".")[2])
            kind.get_model_cls().model_validate(told["attributes"])
