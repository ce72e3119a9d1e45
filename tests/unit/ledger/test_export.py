"""Targets get every record, in order, at least once."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sluicegate.errors import ConfigurationError, LedgerUnavailable
from sluicegate.ledger import Ledger
from sluicegate.ledger.export import Line, cursor, export
from sluicegate.ledger.kinds import EXPORTED
from sluicegate.ledger.targets import open_target
from sluicegate.model.events import Event


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
        "sluicegate.ledger.export._remember", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        export(ledger, target)
    monkeypatch.undo()
    export(ledger, target)
    assert target.taken == [*range(1, 11), *range(1, 11)]


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
