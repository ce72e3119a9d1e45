"""The reference documents say what the code says."""

from __future__ import annotations

import pytest
from tests.docs.reference_documents import DOCUMENTS, FOLDER


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_generated_document_is_current(name: str) -> None:
    written = (FOLDER / name).read_text("utf-8")
    assert written == DOCUMENTS[name](), "run `make docs`"
