"""Targets get every record, in order, at least once."""

from __future__ import annotations

import http.server
import json
import os
import resource
import signal
import socket
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sluicegate.errors import ConfigurationError, LedgerError, LedgerUnavailable
from sluicegate.ledger import Ledger
from sluicegate.ledger.export import Exported, Line, cursor, export
from sluicegate.ledger.kinds import EXPORTED
from sluicegate.ledger.ocsf import ocsf_line
from sluicegate.ledger.target_file import FileTarget
from sluicegate.ledger.targets import open_target
from sluicegate.model.events import Event, Record


def fill(ledger: Ledger, number: int) -> None:
    ledger.append_all([Event(kind="k", subject="s", body={"n": n}) for n in range(number)])


def sequences(data: bytes) -> list[int]:
    return [json.loads(line)["metadata"]["sequence"] for line in data.splitlines()]


def test_a_file_gets_everything_once_and_goes_on_where_it_stopped(
    ledger: Ledger, tmp_path: Path
) -> None:
    fill(ledger, 250)
    file = tmp_path / "events.jsonl"
    target = open_target(f"file:{file}")
    assert export(ledger, target, most=100).through == 100
    assert export(ledger, target).events == 150
    fill(ledger, 3)
    assert export(ledger, target).events == 3
    assert export(ledger, target).events == 0, "a cursor is no event to send"
    found = sequences(file.read_bytes())
    assert found == [r.sequence for r in ledger.records() if r.kind != EXPORTED]
    assert file.stat().st_mode & 0o777 == 0o600


class Failing:
    """Takes some batches, then fails; keeps what it took."""

    name = "test:failing"

    def __init__(self, good: int, *, after: bool) -> None:
        self.good, self.after, self.taken = good, after, list[int]()

    def send(self, lines: Sequence[Line]) -> None:
        if self.good == 0 and not self.after:
            raise LedgerUnavailable("no")
        self.taken += [line.record.sequence for line in lines]
        if self.good == 0:
            raise LedgerUnavailable("no")
        self.good -= 1

    def close(self) -> None:
        pass


@pytest.mark.parametrize("after", [True, False])
def test_a_failure_loses_nothing(ledger: Ledger, after: bool) -> None:
    """Whether the other side had taken the batch or not: it comes again, nothing is left out."""
    fill(ledger, 450)
    first = Failing(1, after=after)
    with pytest.raises(LedgerUnavailable):
        export(ledger, first)
    assert cursor(ledger, first.name) == 200
    second = Failing(99, after=False)
    export(ledger, second)
    assert second.taken[0] == 201
    assert set(first.taken) | set(second.taken) >= set(range(1, 451))


