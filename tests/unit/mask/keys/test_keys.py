"""Keys have no default, are never shown, and differ by use and purpose."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from sluicegate.errors import KeyUnavailable
from sluicegate.mask import Keyring, open_key
from sluicegate.mask.keys import PurposeKey
from sluicegate.model.sensitive import Sensitive

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()


def write_key(path: Path, text: str = TEXT, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_key_comes_from_the_environment() -> None:
    assert open_key("env:K", {"K": f" {TEXT}\n"}).root().reveal() == KEY


def test_a_key_comes_from_a_private_file(tmp_path: Path) -> None:
    assert open_key(f"file:{write_key(tmp_path / 'key')}").root().reveal() == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = write_key(tmp_path / "key", mode=mode)
    with pytest.raises(KeyUnavailable, match="open to others") as caught:
        open_key(f"file:{path}").root()
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({}, "not set"),
        ({"K": ""}, "not set"),
        ({"K": "not base64!"}, "base64"),
        ({"K": base64.b64encode(b"short").decode()}, "5 bytes"),
        ({"K": base64.b64encode(bytes(32)).decode()}, "one byte repeated"),
        ({"K": TEXT + TEXT}, "64 bytes|base64"),
    ],
)
def test_a_missing_or_weak_key_is_an_error_that_does_not_show_it(
    environ: dict[str, str], says: str
) -> None:
    with pytest.raises(KeyUnavailable, match=says) as caught:
        open_key("env:K", environ).root()
    value = environ.get("K")
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize(
    "uri",
    [
        "", "env:", "file:", "vault:x", TEXT, f"aws-kms:{TEXT}", "aws-kms:", "aws-kms:?key=k",
        "aws-kms:blob", "aws-kms:blob?key=", "aws-kms:blob?key=a&key=b", "aws-kms:blob?key=a&x=1",
        "aws-secretsmanager:", "vault-transit:blob", "vault-transit:blob?mount=m", "AWS-KMS:b?key=k",
    ],
)  # fmt: skip
def test_an_unknown_address_is_refused_and_not_repeated(uri: str) -> None:
    with pytest.raises(KeyUnavailable) as caught:
        open_key(uri)
    assert TEXT not in str(caught.value)


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(KeyUnavailable):
            open_key(f"file:{path}").root()


@pytest.mark.skipif(os.name != "posix", reason="devices are a POSIX matter")
def test_a_device_is_not_a_key_file() -> None:
    with pytest.raises(KeyUnavailable):
        open_key("file:/dev/zero").root()


def test_uses_and_purposes_have_different_keys() -> None:
    root, material = Sensitive(KEY), Sensitive(KEY)
    rings = [
        Keyring(root, PurposeKey(purpose=p, epoch=1, material=material)) for p in ("a", "b", "a:1")
    ]
    keys = {ring.derive("pseudonym", p) for ring, p in zip(rings, ("a", "b", "a:1"), strict=True)}
    keys |= {rings[0].derive(use, "a") for use in ("tokenize", "pseudonym:1")}
    keys |= {rings[0].derive(use) for use in ("fingerprint", "pseudonym")}
    assert len(keys) == 7
    assert rings[0].derive("signing") == Keyring(root).derive("signing")


def test_what_the_root_alone_derives_is_what_it_was() -> None:
    """Signatures, fingerprints and allow-lists of earlier versions depend on it."""
    ring = Keyring(Sensitive(KEY))
    assert ring.key_id("fingerprint") == "d124deb3e621933a"
    assert ring.derive("signing").reveal().hex()[:16] == "dca3ea079f903954"
    assert ring.mac("parameters", b"x")[:16] == "fabfaa3a6dab2abf"


def test_a_purposes_key_cannot_be_had_from_the_root_or_for_another_purpose() -> None:
    key = PurposeKey(purpose="a", epoch=1, material=Sensitive(KEY))
    for ring, purpose in ((Keyring(Sensitive(KEY)), "a"), (Keyring(Sensitive(KEY), key), "b")):
        for ask in (ring.derive, ring.key_id):
            with pytest.raises(KeyUnavailable, match="not at hand"):
                ask("pseudonym", purpose)


def test_a_key_id_names_the_epoch_and_is_the_same_for_all_uses() -> None:
    key = PurposeKey(purpose="a", epoch=7, material=Sensitive(KEY))
    ring = Keyring(Sensitive(KEY)).holding(key)
    assert ring.key_id("pseudonym", "a") == ring.key_id("tokenize", "a") == key.key_id
    assert key.key_id.startswith("7-")
