from __future__ import annotations

import json
import multiprocessing
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sluicegate.lineage import FileTransport

FORK = multiprocessing.get_context("fork")


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_events_are_appended_as_lines(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lineage.jsonl"
    transport = FileTransport(path)
    assert transport.emit({"b": 1, "a": "line\nbreak ü"})
    assert FileTransport(path).emit({"c": [None]})
    assert lines(path) == [{"a": "line\nbreak ü", "b": 1}, {"c": [None]}]


def test_many_writers_keep_lines_whole(tmp_path: Path) -> None:
    path = tmp_path / "lineage.jsonl"

    def work(worker: int) -> None:
        for n in range(100):
            FileTransport(path).emit({"worker": worker, "n": n, "text": "x" * 5000})

    workers = [FORK.Process(target=work, args=(w,)) for w in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = lines(path)
    assert len(found) == 400
    assert [e["n"] for e in found if e["worker"] == 2] == list(range(100))


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe_that_nobody_reads(path: Path) -> None:
    os.mkfifo(path)


def _file_in_place_of_a_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("")


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    "make", [_folder, _pipe_that_nobody_reads, _file_in_place_of_a_folder, _link_to_itself]
)
def test_what_cannot_be_written_is_dropped_at_once(
    tmp_path: Path, make: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x" / "lineage.jsonl"
    path.parent.mkdir()
    make(path)
    assert not FileTransport(path).emit({"canary": "value"})
    assert "dropped" in caplog.text
    assert "canary" not in caplog.text


def test_a_pipe_with_a_reader_is_no_file_either(tmp_path: Path) -> None:
    """Its buffer would fill up and block."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert not FileTransport(path).emit({"a": 1})
    finally:
        os.close(reader)


@pytest.mark.parametrize(
    "event", [{"a": b"canary"}, {"a": float("nan")}, {"a": object()}, {"a": {1, 2}}, {(1,): 2}]
)
def test_what_is_no_json_is_dropped(
    tmp_path: Path, event: Any, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "lineage.jsonl"
    assert not FileTransport(path).emit(event)
    assert not path.exists()
    assert "canary" not in caplog.text


def test_an_event_that_holds_itself_is_dropped(tmp_path: Path) -> None:
    event: dict[str, Any] = {}
    event["self"] = event
    assert not FileTransport(tmp_path / "lineage.jsonl").emit(event)


def test_sizes_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "lineage.jsonl"
    transport = FileTransport(path, most_event_bytes=100, most_file_bytes=250)
    assert not transport.emit({"text": "x" * 100})
    assert [transport.emit({"text": "x" * 80}) for _ in range(4)] == [True, True, False, False]
    assert path.stat().st_size <= 250


def test_a_disk_that_fills_up_drops_and_later_lines_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "lineage.jsonl"
    assert FileTransport(path).emit({"n": 0})
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))
        os._exit(int(FileTransport(path).emit({"text": "x" * 500})))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert FileTransport(path).emit({"n": 1})
    assert lines(path) == [{"n": 0}, {"n": 1}]
