"""What a format writes to: one file on its way to an output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Data = bytes | memoryview


class OutFile(Protocol):
    """A file that is only appended to, and hashes what it is given."""

    @property
    def bytes(self) -> int:
        """Written so far."""

    @property
    def sha256(self) -> str:
        """64 lower-case hex digits over what was written."""

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""

    def write(self, data: Data) -> int:
        """Append all of ``data``."""

    def tell(self) -> int:
        """Return the number of bytes so far."""

    def flush(self) -> None:
        """Nothing is held back by the file itself, or it does not matter."""

    def close(self) -> None:
        """Make the content durable, though nobody may see it yet; safe to call twice."""

    def abandon(self) -> None:
        """Close without caring for what was written."""


Create = Callable[[str], OutFile]
"""Name relative to the output → a new file."""
