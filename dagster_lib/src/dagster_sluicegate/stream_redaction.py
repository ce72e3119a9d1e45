"""What a process writes to a file descriptor goes through a redactor first."""

import contextlib
import fcntl
import os
import select
import threading
from collections.abc import Iterator
from typing import IO, Any, Final

from dagster_sluicegate.redactor import Redact
from sluicegate.gate.line_redactor import LineRedactor

_PIPE_BYTES: Final = 1 << 20
_READ_BYTES: Final = 64 << 10
_WAIT_SECONDS: Final = 0.05
_LAST_SECONDS: Final = 60.0
"""How long the end of a step waits for its last lines to be looked through."""


@contextlib.contextmanager
def redirected(stream: IO[Any], redact: Redact) -> Iterator[None]:
    """Redact what is written to the descriptor of ``stream``, by whomever, until the end.

    Python, libraries in C and child processes write to the same descriptor, so nothing that is
    printed gets around it. A thread reads the other end and writes on to where the descriptor led.
    A child that outlives the step keeps being read.

    Failure mode: closed. A writer waits while more than a mebibyte has not been looked through;
    one that holds Python's lock meanwhile would wait for ever. A stream that has no descriptor is
    left alone: Dagster captures none of it either.
    """
    descriptor = _descriptor(stream)
    if descriptor is None:
        yield
        return
    stream.flush()
    pump = _Pump(os.dup(descriptor), LineRedactor(redact))
    os.dup2(pump.writable, descriptor)
    os.close(pump.writable)
    pump.start()
    try:
        yield
    finally:
        stream.flush()
        os.dup2(pump.leads_to, descriptor)
        pump.drain()


class _Pump(threading.Thread):
    """Carries from a pipe to where the descriptor led before."""

    def __init__(self, leads_to: int, redactor: LineRedactor) -> None:
        super().__init__(daemon=True, name="sluicegate-redaction")
        self.leads_to = leads_to
        self.readable, self.writable = os.pipe()
        with contextlib.suppress(OSError):  # a smaller pipe is only slower
            fcntl.fcntl(self.writable, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._redactor = redactor
        self._arrival = select.poll()  # `select.select` takes no descriptor beyond the first 1024
        self._arrival.register(self.readable, select.POLLIN)
        self._ending = threading.Event()
        self._drained = threading.Event()

    def run(self) -> None:
        while data := self._read():
            self._write(self._redactor.feed(data))
        self._write(self._redactor.flush())
        os.close(self.readable)
        self._drained.set()

    def drain(self) -> None:
        """Wait until everything that was written by now has been carried."""
        self._ending.set()
        self._drained.wait(_LAST_SECONDS)

    def _read(self) -> bytes:
        """Read what comes next; when the step has ended and nothing is left, say so."""
        while not self._arrival.poll(_WAIT_SECONDS * 1000):
            if self._ending.is_set() and not self._drained.is_set():
                self._write(self._redactor.flush())
                self._drained.set()
        return os.read(self.readable, _READ_BYTES)

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # a full disk must not stop the step's writers
            while data:
                data = data[os.write(self.leads_to, data) :]


def _descriptor(stream: IO[Any]) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError, AttributeError):
        return None
