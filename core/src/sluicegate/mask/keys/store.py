"""The port of a key store: where wrapped keys of purposes are kept.

An implementer's checklist:

* ``add`` has written durably when it returns, and never replaces what is there.
* ``erase`` leaves nothing that the store itself could give back; erasing twice is no error.
* Several hosts may use one store at once. Entries of keys never change, so no lock is needed.
* Contents are wrapped under the root key, so the store alone gives nothing away; but whoever can
  write to it can make keys unavailable, and whoever keeps a copy can undo an erasure.
* Failure mode: closed, ``KeyUnavailable``; never a content in a message.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class KeyStore(Protocol):
    """Small named contents. Names are of letters, digits, ``.`` and ``-``."""

    @property
    def place(self) -> str:
        """Where it is, for messages."""

    def names(self) -> Iterable[str]:
        """List what is there."""

    def read(self, name: str) -> bytes | None:
        """Return a content, ``None`` if there is none."""

    def add(self, name: str, content: bytes) -> None:
        """Write a new content durably."""

    def replace(self, name: str, content: bytes) -> None:
        """Write a content durably, whether or not there is one; readers see the old or the new."""

    def erase(self, name: str) -> None:
        """Destroy a content."""
