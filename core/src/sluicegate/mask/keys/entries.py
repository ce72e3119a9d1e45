"""What a key store holds for a purpose: an entry per key, and a mark of the changes seen."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import KeysDisagree, KeyUnavailable
from sluicegate.mask.keys.purpose_key import PurposeKey
from sluicegate.model.canonical import canonical_bytes
from sluicegate.model.sensitive import NeverPickled, Sensitive

if TYPE_CHECKING:
    from sluicegate.mask.keys.history import Epoch, KeyHistory
    from sluicegate.mask.keys.store import KeyStore

_SHARE: Final = "share one store between hosts, or restore it from its backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How much of a purpose's history the store has seen."""

    change: int
    record: str
    """Hash of the record of that change."""


class Entries(NeverPickled):
    """Reads and writes the contents of a store.

    Args:
        store: Where they are.
        wrapping: The key that wraps them, 64 bytes, derived from the root.
    """

    __slots__ = ("_store", "_wrapping")

    def __init__(self, store: KeyStore, wrapping: Sensitive[bytes]) -> None:
        self._store = store
        self._wrapping = wrapping

    @property
    def place(self) -> str:
        """Where the store is."""
        return self._store.place

    def add(self, key: PurposeKey) -> PurposeKey:
        """Keep a new key, and return it as it was read back."""
        self._store.add(_name(key.purpose, key.key_id), self._content(key))
        return self.open(key.purpose, key.epoch, key.key_id)

    def open(self, purpose: str, epoch: int, key_id: str) -> PurposeKey:
        """Return a key.

        Raises:
            KeyUnavailable: it is not there, or not what it should be.
        """
        content = self._store.read(_name(purpose, key_id))
        if content is None:
            raise KeyUnavailable(
                f"the key store {self.place} does not hold the key {key_id} of the purpose"
                f" {purpose!r}",
                hint=_SHARE,
            )
        key = self._unwrapped(content, self._wrapping, purpose, epoch, key_id)
        if key is None:
            raise KeyUnavailable(
                f"the entry of the key {key_id} in the key store {self.place} does not open",
                hint="it was changed, or the root key is another one",
            )
        return key

    def holds(self, purpose: str, key_id: str) -> bool:
        """Tell whether there is an entry, whatever is in it."""
        return self._store.read(_name(purpose, key_id)) is not None

    def erase(self, purpose: str, key_id: str) -> None:
        """Destroy an entry.

        Raises:
            KeyUnavailable: it is still there.
        """
        self._store.erase(_name(purpose, key_id))
        if self.holds(purpose, key_id):
            raise KeyUnavailable(f"the key store {self.place} still holds the key {key_id}")

    def rewrap(self, purpose: str, epoch: Epoch, before: Sensitive[bytes]) -> bool:
        """Wrap a key anew that is under another root's wrapping key; ``False`` if it is not."""
        name = _name(purpose, epoch.key_id)
        content = self._store.read(name) or b""
        key = self._unwrapped(content, before, purpose, epoch.number, epoch.key_id)
        if key is None:
            self.open(purpose, epoch.number, epoch.key_id)
            return False
        self._store.replace(name, self._content(key))
        return True

    def seen(self, purpose: str) -> Mark:
        """Read how much of a purpose's history the store has seen.

        Read it before the ledger: another host adds to the ledger first.
        """
        content = self._store.read(_name(purpose, "mark"))
        if content is None:
            return Mark(change=0, record="")
        try:
            found = json.loads(content)
            return Mark(change=_positive(found["change"]), record=str(found["record"]))
        except (KeyError, TypeError, ValueError):
            raise KeysDisagree(
                f"the mark of the purpose {purpose!r} in the key store {self.place} is damaged",
                hint=_SHARE,
            ) from None

    def compare(self, mark: Mark, history: KeyHistory) -> None:
        """Compare a mark with what the ledger tells.

        Raises:
            KeysDisagree: the ledger tells less than the store has seen, or something else.
        """
        seen = history.changes[: mark.change]
        if mark.change and (len(seen) < mark.change or seen[-1] != mark.record):
            raise KeysDisagree(
                f"the key store {self.place} has seen {mark.change} change(s) of the key of the"
                f" purpose {history.purpose!r}, and this ledger does not tell of them",
                hint="the ledger was replaced or cut off: find out when; restore both together",
            )

    def mark(self, history: KeyHistory) -> None:
        """Note how much has been seen; never less than before."""
        if self.seen(history.purpose).change >= len(history.changes):
            return
        document = {
            "purpose": history.purpose,
            "change": len(history.changes),
            "record": history.changes[-1],
        }
        self._store.replace(_name(history.purpose, "mark"), canonical_bytes(document))

    def strangers(self, histories: list[KeyHistory]) -> int:
        """Count the entries that no record names: left by a crash, or the ledger lost records."""
        known = {_name(h.purpose, "mark") for h in histories}
        known |= {_name(h.purpose, e.key_id) for h in histories for e in h.epochs}
        return sum(name not in known for name in self._store.names())

    def _content(self, key: PurposeKey) -> bytes:
        document = {
            "version": 1,
            "purpose": key.purpose,
            "epoch": key.epoch,
            "key_id": key.key_id,
            "wrapped": base64.b64encode(key.wrap(self._wrapping)).decode(),
        }
        return canonical_bytes(document)

    @staticmethod
    def _unwrapped(
        content: bytes, wrapping: Sensitive[bytes], purpose: str, epoch: int, key_id: str
    ) -> PurposeKey | None:
        try:
            document: dict[str, Any] = json.loads(content)
            wrapped = base64.b64decode(document["wrapped"], validate=True)
        except (KeyError, TypeError, ValueError):
            return None
        return PurposeKey.unwrap(wrapped, wrapping, purpose=purpose, epoch=epoch, key_id=key_id)


def _positive(number: object) -> int:
    if type(number) is not int or number < 1:
        raise ValueError("no number of changes")
    return number


def _name(purpose: str, what: str) -> str:
    """Name an entry: a purpose may hold any character, so its digest stands for it."""
    return f"{hashlib.sha256(purpose.encode()).hexdigest()[:32]}.{what}"
