"""The Makefile and its helpers, on machines that lack something."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WANTED = {
    "help", "setup", "demo", "test", "check", "bench", "docs", "build", "clean", "matrix",
    "fmt", "lint", "type", "contracts",
}  # fmt: skip


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, text=True, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip


def fake_python(folder: Path, name: str, *, version: tuple[int, int], ensurepip: bool) -> None:
    """Write a program that answers as an interpreter of that version does."""
    script = folder / name
    script.write_text(
        f"""#!{sys.executable}
import sys
if "--version" in sys.argv:
    print("Python {version[0]}.{version[1]}.0"); sys.exit(0)
code = sys.argv[sys.argv.index("-c") + 1]
if "ensurepip" in code:
    sys.exit({0 if ensurepip else 1})
class _Sys:
    version_info = ({version[0]}, {version[1]}, 0)
    exit = staticmethod(sys.exit)
sys.modules["sys"] = _Sys
exec(code)
"""
    )
    script.chmod(0o755)


def test_help_names_every_target_and_make_knows_it() -> None:
    done = run("make", "help")
    named = set(
        re.findall(r"^\s*(?:\x1b\[36m)?([a-z]+)\s*(?:\x1b\[0m)?\s+\S", done.stdout, re.MULTILINE)
    )
    assert done.returncode == 0
    assert named == WANTED


def test_without_a_supported_python_setup_says_which_are(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3.9", version=(3, 9), ensurepip=True)
    done = run("bash", ".ci/make-venv", str(tmp_path / "venv"), PYTHON=str(tmp_path / "python3.9"))
    assert done.returncode == 2
    assert "Python 3.11, 3.12 or 3.13 is needed" in done.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_a_python_next_to_the_supported_ones_is_refused(
    tmp_path: Path, version: tuple[int, int]
) -> None:
    fake_python(tmp_path, "python", version=version, ensurepip=True)
    done = run("bash", ".ci/make-venv", str(tmp_path / "venv"), PYTHON=str(tmp_path / "python"))
    assert done.returncode == 2


def test_without_ensurepip_setup_names_the_package_that_brings_it(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3.11", version=(3, 11), ensurepip=False)
    done = run("bash", ".ci/make-venv", str(tmp_path / "venv"), PYTHON=str(tmp_path / "python3.11"))
    assert done.returncode == 2
    assert "python3.11-venv" in done.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("script", [".ci/run", ".ci/make-venv"])
def test_the_scripts_stop_at_the_first_failure_and_can_be_started(script: str) -> None:
    text = (ROOT / script).read_text("utf-8")
    assert "set -euo pipefail" in text
    assert os.access(ROOT / script, os.X_OK)
    assert run("bash", "-n", script).returncode == 0


def test_a_marker_of_unfinished_work_fails_the_check(tmp_path: Path) -> None:
    assert run("make", "markers").returncode == 0
    (tmp_path / "later.py").write_text("x = 1  # {}: finish\n".format("TODO"))
    done = run("make", "markers", f"DISTRIBUTIONS={tmp_path}")
    assert done.returncode != 0
    assert "later.py:1" in done.stdout
