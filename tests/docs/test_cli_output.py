"""The output that the how-to of the command line shows is what the commands print.

``python -m tests.docs.cli_output`` puts it there.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.cli_output import OUTPUTS, shown


@pytest.mark.parametrize("mark", sorted(OUTPUTS))
def test_the_output_is_what_the_document_shows(
    mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert OUTPUTS[mark](tmp_path) == shown(mark)
