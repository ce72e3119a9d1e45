"""What the settings and plug-ins add to the catalogue is seen by every command that scans."""

from __future__ import annotations

from pathlib import Path

import pytest

from sluicegate.cli.explaining import explain_text

OWN = """
detectors:
  - id: staff_number
    data_class: staff_id
    source: a convention of the company
    pattern: 'STAFF-[0-9]{6}'
    anchor: {literals: [STAFF-]}
    score: 0.9
    examples: {match: [STAFF-123456], no_match: [STAFF-12]}
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "own.yaml").write_text(OWN)
    (tmp_path / "sluicegate.toml").write_text('detectors = ["own.yaml"]\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_text_is_explained_by_it(project: Path) -> None:
    (project / "text").write_text("ask STAFF-654321 about it")
    found = explain_text(project / "text", column="", limit=5)
    assert [placed.why.detector for placed in found.placed] == ["staff_number"]
