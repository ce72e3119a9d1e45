"""The façade: few names, sorted, all there, and free to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sluicegate

HEAVY = ("pyarrow", "hyperscan", "sqlglot", "sqlalchemy", "pandas", "numpy", "duckdb", "yaml")


def test_the_public_names_are_few_and_sorted() -> None:
    names = sluicegate.__all__
    assert len(names) <= 20
    assert names == sorted(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", sluicegate.__all__)
def test_each_public_name_leads_somewhere(name: str) -> None:
    assert getattr(sluicegate, name) is not None


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute"):
        sluicegate.nothing  # noqa: B018 - the access is what is tested


@pytest.mark.parametrize(
    "module", ["sluicegate", "sluicegate.errors", "sluicegate.settings", "sluicegate.model.outcome"]
)
def test_importing_it_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
