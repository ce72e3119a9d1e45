"""Code in the documents runs: Python is executed, policies are loaded, commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sluicegate.cli.app import app
from sluicegate.detect import Scanner
from sluicegate.policy import parse_policy

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"\bsluicegate ((?:[a-z]+)(?: [a-z]+)?)")


def blocks(document: Path, language: str) -> list[str]:
    return [code for kind, code in _BLOCK.findall(document.read_text("utf-8")) if kind == language]


def having(language: str) -> list[Path]:
    return [d for d in DOCUMENTS if blocks(d, language)]


@pytest.mark.slow
@pytest.mark.parametrize("document", having("python"), ids=lambda d: d.stem)
def test_python_blocks_run(document: Path, tmp_path: Path) -> None:
    for number, code in enumerate(blocks(document, "python")):
        file = tmp_path / f"block_{number}.py"
        file.write_text(code)
        done = subprocess.run(
            [sys.executable, str(file)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            env={"PATH": "", "HOME": str(tmp_path), "AIRFLOW_HOME": str(tmp_path / "airflow")},
        )
        assert done.returncode == 0, f"block {number}: {done.stderr[-2000:]}"


@pytest.mark.parametrize("document", having("yaml"), ids=lambda d: d.stem)
def test_policies_and_detectors_in_the_documents_load(document: Path, tmp_path: Path) -> None:
    loaded: list[object] = [
        parse_policy(code) for code in blocks(document, "yaml") if "version: 1" in code
    ]
    for number, code in enumerate(blocks(document, "yaml")):
        if code.startswith("detectors:"):
            file = tmp_path / f"{number}.yaml"
            file.write_text(code)
            loaded.append(Scanner.load([file]))
    assert loaded or document.stem != "policy"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.stem)
def test_commands_in_the_documents_exist(document: Path) -> None:
    known = {c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands}
    known |= {g.name or "" for g in app.registered_groups}
    shell = "\n".join(blocks(document, "sh")) + "\n".join(
        re.findall(r"`(sluicegate [^`]+)`", document.read_text("utf-8"))
    )
    for words in {m.split()[0] for m in _COMMAND.findall(shell)}:
        assert words in known, f"{document.name}: sluicegate {words}"
        assert CliRunner().invoke(app, [words, "--help"]).exit_code == 0
