"""In CI a skipped test fails the run, unless the machine cannot have what it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


def run(folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(f"import pytest\n{source}")
    command = [sys.executable, "-m", "pytest", "-q", *options, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(TESTS), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, text=True, capture_output=True, timeout=60,
        check=False,
    )  # fmt: skip


SKIPS = {
    "in the test": "def test_a(): pytest.skip('no database here')",
    "by a mark": "@pytest.mark.skipif(True, reason='no database here')\ndef test_a(): pass",
    "of the whole file": "pytest.skip('no database here', allow_module_level=True)",
    "in a fixture": "@pytest.fixture\ndef f(): pytest.skip('no database here')\ndef test_a(f): pass",
    "by import": "pytest.importorskip('no_database_here')\ndef test_a(): pass",
}


@pytest.mark.parametrize("source", SKIPS.values(), ids=SKIPS.keys())
@pytest.mark.parametrize("sharing", [(), ("-p", "xdist.plugin", "-n", "2")], ids=["one", "two"])
def test_a_skip_fails_the_run_and_is_named(
    tmp_path: Path, source: str, sharing: tuple[str, ...]
) -> None:
    passing = "\ndef test_b(): pass\n"
    done = run(tmp_path, source + passing, "-p", "ci_no_skips", *sharing)
    # 5 is pytest's own code when nothing but the skipped file was there
    assert done.returncode in {1, 5}, done.stdout
    assert "which CI does not accept" in done.stdout
    assert "no" in done.stdout.rpartition("test_it.py")[2]


def test_without_the_plugin_the_same_run_passes(tmp_path: Path) -> None:
    source = SKIPS["in the test"] + "\ndef test_b(): pass\n"
    assert run(tmp_path, source).returncode == 0


def test_a_skip_for_what_the_machine_cannot_have_is_accepted(tmp_path: Path) -> None:
    source = "def test_a(): pytest.skip('needs root to mount')\ndef test_b(): pass\n"
    assert run(tmp_path, source, "-p", "ci_no_skips").returncode == 0


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    source = "@pytest.mark.xfail\ndef test_a(): assert 0\ndef test_b(): pass\n"
    assert run(tmp_path, source, "-p", "ci_no_skips").returncode == 0


def test_a_run_that_fails_anyway_keeps_its_own_exit_code(tmp_path: Path) -> None:
    done = run(tmp_path, "def test_a(): pytest.skip('x')\ndef test_b(: pass\n", "-p", "ci_no_skips")
    assert done.returncode == 2