def test_a_crash_before_the_cursor_sends_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(ledger, 10)
    target = Failing(99, after=False)
    monkeypatch.setattr(
        "sluicegate.ledger.export._Cursor.keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        export(ledger, target)
    monkeypatch.undo()
    export(ledger, target)
    assert target.taken == [*range(1, 11), *range(1, 11)]


class Dying(FileTarget):
    """Is killed after so many batches."""

    def __init__(self, path: Path, kill_at: int) -> None:
        super().__init__(path)
        self.left = kill_at

    def send(self, lines: Sequence[Line]) -> None:
        super().send(lines)
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


def test_a_kill_between_sending_and_the_cursor_loses_nothing(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real process that is killed; what it sent comes again, in order, and everything is there."""
    monkeypatch.setattr("sluicegate.ledger.export._BATCHES_A_CURSOR", 1)
    fill(ledger, 900)
    file = tmp_path / "events.jsonl"
    for kill_at in (1, 2, 2):
        child = os.fork()
        if child == 0:
            export(ledger, Dying(file, kill_at))
            os._exit(9)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    export(ledger, open_target(f"file:{file}"))
    found = sequences(file.read_bytes())
    wanted = [r.sequence for r in ledger.records() if r.kind != EXPORTED]
    assert list(dict.fromkeys(found)) == wanted
    assert len(found) == len(wanted) + 3 * 200, "a batch for each kill, no more"


class Slow(Failing):
    """Sends nothing before somebody says so."""

    def __init__(self) -> None:
        super().__init__(99, after=False)
        self.asked, self.go = threading.Event(), threading.Event()

    def send(self, lines: Sequence[Line]) -> None:
        self.asked.set()
        assert self.go.wait(20)
        super().send(lines)


def test_of_two_exports_at_once_one_goes_on_and_the_cursor_never_back(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluicegate.ledger.export._BATCHES_A_CURSOR", 1)
    fill(ledger, 650)
    slow, fast = Slow(), Failing(99, after=False)
    ended: list[Exported] = []
    thread = threading.Thread(target=lambda: ended.append(export(ledger, slow)))
    thread.start()
    assert slow.asked.wait(20)
    done = export(ledger, fast)
    assert (done.events, done.through, done.overtaken) == (650, 650, False)
    slow.go.set()
    thread.join(20)
    assert (ended[0].events, ended[0].overtaken) == (200, True), "the rest is the other one's"
    assert cursor(ledger, fast.name) == 650
    marks = [r.body["through"] for r in ledger.records(kind=EXPORTED)]
    assert marks == sorted(marks)


def test_a_cursor_whose_body_is_gone_does_not_stop_an_export(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sends again what the record before it does not vouch for, and the next one goes on."""
    target = Failing(99, after=False)
    for _ in range(2):
        fill(ledger, 2)
        export(ledger, target)
    whole = Ledger.records

    def without_the_last(self: Ledger, **asked: Any) -> Iterator[Record]:
        for record in whole(self, **asked):
            gone = record.kind == EXPORTED and record.sequence == 6
            yield replace(record, body={}, dropped=True) if gone else record

    monkeypatch.setattr(Ledger, "records", without_the_last)
    assert cursor(ledger, target.name) == 2
    assert export(ledger, target).overtaken is False
    assert target.taken == [1, 2, 4, 5, 4, 5]
    assert export(ledger, target).events == 0


def test_many_exports_at_once_give_everything(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, 700)
    file = tmp_path / "events.jsonl"
    threads = [
        threading.Thread(target=lambda: export(ledger, open_target(f"file:{file}")))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    export(ledger, open_target(f"file:{file}"))
    wanted = {r.sequence for r in ledger.records() if r.kind != EXPORTED}
    assert set(sequences(file.read_bytes())) == wanted, "and every line is whole"


def test_batches_are_short_enough_for_a_receiver(ledger: Ledger) -> None:
    sizes: list[int] = []

    class Weighing(Failing):
        def send(self, lines: Sequence[Line]) -> None:
            sizes.append(sum(len(line.data) for line in lines))
            super().send(lines)

    body = {"text": "x" * 200_000}
    ledger.append_all([Event(kind="k", subject="s", body=body)] * 12)
    target = Weighing(99, after=False)
    assert export(ledger, target).events == 12
    assert target.taken == list(range(1, 13))
    assert max(sizes) <= 1024 * 1024


def test_a_name_that_cannot_be_on_record_is_refused_before_anything_is_sent(
    ledger: Ledger, tmp_path: Path
) -> None:
    fill(ledger, 1)
    for address in (f"file:{tmp_path}/a\nb", f"file:{tmp_path / ('x' * 250) / ('y' * 250)}"):
        with pytest.raises(LedgerError, match="subject"):
            export(ledger, open_target(address))
    assert not (tmp_path / "a\nb").exists()


def test_a_disk_that_is_full_in_the_middle_is_no_success(ledger: Ledger, tmp_path: Path) -> None:
    """The system writes what fits and says how much that was, which is no error."""
    fill(ledger, 50)
    lines = [Line(record=r, data=ocsf_line(r)) for r in ledger.records()]
    file = tmp_path / "events.jsonl"
    target = open_target(f"file:{file}")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(LedgerUnavailable, match="cannot be written"):
            target.send(lines)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.stat().st_size == 10_000
    target.send(lines)
    *cut, rest = file.read_bytes().split(b"\n", file.read_bytes()[:10_000].count(b"\n") + 1)
    assert sequences(rest) == [line.record.sequence for line in lines]
    assert sequences(b"\n".join(cut[:-1])) == list(range(1, len(cut)))


def test_a_line_that_a_crash_cut_off_stays_alone(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, 2)
    file = tmp_path / "events.jsonl"
    file.write_bytes(b'{"cut":')
    export(ledger, open_target(f"file:{file}"))
    first, *rest = file.read_bytes().splitlines()
    assert first == b'{"cut":'
    assert [json.loads(line)["metadata"]["sequence"] for line in rest] == [1, 2]


@pytest.fixture
def syslog() -> Iterator[tuple[int, list[bytes]]]:
    received: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(65536):
                    received.append(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], received
        thread.join(5)


def test_syslog_gets_rfc_5424_messages(ledger: Ledger, syslog: tuple[int, list[bytes]]) -> None:
    port, received = syslog
    ledger.append(Event(kind="odd kind ü", subject="s", body={"n": 1}))
    fill(ledger, 2)
    target = open_target(f"syslog+tcp://127.0.0.1:{port}")
    export(ledger, target)
    target.close()
    for _ in range(100):
        data, messages = b"".join(received), []
        while data:
            length, _, data = data.partition(b" ")
            messages.append(data[: int(length)])
            data = data[int(length) :]
        if len(messages) == 3:
            break
        threading.Event().wait(0.05)
    head, _, event = messages[0].partition(b"\xef\xbb\xbf")
    priority, time, _, app, _, kind, structured, rest = head.decode("ascii").split(" ")
    assert (priority, app, kind, structured, rest) == (
        "<109>1",
        "sluicegate",
        "odd_kind__",
        "-",
        "",
    )
    assert time.endswith("Z")
    assert json.loads(event)["metadata"]["sequence"] == 1


def test_a_syslog_server_that_starts_anew_gets_the_next_batch(ledger: Ledger) -> None:
    fill(ledger, 3)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        target = open_target(f"syslog+tcp://127.0.0.1:{server.getsockname()[1]}")
        for through in (3, 7):
            assert export(ledger, target).through == through
            connection, _ = server.accept()
            with connection:
                assert b'"sequence":%d' % through in connection.recv(1_000_000)
            fill(ledger, 3)
        target.close()


def test_what_a_syslog_server_leaves_unread_was_not_sent(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To send to somebody who leaves is no error of the call: the system keeps it, in vain."""
    monkeypatch.setattr("sluicegate.ledger.target_syslog._SECONDS", 0.5)
    fill(ledger, 199)
    ledger.append(Event(kind="k", subject="s", body={"text": "x" * 250_000}))
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        target = open_target(f"syslog+tcp://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(LedgerUnavailable, match="timed out"):
            export(ledger, target)  # nobody reads, so not all of it arrives
        server.accept()[0].close()
        monkeypatch.setattr("sluicegate.ledger.target_syslog._SECONDS", 20)

        def accept_and_leave() -> None:
            server.accept()[0].close()

        leaving = threading.Thread(target=accept_and_leave)
        leaving.start()
        with pytest.raises(LedgerUnavailable):
            export(ledger, target)
        leaving.join(5)
    assert cursor(ledger, target.name) == 0


def test_syslog_by_datagrams(ledger: Ledger) -> None:
    fill(ledger, 1)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        target = open_target(f"syslog+udp://127.0.0.1:{server.getsockname()[1]}")
        with closing(target):
            export(ledger, target)
            assert server.recv(65536).startswith(b"<109>1 ")
            ledger.append(Event(kind="k", subject="s", body={"x": "y" * 70_000}))
            with pytest.raises(LedgerUnavailable, match="too long"):
                export(ledger, target)


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[tuple[str, bytes]], list[int]]]:
    got: list[tuple[str, bytes]] = []
    answers: list[int] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers.get("Authorization", ""), body))
            self.send_response(answers.pop(0) if answers else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/in?key=canary-token", got, answers
    server.shutdown()
    server.server_close()


def test_a_webhook_gets_batches_and_only_2xx_counts(
    ledger: Ledger,
    webhook: tuple[str, list[tuple[str, bytes]], list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, got, answers = webhook
    monkeypatch.setenv("SLUICEGATE_EXPORT_TOKEN", "canary-bearer")
    fill(ledger, 300)
    target = open_target(url)
    answers += [200, 500]
    with pytest.raises(LedgerUnavailable, match="answers 500") as caught:
        export(ledger, target)
    answers += [302]
    with pytest.raises(LedgerUnavailable, match="302"):
        export(ledger, target)
    assert export(ledger, target).events == 100
    assert {token for token, _ in got} == {"Bearer canary-bearer"}
    assert sequences(got[0][1]) == list(range(1, 201))
    told = [
        str(caught.value),
        repr(target.__dict__),
        *(r.subject for r in ledger.records(kind=EXPORTED)),
    ]
    assert not any("canary" in text for text in told if "_path" not in text)
    assert "canary-bearer" not in repr(target.__dict__)


def test_receivers_that_differ_in_the_query_each_get_everything(
    ledger: Ledger, webhook: tuple[str, list[tuple[str, bytes]], list[int]]
) -> None:
    url, got, _ = webhook
    fill(ledger, 3)
    names = set()
    for tenant in ("canary-a", "canary-b"):
        target = open_target(f"{url}&tenant={tenant}")
        names.add(target.name)
        assert export(ledger, target).events == 3
    assert len(got) == len(names) == 2
    assert "canary" not in "".join(names)


def test_what_a_webhook_refuses_is_named(
    ledger: Ledger, webhook: tuple[str, list[tuple[str, bytes]], list[int]]
) -> None:
    url, _, answers = webhook
    fill(ledger, 250)
    answers += [200, 413]
    with pytest.raises(LedgerUnavailable, match="answers 413 to the records 201 to 250"):
        export(ledger, open_target(url))


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\nX-A: "])
def test_a_webhook_that_hangs_or_drips_is_given_up(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, drip: bytes
) -> None:
    monkeypatch.setattr("sluicegate.ledger.target_webhook._SECONDS", 0.4)
    fill(ledger, 1)
    over = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(drip)
                while not over.wait(0.05):
                    connection.sendall(b"x" if drip else b"")

        threading.Thread(target=serve, daemon=True).start()
        target = open_target(f"http://127.0.0.1:{server.getsockname()[1]}/")
        began = time.monotonic()
        with pytest.raises(LedgerUnavailable, match="does not answer"):
            export(ledger, target)
        assert time.monotonic() - began < 10
        over.set()
    assert cursor(ledger, target.name) == 0


def test_a_token_that_breaks_the_request_is_not_told(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICEGATE_EXPORT_TOKEN", "canary\r\nX-Injected: 1")
    fill(ledger, 1)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        target = open_target(f"http://127.0.0.1:{server.getsockname()[1]}/")
        with pytest.raises(LedgerUnavailable) as caught:
            export(ledger, target)
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_nobody_at_the_address_is_unavailable(ledger: Ledger) -> None:
    fill(ledger, 1)
    for address in ("http://127.0.0.1:1/", "syslog+tcp://127.0.0.1:1", "file:/no/such/folder/x"):
        with pytest.raises(LedgerUnavailable):
            export(ledger, open_target(address))
    assert not list(ledger.records(kind=EXPORTED))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "file:",
        "x",
        "ftp://h/",
        "http://siem.example.com/",
        "https://user:canary@h/",
        "https://[::1",
        "syslog+tcp://",
        "s3:///x",
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_target(address)
    assert "canary" not in str(caught.value)
