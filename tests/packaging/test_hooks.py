"""The hook that other repositories can use."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import yaml
from typer.main import get_command

from sluicegate.cli.app import app

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"


def test_the_manifest_is_valid() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_hook_calls_a_command_that_exists() -> None:
    for hook in yaml.safe_load(MANIFEST.read_text("utf-8")):
        program, command, *_ = shlex.split(hook["entry"])
        assert program == "sluicegate"
        assert command in get_command(app).commands  # type: ignore[attr-defined] # a group
