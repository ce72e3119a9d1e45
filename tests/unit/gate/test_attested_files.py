"""The end of a process waits for what Arrow's threads still hold of a release's files."""

from __future__ import annotations

import io
import threading
import time
from typing import Any

import pytest

from sluicegate.gate import attested_files
from sluicegate.gate.attested_files import AttestedFiles
from sluicegate.model.outcome import OutputFile

FILE = OutputFile(name="part-00000.parquet", sha256="0" * 64, bytes=3, rows=1)


class Place:
    """Gives a file like those of a release."""

    def open(self, _: OutputFile) -> io.RawIOBase:
        class Bytes(io.RawIOBase):
            def readable(self) -> bool:
                return True

        return Bytes()


def held(seconds: float) -> threading.Thread:
    """Open a file that another thread lets go of after a while."""
    files: list[Any] = [AttestedFiles(Place(), [FILE]).open_input_file(FILE.name)]  # type: ignore[arg-type]  # a place as far as it goes

    def let_go() -> None:
        time.sleep(seconds)
        files.clear()

    thread = threading.Thread(target=let_go)
    thread.start()
    return thread


def test_the_end_waits_for_a_file_that_is_still_held() -> None:
    thread = held(0.1)
    began = time.monotonic()
    attested_files._let_go()
    assert not attested_files._OPENED
    assert 0.05 < time.monotonic() - began < 1.5
    thread.join()


def test_the_end_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attested_files, "_PATIENCE", 0.05)
    thread = held(1)
    began = time.monotonic()
    attested_files._let_go()
    assert time.monotonic() - began < 0.5
    thread.join()
