"""Keys show nowhere: not in a repr, a pickle, a copy, a log, or a traceback with its locals."""

from __future__ import annotations

import base64
import copy
import dataclasses
import importlib
import inspect
import logging
import multiprocessing
import pickle
import pkgutil
import secrets
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from tests.unit.mask.keys.transit_server import uri

import sluicegate.mask
from sluicegate.errors import KeyUnavailable
from sluicegate.ledger import Ed25519Signer
from sluicegate.mask import Keyring, Pseudonymizer, PurposeKeys, open_key
from sluicegate.mask.keys import FolderStore, PurposeKey
from sluicegate.mask.keys.entries import Entries
from sluicegate.mask.keys.local import EnvironmentKey
from sluicegate.model.sensitive import NeverPickled, Sensitive

if TYPE_CHECKING:
    from tests.unit.mask.keys.conftest import Place
    from tests.unit.mask.keys.transit_server import Transit

CANARY = b"canary key of 32 bytes, not 31!!"
assert len(CANARY) == 32


def forms(key: bytes) -> set[str]:
    """Every way a key might be written."""
    return {
        key.decode("latin1"),
        repr(key)[2:-1],
        key.hex(),
        base64.b64encode(key).decode().rstrip("="),
        base64.urlsafe_b64encode(key).decode().rstrip("="),
        repr(list(key))[1:-1],
    }


def shown(text: str, *keys: bytes) -> bool:
    return any(form in text for key in keys for form in forms(key))


def holders(place: Place) -> dict[str, Any]:
    """Everything that holds a key."""
    root = Sensitive(CANARY)
    key = PurposeKey(purpose="p", epoch=1, material=root)
    ring = Keyring(root, key)
    return {
        "sensitive": root,
        "purpose key": key,
        "keyring": ring,
        "purpose keys": PurposeKeys(ring, FolderStore(place.store), place.ledger()),
        "entries": Entries(FolderStore(place.store), root),
        "pseudonymizer": Pseudonymizer(root),
        "signer": Ed25519Signer(CANARY),
        "environment": EnvironmentKey("K", {"K": base64.b64encode(CANARY).decode()}),
    }


HOLDERS = [
    "sensitive", "purpose key", "keyring", "purpose keys", "entries", "pseudonymizer", "signer",
    "environment",
]  # fmt: skip


@pytest.mark.parametrize("name", HOLDERS)
def test_a_holder_shows_nothing(place: Place, name: str) -> None:
    holder = holders(place)[name]
    texts = [
        repr(holder),
        str(holder),
        f"{holder}",
        f"{holder!a}",
        repr([holder]),
        repr(vars_of(holder)),
    ]
    assert not shown("\n".join(texts), CANARY)


@pytest.mark.parametrize("name", HOLDERS)
def test_a_holder_is_neither_pickled_nor_copied_nor_sent(place: Place, name: str) -> None:
    holder = holders(place)[name]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="secret"):
            pickle.dumps(holder, protocol)
    with pytest.raises(TypeError, match="secret"):
        copy.deepcopy(holder)
    with pytest.raises(TypeError, match="secret"):
        pickle.dumps({"inside": [holder]})
    sending, receiving = multiprocessing.Pipe()
    with sending, receiving, pytest.raises(TypeError, match="secret"):
        sending.send(holder)


def test_a_purpose_key_does_not_leave_as_a_dict() -> None:
    key = PurposeKey(purpose="p", epoch=1, material=Sensitive(CANARY))
    with pytest.raises(TypeError, match="secret"):
        dataclasses.asdict(key)


def test_every_class_that_takes_a_key_refuses_to_be_pickled() -> None:
    """Whoever writes another one finds this out here."""
    taking = list(classes_that_take_keys())
    assert Pseudonymizer in taking
    assert Keyring in taking
    for kind in taking:
        assert issubclass(kind, NeverPickled) or kind is PurposeKey, kind


