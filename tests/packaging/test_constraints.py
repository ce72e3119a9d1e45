"""``constraints.txt``: package and version, nothing else; every direct requirement is pinned."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
OWN = {"sluicegate", "airflow-provider-sluicegate", "dagster-sluicegate", "sluicegate-workspace"}


def requirements() -> Iterator[Requirement]:
    for folder in (".", "core", "airflow_plugin", "dagster_lib"):
        table = tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))
        groups = [table["project"].get("dependencies", [])]
        groups += table["project"].get("optional-dependencies", {}).values()
        groups += table.get("dependency-groups", {}).values()
        for line in (line for group in groups for line in group):
            requirement = Requirement(line.replace("{root:uri}", "file:///root"))
            if canonicalize_name(requirement.name) not in OWN:
                yield requirement


def pins() -> dict[str, Version]:
    pairs = (line.split("==") for line in LINES)
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def test_each_line_is_a_package_and_a_version() -> None:
    odd = [n for n, line in enumerate(LINES, 1) if not re.fullmatch(r"[\w.-]+==[\w.+!-]+", line)]
    assert odd == []


def test_the_lines_are_sorted_and_no_package_stands_twice() -> None:
    names = [line.split("==")[0].lower() for line in LINES]
    assert names == sorted(set(names))


def test_none_of_our_own_distributions_is_pinned() -> None:
    assert not OWN & pins().keys()


@pytest.mark.parametrize("requirement", list(requirements()), ids=str)
def test_a_direct_requirement_is_pinned_to_a_version_it_allows(requirement: Requirement) -> None:
    pinned = pins()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(pinned)
