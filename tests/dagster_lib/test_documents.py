"""The code in the documents runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

pytestmark = pytest.mark.dagster

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = [
    pytest.param(block, id=f"{name}-{number}")
    for name in ("docs/how-to/dagster.md", "dagster_lib/README.md")
    for number, block in enumerate(BLOCK.findall((ROOT / name).read_text("utf-8")), 1)
]


def test_there_are_blocks() -> None:
    assert len(BLOCKS) == 3


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs_and_its_definitions_load(block: str) -> None:
    names: dict[str, Any] = {"__name__": "a_document"}
    exec(compile(block, "a document", "exec", dont_inherit=True), names)
    if "defs" in names:
        dg.Definitions.validate_loadable(names["defs"])
    else:
        assert all(isinstance(check, dg.AssetChecksDefinition) for check in names["checks"])
