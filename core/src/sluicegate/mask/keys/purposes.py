"""Keys of purposes: made, rotated and destroyed, with every change on record.

Two places must agree. The ledger tells which epochs there are; the store holds each key, and for
each purpose a *mark*: how many changes of the ledger it has seen, and the last one's hash. An old
store lacks the key that the ledger names; an old or new ledger is behind the mark. Either is
refused, so a lost state never falls back to an earlier epoch (promise P2). Only both together, put
back to the same moment, go unnoticed here; the attestations of what was released since then tell.

Every change carries a name in the ledger that can be used once, so of two hosts that change a
purpose at the same time one loses and looks again. A key is in the store before it is on record,
and on record as destroyed before it is erased: a crash leaves a key that nobody ever used, or one
that nobody may use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import KeyDestroyed, KeyUnavailable
from sluicegate.mask.keys.entries import Entries
from sluicegate.mask.keys.history import CREATED, DESTROYED, ERASED, KeyHistory, subject, told
from sluicegate.mask.keys.purpose_key import PurposeKey
from sluicegate.model.events import AlreadyRecorded
from sluicegate.model.sensitive import NeverPickled, Sensitive

if TYPE_CHECKING:
    from sluicegate.mask.keys.history import Epoch
    from sluicegate.mask.keys.keyring import Keyring
    from sluicegate.mask.keys.store import KeyStore
    from sluicegate.model.events import EventLog

WRAPPING: Final = "wrapping"
_WRAPPING_BYTES: Final = 64
_TRIES: Final = 5


class PurposeKeys(NeverPickled):
    """The keys of all purposes of an installation.

    Failure mode: closed. It waits as long as the ledger and the store do, and reads both anew
    each time: what another host changed counts at once.

    Args:
        keyring: Of the root, which wraps the keys in the store.
        store: Where they are.
        log: Where changes are on record.
    """

    __slots__ = ("_entries", "_log")

    def __init__(self, keyring: Keyring, store: KeyStore, log: EventLog) -> None:
        self._entries = Entries(store, wrapping_key(keyring))
        self._log = log

    @property
    def place(self) -> str:
        """Where the store is."""
        return self._entries.place

    def history(self, purpose: str) -> KeyHistory:
        """Return what is on record of a purpose's key.

        Raises:
            KeysDisagree: the ledger does not tell all that the store has seen.
        """
        mark = self._entries.seen(purpose)
        history = told(purpose, self._log.records(subject=subject(purpose)))
        self._entries.compare(mark, history)
        return history

    def purposes(self) -> list[str]:
        """Name all purposes that ever had a key."""
        created = self._log.records(kind=CREATED)
        return sorted({record.body["purpose"] for record in created})

    def current(self, purpose: str, *, by: str) -> PurposeKey:
        """Return the key of the newest epoch; a purpose's first use makes its first one.

        Args:
            purpose: The purpose.
            by: Who asks, for the record of a first key.

        Raises:
            KeyDestroyed: the purpose's key was destroyed.
            KeysDisagree: ledger and store do not tell the same.
            KeyUnavailable: the store does not hold it, or it does not open.
        """
        for _ in range(_TRIES):
            history = self.history(purpose)
            if history.current:
                self._entries.mark(history)
                return self._open(history, history.current)
            _refuse_destroyed(history)
            try:
                return self._begin(history, self._drawn(history), by)
            except AlreadyRecorded:
                continue
        raise _contended(purpose)

    def named(self, purpose: str, key_id: str) -> PurposeKey:
        """Return the key that an output names, of whatever epoch: to verify, unmask or translate.

        Raises:
            KeyDestroyed: it was destroyed.
            KeyUnavailable: the purpose never had it, or it is not in the store.
        """
        history = self.history(purpose)
        return self._open(history, _alive(history, key_id))

    def only(self, purpose: str) -> PurposeKey:
        """Return the one key that a purpose ever had.

        Format-preserving encryption does not tell when it is undone under another key, so where
        there were several, whoever asks must know which.

        Raises:
            KeyDestroyed: it was destroyed.
            KeyUnavailable: there is none, or there were several.
        """
        history = self.history(purpose)
        if len(history.epochs) != 1:
            what = "had several keys" if history.epochs else "has no key yet"
            raise KeyUnavailable(
                f"the purpose {purpose!r} {what}",
                hint="name the key, as the attestation and the file's metadata do",
            )
        return self._open(history, _alive(history, history.epochs[0].key_id))

    def require(self, key: PurposeKey) -> None:
        """Make sure that a key that is in use has not been destroyed meanwhile.

        Raises:
            KeyDestroyed: it has.
        """
        _alive(self.history(key.purpose), key.key_id)

    def create(self, purpose: str, *, by: str) -> PurposeKey:
        """Make the first key of a purpose, or a new one after its key was destroyed.

        Raises:
            KeyUnavailable: there is one, or somebody else was faster.
        """
        history = self.history(purpose)
        if history.current:
            raise KeyUnavailable(
                f"the purpose {purpose!r} has the key {history.current.key_id}",
                hint="`sluicegate keys rotate` begins a new epoch",
            )
        return self._changed(history, by)

    def rotate(self, purpose: str, *, by: str) -> PurposeKey:
        """Begin a new epoch. Keys of earlier ones stay, for what was made under them.

        Raises:
            KeyDestroyed: the purpose's key was destroyed.
            KeyUnavailable: there is none yet, or somebody else changed it at this moment.
        """
        history = self.history(purpose)
        _refuse_destroyed(history)
        if history.current is None:
            raise KeyUnavailable(
                f"the purpose {purpose!r} has no key yet", hint="its first extract makes one"
            )
        return self._changed(history, by)

    def destroy(
        self, purpose: str, *, by: str, reason: str = "", epochs: Iterable[int] = ()
    ) -> KeyHistory:
        """Destroy keys: first on record, so that nobody uses them any more, then in the store.

        Doing it again completes what a crash interrupted, and erases what a backup brought back.

        Args:
            purpose: The purpose.
            by: Who does it.
            reason: Goes on record.
            epochs: Which; all if none is named.

        Raises:
            KeyUnavailable: there is no such epoch, or the store still holds a key.
        """
        asked = frozenset(epochs)

        def chosen(history: KeyHistory) -> list[Epoch]:
            known = {e.number for e in history.epochs}
            if not known or not asked <= known:
                raise KeyUnavailable(f"the purpose {purpose!r} has no such key")
            return [e for e in history.epochs if not asked or e.number in asked]

        def destroyed(history: KeyHistory) -> dict[str, Any] | None:
            alive = [e for e in chosen(history) if e.destroyed is None]
            return {**_facts(alive), "reason": reason} if alive else None

        history = self._record(purpose, DESTROYED, by, destroyed)
        left = [e for e in chosen(history) if self._entries.holds(purpose, e.key_id)]
        for epoch in left:
            self._entries.erase(purpose, epoch.key_id)
        erased = {e.number for e in left}

        def gone(history: KeyHistory) -> dict[str, Any] | None:
            now = [e for e in chosen(history) if e.number in erased or not e.erased]
            return _facts(now) if now else None

        return self._record(purpose, ERASED, by, gone)

    def rewrap(self, before: Keyring) -> int:
        """Wrap keys that are under an earlier root under this one; return how many were.

        Pseudonyms stay what they are. Doing it again goes on where a crash interrupted it.

        Raises:
            KeyUnavailable: a key opens under neither root.
        """
        wrapping = wrapping_key(before)
        histories = [self.history(purpose) for purpose in self.purposes()]
        alive = [(h.purpose, epoch) for h in histories for epoch in h.alive]
        return sum(self._entries.rewrap(purpose, epoch, wrapping) for purpose, epoch in alive)

    def strangers(self) -> int:
        """Count entries of the store that no record names."""
        return self._entries.strangers([self.history(p) for p in self.purposes()])

    def erased(self, history: KeyHistory) -> bool:
        """Tell whether the store holds no key that was destroyed."""
        gone = (e for e in history.epochs if e.destroyed)
        return not any(self._entries.holds(history.purpose, e.key_id) for e in gone)

    def _open(self, history: KeyHistory, epoch: Epoch) -> PurposeKey:
        return self._entries.open(history.purpose, epoch.number, epoch.key_id)

    def _changed(self, history: KeyHistory, by: str) -> PurposeKey:
        try:
            return self._begin(history, self._drawn(history), by)
        except AlreadyRecorded:
            pass
        raise _contended(history.purpose)

    @staticmethod
    def _drawn(history: KeyHistory) -> PurposeKey:
        return PurposeKey.draw(history.purpose, len(history.epochs) + 1)

    def _begin(self, history: KeyHistory, drawn: PurposeKey, by: str) -> PurposeKey:
        """Keep a new key, then put it on record; what lost the race was never used."""
        purpose, key = history.purpose, self._entries.add(drawn)
        event, once = history.change(CREATED, by, epoch=key.epoch, key_id=key.key_id)
        try:
            self._log.append(event, once=once)
        except AlreadyRecorded:
            self._entries.erase(purpose, key.key_id)
            raise
        self._entries.mark(self.history(purpose))
        return key

    def _record(
        self,
        purpose: str,
        kind: str,
        by: str,
        facts: Callable[[KeyHistory], dict[str, Any] | None],
    ) -> KeyHistory:
        """Record a change, if ``facts`` finds that there is one, as long as others interfere."""
        for _ in range(_TRIES):
            history = self.history(purpose)
            found = facts(history)
            if found is None:
                return history
            event, once = history.change(kind, by, **found)
            try:
                self._log.append(event, once=once)
            except AlreadyRecorded:
                continue
            history = self.history(purpose)
            self._entries.mark(history)
            return history
        raise _contended(purpose)


def wrapping_key(keyring: Keyring) -> Sensitive[bytes]:
    """Derive the key that wraps the store's entries."""
    return keyring.derive(WRAPPING, length=_WRAPPING_BYTES)


