from __future__ import annotations

import pytest

from sluicegate.detect import Scanner


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    return Scanner.load()
