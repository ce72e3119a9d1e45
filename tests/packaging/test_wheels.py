"""What a user gets: three wheels, each with its own package and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "core": "sluicegate",
    "airflow_plugin": "airflow_provider_sluicegate",
    "dagster_lib": "dagster_sluicegate",
}


@dataclass(frozen=True)
class Wheel:
    folder: str
    path: Path

    @property
    def package(self) -> str:
        return PACKAGES[self.folder]

    @property
    def names(self) -> set[str]:
        with zipfile.ZipFile(self.path) as archive:
            return set(archive.namelist())

    def read(self, ending: str) -> str:
        (name,) = (n for n in self.names if n.endswith(ending))
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(name).decode()

    @property
    def metadata(self) -> Message:
        return Parser().parsestr(self.read(".dist-info/METADATA"))

    @property
    def requirements(self) -> list[Requirement]:
        return [Requirement(line) for line in self.metadata.get_all("Requires-Dist") or ()]


@pytest.fixture(scope="module", params=PACKAGES)
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    folder = request.param
    target = tmp_path_factory.mktemp(folder)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT / folder, check=True, capture_output=True, timeout=120)
    (path,) = target.glob("*.whl")
    return Wheel(folder, path)


def source_files(wheel: Wheel) -> Iterator[str]:
    base = ROOT / wheel.folder / "src"
    for file in (base / wheel.package).rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file.relative_to(base).as_posix()


def test_the_wheel_holds_its_package_and_nothing_else(wheel: Wheel) -> None:
    tops = {name.split("/")[0] for name in wheel.names}
    assert len(tops) == 2
    assert wheel.package in tops
    assert not [n for n in wheel.names if "__pycache__" in n or n.endswith((".pyc", ".orig"))]


def test_every_file_of_the_source_is_in_the_wheel_data_too(wheel: Wheel) -> None:
    shipped = {name for name in wheel.names if name.startswith(wheel.package + "/")}
    assert shipped == set(source_files(wheel))


def test_the_wheel_says_that_it_is_typed_and_brings_its_licence(wheel: Wheel) -> None:
    assert f"{wheel.package}/py.typed" in wheel.names
    licences = [name for name in wheel.names if ".dist-info/licenses/LICENSE" in name]
    assert len(licences) == 1
    assert wheel.metadata["License-Expression"] == "Apache-2.0"
    assert wheel.read(".dist-info/licenses/LICENSE") == (ROOT / "LICENSE").read_text()


def test_the_wheel_runs_on_any_machine_with_a_supported_python(wheel: Wheel) -> None:
    assert wheel.path.name.endswith("-py3-none-any.whl")
    assert wheel.metadata["Requires-Python"] == "<3.14,>=3.11"
    assert (wheel.metadata["Description-Content-Type"] or "").startswith("text/markdown")


def test_no_requirement_names_an_address(wheel: Wheel) -> None:
    assert not [str(r) for r in wheel.requirements if r.url]


def test_each_distribution_requires_only_the_orchestrator_it_is_for(wheel: Wheel) -> None:
    required = {r.name for r in wheel.requirements}
    orchestrators = {n for n in required if n.startswith(("apache-airflow", "dagster"))}
    expected = {
        "core": set[str](),
        "airflow_plugin": {"apache-airflow", "apache-airflow-providers-common-compat"},
        "dagster_lib": {"dagster"},
    }
    assert orchestrators == expected[wheel.folder]


def test_entry_points_are_where_they_belong(wheel: Wheel) -> None:
    names = [n for n in wheel.names if n.endswith("entry_points.txt")]
    text = wheel.read("entry_points.txt") if names else ""
    assert ("sluicegate = sluicegate.cli:main" in text) == (wheel.folder == "core")
    for group in ("apache_airflow_provider", "airflow.plugins", "airflow.policy"):
        assert (f"[{group}]" in text) == (wheel.folder == "airflow_plugin")


def test_catalogue_and_schemas_are_in_the_wheel_of_core(wheel: Wheel) -> None:
    if wheel.folder != "core":
        assert not [n for n in wheel.names if n.endswith((".yaml", ".json"))]
        return
    catalogue = [n for n in wheel.names if n.startswith("sluicegate/detect/catalogue/")]
    schemas = [n for n in wheel.names if n.startswith("sluicegate/policy/schema/")]
    assert len([n for n in catalogue if n.endswith(".yaml")]) >= 5
    assert len([n for n in schemas if n.endswith(".json")]) >= 1
