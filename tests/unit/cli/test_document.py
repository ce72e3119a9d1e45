"""The how-to names commands and options that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sluicegate.cli.examples import _EXAMPLES, example
from sluicegate.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

TEXT = (Path(__file__).parents[3] / "docs" / "how-to" / "cli.md").read_text("utf-8")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def calls(texts: list[str]) -> list[list[str]]:
    lines = [
        line.strip()
        for text in texts
        for line in text.replace("\\\n", " ").splitlines()
        if line.strip().startswith("sluicegate ")
    ]
    return [shlex.split(re.split(r" (?:&&|#|>) ?", line)[0])[1:] for line in lines]


# typer brings the installation of completion itself
CALLS = [
    c for c in calls([*BLOCK.findall(TEXT), *(example(name) for name in _EXAMPLES)]) if len(c) > 1
]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_call_names_a_command_and_options_that_exist(empty: Project, call: list[str]) -> None:
    command = call[: 2 if " ".join(call[:2]) in _EXAMPLES else 1]
    assert " ".join(command) in _EXAMPLES
    text = empty.run(*command, "--help").stdout
    for option in (word for word in call if word.startswith("-")):
        assert re.search(rf"(?<![\w-]){option}(?![\w-])", text), option


def test_every_exit_code_is_documented() -> None:
    rows = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    assert rows == {int(code) for code in ExitCode}
