"""One version for all three distributions, and integrations that ask for exactly that core."""

from __future__ import annotations

import importlib
import importlib.metadata
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FOLDERS = ("core", "airflow_plugin", "dagster_lib")


def project(folder: str) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))
    section: dict[str, Any] = table["project"]
    return section


VERSION = project("core")["version"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_distributions_share_one_version(folder: str) -> None:
    assert project(folder)["version"] == VERSION


@pytest.mark.parametrize("folder", ["airflow_plugin", "dagster_lib"])
def test_an_integration_pins_the_core_of_its_own_version(folder: str) -> None:
    requirements = map(Requirement, project(folder)["dependencies"])
    (core,) = (r for r in requirements if r.name == "sluicegate")
    assert str(core.specifier) == f"=={VERSION}"
    assert core.extras == {"postgres"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_installed_distribution_is_the_one_of_this_checkout(folder: str) -> None:
    assert importlib.metadata.version(project(folder)["name"]) == VERSION


@pytest.mark.parametrize(
    "package", ["sluicegate", "airflow_provider_sluicegate", "dagster_sluicegate"]
)
def test_the_package_tells_its_version(package: str) -> None:
    assert importlib.import_module(package).__version__ == VERSION


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_import_name_is_the_name_of_the_distribution(folder: str) -> None:
    assert (ROOT / folder / "src" / project(folder)["name"].replace("-", "_")).is_dir()


def test_the_workspace_root_can_never_be_published() -> None:
    assert "Private :: Do Not Upload" in project(".")["classifiers"]
