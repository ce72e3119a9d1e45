"""What a gate needs, opened once: policy, keys, ledger, scanner, sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Self

from sluicegate.approvals import Approvals
from sluicegate.detect import Scanner, canary_texts, open_recognizers, open_scanner
from sluicegate.detect.recognizer import Recognizer, Remembering
from sluicegate.gate.allowance import AllowList
from sluicegate.gate.trust import own_key, read_public_keys
from sluicegate.ledger import Ed25519Signer, Ledger, check_witness, open_ledger
from sluicegate.mask import Keyring, MaskKeys, PurposeKeys, open_key, open_store
from sluicegate.policy import Policy, load_policy
from sluicegate.sources import open_source
from sluicegate.sources.port import Source

if TYPE_CHECKING:
    from sluicegate.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The opened parts of a gate."""

    settings: Settings
    policy: Policy
    keyring: Keyring
    """Of the installation; of a run's purpose too after ``for_purpose``."""
    keys: PurposeKeys
    signer: Ed25519Signer
    ledger: Ledger
    approvals: Approvals
    scanner: Scanner
    allow: AllowList
    trusted: Mapping[str, bytes]
    """Key id → raw public key: whose records and attestations count."""
    resolve: Callable[[str], Source]
    recognizers: tuple[Recognizer, ...] = ()
    """Who reads free text beside the catalogue, before it is redacted."""

    @classmethod
    def open(cls, settings: Settings) -> Services:
        """Open everything; whatever is missing raises before any work begins."""
        for address in settings.witnesses:
            check_witness(address)
        policy = load_policy(settings.policy)
        keyring = Keyring(open_key(settings.key).root())
        signer = Ed25519Signer(keyring.derive("signing").reveal())
        trusted = read_public_keys(settings.public_keys)
        ledger = open_ledger(settings.ledger, signer, trusted=trusted)
        return cls(
            settings=settings,
            policy=policy,
            keyring=keyring,
            keys=PurposeKeys(keyring, open_store(settings.key_store), ledger),
            signer=signer,
            ledger=ledger,
            approvals=Approvals(ledger),
            scanner=open_scanner(settings.detectors),
            allow=AllowList.open(settings.allow),
            trusted=trusted | own_key(signer),
            resolve=lambda name: open_source(name, settings.source_url(name)),
            recognizers=_recognizers(settings.names, settings.second_opinions),
        )

    def mask_keys(self, purpose: str) -> MaskKeys:
        """Return the keys of a purpose's masks; its own must be on the ring."""
        return MaskKeys(self.keyring, purpose, vault=self.settings.vault)

    def for_purpose(self, purpose: str, *, by: str) -> Self:
        """Return a copy whose keyring holds the purpose's key, in the epoch that is current now.

        A run goes to its end with the key that it began with, whatever is rotated meanwhile.

        Raises:
            KeyUnavailable: there is no such key any more, or it cannot be had now.
        """
        return replace(self, keyring=self.keyring.holding(self.keys.current(purpose, by=by)))

    def for_key(self, purpose: str, key_id: str = "") -> Self:
        """Return a copy whose keyring holds the named key of a purpose, or its only one.

        Raises:
            KeyDestroyed: it was destroyed.
            KeyUnavailable: the purpose has no such key, or several and none was named, or it cannot
                be had now.
        """
        key = self.keys.named(purpose, key_id) if key_id else self.keys.only(purpose)
        return replace(self, keyring=self.keyring.holding(key))

    def with_sources(self, sources: Mapping[str, Source]) -> Self:
        """Return a copy that answers these names with these sources."""
        if not sources:
            return self
        known, resolve = dict(sources), self.resolve
        return replace(self, resolve=lambda name: known.get(name) or resolve(name))


@cache
def _recognizers(names: str, opinions: tuple[str, ...]) -> tuple[Recognizer, ...]:
    """Open them once a process; the canaries, of which none is secret, are read once too."""
    opened = open_recognizers(names, opinions)
    if not opened:
        return ()
    canaries = frozenset(text for _, text in canary_texts(open_scanner()))
    own = frozenset(e for r in opened for d in r.detectors for e in d.examples.match)
    # What a recognizer proves itself with is read anew every time.
    return tuple(Remembering(recognizer, canaries - own) for recognizer in opened)