def classes_that_take_keys() -> Iterator[type]:
    for module in pkgutil.walk_packages(sluicegate.mask.__path__, "sluicegate.mask."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if kind.__module__ == module.name and _takes_key(kind):
                yield kind


def _takes_key(kind: type) -> bool:
    if issubclass(kind, Exception) or getattr(kind, "_is_protocol", False):
        return False
    try:
        parameters = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(word in str(p.annotation) for p in parameters for word in ("Sensitive", "Keyring"))


# failing paths


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Hear everything that any library says."""
    caplog.set_level(logging.NOTSET)
    for name in ("", "boto3", "botocore", "urllib3", "hvac", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def told(error: BaseException) -> str:
    """Say all that a reporter of crashes could say: the chain, and the locals of each frame."""
    return "\n".join(_told(error, set()))


def _told(error: BaseException | None, seen: set[int]) -> Iterator[str]:
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield from traceback.TracebackException.from_exception(error, capture_locals=True).format()
    yield repr(error.args) + repr(vars(error))
    yield from _locals(error.__traceback__)
    yield from _told(error.__cause__, seen)
    yield from _told(error.__context__, seen)


def _locals(trace: TracebackType | None) -> Iterator[str]:
    while trace:
        # the test's own frame may hold what it likes
        if "sluicegate" in trace.tb_frame.f_code.co_filename.partition("core/src")[2]:
            for value in trace.tb_frame.f_locals.values():
                yield repr(value) + repr(vars_of(value))
        trace = trace.tb_next


def vars_of(value: object) -> dict[str, Any]:
    """Give an object's attributes, of a dict or of slots."""
    slots = [s for kind in type(value).__mro__ for s in getattr(kind, "__slots__", ())]
    found = {s: getattr(value, s, None) for s in slots if not isinstance(value, Sensitive)}
    return found | dict(getattr(value, "__dict__", {}))


def fails(act: Callable[[], object]) -> str:
    with pytest.raises((KeyUnavailable, TypeError)) as caught:
        act()
    ours = caught.value.with_traceback(_below(caught.value.__traceback__))
    return told(ours)


def _below(trace: TracebackType | None) -> TracebackType | None:
    """Drop the frames of this file: they hold the canary to compare with."""
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


BAD = [CANARY + b"too long", CANARY[:31], CANARY * 2]


@pytest.mark.parametrize("key", BAD)
def test_a_bad_key_shows_nothing_in_environment_or_file(
    tmp_path: Path, logged: pytest.LogCaptureFixture, key: bytes
) -> None:
    text = base64.b64encode(key).decode()
    environment = EnvironmentKey("K", {"K": text})
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(0o600)
    file = open_key(f"file:{path}")
    assert not shown(fails(environment.root) + fails(file.root) + logged.text, key, CANARY[:31])


@pytest.mark.parametrize("key", [*BAD, None])
def test_secrets_manager_shows_nothing(
    aws: str, tmp_path: Path, logged: pytest.LogCaptureFixture, key: bytes | None
) -> None:
    text = base64.b64encode(key).decode() if key else "not base64: " + CANARY.decode()
    boto3.client("secretsmanager").create_secret(Name=tmp_path.name, SecretString=text)
    logged.clear()
    said = fails(open_key(f"aws-secretsmanager:{tmp_path.name}").root)
    assert "botocore" in {r.name.partition(".")[0] for r in logged.records}
    assert not shown(said + logged.text, key or CANARY, CANARY[:31])


def test_kms_shows_nothing_when_it_works_and_when_it_does_not(
    aws: str, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    kms = boto3.client("kms")
    kms_key = kms.create_key()["KeyMetadata"]["KeyId"]
    from sluicegate.mask.keys.aws import CONTEXT

    for length in (32, 48):
        key = secrets.token_bytes(length)
        blob = kms.encrypt(KeyId=kms_key, Plaintext=key, EncryptionContext=CONTEXT)
        (tmp_path / "root.kms").write_bytes(base64.b64encode(blob["CiphertextBlob"]))
        logged.clear()
        provider = open_key(f"aws-kms:{tmp_path}/root.kms?key={kms_key}")
        if length == 32:
            assert provider.root().reveal() == key
            assert not shown(logged.text, key)
        else:
            assert not shown(fails(provider.root) + logged.text, key)


def test_vault_shows_nothing_when_it_works_and_when_it_does_not(
    transit: Transit, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    key, ciphertext = transit.datakey()
    assert open_key(uri(tmp_path, ciphertext)).root().reveal() == key
    assert not shown(logged.text, key)
    import json

    plaintext = base64.b64encode(CANARY + b"more").decode()
    transit.body = json.dumps({"data": {"plaintext": plaintext}}).encode()
    said = fails(open_key(uri(tmp_path, ciphertext)).root)
    assert not shown(said + logged.text, CANARY + b"more", CANARY)


def test_a_store_that_does_not_agree_shows_nothing(
    place: Place, logged: pytest.LogCaptureFixture
) -> None:
    keys = place.host()
    key = keys.current("training", by="ann")
    (entry,) = place.entries()
    whole = entry.read_bytes()
    acts: list[Callable[[], object]] = [
        lambda: keys.current("training", by="ann"),
        lambda: keys.named("training", key.key_id),
    ]
    for content in (whole[:-9], whole.replace(b'"epoch":1', b'"epoch":2'), b"{}"):
        entry.write_bytes(content)
        if content == whole:
            continue
        for act in acts:
            try:
                act()
            except KeyUnavailable as error:
                said = told(error.with_traceback(_below(error.__traceback__)))
                assert not shown(said + logged.text, key.material.reveal())


def test_a_key_of_the_wrong_length_shows_nothing() -> None:
    for act in (
        lambda: Ed25519Signer(CANARY + b"x"),
        lambda: Keyring(Sensitive(CANARY)).derive("pseudonym", "p"),
    ):
        assert not shown(fails(act), CANARY)
