"""Examines an installation: what is set, whether it opens, and what earlier runs left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sluicegate.errors import IntegrityError, SluicegateError
from sluicegate.gate.allowance import AllowList, faults, utc_today
from sluicegate.gate.doctor_witnesses import ask_witnesses
from sluicegate.gate.keys import open_keyring, opened_keys
from sluicegate.gate.trust import own_key, read_public_keys
from sluicegate.ledger import Ed25519Signer, open_ledger
from sluicegate.mask import PurposeKeys
from sluicegate.model.health import Check, Health
from sluicegate.policy import load_policy
from sluicegate.sources import open_source
from sluicegate.sources.port import Examined

if TYPE_CHECKING:
    from sluicegate.settings import Settings


def examine(settings: Settings, *, fix: bool = False) -> Iterator[Check]:
    """Look at everything in turn; what fails is a check that says so, and the rest goes on.

    Reads catalogues, never a row. Records nothing and, without ``fix``, changes nothing.

    Args:
        settings: Of the installation.
        fix: Drop what earlier runs left in sources and can be dropped.
    """
    files = [place for place in settings.looked_at if Path(place).is_file()]
    found = f"read from {files[-1]}" if files else "no file: environment and defaults only"
    yield Check(area="settings", health=Health.FINE, message=found)
    yield from _tried("policy", lambda: _policy(settings))
    if settings.allow is not None:
        yield from _tried("allow-list", lambda: _allow_list(settings))
    yield from _tried("key", lambda: _key(settings))
    yield from _tried("ledger", lambda: _ledger(settings))
    yield from _tried("keys", lambda: _keys(settings))
    for name in sorted(settings.sources):
        yield from _tried(f"source {name}", partial(_source, settings, name, fix=fix))


def _tried(area: str, looking: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from looking()
    except SluicegateError as error:
        health = Health.WRONG
        if error.retryable:
            health = Health.UNAVAILABLE
        elif isinstance(error, IntegrityError):
            health = Health.FINDING
        yield Check(area=area, health=health, message=error.message, hint=error.hint)


def _policy(settings: Settings) -> Iterator[Check]:
    policy = load_policy(settings.policy)
    yield Check(area="policy", health=Health.FINE, message=f"valid, {policy.digest}")


def _allow_list(settings: Settings) -> Iterator[Check]:
    allow = AllowList.open(settings.allow)
    key_id = open_keyring(settings).key_id("fingerprint")
    wrong = faults(allow.file.entries, today=utc_today(), key_id=key_id, detectors=())
    for reason in wrong:
        yield Check(
            area="allow-list", health=Health.FINDING, message=reason.message, hint=reason.hint
        )
    if not wrong:
        number = len(allow.file.entries)
        message = f"{number:,} entries, all hold, {allow.digest}"
        yield Check(area="allow-list", health=Health.FINE, message=message)


def _key(settings: Settings) -> Iterator[Check]:
    signer = _signer(settings)
    yield Check(area="key", health=Health.FINE, message=f"opens; signs as {signer.key_id}")
    others = read_public_keys(settings.public_keys)
    yield Check(area="key", health=Health.FINE, message=f"{len(others)} public key(s) on file")


def _ledger(settings: Settings) -> Iterator[Check]:
    if _no_ledger(settings):
        yield Check(area="ledger", health=Health.FINE, message="none yet: the first run makes it")
        return
    trusted = read_public_keys(settings.public_keys) | own_key(_signer(settings))
    ledger = open_ledger(settings.ledger, None, trusted=trusted)
    try:
        origin = ledger.tree.origin() if ledger.head() else ""
        testimony = ask_witnesses(settings.witnesses, origin)
        yield from testimony.checks
        report = ledger.verify(trusted, witnessed=testimony.checkpoints)
    finally:
        ledger.close()
    if report.ok:
        whole = f"whole: {report.records:,} record(s), chained and signed"
        yield Check(area="ledger", health=Health.FINE, message=whole)
    else:
        hint = "keep it as it is and find out who changed it: `sluicegate ledger verify`"
        yield Check(
            area="ledger", health=Health.FINDING, message=f"broken: {report.fault}", hint=hint
        )


def _keys(settings: Settings) -> Iterator[Check]:
    if _no_ledger(settings):
        yield Check(area="keys", health=Health.FINE, message="of no purpose yet")
        return
    with opened_keys(settings) as (keys, _):
        for purpose in keys.purposes():
            yield from _tried(f"key of {purpose}", partial(_purpose, keys, purpose))
        left = keys.strangers()
    if left:
        yield Check(
            area="keys",
            health=Health.FINDING,
            message=f"{left} entries of {keys.place} are of no key on record",
            hint="a crash left them, or the ledger lost records: no run ever uses them",
        )


def _purpose(keys: PurposeKeys, purpose: str) -> Iterator[Check]:
    history = keys.history(purpose)
    for epoch in history.alive:
        keys.named(purpose, epoch.key_id)
    area, newest = f"key of {purpose}", history.current
    if not keys.erased(history):
        hint = f"`sluicegate keys destroy --purpose {purpose}` erases it anew; find its copies"
        message = "was destroyed, and the key store holds it still or again"
        yield Check(area=area, health=Health.FINDING, message=message, hint=hint)
    elif newest is None:
        yield Check(area=area, health=Health.FINE, message="destroyed")
    else:
        message = f"{newest.key_id}; {len(history.alive)} epoch(s) open"
        yield Check(area=area, health=Health.FINE, message=message)


def _no_ledger(settings: Settings) -> bool:
    return "://" not in settings.ledger and not Path(settings.ledger).exists()


def _source(settings: Settings, name: str, *, fix: bool) -> Iterator[Check]:
    area, url = f"source {name}", settings.source_url(name)
    if url.reveal().startswith("unset:"):
        variable = url.reveal().removeprefix("unset:").partition("?")[0]
        what = f"its address should be in the environment variable {variable}, which is not set"
        yield Check(area=area, health=Health.WRONG, message=what, hint=f"set {variable}")
        return
    source = open_source(name, url)
    if isinstance(source, Examined):
        yield from source.examine(fix=fix)
        return
    with source.connect() as session:
        yield Check(area=area, health=Health.FINE, message=f"opens as {session.login}")
        for note in session.notes:
            yield Check(area=area, health=Health.FINDING, message=note)


def _signer(settings: Settings) -> Ed25519Signer:
    return Ed25519Signer(open_keyring(settings).derive("signing").reveal())
