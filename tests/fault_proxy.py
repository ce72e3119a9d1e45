"""An HTTP proxy before a store that does what real networks and stores do."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

BROKEN = b"<Error><Code>InternalError</Code><Message>canary-in-the-body</Message></Error>"


@dataclass(kw_only=True)
class Fault:
    """What befalls requests whose ``METHOD /path?query`` matches."""

    pattern: str
    times: int = 1_000_000
    status: int = 500
    after: bool = False
    """Whether the store does what was asked, and only its answer is lost."""
    seconds: float = 0.0
    """How long it waits first."""
    then: Callable[[], None] | None = None
    """Runs before the request is passed on; the request itself is not harmed then."""
    seen: int = field(default=0)


class FaultProxy:
    """Passes requests on, but for those that a fault is set for."""

    def __init__(self, host: str, port: int) -> None:
        self._faults: list[Fault] = []
        self.requests: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                if self.headers.get("Expect"):
                    self.send_response_only(100)
                    self.end_headers()
                body = self.rfile.read(length)
                line = f"{self.command} {self.path}"
                proxy.requests.append(line)
                fault = proxy._fault_of(line)
                if fault and fault.seconds:
                    time.sleep(fault.seconds)
                if fault and fault.then:
                    fault.then()
                    fault = None
                if fault and not fault.after:
                    self._answer(fault.status, {}, BROKEN)
                    return
                upstream = HTTPConnection(host, port, timeout=30)
                headers = {k: v for k, v in self.headers.items() if k.lower() != "expect"}
                upstream.request(self.command, self.path, body=body, headers=headers)
                answer = upstream.getresponse()
                content = answer.read()
                if fault:
                    self._answer(fault.status, {}, BROKEN)
                else:
                    self._answer(answer.status, dict(answer.getheaders()), content)
                upstream.close()

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_one  # noqa: N815

            def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
                self.send_response_only(status)
                skipped = {"transfer-encoding", "connection"}
                if self.command != "HEAD":
                    skipped.add("content-length")
                for name, value in headers.items():
                    if name.lower() not in skipped:
                        self.send_header(name, value)
                if self.command != "HEAD":
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Nothing is logged."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def fail(self, fault: Fault) -> Fault:
        """Set a fault; it is looked at before those that were set earlier."""
        self._faults.insert(0, fault)
        return fault

    def clear(self) -> None:
        """Pass everything on again."""
        self._faults.clear()
        self.requests.clear()

    def _fault_of(self, line: str) -> Fault | None:
        for fault in self._faults:
            if fault.seen < fault.times and re.search(fault.pattern, line):
                fault.seen += 1
                return fault
        return None

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
