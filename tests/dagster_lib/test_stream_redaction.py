"""What a step writes to a descriptor is redacted on its way."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path

import pytest

from dagster_sluicegate.stream_redaction import redirected

pytestmark = pytest.mark.dagster


@pytest.mark.parametrize("others", [0, 1100])
def test_a_stream_is_redacted_however_many_files_are_open(tmp_path: Path, others: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < others + 500:
        pytest.skip("this process may not open that many files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, others + 500), hard))
    written = tmp_path / "log"
    try:
        with contextlib.ExitStack() as stack:
            for _ in range(others):
                stack.callback(os.close, os.open(os.devnull, os.O_RDONLY))
            stream = stack.enter_context(written.open("w"))
            with redirected(stream, lambda text: text.replace("raw", "masked")):
                os.write(stream.fileno(), b"a raw line\nand the rest")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert written.read_text() == "a masked line\nand the rest"
