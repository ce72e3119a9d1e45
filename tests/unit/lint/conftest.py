"""A folder to write files into, and lint over it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sluicegate.detect import Scanner
from sluicegate.lint import Lint, Options, Remark, Report, sarif

IMPORT = "from airflow_provider_sluicegate import GuardedExtractOperator\n"


@dataclass(frozen=True, kw_only=True)
class Linted:
    """A report, and what was linted."""

    report: Report
    folder: Path

    @property
    def told(self) -> list[tuple[str, str, int, int]]:
        """Rule, level, line and column of each remark."""
        return [(r.rule, r.level, r.line, r.column) for r in self.report.remarks]

    @property
    def rules(self) -> list[str]:
        return [r.rule for r in self.report.remarks]

    def the(self, rule: str) -> Remark:
        found = [r for r in self.report.remarks if r.rule == rule]
        assert len(found) == 1, self.told
        return found[0]

    def place(self, rule: str) -> tuple[str, int, int]:
        """File, line and column of the one remark of a rule."""
        one = self.the(rule)
        return Path(one.file).name, one.line, one.column

    @property
    def everything(self) -> str:
        """All that any form of the report shows."""
        return repr(self.report) + json.dumps(sarif(self.report, self.folder))


LintFiles = Callable[..., Linted]


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    return Scanner.load()


@pytest.fixture
def lint(tmp_path: Path, scanner: Scanner) -> LintFiles:
    """Write files by name and lint the folder."""

    def run(files: dict[str, str | bytes], options: Options | None = None) -> Linted:
        for name, content in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return Linted(report=Lint(options or Options(), scanner).run([tmp_path]), folder=tmp_path)

    return run


@pytest.fixture
def lint_dag(lint: LintFiles) -> Callable[[str], Linted]:
    """Lint one Python file that begins with the import of the operator, in its first line."""
    return lambda code: lint({"dag.py": IMPORT + code})
