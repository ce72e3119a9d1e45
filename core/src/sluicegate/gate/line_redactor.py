"""Redacts a stream of bytes while it is written: output of processes, which nobody framed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_MOST_HELD: Final = 64 << 10
"""Bytes that wait for the end of their line or block."""
_OVERLAP: Final = 1 << 10
"""Bytes of a line without an end that are looked at once more, with what follows."""
_BEGIN: Final = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,40}-----")
_END: Final = re.compile(rb"-----END [A-Z0-9 ]{1,40}-----")
_WITHHELD: Final = b"(%d bytes withheld: they could not be looked through)\n"


class LineRedactor:
    r"""Takes bytes as they come, gives whole lines back, redacted.

    A line waits for its end, and an armoured block such as a private key for its last line, up to
    64 KiB. Lines may end in ``\n`` or ``\r``. What is no UTF-8 goes through as it is.

    Failure mode: closed. Lines that ``redact`` raises on are withheld, and the count of their
    bytes is told; so is text that only shows what it holds when its zero bytes are left out.

    Args:
        redact: Gives a text back with every finding replaced.
    """

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; return what can be shown by now, which may be nothing."""
        self._held += data
        end = self._end_of_lines()
        if not end and len(self._held) > _MOST_HELD:
            end = self._cut()
        ready, self._held = self._held[:end], self._held[end:]
        return self._show(ready)

    def flush(self) -> bytes:
        """Return what was held back; call it at the end."""
        ready, self._held = self._held, b""
        return self._show(ready)

    def _end_of_lines(self) -> int:
        """Return where the last whole line ends that no open block holds back."""
        end = 1 + max(self._held.rfind(b"\n"), self._held.rfind(b"\r"))
        opened = None
        for found in _BEGIN.finditer(self._held, 0, end):
            opened = found.start()
        if opened is None or _END.search(self._held, opened, end):
            return end
        return opened if len(self._held) - opened <= _MOST_HELD else end

    def _cut(self) -> int:
        """Cut a line without an end between words, far enough from what is still to come."""
        shown = self._held[: len(self._held) - _OVERLAP]
        space = max(shown.rfind(b" "), shown.rfind(b"\t"))
        return space + 1 if space > 0 else len(shown)

    def _show(self, data: bytes) -> bytes:
        if not data:
            return b""
        text = data.decode("utf-8", "surrogateescape")
        try:
            shown = self._redact(text)
            if "\0" in text and self._redact(bare := text.replace("\0", "")) != bare:
                return _WITHHELD % len(data)
            return shown.encode("utf-8", "surrogateescape")
        except Exception:  # noqa: BLE001 - whatever it is: what was not looked through is not shown
            return _WITHHELD % len(data)