def _facts(epochs: Iterable[Epoch]) -> dict[str, Any]:
    found = list(epochs)
    return {"epochs": [e.number for e in found], "key_ids": [e.key_id for e in found]}


def _alive(history: KeyHistory, key_id: str) -> Epoch:
    epoch = next((e for e in history.epochs if e.key_id == key_id), None)
    if epoch is None:
        raise KeyUnavailable(
            f"the purpose {history.purpose!r} never had a key {key_id!r}, as this ledger tells",
            hint="`sluicegate keys list` names those that it had",
        )
    if epoch.destroyed is not None:
        raise KeyDestroyed(
            f"the key {key_id} of the purpose {history.purpose!r} was destroyed on"
            f" {epoch.destroyed:%Y-%m-%d}"
        )
    return epoch


def destroyed_text(purpose: str) -> tuple[str, str]:
    """Say that a purpose lost its key, and what can be done."""
    hint = f"use another purpose, or `sluicegate keys create --purpose {purpose}`"
    return (
        f"the key of the purpose {purpose!r} was destroyed",
        f"{hint}: what it makes will join with nothing that was made before",
    )


def _refuse_destroyed(history: KeyHistory) -> None:
    if history.destroyed:
        message, hint = destroyed_text(history.purpose)
        raise KeyDestroyed(message, hint=hint)


def _contended(purpose: str) -> KeyUnavailable:
    return KeyUnavailable(
        f"somebody else changed the key of the purpose {purpose!r} at this moment",
        hint="look at `sluicegate keys list` before trying again",
    )
